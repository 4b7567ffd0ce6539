import { maxSegments } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { checkSegments, ignoreUnsubscribes, keepsUnicode, list, maxParts, messageText, reference, scheduledFor, senderId, unicode } from '../../fields';
import { byReference } from '../../messages';
import { complete, withoutStatus } from '../../responses';

/** POST /v1/list-send ("Send to List"). */
export const sendToList = itemOperation({
	label: 'Send to List',
	action: 'Send a message to a list',
	description: 'Send an SMS to all contacts of a list in one request',
	effect: 'once',
	fields: { list, message: messageText, sender: senderId },
	options: { ignoreUnsubscribes, maxParts, maxSegments, reference, scheduledFor, unicode },
	identity: ['list', 'message'],
	check: checkSegments,
	request: (values, tag) => ({
		method: 'POST',
		path: '/v1/list-send',
		headers: { 'Idempotency-Key': tag.key },
		body: {
			list_id: values.list,
			sender: values.sender,
			message: values.message,
			enable_unicode: values.unicode ?? keepsUnicode,
			max_parts: values.maxParts,
			custom_ref: values.reference ?? tag.reference,
			ignore_unsubscribes: values.ignoreUnsubscribes || undefined,
			scheduled_for: values.scheduledFor?.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss"),
		},
	}),
	response: complete,
	// The response does not repeat it, and "Use GET /v1/messages?custom_ref=your-ref to check delivery status per recipient".
	output: (response, values, tag) => ({ ...withoutStatus(response), reference: values.reference ?? tag.reference }),
	async settle(values, tag, { send, since }) {
		const reference = values.reference ?? tag.reference;
		const rows = await byReference(send, reference, since);
		if (rows.length === 0) return 'absent';
		return { list_id: values.list, total_recipients: rows.length, total_cost: rows.reduce((sum, { cost }) => sum + (cost ?? 0), 0), send_status: 'queued', reference };
	},
});
