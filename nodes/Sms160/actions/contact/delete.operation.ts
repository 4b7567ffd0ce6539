import { itemOperation } from '../../../../engine/operation';
import { contact } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/contacts/{contactId}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a contact',
	description: 'Delete a contact',
	effect: 'repeatable',
	fields: { contact },
	request: (values) => ({ method: 'DELETE', path: `/v1/contacts/${values.contact}` }),
	response: nothing,
	output: (_response, values) => ({ deleted: true, contactId: String(values.contact) }),
	gone: (values) => ({ deleted: true, contactId: String(values.contact) }),
});
