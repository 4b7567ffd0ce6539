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
import type { PhoneRules } from './inputs/phone';
import type { Limits } from './wire/pacing';
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
	/** For a provider that knows no repeat by a key: how long a message may take to turn up in its list, in ms. Only then it is absent. */
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
	/** The output item in this package's common shape. */
	output: IDataObject;
	/** The provider's own row, given when "Simplify" is off. */
	raw?: IDataObject;
}

/**
 * ID of the newest message, read before a send, for a provider that knows no repeat by a key or a reference: settling then
 * tells a message from an older one like it. IDs have to ascend; times do not help where the provider names no zone.
 */
export type Newest = (send: Send) => Promise<string>;

/** What looking for an entry at the provider found: its outcome, surely nothing, or no answer. */
export type Settled = Outcome | 'absent' | 'unknown';

/** The same for the request of a whole item. */
export type SettledItem = IDataObject | IDataObject[] | 'absent' | 'unknown';

export interface Settling {
	send: Send;
	/** When the attempt in doubt began, in ms since the epoch. */
	since: number;
	/** ID of a message that was there before the attempt began (`newest`): what has a higher one came after it. */
	after?: string;
	/** IDs under which other entries of this execution are known to have been accepted. */
	known: ReadonlySet<string>;
}

/** Given to `entries` and `request`: texts that are the same when the same item runs again in the same execution. */
export interface Tag {
	/** A reference for this entry, at most 32 characters of [a-z0-9-]. */
	reference: string;
	/** An idempotency key: the same while an earlier attempt may have arrived, another one after it surely failed. */
	key: string;
}

interface Common<F extends Fields, O extends Fields> {
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
	/**
	 * Names of the fields that make two runs of one item the same message, besides the recipient. They are compared as
	 * the user wrote them, before expressions: a text that holds the time of day must not make a new message of a retry.
	 */
	identity?: ReadonlyArray<keyof F>;
}

/** Values of fields and options together; an option that was not added is `undefined`. */
export type Values<F extends Fields, O extends Fields> = ValuesOf<F> & Partial<ValuesOf<O>>;

export interface ItemOperation<F extends Fields, O extends Fields, R> extends Common<F, O> {
	effect: Effect;
	request(values: Values<F, O>, tag: Tag): ProviderRequest;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	output(response: R, values: Values<F, O>, tag: Tag): IDataObject | IDataObject[];
	/** Offers "Simplify"; this is its off position. */
	raw?(response: R): IDataObject | IDataObject[];
	/** For `once`: asks the provider whether the request arrived. */
	settle?(values: Values<F, O>, tag: Tag, settling: Settling): Promise<SettledItem>;
	newest?: Newest;
	/** For a "no" that is an answer (a wrong code, not subscribed): the output, or `undefined` when it is a refusal after all. */
	answered?(body: unknown, values: Values<F, O>): IDataObject | undefined;
	/** Where the response goes on. It is read after the request did its work, so what goes wrong there is only told. */
	next?(response: R, values: Values<F, O>): ProviderRequest | undefined;
	/** Fields whose values no text may show. */
	secret?: ReadonlyArray<keyof F>;
	/** For `repeatable`: what to answer when a repeat after an ambiguous failure finds its work done (HTTP 404 or 409). */
	done?(values: Values<F, O>): IDataObject;
}

export interface BatchOperation<F extends Fields, O extends Fields, S, E, R> extends Common<F, O> {
	effect: Exclude<Effect, 'read'>;
	/** What an entry is, as users call it; a message unless said otherwise. */
	subject?: string;
	/** Most entries that the provider takes in one request. */
	batchSize: number;
	/** What all entries of a request have in common; items travel together when this is equal. */
	shared(values: Values<F, O>): S;
	/** The item's entries, usually one per recipient. */
	entries(values: Values<F, O>, tag: (index: number) => Tag): E[];
	/** Who gets it: with the item's number it says which message this is. */
	recipient(entry: E): string;
	/** @param key the same for the same entries, for a provider that drops repeats by an idempotency key */
	request(entries: E[], shared: S, key: string): ProviderRequest;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	/** One per entry, in their order; `undefined` where the response does not tell. */
	outcomes(response: R, entries: E[]): Array<Outcome | undefined>;
	/** What to show of an entry that has no row of its own: nothing is known of it, or it was refused with its request. */
	unsent(entry: E, status: 'unknown' | 'failed'): IDataObject;
	settle?(entries: E[], settling: Settling): Promise<Settled[]>;
	newest?: Newest;
	/**
	 * For a provider that accepts a request whole or not at all: which entries a refusal is about, with the provider's
	 * text, by their place in `entries`. The others go again. Where none is named the batch is halved until it is found.
	 * `undefined`: it is about none of them but about the request as a whole.
	 */
	culprits?(body: unknown, entries: E[]): Map<number, string> | undefined;
}

export interface Page {
	/** Records wanted on this page. */
	size: number;
	/** Records fetched so far. */
	offset: number;
	/** 1, 2, 3 ... */
	number: number;
}

export interface PagedOperation<F extends Fields, O extends Fields, R> extends Common<F, O> {
	/** Most records that the provider gives on one page. */
	pageSize: number;
	/** Pages are asked for by number, so that all must have one size; otherwise by offset. */
	numbered?: true;
	request(values: Values<F, O>, page: Page): ProviderRequest;
	response: z.ZodType<R, z.ZodTypeDef, unknown>;
	records(response: R): IDataObject[];
	/** Whether there is a next page; without it, a page that is not full is the last. */
	more?(response: R, page: Page): boolean;
	output?(record: IDataObject): IDataObject;
}

export interface CustomOperation<F extends Fields, O extends Fields> extends Common<F, O> {
	effect: Effect;
	run(values: Values<F, O>, tools: { send: Send; tag: Tag; phone: PhoneRules }): Promise<IDataObject[]>;
	/** Sees all outputs of the run, for totals. */
	finish?(outputs: IDataObject[]): void;
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

