import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { contactPath, groupOutput } from '../../addressBook';
import { contact } from '../../fields';
import { groupsOf, hasMore, list, pageSize, paging } from '../../pages';

/** GET /addressbook/contact/{ContactID}/group/list. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many groups of a contact',
	description: 'Get many groups that a contact is in',
	fields: { contact, ...listFields, ...simplify },
	pageSize,
	numbered: true,
	request: (values, page) => ({ method: 'GET', path: `${contactPath(values.contact)}/group/list`, query: paging(page) }),
	response: list,
	records: groupsOf,
	more: hasMore,
	output: groupOutput,
});
