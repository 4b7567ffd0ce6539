/** Facts about NusaSMS (Indonesia). Source: its API document v1.0, unless a line says otherwise. */
import { failure } from '../../engine/failure';
import type { Credential, Provider, Refusal } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { isNegative, resultRows, statusIn } from './results';
import { refusalOf } from './statuses';

/** "API Usage Notes", "Development (Test)". The document gives paths below both; the SMS calls it names on the first only. */
export const hosts = { production: 'https://api.nusasms.com', development: 'https://dev.nusasms.com' } as const;

/** Paths of the API with an APIKey, and of the SMS calls ("BASE_URL: http://api.nusasms.com/api/v3", which its samples call by https). */
export const apiPath = '/nusasms_api/1.0';
export const smsPath = '/api/v3/sendsms';
export const commandPath = '/api/command';

/** A success says `error: false`; a refusal `{ error: true, message }`, or what was wrong with which field ("HTTPValidationError"). */
const refusalBody = z
	.object({
		error: z.unknown(),
		error_code: z.union([z.number(), z.string()]).nullish().catch(undefined),
		message: z.string().nullish().catch(undefined),
		description: z.string().nullish().catch(undefined),
		detail: z
			.union([z.string(), z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])).nullish(), msg: z.string().nullish() }).passthrough())])
			.nullish()
			.catch(undefined),
	})
	.passthrough();

const whiteList = 'add the public IP address of this n8n under Account > IP Whitelist at app.nusasms.com';

/** "HTTP Status Code". */
const adviceByStatus: Record<number, string> = {
	400: 'Check the values of this item.',
	401: 'Check the API key in the credential. It is made under Account > User management at app.nusasms.com.',
	403: `Check the API key in the credential, and ${whiteList}.`,
	404: 'Check the ID of this item, and the Environment and Base URL in the credential. The development host has no documented SMS calls.',
	405: 'Check the Base URL in the credential.',
	422: 'Check the value that is named.',
};

/** The document gives no texts, so words are looked for, in both languages of the provider. */
const aboutCredits = /credit|kredit|balance|saldo|quota|kuota/i;

/** @returns the provider's words; `undefined` when the body says no such thing */
export function refusalText(body: unknown): string | undefined {
	const { data } = refusalBody.safeParse(body);
	if (!data) return undefined;
	const { error_code: code, message, description, detail } = data;
	const fields = typeof detail === 'string' ? [detail] : (detail ?? []).map(({ loc, msg }) => [loc?.slice(1).join('.'), msg].filter((part) => part).join(': '));
	const texts = [message, description, ...fields].filter((text): text is string => Boolean(text));
	if (texts.length === 0) return undefined;
	return `${texts.join('; ')}${code === undefined || code === null || Number(code) === 0 ? '' : ` (code ${code})`}`;
}

/** The places in a list of the request that a refusal names, each with what is said of it; `undefined` when it is about anything else, too. */
export function placesRefused(body: unknown, list: string): Map<number, string> | undefined {
	const detail = refusalBody.safeParse(body).data?.detail;
	if (!Array.isArray(detail) || detail.length === 0) return undefined;
	const places = detail.map(({ loc, msg }): [number, string] => [loc?.at(-2) === list && /^\d+$/.test(String(loc.at(-1))) ? Number(loc.at(-1)) : NaN, msg || 'NusaSMS gave no reason']);
	return places.every(([place]) => Number.isInteger(place)) ? new Map(places) : undefined;
}

/** A status that concerns the whole account, in the answer of an SMS call or command, which comes with HTTP 200. */
function accountRefusal(body: unknown): Refusal | undefined {
	const statuses = resultRows(body).map(statusIn);
	const status = statuses.find(isNegative);
	// Beside a row that says yes it says nothing of the request.
	const refusal = status === undefined || !statuses.every(isNegative) ? undefined : refusalOf(status);
	return refusal?.account ? { text: refusal.reason, advice: refusal.advice, account: true } : undefined;
}

function isEnvelopeOfRefusal(body: unknown): boolean {
	return /^(true|1)$/i.test(String(refusalBody.safeParse(body).data?.error).trim());
}

/**
 * Whether a refusal leaves open what was done: the code of a fault ("50X: Server Error") or of a time-out under another HTTP status, or
 * the ID of a message, which only one that was taken has.
 */
function isUnsure(body: unknown): boolean {
	const code = Number(refusalBody.safeParse(body).data?.error_code ?? 0);
	const { ref_no: id } = z.object({ data: z.object({ ref_no: z.unknown() }) }).safeParse(body).data?.data ?? {};
	const hasId = (typeof id === 'string' || typeof id === 'number') && !/^\s*0*\s*$/.test(String(id));
	return hasId || (code >= 500 && code < 600) || [408, 425, 499].includes(code);
}

/** Where the requests of a credential go. A Base URL that is filled in wins, also with the path that the document writes behind it. */
function baseUrl({ baseUrl: given = '', environment }: Credential): string {
	const plain = given.trim().replace(/\/+$/, '').replace(/\/nusasms_api\/1\.0$/, '');
	return plain === '' ? hosts[environment === 'development' ? 'development' : 'production'] : plain;
}

export const nusaSms: Provider = {
	name: 'NusaSMS',
	credential: 'nusaSmsApi',
	// "GMS recipient number in intenational format (e.g: 62810000XXXX)"
	phone: { region: 'ID', form: 'digits' },
	// "Max API HIT is one hit per 50.0 milliseconds"; a hit too many is answered 429 and does nothing.
	limits: { rate: { requests: 1, milliseconds: 50 }, countedFrom: 'departure' },
	timeout: 30_000,
	baseUrl,
	account: (credential) => `${baseUrl(credential)} ${credential['apiKey'] ?? ''} ${credential['username'] ?? ''}`,
	// The user name only where it stands for the credential: as a word it may be a brand that stands in every message.
	secrets: ({ apiKey = '', password = '', username = '' }) => [apiKey.trim(), password, ...(username === '' ? [] : [`user=${username}`])],
	// SMS and commands: "user" and "password" stand in the query.
	prepare(request, { username = '', password = '' }) {
		if (request.authentication !== 'query') return request;
		if (username !== '' && password !== '') return { ...request, query: { user: username, password, ...request.query } };
		throw failure('input', 'The credential has no user name and password of the SMS API', 'Fill in "SMS Username" and "SMS Password" in the credential. SMS need them; WhatsApp needs only the API key.');
	},
	refusal({ httpStatus, body }): Refusal | undefined {
		if (httpStatus < 400 && !isEnvelopeOfRefusal(body)) return accountRefusal(body);
		// The SMS calls refuse by a status, whatever the HTTP status around it.
		const status = resultRows(body).map(statusIn).find(isNegative);
		if (status !== undefined) {
			const { reason, advice, account } = refusalOf(status);
			return { text: reason, advice, account };
		}
		const text = refusalText(body) ?? '';
		const isAboutCredits = aboutCredits.test(text);
		const advice = isAboutCredits ? 'Top up the credits at app.nusasms.com, then run again.' : adviceByStatus[httpStatus];
		return { text, advice, account: isAboutCredits || [401, 402, 403].includes(httpStatus), unsure: isUnsure(body) };
	},
};
