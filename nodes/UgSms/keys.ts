/** A new key. No document shows the answer, and the key is shown once: where it is not found, all of the answer comes out. */
import type { IDataObject } from 'n8n-workflow';

import { z } from '../../engine/wire/schema';

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

function found(rows: IDataObject[], names: string[]): string | undefined {
	const values = rows.flatMap((row) => names.map((name) => row[name]));
	return values.find((value): value is string => typeof value === 'string' && value !== '');
}

export function keyOutput(body: unknown): IDataObject {
	const rows = rowsIn(body);
	const apiKey = found(rows, keyNames);
	return { apiKey: apiKey ?? null, expiresAt: found(rows, expiryNames) ?? null, ...(apiKey === undefined && { response: body as IDataObject }) };
}
