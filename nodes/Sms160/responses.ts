/** Response shapes that several operations share. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import type { Outcome, Send } from '../../engine/operation';
import { essence } from '../../engine/output/essence';
import { columns } from '../../engine/output/message';
import { balance, contact, group, others } from '../../engine/output/records';
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

const memberships = z.array(z.object({ groupId: looseText, isDisabled: z.union([z.number(), z.string(), z.boolean()]).nullish() }).passthrough()).catch([]);

/** Whether a membership is disabled: 1 in the samples, and other ways to write that. */
export function isDisabledIn(value: unknown): boolean {
	return [1, '1', true, 'true'].some((one) => one === value);
}

/** A membership on the wire. */
export interface InGroup {
	/** As the provider wrote it: a long ID is a text, since a number would be another one. */
	groupId: number | string;
	isDisabled: number;
}

/** "groups" of a contact in lists. */
export function groupsOf(row: object | undefined): InGroup[] {
	const { groups } = (row ?? {}) as { groups?: unknown };
	if (!Array.isArray(groups)) return [];
	return (groups as Array<Record<string, unknown>>).map(({ groupId, isDisabled }) => ({ groupId: wholeNumber(shownText(groupId)), isDisabled: isDisabledIn(isDisabled) ? 1 : 0 }));
}

/** A whole number of any length: one that JavaScript would round stays a text. */
export function wholeNumber(written: string): number | string {
	return /^\d+$/.test(written) && Number.isSafeInteger(Number(written)) ? Number(written) : written;
}

/** Whether a contact is in all of these groups, as they say. */
export function isInAll(row: object | undefined, groups: InGroup[] = []): boolean {
	const inGroups = groupsOf(row);
	return groups.every((one) => inGroups.some(({ groupId, isDisabled }) => groupId === one.groupId && isDisabled === one.isDisabled));
}

/** A contact in this package's shape. */
export function contactOutput(row: object, more: IDataObject = {}): IDataObject {
	const { contactId, phone: number, firstName, lastName, company, note, groups, ...rest } = row as IDataObject;
	const inGroups = memberships.parse(groups ?? []).map(({ groupId, isDisabled }) => ({ groupId: groupId ?? null, disabled: isDisabledIn(isDisabled) }));
	return contact(
		{ contactId: shownText(contactId), number: shownText(number), firstName: shownText(firstName), lastName: shownText(lastName), company: shownText(company) },
		{ note, groups: inGroups, ...others(rest, []), ...more },
	);
}

/** A group in this package's shape, with its type in words. */
export function groupOutput(row: object, more: IDataObject = {}): IDataObject {
	const { groupId, group: name, groupType, userCount, keyword, ...rest } = row as IDataObject;
	const count = looseNumber.parse(userCount) ?? null;
	return group({ groupId: shownText(groupId), name: shownText(name), contactCount: count }, { type: groupTypes[Number(shownText(groupType) || NaN)], keyword, ...others(rest, []), ...more });
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

/** What an answer leaves out is as it was sent. */
export function completed(row: object, sent: object): object {
	const given = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
	const asked = Object.entries(sent).filter(([, value]) => value !== undefined);
	return { ...row, ...Object.fromEntries(asked), ...Object.fromEntries(given) };
}

/** An entry that was taken; it says so, since a refused one stands beside it. */
export function takenOutcome(row: object, sent: object, output: (row: object, more: IDataObject) => IDataObject): Outcome {
	return { accepted: true, output: output(completed(row, sent), { accepted: true }), raw: row as IDataObject };
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

const nameOf = (names: string[], { statusCode, status }: { statusCode?: string | null; status?: string | null }): string | null => status || (names[Number(statusCode || -1)] ?? null);

/** The account with every status named, also where the provider leaves its text out. */
export function namedInfo(given: Info): Info {
	return {
		...given,
		senderIds: (given.senderIds ?? []).map((row) => ({ ...row, status: nameOf(senderStatuses, row) })),
		virtualNumbers: (given.virtualNumbers ?? []).map((row) => ({ ...row, status: nameOf(numberStatuses, row) })),
	};
}

/** The account in this package's shape. What the balance is counted in is not documented. */
export function accountOutput(given: Info): IDataObject {
	const { phone, balance: left, senderIds, virtualNumbers, ...rest } = namedInfo(given);
	return balance(
		{ balance: left },
		{
			phone,
			senders: (senderIds ?? []).map(({ senderId, status, ...own }) => columns({ sender: senderId, status, ...others(own, ['statusCode']) })),
			virtualNumbers: (virtualNumbers ?? []).map(({ phone: number, status, callbackURL, expirationDate, countryCode, ...own }) =>
				columns({ number, status, expiresAt: expirationDate, country: countryCode, callbackUrl: callbackURL, ...others(own, ['statusCode']) }),
			),
			...others(rest, []),
		},
	);
}

/** GET /v1/info. */
export async function askBalance(send: Send): Promise<{ balance: number | null; unit: string | null }> {
	const { balance: left } = await send({ method: 'GET', path: '/v1/info' }, info);
	return { balance: left ?? null, unit: null };
}
