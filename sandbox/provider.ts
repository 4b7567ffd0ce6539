/**
 * What a simulated provider declares. Read this first when adding one: a provider is a folder with state, endpoints and the few
 * functions below; log, faults, latency, limits, idempotency, webhooks, deliveries, reset and the phone page are done for it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Endpoint } from './endpoint';
import type { OutgoingWebhook } from './webhooks';
import type { World } from './world';

/** Something that a correct client never does. Refused user data (an invalid number, no credits) is not a violation. */
export interface Violation {
	kind: ViolationKind;
	text: string;
}

export type ViolationKind =
	| 'unknown-field'
	| 'wrong-type'
	| 'missing-field'
	| 'invalid-value'
	| 'auth'
	| 'too-many-messages'
	| 'too-many-at-once'
	| 'rate'
	| 'method'
	| 'path'
	| 'not-json'
	| 'idempotency-key';

/** One HTTP request as endpoints see it. `path` is relative to the provider's prefix; `text` is the body as received. */
export interface ApiRequest {
	method: string;
	path: string;
	params: Record<string, string>;
	query: Record<string, unknown>;
	headers: IncomingHttpHeaders;
	text: string;
	/** The parsed body, filled in by the endpoint; it goes into the log. */
	parsedBody?: unknown;
	/** True under the fault `partial-after`: a send takes only the first half of its entries. */
	partial: boolean;
	violations: Violation[];
}

/** One HTTP response. A `body` that is text is sent as it is, anything else as JSON. */
export interface Answer {
	httpStatus: number;
	body: unknown;
	headers?: Record<string, string>;
}

/** Why the shared mechanics refuse a request; the provider words it in its own error shape. */
export type Refusal =
	| { reason: 'unauthorised' }
	| { reason: 'too-many-at-once' }
	| { reason: 'rate' }
	| { reason: 'method'; allowed: string[] }
	| { reason: 'path' }
	| { reason: 'not-json' }
	| { reason: 'invalid-field'; field: string; kind: ViolationKind }
	| { reason: 'idempotency-key' }
	| { reason: 'failure' };

/** What a recipient's phone does. Every valid number without an entry receives its messages. */
export type Behaviour = 'unsubscribed' | 'invalid' | 'fails' | 'answers-yes' | 'answers-stop' | 'slow' | 'reports-twice';

/** A number with a behaviour of its own. `number` is E.164 without "+"; `text` explains it on the phone page. */
export interface SpecialNumber {
	number: string;
	behaviour: Behaviour;
	text: string;
}

/** Limits on a provider's requests. `atOnce`: in flight per account. `window`: at most `requests` in any `perMs` milliseconds. */
export interface Limits {
	atOnce?: number;
	window?: { requests: number; perMs: number };
}

export interface ReplyInput {
	/** The phone that writes, in any usual form. */
	from: string;
	/** The sender that it answers; default: the sender of the last message to that phone. */
	to?: string;
	text: string;
}

/** How a webhook call made by hand is signed. */
export type Signature = 'good' | 'bad' | 'none' | 'stale';

export interface EventInput {
	type: string;
	body: unknown;
	signature: Signature;
}

export interface ProviderDefinition<State> {
	/** Path prefix and the name used in the control API, e.g. `mobile-message`. */
	name: string;
	title: string;
	/** What a person types into the n8n credential, by label; shown on the phone page. */
	signIn: Record<string, string>;
	/** Query and body fields that never reach the log. */
	secretFields: string[];
	limits: Limits;
	/** The request header that makes a repeated POST safe, where the provider has one. */
	idempotency?: { header: string; maxLength: number; hours: number };
	numbers: SpecialNumber[];
	endpoints: Array<Endpoint<State>>;
	createState(world: World): State;
	authorised(request: ApiRequest): boolean;
	refuse(refusal: Refusal, text?: string): Answer;
	/** A phone answers; the text comes back when it cannot. */
	reply(state: State, input: ReplyInput): { id: string; type: string } | string;
	/** A webhook call with any payload, to the URL registered for `type`; null when there is none. */
	event(state: State, input: EventInput): OutgoingWebhook | null;
}

/** A provider with a fresh account. */
export interface RunningProvider {
	/** Answers with endpoint number `index` of the provider's list. */
	answer(index: number, request: ApiRequest): Answer | Promise<Answer>;
	reply(input: ReplyInput): { id: string; type: string } | string;
	event(input: EventInput): OutgoingWebhook | null;
}

export interface Provider extends Omit<ProviderDefinition<unknown>, 'endpoints' | 'createState' | 'reply' | 'event'> {
	endpoints: Array<{ method: string; path: string; authorised?: (request: ApiRequest) => boolean }>;
	start(world: World): RunningProvider;
}

/** Hides the type of a provider's state, so that all providers fit one list. */
export function defineProvider<State>(definition: ProviderDefinition<State>): Provider {
	const { endpoints, createState, reply, event, ...rest } = definition;
	return {
		...rest,
		endpoints,
		start(world) {
			const state = createState(world);
			return {
				answer(index, request) {
					const endpoint = endpoints[index];
					return endpoint ? endpoint.answer(state, request, definition.refuse) : definition.refuse({ reason: 'path' });
				},
				reply: (input) => reply(state, input),
				event: (input) => event(state, input),
			};
		},
	};
}
