import { flag } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { list } from '../../fields';
import { complete, isRemoved } from '../../responses';

/** DELETE /v1/lists: "By default only the list and its membership records are removed". */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a list',
	description: 'Delete a contact list, and keep its contacts unless told otherwise',
	effect: 'repeatable',
	fields: { list },
	options: {
		deleteContacts: flag({
			label: 'Delete Contacts',
			description: 'Whether to also delete, for good, every contact that is a member of this list, also those that are in other lists. This cannot be undone.',
		}),
	},
	request: (values) => ({ method: 'DELETE', path: '/v1/lists', body: { list_id: values.list, delete_contacts: values.deleteContacts || undefined } }),
	response: complete,
	output: (response, values) => ({ deleted: isRemoved(response), groupId: String(values.list) }),
	gone: (values) => ({ deleted: true, groupId: String(values.list) }),
});
