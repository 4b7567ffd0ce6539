/** Response shapes that several operations share. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import type { Outcome } from '../../engine/operation';
import { essence } from '../../engine/output/essence';
import { z } from '../../engine/wire/schema';
import { groupTypes } from './fields';
import { incomingRow, looseText } from './messages';
import { links } from './pages';

/** HTTP 204 has no body. */
export const nothing = z.unknown();

/** A number, also written as a text; anything else is as if it were missing. */
export const looseNumber = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)]).nullish().catch(undefined);

export const contactRow = z.object({ contactId: z.unknown(), phone: looseText }).passthrough();
export const contactList = z.object({ contacts: z.array(contactRow), links }).passthrough();

export const groupRow = z.object({ groupId: z.unknown(), group: looseText, groupType: z.union([z.string(), z.number()]).nullish().catch(undefined), userCount: looseNumber }).passthrough();
export const groupList = z.object({ groups: z.array(groupRow), links }).passthrough();

export const incomingList = z.object({ incoming: z.array(incomingRow), links }).passthrough();

/** A group with its type in words. */
export function namedGroup(row: z.infer<typeof groupRow>): IDataObject {
	const name = groupTypes[Number(row.groupType ?? 0)];
	return { ...(row as IDataObject), ...(name !== undefined && { groupTypeName: name }) };
}

/** An ID or a detail as a text; empty where there is none. */
export function shownText(value: unknown): string {
	return typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
}

/** Whether a title may be the one that was sent, trimmed, cut short or in other letters on the way. */
export function isSameTitle(found: string | null | undefined, sent: string): boolean {
	const title = essence(found ?? '');
	return title !== '' && essence(sent).startsWith(title);
}

/** An entry that was taken; it says so, since a refused one stands beside it. */
export function takenOutcome(row: IDataObject): Outcome {
	return { accepted: true, output: { ...row, accepted: true }, raw: row };
}

/** "enumerated statusCode for senderIds" and "... for virtualNumbers" */
const senderStatuses = ['Under review', 'Active', 'Rejected'];
const numberStatuses = ['Cancelled', 'Active', 'Blocked'];

const coded = { statusCode: looseText, status: looseText };

/** GET /v1/info. */
export const info = z
	.object({
		phone: looseText,
		balance: looseNumber,
		senderIds: z.array(z.object({ senderId: looseText, ...coded }).passthrough()).nullish(),
		virtualNumbers: z.array(z.object({ phone: looseText, callbackURL: looseText, ...coded }).passthrough()).nullish(),
	})
	.passthrough();
export type Info = z.infer<typeof info>;

const named = <T extends { statusCode?: string | null; status?: string | null }>(names: string[], row: T): T => ({ ...row, status: row.status ?? names[Number(row.statusCode ?? -1)] ?? null });

/** The account with every status named, also where the provider leaves its text out. */
export function namedInfo(given: Info): Info {
	return {
		...given,
		senderIds: (given.senderIds ?? []).map((row) => named(senderStatuses, row)),
		virtualNumbers: (given.virtualNumbers ?? []).map((row) => named(numberStatuses, row)),
	};
}
