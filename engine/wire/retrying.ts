/** When a request is tried again, and when it must not be. */
import type { Clock } from './clock';
import type { Failure } from '../failure';
import { asFailure, failure } from '../failure';
import type { Effect } from '../operation';

/** Attempts after a 429: enough for a busy account to calm down, since nothing was accepted. */
const throttledAttempts = 8;
/** Attempts after a failure that sent nothing, or that may be repeated: a short outage, not an unplugged cable. */
const otherAttempts = 4;
const firstWait = 500;
const longestWait = 30_000;
/** A longer Retry-After is told to the user instead of holding the execution. */
const longestRetryAfter = 300_000;

/** Exponential backoff with full jitter, in ms. `attempt` counts from 0. */
export function backoff(attempt: number, random: () => number): number {
	return Math.round(random() * Math.min(longestWait, firstWait * 2 ** (attempt + 1)));
}

function mayRepeat({ failureCause }: Failure, effect: Effect): boolean {
	switch (failureCause) {
		// Nothing was accepted, so even a send may go again.
		case 'throttled':
		case 'unreachable':
			return true;
		// It may have arrived: only what is the same when done twice goes again.
		case 'ambiguous':
			return effect !== 'once';
		default:
			return false;
	}
}

export interface Retrying {
	clock: Clock;
	cancel?: AbortSignal;
	/** Told of every 429, so that other requests of the account wait too. */
	throttled(milliseconds: number): void;
}

/**
 * Runs `attempt` until it answers or may not be repeated.
 * @param attempt gets whether an earlier attempt ended ambiguously, so that "already gone" can be read as success
 * @throws Failure of the last attempt
 */
export async function withRetries<T>(effect: Effect, { clock, cancel, throttled }: Retrying, attempt: (afterDoubt: boolean) => Promise<T>): Promise<T> {
	let afterDoubt = false;
	for (let tries = 0; ; tries++) {
		try {
			return await attempt(afterDoubt);
		} catch (thrown) {
			const failed = asFailure(thrown);
			const most = failed.failureCause === 'throttled' ? throttledAttempts : otherAttempts;
			if (!mayRepeat(failed, effect) || tries + 1 >= most) throw failed;
			const asked = failed.retryAfter === undefined ? undefined : failed.retryAfter * 1000;
			if (asked !== undefined && asked > longestRetryAfter) throw failed;
			const wait = asked ?? backoff(tries, clock.random);
			afterDoubt ||= failed.failureCause === 'ambiguous';
			if (failed.failureCause === 'throttled') throttled(wait);
			else await sleepUnlessCancelled(wait, clock, cancel);
		}
	}
}

/** @throws Failure (`cancelled`) when the execution is stopped meanwhile */
export async function sleepUnlessCancelled(milliseconds: number, clock: Clock, cancel?: AbortSignal): Promise<void> {
	try {
		await clock.sleep(milliseconds, cancel);
	} catch (thrown) {
		if (cancel?.aborted) throw failure('cancelled', 'The execution was stopped');
		throw asFailure(thrown);
	}
}
