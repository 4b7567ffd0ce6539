/** The bodies of calls: JSON, XML or forms, told by what they look like, since providers do not always say what they send, or say it wrong. */
import { parseJson } from '../wire/json';
import { readXml } from '../wire/xml';

/** Lists and records in each other. n8n itself trips over data that is thousands deep. */
const deepest = 100;

/**
 * Reads a body. What is of no known format becomes `{ body: <the text> }`.
 * @param contentType asked for the character set only
 * @throws RangeError when it is nested too deeply or too long to be read
 */
export function readBody(raw: Buffer, contentType: string): unknown {
	const body = textOf(raw, contentType).trim();
	if (body === '') return {};
	try {
		if (/^[{[]/.test(body)) return readJson(body);
		if (body.startsWith('<')) {
			// The root's name says nothing, and what it holds is what the same provider's JSON holds.
			const [content] = Object.values(readXml(body));
			return typeof content === 'object' ? content : { body };
		}
	} catch (thrown) {
		if (thrown instanceof RangeError) throw thrown;
		return { body };
	}
	return /^[^\s=<]+=/.test(body) ? Object.fromEntries(new URLSearchParams(body)) : { body };
}

/** By the character set that the header or an XML declaration names; UTF-8 otherwise. A mark of byte order is left out. */
function textOf(raw: Buffer, contentType: string): string {
	const named = /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType) ?? /^\s*<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)/.exec(raw.toString('latin1', 0, 200));
	try {
		return new TextDecoder(named?.[1] ?? 'utf-8').decode(raw);
	} catch {
		return new TextDecoder().decode(raw);
	}
}

function readJson(body: string): unknown {
	const read = parseJson(body);
	throwIfDeep(read, deepest);
	return read;
}

function throwIfDeep(value: unknown, left: number): void {
	if (typeof value !== 'object' || value === null) return;
	if (left === 0) throw new RangeError('The body has too many lists and records in each other');
	for (const within of Object.values(value)) throwIfDeep(within, left - 1);
}
