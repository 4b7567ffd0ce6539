/** Contact lists and their members (document: "Contact Lists", "List Members"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { idField, idQueryField } from '../ids';
import { addList, dateTime, removeContact, type Account } from './account';
import { errorAnswer, errorTexts, fieldError } from './errors';
import { page, pagingFields } from './paging';

const membership = z.object({ list_id: idField, contact_id: idField }).strict();

export const listEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/lists',
		handle: (account: Account) => ({
			httpStatus: 200,
			body: {
				status: 'complete',
				results: [...account.lists.values()].map(({ list_id, name, createdAt, members }) => ({
					list_id,
					name,
					created_at: dateTime(createdAt),
					contact_count: members.size,
				})),
			},
		}),
	}),
	endpoint({
		method: 'POST',
		path: '/v1/lists',
		body: z.object({ name: z.string().trim() }).strict(),
		handle(account: Account, { body }) {
			if (body.name === '') return errorAnswer(400, fieldError('name'));
			const { list_id, name } = addList(account, body.name);
			return { httpStatus: 200, body: { status: 'complete', list_id, name } };
		},
	}),
	endpoint({
		method: 'PATCH',
		path: '/v1/lists',
		body: z.object({ list_id: idField, name: z.string().trim() }).strict(),
		handle(account: Account, { body }) {
			const list = account.lists.get(body.list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			if (body.name === '') return errorAnswer(400, fieldError('name'));
			list.name = body.name;
			return { httpStatus: 200, body: { status: 'complete', list_id: list.list_id, name: list.name } };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/lists',
		body: z.object({ list_id: idField, delete_contacts: z.boolean().optional() }).strict(),
		handle(account: Account, { body }) {
			const list = account.lists.get(body.list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			if (body.delete_contacts) {
				for (const id of [...list.members.keys()]) {
					const contact = account.contacts.get(id);
					if (contact) removeContact(account, contact);
				}
			}
			account.lists.delete(list.list_id);
			return { httpStatus: 200, body: { status: 'complete', list_id: list.list_id, removed: true } };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/list-contacts',
		query: z.object({ list_id: idQueryField, ...pagingFields }).strict(),
		handle(account: Account, { query }) {
			const list = account.lists.get(query.list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			const rows = [...list.members].flatMap(([id, added]) => {
				const contact = account.contacts.get(id);
				return contact ? [{ contact, added }] : [];
			});
			const show = ({ contact, added }: (typeof rows)[number]) => {
				const { contact_id, number, first_name, last_name, company } = contact;
				return { contact_id, number, first_name, last_name, company, added: dateTime(added) };
			};
			return { httpStatus: 200, body: page(rows, query, show) };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/list-contacts',
		body: membership,
		handle(account: Account, { body: { list_id, contact_id } }) {
			const list = account.lists.get(list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			if (!account.contacts.has(contact_id)) return errorAnswer(404, errorTexts.noContact);
			// "Has no effect if the contact is already a member."
			if (!list.members.has(contact_id)) list.members.set(contact_id, account.world.clock.now());
			return { httpStatus: 200, body: { status: 'complete', list_id, contact_id, added: true } };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/list-contacts',
		body: membership,
		handle(account: Account, { body: { list_id, contact_id } }) {
			const list = account.lists.get(list_id);
			if (!list) return errorAnswer(404, errorTexts.noList);
			// The document is silent about a contact that is not in the list; like a message that is not there, it is not found.
			if (!list.members.delete(contact_id)) return errorAnswer(404, errorTexts.notMember);
			return { httpStatus: 200, body: { status: 'complete', list_id, contact_id, removed: true } };
		},
	}),
];
