import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { groupOutput } from '../../addressBook';
import { groupsOf, hasMore, list, pageSize, paging } from '../../pages';
import { api } from '../../provider';

/** GET /addressbook/group/list. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many groups',
	description: 'Get many groups of contacts',
	fields: { ...listFields, ...simplify },
	pageSize,
	numbered: true,
	request: (_values, page) => ({ method: 'GET', path: `${api}/addressbook/group/list`, query: paging(page) }),
	response: list,
	records: groupsOf,
	more: hasMore,
	output: groupOutput,
});
