/** Response shapes that several operations share. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import { z } from '../../engine/wire/schema';

/** IDs and references stay texts, whatever the provider makes of them. */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** A text that a row can do without: what is neither a text nor a number is as if it were missing. */
export const looseText = idText.nullish().catch(undefined);

/** A number, also written as a text; anything else is as if it were missing. */
export const looseNumber = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)]).nullish().catch(undefined);

/** `{ "status": "complete", ... }` */
export const complete = z.object({}).passthrough();

/** The fields of a response without its "status": "complete", which only repeats HTTP 200. */
export function withoutStatus({ status, ...rest }: Record<string, unknown>): IDataObject {
	return (status === 'complete' ? rest : { status, ...rest }) as IDataObject;
}

/** What a deletion came to: n8n's `deleted`, and what the provider said. */
export function deleted(response: Record<string, unknown>): IDataObject {
	const { removed: _removed, ...rest } = withoutStatus(response);
	return { deleted: true, ...rest };
}

const row = z.object({}).passthrough();

/** `{ "total": 120, "limit": 50, "offset": 0, "results": [...] }` */
export const page = z.object({ total: looseNumber, results: z.array(row) }).passthrough();
export type PageResponse = z.infer<typeof page>;

/** "Results per page. Default 50, max 200." */
export const pageSize = 200;

export function records({ results }: PageResponse): IDataObject[] {
	return results as IDataObject[];
}

/** Whether records are left after this page, by `total` where the provider gives it. */
export function more({ total, results }: PageResponse, { offset, size }: { offset: number; size: number }): boolean {
	return total === undefined || total === null ? results.length >= size : offset + results.length < total;
}
