import { listFields } from '../../../../engine/editor/description';
import { day } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { inboundMessage, inboundRow } from '../../messages';
import { more, page, pageSize, records } from '../../responses';

/** GET /v1/inbound: replies and opt-outs received on dedicated numbers. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many received SMS',
	description: 'Get many messages and opt-outs received on your dedicated numbers',
	fields: listFields,
	optionsLabel: 'Filters',
	options: {
		receivedAfter: day({ label: 'Received After', description: 'Only messages received on or after this day (UTC)' }),
		receivedBefore: day({ label: 'Received Before', description: 'Only messages received before this day (UTC)' }),
	},
	pageSize,
	request: ({ receivedAfter: from, receivedBefore: to }, { size, offset }) => ({ method: 'GET', path: '/v1/inbound', query: { from, to, limit: size, offset } }),
	response: page,
	records,
	more,
	output: (record) => inboundMessage(inboundRow.parse(record)),
});
