/** From an operation's request to a provider's response: signed by n8n's helper, paced, retried, and read. */
import type { IAllExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { Clock } from './clock';
import { systemClock } from './clock';
import type { Failure } from '../failure';
import { asFailure, connectionFailure, failure, redactor } from '../failure';
import type { Credential, Effect, Provider, ProviderRequest, ProviderResponse, Send } from '../operation';
import type { Pacer } from './pacing';
import { createPacer } from './pacing';
import { withRetries } from './retrying';
import type { z } from './schema';

/** Carries one request to the provider. Throws what the network throws. */
export type Transport = (request: IHttpRequestOptions, signed: boolean) => Promise<{ statusCode: number; headers: Record<string, unknown>; body: unknown }>;

/** What n8n contexts that may send have in common. */
export type SendingContext = Pick<IAllExecuteFunctions, 'getCredentials' | 'helpers' | 'getNode'>;

export interface Connection {
	provider: Provider;
	credential: Credential;
	clock: Clock;
	cancel?: AbortSignal;
	/** Takes secrets out of a text. */
	redact(text: string): string;
	/**
	 * Sends one request, with as many attempts as `effect` allows.
	 * @param done answered instead of a 404 or 409 that only says that an earlier, ambiguous attempt had worked
	 */
	request(request: ProviderRequest | (() => ProviderRequest | Promise<ProviderRequest>), effect: Effect, done?: () => unknown): Promise<ProviderResponse | { done: unknown }>;
	/** What limits and claims are counted by. */
	account: string;
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

	const once = async (request: ProviderRequest): Promise<ProviderResponse> => {
		const inQuery = request.authentication === 'query';
		const options: IHttpRequestOptions = {
			method: request.method,
			url: `${baseUrl}${request.path}`,
			qs: withoutUndefined({ ...(inQuery && provider.query?.(credential)), ...request.query }),
			body: request.body && withoutUndefined(request.body),
			headers: { Accept: 'application/json', ...(request.body && { 'Content-Type': 'application/json' }), ...request.headers },
			// Texts, so that a cut or garbled body is noticed here and not swallowed by a lenient parser.
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// No SMS API redirects; a redirect is a wrong base URL, and following one could send a message to a stranger.
			disableFollowRedirect: true,
			timeout: provider.timeout,
		};
		let answered;
		try {
			answered = await transport(options, !inQuery);
		} catch (thrown) {
			throw connectionFailure(thrown, provider.name);
		}
		const headers = Object.fromEntries(Object.entries(answered.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
		return { httpStatus: answered.statusCode, headers, body: parseBody(answered.body) };
	};

	const connection: Connection = {
		provider,
		credential,
		clock,
		cancel,
		redact,
		async request(request, effect, done) {
			try {
				return await withRetries(
					effect,
					{ clock, cancel, throttled: (milliseconds) => pacer.pause(account, milliseconds) },
					async (afterDoubt) =>
						await pacer.run(
							account,
							provider.limits,
							async () => {
								const response = await once(typeof request === 'function' ? await request() : request);
								const found = afterDoubt && done && (response.httpStatus === 404 || response.httpStatus === 409) ? await done() : undefined;
								if (found !== undefined) return { done: found };
								throwIfRefused(provider, response);
								return response;
							},
							cancel,
						),
				);
			} catch (thrown) {
				throw redacted(asFailure(thrown), redact);
			}
		},
		account,
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
	const { failureCause, message, advice, httpStatus, retryAfter, body, field } = failed;
	return failure(failureCause, redact(message), redact(advice), { httpStatus, retryAfter, body: redactValue(body, redact), field });
}

/** Texts, which stay as they are, and whole numbers of more digits than a JavaScript number holds: ids, which become texts. */
const longNumbers = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

function parseBody(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	if (body.trim() === '') return undefined;
	try {
		return JSON.parse(/\d{16}/.test(body) ? body.replace(longNumbers, (found) => (found.startsWith('"') ? found : `"${found}"`)) : body);
	} catch {
		return body;
	}
}

/** @throws Failure when the provider did not do what it was asked */
function throwIfRefused(provider: Provider, response: ProviderResponse): void {
	const { httpStatus, headers, body } = response;
	const refusal = provider.refusal(response);
	const said = refusal?.text ? `: ${refusal.text}` : '';
	if (httpStatus === 429 && refusal?.lasting !== true) {
		throw failure('throttled', `${provider.name} is getting too many requests${said}`, 'Run again in a few minutes, or run fewer workflows on this account at the same time.', {
			httpStatus,
			retryAfter: secondsOf(headers['retry-after']),
			body,
		});
	}
	// A time-out that the server or a gateway noticed leaves the same doubt as one that n8n noticed.
	if (httpStatus >= 500 || httpStatus === 408) {
		throw failure('ambiguous', `${provider.name} had an internal fault (HTTP ${httpStatus})${said}`, 'The provider may or may not have taken the request. Run again later.', { httpStatus, body });
	}
	if (httpStatus >= 300 && httpStatus < 400) {
		throw failure('account', `${provider.name} redirected the request elsewhere (HTTP ${httpStatus})`, 'Check the Base URL in the credential.', { httpStatus });
	}
	if (refusal === undefined && httpStatus < 400) return;
	if (httpStatus === 401) {
		throw failure('account', `${provider.name} did not accept the credential${said}`, refusal?.advice ?? 'Check the credential\'s user name, password or key.', { httpStatus, body });
	}
	throw failure(refusal?.account ? 'account' : 'refused', `${provider.name} refused the request${said || ` (HTTP ${httpStatus})`}`, refusal?.advice, { httpStatus, body });
}

/** Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3). */
function secondsOf(retryAfter: string | undefined): number | undefined {
	if (retryAfter === undefined) return undefined;
	const seconds = Number(retryAfter);
	if (Number.isFinite(seconds)) return Math.max(0, seconds);
	const date = Date.parse(retryAfter);
	return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

function withoutUndefined<T extends Record<string, unknown>>(record: T): Record<string, T[keyof T]> {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<string, T[keyof T]>;
}

/** A value without secrets, in every text of it. */
export function redactValue<T>(value: T, redact: (text: string) => string): T {
	const text = JSON.stringify(value) as string | undefined;
	if (text === undefined) return value;
	const clean = redact(text);
	return clean === text ? value : (JSON.parse(clean) as T);
}
