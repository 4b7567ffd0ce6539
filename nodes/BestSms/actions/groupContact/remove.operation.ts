import { itemOperation } from '../../../../engine/operation';
import { deletion, groupPath } from '../../addressBook';
import { contact, group } from '../../fields';

/** DELETE /addressbook/group/{GroupCode}/contact/{ContactID}. */
export const remove = itemOperation({
	label: 'Remove',
	action: 'Remove a contact from a group',
	description: 'Take a contact out of a group. Both stay in the address book.',
	effect: 'repeatable',
	fields: { group, contact },
	request: (values) => ({ method: 'DELETE', path: `${groupPath(values.group)}/contact/${encodeURIComponent(values.contact)}` }),
	response: deletion,
	output: (_response, values) => ({ deleted: true, contactId: values.contact, groupId: values.group }),
	gone: (values) => ({ deleted: true, contactId: values.contact, groupId: values.group }),
});
