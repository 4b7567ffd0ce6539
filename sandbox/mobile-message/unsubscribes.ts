/** The opt-out list (document: "Unsubscribes"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { dateTime, readNumber, unsubscribe, type Account } from './account';
import { errorAnswer, errorTexts } from './errors';
import { page, pagingFields } from './paging';

const byNumber = z.object({ number: z.string() }).strict();

export const unsubscribeEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/unsubscribes',
		query: z.object({ number: z.string().optional(), ...pagingFields }).strict(),
		handle(account: Account, { query }) {
			const wanted = query.number === undefined ? undefined : (readNumber(account, query.number) ?? '');
			const rows = [...account.unsubscribes].filter(([number]) => wanted === undefined || number === wanted);
			return { httpStatus: 200, body: page(rows, query, ([number, at]) => ({ number, updated_at: dateTime(at) })) };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/unsubscribes',
		body: byNumber,
		handle(account: Account, { body }) {
			const number = readNumber(account, body.number);
			if (number === undefined) return errorAnswer(400, errorTexts.invalidNumber);
			unsubscribe(account, number);
			return { httpStatus: 200, body: { status: 'complete', number, added: true } };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/unsubscribes',
		body: byNumber,
		handle(account: Account, { body }) {
			const number = readNumber(account, body.number);
			if (number === undefined) return errorAnswer(400, errorTexts.invalidNumber);
			// The document is silent about a number that is not there; like a message that is not there, it is not found.
			if (!account.unsubscribes.delete(number)) return errorAnswer(404, errorTexts.notUnsubscribed);
			return { httpStatus: 200, body: { status: 'complete', number, removed: true } };
		},
	}),
];
