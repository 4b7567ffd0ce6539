/**
 * What the provider reports to callback URLs. The payloads are not documented: these are the public guesses (provider
 * facts, section 1), unsigned.
 */
import type { DeliveryEvents } from '../delivery';
import { writeJson } from '../json';
import type { EventInput, ReplyInput } from '../provider';
import type { OutgoingWebhook } from '../webhooks';
import { dateTime, readNumber, sms160Senders, smsStatuses, type Account, type Sms } from './account';

/** Keeps a message's status up to date and reports it. */
export function deliveryEvents(account: Account, sms: Sms): DeliveryEvents {
	return {
		sent: () => setStatus(account, sms, 'sent', undefined, account.world.settings.reportSent),
		part(_message, _part, outcome, done) {
			if (done) setStatus(account, sms, outcome);
		},
		answered: (message, text) => {
			receive(account, { from: message.to, to: message.from, text });
		},
	};
}

/** @param text the provider's words, where they differ from those of the list of statuses */
export function setStatus(account: Account, sms: Sms, status: keyof typeof smsStatuses, text?: string, report = true): void {
	const [statusCode, words] = smsStatuses[status];
	Object.assign(sms, { statusCode, status: text ?? words });
	sms.accepted.status = status;
	sms.sentAt ??= status === 'queued' ? null : account.world.clock.now();
	const url = webAddress(sms.callbackURL);
	if (!report || url === null) return;
	const { from: sender, to: recipient } = sms.accepted;
	const dateSent = sms.sentAt === null ? null : dateTime(sms.sentAt);
	const body = { messageId: sms.messageId, dateSent, sender, recipient, statusCode: String(statusCode), status: sms.status };
	account.world.webhooks.post(webhook(url, 'status', body));
}

/**
 * A phone writes to a virtual number of the account. Returns the new message's id and type, or why it cannot be. The document has
 * "2way SMS" for e-mail addresses and callbacks for virtual numbers; that the API lists what went elsewhere it does not say.
 */
export function receive(account: Account, input: ReplyInput): { id: string; type: string } | string {
	const { world } = account;
	const from = readNumber(input.from.replace(/[\s-]/g, ''));
	if (from === undefined) return `${input.from} is not a phone number`;
	const last = world.messages.lastTo(from);
	const recipient = input.to ?? last?.from;
	if (recipient === undefined) return `${from} has no message to answer: say which number it writes to`;
	const known = account.virtualNumbers.find(({ phone }) => phone === recipient);
	if (known?.statusCode !== 1) return whyNoAnswer(recipient);
	const messageId = account.newIncomingId();
	const at = world.clock.now();
	account.incoming.set(messageId, { messageId, at, sender: from, recipient, message: input.text });
	const original = last?.from === recipient ? { id: last.id, custom_ref: null } : null;
	world.messages.inbound.push({ id: String(messageId), provider: world.provider, from, to: recipient, text: input.text, type: 'inbound', at: new Date(at).toISOString(), original });
	const url = webAddress(known.callbackURL);
	if (url !== null) world.webhooks.post(webhook(url, 'inbound', { messageId, dateReceived: dateTime(at), sender: from, recipient, message: input.text }));
	return { id: String(messageId), type: 'inbound' };
}

function whyNoAnswer(sender: string): string {
	const instead = `Write to the virtual number ${sms160Senders.virtual}, or send from it to get answers.`;
	if (sender.includes('@')) return `An answer goes to ${sender} by e-mail, not to the API. ${instead}`;
	if (sender === sms160Senders.registered) return `${sender} is the registered phone: an answer goes to that phone, not to the API. ${instead}`;
	return /^\d+$/.test(sender) ? `${sender} is no active virtual number of this account. ${instead}` : `${sender} is a name, not a number: a phone cannot answer it. ${instead}`;
}

/** A call with any payload: `inbound` to the first virtual number with a URL, `status` to the URL of the last message that has one. */
export function customEvent(account: Account, { type, body }: EventInput): OutgoingWebhook | null {
	const urls = type === 'inbound' ? account.virtualNumbers.map(({ callbackURL }) => callbackURL) : [...account.messages.values()].reverse().map(({ callbackURL }) => callbackURL);
	const url = urls.map(webAddress).find((one) => one !== null);
	return url ? webhook(url, type, body) : null;
}

/** A callback may be an e-mail address: then nothing is posted. */
function webAddress(callback: string | null | undefined): string | null {
	return callback && /^https?:/.test(callback) ? callback : null;
}

function webhook(url: string, type: string, body: unknown): OutgoingWebhook {
	return { url, type, text: writeJson(body), headers: () => ({ 'content-type': 'application/json' }) };
}
