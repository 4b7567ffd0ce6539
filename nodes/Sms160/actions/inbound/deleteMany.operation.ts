import { itemOperation } from '../../../../engine/operation';
import { checkRange, idRange } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/incoming: by a range of message IDs. */
export const deleteMany = itemOperation({
	label: 'Delete Many',
	action: 'Delete many received SMS',
	description: 'Delete the received messages of a range of IDs',
	effect: 'repeatable',
	fields: idRange(),
	check: checkRange,
	request: ({ messageIdFrom, messageIdTo }) => ({ method: 'DELETE', path: '/v1/incoming', query: { messageIdFrom, messageIdTo } }),
	response: nothing,
	output: (_response, { messageIdFrom, messageIdTo }) => ({ deleted: true, messageIdFrom, messageIdTo }),
});
