/** Mobile Message's webhook calls and inbound rows as events. Source: "Delivery Receipts & Inbound Messages (Webhooks)", unless a line says otherwise. */
import type { IDataObject } from 'n8n-workflow';

import { isReference } from '../../engine/asking/address';
import type { Credential } from '../../engine/operation';
import type { MessageStatus } from '../../engine/output/message';
import { messageEvent, utcTime } from '../../engine/output/message';
import type { EventRead, RegisteredEvents, Slot } from '../../engine/calls/events';
import { derivedToken, unknownEvent } from '../../engine/calls/events';
import type { Feed } from '../../engine/triggers/polling';
import { z } from '../../engine/wire/schema';
import { getAll } from './actions/inbound/getAll.operation';
import { questionTo } from './asking';
import { idText, inboundRow } from './messages';
import { mobileMessage } from './provider';
import { looseText } from './responses';

/** GET, POST and DELETE /v1/webhooks: one address of each type per account, shared by all its API keys (https://help.mobilemessage.com.au/api/setting-up-webhooks). */
function slot(type: 'inbound' | 'status', label: string, events: string[]): Slot {
	const path = '/v1/webhooks';
	return {
		name: type,
		label,
		events: [...events, unknownEvent],
		current: async (send) => (await send({ method: 'GET', path }, addresses)).webhooks[type] ?? undefined,
		set: async (send, url) => await send({ method: 'POST', path, body: { type, url } }, anything),
		remove: async (send) => await send({ method: 'DELETE', path, body: { type } }, anything),
	};
}
/** What else may stand beside the two addresses is none, but an address that cannot be read must not count as none. */
const addresses = z.object({ webhooks: z.object({ inbound: z.string().nullish(), status: z.string().nullish() }).passthrough() });
const anything = z.unknown();

const partNumber = z.coerce.number().int().min(1).nullish().catch(undefined);

const inboundCall = z.object({
	to: looseText,
	// Somebody who answers "1" may be quoted with a number.
	message: looseText,
	sender: idText,
	received_at: looseText,
	// "Either "inbound" or "unsubscribe"".
	type: z.enum(['inbound', 'unsubscribe']),
	// Empty when unknown (an adapter's source; medium confidence).
	original_message_id: looseText,
	original_custom_ref: looseText,
});

const statusCall = z.object({
	to: looseText,
	message: looseText,
	sender: looseText,
	custom_ref: looseText,
	message_id: idText,
	// The API page has "delivered" and "failed"; "sent" is in https://help.mobilemessage.com.au/api/setting-up-webhooks.
	status: z.enum(['delivered', 'failed', 'sent']),
	received_at: looseText,
	part_number: partNumber,
	total_parts: partNumber,
});

function readInbound(call: z.infer<typeof inboundCall>): EventRead {
	const { to, message, sender, received_at, type, original_message_id, original_custom_ref } = call;
	return {
		event: type,
		// An inbound call has no ID of its own, and its time is in whole seconds.
		identity: JSON.stringify([to, sender, received_at, message, original_message_id]),
		withoutId: true,
		output: messageEvent({
			event: type,
			from: sender,
			to: to ?? undefined,
			text: message ?? undefined,
			reference: original_custom_ref ?? undefined,
			receivedAt: utcTime(received_at),
			originalMessageId: original_message_id ?? undefined,
		}),
	};
}

function readStatus(call: z.infer<typeof statusCall>): EventRead {
	const { to, message, sender, custom_ref, message_id: messageId, status, received_at, part_number, total_parts } = call;
	const number = part_number ?? 1;
	return {
		event: status,
		identity: JSON.stringify([messageId, number, status]),
		output: messageEvent({
			event: status,
			messageId,
			from: sender ?? undefined,
			to: to ?? undefined,
			text: message ?? undefined,
			status: status satisfies MessageStatus,
			reference: custom_ref ?? undefined,
			receivedAt: utcTime(received_at),
		}),
		part: { of: `${messageId} ${status}`, number, total: total_parts ?? 1, emit: status === 'failed' ? 'first' : 'last' },
	};
}

const token = (credential: Credential, path: string): string => derivedToken(credential['password'] ?? '', path);

export const mobileMessageEvents: RegisteredEvents = {
	provider: mobileMessage,
	slots: [slot('inbound', 'inbound messages', ['inbound', 'unsubscribe']), slot('status', 'delivery reports', ['delivered', 'failed', 'sent'])],
	token,
	proof(credential, path) {
		const secret = credential['webhookSecret'] ?? '';
		// Signed only where the account has a webhook secret; the published document does not mention it (four public adapters do).
		if (secret === '') return { kind: 'token', token: token(credential, path) };
		return { kind: 'signature', secret, timestampHeader: 'X-MM-Timestamp', signatureHeader: 'X-MM-Signature', freshFor: 300 };
	},
	// Calls that were not answered 200 are made again after 60 s, then ever later, up to ten times in some four hours (two
	// public adapters say so). Half of the 60 s, since a call may have waited in n8n.
	soonestRepeat: 30_000,
	read(payload) {
		const status = statusCall.safeParse(payload);
		if (status.success) return [readStatus(status.data)];
		const inbound = inboundCall.safeParse(payload);
		return inbound.success ? [readInbound(inbound.data)] : [];
	},
	lead: ({ output: { reference } }) => (isReference(reference) ? reference : undefined),
};

/** GET /v1/inbound: "replies and opt-outs", by days of UTC. */
export const mobileMessageInbox: Feed = {
	provider: mobileMessage,
	operation: getAll,
	since: (time) => ({ receivedAfter: new Date(time).toISOString().slice(0, 10) }),
	read(record: IDataObject) {
		const { message_id, from, to, message: text, type, received_at } = inboundRow.parse(record);
		const event = type === 'unsubscribe' ? 'unsubscribe' : 'inbound';
		const receivedAt = utcTime(received_at);
		return {
			event,
			identity: message_id || JSON.stringify([from, to, text, received_at]),
			time: Date.parse(receivedAt ?? ''),
			output: messageEvent({ event, messageId: message_id ?? undefined, from: from ?? undefined, to: to ?? undefined, text: text ?? undefined, receivedAt }),
		};
	},
	// The inbox does not say which message somebody answers.
	async lead({ output: { from, to, receivedAt } }, send) {
		if (typeof from !== 'string' || typeof receivedAt !== 'string') return undefined;
		return await questionTo(send, { from, to: typeof to === 'string' ? to : undefined, writtenAt: receivedAt });
	},
};
