import { badValue } from '../../../../engine/failure';
import { choice } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { batchId, checkRange, idRange } from '../../fields';
import { nothing } from '../../responses';

/** DELETE /v1/messages: "batchId ... OR messageIdFrom ... messageIdTo". */
export const deleteMany = itemOperation({
	label: 'Delete Many',
	action: 'Delete many SMS',
	description: 'Delete the messages of a batch or of a range of IDs. Scheduled messages among them are cancelled by this.',
	effect: 'repeatable',
	fields: {
		deleteBy: choice({
			label: 'Delete By',
			choices: [
				{ value: 'batch', label: 'Batch ID', description: 'All messages of one send to a group' },
				{ value: 'range', label: 'Message ID Range', description: 'All messages from one ID to another' },
			],
			default: 'batch',
		}),
		batchId: batchId({ required: true, showWhen: { deleteBy: ['batch'] } }),
		...idRange({ deleteBy: ['range'] }),
	},
	check(values) {
		checkRange(values);
		// Messages of no batch have it, so that it could mean all of them.
		if (values.deleteBy === 'batch' && /^0+$/.test(values.batchId)) throw badValue('Batch ID', 'is 0, which is no batch', 'Take it from the output of a send to a group.');
	},
	request: ({ batchId: batch, messageIdFrom, messageIdTo }) => ({ method: 'DELETE', path: '/v1/messages', query: { batchId: batch, messageIdFrom, messageIdTo } }),
	response: nothing,
	output: (_response, { deleteBy, batchId: batch, messageIdFrom, messageIdTo }) => ({ deleted: true, ...(deleteBy === 'batch' ? { batchId: batch } : { messageIdFrom, messageIdTo }) }),
});
