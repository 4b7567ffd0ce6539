/** Response shapes that several operations share. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import type { Outcome } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { groupTypes } from './fields';
import { idText, incomingRow } from './messages';
import { links } from './pages';

/** HTTP 204 has no body. */
export const nothing = z.unknown();

export const contactRow = z.object({ contactId: z.unknown(), phone: z.string().nullish() }).passthrough();
export const contactList = z.object({ contacts: z.array(contactRow), links }).passthrough();

export const groupRow = z.object({ groupId: z.unknown(), group: z.string().nullish(), groupType: z.union([z.string(), z.number()]).nullish(), userCount: z.coerce.number().nullish() }).passthrough();
export const groupList = z.object({ groups: z.array(groupRow), links }).passthrough();

export const incomingList = z.object({ incoming: z.array(incomingRow), links }).passthrough();

/** A group with its type in words. */
export function namedGroup(row: z.infer<typeof groupRow>): IDataObject {
	const name = groupTypes[Number(row.groupType ?? 0)];
	return { ...(row as IDataObject), ...(name !== undefined && { groupTypeName: name }) };
}

/** An entry that was taken; it says so, since a refused one stands beside it. */
export function takenOutcome(row: IDataObject): Outcome {
	return { accepted: true, output: { ...row, accepted: true }, raw: row };
}

/** "enumerated statusCode for senderIds" and "... for virtualNumbers" */
const senderStatuses = ['Under review', 'Active', 'Rejected'];
const numberStatuses = ['Cancelled', 'Active', 'Blocked'];

const coded = { statusCode: idText.nullish(), status: z.string().nullish() };

/** GET /v1/info. */
export const info = z
	.object({
		phone: idText.nullish(),
		balance: z.coerce.number().nullish(),
		senderIds: z.array(z.object({ senderId: z.string(), ...coded }).passthrough()).nullish(),
		virtualNumbers: z.array(z.object({ phone: idText, callbackURL: z.string().nullish(), ...coded }).passthrough()).nullish(),
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
