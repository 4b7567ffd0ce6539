import type { IDataObject } from 'n8n-workflow';

import { listFields, simplify } from '../../../../engine/editor/description';
import { phone } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { checkRange, receivedFilters, defaultCountry, messageIdFilters } from '../../fields';
import { inboundMessage, incomingRow } from '../../messages';
import { hasNext, pageSize, paging } from '../../pages';
import { incomingList } from '../../responses';

/** GET /v1/incoming: "in descending receiving order". */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many received SMS',
	description: 'Get many messages that your numbers received, newest first',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: { ...receivedFilters, defaultCountry, ...messageIdFilters, recipient: phone({ label: 'Recipient', placeholder: 'e.g. 0480 000 003', description: 'Only messages to this number of yours' }) },
	check: checkRange,
	pageSize,
	numbered: true,
	// recipient: "digits only"
	request({ recipient, receivedAfter: dateFrom, receivedBefore: dateTo, messageIdFrom, messageIdTo }, page) {
		return { method: 'GET', path: '/v1/incoming', query: { ...paging(page), recipient: recipient?.replace(/\D/g, ''), dateFrom, dateTo, messageIdFrom, messageIdTo } };
	},
	response: incomingList,
	records: ({ incoming }) => incoming as IDataObject[],
	more: (response, { size }) => hasNext(response, response.incoming, size),
	output: (record) => inboundMessage(incomingRow.parse(record)),
});
