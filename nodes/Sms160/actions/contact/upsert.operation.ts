import { failure } from '../../../../engine/failure';
import { customOperation } from '../../../../engine/operation';
import { contactDetails, defaultCountry, groupsBody, number } from '../../fields';
import { isSameNumber } from '../../messages';
import type { InGroup } from '../../responses';
import { completed, contactList, contactOutput, groupsOf, isInAll, shownText, wholeNumber } from '../../responses';

const path = '/v1/contacts';

/** GET, then PATCH or POST /v1/contacts. */
export const upsert = customOperation({
	label: 'Create or Update',
	action: 'Create or update a contact',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	effect: 'once',
	fields: { number },
	optionsLabel: 'Additional Fields',
	options: { ...contactDetails, groups: { ...contactDetails.groups,
		property: { ...contactDetails.groups.property, description: 'The groups that the contact is added to, besides those it is in' } }, defaultCountry },
	async run({ number: phone, firstName, lastName, note, groups }, { send, as }) {
		// "search by part of phone number": the end of it is the same with a country code and without.
		const { contacts } = await as('read')({ method: 'GET', path, query: { phone: phone.replace(/\D/g, '').slice(-8), limit: 100 } }, contactList);
		const [found, ...others] = contacts.filter((row) => isSameNumber(row.phone, phone));
		if (others.length > 0) throw failure('refused', `There are ${others.length + 1} contacts with the number ${phone}`, 'Change the one that is meant with Update, or delete the others.');
		const details = { firstName, lastName, note };
		const added: InGroup[] = groupsBody(groups) ?? [];
		const all = [...groupsOf(found).filter(({ groupId }) => !added.some((one) => one.groupId === groupId)), ...added];
		const hasChanges = !isInAll(found, added) || Object.entries(details).some(([name, value]) => value !== undefined && value !== shownText((found ?? {})[name as keyof typeof found]));
		const isChanged = found !== undefined && hasChanges;
		const body = { ...details, groups: added.length > 0 ? all : undefined };
		const changed = isChanged ? await as('repeatable')({ method: 'PATCH', path, body: { contacts: [{ contactId: wholeNumber(shownText(found.contactId)), ...body }] } }, contactList) : undefined;
		const created = found ? undefined : await send({ method: 'POST', path, body: { contacts: [{ ...body, phone }] } }, contactList);
		const known = completed(found && !isChanged ? {} : body, { phone, ...found });
		return [contactOutput(completed((changed ?? created)?.contacts[0] ?? {}, known), { created: created !== undefined, changed: isChanged })];
	},
});
