import { itemOperation } from '../../../../engine/operation';
import { contactPath, deletion } from '../../addressBook';
import { contact } from '../../fields';

/** DELETE /addressbook/contact/{ContactID}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a contact',
	description: 'Delete a contact from the address book',
	effect: 'repeatable',
	fields: { contact },
	request: (values) => ({ method: 'DELETE', path: contactPath(values.contact) }),
	response: deletion,
	output: (_response, values) => ({ deleted: true, contactId: values.contact }),
	gone: (values) => ({ deleted: true, contactId: values.contact }),
});
