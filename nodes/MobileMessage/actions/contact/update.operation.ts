import { badValue } from '../../../../engine/failure';
import { phone } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contact, contactBody, contactChanges, defaultCountry } from '../../fields';
import { complete, contactOutput, withoutStatus } from '../../responses';

/** PATCH /v1/contacts: "Only the fields you provide will be changed." */
export const update = itemOperation({
	label: 'Update',
	action: 'Update a contact',
	description: 'Change a contact. Only the fields that you add are changed.',
	effect: 'repeatable',
	fields: { contact, ...simplify },
	optionsLabel: 'Update Fields',
	options: { ...contactChanges, defaultCountry, number: phone({ label: 'Phone Number', placeholder: 'e.g. 0412 345 678' }) },
	check({ number, ...details }) {
		if ([number, ...Object.values(contactBody(details))].every((value) => value === undefined)) throw badValue('Update Fields', 'has nothing to change', 'Add at least one field.');
	},
	request: (values) => ({ method: 'PATCH', path: '/v1/contacts', body: { contact_id: values.contact, number: values.number, ...contactBody(values) } }),
	response: complete,
	output: (response, values) => contactOutput(response, { contact_id: values.contact, number: values.number, ...contactBody(values) }),
	raw: (response) => withoutStatus(response),
});
