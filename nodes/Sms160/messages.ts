/** How 160.com.au writes a message, and how it reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import { hasMarker } from '../../engine/asking/address';
import { leadOfNewest } from '../../engine/asking/newest';
import type { Failure } from '../../engine/failure';
import { failure } from '../../engine/failure';
import type { Message, MessageStatus } from '../../engine/output/message';
import { columns, message, messageEvent } from '../../engine/output/message';
import { essence } from '../../engine/output/essence';
import type { Content, Outcome, Posted, ProviderRequest, Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { hasNext, links, nextPage, pageSize } from './pages';
import { adviceOnReason } from './provider';

/** IDs and codes stay texts, whether the provider writes them as a text or a number. */
export const idText = z.union([z.string(), z.number()]).transform(String);

/** A text that a row can do without: what is neither a text nor a number is as if it were missing. */
export const looseText = idText.nullish().catch(undefined);

/** A message in lists and in the answers to sends ("/v1/messages", "/v1/groups/{groupId}/send"). */
export const messageRow = z
	.object({
		messageId: looseText,
		datePosted: looseText,
		dateSent: looseText,
		dateScheduled: looseText,
		delayFor: looseText,
		sender: looseText,
		recipient: looseText,
		message: looseText,
		callbackURL: looseText,
		cost: looseText,
		batchId: looseText,
		statusCode: looseText,
		status: looseText,
	})
	.passthrough();
export type MessageRow = z.infer<typeof messageRow>;
export const messageList = z.object({ messages: z.array(messageRow), links }).passthrough();
/** The answer to a send. It did its work, so what cannot be read of it is left out. */
export const sentList = z.object({ messages: z.array(messageRow.catch({})), links: links.catch(undefined) }).passthrough();

/** "enumerated statusCode for SMS"; the provider's own samples show others, which stay unknown with the provider's text. */
const statuses: Record<string, MessageStatus> = { '-1': 'queued', '0': 'sent', '1': 'delivered', '2': 'failed' };

export function statusOf(code: string | null | undefined): MessageStatus {
	return statuses[(code ?? '').trim()] ?? 'unknown';
}

/** The provider's text, or else a code that no list of its document has. */
function statusText({ status, statusCode }: MessageRow): string | null | undefined {
	return status || (statusOf(statusCode) === 'unknown' ? statusCode?.trim() : undefined);
}

/** Whether it is to be sent later. A delay of 0 says that it goes now, whatever date stands beside it. */
function isWaiting({ statusCode, delayFor, dateScheduled }: MessageRow): boolean {
	return statusOf(statusCode) === 'queued' && (numberIn(delayFor) ?? (dateScheduled ? 1 : 0)) > 0;
}

/** Dates name no zone, so they pass unchanged. */
export function messageOutput(row: MessageRow, more: Partial<Message> = {}): IDataObject {
	const code = statusOf(row.statusCode);
	const common: Message = {
		messageId: row.messageId,
		to: row.recipient,
		from: row.sender,
		text: row.message,
		status: isWaiting(row) ? 'scheduled' : code,
		accepted: true,
		reason: code === 'failed' ? row.status : undefined,
		// What it is counted in is not documented.
		cost: numberIn(row.cost),
		scheduledFor: row.dateScheduled,
		sentAt: row.dateSent,
		...more,
	};
	return { ...message(common), ...columns({ statusText: statusText(row), postedAt: row.datePosted, batchId: row.batchId, callbackUrl: row.callbackURL }) };
}

function numberIn(written: string | null | undefined): number | undefined {
	return written && /^-?\d+(\.\d+)?$/.test(written.trim()) ? Number(written) : undefined;
}

function hasId({ messageId }: MessageRow): boolean {
	return Boolean(messageId?.trim()) && messageId !== '0';
}

/**
 * A row of an accepted request. One without an ID is refused where its status says that it will not be delivered; otherwise
 * it says nothing of its message, which the lists have to be asked for: `undefined`.
 * @param sent what the row leaves out is as it was sent
 */
export function sentOutcome(row: MessageRow, sent: { recipient?: string; message?: string } = {}): Outcome | undefined {
	const raw = row as IDataObject;
	const whole = { ...row, recipient: row.recipient || sent.recipient, message: row.message || sent.message };
	if (hasId(row)) return { accepted: true, output: messageOutput(whole), raw };
	const reason = refusalOf(row);
	return reason === undefined ? undefined : { accepted: false, reason, advice: adviceOnReason(reason), output: refusedOutput(whole, reason), raw };
}

/** Why a row stands for no message: it has no ID, and a status that says so. */
function refusalOf(row: MessageRow): string | undefined {
	return hasId(row) || statusOf(row.statusCode) !== 'failed' ? undefined : row.status || 'The provider gave the message no ID';
}

function refusedOutput(row: MessageRow, reason: string): IDataObject {
	return messageOutput(row, { messageId: undefined, accepted: false, status: 'failed', reason });
}

/** A row of a request that was accepted as a whole (a group, a code). */
export function memberOutput(row: MessageRow): IDataObject {
	const reason = refusalOf(row);
	return reason === undefined ? messageOutput(row) : refusedOutput(row, reason);
}

/** One row of GET /v1/incoming. */
export const incomingRow = z
	.object({ messageId: looseText, dateReceived: looseText, sender: looseText, recipient: looseText, message: looseText })
	.passthrough();

/** A received message, in the shape of the trigger's events. */
export function inboundMessage({ messageId, sender, recipient, message: text, dateReceived }: z.infer<typeof incomingRow>): IDataObject {
	return messageEvent({ event: 'inbound', messageId, from: sender, to: recipient, text, receivedAt: dateReceived });
}

// --- messages in doubt -------------------------------------------------------------------------------------------

/**
 * "'1' to get a list of scheduled SMS" may mean that other lists are without them, so both lists are asked; each message once.
 * @param read one list's rows, `undefined` when there are too many
 */
async function ofBothLists(read: (delayed: '1' | undefined) => Promise<MessageRow[] | undefined>): Promise<MessageRow[] | undefined> {
	const lists = await Promise.all([read(undefined), read('1')]);
	if (lists.includes(undefined)) return undefined;
	const rows = lists.flatMap((list) => list ?? []);
	return [...new Map(rows.map((row) => [row.messageId, row])).values()];
}

/** IDs are whole numbers of any length. */
function isHigher(one: string, other: string): boolean {
	return BigInt(one) > BigInt(other);
}

const wholeNumber = /^\d+$/;

/**
 * The highest ID among the newest messages of both lists, "in descending posting order". Taken before a send, it is the line
 * between messages that were there and those of an attempt in doubt. The provider's dates cannot draw it: they name no zone.
 * @throws Error when IDs are no whole numbers, or do not descend: then there is no such line
 */
export async function bookmark(send: Send): Promise<string> {
	const rows = await ofBothLists(async (delayed) => {
		const { messages } = await send({ method: 'GET', path: '/v1/messages', query: { page: 1, limit: 10, delayed } }, messageList);
		const ids = messages.map(({ messageId }) => messageId ?? '');
		if (!ids.every((id, index) => wholeNumber.test(id) && (index === 0 || isHigher(ids[index - 1] ?? '', id)))) throw new Error('IDs do not descend');
		return messages;
	});
	return (rows ?? []).reduce((highest, { messageId = '0' }) => (isHigher(messageId ?? '0', highest) ? (messageId ?? '0') : highest), '0');
}

/** More messages than this since a send began are not looked through: then nobody can tell. */
const mostPages = 20;

/** The newest rows of a list that the query asks for. `whole`: these are all. */
async function listed(send: Send, query: ProviderRequest['query'], most = mostPages, isEnough = (_rows: MessageRow[]): boolean => false): Promise<{ rows: MessageRow[]; whole: boolean }> {
	const rows: MessageRow[] = [];
	let request: ProviderRequest | undefined = { method: 'GET', path: '/v1/messages', query: { page: 1, limit: pageSize, ...query } };
	for (let page = 1; request && page <= most; page++) {
		const read: z.infer<typeof messageList> = await send(request, messageList);
		rows.push(...read.messages);
		if (isEnough(read.messages)) return { rows, whole: true };
		request = read.links ? nextPage(read.links) : hasNext(read, read.messages) ? { ...request, query: { ...request.query, page: page + 1 } } : undefined;
	}
	return { rows, whole: request === undefined };
}

/** How many of the newest messages a reply is held against, in pages. */
const pagesOfReplies = 5;

/** Zones differ by quarters of an hour: a message that seems this much newer than a reply may be older by a clock of another zone. In ms. */
const quarter = 15 * 60_000;

/** As if all times were of one zone, since they name none. */
function timeOf(text: string | null | undefined): number {
	return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$/.test(text ?? '') ? Date.parse(`${(text ?? '').replace(' ', 'T')}Z`) : NaN;
}

/** What somebody wrote. */
export interface Reply {
	from: string;
	/** The virtual number that got it. */
	to?: string | undefined;
	/** As the provider wrote it; `undefined`: just now. */
	writtenAt: string | undefined;
}

/** Whether a message came from another number than one, or from a name or an e-mail address, which nobody can reply to. */
function isOfAnother(sender: string | null | undefined, to: string | undefined): boolean {
	return Boolean(sender) && Boolean(to) && !isSameNumber(sender, to);
}

/** Whether it was put off, and waits still: nobody had it yet. */
function isStillToGo(row: MessageRow): boolean {
	return isWaiting(row) && (numberIn(row.delayFor) !== undefined || timeOf(row.dateScheduled) > timeOf(row.datePosted));
}

/**
 * GET /v1/messages "in descending posting order": where the newest message reports to that this number had from the one to
 * which it wrote, when it wrote, if that is an address of a waiting execution. `undefined` where nobody can tell.
 */
export async function questionTo(send: Send, { from, to, writtenAt }: Reply): Promise<string | undefined> {
	const { rows } = await listed(send, {}, pagesOfReplies);
	const own = rows.filter((row) => isSameNumber(row.recipient, from) && !isOfAnother(row.sender, to) && statusOf(row.statusCode) !== 'failed' && !isStillToGo(row));
	const written = writtenAt === undefined ? Infinity : timeOf(writtenAt);
	const messages = own.map(({ datePosted, dateSent, callbackURL }) => {
		const posted = timeOf(datePosted);
		const isOfAnotherZone = writtenAt !== undefined && posted - written >= quarter;
		// "0000-00-00 00:00:00" is a way to write that there is none.
		const sent = /[1-9]/.test(dateSent ?? '') ? timeOf(dateSent) : posted;
		return { lead: hasMarker(callbackURL) ? (callbackURL ?? undefined) : undefined, earliest: isOfAnotherZone ? NaN : posted, latest: isOfAnotherZone ? NaN : Math.max(posted, sent) };
	});
	return leadOfNewest(messages, written);
}

/**
 * GET /v1/messages "in descending posting order", back to the question: whether another message than it reports to its address, which
 * no other question has.
 * @throws Failure (`ambiguous`) when the list does not tell
 */
export async function isFollowed(send: Send, address: string, questionId: string | undefined): Promise<boolean> {
	const isQuestion = ({ messageId }: MessageRow): boolean => questionId !== undefined && messageId === questionId;
	const { rows, whole } = await listed(send, {}, mostPages, (page) => page.some(isQuestion));
	const own = rows.filter(({ callbackURL }) => callbackURL === address);
	if (own.filter((row) => !isQuestion(row)).length > (questionId === undefined ? 1 : 0)) return true;
	if (!whole || own.length === 0) throw failure('ambiguous', '160.com.au does not list the question with its callback, so it cannot be told whether a text followed it');
	return false;
}

/**
 * Rows of both lists that are newer than a bookmark, oldest first; `undefined` when there are too many.
 * @throws Failure (`ambiguous`) for a row that cannot be told apart from one that is looked for
 */
async function postedAfter(send: Send, after: string): Promise<MessageRow[] | undefined> {
	const from = String(BigInt(after) + 1n);
	const rows = await ofBothLists(async (delayed) => {
		const { rows: newer, whole } = await listed(send, { messageIdFrom: from, delayed });
		if (newer.some(({ messageId }) => !wholeNumber.test(messageId ?? ''))) throw notTold('without an ID');
		return whole ? newer : undefined;
	});
	return rows?.filter(({ messageId }) => isHigher(messageId ?? '0', after)).sort((a, b) => (isHigher(a.messageId ?? '0', b.messageId ?? '0') ? 1 : -1));
}

function notTold(how: string): Failure {
	return failure('ambiguous', `160.com.au lists a message ${how}`);
}

/** A number as it goes out: lists may show it without its country code, and without zeros in front. */
function sameForm(number: string | null | undefined): string {
	return (number ?? '').replace(/\D/g, '').replace(/^0(?=\d{9}$)|^(?=4\d{8}$)/, '61').replace(/^0+/, '');
}

/** The same number, whether it is written with its country code or without. */
export function isSameNumber(one: string | null | undefined, other: string | null | undefined): boolean {
	return sameForm(one) === sameForm(other);
}

export function isSought({ recipient, message: text }: { recipient: string; message: string }, row: MessageRow): boolean {
	return isSameNumber(row.recipient, recipient) && essence(row.message ?? '') === essence(text);
}

/** A send to a group counts as a whole, so its rows are claimed by their batch as well. */
export function idsOf(row: MessageRow): string[] {
	return [...(hasId(row) ? [row.messageId ?? ''] : []), ...(batchOf(row) ?? [])];
}

/** Names what a message travelled in, other than any message; 0 is none. */
function batchOf({ batchId }: MessageRow): [string] | undefined {
	return batchId && batchId !== '0' ? [`batch ${batchId}`] : undefined;
}

export function contentOf(recipient: string, text: string): Content {
	return { to: sameForm(recipient), text };
}

function asPosted(row: MessageRow): Posted {
	return { ids: row.messageId ? [row.messageId] : [], partOf: batchOf(row), to: sameForm(row.recipient), text: row.message ?? '', outcome: sentOutcome(row) };
}

/**
 * Single messages that are newer than a bookmark.
 * @param sought who they may be for
 */
export async function postedSince(send: Send, after: string, sought: Array<{ recipient: string }>): Promise<Posted[] | undefined> {
	const rows = await postedAfter(send, after);
	for (const row of rows ?? []) {
		if (!row.recipient) throw notTold('without its recipient');
		if (!row.message && sought.some(({ recipient }) => isSameNumber(row.recipient, recipient))) throw notTold('to this number without its text');
	}
	return rows?.map(asPosted);
}

/** Sends to groups that are newer than a bookmark: all messages of one batch are one. */
export async function batchesSince(send: Send, after: string, groupSize: number): Promise<Posted[] | undefined> {
	const rows = await postedAfter(send, after);
	if (rows?.some((row) => !row.message && batchOf(row))) throw notTold('of a batch without its text');
	return rows && asBatches(rows, groupSize);
}

function asBatches(rows: MessageRow[], groupSize: number): Posted[] {
	const batches = new Map<string, MessageRow[]>();
	// A row that names no batch may be a part of one, so it is a part of something unknown.
	for (const row of rows) {
		const [name] = batchOf(row) ?? [`message ${row.messageId ?? ''}`];
		batches.set(name, [...(batches.get(name) ?? []), row]);
	}
	return [...batches.values()].flatMap((batch): Posted[] => {
		const [text = '', ...others] = new Set(batch.map((row) => essence(row.message ?? '')));
		// A group gets one text; messages of several texts travelled together, but to no group.
		if (others.length > 0) return [];
		const isAll = batch.length >= groupSize && batch.every((row) => batchOf(row) !== undefined);
		const outcome: Outcome = { accepted: true, output: batch.map((row) => messageOutput(row)), raw: batch as IDataObject[] };
		return [{ ids: batch.flatMap(idsOf), text: batch[0]?.message ?? text, ...(isAll && { outcome }) }];
	});
}

/** More messages than this are not looked through by a retry, which has time. */
const mostPagesOfRetry = 100;

/** Times name no zone, so they say nothing sure: what a retry finds is from both lists, up to a day before in any zone. */
async function recentRows(send: Send, since: number): Promise<{ rows: MessageRow[]; whole: boolean }> {
	const mostHoursAhead = 14;
	const dateFrom = new Date(since - mostHoursAhead * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
	const lists = await Promise.all([undefined, '1'].map(async (delayed) => await listed(send, { dateFrom, delayed }, mostPagesOfRetry)));
	const rows = lists.flatMap((list) => list.rows).filter(({ statusCode }) => statusOf(statusCode) !== 'failed');
	return { rows: [...new Map(rows.map((row, index) => [row.messageId ?? index, row])).values()], whole: lists.every(({ whole }) => whole) };
}

/** What a retry without its ledger finds. */
export async function recent(send: Send, since: number): Promise<{ posted: Posted[]; whole: boolean }> {
	const { rows, whole } = await recentRows(send, since);
	return { posted: rows.map(asPosted), whole };
}

/** The same for sends to groups. Half a group is enough: whoever sends to it again texts these people twice. */
export async function recentBatches(send: Send, since: number): Promise<{ posted: Posted[]; whole: boolean }> {
	const { rows, whole } = await recentRows(send, since);
	return { posted: asBatches(rows.filter((row) => batchOf(row) !== undefined), 1), whole };
}
