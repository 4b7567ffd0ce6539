/** Sending, history and cancelling (document: "Send SMS Messages", "Message History", "Cancel Scheduled Message"). */
import { z } from 'zod/v3';
import { endpoint, issueField, violationKind } from '../endpoint';
import type { AcceptedMessage } from '../messageStore';
import type { ApiRequest } from '../provider';
import { cancelMessage, dateTime, type Account } from './account';
import { errorAnswer, errorTexts, fieldError } from './errors';
import { page, pagingFields } from './paging';
import { acceptMessage, prepareMessage, readSchedule, type PreparedMessage, type RefusedMessage } from './send';

const MESSAGES_PER_REQUEST = 100;
const MESSAGE_STATUSES = ['pending', 'scheduled', 'sent', 'delivered', 'failed', 'cancelled'] as const;

/** The options that POST /v1/messages and /v1/list-send share. */
export const sendOptions = {
	enable_unicode: z.boolean().optional(),
	max_parts: z.number().int().min(1).max(99).optional(),
	ignore_unsubscribes: z.boolean().optional(),
};

/** A time in UTC, ISO 8601. */
export const scheduleField = z.string().refine((text) => readSchedule(text) !== undefined, 'not a UTC date and time in ISO 8601');

const messageFields = z
	.object({
		to: z.string(),
		message: z.string(),
		sender: z.string(),
		custom_ref: z.string().optional(),
		unicode: z.boolean().optional(),
		scheduled_for: scheduleField.optional(),
	})
	.strict();

/** A date, `YYYY-MM-DD`, in milliseconds since 1970 at its start in UTC. */
export const dayField = z
	.string()
	.refine((day) => /^\d{4}-\d\d-\d\d$/.test(day) && readSchedule(`${day}T00:00:00`) !== undefined, 'not a day, YYYY-MM-DD')
	.transform((day) => Date.parse(`${day}T00:00:00Z`));

type SendBody = z.infer<typeof sendBody>;
/** "The request body must contain a valid "messages" array": JSON that is no object has none. */
const sendBody = z.preprocess(
	(body) => (typeof body === 'object' && !Array.isArray(body) ? (body ?? {}) : {}),
	z.object({ messages: z.array(z.record(z.unknown())).nonempty(), ...sendOptions }).strict(),
);

/** Checks one element of `messages`. What the client got wrong is a violation; the answer is that message's own error. */
function prepareElement(
	account: Account,
	element: Record<string, unknown>,
	index: number,
	options: SendBody,
	request: ApiRequest,
): PreparedMessage | RefusedMessage {
	const parsed = messageFields.safeParse(element);
	if (parsed.success) {
		return prepareMessage(account, {
			...parsed.data,
			unicode: parsed.data.unicode ?? options.enable_unicode ?? false,
			maxParts: options.max_parts ?? 10,
			ignoreUnsubscribes: options.ignore_unsubscribes ?? false,
		});
	}
	for (const issue of parsed.error.issues) {
		request.violations.push({ kind: violationKind(issue), text: `messages.${index}.${issueField(issue)}: ${issue.message}` });
	}
	const first = parsed.error.issues[0];
	const field = first ? issueField(first) : '';
	const documented: Record<string, string> = {
		to: errorTexts.invalidNumber,
		message: errorTexts.emptyMessage,
		sender: errorTexts.invalidSender,
	};
	return { status: 'error', error: documented[field] ?? fieldError(field) };
}

/** An echo is without the blanks around a text. */
function trimmed(value: unknown): unknown {
	return typeof value === 'string' ? value.trim() : value;
}

/** A message as GET /v1/messages shows it. */
function shown(message: AcceptedMessage) {
	return {
		message_id: message.id,
		recipient_number: message.to,
		sender_id: message.from,
		message_content: message.text,
		status: message.status,
		cost: message.cost,
		cust_ref: message.custom_ref,
		requested_at: dateTime(Date.parse(message.at)),
		scheduled_for: message.scheduledFor === null ? null : dateTime(message.scheduledFor),
	};
}

export const messageEndpoints = [
	endpoint({
		method: 'POST',
		path: '/v1/messages',
		body: sendBody,
		async handle(account: Account, { body, request }) {
			if (body.messages.length > MESSAGES_PER_REQUEST) {
				request.violations.push({ kind: 'too-many-messages', text: `${body.messages.length} messages in one request` });
				return errorAnswer(400, errorTexts.tooManyMessages);
			}
			const prepared = body.messages.map((element, index) => prepareElement(account, element, index, body, request));
			const cost = prepared.reduce((sum, message) => sum + ('segments' in message ? message.segments : 0), 0);
			if (cost > account.world.settings.credits) return errorAnswer(403, errorTexts.noCredits);
			const results = await request.take(prepared, (message, index) => {
				const { to, message: text, sender, custom_ref, unicode } = body.messages[index] ?? {};
				// `to` and `sender` come back as they were given (the document's example shows 0412345678).
				const given = { to, message: trimmed(text), sender, ...(custom_ref === undefined ? {} : { custom_ref: trimmed(custom_ref) }) };
				if ('error' in message) return { ...given, status: message.status, cost: 0, error: message.error };
				const accepted = acceptMessage(account, message);
				return {
					...given,
					// The document's example cannot tell; the text as sent shows what was stripped or filled in.
					message: accepted.text,
					status: 'success',
					cost: accepted.cost,
					message_id: accepted.id,
					// "Appears only if Unicode was enabled in the request (either top-level or per message)".
					...(body.enable_unicode === true || unicode === true ? { encoding: message.encoding } : {}),
					// Not in the document's example, which schedules nothing; in the form of the history.
					...(message.scheduledFor === null ? {} : { scheduled_for: dateTime(message.scheduledFor) }),
				};
			});
			return {
				httpStatus: 200,
				body: { status: 'complete', ignore_unsubscribes: body.ignore_unsubscribes ?? false, total_cost: cost, results },
			};
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/messages',
		query: z
			.object({
				message_id: z.string().optional(),
				custom_ref: z.string().optional(),
				status: z.enum(MESSAGE_STATUSES).optional(),
				from: dayField.optional(),
				to: dayField.optional(),
				...pagingFields,
			})
			.strict(),
		handle(account: Account, { query }) {
			const { messages } = account.world;
			// The document gives no error for a look-up that finds nothing: the result is empty.
			if (query.message_id !== undefined) {
				const message = messages.byId(query.message_id);
				return { httpStatus: 200, body: { status: 'complete', results: message ? [shown(message)] : [] } };
			}
			if (query.custom_ref !== undefined) {
				return { httpStatus: 200, body: { status: 'complete', results: messages.byReference(query.custom_ref).map(shown) } };
			}
			const { status, from = -Infinity, to = Infinity } = query;
			const unfiltered = status === undefined && query.from === undefined && query.to === undefined;
			const rows = unfiltered
				? messages.accepted.slice()
				: messages.accepted.filter((message) => {
						const at = Date.parse(message.at);
						return (status === undefined || message.status === status) && at >= from && at < to;
					});
			// Newest first; the document does not say.
			return { httpStatus: 200, body: page(rows.reverse(), query, shown) };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/messages',
		body: z.object({ message_id: z.string().optional(), custom_ref: z.string().optional() }).strict(),
		handle(account: Account, { body, request }) {
			const { messages } = account.world;
			const { message_id, custom_ref } = body;
			if ((message_id === undefined) === (custom_ref === undefined)) {
				request.violations.push({ kind: 'missing-field', text: 'either message_id or custom_ref' });
				return errorAnswer(400, fieldError('message_id'));
			}
			const matching = message_id === undefined ? messages.byReference(custom_ref ?? '') : [messages.byId(message_id) ?? []].flat();
			const scheduled = matching.filter((message) => message.status === 'scheduled');
			if (scheduled.length === 0) return errorAnswer(matching.length === 0 ? 404 : 409, errorTexts.notScheduled);
			const credits_refunded = scheduled.reduce((sum, message) => sum + message.cost, 0);
			for (const message of scheduled) cancelMessage(account, message);
			return {
				httpStatus: 200,
				body:
					message_id === undefined
						? { status: 'complete', custom_ref, cancelled_count: scheduled.length, credits_refunded }
						: { status: 'complete', message_id, cancelled: true, credits_refunded },
			};
		},
	}),
];
