import { itemOperation } from '../../../../engine/operation';
import { contact, list } from '../../fields';
import { complete, isRemoved } from '../../responses';

/** DELETE /v1/list-contacts: "the contact itself is not deleted". */
export const remove = itemOperation({
	label: 'Remove',
	action: 'Remove a contact from a list',
	description: 'Remove a contact from a list. The contact itself stays.',
	effect: 'repeatable',
	fields: { list, contact },
	request: (values) => ({ method: 'DELETE', path: '/v1/list-contacts', body: { list_id: values.list, contact_id: values.contact } }),
	response: complete,
	output: (response, values) => ({ deleted: isRemoved(response), contactId: String(values.contact), groupId: String(values.list) }),
	gone: (values) => ({ deleted: true, contactId: String(values.contact), groupId: String(values.list) }),
});
