/**
 * NusaSMS's calls as events. Its document names callbacks and shows none, so that everything here is recognised where it can
 * be, and passed on as it came. What is known, and from where:
 * - SMS inbox: form fields `id`, `gateway_number`, `originator`, `msg`, `receive_date` (https://nusasms.com/en/sms-api)
 * - WhatsApp status and inbox: `{ type, status | inbox }`, as one application of NusaSMS's other WhatsApp product reads them
 * - SMS status, WhatsApp status by `ref_no`, results of number checks: taken for what "Send Plain", "Message Info" and
 *   "WhatsApp Phone Check" call these fields
 */
import type { IDataObject } from 'n8n-workflow';

import type { MessageEvent, MessageStatus } from '../../engine/output/message';
import { messageEvent } from '../../engine/output/message';
import type { EventRead, Events } from '../../engine/calls/events';
import { unknownEvent } from '../../engine/calls/events';
import { withEmoji } from './emoji';
import { smsStatus, whatsAppStatus } from './messages';
import { nusaSms } from './provider';

type Payload = Record<string, unknown>;
type Channel = 'sms' | 'whatsApp';

function isRecord(value: unknown): value is Payload {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads fields by any of their names, however these are written ("messageId", "message_id"). */
function reader(payload: Payload): (...names: string[]) => string | undefined {
	const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
	const texts = Object.entries(payload).flatMap(([name, value]): Array<[string, string]> => (typeof value === 'string' || typeof value === 'number' ? [[plain(name), String(value)]] : []));
	const fields = new Map(texts);
	return (...names) => names.map((name) => fields.get(plain(name))).find((found) => found !== undefined && found !== '');
}

/** Seconds or milliseconds since 1970 as ISO 8601; a time that names no zone stays as it came. */
function timeOf(written: string | undefined): string | undefined {
	if (written === undefined || !/^\d{10}(\d{3})?$/.test(written)) return written;
	return new Date(Number(written.padEnd(13, '0'))).toISOString();
}

/** A text or number as a text. */
function textOf(value: unknown): string | undefined {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Event, identity and output of something that happened on a channel; the provider gave no ID where `withoutId`. */
function eventOf(channel: Channel, given: MessageEvent, more: IDataObject, identity: unknown, withoutId = false): EventRead {
	return { event: given.event, identity: JSON.stringify([channel, given.event, identity]), ...(withoutId && { withoutId }), output: { ...messageEvent(given), channel, statusText: null, ...more } };
}

/** The events that the trigger offers, by status; what reached nobody is `failed`, whatever the reason. */
const eventByStatus: Partial<Record<MessageStatus, string>> = { cancelled: 'failed', blocked: 'failed', expired: 'failed', scheduled: 'queued' };

function statusEvent(channel: Channel, written: string, { status, name }: { status: MessageStatus; name?: string }, given: Omit<MessageEvent, 'event'>): EventRead {
	const event = eventByStatus[status] ?? status;
	// A message has each status once, at whatever time it is told.
	return eventOf(channel, { ...given, event, status }, { statusText: name ?? written }, [given.messageId, written]);
}

function inboundEvent(channel: Channel, given: Omit<MessageEvent, 'event'>): EventRead {
	const { messageId, from, to, text, receivedAt } = given;
	return eventOf(channel, { ...given, event: 'inbound' }, {}, messageId ?? [from, to, text, receivedAt], messageId === undefined);
}

/** `{ type: 'status', status: { message_id, status, timestamp, gateway_id, recipient } }` */
function envelopeStatus({ type, status }: Payload): EventRead[] {
	if (type !== 'status' || !isRecord(status)) return [];
	const field = reader(status);
	const [messageId, written] = [field('message_id', 'ref_no', 'id'), field('status')];
	if (messageId === undefined || written === undefined) return [];
	return [statusEvent('whatsApp', written, whatsAppStatus(written), { messageId, to: field('recipient', 'destination'), receivedAt: timeOf(field('timestamp')) })];
}

/** `{ type: 'inbox', inbox: { message_id, gateway: { number }, sender: { number }, message: { text: { body } }, timestamp } }` */
function envelopeInbox({ type, inbox }: Payload): EventRead[] {
	if (type !== 'inbox' || !isRecord(inbox)) return [];
	const field = reader(inbox);
	const { gateway, sender, message } = inbox;
	const numberIn = (party: unknown): string | undefined => (isRecord(party) ? reader(party)('number', 'phone') : textOf(party));
	const body = isRecord(message) ? message['text'] : message;
	const text = isRecord(body) ? reader(body)('body', 'text') : textOf(body);
	const [from, messageId] = [numberIn(sender), field('message_id', 'id')];
	// A picture has no text, and is a message all the same.
	if (from === undefined && messageId === undefined) return [];
	return [inboundEvent('whatsApp', { messageId, from, to: numberIn(gateway), text: text === undefined ? undefined : withEmoji(text), receivedAt: timeOf(field('timestamp')) })];
}

/** Form fields of the SMS inbox. */
function smsInbox(payload: Payload): EventRead[] {
	const field = reader(payload);
	const [from, text] = [field('originator'), field('msg', 'message', 'text')];
	if (from === undefined || text === undefined) return [];
	return [inboundEvent('sms', { messageId: field('id', 'message_id'), from, to: field('gateway_number', 'gateway'), text, receivedAt: timeOf(field('receive_date', 'received_at', 'date')) })];
}

/** A status under the names of "Message Info" (`ref_no`, WhatsApp) or "Send Plain" (`messageid`, SMS). */
function plainStatus(payload: Payload): EventRead[] {
	const field = reader(payload);
	const [refNo, id, written] = [field('ref_no'), field('messageid', 'message_id', 'msgid'), field('status', 'message_status', 'dr_status')];
	const messageId = refNo ?? id;
	if (messageId === undefined || written === undefined) return [];
	// One letter, or fields that only WhatsApp messages have: an SMS may be called `ref_no` as well (command DR).
	const isWhatsApp = (refNo !== undefined && /^[UQSDRAF]$/i.test(written)) || 'is_group' in payload || 'read_date' in payload;
	const read = isWhatsApp ? whatsAppStatus(written) : { status: smsStatus(written) };
	const text = field('message', 'smstext', 'text', 'caption');
	const receivedAt = timeOf(field('timestamp', 'read_date', 'delivered_date', 'sent_date', 'done_date', 'date'));
	return [
		statusEvent(isWhatsApp ? 'whatsApp' : 'sms', written, read, {
			messageId,
			from: field('sender'),
			to: field('destination', 'gsm', 'recipient', 'to'),
			text: text === undefined ? undefined : withEmoji(text),
			receivedAt,
		}),
	];
}

const yes = /^(valid|true|yes|y|1|active|exists?|registered|available|ok|found|on.?whatsapp)$/i;
const no = /^(invalid|false|no|n|0|inactive|not.?(exists?|registered|available|found|valid|active|on.?whatsapp)|unregistered|unavailable)$/i;
/** What is said of WhatsApp itself goes before what may be said of the number. */
const ofWhatsApp = ['is_whatsapp', 'has_whatsapp', 'on_whatsapp', 'whatsapp', 'wa'];
const ofNumber = ['valid', 'is_valid', 'exists', 'exist', 'registered', 'is_registered'];
/** So may be called whatever became of a number, of a check, or of a message. */
const namesOfAnything = ['status', 'result', 'active'];
/** Under such a name these may say that the check was made. */
const vague = /^(ok|true|false|yes|no|y|n|[01])$/i;

function answerOf(verdict: string): boolean | null {
	return yes.test(verdict) ? true : no.test(verdict) ? false : null;
}

/** One number of "WhatsApp Phone Check" with its result. */
function numberCheck(row: unknown, raw = row): EventRead[] {
	if (!isRecord(row)) return [];
	const truths = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]));
	const field = reader(truths);
	// The request has `phone_numbers`; under other names it may be anything about a number.
	const isOfRequest = field('phone_number') !== undefined;
	const number = field('phone_number', 'phone', 'number', 'msisdn');
	const said = (names: string[]): string[] => names.map((name) => field(name)).filter((verdict) => verdict !== undefined);
	const verdicts = [ofWhatsApp, ofNumber, isOfRequest ? namesOfAnything : []].map(said).find((found) => found.length > 0);
	if (number === undefined || verdicts === undefined || !/^\+?\d{8,15}$/.test(number)) return [];
	const isVague = said([...ofWhatsApp, ...ofNumber]).length === 0;
	const answers = [...new Set(verdicts.map((verdict) => (isVague && vague.test(verdict) ? null : answerOf(verdict))).filter((answer) => answer !== null))];
	// A valid number that does not exist: nobody can tell.
	const hasWhatsApp = answers.length === 1 ? (answers[0] ?? null) : null;
	if (hasWhatsApp === null && !isOfRequest) return [];
	// A number that is asked for again tomorrow, with the same result, is another event.
	const read = eventOf('whatsApp', { event: 'numberChecked' }, { number, hasWhatsApp, statusText: verdicts.join(', ') }, row, true);
	return [{ ...read, raw: raw as IDataObject }];
}

/** `{ "62812...": true }`, or `{ "valid": ["62812..."], "invalid": [...] }`. Lists of other names beside these are passed on. */
function numbersByName(payload: Payload): EventRead[] {
	const found = Object.entries(payload).flatMap(([name, value]): Array<{ events: EventRead[]; own: Payload }> => {
		const own = { [name]: value };
		if (/^\d{8,15}$/.test(name)) return [{ events: numberCheck(isRecord(value) ? { phone_number: name, ...value } : { phone_number: name, exists: value }, own), own }];
		if (!Array.isArray(value) || value.length === 0) return [];
		if (!(yes.test(name) || no.test(name))) return [{ events: [], own }];
		return value.map((one: unknown) => ({ events: numberInList(one, name), own: { [name]: [one] } }));
	});
	return found.some(({ events }) => events.length > 0) ? found.flatMap(({ events, own }) => (events.length > 0 ? events : [unrecognised(own)])) : [];
}

/** A number, or a record of one, in a list that is called by the result. */
function numberInList(one: unknown, name: string): EventRead[] {
	const number = isRecord(one) ? reader(one)('phone_number', 'phone', 'number', 'msisdn') : one;
	return numberCheck({ phone_number: number, exists: name }, { [name]: [one] });
}

/** A part of a call that nobody here recognises, beside others that are. */
function unrecognised(own: unknown): EventRead {
	return { event: unknownEvent, identity: JSON.stringify(own), withoutId: true, output: { event: unknownEvent }, raw: isRecord(own) ? (own as IDataObject) : { value: own as string } };
}

const kinds = [envelopeStatus, envelopeInbox, smsInbox, plainStatus, numberCheck, numbersByName];

/** Under these names the API's answers, and so perhaps its calls, hold what they say. */
const wrappers = ['data', 'results', 'result', 'phone_numbers', 'numbers'];

function read(payload: unknown): EventRead[] {
	if (Array.isArray(payload)) {
		const events = payload.map(read);
		return events.some((each) => each.length > 0) ? events.flatMap((each, index) => (each.length > 0 ? each : [unrecognised(payload[index])])) : [];
	}
	if (!isRecord(payload)) return [];
	const found = kinds.map((kind) => kind(payload)).find((events) => events.length > 0);
	return found ?? wrappers.map((name) => read(payload[name])).find((events) => events.length > 0) ?? [];
}

/**
 * Calls are not signed, so the address is the proof: its random part is made by n8n. Whether a call is ever made again is not
 * known: one with an ID counts once, one without an ID counts each time.
 */
export const nusaSmsEvents: Events = { provider: nusaSms, read };
