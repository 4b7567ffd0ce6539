/** Sending, and changing what was sent (document: "/send/sms", "/set/resubmit", "/set/reschedule", "/set/abort"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Answer, ApiRequest } from '../provider';
import { isElement } from '../xml';
import { findJob, settingsOf, type Account, type Job } from './account';
import { refusalTexts, refused } from './errors';
import { jsonOrXml, listFromXml } from './format';
import { abort, acceptJob, sendOrDelay } from './send';
import { isWebhookUrl, webhookFormat } from './settings';
import { readLocalTime, timeZoneNames, type TimeZone } from './times';

const text = z.string().optional();

const destination = z
	.object({ Recipient: z.string(), Attention: text, FirstName: text, LastName: text, Company: text, Custom1: text, Custom2: text })
	.strict();

/** Whole groups of four characters, padded. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const timing = {
	SendTime: z
		.string()
		.refine((value) => readLocalTime(value, 'AUS Eastern') !== undefined, 'not {date}T{time} without an offset')
		.optional(),
	TimeZone: z.enum(timeZoneNames).optional(),
};

const messageData = z
	.object({
		Message: z.string(),
		Destinations: z.array(destination).nonempty(),
		// "alphanumeric", but a UUID, with hyphens, is one too; blank asks for one.
		MessageID: z.string().regex(/^[A-Za-z0-9-]{0,40}$/, 'not alphanumeric with at most 40 characters').optional(),
		Reference: z.string().max(80).optional(),
		WebhookCallbackURL: z.string().refine(isWebhookUrl, 'a full path including https:// is required').optional(),
		WebhookCallbackFormat: webhookFormat.optional(),
		...timing,
		SubAccount: text,
		Department: text,
		ChargeCode: text,
		FromNumber: z.string().regex(/^[1-9]\d{6,14}$/, 'not E.164 without "+"').optional(),
		SMSEmailReply: text,
		// The document has `true` without saying what kind; in XML it is text.
		CharacterConversion: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
		Files: z.array(z.object({ Name: z.string().min(1), Data: z.string().min(1).regex(base64, 'not base64') }).strict()).optional(),
		Mode: z.literal('Test').optional(),
	})
	.strict();

/** What XML writes as elements in elements is a list in JSON. */
function listsOfXml(content: unknown): unknown {
	if (!isElement(content) || !isElement(content['MessageData'])) return content;
	const { MessageData: data } = content;
	const lists: Array<[string, string]> = [['Destinations', 'Destination'], ['Files', 'File']];
	const read = lists.flatMap(([name, element]): Array<[string, unknown]> => (name in data ? [[name, listFromXml(data[name], element)]] : []));
	return { ...content, MessageData: { ...data, ...Object.fromEntries(read) } };
}

/** The state before an action, in the words of the tables: 'Transmit', 'Pending', 'Delayed', 'CreditHold', 'Deleted'. */
function stateOf({ state, recipients }: Job): string {
	return state === 'Transmit' && recipients.some(({ status }) => status === 'PENDING') ? 'Pending' : state;
}

/** Takes an action on the most recent message under the ID of the path, or says why it cannot be. */
function act(
	account: Account,
	{ params, request }: { params: Record<string, string>; request: ApiRequest },
	action: string,
	body: { MessageID?: string } | undefined,
	run: (job: Job) => string | undefined,
): Answer {
	const messageId = params['messageId'];
	// The tables list it among the request's fields as well.
	if (body?.MessageID !== undefined && body.MessageID !== messageId) {
		request.violations.push({ kind: 'invalid-value', text: `MessageID: ${refusalTexts.otherMessage}` });
		return refused(400, refusalTexts.otherMessage, { messageId });
	}
	const job = findJob(account, messageId);
	if (!job) return refused(400, refusalTexts.noMessage, { messageId });
	const before = stateOf(job);
	const refusal = run(job);
	if (refusal !== undefined) return refused(400, refusal, { messageId });
	return { httpStatus: 200, body: { Result: 'Success', MessageID: job.messageId, Status: before, JobNum: job.jobNum, Action: action } };
}

function timeOf(account: Account, { SendTime, TimeZone }: { SendTime?: string; TimeZone?: TimeZone }): number | undefined {
	return SendTime === undefined ? undefined : readLocalTime(SendTime, TimeZone ?? settingsOf(account).timeZone);
}

export const messageEndpoints = [
	endpoint({
		method: 'POST',
		path: '/api/v2.03/send/sms',
		body: z.object({ MessageData: messageData }).strict(),
		formats: jsonOrXml(listsOfXml),
		async handle(account: Account, { body, request }) {
			const data = body.MessageData;
			// "The API will verify that required fields are supplied, however it will not validate data."
			if (data.Message.trim() === '') return refused(400, 'Missing Message');
			if (data.Destinations.some(({ Recipient }) => Recipient.trim() === '')) return refused(400, 'Missing Recipient');
			return { httpStatus: 200, body: { Result: 'Success', MessageID: (await acceptJob(account, data, request)).messageId } };
		},
	}),
	endpoint({
		method: 'PATCH',
		path: '/api/v2.03/set/resubmit/:messageId',
		body: z.object({ MessageID: text, ...timing }).strict().optional(),
		formats: jsonOrXml(),
		handle: (account: Account, call) =>
			act(account, call, 'Resubmit', call.body, (job) => {
				// "only if the Status was Failed"
				const failed = job.recipients.filter(({ status }) => status === 'FAILED');
				if (stateOf(job) !== 'Transmit' || failed.length === 0) return refusalTexts.notFailed;
				sendOrDelay(account, job, failed, timeOf(account, call.body ?? {}));
				return undefined;
			}),
	}),
	endpoint({
		method: 'PATCH',
		path: '/api/v2.03/set/reschedule/:messageId',
		body: z.object({ MessageID: text, ...timing, SendTime: timing.SendTime.unwrap() }).strict(),
		formats: jsonOrXml(),
		handle: (account: Account, call) =>
			act(account, call, 'Reschedule', call.body, (job) => {
				if (job.state !== 'Delayed') return refusalTexts.notDelayed;
				sendOrDelay(account, job, job.waiting, timeOf(account, call.body));
				return undefined;
			}),
	}),
	endpoint({
		method: 'PATCH',
		path: '/api/v2.03/set/abort/:messageId',
		body: z.object({ MessageID: text }).strict().optional(),
		formats: jsonOrXml(),
		handle: (account: Account, call) =>
			act(account, call, 'Abort', call.body, (job) => {
				if (job.state !== 'Delayed') return refusalTexts.notDelayed;
				abort(account, job);
				return undefined;
			}),
	}),
];
