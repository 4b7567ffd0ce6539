/** How Mobile Message writes a message, and how it reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import type { Message, MessageStatus } from '../../engine/output/message';
import { message, utcTime } from '../../engine/output/message';
import type { Outcome, Send, Settled, Settling } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { adviceOnReason } from './provider';

/** IDs and references stay texts, whatever the provider makes of them. */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** One row of `results` in the response to POST /v1/messages ("Response example", "Common API Errors"). */
export const sentRow = z
	.object({
		to: z.string().nullish(),
		message: z.string().nullish(),
		sender: z.string().nullish(),
		custom_ref: idText.nullish(),
		status: z.string(),
		cost: z.number().nullish(),
		message_id: idText.nullish(),
		encoding: z.string().nullish(),
		error: z.string().nullish(),
	})
	.passthrough();
export type SentRow = z.infer<typeof sentRow>;

/** One row of `results` of GET /v1/messages ("Response - lookup by ID or reference"). */
export const historyRow = z
	.object({
		message_id: idText,
		recipient_number: z.string().nullish(),
		sender_id: z.string().nullish(),
		message_content: z.string().nullish(),
		status: z.string(),
		cost: z.number().nullish(),
		cust_ref: idText.nullish(),
		requested_at: z.string().nullish(),
		scheduled_for: z.string().nullish(),
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

/** The two clocks may differ by this much when asking whether a message arrived after a request had begun, in ms. */
const clockDifference = 60_000;

/**
 * The messages with that reference: GET /v1/messages?custom_ref= "Returns all messages with this reference".
 * @param since only those requested after it, in ms since the epoch
 */
export async function byReference(send: Send, reference: string, since = 0): Promise<HistoryRow[]> {
	const { results } = await send({ method: 'GET', path: '/v1/messages', query: { custom_ref: reference } }, history);
	return results.filter(({ requested_at }) => {
		const requested = Date.parse(utcTime(requested_at) ?? '');
		return Number.isNaN(requested) || requested >= since - clockDifference;
	});
}

/** What a message in doubt is known by. The text is left out: placeholders change it, and so does a Unicode-less account. */
export interface Sought {
	to: string;
	reference: string;
}

/**
 * Looks for messages in doubt by their references. Found means accepted. A message that was there before the attempt
 * began, or is known as another one of this execution, does not count. The provider drops a repeat by its
 * Idempotency-Key, so one that is not there may go again.
 */
export async function settleByReference(sought: Sought[], { send, since, known }: Settling): Promise<Settled[]> {
	const references = [...new Set(sought.map(({ reference }) => reference))];
	const found = new Map(await Promise.all(references.map(async (reference) => [reference, await byReference(send, reference, since)] as const)));
	const taken = new Set<string>();
	return sought.map(({ to, reference }) => {
		const row = found.get(reference)?.find((candidate) => {
			const isOther = known.has(candidate.message_id) || taken.has(candidate.message_id);
			return candidate.recipient_number === to && !isOther;
		});
		if (!row) return 'absent';
		taken.add(row.message_id);
		return { accepted: true, output: { ...historyMessage(row), accepted: true }, raw: row as IDataObject };
	});
}
