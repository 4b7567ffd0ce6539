/** Checks one message, accepts it, and sends it on its way. Messages, group sends and codes share this. */
import { randomInt } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';
import { deliver } from '../delivery';
import type { AcceptedMessage } from '../messageStore';
import { dateTime, isTestNumber, readNumber, smsStatuses, sms160Senders, type Account, type Sms } from './account';
import { errorTexts } from './errors';
import { deliveryEvents, setStatus } from './events';

/** Who a message comes from, and when, as a client asks for it. */
export interface SendOptions {
	senderId?: string;
	email?: string;
	phone?: string;
	delay?: number;
	callbackURL?: string;
}

export interface PreparedMessage {
	number: string;
	sender: string;
	text: string;
	segments: number;
	cost: number;
	delay: number | null;
	callbackURL: string | null;
}

/** `named: false`: the refusal does not say which message it is about. */
export type RefusedMessage = { refused: string; named: boolean };

/** The sender's number, name or e-mail address, or why it is none. */
export function readSender(account: Account, { senderId, email, phone }: SendOptions): { sender: string } | { refused: string } {
	// The document's example has all three at once: the first of its list that is there counts.
	if (senderId) {
		const known = account.senderNames.find((one) => one.senderId === senderId);
		return known?.statusCode === 1 ? { sender: senderId } : { refused: errorTexts.invalidSender };
	}
	if (email) return /^\S+@\S+\.\S+$/.test(email) ? { sender: email } : { refused: errorTexts.invalidEmail };
	// "or leave empty for registered phone number", which is no virtual number itself
	if (!phone) return { sender: sms160Senders.registered };
	const known = account.virtualNumbers.find((one) => one.phone === phone);
	return known?.statusCode === 1 ? { sender: phone } : { refused: errorTexts.invalidVirtual };
}

/** Checks a message. Balance is the caller's concern: it counts for the whole request. */
export function prepareMessage(account: Account, recipient: string, untrimmed: string, options: SendOptions): PreparedMessage | RefusedMessage {
	const number = readNumber(recipient);
	const behaviour = number === undefined ? 'invalid' : account.world.behaviour(number);
	if (number === undefined || behaviour === 'invalid') return { refused: errorTexts.invalidRecipient, named: true };
	if (behaviour === 'unsubscribed') return { refused: errorTexts.optedOut, named: false };
	// Texts are kept, and shown, without the blanks around them, as forms on web servers do it.
	const text = untrimmed.trim();
	if (text === '') return { refused: errorTexts.emptyMessage, named: true };
	const from = readSender(account, options);
	if ('refused' in from) return { ...from, named: true };
	const { delay = null, callbackURL = null } = options;
	if (delay !== null && (delay < 1 || delay > 44_640)) return { refused: errorTexts.invalidDelay, named: true };
	const segments = segmentsOf(text);
	return { number, sender: from.sender, text, segments, cost: isTestNumber(recipient) ? 0 : segments, delay, callbackURL };
}

/** Characters that GSM-7 holds in one septet; such a text needs no calculator (which takes 0.3 ms a message). */
const plainGsm7 = /^[A-Za-z0-9 .,:;!?'"()/+\-*#@&%=<>_$\n]*$/;

function segmentsOf(text: string): number {
	if (plainGsm7.test(text)) return text.length <= 160 ? 1 : Math.ceil(text.length / 153);
	return new SegmentedMessage(text).segmentsCount;
}

/** A "random long int". */
export function newBatchId(): bigint {
	return 900_000_000_000_000_000n + BigInt(randomInt(1e9)) * 10_000_000n + BigInt(randomInt(1e7));
}

/** Takes the message: it costs its segments now, also when it is sent later. */
export function acceptMessage(account: Account, prepared: PreparedMessage, batchId: bigint): Sms {
	const { world } = account;
	const now = world.clock.now();
	const messageId = account.newMessageId();
	const accepted: AcceptedMessage = {
		id: String(messageId),
		provider: world.provider,
		to: prepared.number,
		from: prepared.sender,
		text: prepared.text,
		custom_ref: null,
		status: prepared.delay === null ? 'queued' : 'scheduled',
		segments: prepared.segments,
		cost: prepared.cost,
		at: new Date(now).toISOString(),
		scheduledFor: prepared.delay === null ? null : now + prepared.delay * 60_000,
	};
	const [statusCode, status] = smsStatuses.queued;
	const sms: Sms = { messageId, accepted, callbackURL: prepared.callbackURL, batchId, sentAt: null, delayFor: prepared.delay, statusCode, status };
	world.settings.credits -= prepared.cost;
	world.messages.add(accepted);
	account.messages.set(messageId, sms);
	if (prepared.delay === null) send(account, sms);
	else {
		world.clock.after(prepared.delay * 60_000, () => {
			if (accepted.status !== 'scheduled') return;
			accepted.status = 'queued';
			send(account, sms);
		});
	}
	return sms;
}

/** What becomes of the documented test numbers, by their last digit; the texts are the provider's. */
const fates: Array<[keyof typeof smsStatuses, string]> = [
	['queued', 'Awaiting result'],
	['sent', 'Sending message..'],
	['sent', 'Delivered to carrier'],
	['delivered', 'Delivered to handset'],
	['failed', 'Error with message'],
	['failed', 'User cancelled message delivery'],
	['failed', 'Error delivering message'],
	['delivered', 'OK'],
	['failed', 'Routing error'],
];

function send(account: Account, sms: Sms): void {
	const { world } = account;
	if (!isTestNumber(sms.accepted.to)) {
		deliver(world, sms.accepted, deliveryEvents(account, sms));
		return;
	}
	const [fate, text] = fates[Number(sms.accepted.to.at(-1)) - 1] ?? ['failed', ''];
	world.clock.after(world.settings.deliverAfterMs, () => setStatus(account, sms, fate, text));
}

/** A message as the lists and the answers to sends show it. */
export function shown(sms: Sms) {
	const { messageId, accepted, callbackURL, batchId, sentAt, statusCode, status } = sms;
	return {
		messageId,
		datePosted: dateTime(Date.parse(accepted.at)),
		dateSent: sentAt === null ? null : dateTime(sentAt),
		sender: accepted.from,
		recipient: accepted.to,
		message: accepted.text,
		callbackURL: callbackURL ?? '',
		cost: accepted.cost.toFixed(2),
		batchId,
		// Text, as in the document's samples.
		statusCode: String(statusCode),
		status,
	};
}

/** As the answer to a send shows it: with its schedule. */
export function shownSent(sms: Sms) {
	const { scheduledFor } = sms.accepted;
	return { ...shown(sms), dateScheduled: scheduledFor === null ? null : dateTime(scheduledFor), delayFor: sms.delayFor };
}

/** Takes messages out; what was not sent yet never is, and is paid back (the document is silent on that). */
export function removeMessages(account: Account, which: (sms: Sms) => boolean): number {
	const gone = [...account.messages.values()].filter(which);
	for (const sms of gone) {
		account.messages.delete(sms.messageId);
		if (sms.accepted.status !== 'scheduled') continue;
		sms.accepted.status = 'cancelled';
		account.world.settings.credits += sms.accepted.cost;
	}
	return gone.length;
}
