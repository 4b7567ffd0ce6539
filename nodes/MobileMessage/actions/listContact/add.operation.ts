import { itemOperation } from '../../../../engine/operation';
import { contact, list } from '../../fields';
import { complete, withoutStatus } from '../../responses';

/** POST /v1/list-contacts: "Has no effect if the contact is already a member." */
export const add = itemOperation({
	label: 'Add',
	action: 'Add a contact to a list',
	description: 'Add a contact to a list. Nothing happens when it is a member already.',
	effect: 'repeatable',
	fields: { list, contact },
	request: (values) => ({ method: 'POST', path: '/v1/list-contacts', body: { list_id: values.list, contact_id: values.contact } }),
	response: complete,
	output: (response) => withoutStatus(response),
});
