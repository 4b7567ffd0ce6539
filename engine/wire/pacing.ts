/** Keeps every account below its provider's limit, across all executions of this process. */
import type { Clock } from './clock';
import { failure } from '../failure';

/** A provider's limit; both may hold. */
export interface Limits {
	/** Most requests under way at the same time. */
	atOnce?: number;
	/** Most requests within any stretch of `milliseconds`. */
	rate?: { requests: number; milliseconds: number };
}

interface Lane {
	active: number;
	/** When each of the last requests was answered, in ms. */
	answered: number[];
	/** No request before this time, because the provider asked for a pause. */
	pausedUntil: number;
	waiting: Array<() => void>;
	timer: boolean;
}

export interface Pacer {
	/** Runs `request` as soon as the account's limits allow; first come, first served. */
	run<T>(account: string, limits: Limits, request: () => Promise<T>, cancel?: AbortSignal): Promise<T>;
	/** Holds every request of the account for that many ms (Retry-After). */
	pause(account: string, milliseconds: number): void;
}

/**
 * A place in a rate window becomes free one window after the *response*, not after the request left: the provider
 * counted it at some moment in between, and no latency can then bring one request too many into its window.
 */
export function createPacer(clock: Clock): Pacer {
	const lanes = new Map<string, Lane>();

	const laneOf = (account: string): Lane => {
		const lane = lanes.get(account) ?? { active: 0, answered: [], pausedUntil: 0, waiting: [], timer: false };
		lanes.set(account, lane);
		return lane;
	};

	/** Milliseconds until the next request may start; 0 is now, undefined is when another one ends. */
	const delay = (lane: Lane, limits: Limits): number | undefined => {
		const now = clock.now();
		if (limits.atOnce !== undefined && lane.active >= limits.atOnce) return undefined;
		let wait = Math.max(0, lane.pausedUntil - now);
		if (limits.rate) {
			const { requests, milliseconds } = limits.rate;
			lane.answered = lane.answered.filter((time) => time + milliseconds > now);
			const used = lane.active + lane.answered.length;
			if (used >= requests) {
				const oldest = lane.answered[used - requests];
				if (oldest === undefined) return undefined;
				wait = Math.max(wait, oldest + milliseconds - now);
			}
		}
		return wait;
	};

	const advance = (lane: Lane, limits: Limits): void => {
		while (lane.waiting.length > 0 && !lane.timer) {
			const wait = delay(lane, limits);
			if (wait === undefined) return;
			if (wait > 0) {
				lane.timer = true;
				void clock.sleep(wait).then(() => {
					lane.timer = false;
					advance(lane, limits);
				});
				return;
			}
			lane.active++;
			lane.waiting.shift()?.();
		}
	};

	const leave = (lane: Lane, limits: Limits, counted: boolean): void => {
		lane.active--;
		if (counted && limits.rate) lane.answered.push(clock.now());
		advance(lane, limits);
	};

	return {
		async run(account, limits, request, cancel) {
			const lane = laneOf(account);
			await new Promise<void>((resolve) => {
				lane.waiting.push(resolve);
				advance(lane, limits);
			});
			if (cancel?.aborted) {
				leave(lane, limits, false);
				throw failure('cancelled', 'The execution was stopped before this request');
			}
			try {
				return await request();
			} finally {
				leave(lane, limits, true);
			}
		},
		pause(account, milliseconds) {
			const lane = laneOf(account);
			lane.pausedUntil = Math.max(lane.pausedUntil, clock.now() + milliseconds);
		},
	};
}
