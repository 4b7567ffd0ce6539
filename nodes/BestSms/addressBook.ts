/** Contacts, groups, and who is in which. Source: the document's tables; the shapes of answers by the vendor's SDKs (github.com/tnzgroup/tnzapi-nodejs). */
import type { IDataObject } from 'n8n-workflow';

import type { Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { idText, present, saysSuccess } from './messages';
import { api, isNotFound, textOf } from './provider';

const record = z.object({}).passthrough();

/** `{ Result, Contact: {...} }` and `{ Result, Group: {...} }`; of a relation both. */
export const contactBody = z.object({ Contact: record }).passthrough();
export const groupBody = z.object({ Group: record }).passthrough();
export const relationBody = z
	.object({ Contact: record.nullish(), Group: record.nullish() })
	.passthrough()
	.refine((body) => saysSuccess(body) || Boolean(body.Contact ?? body.Group), { path: ['Result'] });
/** A deletion answers with what was deleted; nothing of it is needed. */
export const anything = z.unknown();

export function contactPath(id: string): string {
	return `${api}/addressbook/contact/${encodeURIComponent(id)}`;
}

export function groupPath(code: string): string {
	return `${api}/addressbook/group/${encodeURIComponent(code)}`;
}

/** "FirstName" is "firstName" in this package, and "GroupID", a text, "groupId". */
function camelCase(row: object): IDataObject {
	const entries = Object.entries(row).map(([name, value]: [string, unknown]) => {
		const isNumberedId = name.endsWith('ID') && typeof value === 'number';
		return [`${name.charAt(0).toLowerCase()}${name.slice(1).replace(/ID$/, 'Id')}`, isNumberedId ? String(value) : value];
	});
	return Object.fromEntries(entries) as IDataObject;
}

/** A contact's ID is called `ID` in v2.03, and `ContactID` from v2.04 on. */
const contactId = z.object({ ID: idText.nullish().catch(undefined), ContactID: idText.nullish().catch(undefined) }).transform(({ ID, ContactID }) => ContactID || ID || undefined);

export function contactIdOf(row: unknown): string | undefined {
	return contactId.safeParse(row).data;
}

/** Who may see it, and who made it when: left out of what is simplified. */
const aboutTheRecord = /^(ID|ContactID|Owner|Timezone|ViewBy|EditBy|(Created|Updated).*)$/;

/** The contact's own fields, as far as they hold something. */
export function contactOutput(row: object): IDataObject {
	const own = Object.fromEntries(Object.entries(row).filter(([name]) => !aboutTheRecord.test(name)));
	return { contactId: contactIdOf(row) ?? null, ...present(camelCase(own)) };
}

export function groupOutput(row: object): IDataObject {
	return camelCase(row);
}

/** A contact in a group, from either side. */
export function relationOutput({ Contact, Group }: z.infer<typeof relationBody>, { contact, group }: { contact: string; group: string }): IDataObject {
	return { contactId: (Contact && contactIdOf(Contact)) ?? contact, groupCode: group, ...(Contact && { contact: contactOutput(Contact) }), ...(Group && { group: groupOutput(Group) }) };
}

/** That a contact is not in a group is an answer; so is that there is no such contact or group, and the text tells. */
export function notRelated(body: unknown, { contact, group }: { contact: string; group: string }): IDataObject | undefined {
	return isNotFound(body) ? { member: false, contactId: contact, groupCode: group, reason: textOf(body) } : undefined;
}

/** What an addition comes to that is refused because an earlier, doubtful attempt had done it. */
export async function memberAlready({ contact, group }: { contact: string; group: string }, send: Send): Promise<IDataObject> {
	return { member: true, ...relationOutput(await send({ method: 'GET', path: `${contactPath(contact)}/group/${encodeURIComponent(group)}` }, relationBody), { contact, group }) };
}
