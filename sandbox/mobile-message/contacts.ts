/** Contacts (document: "Contacts"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { idField } from '../ids';
import { addContact, contactsWithNumber, readNumber, removeContact, renumberContact, type Account, type Contact } from './account';
import { errorAnswer, errorTexts } from './errors';
import { page, pagingFields } from './paging';

const details = {
	first_name: z.string().trim().optional(),
	last_name: z.string().trim().optional(),
	company: z.string().trim().optional(),
	other: z.string().trim().optional(),
};

const TEXT_FIELDS = ['first_name', 'last_name', 'company', 'other'] as const;

/** True when the account allows no duplicates and another contact has this number. */
function isDuplicate(account: Account, number: string, self?: Contact): boolean {
	return !account.world.settings.allowDuplicateContacts && contactsWithNumber(account, number).some((contact) => contact !== self);
}

export const contactEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/contacts',
		query: z.object({ number: z.string().optional(), ...details, ...pagingFields }).strict(),
		handle(account: Account, { query }) {
			const candidates =
				query.number === undefined ? [...account.contacts.values()] : contactsWithNumber(account, readNumber(account, query.number) ?? '');
			// "Multiple filters are combined with AND. Text fields use partial matching." Case is not mentioned; it does not matter here.
			const rows = candidates.filter((contact) =>
				TEXT_FIELDS.every((name) => contact[name].toLowerCase().includes((query[name] ?? '').toLowerCase())),
			);
			return { httpStatus: 200, body: page(rows, query, (contact) => contact) };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/contacts',
		body: z.object({ number: z.string(), ...details }).strict(),
		handle(account: Account, { body }) {
			const number = readNumber(account, body.number);
			if (number === undefined) return errorAnswer(400, errorTexts.invalidNumber);
			if (isDuplicate(account, number)) return errorAnswer(409, errorTexts.duplicateContact);
			const { first_name = '', last_name = '', company = '', other = '' } = body;
			const { contact_id } = addContact(account, { number, first_name, last_name, company, other });
			return { httpStatus: 200, body: { status: 'complete', contact_id, number } };
		},
	}),
	endpoint({
		method: 'PATCH',
		path: '/v1/contacts',
		body: z.object({ contact_id: idField, number: z.string().optional(), ...details }).strict(),
		handle(account: Account, { body }) {
			const contact = account.contacts.get(body.contact_id);
			if (!contact) return errorAnswer(404, errorTexts.noContact);
			if (body.number !== undefined) {
				const number = readNumber(account, body.number);
				if (number === undefined) return errorAnswer(400, errorTexts.invalidNumber);
				if (isDuplicate(account, number, contact)) return errorAnswer(409, errorTexts.duplicateContact);
				renumberContact(account, contact, number);
			}
			for (const name of TEXT_FIELDS) contact[name] = body[name] ?? contact[name];
			return { httpStatus: 200, body: { status: 'complete', contact_id: contact.contact_id } };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/contacts',
		body: z.object({ contact_id: idField }).strict(),
		handle(account: Account, { body }) {
			const contact = account.contacts.get(body.contact_id);
			if (!contact) return errorAnswer(404, errorTexts.noContact);
			removeContact(account, contact);
			return { httpStatus: 200, body: { status: 'complete', contact_id: contact.contact_id, removed: true } };
		},
	}),
];
