/** Facts about Mobile Message (Australia). Source: its API documentation, unless a line says otherwise. */
import type { Provider, Refusal } from '../../engine/operation';
import { z } from '../../engine/schema';

/** "Common API Errors and Solutions": what a user can do about each text, by its beginning. */
const advice: Array<[text: string, advice: string]> = [
	['Unauthorized', 'Check the API user name and password in the credential. They are the API\'s own, not those of your login.'],
	['Insufficient credits', 'Nothing of this request was sent. Add credits to your Mobile Message account, then run again.'],
	['Invalid sender', 'Pick a Sender ID that is registered in your account (Settings > Sender IDs).'],
	['This phone number already exists', 'Update the existing contact instead, or allow duplicate contacts in your account settings.'],
	['Message not found or is not in a scheduled state', 'Only scheduled messages can be cancelled. It may have been sent or cancelled already.'],
	['You have too many pending verifications', 'Three senders can wait for confirmation at once. Confirm one of them, or let it expire.'],
];

const errorBody = z.object({ error: z.union([z.string(), z.object({ message: z.string() }).passthrough()]).optional(), message: z.string().optional() }).passthrough();

function refusalText(body: unknown): string | undefined {
	const parsed = errorBody.safeParse(body);
	if (!parsed.success) return undefined;
	const { error, message } = parsed.data;
	return (typeof error === 'object' ? error.message : error) ?? message;
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
	secrets: ({ password = '', webhookSecret = '' }) => [password, webhookSecret],
	query: ({ username = '', password = '' }) => ({ api_username: username, api_password: password }),
	refusal({ httpStatus, body }): Refusal | undefined {
		if (httpStatus < 400) return undefined;
		const text = refusalText(body) ?? '';
		return { text, advice: advice.find(([beginning]) => text.startsWith(beginning))?.[1] };
	},
};
