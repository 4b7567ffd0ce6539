/** Messages that phones sent (document: "/v1/incoming"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { readId } from '../ids';
import { dateTime, type Account, type Incoming } from './account';
import { errorAnswer, errorTexts } from './errors';
import { dateField, idRangeFields, inRange } from './messages';
import { page, pagingFields } from './paging';

const shown = ({ messageId, at, sender, recipient, message }: Incoming) => ({ messageId, dateReceived: dateTime(at), sender, recipient, message });

export const incomingEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/incoming',
		query: z.object({ ...pagingFields, recipient: z.string().regex(/^\d+$/, 'not "digits only"').optional(), dateFrom: dateField.optional(), dateTo: dateField.optional(), ...idRangeFields }).strict(),
		handle(account: Account, { query, request }) {
			const { recipient, dateFrom = -Infinity, dateTo = Infinity } = query;
			const rows = [...account.incoming.values()].filter((one) => (recipient === undefined || one.recipient === recipient) && one.at >= dateFrom && one.at <= dateTo && inRange(one.messageId, query));
			// "in descending receiving order"
			return { httpStatus: 200, body: page(account, '/v1/incoming', request.query, 'incoming', rows.reverse(), query, shown) };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/incoming',
		query: z.object(idRangeFields).strict(),
		handle(account: Account, { query, request }) {
			if (query.messageIdFrom === undefined && query.messageIdTo === undefined) {
				request.violations.push({ kind: 'missing-field', text: 'messageIdFrom, messageIdTo' });
				return errorAnswer(400, 'Wrong parameter messageIdFrom');
			}
			for (const id of [...account.incoming.keys()]) if (inRange(id, query)) account.incoming.delete(id);
			return { httpStatus: 204, body: '' };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/incoming/:messageId',
		handle: (account: Account, { params }) => (account.incoming.delete(readId(params['messageId'])) ? { httpStatus: 204, body: '' } : errorAnswer(404, errorTexts.noMessage)),
	}),
];
