import { itemOperation } from '../../../../engine/operation';
import { contactPath, deletion } from '../../addressBook';
import { contact, group } from '../../fields';

/** DELETE /addressbook/contact/{ContactID}/group/{GroupCode}. */
export const remove = itemOperation({
	label: 'Remove',
	action: 'Remove a group from a contact',
	description: 'Take a contact out of a group. Both stay in the address book.',
	effect: 'repeatable',
	fields: { contact, group },
	request: (values) => ({ method: 'DELETE', path: `${contactPath(values.contact)}/group/${encodeURIComponent(values.group)}` }),
	response: deletion,
	output: (_response, values) => ({ deleted: true, contactId: values.contact, groupId: values.group }),
	gone: (values) => ({ deleted: true, contactId: values.contact, groupId: values.group }),
});
