import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { listOutput, page, records } from '../../responses';

/** GET /v1/lists: all lists in one response, with their contact counts. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many lists',
	description: 'Get many contact lists with the number of their contacts',
	fields: { ...listFields, ...simplify },
	pageSize: Number.MAX_SAFE_INTEGER,
	request: () => ({ method: 'GET', path: '/v1/lists' }),
	response: page,
	records,
	more: () => false,
	output: listOutput,
});
