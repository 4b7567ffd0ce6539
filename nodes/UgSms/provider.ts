/** Facts about UGSMS (Uganda). Source: its API document and https://ugsms.com/documentation, unless a line says otherwise. */
import { failure } from '../../engine/failure';
import type { Credential, Provider, ProviderRequest, ProviderResponse, Refusal } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

/** "POST api/v2/sms/send", "GET api/v2/account/balance" */
export const sendPath = '/api/v2/sms/send';
export const balancePath = '/api/v2/account/balance';
/** "POST /v1/sms/send" */
const passwordSendPath = '/v1/sms/send';

const keysAreMade = 'in the UGSMS dashboard (Settings > API Settings)';

function byPassword({ authentication }: Credential): boolean {
	return authentication === 'password';
}

/**
 * "errors have error field"; `help` stands in the sample of 401. `{ success: false, message }` is told by clients of the API, and
 * `{ message, errors }` is how such a server (Laravel) refuses fields.
 */
const refusalBody = z
	.object({
		success: z.unknown(),
		error: z.unknown(),
		help: z.string().nullish().catch(undefined),
		message: z.string().nullish().catch(undefined),
		errors: z.record(z.union([z.string(), z.array(z.string())])).nullish().catch(undefined),
	})
	.passthrough();

/** A yes or no, also written as a text or number. */
export function answerOf(value: unknown): boolean | undefined {
	const word = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim().toLowerCase() : '';
	if (word === 'true' || word === '1') return true;
	return word === 'false' || word === '0' ? false : undefined;
}

/** Whether a body holds an error; a success may have `error: false` or an empty one. */
export function hasError(error: unknown): boolean {
	return error !== undefined && error !== null && error !== '' && answerOf(error) !== false;
}

/** Whether a body refuses, whatever its HTTP status. One that says yes and no at once does not: nobody can read it. */
function isRefusal(body: unknown): boolean {
	const { data } = refusalBody.safeParse(body);
	if (!data) return false;
	const success = answerOf(data.success);
	return success === false || (success === undefined && hasError(data.error));
}

/**
 * Whether an answer that refuses speaks of messages that were taken all the same: then nobody knows whose are on their way. The rows are
 * those of the bulk call, as a client of the API reads them.
 */
const taken = z.object({ data: z.object({ message_id: z.union([z.string(), z.number()]).catch(''), successful_messages: z.array(z.unknown()).catch([]) }) });
function hasTaken(body: unknown): boolean {
	const { message_id: id = '', successful_messages: rows = [] } = taken.safeParse(body).data?.data ?? {};
	return !/^\s*0*\s*$/.test(String(id)) || rows.length > 0;
}

/** The provider's words in a body; empty where it says nothing. */
export function refusalText(body: unknown): string {
	const { data } = refusalBody.safeParse(body);
	if (!data) return '';
	const { error, help, message, errors } = data;
	const inner = z.object({ message: z.string() }).safeParse(error).data?.message;
	const said = (typeof error === 'string' && error !== '' ? error : inner) ?? message ?? '';
	const fields = Object.values(errors ?? {}).flat().filter((text) => !said.includes(text));
	return [said, ...fields].filter((text) => text !== '').join('; ') + (help ? ` (${help})` : '');
}

const aboutBalance = /balance|credit(?!ential)|funds|top.?up/i;
const aboutKey = /api.?key/i;
const aboutSignIn = /unauthori[sz]ed|credentials|password/i;
const aboutStanding = /account.*(suspended|disabled|blocked|inactive|not active)/i;
const aboutSession = /unauthenticated|csrf|log.?in/i;

/** Whether a refusal is about numbers of the request, and not about the request as a whole. */
export function isAboutNumbers(body: unknown): boolean {
	const text = refusalText(body);
	return /number|phone|recipient/i.test(text) && ![aboutBalance, aboutStanding, aboutSignIn, /sender/i].some((other) => other.test(text));
}

function adviceOn(httpStatus: number, text: string): string | undefined {
	if (aboutBalance.test(text)) return 'Nothing of this request was sent. Top up your UGSMS account, then run again.';
	if (aboutStanding.test(text)) return 'Look at your account in the UGSMS dashboard.';
	if (aboutSession.test(text) || httpStatus === 419) return `UGSMS does not document who may make and revoke keys by its API. Do it ${keysAreMade}.`;
	if (aboutKey.test(text)) return `Check the API key in the credential. One that was revoked, replaced or has expired does not work any more; a new one is made ${keysAreMade}.`;
	if (httpStatus === 401 || aboutSignIn.test(text)) return 'Check the user name and password, or the API key, in the credential.';
	if (/sender/i.test(text)) return 'Use a sender ID of your UGSMS account, of at most 11 characters, or leave "Sender" empty.';
	if (/number|phone|recipient/i.test(text)) return 'Check the number. UGSMS sends to mobile numbers of Uganda.';
	return httpStatus === 404 || httpStatus === 405 ? 'Check the Base URL in the credential.' : undefined;
}

/** Every further request of the account would be refused too. */
function isAboutAccount(httpStatus: number, text: string): boolean {
	return [aboutBalance, aboutStanding, aboutKey, aboutSignIn, aboutSession].some((about) => about.test(text)) || httpStatus === 401 || httpStatus === 402;
}

/** With a password: "Credentials can be passed either as URL parameters or form parameters". The form, since addresses are seen by proxies and logs. */
function withPassword(request: ProviderRequest, { username = '', password = '' }: Credential): ProviderRequest {
	const { path, body } = request;
	if (path === balancePath) {
		throw failure('input', 'UGSMS tells the balance only to an API key (v2)', `Make a key ${keysAreMade}, and pick "API Key (V2)" in the credential. Each send also tells what remains.`);
	}
	const credentials = { username, password };
	if (path !== sendPath) return { ...request, authentication: 'query', body: { ...body, ...credentials } };
	const form = { ...body, ...credentials } as ProviderRequest['form'];
	return { ...request, path: passwordSendPath, authentication: 'query', body: undefined, form };
}

/** How long one of the 60 places stays taken, in ms. */
const minute = 60_000;

/**
 * "x-ratelimit-remaining": others may use the same key, so that it is used up before this process has had its share. When a
 * place is free again is not said but with 429 (Retry-After); after a minute it is in any case.
 */
function pauseAfter({ httpStatus, headers }: ProviderResponse): number | undefined {
	return httpStatus !== 429 && headers['x-ratelimit-remaining']?.trim() === '0' ? minute : undefined;
}

export const ugSms: Provider = {
	name: 'UGSMS',
	credential: 'ugSmsApi',
	// "0701234567, 0712345678"; "Send SMS to one or multiple Ugandan mobile numbers."
	phone: { region: 'UG', form: 'national', only: 'UG' },
	// "60 requests per minute per API key/user". Five at once is this node's own measure, so that the provider's count is heard in time.
	limits: { atOnce: 5, rate: { requests: 60, milliseconds: minute } },
	timeout: 30_000,
	baseUrl: ({ baseUrl = '' }) => baseUrl,
	account: ({ baseUrl = '', authentication = '', username = '', apiKey = '' }) => `${baseUrl} ${byPassword({ authentication }) ? username : apiKey}`,
	secrets: ({ apiKey = '', password = '' }) => [apiKey.trim(), password],
	prepare: (request, credential) => (byPassword(credential) ? withPassword(request, credential) : request),
	pause: pauseAfter,
	refusal({ httpStatus, body }): Refusal | undefined {
		if (httpStatus < 400 && !isRefusal(body)) return undefined;
		const text = refusalText(body);
		// "There is no API key": what a repeat of a revocation hears that had worked. No document gives the text.
		const gone = /\bno (active |current |existing |valid )?api.?keys?\b(?!.*(provid|suppl|given|sent|header|param))/i.test(text) && httpStatus !== 401 ? { gone: true } : {};
		return { text, advice: adviceOn(httpStatus, text), account: isAboutAccount(httpStatus, text), unsure: hasTaken(body), ...gone };
	},
};
