/**
 * 160.com.au's calls and received messages as events. The calls are not documented: the names below are what one public
 * adapter reads (WP SMS, marked untested), and others like them. What is not recognised is passed on as it came.
 */
import type { IDataObject } from 'n8n-workflow';

import type { Send } from '../../engine/operation';
import type { MessageStatus } from '../../engine/output/message';
import { messageEvent } from '../../engine/output/message';
import type { EventRead, Events } from '../../engine/calls/events';
import type { Feed } from '../../engine/triggers/polling';
import { getAll } from './actions/inbound/getAll.operation';
import { incomingRow, questionTo, statusOf } from './messages';
import { sms160 } from './provider';

/** Reads fields by any of their names, however these are written ("messageId", "message_id"). */
function reader(payload: object): (...names: string[]) => string | undefined {
	const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
	const given = Object.entries(payload).filter((entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number');
	const fields = new Map(given.map(([name, value]) => [plain(name), String(value)]));
	return (...names) => names.map((name) => fields.get(plain(name))).find((found) => found !== undefined && found !== '');
}

/**
 * Words that are a status: those of "enumerated statusCode for SMS", and those of the test numbers (https://160.com.au/developer-sms-api).
 * The whole text has to be one (of a failure, its beginning), since "Pending delivery" and "User cancelled message delivery" are no deliveries.
 */
const statusWords: Array<[words: RegExp, status: MessageStatus]> = [
	[/^(delivered|delivered to handset)$/i, 'delivered'],
	[/^(error with message|user cancelled message delivery|error delivering message|routing error)$/i, 'failed'],
	// Often with the reason behind it.
	[/^(not delivered|undelivered|undeliverable|delivery failed|failed|rejected|error)( ?[:;,(-].*)?$/i, 'failed'],
	[/^(sent|delivered to carrier|sending message)$/i, 'sent'],
	[/^(queued|awaiting result)$/i, 'queued'],
];

/** A status may be a code, or the words that belong to one. */
function reportedStatus(code: string | undefined, words: string | undefined): MessageStatus {
	const byCode = [code, words].map((one) => statusOf(one)).find((status) => status !== 'unknown');
	const plain = (words ?? '').replace(/[_\s]+/g, ' ').replace(/[.!\s]+$/, '').trim();
	return byCode ?? statusWords.find(([known]) => known.test(plain))?.[1] ?? 'unknown';
}

function read(payload: unknown): EventRead[] {
	if (typeof payload !== 'object' || payload === null) return [];
	const field = reader(payload);
	const messageId = field('messageId', 'id');
	const [code, words] = [field('statusCode'), field('status')];
	const [from, to, text] = [field('sender', 'from'), field('recipient', 'to'), field('message', 'text')];
	const status = reportedStatus(code, words);
	const isReport = (code ?? words) !== undefined;
	// "dateReceived" is what only received messages have; a status that is none of a sent message does not make a report of one.
	const isReceived = from !== undefined && field('dateReceived') !== undefined && status === 'unknown';
	if (isReport && !isReceived) {
		// Of what it reports nobody can tell.
		if (messageId === undefined) return [];
		const receivedAt = field('dateDelivered', 'dateSent', 'date');
		const output = messageEvent({ event: status, messageId, from, to, text, status, receivedAt });
		return [{ event: status, identity: JSON.stringify([messageId, code, words]), output: { ...output, statusText: words ?? (status === 'unknown' ? code : undefined) ?? null } }];
	}
	if (from === undefined || (text === undefined && !isReceived)) return [];
	const receivedAt = field('dateReceived', 'date');
	const output = { ...messageEvent({ event: 'inbound', messageId, from, to, text, receivedAt }), statusText: null };
	return [{ event: 'inbound', identity: messageId ?? JSON.stringify([from, to, text, receivedAt]), withoutId: messageId === undefined, output }];
}

async function leadOf({ from, to, receivedAt }: IDataObject, send: Send): Promise<string | undefined> {
	if (typeof from !== 'string') return undefined;
	return await questionTo(send, { from, to: typeof to === 'string' ? to : undefined, writtenAt: typeof receivedAt === 'string' ? receivedAt : undefined });
}

/**
 * Calls are unsigned ("guards it with a secret in the URL"), so the address is the proof. Whether a call is ever made again
 * is not known: one with an ID counts once, one without an ID counts each time.
 */
export const sms160Events: Events = {
	provider: sms160,
	read,
	lead: async ({ event, output }, send) => (event === 'inbound' ? await leadOf(output, send) : undefined),
};

/**
 * GET /v1/incoming. Its times name no zone, so they are only held against each other, as if all were UTC; `dateFrom` is in
 * the same zone as they are.
 */
export const sms160Inbox: Feed = {
	provider: sms160,
	operation: getAll,
	since: (time) => ({ receivedAfter: new Date(time).toISOString().slice(0, 19).replace('T', ' ') }),
	read(record: IDataObject) {
		const { messageId, sender, recipient, message: text, dateReceived } = incomingRow.parse(record);
		return {
			event: 'inbound',
			identity: messageId ?? JSON.stringify([sender, recipient, text, dateReceived]),
			time: Date.parse(`${(dateReceived ?? '').replace(' ', 'T')}Z`),
			output: messageEvent({ event: 'inbound', messageId: messageId ?? undefined, from: sender ?? undefined, to: recipient ?? undefined, text: text ?? undefined, receivedAt: dateReceived ?? undefined }),
		};
	},
	// What is polled may have been written long ago.
	lead: async ({ output }, send) => (typeof output['receivedAt'] === 'string' ? await leadOf(output, send) : undefined),
};
