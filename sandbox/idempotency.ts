/** What was answered under an idempotency key, so that a repeat gets the first response again, byte for byte. */
import type { Clock } from './clock';

/** A response ready for the wire. */
export interface WireAnswer {
	httpStatus: number;
	headers: Record<string, string>;
	text: string;
}

/** The first request under a key. */
export interface KeyedRequest {
	/** What makes it this request: method, path and body. */
	fingerprint: string;
	/** Its response; undefined while the provider is at work on it and answers nobody. */
	answer?: Promise<WireAnswer>;
}

export interface IdempotencyStore {
	/** The first request under `key`; undefined when there was none within the time that keys live. */
	find(key: string): KeyedRequest | undefined;
	begin(key: string, fingerprint: string): KeyedRequest;
	/** Sets the key free. */
	forget(key: string): void;
}

/** Keys live for `hours` on the given clock. */
export function createIdempotencyStore(clock: Clock, hours: number): IdempotencyStore {
	const requests = new Map<string, { request: KeyedRequest; at: number }>();
	return {
		find(key) {
			const known = requests.get(key);
			return known && known.at + hours * 3_600_000 > clock.now() ? known.request : undefined;
		},
		begin(key, fingerprint) {
			const request: KeyedRequest = { fingerprint };
			requests.set(key, { request, at: clock.now() });
			return request;
		},
		forget: (key) => void requests.delete(key),
	};
}
