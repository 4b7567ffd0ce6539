import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { contactOutput } from '../../addressBook';
import { contactsOf, hasMore, list, pageSize, paging } from '../../pages';
import { api } from '../../provider';

/** GET /addressbook/contact/list. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many contacts',
	description: 'Get many contacts of the address book',
	fields: { ...listFields, ...simplify },
	pageSize,
	numbered: true,
	request: (_values, page) => ({ method: 'GET', path: `${api}/addressbook/contact/list`, query: paging(page) }),
	response: list,
	records: contactsOf,
	more: hasMore,
	output: contactOutput,
});
