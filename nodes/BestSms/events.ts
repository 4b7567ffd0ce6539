/** BestSMS's webhook calls and received messages as events. Source: the document's "Webhook" sections, unless a line says otherwise. */
import type { IDataObject } from 'n8n-workflow';

import { columns, messageEvent } from '../../engine/output/message';
import type { EventRead, Events } from '../../engine/calls/events';
import type { Feed } from '../../engine/triggers/polling';
import { z } from '../../engine/wire/schema';
import { getAll } from './actions/inbound/getAll.operation';
import { deliveryStatus, given, priceOf, receivedOutput, receivedRow, word } from './messages';
import { bestSms } from './provider';

/** JSON and XML have the same fields; in XML an empty one is an empty text. `SentTime` has several forms, and stays as it is. */
const call = z.object({
	Type: z.string().trim(),
	Destination: given,
	MessageID: given,
	SubAccount: given,
	Department: given,
	JobNumber: given,
	SentTime: given,
	Status: word,
	Result: given,
	Message: given,
	Price: given,
	Detail: given,
});
type Call = z.infer<typeof call>;

/** "For submission results, values are SUCCESS, FAILED, PENDING ... For additional analytics, this will be UPDATED" */
const reports: Record<string, string> = { success: 'delivered', failed: 'failed', pending: 'pending', updated: 'updated' };
/** "Any replies received after the 7 day window will be treated as a new message." */
const arrivals: Record<string, string> = { smsreply: 'reply', smsinbound: 'inbound' };

/** "SMSParts:2" */
function partsIn(detail: string | null | undefined): number | undefined {
	const [, parts] = /\bSMSParts:\s*(\d+)/i.exec(detail ?? '') ?? [];
	return parts === undefined ? undefined : Number(parts);
}

/** What all calls say about the message besides. */
function about({ Result, Price, Detail, JobNumber, SubAccount, Department }: Call): IDataObject {
	return columns({ result: Result, cost: priceOf(Price), segments: partsIn(Detail), detail: Detail, jobNumber: JobNumber, subAccount: SubAccount, department: Department });
}

function readReport(report: Call, event: string): EventRead {
	const { Type, Destination, MessageID, JobNumber, SentTime, Status, Result } = report;
	const status = event === 'updated' ? undefined : deliveryStatus(Status);
	const output = messageEvent({ event, messageId: MessageID ?? undefined, to: Destination ?? undefined, status, receivedAt: SentTime ?? undefined });
	return { event, identity: JSON.stringify([Type, MessageID, JobNumber, Destination, Status, Result, SentTime]), output: { ...output, ...about(report) } };
}

function readArrival(arrival: Call, event: string): EventRead {
	const { Type, Destination, MessageID, JobNumber, SentTime, Message } = arrival;
	// "Destination: Mobile number that sent the SMS"
	const output = messageEvent({ event, from: Destination ?? undefined, text: Message ?? undefined, receivedAt: SentTime ?? undefined, originalMessageId: MessageID ?? undefined });
	// A reply has no ID of its own, and its time may be in whole minutes.
	return { event, identity: JSON.stringify([Type, MessageID, JobNumber, Destination, SentTime, Message]), withoutId: true, output: { ...output, ...about(arrival) } };
}

function read(payload: unknown): EventRead[] {
	const { data } = call.safeParse(payload);
	if (!data) return [];
	const arrival = arrivals[data.Type.toLowerCase()];
	if (arrival) return [readArrival(data, arrival)];
	// "Type of Message ('Email', 'SMS', 'Fax', 'Voice', 'TextToSpeech' ...)": other products of the account share the webhook.
	const report = data.Type.toLowerCase() === 'sms' ? reports[(data.Status ?? '').toLowerCase()] : undefined;
	return report ? [readReport(data, report)] : [];
}

export const bestSmsEvents: Events = {
	provider: bestSms,
	// "Webhook sender authentication" and "Webhook token authentication": nothing is signed.
	proof: ({ webhookSender = '', webhookApiKey = '' }) => ({ kind: 'fields', values: { Sender: webhookSender.trim(), APIKey: webhookApiKey.trim() } }),
	// "Webhook failures are retried every five minutes for a maximum of 24 hours." Half of that, since a call may have waited in n8n.
	soonestRepeat: 150_000,
	read,
};

const minute = 60_000;
/** Most minutes that are asked for: 7 days (github.com/tnzgroup/tnzapi-ts, spec). */
const mostMinutes = 7 * 1_440;
/** How far a local time of the account may be ahead of UTC. */
const farthestAhead = 14 * 60 * minute;

/**
 * GET /get/sms/received. Where its times name no zone they are only held against each other, as if all were UTC; since they
 * may be ahead of it, so much more is asked for.
 */
export const bestSmsInbox: Feed = {
	provider: bestSms,
	operation: getAll,
	since: (time, now) => ({ timePeriod: Math.min(mostMinutes, Math.max(1, Math.ceil((now - time + farthestAhead) / minute))) }),
	read(record: IDataObject) {
		const row = receivedRow.parse(record);
		const output = receivedOutput(row);
		const { messageId, receivedAt, from, text } = output;
		return {
			event: 'inbound',
			identity: typeof messageId === 'string' ? messageId : JSON.stringify([from, text, receivedAt]),
			time: timeOf(receivedAt),
			output,
		};
	},
};

function timeOf(written: unknown): number {
	const text = typeof written === 'string' ? written.trim().replace(' ', 'T') : '';
	return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
}
