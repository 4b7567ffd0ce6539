import type { IDataObject } from 'n8n-workflow';

import { choice, text } from '../../../../engine/fields';
import { itemOperation } from '../../../../engine/operation';
import { complete } from '../../responses';

/** DELETE /v1/messages ("Cancel Scheduled Message"): "receive a full credit refund". */
export const cancel = itemOperation({
	label: 'Cancel',
	action: 'Cancel a scheduled message',
	description: 'Cancel a scheduled message, or all scheduled messages with a reference. The credits are refunded.',
	effect: 'repeatable',
	fields: {
		by: choice({
			label: 'Find By',
			choices: [
				{ value: 'messageId', label: 'Message ID' },
				{ value: 'reference', label: 'Reference' },
			],
			default: 'messageId',
		}),
		messageId: text({ label: 'Message ID', required: true, placeholder: 'e.g. 044b035f-0396-4a47-8428-12d5273ab04a', showWhen: { by: ['messageId'] } }),
		reference: text({ label: 'Reference', required: true, placeholder: 'e.g. march-campaign', showWhen: { by: ['reference'] } }),
	},
	request: ({ by, messageId, reference }) => ({ method: 'DELETE', path: '/v1/messages', body: by === 'messageId' ? { message_id: messageId } : { custom_ref: reference } }),
	response: complete,
	output: (response): IDataObject => {
		const { message_id: messageId, custom_ref: reference, cancelled_count: cancelledCount, credits_refunded: creditsRefunded } = response;
		return { cancelled: true, ...(messageId !== undefined ? { messageId } : { reference, cancelledCount }), creditsRefunded } as IDataObject;
	},
	done: ({ by, messageId, reference }) => ({ cancelled: true, ...(by === 'messageId' ? { messageId } : { reference }) }),
});
