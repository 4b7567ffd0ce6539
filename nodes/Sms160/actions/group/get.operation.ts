import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { group } from '../../fields';
import { groupOutput, groupRow } from '../../responses';

/** GET /v1/groups/{groupId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a group',
	description: 'Get a group with the number of its contacts',
	effect: 'read',
	fields: { group, ...simplify },
	request: (values) => ({ method: 'GET', path: `/v1/groups/${values.group}` }),
	response: groupRow,
	output: (row) => groupOutput(row),
	raw: (row) => row as IDataObject,
});
