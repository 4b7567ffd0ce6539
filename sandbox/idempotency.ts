/** Repeats of a request under the same key get the first response, byte for byte. */
import type { Clock } from './clock';

/** A response ready for the wire. */
export interface WireAnswer {
	httpStatus: number;
	headers: Record<string, string>;
	text: string;
}

export interface IdempotencyStore {
	/**
	 * The stored answer for `key`, or the answer of `run`. While the first request under a key is being answered, others wait for it.
	 * `reused` is called when the key comes with another request than the first.
	 */
	once(key: string, fingerprint: string, run: () => Promise<WireAnswer>, reused: () => void): Promise<WireAnswer>;
}

interface Entry {
	fingerprint: string;
	at: number;
	answer: Promise<WireAnswer>;
}

/** Keys live for `hours` on the given clock. */
export function createIdempotencyStore(clock: Clock, hours: number): IdempotencyStore {
	const entries = new Map<string, Entry>();
	return {
		async once(key, fingerprint, run, reused) {
			for (;;) {
				const known = entries.get(key);
				if (!known || known.at + hours * 3_600_000 <= clock.now()) break;
				if (known.fingerprint !== fingerprint) reused();
				const answer = await known.answer;
				if (entries.get(key) === known) return answer;
			}
			const answer = run();
			const entry: Entry = { fingerprint, at: clock.now(), answer };
			entries.set(key, entry);
			try {
				const done = await answer;
				// A refusal (4xx) did nothing, so that the same request may succeed later: the key stays free.
				if (done.httpStatus >= 400 && done.httpStatus < 500 && entries.get(key) === entry) entries.delete(key);
				return done;
			} catch (error) {
				entries.delete(key);
				throw error;
			}
		},
	};
}
