/** From an operation's request to a provider's response: signed by n8n's helper, paced, retried, and read. */
import type { IAllExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { Clock } from './clock';
import { systemClock } from './clock';
import type { Failure, FailureCause } from '../failure';
import { asFailure, connectionFailure, failure, isFailure, redactor, redactValue } from '../failure';
import type { Credential, Effect, Provider, ProviderRequest, ProviderResponse, Send } from '../operation';
import { parseJson } from './json';
import type { Pacer } from './pacing';
import { createPacer, longestWait } from './pacing';
import { withRetries } from './retrying';
import type { z } from './schema';

/** Carries one request to the provider. Throws what the network throws. */
export type Transport = (request: IHttpRequestOptions, signed: boolean) => Promise<{ statusCode?: number; headers?: Record<string, unknown>; body?: unknown }>;

/** A request, or what makes it when it leaves: in its turn, and anew for every attempt. What that throws was not sent. */
export type Requested = ProviderRequest | (() => ProviderRequest | Promise<ProviderRequest>);

/** What n8n contexts that may send have in common. */
export type SendingContext = Pick<IAllExecuteFunctions, 'getCredentials' | 'helpers' | 'getNode'>;

export interface Connection {
	provider: Provider;
	credential: Credential;
	/** What the pacer knows the account by. */
	account: string;
	clock: Clock;
	cancel?: AbortSignal;
	/** Takes secrets out of a text. */
	redact(text: string): string;
	/**
	 * Sends one request, with as many attempts as `effect` allows.
	 * @param gone asked when the answer is `gone` and an earlier attempt had ended ambiguously, so that it may have done that:
	 * gives what to answer instead, or `undefined` when the refusal stands
	 */
	request(request: Requested, effect: Effect, gone?: () => unknown): Promise<ProviderResponse | { done: unknown }>;
}

/** One for the process: parallel executions share an account's limits. */
const processPacer = createPacer(systemClock);

export interface ConnectionParts {
	provider: Provider;
	credential: Credential;
	transport: Transport;
	clock?: Clock;
	pacer?: Pacer;
	cancel?: AbortSignal;
}

/** Opens a connection for a node's credential, over n8n's own HTTP helper. */
export async function connect(context: SendingContext, provider: Provider, given: Pick<ConnectionParts, 'cancel' | 'clock' | 'pacer'> = {}): Promise<Connection> {
	const credential = credentialOf(await context.getCredentials(provider.credential));
	return createConnection({ provider, credential, transport: n8nTransport(context, provider), ...given });
}

/** n8n adds settings of its own that are no texts. */
export function credentialOf(data: object): Credential {
	return Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function n8nTransport(context: SendingContext, provider: Provider): Transport {
	// n8n aborts a request under way when an execution is stopped; a send must end, so that its outcome is known.
	const uncancelled = new Proxy(context, { has: (target, key) => key !== 'getExecutionCancelSignal' && Reflect.has(target, key) });
	return async (request, signed) =>
		(await (signed
			? context.helpers.httpRequestWithAuthentication.call(uncancelled as IAllExecuteFunctions, provider.credential, request)
			: context.helpers.httpRequest(request))) as IN8nHttpFullResponse;
}

export function createConnection({ provider, credential, transport, clock = systemClock, pacer = processPacer, cancel }: ConnectionParts): Connection {
	const redact = redactor(provider.secrets(credential));
	const account = `${provider.name} ${provider.account(credential)}`;
	const baseUrl = provider.baseUrl(credential).trim().replace(/\/+$/, '');

	const written = async (request: Requested): Promise<ProviderRequest> => {
		try {
			const made = typeof request === 'function' ? await request() : request;
			return provider.prepare ? provider.prepare(made, credential) : made;
		} catch (thrown) {
			if (isFailure(thrown) && thrown.failureCause === 'cancelled') throw thrown;
			const { message, advice, field } = asFailure(thrown);
			throw failure('input', message, advice, { field });
		}
	};

	const once = async (request: ProviderRequest): Promise<ProviderResponse> => {
		const { method, path, query, headers } = request;
		const options: IHttpRequestOptions = {
			method,
			url: `${baseUrl}${path}`,
			qs: withoutUndefined(query ?? {}),
			...bodyParts(request, headers),
			// Texts, so that a cut or garbled body is noticed here and not swallowed by a lenient parser.
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// No SMS API redirects; a redirect is a wrong base URL, and following one could send a message to a stranger.
			disableFollowRedirect: true,
			timeout: provider.timeout,
		};
		try {
			const { statusCode = 0, headers: received = {}, body } = await transport(options, request.authentication !== 'query');
			const lowerCase = Object.entries(received).map(([name, value]) => [name.toLowerCase(), String(value)]);
			return { httpStatus: statusCode, headers: Object.fromEntries(lowerCase) as Record<string, string>, body: parseBody(body, provider.xml) };
		} catch (thrown) {
			throw connectionFailure(thrown, provider.name);
		}
	};

	const attempt = async (request: Requested, effect: Effect, mayBeGone: boolean): Promise<ProviderResponse | Failure> => {
		const response = await once(await written(request));
		const pause = readBy(provider, response, () => provider.pause?.(response)) ?? 0;
		if (pause > 0) pacer.pause(account, provider.limits, pause);
		const verdict = judged(provider, response, effect, clock);
		if (verdict === undefined) return response;
		if (verdict.gone && mayBeGone) return verdict.failed;
		throw verdict.failed;
	};

	const connection: Connection = {
		provider,
		credential,
		account,
		clock,
		cancel,
		redact,
		async request(request, effect, gone) {
			try {
				return await withRetries(effect, { clock, cancel }, async (afterDoubt) => {
					const answer = await pacer.run(account, provider.limits, async () => await attempt(request, effect, afterDoubt && gone !== undefined), cancel);
					if (!isFailure(answer)) return answer;
					// Outside of the pacer, since it may send a request of its own.
					const done = await gone?.();
					if (done === undefined) throw answer;
					return { done };
				});
			} catch (thrown) {
				throw redacted(asFailure(thrown), redact);
			}
		},
	};
	return connection;
}

/** A `send` for functions of an operation that read (lookups, settling, custom reads). */
export function sender(connection: Connection, effect: Effect): Send {
	return async (request, schema) => {
		return readResponse(connection.provider, bodyOf(await connection.request(request, effect)), schema);
	};
}

export function bodyOf(response: ProviderResponse | { done: unknown }): unknown {
	return 'done' in response ? response.done : response.body;
}

/**
 * Reads a response by its schema.
 * @throws Failure (`ambiguous`), since a request whose response cannot be read may well have done its work
 */
export function readResponse<R>(provider: Provider, body: unknown, schema: z.ZodType<R, z.ZodTypeDef, unknown>): R {
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues[0]?.path.join('.') ?? '';
	throw failure(
		'ambiguous',
		`${provider.name} gave a response that could not be read${where && ` (at "${where}")`}`,
		'The provider may have changed its API, or something between n8n and the provider answered instead. Check the Base URL in the credential.',
		{ body },
	);
}

/** The same failure with texts, and a body, that hold no secrets. */
export function redacted(failed: Failure, redact: (text: string) => string): Failure {
	const { failureCause, message, advice, httpStatus, retryAfter, body, field, gone } = failed;
	return failure(failureCause, redact(message), redact(advice), { httpStatus, retryAfter, body: redactValue(body, redact), field, gone });
}

function parseBody(body: unknown, xml: Provider['xml']): unknown {
	if (typeof body !== 'string') return body;
	if (body.trim() === '') return undefined;
	try {
		return parseJson(body);
	} catch {
		return (xml && /^\s*</.test(body) && !isPage(body) ? parsedXml(body, xml) : undefined) ?? body;
	}
}

function parsedXml(text: string, xml: (text: string) => unknown): unknown {
	try {
		return xml(text);
	} catch {
		return undefined;
	}
}

/** Whether it is HTML, which no API answers with: a web server, a gateway or a sign-in page did. */
function isPage(body: unknown): boolean {
	if (typeof body !== 'string') return false;
	const beginning = body.trimStart().slice(0, 500);
	return /^<(!doctype\s+html|html|head|body|title|h1)\b/i.test(beginning) || /^<[?!][^]*<html\b/i.test(beginning);
}

const elsewhere = 'Check the Base URL in the credential. A proxy, a firewall or a sign-in page may also stand between n8n and the provider.';

const mayBeTaken = 'The provider may or may not have taken the request. Run again later.';

/** What is wrong with a response; `undefined` when the provider did what it was asked. */
function judged(provider: Provider, response: ProviderResponse, effect: Effect, clock: Clock): { failed: Failure; gone: boolean } | undefined {
	const { httpStatus, headers, body } = response;
	const { name } = provider;
	const refusal = readBy(provider, response, () => provider.refusal(response));
	const said = refusal?.text ? `: ${refusal.text}` : '';
	const no = (cause: FailureCause, message: string, advice = '', retryAfter?: number) => ({ failed: failure(cause, message, advice, { httpStatus, retryAfter, body }), gone: false });

	if (httpStatus === 429 && refusal?.lasting !== true) {
		const seconds = secondsOf(headers['retry-after'], clock);
		const when = seconds !== undefined && seconds * 1000 > longestWait ? `in ${Math.ceil(seconds / 60)} minutes, as the provider asks` : 'in a few minutes';
		return no('throttled', `${name} is getting too many requests${said}`, `Run again ${when}, or run fewer workflows on this account at the same time.`, seconds);
	}
	if (isDoubtful(httpStatus)) {
		return no('ambiguous', `${name} had an internal fault (HTTP ${httpStatus})${said}`, mayBeTaken, secondsOf(headers['retry-after'], clock));
	}
	if (httpStatus >= 300 && httpStatus < 400) return no('account', `${name} redirected the request elsewhere (HTTP ${httpStatus})`, 'Check the Base URL in the credential.');
	if (httpStatus === 401) return no('account', `${name} did not accept the credential${said}`, refusal?.advice ?? 'Check the credential\'s user name, password or key.');
	// A page with HTTP 200 may stand around a program that did its work.
	if (isPage(body)) return no(httpStatus < 400 && effect === 'once' ? 'ambiguous' : 'account', `Something else than ${name} answered (HTTP ${httpStatus})`, elsewhere);
	// "Not found" of what, when nobody says so in the provider's words?
	const isWordless = (body === undefined || typeof body === 'string') && !refusal?.text && refusal?.gone === undefined;
	if (httpStatus === 407 || ((httpStatus === 404 || httpStatus === 405) && isWordless)) return no('account', `Something else than ${name} answered (HTTP ${httpStatus})`, elsewhere);
	if (refusal === undefined && httpStatus < 400) return undefined;
	if (refusal?.unsure && effect === 'once') return no('ambiguous', `${name} gave an answer that does not say whether it took the request${said}`, mayBeTaken);
	const gone = refusal?.gone ?? [404, 409, 410].includes(httpStatus);
	const advice = refusal?.advice ?? (httpStatus === 404 || httpStatus === 405 ? 'Check the Base URL in the credential.' : undefined);
	const failed = failure(refusal?.account ? 'account' : 'refused', `${name} refused the request${said || ` (HTTP ${httpStatus})`}`, advice, { httpStatus, body, gone: refusal?.gone });
	return { failed, gone };
}

/**
 * Statuses that leave open whether the request was taken: none or an interim one, a fault, and time-outs that a server
 * or a gateway noticed (RFC 9110: 408; RFC 8470: 425; nginx: 499). 303 is the answer to a request that was taken.
 */
function isDoubtful(httpStatus: number): boolean {
	return !(httpStatus >= 200 && httpStatus < 500) || [303, 408, 425, 499].includes(httpStatus);
}

/** @throws Failure (`ambiguous`): a response over which its reader stumbles says nothing about the request */
function readBy<T>(provider: Provider, { httpStatus, body }: ProviderResponse, read: () => T): T {
	try {
		return read();
	} catch {
		throw failure('ambiguous', `${provider.name} gave a response that could not be read (HTTP ${httpStatus})`, elsewhere, { httpStatus, body });
	}
}

/** Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3); `undefined` where it says nothing of use. */
function secondsOf(retryAfter: string | undefined, clock: Clock): number | undefined {
	const text = retryAfter?.trim() ?? '';
	const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : /[a-z]/i.test(text) ? (Date.parse(text) - clock.now()) / 1000 : NaN;
	return seconds > 0 ? seconds : undefined;
}

/** A body with its headers. */
function bodyParts({ body, form }: ProviderRequest, headers: Record<string, string> | undefined): Pick<IHttpRequestOptions, 'body' | 'headers'> {
	const accept = { Accept: 'application/json' };
	if (form) {
		const fields = Object.entries(withoutUndefined(form)).map(([name, value]): [string, string] => [name, String(value)]);
		return { body: new URLSearchParams(fields).toString(), headers: { ...accept, 'Content-Type': 'application/x-www-form-urlencoded', ...headers } };
	}
	return { body: body && withoutUndefined(body), headers: { ...accept, ...(body && { 'Content-Type': 'application/json' }), ...headers } };
}

function withoutUndefined<T extends Record<string, unknown>>(record: T): Record<string, T[keyof T]> {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<string, T[keyof T]>;
}
