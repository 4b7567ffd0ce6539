/** The one shape in which messages come out of every provider. */
import type { IDataObject } from 'n8n-workflow';

export type MessageStatus = 'queued' | 'scheduled' | 'sent' | 'delivered' | 'read' | 'failed' | 'cancelled' | 'blocked' | 'expired' | 'unknown';

/** What is known of a message. Times are ISO 8601 where the provider says its zone, and untouched where it does not. Ids are always texts. */
export interface Message {
	messageId?: string | null;
	to?: string | null;
	from?: string | null;
	text?: string | null;
	status: MessageStatus;
	accepted?: boolean | null;
	reason?: string | null;
	reference?: string | null;
	segments?: number | null;
	cost?: number | null;
	/** What the cost is counted in ("credits", or a currency), where the provider says. */
	costUnit?: string | null;
	scheduledFor?: string | null;
	sentAt?: string | null;
}

/** A message's columns in their order: the same for every message of every provider, `null` where nothing is known. */
export function message(given: Message): IDataObject {
	const { to, status, reason, messageId, from, text, accepted, reference, segments, cost, costUnit, scheduledFor, sentAt } = given;
	const unit = typeof cost === 'number' ? costUnit : null;
	return columns({ to, status, reason, messageId, from, text, accepted, reference, segments, cost, costUnit: unit, scheduledFor, sentAt });
}

/** What a trigger emits, and an inbox: something happened to a message, or one came in. */
export interface MessageEvent {
	/** The kind of event, as the trigger's "Events" offers it. */
	event: string;
	messageId?: string | null;
	from?: string | null;
	to?: string | null;
	text?: string | null;
	status?: MessageStatus | null;
	reference?: string | null;
	receivedAt?: string | null;
	/** The message that this one answers. */
	originalMessageId?: string | null;
}

/** An event's columns in their order: the same for every event of every provider, `null` where nothing is known. */
export function messageEvent(given: MessageEvent): IDataObject {
	const { event, from, to, text, status, receivedAt, messageId, originalMessageId, reference } = given;
	return columns({ event, from, to, text, status, receivedAt, messageId, originalMessageId, reference });
}

/** For a trigger's panel: n8n shows no output preview of triggers. */
export const whatComesOut = `Output columns: ${Object.keys(messageEvent({ event: '' })).join(', ')}, raw.`;

/** All of them, in their order; what is missing or empty is `null`, so that a table has no gaps. */
export function columns(given: Record<string, unknown>): IDataObject {
	return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === undefined || value === '' ? null : value]));
}

/** "2026-01-15 09:35:00" as UTC in ISO 8601; anything else stays as it is. */
export function utcTime(text: string | null | undefined): string | undefined {
	if (!text) return undefined;
	return /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}
