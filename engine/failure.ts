/**
 * What can go wrong, each cause with a name of its own, so that whoever catches it knows whether it is safe to repeat.
 *
 * Texts follow n8n's UX guide: `message` says what happened, `advice` says what to do next. The provider's own words
 * are kept in `message`.
 */

/**
 * - `input`      a value that the user gave; nothing was sent
 * - `unsent`     the request surely did not reach the provider (DNS, refused connection)
 * - `throttled`  the provider asked to wait (HTTP 429); nothing was accepted
 * - `ambiguous`  the request may or may not have been taken (time-out, reset, 5xx, unreadable response)
 * - `refused`    the provider said no to this request
 * - `account`    the provider said no to the account (wrong password): every further request would get the same
 * - `cancelled`  the execution was stopped
 * - `skipped`    not begun, because an earlier request of the run did not go through
 */
export type FailureCause = 'input' | 'unsent' | 'throttled' | 'ambiguous' | 'refused' | 'account' | 'cancelled' | 'skipped';

export interface Failure extends Error {
	readonly failureCause: FailureCause;
	/** What the user can do next, one or two sentences. */
	readonly advice: string;
	readonly httpStatus?: number;
	/** Seconds that the provider asked to wait. */
	readonly retryAfter?: number;
	/** The provider's response as it was parsed, for operations that read more than the text from it. */
	readonly body?: unknown;
	/** Name of the field that a bad value stands in (`input` only). */
	readonly field?: string;
}

type Details = Partial<Pick<Failure, 'httpStatus' | 'retryAfter' | 'body' | 'field'>>;

/** Makes a failure. `message` and `advice` are shown to the user. */
export function failure(failureCause: FailureCause, message: string, advice = '', details: Details = {}): Failure {
	return Object.assign(new Error(message), { failureCause, advice, ...details });
}

/** A bad value in the field of that name; `text` continues a sentence that starts with the field's label. */
export function badValue(field: string, text: string, advice = ''): Failure {
	return failure('input', text, advice, { field });
}

export function isFailure(thrown: unknown): thrown is Failure {
	return thrown instanceof Error && 'failureCause' in thrown;
}

/** Turns whatever was thrown into a failure; what nobody foresaw is told as it came. */
export function asFailure(thrown: unknown): Failure {
	if (isFailure(thrown)) return thrown;
	return failure('refused', thrown instanceof Error ? thrown.message : String(thrown));
}

const codesBeforeSending = new Set([
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_FAIL',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EADDRNOTAVAIL',
	'ERR_INVALID_URL',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * Classifies a thrown connection fault by its Node.js code, found anywhere along `cause` (n8n wraps what axios throws).
 * Only codes that precede the first byte of a request count as `unsent`; everything else may have arrived.
 */
export function connectionFailure(thrown: unknown, host: string): Failure {
	const codes = errorCodes(thrown);
	if (codes.some((code) => codesBeforeSending.has(code))) {
		return failure(
			'unsent',
			`${host} could not be reached`,
			'Check the Base URL in the credential and this machine\'s network, then run again. Nothing was sent by this request.',
		);
	}
	const timedOut = codes.some((code) => code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT');
	return failure(
		'ambiguous',
		timedOut ? `${host} did not answer in time` : `The connection to ${host} was cut before its response was complete`,
		'The provider may or may not have taken the request.',
	);
}

function errorCodes(thrown: unknown): string[] {
	const codes: string[] = [];
	let current: unknown = thrown;
	for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
		if ('code' in current && typeof current.code === 'string') codes.push(current.code);
		// An AggregateError of several addresses counts by its first.
		if ('errors' in current && Array.isArray(current.errors)) codes.push(...current.errors.slice(0, 1).flatMap(errorCodes));
		current = 'cause' in current ? current.cause : undefined;
	}
	return codes;
}

/**
 * Replaces secrets by dots, in the forms in which they can turn up: as typed, URL-encoded (query), and base64 (Basic auth).
 * @param secrets values of the credential that must never be shown
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
	const forms = secrets
		.filter((secret) => secret !== '')
		.flatMap((secret) => [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+'), Buffer.from(secret).toString('base64')])
		.sort((a, b) => b.length - a.length);
	const unique = [...new Set(forms)];
	return (text) => unique.reduce((result, form) => result.replaceAll(form, '•••'), text);
}
