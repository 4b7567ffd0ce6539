/** What contacts, groups and their relations share (document: "/addressbook"; answers by provider facts, section 4c). */
import { z } from 'zod/v3';
import type { Endpoint } from '../endpoint';
import type { Answer } from '../provider';
import { contactFields, settingsOf, type Account, type Contact, type Group } from './account';
import { recordNotFound, refusalTexts, refused } from './errors';
import { localTime, utcTime } from './times';

export const visibility = z.enum(['Account', 'SubAccount', 'Department', 'No']);

/** Whoever made a record; the document does not show the field. */
const OWNER = 'sandbox@example.com';

/** Answers 403 while the address book is not enabled for the user. */
export function whereEnabled(endpoint: Endpoint<Account>): Endpoint<Account> {
	return {
		...endpoint,
		answer: (account, request, refuse) => (settingsOf(account).addressBook ? endpoint.answer(account, request, refuse) : refused(403, refusalTexts.addressBookOff)),
	};
}

/** A contact as all answers show it, with every field. */
export function shownContact(account: Account, { id, createdAt, updatedAt, details }: Contact) {
	const { contactId, timeZone } = settingsOf(account);
	return {
		[contactId]: id,
		Owner: OWNER,
		Created: localTime(createdAt, timeZone),
		CreatedUTC: utcTime(createdAt),
		Updated: localTime(updatedAt, timeZone),
		UpdatedUTC: utcTime(updatedAt),
		Timezone: timeZone,
		ViewBy: details.ViewBy ?? 'Account',
		EditBy: details.EditBy ?? 'Account',
		...Object.fromEntries(contactFields.map((name) => [name, details[name] ?? ''])),
	};
}

export function shownGroup(group: Group) {
	return { ...group, Owner: OWNER };
}

/** Answers about the contact and the group that a request names, or that there is none such. */
export function withContact(account: Account, id: string | undefined, answer: (contact: Contact) => Answer): Answer {
	const contact = account.contacts.get(id ?? '');
	return contact ? answer(contact) : recordNotFound(refusalTexts.noContact);
}

export function withGroup(account: Account, code: string | undefined, answer: (group: Group) => Answer): Answer {
	const group = account.groups.get(code ?? '');
	return group ? answer(group) : recordNotFound(refusalTexts.noGroup);
}
