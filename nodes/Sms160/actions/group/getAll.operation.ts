import type { IDataObject } from 'n8n-workflow';

import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { groupType, groupTypes } from '../../fields';
import { hasNext, pageSize, paging } from '../../pages';
import { groupList, groupOutput } from '../../responses';

/** GET /v1/groups. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many groups',
	description: 'Get many groups with the number of their contacts',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: { type: groupType },
	pageSize,
	numbered: true,
	request: ({ type }, page) => ({ method: 'GET', path: '/v1/groups', query: { ...paging(page), groupType: type && groupTypes.indexOf(type) } }),
	response: groupList,
	records: ({ groups }) => groups as IDataObject[],
	more: (response, { size }) => hasNext(response, response.groups, size),
	output: (record) => groupOutput(record),
});
