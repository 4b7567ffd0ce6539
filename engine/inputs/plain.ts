/**
 * Reads a parameter that is nothing but texts and plain fields of the item ("Hi {{ $json.name }}") without n8n's evaluation,
 * which takes longer than all else of a send. Only where n8n's result is certain; everything else stays with n8n.
 */
import type { IDataObject } from 'n8n-workflow';

/** Texts, and names of fields, in their order. */
export type Plain = ReadonlyArray<{ text: string } | { field: string }>;

/** `{{ $json.name }}`, or `{{ $json["Full name"] }}` with nothing in it that could be written in another way. */
const code = /\{\{[ \t]*\$json(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[(?:"([^"'\\{}\p{C}\u2028\u2029]+)"|'([^"'\\{}\p{C}\u2028\u2029]+)')\])[ \t]*\}\}/gu;

/** n8n refuses these, or JavaScript has a meaning of its own for them. */
const special = /^(?:__.*|_load|_linkedBinding|arguments|binding|callee|caller|constructor|mainModule|prepareStackTrace|prototype|[gs]etPrototypeOf|defineProp\w+|getOwnProp\w+|to[JS]\w+|valueOf)$/;

/** Marks of n8n's own syntax, and what it looks for in the text around it. */
const notPlain = /[{}\\]|\.\s*constructor|\.\s*\w+\s*\(/;

/** @returns `undefined` for what n8n has to evaluate */
export function plainOf(raw: unknown): Plain | undefined {
	if (typeof raw !== 'string' || !raw.startsWith('=') || /\.\s*constructor/.test(raw)) return undefined;
	const written = raw.slice(1);
	const parts: Array<{ text: string } | { field: string }> = [];
	let end = 0;
	for (const match of written.matchAll(code)) {
		const [whole, dotted, double, single] = match;
		const field = dotted ?? double ?? single ?? '';
		if (special.test(field)) return undefined;
		if (match.index > end) parts.push({ text: written.slice(end, match.index) });
		parts.push({ field });
		end = match.index + whole.length;
	}
	if (end === 0) return undefined;
	if (end < written.length) parts.push({ text: written.slice(end) });
	return parts.some((part) => 'text' in part && notPlain.test(part.text)) ? undefined : parts;
}

type Simple = string | number | boolean;

/** What n8n gives as it is, and puts into a text as JavaScript does. Nothing of an item that is not its own counts. */
function simple(json: IDataObject, field: string): Simple | undefined {
	const value: unknown = Object.getOwnPropertyDescriptor(json, field)?.value;
	if (typeof value === 'string') return /\p{Cs}/u.test(value) ? undefined : value;
	return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : undefined;
}

/** @returns `undefined` for an item for which n8n has to evaluate it after all: a field is missing, empty of a value, a list, an object or a date */
export function readPlain(plain: Plain, json: IDataObject | undefined): Simple | undefined {
	if (json === undefined) return undefined;
	const values = plain.map((part) => ('text' in part ? part.text : simple(json, part.field)));
	if (values.some((value) => value === undefined)) return undefined;
	return values.length === 1 ? values[0] : values.map(String).join('');
}
