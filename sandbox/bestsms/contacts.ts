/** Contacts (document: "/addressbook/contact"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { addContact, contactFields, type Account, type Contact, type ContactDetails } from './account';
import { shownContact, visibility, withContact } from './addressBook';
import { jsonOrXml } from './format';
import { pageOf, pagingFields } from './paging';

/** None of the fields is called required, and no value is said to be checked. */
const details: z.ZodType<ContactDetails> = z
	.object({ ...Object.fromEntries(contactFields.map((name) => [name, z.string().optional()])), ViewBy: visibility.optional(), EditBy: visibility.optional() })
	.strict();

const PATH = '/api/v2.03/addressbook/contact';

const answer = (account: Account, contact: Contact) => ({ httpStatus: 200, body: { Result: 'Success', Contact: shownContact(account, contact) } });

export const contactEndpoints = [
	endpoint({
		method: 'GET',
		path: `${PATH}/list`,
		query: z.object(pagingFields).strict(),
		handle(account: Account, { query }) {
			const { counts, rows } = pageOf([...account.contacts.values()], query);
			return { httpStatus: 200, body: { Result: 'Success', ...counts, Contacts: rows.map((contact) => shownContact(account, contact)) } };
		},
	}),
	endpoint({
		method: 'GET',
		path: `${PATH}/:contactId`,
		handle: (account: Account, { params }) => withContact(account, params['contactId'], (contact) => answer(account, contact)),
	}),
	endpoint({
		method: 'POST',
		path: PATH,
		body: details,
		formats: jsonOrXml(),
		handle: (account: Account, { body }) => answer(account, addContact(account, body)),
	}),
	endpoint({
		method: 'PATCH',
		path: `${PATH}/:contactId`,
		body: details,
		formats: jsonOrXml(),
		handle: (account: Account, { params, body }) =>
			withContact(account, params['contactId'], (contact) => {
				Object.assign(contact.details, body);
				contact.updatedAt = account.world.clock.now();
				return answer(account, contact);
			}),
	}),
	endpoint({
		method: 'DELETE',
		path: `${PATH}/:contactId`,
		handle: (account: Account, { params }) =>
			withContact(account, params['contactId'], (contact) => {
				account.contacts.delete(contact.id);
				for (const members of account.members.values()) members.delete(contact.id);
				return answer(account, contact);
			}),
	}),
];
