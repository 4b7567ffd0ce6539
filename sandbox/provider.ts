/**
 * What a simulated provider declares. Read this first when adding one: a provider is a folder with state, endpoints and the few
 * functions below; log, faults, latency, limits, idempotency, webhooks, deliveries, reset and the phone page are done for it.
 */
import type { Endpoint } from './endpoint';
import { namesOf, type Owner, type SpecialNumber } from './phones';
import type { Answer, ApiRequest, Refusal } from './request';
import type { OwnSettings } from './settings';
import type { OutgoingWebhook, WebhookRepeats } from './webhooks';
import type { World } from './world';

// A provider's folder finds the words it needs in one place.
export type { Behaviour, SpecialNumber } from './phones';
export type { Answer, ApiRequest, Refusal, Violation, ViolationKind } from './request';

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
	/** What the account's balance is counted in; default: credits. */
	balanceUnit?: string;
	/** What a person types into the n8n credential, by label; shown on the phone page. */
	signIn: Record<string, string>;
	/** Fields of queries, bodies and answers that never reach the log. */
	secretFields: string[];
	limits: Limits;
	/** The headers in which every answer tells how many requests the window still has room for. */
	rateHeaders?(remaining: number): Record<string, string>;
	/** What may be changed in this provider alone, e.g. which shape an answer has that no document shows. */
	ownSettings?: OwnSettings;
	/** Default: 10 times, at doubling intervals, after any answer but 200. */
	webhookRepeats?: WebhookRepeats;
	/** The request header that makes a repeated POST safe, where the provider has one. */
	idempotency?: { header: string; maxLength: number; hours: number };
	numbers: SpecialNumber[];
	/** Numbers of the account that a phone can write to, the usual one first; the phone page offers them. */
	inboxes?: string[];
	endpoints: Array<Endpoint<State>>;
	createState(world: World): State;
	/** Who has which phone (E.164 without "+"), as the account's contacts say. */
	owners?(state: State): Owner[];
	/** Takes over what was registered for webhook calls, when everything else begins anew. */
	keepWebhooks?(before: State, after: State): void;
	authorised(request: ApiRequest): boolean;
	/** @param text replaces the provider's own; @param httpStatus replaces that of a `failure` */
	refuse(refusal: Refusal, text?: string, httpStatus?: number): Answer;
	/** The last word on every answer, e.g. XML for a request that asks for it. Default: as it is. */
	write?(state: State, request: ApiRequest, answer: Answer): Answer;
	/** A phone answers; the text comes back when it cannot. */
	reply(state: State, input: ReplyInput): { id: string; type: string } | string;
	/** A webhook call with any payload, to the URL registered for `type`; null when there is none. */
	event(state: State, input: EventInput): OutgoingWebhook | null;
}

/** A provider with a fresh account. */
export interface RunningProvider {
	/** Answers with endpoint number `index` of the provider's list. */
	answer(index: number, request: ApiRequest): Answer | Promise<Answer>;
	write(request: ApiRequest, answer: Answer): Answer;
	reply(input: ReplyInput): { id: string; type: string } | string;
	event(input: EventInput): OutgoingWebhook | null;
	/** Names by phone. */
	names(): Map<string, string>;
}

export interface Provider extends Omit<ProviderDefinition<unknown>, 'endpoints' | 'createState' | 'owners' | 'keepWebhooks' | 'write' | 'reply' | 'event'> {
	endpoints: Array<{ method: string; path: string; authorised?: (request: ApiRequest) => boolean }>;
	/** @param before the one that this one follows, and whose webhooks it keeps */
	start(world: World, before?: RunningProvider): RunningProvider;
}

/** Hides the type of a provider's state, so that all providers fit one list. */
export function defineProvider<State>(definition: ProviderDefinition<State>): Provider {
	const { endpoints, createState, owners, keepWebhooks, write, reply, event, ...rest } = definition;
	const states = new WeakMap<RunningProvider, State>();
	return {
		...rest,
		endpoints,
		start(world, before) {
			const state = createState(world);
			const earlier = before && states.get(before);
			if (earlier !== undefined) keepWebhooks?.(earlier, state);
			const running: RunningProvider = {
				answer(index, request) {
					const endpoint = endpoints[index];
					return endpoint ? endpoint.answer(state, request, definition.refuse) : definition.refuse({ reason: 'path' });
				},
				write: (request, answer) => write?.(state, request, answer) ?? answer,
				reply: (input) => reply(state, input),
				event: (input) => event(state, input),
				names: () => namesOf(owners?.(state) ?? []),
			};
			states.set(running, state);
			return running;
		},
	};
}
