import { badValue } from '../../../../engine/failure';
import { failOnRefused, phone } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contact, contactChanges, defaultCountry, groupsBody } from '../../fields';
import { culpritsOf, rowsOf } from '../../refusals';
import { contactList, contactOutput, shownText, takenOutcome } from '../../responses';

/** PATCH /v1/contacts: 100 at once, as for POST. */
export const update = batchOperation({
	label: 'Update',
	action: 'Update a contact',
	description: 'Change a contact; up to 100 items travel in one request. Only the fields that you add are sent.',
	effect: 'repeatable',
	subject: 'contact',
	fields: { contact, ...simplify },
	optionsLabel: 'Update Fields',
	options: { ...contactChanges, defaultCountry, failOnRefused, number: phone({ label: 'Phone Number', placeholder: 'e.g. 0412 345 678' }) },
	check({ firstName, lastName, note, groups, number }) {
		if ([firstName, lastName, note, groups, number].every((value) => value === undefined)) throw badValue('Update Fields', 'has nothing to change', 'Add at least one field.');
	},
	batchSize: 100,
	shared: () => undefined,
	entries: ({ contact: contactId, firstName, lastName, note, number, groups }) => [{ contactId, firstName, lastName, note, phone: number, groups: groupsBody(groups) }],
	recipient: (entry) => String(entry.contactId),
	request: (entries) => ({ method: 'PATCH', path: '/v1/contacts', body: { contacts: entries } }),
	response: contactList,
	outcomes({ contacts }, entries) {
		const rows = rowsOf(contacts, entries, (row, { contactId }) => shownText(row.contactId) === String(contactId), (row, _entry, isWhole) => isWhole && !shownText(row.contactId));
		return rows.map((row, index) => row && takenOutcome(row, entries[index] ?? {}, contactOutput));
	},
	unanswered: (entry) => contactOutput(entry),
	culprits: (body, entries) => culpritsOf(body, entries, ['contactId', 'phone']),
});
