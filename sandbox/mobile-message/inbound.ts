/** Replies and opt-outs received (document: "Inbound SMS"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { dateTime, type Account } from './account';
import { dayField } from './messages';
import { page, pagingFields } from './paging';

export const inboundEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/inbound',
		query: z.object({ from: dayField.optional(), to: dayField.optional(), ...pagingFields }).strict(),
		handle(account: Account, { query }) {
			const { from = -Infinity, to = Infinity } = query;
			const rows = account.world.messages.inbound.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to);
			// Newest first; the document does not say.
			return {
				httpStatus: 200,
				body: page(rows.reverse(), query, (message) => ({
					message_id: message.id,
					from: message.from,
					to: message.to,
					message: message.text,
					type: message.type,
					received_at: dateTime(Date.parse(message.at)),
				})),
			};
		},
	}),
];
