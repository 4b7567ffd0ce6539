import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { more, page, pageSize, records, unsubscribeOutput } from '../../responses';

/** GET /v1/unsubscribes. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many unsubscribed numbers',
	description: 'Get many numbers that opted out',
	fields: { ...listFields, ...simplify },
	pageSize,
	request: (_values, { size, offset }) => ({ method: 'GET', path: '/v1/unsubscribes', query: { limit: size, offset } }),
	response: page,
	records,
	more,
	output: unsubscribeOutput,
});
