/** Facts about Mobile Message (Australia). Source: its API documentation, unless a line says otherwise. */
import type { Provider, Refusal } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

/** What a user can do about a text of "Common API Errors and Solutions", or of an endpoint, by its beginning. */
const adviceByText: Array<[text: string, advice: string]> = [
	['Unauthorized', 'Check the API user name and password in the credential. They are the API\'s own, not those of your login.'],
	['Insufficient credits', 'Nothing of this request was sent. Add credits to your Mobile Message account, then run again.'],
	['Invalid sender', 'Pick a Sender ID that is registered in your account (Settings > Sender IDs).'],
	['Invalid phone number format', 'Check the number, and whether its country is right.'],
	['Message exceeds the maximum allowed length', 'Shorten the message, or raise the option "Max Segments".'],
	['Message contains non-GSM characters', 'Switch the option "Unicode" on, or take out emoji and other special characters.'],
	['The recipient has unsubscribed', 'Take the number out of your table. Ask the person before you switch "Ignore Unsubscribes" on.'],
	['This phone number already exists', 'Update the existing contact instead, or allow duplicate contacts in your account settings.'],
	['Account not found', 'Check the API user name in the credential, and whether the account has credits.'],
	['You have too many pending verifications', 'Three senders can wait for confirmation at once. Confirm one of them, or let it expire.'],
];

/** One documented text serves both of these (DELETE /v1/messages); only the HTTP status tells them apart. */
const notScheduled = 'Message not found or is not in a scheduled state';
const adviceOnCancel: Record<number, string> = {
	404: 'There is no scheduled message with this ID or reference. Check it against the output of the node that sent the message.',
	409: 'The message is there, but it is not waiting any more: it was sent or cancelled already.',
};

/** The other texts that the document gives. */
const otherTexts = ['Message content cannot be empty', 'Missing or invalid "messages" parameter', 'Invalid request method', 'Too many concurrent requests', notScheduled];

function isDocumented(text: string): boolean {
	return [...adviceByText.map(([beginning]) => beginning), ...otherTexts].some((beginning) => text.startsWith(beginning));
}

/** For texts that the document does not give. */
const adviceByStatus: Record<number, string> = {
	404: 'It may have been deleted. Check the ID or the number of this item; if it has none, check the Base URL in the credential.',
	405: 'Check the Base URL in the credential.',
	409: 'It is there already. For a sender this means that its number can be used as it is.',
	// POST /v1/senders: "... or a verification was sent to that number in the last 5 minutes".
	429: 'Wait five minutes before you ask for another verification of this number.',
};

/** What a user can do about the reason of a refused recipient. */
export function adviceOnReason(text: string): string | undefined {
	return adviceByText.find(([beginning]) => text.startsWith(beginning))?.[1];
}

function adviceOn(httpStatus: number, text: string): string | undefined {
	// Every refusal of the API says why in JSON.
	if (text === '') return 'Check the Base URL in the credential. Something else than the provider may have answered.';
	if (text.startsWith(notScheduled)) return adviceOnCancel[httpStatus];
	return adviceOnReason(text) ?? adviceByStatus[httpStatus];
}

const errorBody = z.object({ error: z.union([z.string(), z.object({ message: z.string() }).passthrough()]).optional(), message: z.string().optional() }).passthrough();

function refusalText(body: unknown): string | undefined {
	const parsed = errorBody.safeParse(body);
	if (!parsed.success) return undefined;
	const { error, message } = parsed.data;
	return (typeof error === 'object' ? error.message : error) ?? message;
}

/**
 * Every documented success says "complete" or what it did. Its opposite is what single rows of a send use ("status": "error"), or the
 * shape of the "Example Error Responses", which have no status.
 */
const plainNo = z.object({ status: z.literal('error'), results: z.undefined() });
const no = z.union([
	plainNo,
	z.object({ error: z.union([z.string().min(1), z.object({}).passthrough()]), status: z.undefined(), results: z.undefined() }),
]);

function saysNo(body: unknown): boolean {
	return no.safeParse(body).success;
}

export const mobileMessage: Provider = {
	name: 'Mobile Message',
	credential: 'mobileMessageApi',
	phone: { region: 'AU', form: 'digits' },
	// "up to 5 simultaneous requests per account"
	limits: { atOnce: 5 },
	timeout: 30_000,
	baseUrl: ({ baseUrl = '' }) => baseUrl,
	account: ({ baseUrl = '', username = '' }) => `${baseUrl} ${username}`,
	secrets: ({ username = '', password = '', webhookSecret = '' }) => [password, `${username}:${password}`, webhookSecret],
	// "Simple API": the credential stands in the query string.
	prepare: (request, { username = '', password = '' }) =>
		request.authentication === 'query' ? { ...request, query: { api_username: username, api_password: password, ...request.query } } : request,
	refusal({ httpStatus, body }): Refusal | undefined {
		if (httpStatus < 400 && !saysNo(body)) return undefined;
		const text = refusalText(body) ?? '';
		// Too many requests at once calm down within seconds; a sender that waits for its owner does not.
		return { text, advice: adviceOn(httpStatus, text), lasting: httpStatus === 429 && /verification/i.test(text), unsure: httpStatus < 400 && !plainNo.safeParse(body).success && !isDocumented(text) };
	},
};
