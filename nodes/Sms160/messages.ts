/** How 160.com.au writes a message, and how it reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import type { Message, MessageStatus } from '../../engine/output/message';
import { message } from '../../engine/output/message';
import type { Outcome, ProviderRequest, Send, Settled, Settling } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { links, nextPage } from './pages';

/** IDs and codes stay texts, whether the provider writes them as a text or a number. */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** A message in lists and in the answers to sends ("/v1/messages", "/v1/groups/{groupId}/send"). */
export const messageRow = z
	.object({
		messageId: idText.nullish(),
		datePosted: z.string().nullish(),
		dateSent: z.string().nullish(),
		dateScheduled: z.string().nullish(),
		delayFor: idText.nullish(),
		sender: z.string().nullish(),
		recipient: idText.nullish(),
		message: z.string().nullish(),
		callbackURL: z.string().nullish(),
		cost: idText.nullish(),
		batchId: idText.nullish(),
		statusCode: idText.nullish(),
		status: z.string().nullish(),
	})
	.passthrough();
export type MessageRow = z.infer<typeof messageRow>;
export const messageList = z.object({ messages: z.array(messageRow), links }).passthrough();

/** "enumerated statusCode for SMS"; the provider's own samples show others, which stay unknown with the provider's text. */
const statuses: Record<string, MessageStatus> = { '-1': 'queued', '0': 'sent', '1': 'delivered', '2': 'failed' };

export function statusOf(code: string | null | undefined): MessageStatus {
	return statuses[code ?? ''] ?? 'unknown';
}

/** Dates name no zone, so they pass unchanged. */
export function messageOutput(row: MessageRow, more: Partial<Message> = {}): IDataObject {
	const code = statusOf(row.statusCode);
	const isWaiting = code === 'queued' && (Number(row.delayFor) > 0 || Boolean(row.dateScheduled));
	const common: Message = {
		messageId: row.messageId ?? undefined,
		to: row.recipient ?? undefined,
		from: row.sender ?? undefined,
		text: row.message ?? undefined,
		status: isWaiting ? 'scheduled' : code,
		accepted: true,
		reason: code === 'failed' ? (row.status ?? undefined) : undefined,
		cost: row.cost ?? undefined,
		scheduledFor: row.dateScheduled ?? undefined,
		sentAt: row.dateSent ?? undefined,
		...more,
	};
	const own = { statusCode: row.statusCode, statusText: row.status, postedAt: row.datePosted, batchId: row.batchId, callbackUrl: row.callbackURL };
	return { ...message(common), ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined && value !== null && value !== '')) };
}

/** A row of an accepted request. Without an ID it is none of a message, whatever its status code says. */
export function sentOutcome(row: MessageRow): Outcome {
	const raw = row as IDataObject;
	if (row.messageId) return { accepted: true, output: messageOutput(row), raw };
	const reason = row.status ?? 'The provider gave the message no ID';
	return { accepted: false, reason, output: messageOutput(row, { accepted: false, status: 'failed', reason }), raw };
}

/** One row of GET /v1/incoming. */
export const incomingRow = z
	.object({ messageId: idText.nullish(), dateReceived: z.string().nullish(), sender: idText.nullish(), recipient: idText.nullish(), message: z.string().nullish() })
	.passthrough();

/** A received message, in the shape of the trigger's events. */
export function inboundMessage({ messageId, sender, recipient, message: text, dateReceived }: z.infer<typeof incomingRow>): IDataObject {
	return { event: 'inbound', messageId, from: sender, to: recipient, text, receivedAt: dateReceived };
}

// --- messages in doubt -------------------------------------------------------------------------------------------

/**
 * ID of the newest message, "in descending posting order". Read before a send, it is the line between messages that were
 * there and those of an attempt in doubt. The provider's dates cannot draw it: they name no zone, and an hourly reminder
 * looks the same an hour, or a zone, earlier.
 */
export async function newest(send: Send): Promise<string> {
	const { messages } = await send({ method: 'GET', path: '/v1/messages', query: { page: 1, limit: 1 } }, messageList);
	return messages[0]?.messageId ?? '0';
}

/** More messages than this since a send began are not looked through: then nobody can tell. */
const mostPages = 20;

/** Messages with a higher ID than `after`; `undefined` when there are too many. */
async function postedAfter(send: Send, after: string, delayed: boolean): Promise<MessageRow[] | undefined> {
	const first: ProviderRequest = { method: 'GET', path: '/v1/messages', query: { page: 1, limit: 100, messageIdFrom: Number(after) + 1, delayed: delayed ? '1' : undefined } };
	const rows: MessageRow[] = [];
	for (let request: ProviderRequest | undefined = first, page = 1; request; page++) {
		if (page > mostPages) return undefined;
		const read: z.infer<typeof messageList> = await send(request, messageList);
		rows.push(...read.messages);
		request = nextPage(read.links);
	}
	return rows;
}

/** What a message in doubt is known by. */
export interface Sought {
	recipient: string;
	message: string;
	isScheduled: boolean;
}

/** The same number, whether it is written with its country code or without. */
export function isSameNumber(one: string | null | undefined, other: string | null | undefined): boolean {
	const [long = '', short = ''] = [one, other].map((number) => (number ?? '').replace(/\D/g, '')).sort((a, b) => b.length - a.length);
	return long === short || (short.length > 8 && long.endsWith(short.replace(/^0/, '')));
}

/** A text as it can be found again, should the provider trim it or replace characters that it cannot send. */
const lettersOf = (text: string | null | undefined): string => (text ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');

export function isSought({ recipient, message: text }: Pick<Sought, 'recipient' | 'message'>, row: MessageRow): boolean {
	return isSameNumber(row.recipient, recipient) && lettersOf(row.message) === lettersOf(text);
}

/**
 * Messages posted since the attempt in doubt began, newest first; `undefined` when nobody can tell.
 * "'1' to get a list of scheduled SMS" may mean that other lists are without them, so both are asked.
 */
export async function postedSince({ send, after, known }: Settling, isScheduled: boolean): Promise<MessageRow[] | undefined> {
	if (after === undefined) return undefined;
	const lists = await Promise.all((isScheduled ? [false, true] : [false]).map(async (delayed) => await postedAfter(send, after, delayed)));
	if (lists.includes(undefined)) return undefined;
	const byId = new Map(lists.flatMap((rows) => rows ?? []).map((row) => [row.messageId ?? '', row]));
	return [...byId.values()].filter(({ messageId }) => messageId && !known.has(messageId));
}

/**
 * Looks for messages in doubt by recipient and text among those that are newer than the send. Found means accepted; each
 * row counts for one message, so that two alike need two. What is not there may go again: the engine has looked for as
 * long as `patience` says, since a provider whose answer was lost may still be at work.
 */
export async function settleByText(sought: Sought[], settling: Settling): Promise<Settled[]> {
	const posted = await postedSince(settling, sought.some(({ isScheduled }) => isScheduled));
	if (!posted) return sought.map(() => 'unknown');
	const left = new Set([...posted].reverse());
	return sought.map((one) => {
		const row = [...left].find((candidate) => isSought(one, candidate));
		if (!row) return 'absent';
		left.delete(row);
		return sentOutcome(row);
	});
}
