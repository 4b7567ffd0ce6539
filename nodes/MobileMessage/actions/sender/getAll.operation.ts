import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { columns } from '../../../../engine/output/message';
import { others } from '../../../../engine/output/records';
import { page, records } from '../../responses';

/** GET /v1/senders: all active Sender IDs in one response. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many senders',
	description: 'Get many active Sender IDs of the account',
	fields: { ...listFields, ...simplify },
	pageSize: Number.MAX_SAFE_INTEGER,
	request: () => ({ method: 'GET', path: '/v1/senders' }),
	response: page,
	records,
	more: () => false,
	output: (record) => columns(others(record, [])),
});
