/** When a request is tried again, and when it must not be. */
import type { Clock } from './clock';
import type { Failure } from '../failure';
import { asFailure, failure } from '../failure';
import type { Effect } from '../operation';
import { longestWait } from './pacing';

/** Attempts that end in a 429: about a minute, in which a busy account calms down, or others give way. Nothing was accepted meanwhile. */
const throttledAttempts = 20;
/** Attempts after a failure that sent nothing, or that may be repeated: a short outage, not an unplugged cable. */
const otherAttempts = 4;
const firstWait = 500;
const longestBackoff = 30_000;

/** Exponential backoff with full jitter, in ms. `attempt` counts from 0. */
export function backoff(attempt: number, random: () => number): number {
	return Math.round(random() * Math.min(longestBackoff, firstWait * 2 ** (attempt + 1)));
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
}

/**
 * Runs `attempt` until it answers or may not be repeated. After a 429 it begins again at once: the pacer, in whose line the
 * attempt waits, holds the whole account for as long as it has to be.
 * @param attempt gets whether an earlier attempt ended ambiguously, so that "already gone" can be read as success
 * @throws Failure of the last attempt
 */
export async function withRetries<T>(effect: Effect, { clock, cancel }: Retrying, attempt: (afterDoubt: boolean) => Promise<T>): Promise<T> {
	let afterDoubt = false;
	let throttled = 0;
	for (let tries = 0; ; ) {
		try {
			return await attempt(afterDoubt);
		} catch (thrown) {
			const failed = asFailure(thrown);
			const isLast = failed.failureCause === 'throttled' ? ++throttled >= throttledAttempts : ++tries >= otherAttempts;
			if (isLast || !mayRepeat(failed, effect)) throw failed;
			const asked = failed.retryAfter === undefined ? undefined : failed.retryAfter * 1000;
			if (asked !== undefined && asked > longestWait) throw failed;
			afterDoubt ||= failed.failureCause === 'ambiguous';
			if (failed.failureCause !== 'throttled') await sleepUnlessCancelled(asked ?? backoff(tries - 1, clock.random), clock, cancel);
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
