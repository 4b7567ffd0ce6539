import { listFields, simplify } from '../../../../engine/editor/description';
import { pagedOperation } from '../../../../engine/operation';
import { checkReceived, receivedFilters } from '../../fields';
import { receivedOutput, receivedRow } from '../../messages';
import { hasMore, list, messagesOf, pageSize, paging } from '../../pages';
import { api } from '../../provider';

/** GET /get/sms/received. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many received SMS',
	description: 'Get many messages that came in, replies among them',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: receivedFilters,
	check: checkReceived,
	pageSize,
	numbered: true,
	// The vendor's SDKs know the result `RecordNotFound`; whether an inbox is empty by it is not documented.
	goneIsEmpty: true,
	request: ({ timePeriod, receivedAfter: dateFrom, receivedBefore: dateTo }, page) => ({ method: 'GET', path: `${api}/get/sms/received`, query: { timePeriod, dateFrom, dateTo, ...paging(page) } }),
	response: list,
	records: messagesOf,
	more: hasMore,
	output: (record) => receivedOutput(receivedRow.parse(record)),
});
