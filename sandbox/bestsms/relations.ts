/** Which contacts are in which groups, from both sides (document: "/addressbook/contact/[ContactID]/group", "/addressbook/group/[GroupCode]/contact"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Answer } from '../provider';
import type { Account, Contact, Group } from './account';
import { shownContact, shownGroup, withContact, withGroup } from './addressBook';
import { recordNotFound, refusalTexts } from './errors';
import { jsonOrXml } from './format';
import { pageOf, pagingFields } from './paging';

const GROUPS_OF = '/api/v2.03/addressbook/contact/:contactId/group';
const CONTACTS_OF = '/api/v2.03/addressbook/group/:groupCode/contact';

type Named = Record<string, string | undefined>;
type Change = (members: Set<string>, id: string) => boolean;

const isMember: Change = (members, id) => members.has(id);
/** The document is silent about a contact that is in the group already; then nothing changes. */
const add: Change = (members, id) => members.add(id).has(id);
const remove: Change = (members, id) => members.delete(id);

/** One relation: both of its ends, after something was done about it. */
function relation(account: Account, { contactId, groupCode }: Named, change: Change): Answer {
	return withContact(account, contactId, (contact) =>
		withGroup(account, groupCode, (group) => {
			if (!change(membersOf(account, group), contact.id)) return recordNotFound(refusalTexts.noRelation);
			return { httpStatus: 200, body: { Result: 'Success', Contact: shownContact(account, contact), Group: shownGroup(group) } };
		}),
	);
}

function membersOf({ members }: Account, { GroupCode }: Group): Set<string> {
	return members.get(GroupCode) ?? new Set();
}

const groupsOf = (account: Account, contact: Contact): Group[] => [...account.groups.values()].filter((group) => membersOf(account, group).has(contact.id));
const contactsOf = (account: Account, group: Group): Contact[] => [...membersOf(account, group)].flatMap((id) => account.contacts.get(id) ?? []);

export const relationEndpoints = [
	endpoint({
		method: 'GET',
		path: `${GROUPS_OF}/list`,
		query: z.object(pagingFields).strict(),
		handle: (account: Account, { params, query }) =>
			withContact(account, params['contactId'], (contact) => {
				const { counts, rows } = pageOf(groupsOf(account, contact), query);
				return { httpStatus: 200, body: { Result: 'Success', ...counts, Contact: shownContact(account, contact), Groups: rows.map(shownGroup) } };
			}),
	}),
	endpoint({
		method: 'GET',
		path: `${GROUPS_OF}/:groupCode`,
		handle: (account: Account, { params }) => relation(account, params, isMember),
	}),
	endpoint({
		method: 'POST',
		path: GROUPS_OF,
		body: z.object({ GroupCode: z.string() }).strict(),
		formats: jsonOrXml(),
		handle: (account: Account, { params, body }) => relation(account, { ...params, groupCode: body.GroupCode }, add),
	}),
	endpoint({
		method: 'DELETE',
		path: `${GROUPS_OF}/:groupCode`,
		handle: (account: Account, { params }) => relation(account, params, remove),
	}),
	endpoint({
		method: 'GET',
		path: `${CONTACTS_OF}/list`,
		query: z.object(pagingFields).strict(),
		handle: (account: Account, { params, query }) =>
			withGroup(account, params['groupCode'], (group) => {
				const { counts, rows } = pageOf(contactsOf(account, group), query);
				return { httpStatus: 200, body: { Result: 'Success', ...counts, Group: shownGroup(group), Contacts: rows.map((contact) => shownContact(account, contact)) } };
			}),
	}),
	endpoint({
		method: 'GET',
		path: `${CONTACTS_OF}/:contactId`,
		handle: (account: Account, { params }) => relation(account, params, isMember),
	}),
	endpoint({
		method: 'POST',
		path: CONTACTS_OF,
		body: z.object({ ContactID: z.string() }).strict(),
		formats: jsonOrXml(),
		handle: (account: Account, { params, body }) => relation(account, { ...params, contactId: body.ContactID }, add),
	}),
	endpoint({
		method: 'DELETE',
		path: `${CONTACTS_OF}/:contactId`,
		handle: (account: Account, { params }) => relation(account, params, remove),
	}),
];
