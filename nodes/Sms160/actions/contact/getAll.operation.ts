import type { IDataObject } from 'n8n-workflow';

import { listFields, simplify } from '../../../../engine/editor/description';
import { numberedLocator } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { checkSearch, contactFilters, phonePart } from '../../fields';
import { hasNext, pageSize, paging } from '../../pages';
import { contactList, contactOutput } from '../../responses';

/** GET /v1/contacts. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many contacts',
	description: 'Get many contacts',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: { ...contactFilters, group: numberedLocator({ label: 'Group', required: true, search: 'searchGroups', byId: '5', description: 'Only contacts of this group' }) },
	check: checkSearch,
	pageSize,
	numbered: true,
	request: ({ firstName, lastName, phone, group }, page) => ({ method: 'GET', path: '/v1/contacts', query: { ...paging(page), groupId: group, firstName, lastName, phone: phonePart(phone) } }),
	response: contactList,
	records: ({ contacts }) => contacts as IDataObject[],
	more: (response, { size }) => hasNext(response, response.contacts, size),
	output: (record) => contactOutput(record),
});
