/** Contacts (document: "/v1/contacts"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { idField, idQueryField, readId } from '../ids';
import type { ApiRequest } from '../request';
import { addContact, readNumber, type Account, type Contact } from './account';
import { errorAnswer, errorTexts, type Fault } from './errors';
import { isTooMany, readElements } from './messages';
import { page, pagingFields } from './paging';

const details = {
	firstName: z.string().trim().optional(),
	lastName: z.string().trim().optional(),
	note: z.string().trim().optional(),
	groups: z.array(z.object({ groupId: idField, isDisabled: z.number().int().min(0).max(1) }).strict()).optional(),
};
const newContact = z.object({ ...details, phone: z.string() }).strict();
const changedContact = z.object({ ...details, phone: z.string().optional(), contactId: idField }).strict();

type Wanted = z.infer<typeof newContact> | z.infer<typeof changedContact>;

/** What is wrong with it, if anything is; `self` is the contact that it changes. */
function faultOf(account: Account, wanted: Wanted, self: Contact | undefined): string | undefined {
	if ('contactId' in wanted && self === undefined) return errorTexts.noContact;
	if (wanted.groups?.some(({ groupId }) => !account.groups.has(groupId))) return errorTexts.noGroup;
	if (wanted.phone === undefined) return undefined;
	const phone = readNumber(wanted.phone);
	if (phone === undefined || account.world.behaviour(phone) === 'invalid') return errorTexts.invalidRecipient;
	const isDouble = !account.world.settings.allowDuplicateContacts && [...account.contacts.values()].some((other) => other.phone === phone && other !== self);
	return isDouble ? errorTexts.duplicate : undefined;
}

/** Takes all of a request's contacts, or none. */
async function takeAll<T extends Wanted>(
	account: Account,
	request: ApiRequest,
	objects: unknown[],
	read: Array<{ value: T } | { broken: Fault }>,
	take: (value: T, self: Contact | undefined) => Contact,
) {
	const faults: Fault[] = [];
	const ids = new Set<bigint>();
	const phones = new Set<string>();
	const wanted: Array<{ value: T; self: Contact | undefined }> = [];
	/** What the request itself says twice. */
	const repeats = (value: Wanted): string | undefined => {
		const id = 'contactId' in value ? value.contactId : undefined;
		const phone = account.world.settings.allowDuplicateContacts || value.phone === undefined ? undefined : readNumber(value.phone);
		if (id !== undefined && ids.has(id)) return errorTexts.twice;
		if (phone !== undefined && phones.has(phone)) return errorTexts.duplicate;
		if (id !== undefined) ids.add(id);
		if (phone !== undefined) phones.add(phone);
		return undefined;
	};
	read.forEach((one, index) => {
		if ('broken' in one) return faults.push(one.broken);
		const self = 'contactId' in one.value ? account.contacts.get(one.value.contactId) : undefined;
		const text = faultOf(account, one.value, self) ?? repeats(one.value);
		return text === undefined ? wanted.push({ value: one.value, self }) : faults.push({ text, object: objects[index] });
	});
	return faults.length > 0 ? { faults } : { contacts: await request.take(wanted, ({ value, self }) => take(value, self)) };
}

const searchField = z.string().trim();

export const contactEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/contacts',
		query: z.object({ ...pagingFields, groupId: idQueryField.optional(), firstName: searchField.optional(), lastName: searchField.optional(), phone: searchField.optional() }).strict(),
		handle(account: Account, { query, request }) {
			const searched = (['firstName', 'lastName', 'phone'] as const).flatMap((name) => (query[name] === undefined ? [] : [{ name, part: query[name].toLowerCase() }]));
			const short = searched.find(({ part }) => part.length < 5);
			if (short) {
				request.violations.push({ kind: 'invalid-value', text: `${short.name}: at least 5 symbols to start the search` });
				return errorAnswer(400, errorTexts.tooShort);
			}
			const rows = [...account.contacts.values()].filter(
				(contact) => searched.every(({ name, part }) => contact[name].toLowerCase().includes(part)) && (query.groupId === undefined || contact.groups.some(({ groupId }) => groupId === query.groupId)),
			);
			// "in descending posting order"
			return { httpStatus: 200, body: page(account, '/v1/contacts', request.query, 'contacts', rows.reverse(), query, (contact) => contact) };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/contacts',
		body: z.object({ contacts: z.array(z.unknown()).nonempty() }).strict(),
		async handle(account: Account, { body, request }) {
			if (isTooMany(body.contacts, request)) return errorAnswer(400, errorTexts.tooMany);
			const taken = await takeAll(account, request, body.contacts, readElements(newContact, 'contacts', body.contacts, request), ({ firstName = '', lastName = '', note = '', groups = [], phone }) =>
				addContact(account, { firstName, lastName, note, phone: readNumber(phone) ?? phone, groups }),
			);
			return taken.contacts ? { httpStatus: 201, body: taken } : errorAnswer(400, ...taken.faults);
		},
	}),
	endpoint({
		method: 'PATCH',
		path: '/v1/contacts',
		body: z.object({ contacts: z.array(z.unknown()).nonempty() }).strict(),
		async handle(account: Account, { body, request }) {
			if (isTooMany(body.contacts, request)) return errorAnswer(400, errorTexts.tooMany);
			const taken = await takeAll(account, request, body.contacts, readElements(changedContact, 'contacts', body.contacts, request), ({ phone, ...changes }, self) =>
				Object.assign(self ?? {}, changes, phone === undefined ? {} : { phone: readNumber(phone) }) as Contact,
			);
			return taken.contacts ? { httpStatus: 200, body: taken } : errorAnswer(400, ...taken.faults);
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/contacts/:contactId',
		handle(account: Account, { params }) {
			const contact = account.contacts.get(readId(params['contactId']));
			return contact ? { httpStatus: 200, body: contact } : errorAnswer(404, errorTexts.noContact);
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/contacts/:contactId',
		handle: (account: Account, { params }) => (account.contacts.delete(readId(params['contactId'])) ? { httpStatus: 204, body: '' } : errorAnswer(404, errorTexts.noContact)),
	}),
];
