/** The answers of the SMS calls and of the commands: HTTP 200 with a status inside, as XML unless `output=json`. */
import { z } from 'zod/v3';
import type { Answer } from '../provider';

export const outputField = z.enum(['json', 'xml']).optional();

/** One row, in the documented frame. */
export function results(output: 'json' | 'xml' | undefined, row: Record<string, string>): Answer {
	return output === 'json' ? json({ results: [row] }) : xml('results', `<result> ${elements(row)} </result>`);
}

export function json(body: unknown): Answer {
	return { httpStatus: 200, body };
}

/** Text that is neither. */
export function plain(text: string): Answer {
	return { httpStatus: 200, body: text, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}

function xml(root: string, inner: string): Answer {
	return { httpStatus: 200, body: `<?xml version="1.0" encoding="UTF-8"?> <${root}> ${inner} </${root}>`, headers: { 'content-type': 'text/xml; charset=utf-8' } };
}

const entities: Partial<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function elements(row: Record<string, string>): string {
	return Object.entries(row)
		.map(([name, value]) => `<${name}>${value.replace(/[&<>]/g, (character) => entities[character] ?? character)}</${name}>`)
		.join(' ');
}
