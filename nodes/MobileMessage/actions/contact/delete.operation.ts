import { itemOperation } from '../../../../engine/operation';
import { contact } from '../../fields';
import { complete, isRemoved } from '../../responses';

/** DELETE /v1/contacts: "The contact is also removed from all lists." */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a contact',
	description: 'Delete a contact, and remove it from all lists',
	effect: 'repeatable',
	fields: { contact },
	request: (values) => ({ method: 'DELETE', path: '/v1/contacts', body: { contact_id: values.contact } }),
	response: complete,
	output: (response, values) => ({ deleted: isRemoved(response), contactId: String(values.contact) }),
	gone: (values) => ({ deleted: true, contactId: String(values.contact) }),
});
