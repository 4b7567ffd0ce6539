import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { columns } from '../../../../engine/output/message';
import { z } from '../../../../engine/wire/schema';
import { findBy } from '../../fields';
import { history, statusOf } from '../../messages';
import { looseNumber } from '../../responses';

/** DELETE /v1/messages ("Cancel Scheduled Message"): "receive a full credit refund". */
export const cancel = itemOperation({
	label: 'Cancel',
	action: 'Cancel a scheduled SMS',
	description: 'Cancel a scheduled message, or all scheduled messages with a reference. The credits are refunded.',
	effect: 'repeatable',
	fields: findBy,
	request: ({ by, messageId, reference }) => ({ method: 'DELETE', path: '/v1/messages', body: by === 'messageId' ? { message_id: messageId } : { custom_ref: reference } }),
	response: z.object({ cancelled: z.unknown(), cancelled_count: looseNumber, credits_refunded: looseNumber }).passthrough(),
	output({ cancelled, cancelled_count: count, credits_refunded: creditsRefunded }, { by, messageId, reference }): IDataObject {
		const cancelledCount = cancelled === false ? 0 : by === 'messageId' ? 1 : count;
		return columns({ cancelled: cancelledCount !== 0, messageId: by === 'messageId' ? messageId : null, reference: by === 'messageId' ? null : reference, cancelledCount, creditsRefunded });
	},
	// The first attempt may have cancelled it, or it may have been sent meanwhile: only its status says which.
	async gone({ by, messageId, reference }, send) {
		const query = by === 'messageId' ? { message_id: messageId } : { custom_ref: reference };
		const { results } = await send({ method: 'GET', path: '/v1/messages', query }, history);
		const statuses = results.map(({ status }) => statusOf(status));
		if (!statuses.includes('cancelled') || statuses.includes('scheduled')) return undefined;
		return columns({ cancelled: true, messageId: by === 'messageId' ? messageId : null, reference: by === 'messageId' ? null : reference, cancelledCount: null, creditsRefunded: null });
	},
});
