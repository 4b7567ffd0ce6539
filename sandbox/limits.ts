/** Enforces a provider's limits on requests: how many in flight, how many in a window of time. */
import type { Limits } from './provider';
import type { Settings } from './settings';

export interface RequestLimiter {
	/** Takes a place for one request. Text: which limit refuses it. Function: gives the place back, once, however often it is called. */
	enter(): 'too-many-at-once' | 'rate' | (() => void);
}

/** Counts on the real clock: pacing is what a client does in real time. */
export function createLimiter(limits: Limits, settings: Settings): RequestLimiter {
	let inFlight = 0;
	const recent: number[] = [];
	return {
		enter() {
			if (settings.enforceLimits) {
				const atOnce = limits.atOnce === undefined ? undefined : (settings.maxAtOnce ?? limits.atOnce);
				if (atOnce !== undefined && inFlight >= atOnce) return 'too-many-at-once';
				if (limits.window) {
					const now = performance.now();
					while (recent.length > 0 && (recent[0] ?? 0) <= now - limits.window.perMs) recent.shift();
					if (recent.length >= limits.window.requests) return 'rate';
					recent.push(now);
				}
			}
			inFlight++;
			let left = false;
			return () => {
				if (left) return;
				left = true;
				inFlight--;
			};
		},
	};
}
