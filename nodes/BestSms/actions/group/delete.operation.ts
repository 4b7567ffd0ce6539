import { itemOperation } from '../../../../engine/operation';
import { deletion, groupPath } from '../../addressBook';
import { group } from '../../fields';

/** DELETE /addressbook/group/{GroupCode}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a group',
	description: 'Delete a group of contacts',
	effect: 'repeatable',
	fields: { group },
	request: (values) => ({ method: 'DELETE', path: groupPath(values.group) }),
	response: deletion,
	output: (_response, values) => ({ deleted: true, groupId: values.group }),
	gone: (values) => ({ deleted: true, groupId: values.group }),
});
