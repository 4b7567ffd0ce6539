import type { IDataObject } from 'n8n-workflow';

import { listFields, simplify } from '../../../../engine/editor/description';
import { choice, flag } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { batchId, checkRange, sentFilters, messageIdFilters } from '../../fields';
import { messageList, messageOutput, messageRow } from '../../messages';
import { hasNext, pageSize, paging } from '../../pages';

/** GET /v1/messages: "in descending posting order". */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many sent SMS',
	description: 'Get many sent or scheduled messages, newest first',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: {
		...sentFilters,
		statusCode: choice({
			label: 'Status',
			choices: [
				{ value: '-1', label: 'Queued' },
				{ value: '0', label: 'Sent' },
				{ value: '1', label: 'Delivered' },
				{ value: '2', label: 'Not Delivered' },
			],
			default: '1',
		}),
		delayed: flag({ label: 'Scheduled Only', default: true, description: 'Whether to get only messages that wait for their time' }),
		...messageIdFilters,
		batchId: batchId({}),
	},
	check: checkRange,
	pageSize,
	numbered: true,
	request({ sentAfter: dateFrom, sentBefore: dateTo, statusCode, delayed, messageIdFrom, messageIdTo, batchId: batch }, page) {
		const query = { ...paging(page), dateFrom, dateTo, statusCode, delayed: delayed ? '1' : undefined, messageIdFrom, messageIdTo, batchId: batch };
		return { method: 'GET', path: '/v1/messages', query };
	},
	response: messageList,
	records: ({ messages }) => messages as IDataObject[],
	more: (response, { size }) => hasNext(response, response.messages, size),
	output: (record) => messageOutput(messageRow.parse(record)),
});
