/** Contacts, groups, and who is in which. Source: the document's tables; the shapes of answers by the vendor's SDKs (github.com/tnzgroup/tnzapi-nodejs). */
import type { IDataObject } from 'n8n-workflow';

import { failure } from '../../engine/failure';
import type { Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { contact, group, membership, others } from '../../engine/output/records';
import { idText, present, tells } from './messages';
import { api, isNotFound, textOf } from './provider';

const record = z.object({}).passthrough();

/** `{ Result, Contact: {...} }` and `{ Result, Group: {...} }`; of a relation both. */
export const contactBody = z.object({ Contact: record }).passthrough();
export const groupBody = z.object({ Group: record }).passthrough();
/** What was created or changed may be left out of the answer: that it was done is enough. */
export const contactSaved = z.object({ Contact: record.nullish() }).passthrough().refine((body) => tells(body, 'Contact'), { path: ['Result'] });
export const groupSaved = z.object({ Group: record.nullish() }).passthrough().refine((body) => tells(body, 'Group'), { path: ['Result'] });
export const relationBody = z
	.object({ Contact: record.nullish(), Group: record.nullish() })
	.passthrough()
	.refine((body) => tells(body, 'Contact', 'Group'), { path: ['Result'] });
/** A deletion answers with what was deleted, of which nothing is needed, or with nothing at all (HTTP 204). */
export const deletion = z.union([z.undefined(), z.null(), record.refine((body) => tells(body, 'Contact', 'Group'), { path: ['Result'] })]);

/** What an answer leaves out is as it was sent, or asked for. */
export function completed(row: object | null | undefined, sent: object): object {
	const told = (one: object): Array<[string, unknown]> => Object.entries(one).filter(([, value]) => value !== undefined && value !== null);
	return { ...row, ...Object.fromEntries([...told(sent), ...told(row ?? {})]) };
}

export function contactPath(id: string): string {
	return `${api}/addressbook/contact/${encodeURIComponent(id)}`;
}

export function groupPath(code: string): string {
	return `${api}/addressbook/group/${encodeURIComponent(code)}`;
}

/** A contact's ID is called `ID` in v2.03, and `ContactID` from v2.04 on. */
const contactId = z.object({ ID: idText.nullish().catch(undefined), ContactID: idText.nullish().catch(undefined) }).transform(({ ID, ContactID }) => ContactID || ID || undefined);

export function contactIdOf(row: unknown): string | undefined {
	return contactId.safeParse(row).data;
}

/** Who may see it, and who made it when: left out of what is simplified. */
const aboutTheRecord = /^(ID|ContactID|Owner|Timezone|ViewBy|EditBy|(Created|Updated).*)$/;

/** A contact's own fields, as far as they hold something; what SMS need comes first. */
export function contactOutput(row: object): IDataObject {
	const own = Object.fromEntries(Object.entries(row).filter(([name]) => !aboutTheRecord.test(name))) as Record<string, unknown>;
	const { MobilePhone: number, FirstName: firstName, LastName: lastName, Company: company, ...rest } = own;
	return contact({ contactId: contactIdOf(row), number: textIn(number), firstName: textIn(firstName), lastName: textIn(lastName), company: textIn(company) }, present(others(rest, [])));
}

function textIn(value: unknown): string | undefined {
	return idText.safeParse(value).data;
}

/** A group; it is known by its code. */
export function groupOutput(row: object): IDataObject {
	const { GroupCode: code, GroupName: name, ...rest } = row as Record<string, unknown>;
	return group({ groupId: textIn(code), name: textIn(name) }, others(rest, ['GroupID']));
}

/** Whether the answer is about what was asked; what it leaves out is as it was asked for. */
function isAbout(row: object | null | undefined, asked: string, ...names: string[]): boolean {
	const given = Object.entries(row ?? {}).flatMap(([name, value]) => (names.includes(name) ? (textIn(value) ?? '') : '')).filter((id) => id !== '');
	return given.length === 0 || given.some((id) => id.toLowerCase() === asked.toLowerCase());
}

/**
 * A contact in a group, from either side.
 * @throws Failure (`ambiguous`) for an answer about others
 */
export function relationOutput({ Contact, Group }: z.infer<typeof relationBody>, { contact: contactId, group: groupId }: { contact: string; group: string }, member = true): IDataObject {
	if (!isAbout(Contact, contactId, 'ID', 'ContactID') || !isAbout(Group, groupId, 'GroupCode')) {
		throw failure('ambiguous', 'BestSMS gave an answer about another contact or group', 'Look at both in the dashboard.');
	}
	return membership({ contactId: (Contact && contactIdOf(Contact)) ?? contactId, groupId, member }, { contact: Contact && contactOutput(Contact), group: Group && groupOutput(Group), reason: null });
}

/** The answer of a check. "Group: null" beside a contact could mean either. @throws Failure (`ambiguous`) */
export function checkedOutput(body: z.infer<typeof relationBody>, asked: { contact: string; group: string }): IDataObject {
	if (body.Contact === null || body.Group === null) throw failure('ambiguous', 'BestSMS does not say whether the contact is in the group', 'Look at both in the dashboard.');
	return relationOutput(body, asked);
}

/** That a contact is not in a group is an answer; so is that there is no such contact or group, and the text tells. */
export function notRelated(body: unknown, asked: { contact: string; group: string }): IDataObject | undefined {
	return isNotFound(body) ? { ...relationOutput({}, asked, false), reason: textOf(body) } : undefined;
}

/** What an addition comes to that is refused because an earlier, doubtful attempt had done it. */
export async function memberAlready(asked: { contact: string; group: string }, send: Send): Promise<IDataObject> {
	return checkedOutput(await send({ method: 'GET', path: `${contactPath(asked.contact)}/group/${encodeURIComponent(asked.group)}` }, relationBody), asked);
}
