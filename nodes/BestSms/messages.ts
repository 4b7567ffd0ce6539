/** How BestSMS tells of messages, and how that reads in this package's common shape. Unknown fields pass. */
import type { IDataObject } from 'n8n-workflow';

import type { Outcome } from '../../engine/operation';
import type { MessageStatus } from '../../engine/output/message';
import { columns, message, messageEvent, utcTime } from '../../engine/output/message';
import { z } from '../../engine/wire/schema';

/** A response as it came. What is known of it is read from it afterwards, so that "Simplify" off can show it unchanged. */
export const anyRecord = z.object({}).passthrough();

/** IDs and times stay texts, whether BestSMS writes them as a text or a number. */
export const idText = z.union([z.string(), z.number()]).transform((id) => String(id).trim());
const id = idText.nullish().catch(undefined);
export const given = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
/** A text of a closed list. */
export const word = idText.nullish().catch(undefined);

/** `Price` is a text, a number, empty or null (samples of the document and of the vendor's SDKs). */
const money = z.union([z.string(), z.number()]).nullish().catch(undefined);
/** What is no number says nothing; an empty text is no 0. */
export const count = z.union([z.string().trim().min(1), z.number()]).pipe(z.coerce.number().finite()).nullish().catch(undefined);

/** A price as a number; what is none is left to the answer as it came. In which currency it is, no document says. */
export function priceOf(price: z.infer<typeof money>): number | undefined {
	if (price === null || price === undefined || String(price).trim() === '') return undefined;
	return Number.isFinite(Number(price)) ? Number(price) : undefined;
}

/** Fields that were given. */
export function present(record: Record<string, unknown>): IDataObject {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null && value !== '')) as IDataObject;
}

// --- sending -----------------------------------------------------------------------------------------------------

/** "'Success' or 'Failed' refers to your API POST result". What says neither may come from something else, and says nothing of the message. */
export function saysSuccess(body: object): boolean {
	return 'Result' in body && typeof body.Result === 'string' && /^success$/i.test(body.Result.trim());
}

/** The same, or some of what was asked for. An answer of a proxy, or of texts alone, tells nothing: neither that something is gone, nor that there is none. */
export function tells(body: object, ...names: string[]): boolean {
	return saysSuccess(body) || Object.entries(body).some(([name, value]) => names.includes(name) && value !== undefined && value !== null && value !== '');
}

/** POST /send/sms: "MessageID: ... If you do not supply this field ... the API will return one for you". */
export const accepted = z.object({ Result: given, MessageID: id }).passthrough().refine(saysSuccess, { path: ['Result'] });

/** What is known of a message from the request that it was part of. */
export interface Known {
	to: string;
	from?: string;
	text: string;
	reference?: string;
	scheduledFor?: string;
	testMode: boolean;
}

/** A message that has no row of its own in any answer. */
export function messageOutput({ to, from, text, reference, scheduledFor, testMode }: Known, more: { messageId?: string; status: MessageStatus; accepted?: boolean }): IDataObject {
	return { ...message({ to, from, text, reference, scheduledFor, ...more }), testMode };
}

export function acceptedOutcome(known: Known, messageId: string): Outcome {
	const status = known.scheduledFor === undefined || known.testMode ? 'queued' : 'scheduled';
	return { accepted: true, output: messageOutput(known, { messageId, status, accepted: true }), raw: { Result: 'Success', MessageID: messageId, Recipient: known.to } };
}

// --- status ------------------------------------------------------------------------------------------------------

/** Rows of a list; what is no row says nothing, and hides none of the others. */
export function rowsOf<T>(row: z.ZodType<T, z.ZodTypeDef, unknown>): z.ZodType<T[], z.ZodTypeDef, unknown> {
	return z.array(z.unknown()).transform((all) => all.flatMap((one) => row.safeParse(one).data ?? []));
}

const recipientRow = z.object({ Destination: given, Status: word, Result: given, SentDate: given, SentDateUTC: given, Price: money, MessageText: given, SMSReplies: z.unknown() }).passthrough();

/** An answer about a message, as it came. */
export const aboutMessage = anyRecord.refine((body) => tells(body, 'Status', 'JobNum', 'Count', 'Recipients', 'MessageSent', 'MessageReceived', 'SMSReplies'), { path: ['Result'] });

/** GET /get/status/{id}: the fields of the document's table, and those that the vendor's SDKs read besides. */
export const statusBody = z
	.object({
		MessageID: id,
		Status: word,
		JobNum: id,
		Account: id,
		SubAccount: given,
		Department: given,
		Count: count,
		Complete: count,
		Success: count,
		Failed: count,
		Reference: given,
		Created: given,
		CreatedUTC: given,
		Delayed: given,
		DelayedUTC: given,
		Price: money,
		Recipients: rowsOf(recipientRow).nullish().catch(undefined),
	})
	.passthrough();
export type StatusBody = z.infer<typeof statusBody>;

/** 'Unknown', 'Pending', 'Delayed', 'Completed', 'CreditHold'; of actions also 'Transmit' and 'Deleted'; the SDKs have more. */
const statuses: Record<string, MessageStatus> = {
	pending: 'queued',
	received: 'queued',
	credithold: 'queued',
	delayed: 'scheduled',
	transmit: 'sent',
	remote: 'sent',
	deleted: 'cancelled',
	error: 'failed',
};

/** A completed message was delivered, or failed, only when all of its recipients agree. */
export function statusOf({ Status, Count, Success, Failed }: Pick<StatusBody, 'Status' | 'Count' | 'Success' | 'Failed'>): MessageStatus {
	if (!/^completed$/i.test(Status ?? '')) return statuses[(Status ?? '').toLowerCase()] ?? 'unknown';
	if (Failed && !Success && (Count ?? Failed) <= Failed) return 'failed';
	if (Success && !Failed && (Count ?? Success) <= Success) return 'delivered';
	return 'sent';
}

/** 'SUCCESS', 'FAILED', 'PENDING' of a recipient. */
export function deliveryStatus(status: string | null | undefined): MessageStatus {
	const found: Record<string, MessageStatus> = { success: 'delivered', failed: 'failed', pending: 'queued' };
	return found[(status ?? '').toLowerCase()] ?? 'unknown';
}

/** Times that name their zone (fields "...UTC") come as ISO 8601, others as they are. */
function timeOf(utc: string | null | undefined, local: string | null | undefined): string | undefined {
	return utcTime(utc) ?? local ?? undefined;
}

export function statusOutput(response: unknown, messageId: string): IDataObject {
	const body = statusBody.parse(response);
	const recipients = body.Recipients ?? [];
	const [only] = recipients.length === 1 && (body.Count ?? 1) === 1 ? recipients : [];
	const status = statusOf(body);
	const common = message({
		messageId: body.MessageID || messageId,
		to: only?.Destination ?? undefined,
		text: only?.MessageText ?? undefined,
		status,
		reason: status === 'failed' ? (only?.Result ?? undefined) : undefined,
		reference: body.Reference ?? undefined,
		cost: priceOf(body.Price),
		scheduledFor: timeOf(body.DelayedUTC, body.Delayed),
		sentAt: timeOf(only?.SentDateUTC, only?.SentDate),
	});
	return {
		...common,
		...columns({
			statusText: body.Status,
			count: body.Count,
			complete: body.Complete,
			success: body.Success,
			failed: body.Failed,
			jobNumber: body.JobNum,
			account: body.Account,
			subAccount: body.SubAccount,
			department: body.Department,
			createdAt: timeOf(body.CreatedUTC, body.Created),
			recipients: recipients.map(recipientOutput),
		}),
	};
}

function recipientOutput({ Destination, Status, Result, SentDate, SentDateUTC, Price }: z.infer<typeof recipientRow>): IDataObject {
	return columns({ to: Destination, status: deliveryStatus(Status), statusText: Status, result: Result, cost: priceOf(Price), sentAt: timeOf(SentDateUTC, SentDate) });
}

// --- actions on sent messages ------------------------------------------------------------------------------------

/** PATCH /set/...: "Status: State of the message prior to performing the Action". */
const action = z.object({ MessageID: id, Status: given, JobNum: id, Action: given }).passthrough();
export const actionBody = action.refine(saysSuccess, { path: ['Result'] });

export function actionOutput({ MessageID, Status, JobNum, Action }: z.infer<typeof action>, messageId: string, done: IDataObject): IDataObject {
	return columns({ ...done, messageId: MessageID || messageId, action: Action, statusBefore: Status, jobNumber: JobNum });
}

// --- replies and received messages -------------------------------------------------------------------------------

const sentOrReceived = z.object({ Date: given, DateUTC: given, From: given, Destination: given, MessageText: given }).passthrough();
const oneOrMany = z.union([rowsOf(sentOrReceived), sentOrReceived.transform((one) => [one])]).nullish().catch(undefined);

/**
 * GET /get/sms/reply/{id}, in three shapes: `MessageSent` and `MessageReceived` (the document's table), or, as the vendor's
 * SDKs read it, a status whose replies stand beside its recipients or in each of them.
 */
const replyBody = statusBody.extend({ MessageSent: oneOrMany, MessageReceived: oneOrMany, SMSReplies: oneOrMany });

/** "E.164 internationalised format", with or without "+". */
function isSameNumber(one: string | null | undefined, other: string | null | undefined): boolean {
	const [a, b] = [one, other].map((number) => (number ?? '').replace(/\D/g, ''));
	return a !== '' && a === b;
}

export function repliesOutput(response: unknown, messageId: string): IDataObject[] {
	const body = replyBody.parse(response);
	const sentTo = (from: string | null | undefined): z.infer<typeof sentOrReceived> | undefined => {
		const messages = body.MessageSent ?? [];
		// Of several people who got a message each, one may have answered that is not the first.
		return messages.find(({ Destination }) => isSameNumber(Destination, from)) ?? (messages.length === 1 && !(messages[0]?.Destination && from) ? messages[0] : undefined);
	};
	const recipients = body.Recipients ?? [];
	const inRecipients = recipients.flatMap((recipient) => (oneOrMany.parse(recipient.SMSReplies) ?? []).map((reply) => ({ reply, recipient })));
	const beside = [...(body.MessageReceived ?? []), ...(body.SMSReplies ?? [])].map((reply) => ({ reply, recipient: recipients.find(({ Destination }) => isSameNumber(Destination, reply.From)) }));
	return [...beside, ...inRecipients]
		.filter(({ reply: { From, MessageText } }) => Boolean(From || MessageText))
		.map(({ reply, recipient }) => ({ reply, recipient, sent: sentTo(reply.From) }))
		.map(({ reply, recipient, sent }) => ({
			...messageEvent({
				event: 'reply',
				from: reply.From || recipient?.Destination || undefined,
				text: reply.MessageText ?? undefined,
				receivedAt: timeOf(reply.DateUTC, reply.Date),
				originalMessageId: body.MessageID || messageId,
			}),
			...columns({
				originalTo: sent?.Destination ?? recipient?.Destination,
				originalText: sent?.MessageText ?? recipient?.MessageText,
				originalSentAt: timeOf(sent?.DateUTC ?? recipient?.SentDateUTC, sent?.Date ?? recipient?.SentDate),
				statusText: body.Status,
				jobNumber: body.JobNum,
				account: body.Account,
				subAccount: body.SubAccount,
				department: body.Department,
			}),
		}));
}

/** One row of GET /get/sms/received: "Date", "From", "MessageText"; the others by the vendor's SDKs, some from v2.04 on. */
export const receivedRow = z
	.object({
		Date: given,
		From: given,
		MessageText: given,
		ID: id,
		ReceivedID: id,
		MessageID: id,
		JobNum: id,
		SubAccount: given,
		Department: given,
		DateUTC: given,
		ReceivedTimeLocal: given,
		ReceivedTimeUTC: given,
		ReceivedTimeUTC_RFC3339: given,
	})
	.passthrough();
export type ReceivedRow = z.infer<typeof receivedRow>;

export function receivedTime(row: ReceivedRow): string | undefined {
	return row.ReceivedTimeUTC_RFC3339 || timeOf(row.DateUTC || row.ReceivedTimeUTC, row.Date || row.ReceivedTimeLocal);
}

export function receivedOutput(row: ReceivedRow): IDataObject {
	return {
		...messageEvent({
			event: 'inbound',
			messageId: row.ID || row.ReceivedID || undefined,
			from: row.From ?? undefined,
			text: row.MessageText ?? undefined,
			receivedAt: receivedTime(row),
			originalMessageId: row.MessageID ?? undefined,
		}),
		...columns({ jobNumber: row.JobNum, subAccount: row.SubAccount, department: row.Department }),
	};
}
