/**
 * What the provider pushes. The shapes of SMS inbox, WhatsApp status and WhatsApp inbox are those of provider facts, section 3;
 * the SMS status and the result of a phone check are documented nowhere, and made after their answers here. Nothing is signed.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { DeliveryEvents } from '../delivery';
import type { AcceptedMessage } from '../messageStore';
import type { EventInput, ReplyInput } from '../provider';
import type { OutgoingWebhook } from '../webhooks';
import { dateTime, isoTime, isOnWhatsApp, newId, nusaSenders, whatsAppStatuses, type Account, type WhatsApp, type WhatsAppStatus } from './account';
import { own } from './settings';

/** The event types of the control API. */
export type PushType = 'sms-status' | 'sms-inbox' | 'whatsapp-status' | 'whatsapp-inbox' | 'phone-check';

/** The platform looks like an old one whose reports use such words (provider facts, section 3: an inference). */
const smsWords: Partial<Record<string, string>> = { queued: 'PENDING', sent: 'SENT', delivered: 'DELIVERED', failed: 'NOT_DELIVERED' };

export function smsWord({ status }: AcceptedMessage): string {
	return smsWords[status] ?? status;
}

/** Keeps an SMS's status up to date and reports it. */
export function smsEvents(account: Account): DeliveryEvents {
	const report = (message: AcceptedMessage): void => push(account, 'sms-status', { messageid: message.id, destination: message.to, status: smsWord(message) });
	return {
		sent(message) {
			message.status = 'sent';
			if (account.world.settings.reportSent) report(message);
		},
		part(message, _part, outcome, done) {
			if (!done) return;
			message.status = outcome;
			report(message);
		},
		answered: (message, text) => {
			receive(account, { from: message.to, to: message.from, text });
		},
	};
}

/** What the statuses of "Whatsapp message status" are called in the envelope. */
const envelopeWords: Record<WhatsAppStatus, string> = {
	unsent: 'submitted',
	queued: 'submitted',
	sent: 'sent',
	delivered: 'delivered',
	read: 'read',
	aborted: 'failed',
	failed: 'failed',
};

/** Keeps a WhatsApp message's status up to date and reports it; what failed or was aborted stays so. */
export function setWhatsAppStatus(account: Account, whatsApp: WhatsApp, status: WhatsAppStatus, report = true): void {
	const { world } = account;
	const now = world.clock.now();
	whatsApp.status = status;
	whatsApp.accepted.status = status === 'aborted' ? 'cancelled' : status;
	if (status === 'sent') whatsApp.sentAt ??= now;
	if (status === 'delivered') whatsApp.deliveredAt ??= now;
	if (status === 'read') whatsApp.readAt ??= now;
	if (!report) return;
	const envelope = {
		type: 'status',
		status: {
			message_id: whatsApp.refNo,
			status: envelopeWords[status],
			timestamp: Math.floor(now / 1_000),
			gateway_id: whatsApp.accepted.from,
			recipient: whatsApp.accepted.to,
		},
	};
	push(account, 'whatsapp-status', own(world).whatsAppPush === 'envelope' ? envelope : shownWhatsApp(whatsApp));
}

/** As "Message Info" shows it. */
export function shownWhatsApp({ refNo, accepted, isGroup, status, sentAt, deliveredAt, readAt, message, caption, mediaUrl }: WhatsApp) {
	const time = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
	return {
		destination: accepted.to,
		sender: accepted.from,
		is_group: isGroup,
		create_date: isoTime(Date.parse(accepted.at)),
		sent_date: time(sentAt),
		read_date: time(readAt),
		delivered_date: time(deliveredAt),
		ref_no: refNo,
		status: whatsAppStatuses[status],
		message,
		caption,
		media_url: mediaUrl,
	};
}

/** A phone writes: by WhatsApp where it answers such a message, else by SMS. Returns the new message's id and type, or why it cannot be. */
export function receive(account: Account, input: ReplyInput): { id: string; type: string } | string {
	const { world } = account;
	const number = input.from.startsWith('0') ? parsePhoneNumberFromString(input.from, 'ID') : parsePhoneNumberFromString(`+${input.from.replace(/^\+/, '')}`);
	if (!number?.isValid()) return `${input.from} is not a phone number`;
	const from = number.number.slice(1);
	const last = world.messages.lastTo(from);
	const to = input.to ?? last?.from ?? nusaSenders.sms;
	const isWhatsApp = to === nusaSenders.whatsApp || to === nusaSenders.media;
	if (isWhatsApp && !isOnWhatsApp(account, from)) return `${from} is not on WhatsApp`;
	const at = world.clock.now();
	const id = isWhatsApp ? newId(account) : String(account.nextInboundId++);
	const original = last?.from === to ? { id: last.id, custom_ref: null } : null;
	world.messages.inbound.push({ id, provider: world.provider, from, to, text: input.text, type: 'inbound', at: new Date(at).toISOString(), original });
	if (isWhatsApp) {
		const inbox = { message_id: id, gateway: { number: to }, sender: { number: from }, message: { text: { body: input.text } }, timestamp: Math.floor(at / 1_000) };
		push(account, 'whatsapp-inbox', { type: 'inbox', inbox });
	} else {
		push(account, 'sms-inbox', { id, gateway_number: to, originator: from, msg: input.text, receive_date: dateTime(at) });
	}
	return { id, type: 'inbound' };
}

/** The results of a phone check, to the URL that came with it. */
export function pushPhoneCheck(account: Account, url: string, numbers: string[]): void {
	const data = numbers.map((phone_number) => ({ phone_number, status: isOnWhatsApp(account, phone_number) ? 'valid' : 'invalid' }));
	account.world.webhooks.post(webhook(account, 'phone-check', url, { error: false, error_code: 0, message: 'Phone check result', data }));
}

/** A call with any payload, to the URL that is set for the type; `phone-check`: to that of the last check. */
export function customEvent(account: Account, { type, body }: EventInput): OutgoingWebhook | null {
	const url = urlFor(account, type);
	return url === null ? null : webhook(account, type, url, body);
}

function push(account: Account, type: PushType, body: unknown): void {
	const url = urlFor(account, type);
	if (url !== null) account.world.webhooks.post(webhook(account, type, url, body));
}

function urlFor(account: Account, type: string): string | null {
	const { smsStatusUrl, smsInboxUrl, whatsAppStatusUrl, whatsAppInboxUrl } = own(account.world);
	const urls: Partial<Record<string, string | null>> = {
		'sms-status': smsStatusUrl,
		'sms-inbox': smsInboxUrl,
		'whatsapp-status': whatsAppStatusUrl,
		'whatsapp-inbox': whatsAppInboxUrl,
		'phone-check': account.phoneCheckUrl,
	};
	return urls[type] ?? null;
}

function webhook(account: Account, type: string, url: string, body: unknown): OutgoingWebhook {
	const isForm = type.startsWith('sms-') && own(account.world).smsPush === 'form' && typeof body === 'object' && body !== null;
	const text = isForm ? new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])).toString() : JSON.stringify(body);
	return { url, type, text, headers: () => ({ 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }) };
}
