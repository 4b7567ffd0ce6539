import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { contactOutput, groupPath } from '../../addressBook';
import { group } from '../../fields';
import { contactsOf, hasMore, list, pageSize, paging } from '../../pages';

/** GET /addressbook/group/{GroupCode}/contact/list. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many contacts of a group',
	description: 'Get many contacts that are in a group',
	fields: { group, ...listFields, ...simplify },
	pageSize,
	numbered: true,
	request: (values, page) => ({ method: 'GET', path: `${groupPath(values.group)}/contact/list`, query: paging(page) }),
	response: list,
	records: contactsOf,
	more: hasMore,
	output: contactOutput,
});
