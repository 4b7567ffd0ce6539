/** JSON with whole numbers of any length: those that a JavaScript number cannot hold are bigints here, and bare digits on the wire. */
import { randomUUID } from 'node:crypto';

/** Nobody can put it into a text on purpose. */
const MARK = `whole number ${randomUUID()} `;
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g');
/** A text, so that digits inside it are passed over, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Throws on text that is not JSON. */
export function readJson(text: string): unknown {
	const value = JSON.parse(text) as unknown;
	if (!/\d{16}/.test(text)) return value;
	const marked = text.replace(TOKEN, (token) => (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${MARK}${token}"` : token));
	return JSON.parse(marked, (_key, inner: unknown) => (typeof inner === 'string' && inner.startsWith(MARK) ? BigInt(inner.slice(MARK.length)) : inner)) as unknown;
}

/** For people and for logs: text that is not JSON as it is, and whole numbers that a JavaScript number cannot hold as text. */
export function showJson(text: string): unknown {
	try {
		return shown(readJson(text));
	} catch {
		return text;
	}
}

/** A copy without bigints. */
export function shown(value: unknown): unknown {
	if (typeof value === 'bigint') return String(value);
	if (Array.isArray(value)) return value.map(shown);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]: [string, unknown]) => [name, shown(inner)]));
}

/** Also short bigints are written as bare digits. */
export function writeJson(value: unknown): string {
	const marked = JSON.stringify(value, function (this: Record<string, unknown>, key, inner: unknown) {
		// Where a library gave bigints a toJSON of their own, `inner` is its text.
		const given = this[key];
		return typeof given === 'bigint' ? `${MARK}${given}` : inner;
	});
	return marked.replace(MARKED, '$1');
}
