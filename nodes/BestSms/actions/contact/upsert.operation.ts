import { asFailure, failure } from '../../../../engine/failure';
import { locator, phone } from '../../../../engine/inputs/fields';
import type { Send } from '../../../../engine/operation';
import { customOperation } from '../../../../engine/operation';
import { completed, contactIdOf, contactOutput, contactPath, contactSaved, groupOutput, relationBody } from '../../addressBook';
import { contactBody, contactTexts, contactVisibility, defaultCountry } from '../../fields';
import { idText } from '../../messages';
import type { List } from '../../pages';
import { contactsOf, groupsOf, hasMore, list, pageSize } from '../../pages';
import { api } from '../../provider';

const { mobilePhone: _mobilePhone, ...others } = contactTexts;

type Row = Record<string, unknown>;

/** Numbers come with a + and without. */
function keyOf(number: unknown): string {
	return typeof number === 'string' || typeof number === 'number' ? String(number).replace(/\D/g, '') : '';
}

/** All rows of a list. One that ignores the number of the page would give the same for ever. */
async function allOf(send: Send, path: string, rowsOf: (page: List) => Row[]): Promise<Row[]> {
	const all: Row[] = [];
	let previous = '';
	for (let number = 1; ; number++) {
		const page = await send({ method: 'GET', path: `${api}/addressbook/${path}`, query: { recordsPerPage: pageSize, page: number } }, list);
		const rows = rowsOf(page);
		const print = JSON.stringify(rows);
		if (print === previous) return all;
		previous = print;
		all.push(...rows);
		if (rows.length === 0 || !hasMore(page, { size: pageSize, number, offset: 0 })) return all;
	}
}

/** BestSMS cannot search, so the address book is read whole, once for all items. Who is on two pages, since the list grew meanwhile, is one contact. */
async function addressBook(send: Send): Promise<Map<string, Row[]>> {
	const byNumber = new Map<string, Row[]>();
	const seen = new Set<string>();
	for (const row of await allOf(send, 'contact/list', contactsOf)) {
		const key = keyOf(row['MobilePhone']);
		const id = contactIdOf(row);
		if (key === '' || (id !== undefined && seen.has(id))) continue;
		if (id !== undefined) seen.add(id);
		byNumber.set(key, [...(byNumber.get(key) ?? []), row]);
	}
	return byNumber;
}

/** A number that is kept without its country code ("0211144489"), and may be the one that is sought. A second contact of it would be made otherwise. */
function localForm(book: Map<string, Row[]>, key: string): string | undefined {
	const [found] = [...book.keys()].filter((one) => /^0+[1-9]\d{6}/.test(one) && key.endsWith(one.replace(/^0+/, '')));
	return found === undefined ? undefined : idText.safeParse(book.get(found)?.[0]?.['MobilePhone']).data;
}

/** By the values of an item: what `before` found for all of them. */
const books = new WeakMap<object, Map<string, Row[]>>();
/** By such a book: numbers of contacts whose creation was in doubt. Another item of that number must not make a second one. */
const inDoubt = new WeakMap<object, Set<string>>();

/** GET /addressbook/contact/list, then PATCH or POST /addressbook/contact, and POST /addressbook/contact/{ContactID}/group. */
export const upsert = customOperation({
	label: 'Create or Update',
	action: 'Create or update a contact',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	effect: 'once',
	fields: { mobilePhone: phone({ label: 'Mobile Phone', required: true, placeholder: 'e.g. 0412 345 678' }) },
	optionsLabel: 'Additional Fields',
	options: {
		...others,
		...contactVisibility,
		defaultCountry,
		group: locator({ label: 'Group', required: true, search: 'searchGroups', byId: 'Test_Group', description: 'The group that the contact is added to, unless it is in it already' }),
	},
	async before(items, send) {
		const book = await addressBook(send);
		for (const values of items) books.set(values, book);
	},
	async run(values, { send, as }) {
		const book = books.get(values) ?? new Map<string, Row[]>();
		const { group, mobilePhone } = values;
		const key = keyOf(mobilePhone);
		const [found, ...more] = book.get(key) ?? [];
		if (inDoubt.get(book)?.has(key)) throw failure('refused', `Whether the contact with the number ${mobilePhone} was created for an item before this one is not known`, 'Run again for this item.');
		if (more.length > 0) throw failure('refused', `There are ${more.length + 1} contacts with the number ${mobilePhone}`, 'Change the one that is meant with Update, or delete the others.');
		const local = found ? undefined : localForm(book, key);
		if (local !== undefined) {
			const advice = 'Give that contact its number with a + and the country code, with Update, or create this one with Create.';
			throw failure('refused', `There is a contact with the number ${local}, which may be ${mobilePhone}`, advice);
		}
		const { MobilePhone, ...details } = contactBody(values);
		const hasChanges = Object.entries(details).some(([name, value]) => value !== undefined && value !== found?.[name]);
		const foundId = found && contactIdOf(found);
		const create = async () => {
			try {
				return await send({ method: 'POST', path: `${api}/addressbook/contact`, body: { MobilePhone, ...details } }, contactSaved);
			} catch (thrown) {
				const failed = asFailure(thrown);
				if (failed.failureCause === 'ambiguous') inDoubt.set(book, new Set([...(inDoubt.get(book) ?? []), key]));
				throw failed;
			}
		};
		if (found && foundId === undefined && (hasChanges || group !== undefined)) throw failure('refused', `BestSMS lists the contact with the number ${mobilePhone} without an ID`);
		const changed = foundId !== undefined && hasChanges ? await as('repeatable')({ method: 'PATCH', path: contactPath(foundId), body: details }, contactSaved) : undefined;
		const created = found ? undefined : await create();
		const row = completed((changed ?? created)?.Contact, completed(details, completed(found, { MobilePhone }))) as Row;
		book.set(key, [row]);
		const id = contactIdOf(row);
		if (group !== undefined) {
			if (id === undefined) throw failure('refused', `BestSMS created the contact, but gave no ID by which to add it to the group ${group}`, 'The contact is there: add it with Group Contact, Add.');
			// Who is in it already would be refused.
			const there = created ? [] : await allOf(as('read'), `contact/${encodeURIComponent(id)}/group/list`, groupsOf);
			if (!there.some((one) => groupOutput(one)['groupId'] === group)) await as('repeatable')({ method: 'POST', path: `${contactPath(id)}/group`, body: { GroupCode: group } }, relationBody);
		}
		return [{ ...contactOutput(row), created: created !== undefined, changed: changed !== undefined, groupId: group ?? null }];
	},
});
