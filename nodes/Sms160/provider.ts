/** Facts about 160.com.au (Australia). Source: its API document, unless a line says otherwise. */
import type { Provider, Refusal } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

/** "error handling": `object` is there only "in case of broken object". */
export const errorBody = z.object({
	errors: z.array(z.object({ statusCode: z.union([z.string(), z.number()]).nullish(), status: z.string().nullish(), object: z.unknown() }).passthrough()),
});

/** What a user can do about it. The document gives no texts, so words are looked for. */
const adviceByWord: Array<[word: RegExp, advice: string]> = [
	[/balance|credit|funds/i, 'Nothing of this request was sent. Top up your 160.com.au account, then run again.'],
	[/sender/i, 'Pick a sender name that is approved in your account, or another choice in "Send From".'],
	[/virtual/i, 'Pick a virtual number that is active in your account.'],
	[/invalid.*(number|recipient)|(number|recipient).*not valid/i, 'Check the number, and whether its country is right.'],
];

/** What a user can do about the reason of a refused recipient. */
export function adviceOnReason(text: string): string | undefined {
	return adviceByWord.find(([word]) => word.test(text))?.[1];
}

const adviceByStatus: Record<number, string> = {
	401: 'Check the user name and the SMS secret in the credential. The SMS secret is made under "Profile" at 160.com.au; it is not the password of your login.',
	404: 'It may have been deleted. Check the ID of this item; if it has none, check the Base URL in the credential.',
	405: 'Check the Base URL in the credential.',
};

const scalar = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
const brokenObject = z.object({ recipient: scalar, phone: scalar, contactId: scalar });

/** Whom a refusal is about, as " (61412345678)": a message's recipient, or a contact. In a message `phone` is the account's own. */
function about(object: unknown): string {
	const { recipient, phone, contactId } = brokenObject.safeParse(object).data ?? {};
	const who = recipient || (contactId && (phone || `contact ${contactId}`));
	return who ? ` (${who})` : '';
}

/** The provider's texts, each once; a request with a hundred bad objects needs no hundred lines. */
function textOf(body: unknown): string {
	const { data } = errorBody.safeParse(body);
	const texts = [...new Set(data?.errors.flatMap(({ status, object }) => (status ? `${status}${about(object)}` : [])))];
	return texts.slice(0, 3).join('; ') + (texts.length > 3 ? ` and ${texts.length - 3} more` : '');
}

/**
 * "HTTP code: 4xx (mostly 400)": an answer of errors alone is a refusal under any other code too.
 * @returns the code in it
 * @throws Error for one that is no "4xx" of the document's: a fault, or too many requests, refuses nothing for sure
 */
function codeInside(body: unknown): number | undefined {
	const { errors = [] } = errorBody.strict().safeParse(body).data ?? {};
	const codes = errors.map(({ statusCode }) => Number(statusCode) || 400);
	if (codes.some((code) => code >= 500 || [408, 425, 429, 499].includes(code))) throw new Error('A fault under HTTP 200');
	return codes[0];
}

/** No object is broken, and the text is about the account: every further request would be refused too. */
function isAboutAccount(httpStatus: number, body: unknown): boolean {
	const { data } = errorBody.safeParse(body);
	if (data?.errors.some(({ object }) => object !== undefined && object !== null)) return false;
	return [401, 402, 403].includes(httpStatus) || /balance|credit|funds|suspend/i.test(textOf(body));
}

export const sms160: Provider = {
	name: '160.com.au',
	credential: 'sms160Api',
	// Samples are digits with the country code. "Test Numbers" of the provider's developer page travel as they are written there.
	phone: { region: 'AU', form: 'digits', testNumbers: /^\+?0-?000-?000-?000-?[1-9]$/ },
	// "2 req/sec"
	limits: { rate: { requests: 2, milliseconds: 1000 } },
	timeout: 30_000,
	baseUrl: ({ baseUrl = '' }) => baseUrl,
	account: ({ baseUrl = '', username = '' }) => `${baseUrl} ${username}`,
	secrets: ({ username = '', password = '' }) => [password, `${username}:${password}`],
	refusal({ httpStatus, body }): Refusal | undefined {
		const code = httpStatus < 400 ? codeInside(body) : httpStatus;
		if (code === undefined) return undefined;
		const text = textOf(body);
		const advice = adviceByStatus[code] ?? adviceOnReason(text);
		return { text, advice, account: isAboutAccount(code, body), ...(httpStatus < 400 && { gone: code === 404 }) };
	},
};
