/** How Mobile Message writes a message, and how it reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import type { Message, MessageStatus } from '../../engine/output/message';
import { columns, message, messageEvent, utcTime } from '../../engine/output/message';
import type { Content, Outcome, Posted, Send, Settled } from '../../engine/operation';
import { countSegments } from '../../engine/values/segments';
import type { DateTime } from '../../engine/values/times';
import { z } from '../../engine/wire/schema';
import { adviceOnReason } from './provider';
import { isSameNumber, looseNumber, looseText, pageSize, sameForm } from './responses';

export { idText, isSameNumber } from './responses';

/** "UTC datetime ... (ISO 8601, e.g. 2026-04-01T09:00:00)" (`scheduled_for`). */
export function utcText(time: DateTime): string {
	return time.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

/** One row of `results` in the response to POST /v1/messages ("Response example", "Common API Errors"). */
export const sentRow = z
	.object({
		to: looseText,
		message: looseText,
		sender: looseText,
		custom_ref: looseText,
		status: looseText,
		cost: looseNumber,
		message_id: looseText,
		encoding: looseText,
		error: looseText,
	})
	.passthrough();
export type SentRow = z.infer<typeof sentRow>;

/** One row of `results` of GET /v1/messages ("Response - lookup by ID or reference"). */
export const historyRow = z
	.object({
		message_id: looseText,
		recipient_number: looseText,
		sender_id: looseText,
		message_content: looseText,
		status: looseText,
		cost: looseNumber,
		cust_ref: looseText,
		requested_at: looseText,
		scheduled_for: looseText,
	})
	.passthrough();
export type HistoryRow = z.infer<typeof historyRow>;
export const history = z.object({ total: looseNumber, results: z.array(historyRow) }).passthrough();

/** Documented statuses (GET /v1/messages, parameter `status`; webhook field `status`); others become `unknown`. */
const statuses: Record<string, MessageStatus> = {
	pending: 'queued',
	queued: 'queued',
	scheduled: 'scheduled',
	sent: 'sent',
	delivered: 'delivered',
	failed: 'failed',
	cancelled: 'cancelled',
};

export function statusOf(word: string | null | undefined): MessageStatus {
	return statuses[plain(word)] ?? 'unknown';
}

function plain(word: string | null | undefined): string {
	return (word ?? '').trim().toLowerCase();
}

/** "success", "error" or "blocked"; a status of the history says as well that a message was taken. `undefined`: the row does not say. */
function isAccepted({ status, error }: SentRow): boolean | undefined {
	const word = plain(status);
	if (word === 'success' || ['queued', 'scheduled', 'sent', 'delivered'].includes(statusOf(word))) return true;
	return ['error', 'blocked'].includes(word) || statusOf(word) === 'failed' || error ? false : undefined;
}

/**
 * An accepted, refused (`error`) or blocked message of a send; `undefined` where its row does not say which.
 * @param sent what a refused row leaves out is as it was sent, since no sample shows one
 */
export function sentOutcome(row: SentRow, scheduledFor: string | undefined, sent: Partial<Sent> = {}): Outcome | undefined {
	const accepted = isAccepted(row);
	if (accepted === undefined) return undefined;
	const given: Partial<Sent> = accepted ? {} : sent;
	const fields: Message = {
		messageId: row.message_id ?? undefined,
		to: row.to || given.to,
		from: row.sender || given.sender,
		text: row.message || given.message,
		status: accepted ? (scheduledFor === undefined ? 'queued' : 'scheduled') : plain(row.status) === 'blocked' ? 'blocked' : 'failed',
		accepted,
		reference: row.custom_ref || given.custom_ref,
		segments: accepted ? (row.cost ?? undefined) : undefined,
		cost: row.cost ?? undefined,
		costUnit: 'credits',
		scheduledFor: accepted ? scheduledFor : undefined,
	};
	const reason = accepted ? undefined : row.error || `The provider answered "${row.status ?? ''}"`;
	return { accepted, reason, advice: reason && adviceOnReason(reason), output: message(fields), raw: row as IDataObject };
}

interface Sent {
	to: string;
	message?: string;
	sender?: string;
	custom_ref: string;
}

/**
 * Gives each message of a request its row. The sample's rows stand in the order of the messages; where one is left out, or the
 * order is another, number and reference say whose a row is, and of messages with the same ones the text. A row for somebody
 * else is nobody's, and so is one of several that nothing tells apart.
 */
export function rowsFor(rows: SentRow[], sent: Sent[]): Array<SentRow | undefined> {
	const left = new Set(rows);
	const found: Array<SentRow | undefined> = sent.map(() => undefined);
	const give = (candidates: (index: number) => SentRow[], fits: (row: SentRow, one: Sent) => boolean): void => {
		sent.forEach((one, index) => {
			found[index] ??= candidates(index).find((row) => left.has(row) && fits(row, one));
			const row = found[index];
			if (row) left.delete(row);
		});
	};
	const isWhole = rows.length === sent.length;
	const inPlace = (index: number): SentRow[] => rows.slice(index, index + 1);
	const nameOf = ({ to, custom_ref }: Sent): string => `${sameForm(to)} ${plain(custom_ref)}`;
	const names = counted(sent.map(nameOf));
	const numbers = counted(sent.map(({ to }) => sameForm(to)));
	const texts = new Set(sent.map(({ message: text }) => text?.trim()));
	const isText = ({ message: text }: SentRow, one: Sent): boolean => Boolean(text) && text?.trim() === one.message?.trim();
	/** The provider may have changed a text, but not into another message's. */
	const mayBeText = (row: SentRow, one: Sent): boolean => !row.message || isText(row, one) || !texts.has(row.message.trim());
	const isExact = (row: SentRow, { to, custom_ref }: Sent): boolean => isSameNumber(row.to, to) && plain(row.custom_ref) === plain(custom_ref);
	const isSurely = (row: SentRow, one: Sent): boolean => isExact(row, one) && (names.get(nameOf(one)) === 1 || isText(row, one));
	const references = new Set(sent.map(({ custom_ref }) => plain(custom_ref)));
	/** Cut short on the way, and not another message's reference. */
	const isCut = (reference: string | null | undefined, { custom_ref }: Sent): boolean => plain(custom_ref).startsWith(plain(reference)) && !references.has(plain(reference));
	const isOnly = ({ to }: Sent): boolean => isWhole || numbers.get(sameForm(to)) === 1;
	give(inPlace, isSurely);
	give(inPlace, (row, one) => isOnly(one) && isSameNumber(row.to, one.to) && Boolean(row.custom_ref) && isCut(row.custom_ref, one) && mayBeText(row, one));
	give(() => rows, isSurely);
	// What a row leaves out, its place says, where no row is missing.
	if (isWhole)
		give(
			inPlace,
			(row, one) => (!row.to || isSameNumber(row.to, one.to)) && (!row.custom_ref || plain(row.custom_ref) === plain(one.custom_ref) || isCut(row.custom_ref, one)) && mayBeText(row, one),
		);
	return found;
}

function counted(names: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** The provider's text in the refusal of a single message. */
export function refusedText(body: unknown): string | undefined {
	return z.object({ error: z.string() }).safeParse(body).data?.error;
}

/** Those of a message that left; all others wait, never left, or do not say. */
const left = new Set<MessageStatus>(['sent', 'delivered', 'failed']);

/** A message of the history. Whatever became of it, the provider took it, and its credits. One credit is one segment. */
export function historyMessage(row: HistoryRow): IDataObject {
	const status = statusOf(row.status);
	return message({
		messageId: row.message_id ?? undefined,
		to: row.recipient_number ?? undefined,
		from: row.sender_id ?? undefined,
		text: row.message_content ?? undefined,
		status,
		accepted: true,
		reference: row.cust_ref ?? undefined,
		segments: row.cost ?? undefined,
		cost: row.cost ?? undefined,
		costUnit: 'credits',
		scheduledFor: utcTime(row.scheduled_for),
		sentAt: left.has(status) ? utcTime(row.scheduled_for || row.requested_at) : undefined,
	});
}

/** The same where the history is what was asked for, with when it was given to the provider. */
export function shownMessage(row: HistoryRow): IDataObject {
	return { ...historyMessage(row), ...columns({ requestedAt: utcTime(row.requested_at) }) };
}

const listSend = z
	.object({
		status: looseText,
		total_recipients: looseNumber,
		total_blocked_unsubscribed: looseNumber,
		total_skipped_too_long: looseNumber,
		total_cost: looseNumber,
		scheduled_for: looseText,
		send_status: looseText,
	})
	.passthrough();

/** The response to POST /v1/list-send. One that neither says "complete" nor anything of the send says nothing. */
export const listSendResponse = listSend.refine(
	({ status, total_recipients, total_cost, send_status }) => plain(status) === 'complete' || [total_recipients, total_cost, send_status].some((value) => value !== undefined && value !== null),
	{ path: ['status'] },
);

/** What POST /v1/list-send says of a list as a whole. What it leaves out is as it was sent. */
export function listSendOutput(response: unknown, sent: { groupId?: string; from?: string; text?: string; reference?: string; scheduledFor?: string }): IDataObject {
	const { total_recipients, total_blocked_unsubscribed, total_skipped_too_long, total_cost, scheduled_for, send_status } = listSend.parse(response);
	const { groupId = null, scheduledFor: asked, ...known } = sent;
	const scheduledFor = scheduled_for === undefined ? asked : utcTime(scheduled_for);
	const said = send_status ? statusOf(send_status) : 'queued';
	// The sample, which is sent at once, says "queued"; of one that is not due yet that is not all.
	const status = said === 'queued' && scheduledFor ? 'scheduled' : said;
	return {
		...message({ ...known, status, accepted: true, cost: total_cost, costUnit: 'credits', scheduledFor }),
		groupId,
		recipients: total_recipients ?? null,
		blocked: total_blocked_unsubscribed ?? null,
		tooLong: total_skipped_too_long ?? null,
	};
}

/** One row of GET /v1/inbound. */
export const inboundRow = z
	.object({ message_id: looseText, from: looseText, to: looseText, message: looseText, type: looseText, received_at: looseText })
	.passthrough();

/** A reply or opt-out, in the shape of the trigger's events. Times are UTC ("UTC timestamp when the event was received"). */
export function inboundMessage(row: z.infer<typeof inboundRow>): IDataObject {
	const { message_id: messageId, from, to, message: text, type, received_at } = row;
	return messageEvent({ event: type || 'inbound', messageId, from, to, text, receivedAt: utcTime(received_at) });
}

// --- messages in doubt -------------------------------------------------------------------------------------------

/** "Idempotency-Key": a repeat within 24 hours gets the first response, byte for byte (help.mobilemessage.com.au/api/api-idempotency-keys). */
export const repeats = { by: 'repeat', hours: 24 } as const;

/**
 * Placeholders are filled in by the provider, so that its history holds another text; and so it does where "non-GSM characters are
 * stripped", of which letters make it unrecognisable.
 */
export function contentOf(to: string, text: string, reference: string | undefined, keepsCharacters = true): Content {
	const isFilledIn = /\{\w+\}/.test(text) || (!keepsCharacters && countSegments(text).unicodeCharacters.length > 0);
	return { to: sameForm(to), text, isFilledIn, reference };
}

/** A page of the history holds 200 messages; more than these are not looked through. */
const mostPages = 50;

/** GET /v1/messages ("Paginated history"), newest first, from a day of UTC on. */
async function recentRows(send: Send, since: number): Promise<{ rows: HistoryRow[]; whole: boolean }> {
	const rows: HistoryRow[] = [];
	for (let page = 0; page < mostPages; page++) {
		const { total, results } = await send({ method: 'GET', path: '/v1/messages', query: { from: new Date(since).toISOString().slice(0, 10), limit: pageSize, offset: rows.length } }, history);
		rows.push(...results);
		// A page may be shorter than was asked for, and still not be the last.
		const isLast = typeof total === 'number' ? rows.length >= total : results.length < pageSize;
		if (isLast || results.length === 0) return { rows, whole: isLast };
	}
	return { rows, whole: false };
}

/** What a retry without its ledger finds: messages of the last day, by recipient and text, or by the reference that this node made. */
export async function recent(send: Send, since: number): Promise<{ posted: Posted[]; whole: boolean }> {
	const { rows, whole } = await recentRows(send, since);
	const posted = rows.flatMap((row): Posted[] => {
		const at = Date.parse(utcTime(row.requested_at) ?? '');
		// A cancelled or failed message reached nobody.
		if (at < since || ['cancelled', 'failed'].includes(statusOf(row.status))) return [];
		const outcome: Outcome = { accepted: true, output: historyMessage(row), raw: row as IDataObject };
		const ids = row.message_id ? [row.message_id] : [];
		return [{ ids, to: sameForm(row.recipient_number ?? ''), text: row.message_content ?? '', at: Number.isNaN(at) ? undefined : at, reference: row.cust_ref ?? undefined, outcome }];
	});
	return { posted, whole };
}

/** When a message is due that has not left yet. */
function timeToCome(row: Posted | undefined): unknown {
	const [output] = [row?.outcome?.output ?? []].flat();
	return output?.['status'] === 'scheduled' ? output['scheduledFor'] : null;
}

/** The same for sends to lists: all messages with one reference are one send. */
export async function recentLists(send: Send, since: number): Promise<{ posted: Posted[]; whole: boolean }> {
	const { posted, whole } = await recent(send, since);
	const sends = new Map<string, Posted[]>();
	for (const row of posted) if (row.reference) sends.set(row.reference, [...(sends.get(row.reference) ?? []), row]);
	const asOne = ([reference, rows]: [string, Posted[]]): Posted => ({
		ids: rows.flatMap(({ ids }) => ids),
		text: rows[0]?.text ?? '',
		reference,
		at: rows.at(-1)?.at,
		outcome: { accepted: true, output: listSendOutput({ total_recipients: rows.length, scheduled_for: timeToCome(rows[0]) }, { text: rows[0]?.text, reference }) },
	});
	return { posted: [...sends].map(asOne), whole };
}

/**
 * Looks for one message by a reference that we made: GET /v1/messages?custom_ref= "Returns all messages with this reference".
 * @param reference `undefined` when the user typed it: other messages may have it too
 */
export async function byReference(send: Send, to: string, reference: string | undefined): Promise<Settled> {
	if (reference === undefined) return 'unknown';
	const { results } = await send({ method: 'GET', path: '/v1/messages', query: { custom_ref: reference } }, history);
	// A row that leaves its reference out was listed for it; a list of other references has overlooked the filter.
	const row = results.find(({ cust_ref, recipient_number }) => plain(cust_ref || reference) === plain(reference) && isSameNumber(recipient_number || to, to));
	return row ? { accepted: true, output: historyMessage(row), raw: row as IDataObject } : 'absent';
}
