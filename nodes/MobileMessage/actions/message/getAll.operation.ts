import { listFields, simplify } from '../../../../engine/editor/description';
import { choice, day } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { shownMessage, historyRow } from '../../messages';
import { more, page, pageSize, records } from '../../responses';

/** GET /v1/messages ("Paginated history"). */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many sent SMS',
	description: 'Get many sent messages',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: {
		status: choice({
			label: 'Status',
			choices: ['pending', 'scheduled', 'sent', 'delivered', 'failed', 'cancelled'].map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
			default: 'delivered',
		}),
		sentAfter: day({ label: 'Sent After', description: 'Only messages sent on or after this day (UTC)' }),
		sentBefore: day({ label: 'Sent Before', description: 'Only messages sent before this day (UTC)' }),
	},
	pageSize,
	request: ({ status, sentAfter: from, sentBefore: to }, { size, offset }) => ({ method: 'GET', path: '/v1/messages', query: { status, from, to, limit: size, offset } }),
	response: page,
	records,
	more,
	output: (record) => shownMessage(historyRow.parse(record)),
});
