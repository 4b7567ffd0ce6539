import { itemOperation } from '../../../../engine/operation';
import { group } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/groups/{groupId}. */
export const remove = itemOperation({
	label: 'Delete',
	action: 'Delete a group',
	description: 'Delete a group',
	effect: 'repeatable',
	fields: { group },
	request: (values) => ({ method: 'DELETE', path: `/v1/groups/${values.group}` }),
	response: nothing,
	output: (_response, values) => ({ deleted: true, groupId: String(values.group) }),
	gone: (values) => ({ deleted: true, groupId: String(values.group) }),
});
