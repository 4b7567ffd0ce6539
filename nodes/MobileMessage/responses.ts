/** Response shapes that several operations share. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import type { Send } from '../../engine/operation';
import { utcTime } from '../../engine/output/message';
import { contact, group, membership, others } from '../../engine/output/records';
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
	return (status === 'complete' || status === undefined ? rest : { status, ...rest }) as IDataObject;
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The samples show a number as "0412345678" and as "61412345678". */
export function sameForm(number: string): string {
	return number.replace(/\D/g, '').replace(/^0(?=\d{9}$)|^(?=4\d{8}$)/, '61');
}

export function isSameNumber(found: string | null | undefined, sent: string): boolean {
	return sameForm(found ?? '') === sameForm(sent);
}

/** The records of a number that was asked for by "Filter by phone number", which does not say that it is exact. One without a number was listed for it. */
export function ofNumber(rows: Array<Record<string, unknown>>, number: string): Array<Record<string, unknown>> {
	return rows.filter((row) => isSameNumber(textOf(row['number']) || number, number));
}

/** A row of GET /v1/contacts. What an answer leaves out is as it was sent. */
export function contactOutput(row: Record<string, unknown>, sent: Record<string, unknown> = {}): IDataObject {
	const { contact_id: id, number, first_name: firstName, last_name: lastName, company, other, added, ...rest }: Record<string, unknown> = { ...sent, ...withoutStatus(row) };
	const own = { other, ...(added !== undefined && { addedAt: utcTime(textOf(added)) }), ...others(rest, []) };
	return contact({ contactId: textOf(id), number: textOf(number), firstName: textOf(firstName), lastName: textOf(lastName), company: textOf(company) }, own);
}

/** A row of GET /v1/lists. */
export function listOutput(row: Record<string, unknown>): IDataObject {
	const { list_id: id, name, contact_count: count, created_at: created, ...rest } = withoutStatus(row);
	return group({ groupId: textOf(id), name: textOf(name), contactCount: looseNumber.parse(count) ?? null }, { createdAt: utcTime(textOf(created)), ...others(rest, []) });
}

/** A contact of a list, or not. */
export function memberOutput({ contact: contactId, list: groupId }: { contact: number; list: number }, member: boolean, own: Record<string, unknown> = {}): IDataObject {
	return membership({ contactId: String(contactId), groupId: String(groupId), member }, own);
}

/** "removed": true. Left out, HTTP 200 says it. */
export function isRemoved({ removed }: Record<string, unknown>): boolean {
	return removed !== false;
}

/** A row of GET /v1/unsubscribes. */
export function unsubscribeOutput(row: Record<string, unknown>): IDataObject {
	return { number: textOf(row['number']) ?? null, unsubscribed: true, unsubscribedAt: utcTime(textOf(row['updated_at'])) ?? null };
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

/** GET /v1/account ("Account Credit Balance"). */
export async function askBalance(send: Send): Promise<{ balance: number | null; unit: string | null }> {
	const { credit_balance: credits } = await send({ method: 'GET', path: '/v1/account' }, z.object({ credit_balance: looseNumber }).passthrough());
	return { balance: credits ?? null, unit: 'credits' };
}
