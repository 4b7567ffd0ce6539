/**
 * What can go wrong, each cause with a name of its own, so that whoever catches it knows whether it is safe to repeat.
 *
 * Texts follow n8n's UX guide: `message` says what happened, `advice` says what to do next. The provider's own words
 * are kept in `message`.
 */

/**
 * - `input`       a value that the user gave; nothing was sent
 * - `unreachable` the request surely did not reach the provider (DNS, refused connection)
 * - `throttled`   the provider asked to wait (HTTP 429); nothing was accepted
 * - `ambiguous`   the request may or may not have been taken (time-out, reset, 5xx, unreadable response, whatever nobody foresaw)
 * - `refused`     the provider said no to this request: surely not done, may be sent again
 * - `account`     no to every further request as well (wrong password, wrong Base URL); also surely not done
 * - `cancelled`   the execution was stopped before this was sent
 * - `skipped`     not begun, because an earlier request of the run did not go through
 */
export type FailureCause = 'input' | 'unreachable' | 'throttled' | 'ambiguous' | 'refused' | 'account' | 'cancelled' | 'skipped';

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
	/** The provider said in its own words that what the request is about is not there (`Refusal.gone`). */
	readonly gone?: boolean;
}

type Details = Partial<Pick<Failure, 'httpStatus' | 'retryAfter' | 'body' | 'field' | 'gone'>>;

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

/** Turns whatever was thrown into a failure; what nobody foresaw is told as it came, and may have happened before or after the request did its work. */
export function asFailure(thrown: unknown): Failure {
	if (isFailure(thrown)) return thrown;
	return failure('ambiguous', thrown instanceof Error ? thrown.message : String(thrown));
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
	'ERR_UNESCAPED_CHARACTERS',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** Of Base URLs with the wrong scheme: OpenSSL's text for an answer without TLS, and axios' for anything but http and https. */
const textsBeforeSending = /wrong version number|unsupported protocol/i;

/**
 * Classifies a thrown connection fault by what is found along `cause` (n8n wraps what axios throws).
 * Only what precedes the first byte of a request counts as `unreachable`; everything else may have arrived.
 */
export function connectionFailure(thrown: unknown, host: string): Failure {
	const faults = faultsOf(thrown);
	const blocked = faults.find(({ name }) => name === 'UserError' || name.startsWith('Ssrf'));
	if (blocked) return failure('account', `n8n did not let the request out: ${blocked.message}`, 'Nothing was sent. Ask who runs this n8n, or check the allowed domains of the credential.');
	if (faults.some(({ code, message }) => code === 'ERR_INVALID_CHAR' || message.startsWith('Invalid character in header content'))) {
		// Node refuses to write such a header, and n8n passes on no code; all in headers but the credential is this package's own.
		const advice = 'Nothing was sent. Copy its key, token or password anew, as plain text: a line break or a character that cannot be seen may have come along.';
		return failure('account', 'The credential has a character that no request can carry', advice);
	}
	const calls = faults.map(({ syscall }) => syscall);
	// A connection that stood before may break with the same codes, when its request has left.
	const stood = calls.includes('read') || calls.includes('write');
	const isBefore = faults.some(({ code, message }) => (!stood && codesBeforeSending.has(code)) || textsBeforeSending.test(message));
	if (isBefore || calls.includes('connect')) {
		return failure(
			'unreachable',
			`${host} could not be reached`,
			'Check the Base URL in the credential and this machine\'s network, then run again. Nothing was sent by this request.',
		);
	}
	const timedOut = faults.some(({ code }) => code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT');
	return failure(
		'ambiguous',
		timedOut ? `${host} did not answer in time` : `The connection to ${host} was cut before its response was complete`,
		'The provider may or may not have taken the request.',
	);
}

interface Fault {
	name: string;
	message: string;
	code: string;
	/** What the operating system was asked to do. */
	syscall: string;
}

function faultsOf(thrown: unknown): Fault[] {
	const faults: Fault[] = [];
	let current: unknown = thrown;
	for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
		const { code, syscall, message, errors, cause } = current as Record<string, unknown>;
		const name = current instanceof Error && current.name !== 'Error' ? current.name : (current.constructor as { name: string } | undefined)?.name ?? '';
		faults.push({ name, message: String(message), code: String(code), syscall: String(syscall) });
		// An AggregateError of several addresses counts by its first.
		if (Array.isArray(errors)) faults.push(...errors.slice(0, 1).flatMap(faultsOf));
		current = cause;
	}
	return faults;
}

/** A shorter secret is no secret: half of all texts hold it, and dots in them would tell what it is. */
const shortestSecret = 4;
/** A shorter one counts where it stands alone, not inside of words and numbers: a PIN must not put dots into message IDs. */
const shortestAnywhere = 8;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' };

/** Matches a character as it is, or as it becomes in a URL, a form, JSON (also JSON within JSON), XML or HTML. */
function anyFormOf(character: string): string {
	if (/[a-z\d]/i.test(character)) return character;
	const units = Array.from({ length: character.length }, (_, index) => `u${character.charCodeAt(index).toString(16).padStart(4, '0')}`);
	const percent = Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`);
	const texts = [character, JSON.stringify(character).slice(1, -1).replace(/^\\/, ''), `&#${character.codePointAt(0)};`, entities[character] ?? character, character === ' ' ? '+' : character];
	const forms = texts.map((text) => text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&'));
	// JSON puts a backslash before some, and JSON within JSON three.
	return `\\\\*(?:${[...new Set([...forms, units.join('\\\\*'), percent.join('').replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)])].join('|')})`;
}

/**
 * Replaces secrets by dots, in all forms in which they can turn up: as typed, encoded in a URL or a form, escaped in JSON
 * or XML, and in base64 (the Basic header, for a secret of the form `user:password`).
 * @param secrets values of the credential that must never be shown
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
	const alone = (pattern: string): string => `(?<=^|[^\\p{L}\\p{N}]|\\\\[bfnrt]|%[\\da-fA-F]{2})${pattern}(?![\\p{L}\\p{N}])`;
	const forms = [...new Set(secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64')]))]
		.filter((form) => form.length >= shortestSecret)
		.sort((a, b) => b.length - a.length)
		.map((form) => {
			const pattern = Array.from(form, anyFormOf).join('');
			return form.length < shortestAnywhere ? alone(pattern) : pattern;
		});
	if (forms.length === 0) return (text) => text;
	const pattern = new RegExp(forms.join('|'), 'gu');
	return (text) => text.replace(pattern, '•••');
}

/** The same for every text in a value of JSON, whatever its depth; the value itself where there is none to replace. */
export function redactValue<T>(value: T, redact: (text: string) => string): T {
	const text = JSON.stringify(value) as string | undefined;
	return text === undefined || redact(text) === text ? value : (redactedTexts(value, redact) as T);
}

function redactedTexts(value: unknown, redact: (text: string) => string): unknown {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return value.map((one) => redactedTexts(one, redact));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redactedTexts(one, redact)]));
}
