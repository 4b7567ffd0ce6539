/** Enforces a provider's limits on requests: how many in flight, how many in a window of time. */
import type { Limits } from './provider';
import type { Settings } from './settings';

export interface RequestLimiter {
	/** Takes a place for one request. Text: which limit refuses it. Function: gives the place back, once, however often it is called. */
	enter(): 'too-many-at-once' | 'rate' | (() => void);
	/** How many requests the window still has room for now; without a window, endlessly many. */
	remaining(): number;
}

/** Counts on the real clock: pacing is what a client does in real time. */
export function createLimiter(limits: Limits, settings: Settings): RequestLimiter {
	let inFlight = 0;
	const recent: number[] = [];
	const countRecent = (perMs: number): number => {
		const now = performance.now();
		while (recent.length > 0 && (recent[0] ?? 0) <= now - perMs) recent.shift();
		return recent.length;
	};
	return {
		enter() {
			if (settings.enforceLimits) {
				const atOnce = limits.atOnce === undefined ? undefined : (settings.maxAtOnce ?? limits.atOnce);
				if (atOnce !== undefined && inFlight >= atOnce) return 'too-many-at-once';
				if (limits.window) {
					if (countRecent(limits.window.perMs) >= limits.window.requests) return 'rate';
					recent.push(performance.now());
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
		remaining: () => (limits.window ? Math.max(limits.window.requests - countRecent(limits.window.perMs), 0) : Infinity),
	};
}
