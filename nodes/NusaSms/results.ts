/**
 * Reads what the SMS calls and the commands answer: XML unless JSON is asked for, and some answers are documented in neither.
 * "output: Response format (e.g: XML or JSON)".
 */
import { z } from '../../engine/wire/schema';
import type { XmlRecord } from '../../engine/wire/xml';
import { readXml } from '../../engine/wire/xml';

/** One `<result>`, or one of `"results"`. */
export type ResultRow = Readonly<Record<string, string>>;

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** XML as an object; `undefined` when it is none. */
function parsedXml(text: string): XmlRecord | undefined {
	try {
		return readXml(text, ['result']);
	} catch {
		return undefined;
	}
}

/** The texts and numbers of a record, trimmed, by their names in small letters. */
function textsOf(record: Record<string, unknown>): ResultRow {
	const texts = Object.entries(record).flatMap(([name, value]): Array<[string, string]> => (typeof value === 'string' || typeof value === 'number' ? [[name.toLowerCase(), String(value).trim()]] : []));
	return Object.fromEntries(texts);
}

/** What the answer says by name: `results`, or its top level where it has none. */
function rowsIn(answer: unknown): ResultRow[] {
	if (Array.isArray(answer)) return answer.flatMap(rowsIn);
	if (!isRecord(answer)) return [];
	const nested = answer['results'] ?? answer['result'];
	const inside = nested === undefined ? [] : rowsIn(nested);
	if (inside.length > 0) return inside;
	const row = textsOf(answer);
	return Object.keys(row).length > 0 ? [row] : Object.values(answer).flatMap(rowsIn);
}

/**
 * The rows of an answer in JSON or XML; a bare number or word is one row with nothing but `value`.
 * @returns none where the answer is empty or a page of something else
 */
export function resultRows(body: unknown): ResultRow[] {
	if (typeof body === 'number') return [{ value: String(body) }];
	if (typeof body !== 'string') return rowsIn(body);
	const text = body.trim();
	if (text.startsWith('<')) return rowsIn(parsedXml(text));
	return /^[\w.,:+-]+(?: [\w.,:+-]+){0,3}$/.test(text) ? [{ value: text }] : [];
}

/** The status of a row: under its name, or a bare negative number. */
export function statusIn(row: ResultRow): string | undefined {
	return row['status'] ?? (/^-\d{1,3}$/.test(row['value'] ?? '') && Object.keys(row).length === 1 ? row['value'] : undefined);
}

export function isNegative(status: string | undefined): status is string {
	return status !== undefined && /^-\d+$/.test(status);
}

/** The one row of a send, with its status. Anything else, also rows that say yes and no, counts as an answer that nobody can read: it may have been sent. */
export const sendResult = z.unknown().transform((body, context): { row: ResultRow; status: string } => {
	const [row = {}, ...others] = resultRows(body);
	const status = others.every((other) => statusIn(other) === statusIn(row)) ? statusIn(row) : undefined;
	// In both documented frames something stands beside it; elsewhere 0 may be a no.
	const isOfSend = ['messageid', 'destination', 'campaign_name', 'group'].some((name) => name in row);
	if (status === undefined || (status === '0' && !isOfSend)) context.addIssue({ code: z.ZodIssueCode.custom, message: 'no status', path: ['results'] });
	return { row, status: status ?? '' };
});
export type SendResult = z.infer<typeof sendResult>;

/** The answer of a command whole: an object as it came, everything else as a text, so that nothing is lost by reading it. */
export function rawOf(body: unknown): Record<string, unknown> {
	if (isRecord(body)) return body;
	return { body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body) };
}

/** A plain number. "100.000" is a hundred thousand to some and a hundred to others: it is none. */
export function numberIn(written: string | undefined): number | undefined {
	return written !== undefined && /^-?\d+(\.\d+)?$/.test(written) && !/\.\d{3}$/.test(written) ? Number(written) : undefined;
}
