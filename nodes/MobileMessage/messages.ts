/** How Mobile Message writes a message, and how it reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import type { Message, MessageStatus } from '../../engine/output/message';
import { message, utcTime } from '../../engine/output/message';
import type { Content, Outcome, Posted, Send, Settled } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { adviceOnReason } from './provider';
import { pageSize } from './responses';

/** IDs and references stay texts, whatever the provider makes of them. */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** A number, also written as a text; anything else is as if it were missing. */
const numberLike = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)]).nullish().catch(undefined);

/** One row of `results` in the response to POST /v1/messages ("Response example", "Common API Errors"). */
export const sentRow = z
	.object({
		to: idText.nullish(),
		message: idText.nullish(),
		sender: idText.nullish(),
		custom_ref: idText.nullish(),
		status: z.string(),
		cost: numberLike,
		message_id: idText.nullish(),
		encoding: idText.nullish(),
		error: idText.nullish(),
	})
	.passthrough();
export type SentRow = z.infer<typeof sentRow>;

/** One row of `results` of GET /v1/messages ("Response - lookup by ID or reference"). */
export const historyRow = z
	.object({
		message_id: idText,
		recipient_number: idText.nullish(),
		sender_id: idText.nullish(),
		message_content: idText.nullish(),
		status: z.string(),
		cost: numberLike,
		cust_ref: idText.nullish(),
		requested_at: idText.nullish(),
		scheduled_for: idText.nullish(),
	})
	.passthrough();
export type HistoryRow = z.infer<typeof historyRow>;
export const history = z.object({ results: z.array(historyRow) }).passthrough();

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

export function statusOf(word: string): MessageStatus {
	return statuses[word.toLowerCase()] ?? 'unknown';
}

/** An accepted, refused (`error`) or blocked message of a send. */
export function sentOutcome(row: SentRow, scheduledFor: string | undefined): Outcome {
	const accepted = row.status === 'success';
	const fields: Message = {
		messageId: row.message_id ?? undefined,
		to: row.to ?? undefined,
		from: row.sender ?? undefined,
		text: row.message ?? undefined,
		status: accepted ? (scheduledFor === undefined ? 'queued' : 'scheduled') : row.status === 'blocked' ? 'blocked' : 'failed',
		accepted,
		reference: row.custom_ref ?? undefined,
		segments: accepted ? (row.cost ?? undefined) : undefined,
		cost: row.cost ?? undefined,
		scheduledFor: accepted ? scheduledFor : undefined,
	};
	const reason = accepted ? undefined : (row.error ?? `The provider answered "${row.status}"`);
	return { accepted, reason, advice: reason && adviceOnReason(reason), output: message(fields), raw: row as IDataObject };
}

/** The provider's text in the refusal of a single message. */
export function refusedText(body: unknown): string | undefined {
	return z.object({ error: z.string() }).safeParse(body).data?.error;
}

/** A message of the history. One credit is one segment. */
export function historyMessage(row: HistoryRow): IDataObject {
	const status = statusOf(row.status);
	return message({
		messageId: row.message_id,
		to: row.recipient_number ?? undefined,
		from: row.sender_id ?? undefined,
		text: row.message_content ?? undefined,
		status,
		accepted: status !== 'failed',
		reference: row.cust_ref ?? undefined,
		segments: row.cost ?? undefined,
		cost: row.cost ?? undefined,
		scheduledFor: utcTime(row.scheduled_for),
		sentAt: utcTime(row.requested_at),
	});
}

/** One row of GET /v1/inbound. */
export const inboundRow = z
	.object({ message_id: idText.nullish(), from: z.string().nullish(), to: z.string().nullish(), message: z.string().nullish(), type: z.string().nullish(), received_at: z.string().nullish() })
	.passthrough();

/** A reply or opt-out, in the shape of the trigger's events. Times are UTC ("UTC timestamp when the event was received"). */
export function inboundMessage(row: z.infer<typeof inboundRow>): IDataObject {
	const { message_id: messageId, from, to, message: text, type, received_at } = row;
	return { event: type ?? 'inbound', messageId, from, to, text, receivedAt: utcTime(received_at) };
}

// --- messages in doubt -------------------------------------------------------------------------------------------

/** "Idempotency-Key": a repeat within 24 hours gets the first response, byte for byte (help.mobilemessage.com.au/api/api-idempotency-keys). */
export const repeats = { by: 'repeat', hours: 24 } as const;

/** Placeholders are filled in by the provider, so that its history holds another text. */
export function contentOf(to: string | undefined, text: string): Content {
	return { to, text, isFilledIn: /\{\w+\}/.test(text) };
}

/** A page of the history holds 200 messages; more than these are not looked through. */
const mostPages = 5;

/** GET /v1/messages ("Paginated history"), newest first, from a day of UTC on. */
async function recentRows(send: Send, since: number): Promise<{ rows: HistoryRow[]; whole: boolean }> {
	const rows: HistoryRow[] = [];
	for (let page = 0; page < mostPages; page++) {
		const { results } = await send({ method: 'GET', path: '/v1/messages', query: { from: new Date(since).toISOString().slice(0, 10), limit: pageSize, offset: page * pageSize } }, history);
		rows.push(...results);
		if (results.length < pageSize) return { rows, whole: true };
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
		const outcome: Outcome = { accepted: true, output: { ...historyMessage(row), accepted: true }, raw: row as IDataObject };
		return [{ ids: [row.message_id], to: row.recipient_number ?? undefined, text: row.message_content ?? '', at: Number.isNaN(at) ? undefined : at, reference: row.cust_ref ?? undefined, outcome }];
	});
	return { posted, whole };
}

/**
 * Looks for one message by a reference that we made: GET /v1/messages?custom_ref= "Returns all messages with this reference".
 * @param reference `undefined` when the user typed it: other messages may have it too
 */
export async function byReference(send: Send, to: string, reference: string | undefined): Promise<Settled> {
	if (reference === undefined) return 'unknown';
	const { results } = await send({ method: 'GET', path: '/v1/messages', query: { custom_ref: reference } }, history);
	const row = results.find((candidate) => candidate.cust_ref?.trim() === reference && (candidate.recipient_number ?? to) === to);
	return row ? { accepted: true, output: { ...historyMessage(row), accepted: true }, raw: row as IDataObject } : 'absent';
}
