/** What the provider reports to the account's webhooks (document: "Webhook Payload Structure"). */
import { createHmac, randomUUID } from 'node:crypto';
import type { DeliveryEvents } from '../delivery';
import type { AcceptedMessage } from '../messageStore';
import type { EventInput, ReplyInput, Signature } from '../provider';
import type { OutgoingWebhook } from '../webhooks';
import { dateTime, findSender, mobileMessageSenders, readNumber, unsubscribe, type Account } from './account';

/** Receivers refuse a timestamp that is more than 300 s off (provider facts, section 2). */
const STALE_SECONDS = 600;

/** Words in which a phone asks to be left alone. */
const OPT_OUT_WORDS = new Set(['stop', 'unsubscribe', 'optout']);

/**
 * The signature headers of a webhook call: lower-case hex HMAC-SHA256 over timestamp, "." and the exact body
 * (provider facts, section 2; the published document does not mention it). `timestamp` is Unix time in seconds.
 */
export function signatureHeaders(secret: string, timestamp: number, body: string): Record<string, string> {
	const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
	return { 'x-mm-timestamp': String(timestamp), 'x-mm-signature': signature };
}

/** Keeps a message's status up to date and reports it: one call per part. */
export function deliveryEvents(account: Account): DeliveryEvents {
	return {
		sent(message) {
			message.status = 'sent';
			if (!account.world.settings.reportSent) return;
			for (let part = 1; part <= message.segments; part++) postStatus(account, message, 'sent', part);
		},
		part(message, part, outcome, done) {
			if (done) message.status = outcome;
			postStatus(account, message, outcome, part);
		},
		answered: (message, text) => {
			receive(account, { from: message.to, to: message.from, text });
		},
	};
}

function postStatus(account: Account, message: AcceptedMessage, status: string, part: number): void {
	if (account.webhooks.status === null) return;
	post(account, 'status', {
		to: message.to,
		message: message.text,
		sender: message.from,
		// "Your custom reference (if provided)".
		...(message.custom_ref === null ? {} : { custom_ref: message.custom_ref }),
		status,
		message_id: message.id,
		received_at: dateTime(account.world.clock.now()),
		part_number: part,
		total_parts: message.segments,
	});
}

/**
 * A phone writes to one of the account's senders. Returns the new message's id and type, or why it cannot be: a name cannot be
 * answered, and the provider receives only "on your dedicated numbers" (document: "Inbound SMS").
 */
export function receive(account: Account, input: ReplyInput): { id: string; type: string } | string {
	const { world } = account;
	const from = readNumber(account, input.from);
	if (from === undefined) return `${input.from} is not a phone number`;
	const last = world.messages.lastTo(from);
	// A phone that got no message yet writes to a number that anybody can write to.
	const to = input.to ?? last?.from ?? mobileMessageSenders.dedicated;
	const known = findSender(account, to);
	const instead = `Write to ${mobileMessageSenders.dedicated}, or send from it to get answers.`;
	if (known?.type === 'alpha') return `${to} is a name, not a number: a phone cannot answer it. ${instead}`;
	if (known?.type === 'own') return `${to} is somebody's own mobile number: an answer goes to that phone, not to the provider. ${instead}`;
	if (!known) return `${to} is not a number of this account`;
	const { sender } = known;
	const original = last?.from === sender ? last : undefined;
	const type = OPT_OUT_WORDS.has(input.text.trim().toLowerCase()) ? 'unsubscribe' : 'inbound';
	if (type === 'unsubscribe') unsubscribe(account, from);
	const id = randomUUID();
	const now = world.clock.now();
	world.messages.inbound.push({
		id,
		provider: world.provider,
		from,
		to: sender,
		text: input.text,
		type,
		at: new Date(now).toISOString(),
		original: original ? { id: original.id, custom_ref: original.custom_ref } : null,
	});
	if (account.webhooks.inbound !== null) {
		post(account, 'inbound', {
			to: sender,
			message: input.text,
			sender: from,
			received_at: dateTime(now),
			type,
			// Empty when unknown (provider facts, section 2).
			original_message_id: original?.id ?? '',
			original_custom_ref: original?.custom_ref ?? '',
		});
	}
	return { id, type };
}

/** A call with any payload, signed well, badly, not at all or too long ago. `type` is `inbound` or `status`. */
export function customEvent(account: Account, { type, body, signature }: EventInput): OutgoingWebhook | null {
	const url = type === 'inbound' ? account.webhooks.inbound : type === 'status' ? account.webhooks.status : null;
	if (url === null) return null;
	return webhook(account, type, url, JSON.stringify(body), signature);
}

function post(account: Account, type: 'inbound' | 'status', payload: Record<string, unknown>): void {
	const url = account.webhooks[type];
	if (url !== null) account.world.webhooks.post(webhook(account, type, url, JSON.stringify(payload), 'good'));
}

function webhook(account: Account, type: string, url: string, text: string, signature: Signature): OutgoingWebhook {
	return {
		url,
		type,
		text,
		headers: () => ({ 'content-type': 'application/json', ...signed(account, text, signature) }),
	};
}

function signed(account: Account, text: string, signature: Signature): Record<string, string> {
	const secret = account.world.settings.webhookSecret;
	// Real time, not the sandbox's: receivers compare it with their own clock.
	const now = Math.floor(Date.now() / 1_000);
	if (signature === 'bad') return signatureHeaders(`not ${secret ?? 'the secret'}`, now, text);
	if (secret === null || signature === 'none') return {};
	return signatureHeaders(secret, signature === 'stale' ? now - STALE_SECONDS : now, text);
}
