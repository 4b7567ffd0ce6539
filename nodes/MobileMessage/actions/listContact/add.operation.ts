import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contact, list } from '../../fields';
import { complete, memberOutput, withoutStatus } from '../../responses';

/** POST /v1/list-contacts: "Has no effect if the contact is already a member." */
export const add = itemOperation({
	label: 'Add',
	action: 'Add a contact to a list',
	description: 'Add a contact to a list. Nothing happens when it is a member already.',
	effect: 'repeatable',
	fields: { list, contact, ...simplify },
	request: (values) => ({ method: 'POST', path: '/v1/list-contacts', body: { list_id: values.list, contact_id: values.contact } }),
	response: complete,
	output: ({ added }, values) => memberOutput(values, true, { added }),
	raw: (response) => withoutStatus(response),
});
