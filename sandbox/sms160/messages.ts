/** Sending, listing and removing messages (document: "/v1/messages"). */
import { z } from 'zod/v3';
import { endpoint, issueField, violationKind } from '../endpoint';
import { idQueryField, readId } from '../ids';
import type { ApiRequest } from '../provider';
import { readDateTime, type Account } from './account';
import { errorAnswer, errorTexts, type Fault } from './errors';
import { page, pagingFields } from './paging';
import { acceptMessage, newBatchId, prepareMessage, removeMessages, shown, shownSent, type PreparedMessage } from './send';

export const objectsPerRequest = 100;

/** The fields that single messages and group sends share. */
export const sendFields = {
	senderId: z.string().optional(),
	email: z.string().optional(),
	phone: z.string().optional(),
	delay: z.number().int().min(1).max(44_640).optional(),
	message: z.string(),
	callbackURL: z.string().optional(),
};

const element = z.object({ ...sendFields, recipient: z.string() }).strict();

export const dateField = z
	.string()
	.transform((text) => readDateTime(text))
	.refine((ms) => ms !== undefined, 'not YYYY-MM-DD hh:mm:ss');

export const idRangeFields = { messageIdFrom: idQueryField.optional(), messageIdTo: idQueryField.optional() };

export function inRange(id: bigint, { messageIdFrom = id, messageIdTo = id }: { messageIdFrom?: bigint; messageIdTo?: bigint }): boolean {
	return id >= messageIdFrom && id <= messageIdTo;
}

/** Parses each element of a list strictly: what the client got wrong is a violation, and a broken object. */
export function readElements<T>(schema: z.ZodType<T, z.ZodTypeDef, unknown>, name: string, elements: unknown[], request: ApiRequest): Array<{ value: T } | { broken: Fault }> {
	return elements.map((object, index) => {
		const parsed = schema.safeParse(object);
		if (parsed.success) return { value: parsed.data };
		for (const issue of parsed.error.issues) request.violations.push({ kind: violationKind(issue), text: `${name}.${index}.${issueField(issue)}: ${issue.message}` });
		const first = parsed.error.issues[0];
		return { broken: { text: `Wrong parameter ${first ? issueField(first) : ''}`, object } };
	});
}

/** A list that is too long is the client's doing. */
export function isTooMany(elements: unknown[], request: ApiRequest): boolean {
	if (elements.length <= objectsPerRequest) return false;
	request.violations.push({ kind: 'too-many-messages', text: `${elements.length} objects in one request` });
	return true;
}

export const messageEndpoints = [
	endpoint({
		method: 'POST',
		path: '/v1/messages',
		body: z.object({ messages: z.array(z.unknown()).nonempty() }).strict(),
		async handle(account: Account, { body, request }) {
			if (isTooMany(body.messages, request)) return errorAnswer(400, errorTexts.tooMany);
			const prepared: PreparedMessage[] = [];
			const faults: Fault[] = [];
			readElements(element, 'messages', body.messages, request).forEach((read, index) => {
				if ('broken' in read) return faults.push(read.broken);
				const { recipient, message, ...options } = read.value;
				const one = prepareMessage(account, recipient, message, options);
				if ('refused' in one) return faults.push({ text: one.refused, ...(one.named ? { object: body.messages[index] } : {}) });
				return prepared.push(one);
			});
			// "Put to the queue if all messages are accepted"
			if (faults.length > 0) return errorAnswer(400, ...faults);
			if (prepared.reduce((sum, { cost }) => sum + cost, 0) > account.world.settings.credits) return errorAnswer(400, errorTexts.noBalance);
			const batchId = newBatchId();
			return { httpStatus: 201, body: { messages: await request.take(prepared, (one) => shownSent(acceptMessage(account, one, batchId))) } };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/messages',
		query: z
			.object({
				...pagingFields,
				dateFrom: dateField.optional(),
				dateTo: dateField.optional(),
				statusCode: z.enum(['-1', '0', '1', '2']).optional(),
				delayed: z.enum(['0', '1']).optional(),
				...idRangeFields,
				batchId: idQueryField.optional(),
			})
			.strict(),
		handle(account: Account, { query, request }) {
			const { dateFrom = -Infinity, dateTo = Infinity, statusCode, delayed, batchId } = query;
			const rows = [...account.messages.values()].filter((sms) => {
				const at = Date.parse(sms.accepted.at);
				// "'1' to get a list of scheduled SMS": read strictly, other lists are without them.
				if ((sms.accepted.status === 'scheduled') !== (delayed === '1')) return false;
				if (statusCode !== undefined && String(sms.statusCode) !== statusCode) return false;
				if (batchId !== undefined && sms.batchId !== batchId) return false;
				return at >= dateFrom && at <= dateTo && inRange(sms.messageId, query);
			});
			// "in descending posting order"
			return { httpStatus: 200, body: page(account, '/v1/messages', request.query, 'messages', rows.reverse(), query, shown) };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/messages',
		query: z.object({ batchId: idQueryField.optional(), ...idRangeFields }).strict(),
		handle(account: Account, { query, request }) {
			const { batchId, messageIdFrom, messageIdTo } = query;
			// Nothing says that both ends are needed: half a range has no other end.
			const byRange = messageIdFrom !== undefined || messageIdTo !== undefined;
			if ((batchId !== undefined) === byRange) {
				request.violations.push({ kind: 'missing-field', text: 'either batchId, or messageIdFrom, messageIdTo' });
				return errorAnswer(400, 'Wrong parameter batchId');
			}
			removeMessages(account, (sms) => (byRange ? inRange(sms.messageId, query) : sms.batchId === batchId));
			return { httpStatus: 204, body: '' };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/messages/:messageId',
		handle(account: Account, { params }) {
			const sms = account.messages.get(readId(params['messageId']));
			return sms ? { httpStatus: 200, body: shown(sms) } : errorAnswer(404, errorTexts.noMessage);
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/messages/:messageId',
		handle(account: Account, { params }) {
			const removed = removeMessages(account, ({ messageId }) => messageId === readId(params['messageId']));
			return removed > 0 ? { httpStatus: 204, body: '' } : errorAnswer(404, errorTexts.noMessage);
		},
	}),
];
