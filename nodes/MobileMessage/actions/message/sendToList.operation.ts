import { earlierSends, includeInput } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { checkSegments, defaultSender, ignoreUnsubscribes, keepsUnicode, list, maxSegments, messageText, reference, scheduling, senderId, unicode } from '../../fields';
import { listSendOutput, listSendResponse, recentLists, repeats, utcText } from '../../messages';
import { withoutStatus } from '../../responses';

/** POST /v1/list-send ("Send to List"). */
export const sendToList = itemOperation({
	label: 'Send to List',
	action: 'Send an SMS to a list',
	description: 'Send an SMS to all contacts of a list in one request',
	effect: 'once',
	subject: 'list message',
	fields: { list, message: messageText, sender: senderId, ...scheduling },
	options: { earlierSends, ignoreUnsubscribes, includeInputFields: includeInput(false), maxSegments, reference, ...simplify, unicode },
	identity: ['list', 'message'],
	check: checkSegments,
	before: defaultSender,
	request: (values, { id }, tag) => ({
		method: 'POST',
		path: '/v1/list-send',
		headers: { 'Idempotency-Key': id },
		body: {
			list_id: values.list,
			sender: values.sender,
			message: values.message,
			enable_unicode: values.unicode ?? keepsUnicode,
			max_parts: values.maxSegments,
			custom_ref: values.reference ?? tag.reference,
			ignore_unsubscribes: values.ignoreUnsubscribes || undefined,
			scheduled_for: values.scheduledFor && utcText(values.scheduledFor),
		},
	}),
	response: listSendResponse,
	// The response does not repeat it, and "Use GET /v1/messages?custom_ref=your-ref to check delivery status per recipient".
	output: (response, values, tag) =>
		listSendOutput(response, {
			groupId: String(values.list),
			from: values.sender,
			text: values.message,
			reference: values.reference ?? tag.reference,
			scheduledFor: values.scheduledFor && `${utcText(values.scheduledFor)}Z`,
		}),
	raw: (response) => withoutStatus(response),
	doubt: repeats,
	history: { content: ({ values, tag }) => ({ text: values.message, isFilledIn: true, reference: values.reference ?? tag.reference }), recent: async (send, since) => await recentLists(send, since) },
});
