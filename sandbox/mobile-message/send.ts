/** Checks one message, accepts it, and sends it on its way. POST /v1/messages, list-send and the simple API share this. */
import { randomUUID } from 'node:crypto';
import { deliver } from '../delivery';
import type { AcceptedMessage } from '../messageStore';
import { contactsWithNumber, findSender, readNumber, type Account, type Contact } from './account';
import { errorTexts } from './errors';
import { deliveryEvents } from './events';
import { prepareText } from './text';

/** A message as a client asked for it. */
export interface MessageRequest {
	to: string;
	message: string;
	sender: string;
	custom_ref?: string;
	unicode: boolean;
	maxParts: number;
	ignoreUnsubscribes: boolean;
	scheduled_for?: string | null;
	/** The contact that fills the placeholders; default: the first with this number. */
	contact?: Contact;
}

/** A message that may be accepted: everything about it is known, nothing has happened. */
export interface PreparedMessage {
	number: string;
	sender: string;
	text: string;
	encoding: 'gsm7' | 'ucs2';
	segments: number;
	custom_ref: string | null;
	scheduledFor: number | null;
}

export interface RefusedMessage {
	status: 'error' | 'blocked';
	error: string;
}

const SOONEST_MS = 60_000;

/** Checks a message in the order of the document's table of errors. Credits are the caller's concern: they count for the whole batch. */
export function prepareMessage(account: Account, request: MessageRequest): PreparedMessage | RefusedMessage {
	const number = readNumber(account, request.to);
	if (number === undefined) return { status: 'error', error: errorTexts.invalidNumber };
	if (request.message.trim() === '') return { status: 'error', error: errorTexts.emptyMessage };
	const sender = findSender(account, request.sender);
	if (!sender) return { status: 'error', error: errorTexts.invalidSender };
	if (!request.ignoreUnsubscribes && account.unsubscribes.has(number)) return { status: 'blocked', error: errorTexts.unsubscribed };
	const contact = request.contact ?? contactsWithNumber(account, number)[0];
	// Texts and references are kept, and shown, without the blanks around them, as forms on web servers do it.
	const { text, encoding, segments, stripped } = prepareText(account, request.message.trim(), sender, contact, request.unicode);
	// Non-GSM characters are taken out, so that this documented error is left for a message that consists of nothing else.
	if (text.trim() === '') return { status: 'error', error: stripped ? errorTexts.notGsm : errorTexts.emptyMessage };
	if (segments > request.maxParts) return { status: 'error', error: errorTexts.tooLong };
	const scheduledFor = request.scheduled_for == null ? null : readSchedule(request.scheduled_for);
	if (scheduledFor === undefined) return { status: 'error', error: 'Missing or invalid "scheduled_for" parameter.' };
	if (scheduledFor !== null && scheduledFor < account.world.clock.now() + SOONEST_MS) return { status: 'error', error: errorTexts.tooSoon };
	return { number, sender: sender.sender, text, encoding, segments, custom_ref: request.custom_ref?.trim() ?? null, scheduledFor };
}

/** ISO 8601 in UTC, with or without "Z" (document: `2026-04-01T09:00:00`), in milliseconds since 1970; undefined: anything else. */
export function readSchedule(text: string): number | undefined {
	const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?$/.exec(text);
	const ms = match ? Date.parse(`${match[1]}Z`) : NaN;
	// The parser takes February 30 for March 2.
	return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text.slice(0, 10) ? undefined : ms;
}

/** Takes the message: it costs its segments now, also when it is sent later. */
export function acceptMessage(account: Account, prepared: PreparedMessage): AcceptedMessage {
	const { world } = account;
	const message: AcceptedMessage = {
		id: randomUUID(),
		provider: world.provider,
		to: prepared.number,
		from: prepared.sender,
		text: prepared.text,
		custom_ref: prepared.custom_ref,
		status: prepared.scheduledFor === null ? 'pending' : 'scheduled',
		segments: prepared.segments,
		cost: prepared.segments,
		at: new Date(world.clock.now()).toISOString(),
		scheduledFor: prepared.scheduledFor,
	};
	world.settings.credits -= message.cost;
	world.messages.add(message);
	const events = deliveryEvents(account);
	if (message.scheduledFor === null) {
		deliver(world, message, events);
	} else {
		world.clock.after(message.scheduledFor - world.clock.now(), () => {
			if (message.status !== 'scheduled') return;
			message.status = 'pending';
			deliver(world, message, events);
		});
	}
	return message;
}
