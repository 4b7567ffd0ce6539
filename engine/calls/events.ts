/** What a provider says about its calls to a trigger: data and small pure functions, one object per trigger. */
import { createHmac } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Credential, Provider, Send } from '../operation';

/** Whatever a trigger's address may be called with. `receive` makes items of it. */
export interface Events {
	provider: Provider;
	/**
	 * How a call proves where it comes from. Left out where nothing but the address does, whose random part n8n makes and
	 * shows; then no credential is read.
	 * @param path what is unique in the node's address
	 */
	proof?(credential: Credential, path: string): Proof;
	/**
	 * The provider makes a call again no sooner than after this time, in ms: an event without an ID that comes as another did,
	 * but sooner, is another one. Left out where nobody knows whether calls are made again: then each of these is another one.
	 */
	soonestRepeat?: number;
	/** What a payload (the fields of query and body together) says; empty when it is of no known shape. XML comes without its root element. */
	read(payload: unknown): EventRead[];
	lead?: Lead;
}

/**
 * The reference or address by which what somebody wrote, or a report, may belong to a question of this package; `undefined`: to none.
 * @param send asks the provider; it throws where the trigger has no credential
 */
export type Lead = (event: Pick<EventRead, 'event' | 'output'>, send: Send) => string | undefined | Promise<string | undefined>;

/** Events of an address that `registration` puts in place at the provider. */
export interface RegisteredEvents extends Events {
	slots: readonly Slot[];
	/** The secret part of the address. @param path what is unique in the node's address */
	token(credential: Credential, path: string): string;
}

/** A place at the provider that holds one address. */
export interface Slot {
	/** Its key in what n8n keeps for the node. */
	name: string;
	/** What comes from there, as it stands in a sentence: "inbound messages". */
	label: string;
	/** The events for which it is needed. */
	events: readonly string[];
	current(send: Send): Promise<string | undefined>;
	set(send: Send, url: string): Promise<unknown>;
	remove(send: Send): Promise<unknown>;
}

/**
 * How a call proves where it comes from.
 * - `signature` lower-case hex HMAC-SHA256 over timestamp, "." and the exact body; `freshFor` in seconds, either way
 * - `fields`    fields of the payload that only the provider knows; they are taken out of the output
 * - `token`     the secret part of the address; one that was registered earlier counts as well
 */
export type Proof =
	| { kind: 'signature'; secret: string; timestampHeader: string; signatureHeader: string; freshFor: number }
	| { kind: 'fields'; values: Record<string, string> }
	| { kind: 'token'; token: string };

export interface EventRead {
	event: string;
	/** The same text when the provider repeats itself, another for everything else. */
	identity: string;
	/** The provider gave no ID, so that two events may have the same identity; see `soonestRepeat`. */
	withoutId?: boolean;
	output: IDataObject;
	/** Its own part of a call that holds many, so that a hundred events do not hold the whole call a hundred times. */
	raw?: IDataObject;
	part?: Part;
}

/** One part of a long message. One event for all parts comes with the `first` or the `last` of them. */
export interface Part {
	/** The same for all parts of a message, and another for other kinds of event. */
	of: string;
	number: number;
	total: number;
	emit: 'first' | 'last';
}

/** The event of a genuine call that `read` makes nothing of. */
export const unknownEvent = 'unknown';

/** What a webhook trigger keeps with its workflow (n8n's static data). */
export interface WebhookStaticData {
	/** By slot: the address that was registered, and the one that stood there before. */
	registered?: Record<string, { url: string; previous?: string }>;
	/** Registered by activation, and not by "listen for test event". */
	production?: boolean;
	/** See `repeats.ts`. */
	marks?: Record<string, string>;
}

/** A secret for an address that is the same after a restart and a loss of data, and that tells nothing about `secret`. */
export function derivedToken(secret: string, path: string): string {
	return createHmac('sha256', secret).update(path).digest('hex').slice(0, 24);
}
