/** A new key. No document shows the answer, and the key is shown once: where it is not found, all of the answer comes out. */
import type { IDataObject } from 'n8n-workflow';

import { others } from '../../engine/output/records';
import { z } from '../../engine/wire/schema';
import { answerOf, hasError } from './provider';

const keyNames = ['api_key', 'apiKey', 'key', 'token'];
const expiryNames = ['expires_at', 'expiresAt', 'expiry_date', 'expires'];

/** An empty answer says nothing: whether there is a new key is then not known. */
export const keyResponse = z.unknown().refine((body) => body !== undefined && body !== null && body !== '');

/** The answer's own fields, and those of its `data`. */
function rowsIn(body: unknown): IDataObject[] {
	if (typeof body !== 'object' || body === null) return [];
	const row = body as IDataObject;
	const { data } = row;
	if (typeof data === 'string') return [{ key: data }, row];
	return [...(typeof data === 'object' && data !== null ? [data as IDataObject] : []), row];
}

/** The first of these names that a text stands under, with it. */
function found(rows: IDataObject[], names: string[], read: (value: unknown) => string | undefined): { name?: string; value?: string } {
	const all = rows.flatMap((row) => names.map((name) => ({ name, value: read(row[name]) })));
	return all.find(({ value }) => value !== undefined) ?? {};
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Also as seconds or milliseconds since 1970. */
function timeOf(value: unknown): string | undefined {
	return typeof value === 'number' && /^\d{10}(\d{3})?$/.test(String(value)) ? new Date(Number(String(value).padEnd(13, '0'))).toISOString() : textOf(value);
}

/** Whatever else the answer holds comes out as well: what looks like the key may be its name. */
export function keyOutput(body: unknown): IDataObject {
	const rows = rowsIn(body);
	const [key, expiry] = [found(rows, keyNames, textOf), found(rows, expiryNames, timeOf)];
	if (key.value === undefined) return { apiKey: null, expiresAt: expiry.value ?? null, response: body as IDataObject };
	const { data, success: _success, message: _message, ...top } = rows.at(-1) ?? {};
	const inner = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as IDataObject) : {};
	const used = [key.name, expiry.name].filter((name) => name !== undefined);
	const rest = Object.entries(others({ ...top, ...inner }, used)).filter(([name, value]) => !['apiKey', 'expiresAt', 'error'].includes(name) && value !== key.value);
	return { apiKey: key.value, expiresAt: expiry.value ?? null, ...Object.fromEntries(rest) };
}

const saysRevoked = /\b(done|revoked|deleted|removed|deactivated|invalidated|success(ful|fully)?|ok)\b/i;
const saysNot = /\b(no|not|none|never|cannot|can't|could|unable|un\w+|fail\w*|invalid|denied|forbidden|already)\b/i;

/**
 * A revocation. No document shows the answer: an empty one, a yes, or words for it are one. What says neither is read as none,
 * and the revocation is made again, which tells whether there is a key still.
 */
export const revokedResponse = z.unknown().refine((body) => {
	if (body === undefined || body === null || body === '') return true;
	if (typeof body === 'string') return saysRevoked.test(body) && !saysNot.test(body);
	const { success, error, message, revoked, deleted } = z.record(z.unknown()).catch({}).parse(body);
	if (hasError(error) || [success, revoked, deleted].some((answer) => answer !== undefined && answer !== null && answerOf(answer) !== true)) return false;
	if ([success, revoked, deleted].some((answer) => answerOf(answer) === true)) return true;
	return typeof message === 'string' && saysRevoked.test(message) && !saysNot.test(message.replace(/no longer/i, ''));
});
