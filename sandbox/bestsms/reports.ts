/** Statuses and received messages by polling (document: "/get/status", "/get/sms/received", "/get/sms/reply"). */
import { z } from 'zod/v3';
import { endpoint, wholeNumber } from '../endpoint';
import { bestSmsAccount, findJob, settingsOf, showPrice, type Account, type Job, type Received, type Recipient } from './account';
import { recordNotFound, refusalTexts, refused } from './errors';
import { pageOf, pagingFields, type Wanted } from './paging';
import { localTime, readLocalTime, utcTime } from './times';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 7;

/** `2024-08-01T00:00:00`. Read as UTC to compare two of them, in the account's zone to find messages. */
const dateField = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'not like 2024-08-01T00:00:00').refine((text) => readLocalTime(text, 'AUS Eastern') !== undefined, 'no date');

const receivedQuery = z
	.object({ timePeriod: wholeNumber(1, LONGEST_DAYS * 1_440).optional(), dateFrom: dateField.optional(), dateTo: dateField.optional(), ...pagingFields })
	.strict()
	.superRefine(({ timePeriod, dateFrom, dateTo }, context) => {
		const complain = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
		if (timePeriod !== undefined && (dateFrom !== undefined || dateTo !== undefined)) complain('timePeriod', 'not together with dates');
		if ((dateFrom === undefined) !== (dateTo === undefined)) complain(dateFrom === undefined ? 'dateFrom' : 'dateTo', 'one date needs the other');
		if (dateFrom === undefined || dateTo === undefined) return;
		const span = Date.parse(`${dateTo}Z`) - Date.parse(`${dateFrom}Z`);
		if (span < 0 || span > LONGEST_DAYS * DAY_MS) complain('dateTo', `not within ${LONGEST_DAYS} days after dateFrom`);
	});

/** 'Unknown', 'Pending', 'Delayed', 'Completed', 'CreditHold': the table has no word for an aborted message. */
function statusOf({ state, recipients }: Job): string {
	if (state === 'Transmit') return recipients.every(({ status }) => status !== 'PENDING') ? 'Completed' : 'Pending';
	return state === 'Deleted' ? 'Unknown' : state;
}

const countOf = ({ recipients }: Job, status: Recipient['status']): number => recipients.filter((one) => one.status === status).length;

/** The fields of the document's table. */
function status(job: Job) {
	const success = countOf(job, 'SUCCESS');
	const failed = countOf(job, 'FAILED');
	return {
		Result: 'Success',
		MessageID: job.messageId,
		Status: statusOf(job),
		JobNum: job.jobNum,
		Account: bestSmsAccount,
		SubAccount: job.subAccount,
		Department: job.department,
		Count: job.recipients.length,
		Complete: success + failed,
		Success: success,
		Failed: failed,
	};
}

/** With the fields that the SDKs read besides (provider facts, section 4c). */
function detailedStatus(account: Account, job: Job, wanted: Wanted, more: (recipient: Recipient) => Record<string, unknown> = () => ({})) {
	const { counts, rows } = pageOf(job.recipients.map((recipient, index) => ({ recipient, index })), wanted);
	return {
		...status(job),
		Reference: job.reference,
		Created: localTime(job.createdAt, job.timeZone),
		CreatedUTC: utcTime(job.createdAt),
		Delayed: localTime(job.sendAt, job.timeZone),
		DelayedUTC: utcTime(job.sendAt),
		Timezone: job.timeZone,
		Price: showPrice(account, job.recipients.reduce((sum, { accepted }) => sum + accepted.cost, 0)),
		...counts,
		Recipients: rows.map(({ recipient, index }) => ({
			Type: 'SMS',
			DestSeq: String(index + 1).padStart(8, '0'),
			Destination: `+${recipient.accepted.to}`,
			Status: recipient.status,
			Result: recipient.result,
			SentDate: localTime(recipient.sentAt, job.timeZone),
			SentDateUTC: utcTime(recipient.sentAt),
			RemoteID: '',
			Price: showPrice(account, recipient.accepted.cost),
			...more(recipient),
		})),
	};
}

/** The table's fields: one reply is an object, several are a list, none is nothing. "Status: Static value". */
function repliesAsTable(account: Account, job: Job, replies: Received[]) {
	const { timeZone } = settingsOf(account);
	const recipient = replies[0]?.answers?.recipient ?? job.recipients[0];
	const received = replies.map(({ at, from, text }) => ({ Date: localTime(at, timeZone), From: `+${from}`, MessageText: text }));
	return {
		Result: 'Success',
		Status: 'Received',
		JobNum: job.jobNum,
		Account: bestSmsAccount,
		SubAccount: job.subAccount,
		Department: job.department,
		...(recipient ? { MessageSent: { Date: localTime(recipient.sentAt, timeZone), Destination: `+${recipient.accepted.to}`, MessageText: recipient.accepted.text } } : {}),
		...(received.length === 0 ? {} : { MessageReceived: received.length === 1 ? received[0] : received }),
	};
}

export const reportEndpoints = [
	endpoint({
		method: 'GET',
		path: '/api/v2.03/get/status/:messageId',
		query: z.object(pagingFields).strict(),
		handle(account: Account, { params, query }) {
			const job = findJob(account, params['messageId']);
			if (!job) return refused(400, refusalTexts.noMessage, { messageId: params['messageId'] });
			return { httpStatus: 200, body: settingsOf(account).details ? detailedStatus(account, job, query) : status(job) };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/api/v2.03/get/sms/reply/:messageId',
		query: z.object(pagingFields).strict(),
		handle(account: Account, { params, query }) {
			const job = findJob(account, params['messageId']);
			if (!job) return refused(400, refusalTexts.noMessage, { messageId: params['messageId'] });
			const { replyShape, timeZone } = settingsOf(account);
			const replies = account.received.filter(({ answers }) => answers?.job === job);
			if (replyShape === 'MessageReceived') return { httpStatus: 200, body: repliesAsTable(account, job, replies) };
			const shown = (some: Received[]) => some.map(({ at, from, text }) => ({ Date: localTime(at, timeZone), DateUTC: utcTime(at), From: `+${from}`, MessageText: text, Timezone: timeZone }));
			const inRecipients = replyShape === 'Recipients';
			const body = detailedStatus(account, job, query, (recipient) => ({
				MessageText: recipient.accepted.text,
				...(inRecipients ? { SMSReplies: shown(replies.filter(({ answers }) => answers?.recipient === recipient)) } : {}),
			}));
			return { httpStatus: 200, body: inRecipients ? body : { ...body, SMSReplies: shown(replies) } };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/api/v2.03/get/sms/received',
		query: receivedQuery,
		handle(account: Account, { query }) {
			const { details, noneIsNotFound, timeZone } = settingsOf(account);
			const now = account.world.clock.now();
			const from = query.dateFrom === undefined ? now - (query.timePeriod ?? 1_440) * 60_000 : (readLocalTime(query.dateFrom, timeZone) ?? now);
			// Both ends belong to it: "2024-08-01T23:59:59" is the last second of a day.
			const to = query.dateTo === undefined ? now : (readLocalTime(query.dateTo, timeZone) ?? now) + 999;
			// Newest first; the document does not say.
			const { counts, rows } = pageOf(account.received.filter(({ at }) => at >= from && at <= to).reverse(), query);
			if (rows.length === 0 && noneIsNotFound) return recordNotFound('No records found');
			const Messages = rows.map(({ id, answers, jobNum, at, from: phone, text }) => ({
				...(details ? { ID: id, MessageID: answers?.job.messageId ?? '', JobNum: jobNum, SubAccount: answers?.job.subAccount ?? '', Department: answers?.job.department ?? '' } : {}),
				Date: localTime(at, timeZone),
				...(details ? { DateUTC: utcTime(at) } : {}),
				From: `+${phone}`,
				MessageText: text,
				...(details ? { Timezone: timeZone } : {}),
			}));
			return { httpStatus: 200, body: { Result: 'Success', ...counts, Messages } };
		},
	}),
];
