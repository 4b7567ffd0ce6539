/**
 * What an operation can say. Read this file first.
 *
 * An operation is data (labels, fields, effect, sizes) plus small pure functions that only it can know (how its request
 * looks, how its response reads). Everything else - reading and checking items, batching, pacing, retrying, settling
 * ambiguous sends, the ledger, paging, pairing, continue-on-fail, error texts - is done by `execute.ts`.
 *
 * There are four kinds, and there will be no fifth:
 * - `itemOperation`   one item, one request
 * - `batchOperation`  many items, one request
 * - `pagedOperation`  one item, many requests
 * - `customOperation` a function that is given the item's values and a `send`
 */
import type { IDataObject } from 'n8n-workflow';

import type { Fields, ValuesOf } from './inputs/fields';
import type { PhoneRules } from './values/phone';
import type { Limits } from './wire/limits';
import type { z } from './wire/schema';

/** A request as an operation writes it; base URL, authentication, pacing and retries are added by the engine. */
export interface ProviderRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path below the credential's base URL, with a leading slash. */
	path: string;
	/** `undefined` values are left out. */
	query?: Record<string, string | number | boolean | undefined>;
	/** Sent as JSON; `undefined` values are left out. */
	body?: Record<string, unknown>;
	/** Sent as application/x-www-form-urlencoded, in place of `body`; `undefined` values are left out. */
	form?: Record<string, string | number | boolean | undefined>;
	headers?: Record<string, string>;
	/** `query`: sent unsigned, with the credential among its documented parameters, where the provider's `prepare` puts it. */
	authentication?: 'query';
}

export interface ProviderResponse {
	httpStatus: number;
	headers: Record<string, string>;
	/** Parsed JSON or XML, or the text as it came where it is neither. */
	body: unknown;
}

/** A provider's "no", in its own words. */
export interface Refusal {
	/** The provider's text. */
	text: string;
	/** What the user can do about it, where the documents say. */
	advice?: string;
	/** True when every further request of this account would be refused too. */
	account?: boolean;
	/** An HTTP 429 that no short wait ends, so that it is not tried again. */
	lasting?: boolean;
	/** What the request is about is not there, or not any more; HTTP 404, 409 and 410 unless said otherwise. */
	gone?: boolean;
	/** It came as a success, in words that no document has, or beside signs that something was done. Of what must not be done twice nobody knows then whether it was. */
	unsure?: boolean;
}

/** The texts of a credential by their field names. */
export type Credential = Readonly<Record<string, string>>;

/** Facts about a provider. See the provider's own `provider.ts`. */
export interface Provider {
	/** As users know it; it opens the texts about what the provider said. */
	name: string;
	credential: string;
	phone: PhoneRules;
	limits: Limits;
	/** Milliseconds without a response after which a request counts as ambiguous. */
	timeout: number;
	baseUrl(credential: Credential): string;
	/** What the limits are counted by. It stays inside the process. */
	account(credential: Credential): string;
	/** Values that must never be shown anywhere; for HTTP Basic also `user:password`, which travels in base64. */
	secrets(credential: Credential): string[];
	/** The last word on a request before it leaves: parameters that hold the credential, or another version of the API by the credential. */
	prepare?(request: ProviderRequest, credential: Credential): ProviderRequest;
	/** Turns an XML body into an object, where the provider answers in XML. */
	xml?(text: string): unknown;
	/** Reads a refusal from a response, whatever its HTTP status; `undefined` when it is none. */
	refusal(response: ProviderResponse): Refusal | undefined;
	/** How long to hold every request of the account after a response, in ms: a limit that says itself how much of it is left. */
	pause?(response: ProviderResponse): number | undefined;
	/** How long after an answer got lost it may still be at work, in ms; 65 s unless said otherwise, since gateways keep a request open for 60. */
	patience?: number;
}

/**
 * Whether it is safe to do it again.
 * - `read`        changes nothing
 * - `repeatable`  doing it twice is the same as once (update, delete, set)
 * - `once`        doing it twice costs money or makes a second one (send, create)
 */
export type Effect = 'read' | 'repeatable' | 'once';

/** Sends one signed, paced and retried request, and reads its response by a schema. */
export type Send = <R>(request: ProviderRequest, response: z.ZodType<R, z.ZodTypeDef, unknown>) => Promise<R>;

/** What became of one entry of a request. */
export interface Outcome {
	/** `null`: nobody can tell (see promise 5 of the engine). */
	accepted: boolean | null;
	/** Why not, in the provider's words. */
	reason?: string;
	/** What the user can do about that, where the documents say. */
	advice?: string;
	/** The output item in this package's common shape, or several where one entry makes several messages (a group). */
	output: IDataObject | IDataObject[];
	/** The provider's own row or rows, given when "Simplify" is off. */
	raw?: IDataObject | IDataObject[];
	/** What the provider knows it by, where that is more or other than the outputs' `messageId`. */
	ids?: string[];
}

// --- doubt: a request whose answer was lost ------------------------------------------------------------------------

/**
 * What looking for an entry at the provider found: its outcome, nothing (yet), or no answer. `unfinished`: something of it,
 * from which nobody can tell (yet); it stays unknown when that is all that is ever there.
 */
export type Settled = Outcome | 'absent' | 'unfinished' | 'unknown';

/** Given to whoever looks for a request in doubt. */
export interface Seeking {
	send: Send;
	/** The request's own ID (`Departure.id`): nobody else can have it. */
	id: string;
	/** When its attempt began, in ms since the epoch. */
	since: number;
}

/** What makes a message recognisable where nothing better exists. */
export interface Content {
	/** Absent: everybody in a group. */
	to?: string;
	text: string;
	/** The provider fills in placeholders, so that what it lists is another text. */
	isFilledIn?: boolean;
	/** The reference that it carries. */
	reference?: string;
}

/** Something that the provider lists among what was posted: one message, or one send to a group. */
export interface Posted extends Content {
	/** All that it is known by at the provider. It stands for one accepted entry, once in the process. */
	ids: string[];
	/** What it is a part of: it is not free when that is claimed. */
	partOf?: string[];
	/** When it was posted, in ms since the epoch, where the provider tells surely. */
	at?: number;
	/** `undefined`: the provider is still at work on it. */
	outcome?: Outcome;
}

/**
 * By which means doubt about a request ends. The engine waits as long as the provider may still be at work (`patience`)
 * before anything counts as absent or goes again.
 * - `repeat`   the provider drops repeats: the same request goes again, byte for byte, and its answer is the answer
 * - `mark`     it is looked for by an ID or reference that we made, and that nobody else can have; a look that is answered
 *              "there is none" (`Refusal.gone`) found nothing
 * - `content`  equal recipient and text among what is newer than a bookmark taken over all lists, each find used once
 * Without any of them it stays unknown.
 */
export type Doubt<E> =
	| {
			by: 'repeat';
			/** How long the provider knows a repeat, in hours. */
			hours: number;
			/** Instead of the provider's patience, in ms, where a repeat that comes too early does no harm. */
			patience?: number;
			/** Whether the answer to a repeat says what became of the first; without it every answer does. */
			isAnswer?(outcome: Outcome): boolean;
	  }
	| { by: 'mark'; look(entries: E[], seeking: Seeking): Promise<Settled[]> }
	| {
			by: 'content';
			content(entry: E): Content;
			/** The newest ID over all lists, opaque to the engine. */
			bookmark(send: Send): Promise<string>;
			/** What is newer than a bookmark; `undefined` when it is too much to look through. */
			posted(send: Send, after: string, entries: E[]): Promise<Posted[] | undefined>;
	  };

/** How a retry without its ledger finds what an earlier execution sent. Without it such a retry stops, and leaves the choice to the user. */
export interface History<E> {
	content(entry: E): Content;
	/** What was posted since then (ms since the epoch), newest first, in a few requests. `whole`: it reaches back that far. */
	recent(send: Send, since: number): Promise<{ posted: Posted[]; whole: boolean }>;
}

/** Given to `entries`: texts that are the same when the same item runs again in the same execution. */
export interface Tag {
	/** A reference for this entry that nothing else has, at most 32 characters of [a-z0-9-]. */
	reference: string;
}

/** What is known when a request leaves. */
export interface Departure {
	/** 40 characters [0-9a-f]: the same for a repeat of the same request, another for every other. A key, or an ID of ours. */
	id: string;
	/** Now, in ms since the epoch. */
	now: number;
}

// --- questions: a send whose answer the execution waits for ---------------------------------------------------------

/** What leads the answer of one number back to the execution that waits. */
export interface AnswerAddress {
	/** An address that the provider can call. */
	webhook: string;
	/** A reference for the message, which this package's triggers know. */
	reference: string;
}

/** Given to `Asking.check`, before anything is sent. */
export interface Asked {
	/** What the question waits for; a reply may be one of two ways. */
	waitsFor: 'reply' | 'report' | 'link';
	send: Send;
	credential: Credential;
	/** An address as the provider, or this package's triggers, will call it. */
	address: string;
}

/** What a provider can do for a question. A link works with each of them. */
export interface Asking {
	/** Who calls when somebody replies: the provider at the message's own address, or one of this package's triggers. Left out where replies reach nobody. */
	replies?: 'webhook' | 'trigger';
	/** The same for delivery reports. */
	reports?: 'webhook' | 'trigger';
	/** By what it asks, and one of them; by SMS unless said otherwise. */
	medium?: { name: string; one: string };
	/** The way that is offered first; replies unless said otherwise. */
	usually?: 'link';
	/** Options of its send that make sense for a question. */
	options: readonly string[];
	/** Options that only its questions have. */
	ownOptions?: Fields;
	/** The values of its send with the address in them. */
	addressed?(values: Record<string, unknown>, address: AnswerAddress): Record<string, unknown>;
	/** Refuses a question that nobody could answer, with what to pick instead. @throws Failure (`input`) */
	check?(values: Record<string, unknown>, asked: Asked): Promise<void>;
	/** The text as the page behind the link shows it, where the provider fills in placeholders. */
	shown?(values: Record<string, unknown>): string;
	/** Whether the provider kept all of the reference, as the output of the send shows. */
	isKept?(output: IDataObject, address: AnswerAddress): boolean;
	/** What became of the whole of a message of which a part was reported. */
	statusOf?(send: Send, messageId: string): Promise<string | undefined>;
	/**
	 * Whether another text with the address of its question went to this number already, where the provider knows no ID of ours.
	 * @param request the send of such a text
	 * @param messageId of the question; `undefined` where that is not known
	 * @throws Failure when nobody can tell
	 */
	isFollowed?(send: Send, request: ProviderRequest, messageId: string | undefined): Promise<boolean>;
}

/** A text after the question (a confirmation): its request, and what it is looked for by, so that it goes once. */
export interface FollowUp {
	id: string;
	request: ProviderRequest;
	entry?: unknown;
}

/** How an operation asks. Made by `engine/asking/operation.ts`. */
export interface Asks extends Asking {
	/** What the provider's own send needs to know of the account. It fills in values. @throws Failure */
	before?(values: Array<Record<string, unknown>>, send: Send): Promise<void>;
	/** The values with which the provider's own send texts one of the numbers. */
	own(values: Record<string, unknown>, to: string, text: string, address: AnswerAddress | undefined): Record<string, unknown>;
	/** Holds them against the checks of the provider's own send. @throws Failure (`input`) */
	checkOwn(own: Record<string, unknown>): void;
	/** Another text to the same number in the same way. */
	followUp(own: Record<string, unknown>, id: string, now: number): Promise<FollowUp>;
	/** Whether that text was sent before; only where the provider does not drop repeats. */
	isThere?(followUp: FollowUp, send: Send): Promise<boolean>;
	/** For how long after a question the provider itself drops the repeat of a text that followed, in ms. */
	dropsRepeats?: number;
}

interface OperationCommon<F extends Fields, O extends Fields> {
	/** In the picker, e.g. "Get Many". */
	label: string;
	/** In the node panel, e.g. "Get many contacts". */
	action: string;
	description: string;
	fields: F;
	/** Shown together below the fields, each added by the user when wanted. */
	options?: O;
	/** What the options are called; "Options" unless said otherwise. */
	optionsLabel?: 'Options' | 'Additional Fields' | 'Update Fields' | 'Filters';
	/** What no single field can see. @throws Failure (`input`) */
	check?(values: Values<F, O>): void;
	/** What all items need to know of the account, asked once, before anything is planned. It fills in values. @throws Failure */
	before?(values: Array<Values<F, O>>, send: Send): Promise<void>;
	/** How many segments the item's messages need together, for "Max Segments per Run". */
	segments?(values: Values<F, O>): number;
	/**
	 * Names of the fields that make two runs of one item the same message, besides the recipient. They are compared as
	 * the user wrote them, before expressions: a text that holds the time of day must not make a new message of a retry.
	 */
	identity?: ReadonlyArray<keyof F>;
	/** What an entry or item is, as users call it; a message unless said otherwise. */
	subject?: string;
}

/** Values of fields and options together; an option that was not added is `undefined`. */
export type Values<F extends Fields, O extends Fields> = ValuesOf<F> & Partial<ValuesOf<O>>;

export interface ItemOperation<F extends Fields, O extends Fields, R> extends OperationCommon<F, O> {
	effect: Effect;
	request(values: Values<F, O>, departure: Departure, tag: Tag): ProviderRequest | Promise<ProviderRequest>;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	output(response: R, values: Values<F, O>, tag: Tag): IDataObject | IDataObject[];
	/** Offers "Simplify"; this is its off position. */
	raw?(response: R): IDataObject | IDataObject[];
	/** For `once`: by which means doubt ends, strongest first. */
	doubt?: Doubt<ItemEntry<Values<F, O>>>;
	/** See `History`. */
	history?: History<ItemEntry<Values<F, O>>>;
	/** All that the accepted request is known by at the provider, beyond the outputs' `messageId`. */
	ids?(response: R): string[];
	/** For a "no" that is an answer (a wrong code, not subscribed): the output, or `undefined` when it is a refusal after all. */
	answered?(body: unknown, values: Values<F, O>): IDataObject | undefined;
	/** Where the response goes on. It is read after the request did its work, so what goes wrong there is only told. */
	next?(response: R, values: Values<F, O>): ProviderRequest | undefined;
	/** Fields whose values no text may show. */
	secret?: ReadonlyArray<keyof F>;
	/**
	 * For `repeatable`: what to answer when a repeat after an ambiguous failure finds its work done ("it is gone"). It may ask
	 * what really became of it; `undefined` lets the refusal stand.
	 */
	gone?(values: Values<F, O>, send: Send): IDataObject | undefined | Promise<IDataObject | undefined>;
}

/** An item as an entry: its request carries nothing else. */
export interface ItemEntry<V> {
	values: V;
	tag: Tag;
}

export interface BatchOperation<F extends Fields, O extends Fields, S, E, R> extends OperationCommon<F, O> {
	effect: Exclude<Effect, 'read'>;
	/** Most entries that the provider takes in one request. */
	batchSize: number;
	/** What all entries of a request have in common; items travel together when this is equal. */
	shared(values: Values<F, O>): S;
	/** The item's entries, usually one per recipient. */
	entries(values: Values<F, O>, tag: (index: number) => Tag): E[];
	/** Who gets it: with the item's number it says which message this is. Two updates of one ID never share a request. */
	recipient(entry: E): string;
	/** A request lists recipients and no more: one that stood in it twice might get it once or twice, so it goes in two. */
	distinct?: true;
	request(entries: E[], shared: S, departure: Departure): ProviderRequest | Promise<ProviderRequest>;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	/** One per entry, in their order; `undefined` where the response does not tell. */
	outcomes(response: R, entries: E[], departure: Departure): Array<Outcome | undefined>;
	/**
	 * What to show of an entry that has no row of its own: nothing is known of it, or it was refused with its request.
	 * @param id of the request in doubt (`Departure.id`), by which a user may find it at the provider later
	 */
	unanswered(entry: E, status: 'unknown' | 'failed', id?: string): IDataObject;
	/** For `once`: by which means doubt ends. */
	doubt?: Doubt<E>;
	/** See `History`. */
	history?: History<E>;
	/**
	 * For a provider that accepts a request whole or not at all: which entries a refusal is about, with the provider's
	 * text, by their place in `entries`. The others go again. Where none is named the batch is halved until it is found.
	 * `undefined`: it is about none of them but about the request as a whole.
	 */
	culprits?(body: unknown, entries: E[]): Map<number, string> | undefined;
	/** It is a question: the execution waits for its answer. */
	asks?: Asks;
}

export interface Page {
	/** Records wanted on this page. */
	size: number;
	/** Records fetched so far. */
	offset: number;
	/** 1, 2, 3 ... */
	number: number;
}

export interface PagedOperation<F extends Fields, O extends Fields, R> extends OperationCommon<F, O> {
	/** Most records that the provider gives on one page. */
	pageSize: number;
	/** Pages are asked for by number, so that all must have one size; otherwise by offset. */
	numbered?: true;
	request(values: Values<F, O>, page: Page): ProviderRequest;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	records(response: R): IDataObject[];
	/** Nothing but records can be missing: a refusal that says that there is no such thing (`Refusal.gone`) is an empty list. */
	goneIsEmpty?: true;
	/** Whether there is a next page; without it, a page that is not full is the last. */
	more?(response: R, page: Page): boolean;
	output?(record: IDataObject): IDataObject;
}

export interface CustomOperation<F extends Fields, O extends Fields> extends OperationCommon<F, O> {
	effect: Effect;
	/** @param tools `send` under the operation's own effect, and `as` for requests of another one: a look before a write, say */
	run(values: Values<F, O>, tools: { send: Send; as(effect: Effect): Send; phone: PhoneRules; answerLink(): string }): Promise<IDataObject[]>;
	/** Sees all outputs of the run, for totals. `values` are those of the first item. @returns a line above the output */
	finish?(outputs: IDataObject[], values: Values<F, O>, tools: { send: Send }): Promise<string>;
}

/** An operation without its type parameters, as the engine handles it. The constructors below are the only way in. */
export type Operation = { value: string } & (
	| ({ kind: 'item' } & ItemOperation<Fields, Fields, unknown>)
	| ({ kind: 'batch' } & BatchOperation<Fields, Fields, unknown, unknown, unknown>)
	| ({ kind: 'paged' } & PagedOperation<Fields, Fields, unknown>)
	| ({ kind: 'custom' } & CustomOperation<Fields, Fields>)
);
export type OperationOfKind<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type Unnamed = Operation extends infer Each ? (Each extends Operation ? Omit<Each, 'value'> : never) : never;
export type UnnamedOperation = Unnamed;

/** One item, one request. */
export function itemOperation<F extends Fields, R, O extends Fields = {}>(operation: ItemOperation<F, O, R>): UnnamedOperation {
	return { kind: 'item', ...operation } as unknown as UnnamedOperation;
}

/** Many items, one request. */
export function batchOperation<F extends Fields, S, E, R, O extends Fields = {}>(operation: BatchOperation<F, O, S, E, R>): UnnamedOperation {
	return { kind: 'batch', ...operation } as unknown as UnnamedOperation;
}

/** One item, many requests. */
export function pagedOperation<F extends Fields, R, O extends Fields = {}>(operation: PagedOperation<F, O, R>): UnnamedOperation {
	return { kind: 'paged', ...operation } as unknown as UnnamedOperation;
}

/** One item, whatever it needs. */
export function customOperation<F extends Fields, O extends Fields = {}>(operation: CustomOperation<F, O>): UnnamedOperation {
	return { kind: 'custom', ...operation } as unknown as UnnamedOperation;
}

/** A resource in the picker: its operations by the value that workflows save, in picker order. */
export interface Resource {
	label: string;
	value: string;
	operations: Operation[];
}

/** @param operations by saved value; the first is the default */
export function resource(label: string, value: string, operations: Record<string, UnnamedOperation>): Resource {
	return {
		label,
		value,
		operations: Object.entries(operations).map(([name, operation]) => ({ ...operation, value: name })),
	};
}

