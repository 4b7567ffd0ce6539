import { itemOperation } from '../../../../engine/operation';
import { group } from '../../fields';
import { groupRow, namedGroup } from '../../responses';

/** GET /v1/groups/{groupId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a group',
	description: 'Get a group with the number of its contacts',
	effect: 'read',
	fields: { group },
	request: (values) => ({ method: 'GET', path: `/v1/groups/${values.group}` }),
	response: groupRow,
	output: namedGroup,
});
