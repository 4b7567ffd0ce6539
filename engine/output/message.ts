/** The one shape in which messages come out of every provider. */
import type { IDataObject } from 'n8n-workflow';

export type MessageStatus = 'queued' | 'scheduled' | 'sent' | 'delivered' | 'read' | 'failed' | 'cancelled' | 'blocked' | 'expired' | 'unknown';

/** Times are ISO 8601 where the provider says its zone, and untouched where it does not. Ids are always texts. */
export interface Message {
	messageId?: string;
	to?: string;
	from?: string;
	text?: string;
	status: MessageStatus;
	accepted?: boolean | null;
	reason?: string;
	reference?: string;
	segments?: number;
	cost?: number | string;
	scheduledFor?: string;
	sentAt?: string;
}

/** Puts a message's fields in their order, without those that the provider did not give. */
export function message(given: Message): IDataObject {
	const { messageId, to, from, text, status, accepted, reason, reference, segments, cost, scheduledFor, sentAt } = given;
	const ordered = { messageId, to, from, text, status, accepted, reason, reference, segments, cost, scheduledFor, sentAt };
	return Object.fromEntries(Object.entries(ordered).filter(([, value]) => value !== undefined && value !== ''));
}

/** What a trigger emits: something happened to a message, or one came in. */
export interface MessageEvent {
	/** The kind of event, as the trigger's "Events" offers it. */
	event: string;
	messageId?: string;
	from?: string;
	to?: string;
	text?: string;
	status?: MessageStatus;
	reference?: string;
	receivedAt?: string;
	/** The message that this one answers. */
	originalMessageId?: string;
}

/** Puts an event's fields in their order, without those that the provider did not give (empty texts are unknown). */
export function messageEvent(given: MessageEvent): IDataObject {
	const { event, messageId, from, to, text, status, reference, receivedAt, originalMessageId } = given;
	const ordered = { event, messageId, from, to, text, status, reference, receivedAt, originalMessageId };
	return Object.fromEntries(Object.entries(ordered).filter(([, value]) => value !== undefined && value !== ''));
}

/** "2026-01-15 09:35:00" as UTC in ISO 8601; anything else stays as it is. */
export function utcTime(text: string | null | undefined): string | undefined {
	if (text === null || text === undefined || text === '') return undefined;
	return /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}
