/** One HTTP request to a provider and its answer, as endpoints and providers see them. */
import type { IncomingHttpHeaders } from 'node:http';

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
	/**
	 * Takes a request's entries, which were all checked before, by calling `accept` for each. Most often that is all of them at
	 * once; under `partial-after` it is the first half, and under `row-by-row` one after the other, over a while.
	 */
	take<Entry, Accepted>(entries: Entry[], accept: (entry: Entry, index: number) => Accepted): Promise<Accepted[]>;
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
	| { reason: 'invalid-field'; field: string; kind: ViolationKind; place: 'query' | 'body' }
	| { reason: 'idempotency-key' }
	| { reason: 'failure' };
