import { failure } from '../../../../engine/failure';
import { numberedLocator } from '../../../../engine/inputs/fields';
import { customOperation } from '../../../../engine/operation';
import { contactBody, contactDetails, defaultCountry, number } from '../../fields';
import { complete, contactOutput, ofNumber, page } from '../../responses';

/** GET, then PATCH or POST /v1/contacts, and POST /v1/list-contacts ("Has no effect if the contact is already a member"). */
export const upsert = customOperation({
	label: 'Create or Update',
	action: 'Create or update a contact',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	effect: 'once',
	fields: { number },
	optionsLabel: 'Additional Fields',
	options: {
		...contactDetails,
		defaultCountry,
		list: numberedLocator({ label: 'List', required: true, search: 'searchLists', byId: '5', description: 'The list that the contact is added to, unless it is in it already' }),
	},
	async run(values, { send, as }) {
		const { number: phone, list } = values;
		const details = contactBody(values);
		const path = '/v1/contacts';
		const { results } = await as('read')({ method: 'GET', path, query: { number: phone } }, page);
		const [found, ...others] = ofNumber(results, phone);
		if (others.length > 0) throw failure('refused', `There are ${others.length + 1} contacts with the number ${phone}`, 'Change the one that is meant with Update, or delete the others.');
		const hasChanges = Object.entries(details).some(([name, value]) => value !== undefined && value !== found?.[name]);
		if (found && hasChanges) await as('repeatable')({ method: 'PATCH', path, body: { contact_id: found['contact_id'], ...details } }, complete);
		const created = found ? undefined : await send({ method: 'POST', path, body: { number: phone, ...details } }, complete);
		const known = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
		const row: Record<string, unknown> = { number: phone, ...found, ...known, ...created };
		if (list !== undefined) await as('repeatable')({ method: 'POST', path: '/v1/list-contacts', body: { list_id: list, contact_id: row['contact_id'] } }, complete);
		return [{ ...contactOutput(row), created: created !== undefined, changed: found !== undefined && hasChanges, groupId: list === undefined ? null : String(list) }];
	},
});
