import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { list } from '../../fields';
import { contactOutput, more, page, pageSize, records } from '../../responses';

/** GET /v1/list-contacts. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many contacts of a list',
	description: 'Get many contacts of a list',
	fields: { list, ...listFields, ...simplify },
	pageSize,
	request: (values, { size, offset }) => ({ method: 'GET', path: '/v1/list-contacts', query: { list_id: values.list, limit: size, offset } }),
	response: page,
	records,
	more,
	output: (record) => contactOutput(record),
});
