import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { actionBody, actionOutput, statusBody } from '../../messages';
import { api } from '../../provider';

/** PATCH /set/abort/{MessageID}: "Cancel sending of the message". */
export const cancel = itemOperation({
	label: 'Cancel',
	action: 'Cancel a scheduled SMS',
	description: 'Cancel a message that waits for its time. Of several messages with this ID it is the newest.',
	effect: 'repeatable',
	fields: { messageId },
	request: (values) => ({ method: 'PATCH', path: `${api}/set/abort/${values.messageId}` }),
	response: actionBody,
	output: (body, values) => actionOutput(body, values.messageId, { cancelled: true }),
	// A status has no word for a cancelled message; one that is neither waiting nor on its way was cancelled.
	async gone(values, send) {
		const { Status } = await send({ method: 'GET', path: `${api}/get/status/${values.messageId}` }, statusBody);
		return /^(unknown|deleted)$/i.test(Status ?? '') ? { cancelled: true, messageId: values.messageId } : undefined;
	},
});
