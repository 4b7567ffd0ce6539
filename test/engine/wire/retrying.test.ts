import { failure } from '../../../engine/failure';
import type { FailureCause } from '../../../engine/failure';
import type { Effect } from '../../../engine/operation';
import { backoff, sleepUnlessCancelled, withRetries } from '../../../engine/wire/retrying';
import { virtualClock } from '../virtualClock';

async function attempts(effect: Effect, failureCause: FailureCause, retryAfter?: number) {
	const clock = virtualClock();
	let count = 0;
	await withRetries(effect, { clock }, async () => {
		count++;
		return await Promise.reject(failure(failureCause, 'no', '', { retryAfter }));
	}).catch(() => undefined);
	return { count, sleeps: clock.sleeps };
}

test.each<[Effect, FailureCause, number]>([
	['once', 'ambiguous', 1],
	['repeatable', 'ambiguous', 4],
	['read', 'ambiguous', 4],
	['once', 'unreachable', 4],
	['once', 'throttled', 20],
	['read', 'throttled', 20],
	['read', 'refused', 1],
	['once', 'refused', 1],
	['read', 'account', 1],
	['read', 'cancelled', 1],
	['read', 'input', 1],
])('%s after %s: %d attempt(s)', async (effect, cause, expected) => {
	expect((await attempts(effect, cause)).count).toBe(expected);
});

test('what nobody foresaw may have happened after the request did its work: a send does not go again', async () => {
	let count = 0;
	const sent = withRetries('once', { clock: virtualClock() }, async () => {
		count++;
		return await Promise.reject(new TypeError('x is not a function'));
	});
	await expect(sent).rejects.toMatchObject({ failureCause: 'ambiguous', message: 'x is not a function' });
	expect(count).toBe(1);
});

test('what a read is asked to wait is waited for, to the second', async () => {
	expect((await attempts('read', 'ambiguous', 3)).sleeps).toEqual([3000, 3000, 3000]);
});

test('a longer wait is told instead of waited for', async () => {
	expect(await attempts('read', 'throttled', 301)).toEqual({ count: 1, sleeps: [] });
});

test('a busy account does not use up the attempts for faults of the network', async () => {
	const causes: FailureCause[] = ['throttled', 'throttled', 'throttled', 'throttled', 'ambiguous', 'ambiguous'];
	const read = withRetries('read', { clock: virtualClock() }, async () => {
		const cause = causes.shift();
		return cause ? await Promise.reject(failure(cause, 'no')) : await Promise.resolve('done');
	});
	await expect(read).resolves.toBe('done');
});

test('without a word from the provider waits grow, with full jitter, up to a cap', () => {
	expect([0, 1, 2, 3].map((attempt) => backoff(attempt, () => 1))).toEqual([1000, 2000, 4000, 8000]);
	expect(backoff(20, () => 1)).toBe(30_000);
	expect(backoff(3, () => 0)).toBe(0);
});

test('an attempt after doubt knows it', async () => {
	const told: boolean[] = [];
	await withRetries('repeatable', { clock: virtualClock() }, async (afterDoubt) => {
		told.push(afterDoubt);
		return told.length < 3 ? await Promise.reject(failure('ambiguous', 'no')) : await Promise.resolve('done');
	});
	expect(told).toEqual([false, true, true]);
});

test('a wait that ends for another reason than a stop says that reason', async () => {
	const broken = { ...virtualClock(), sleep: async () => await Promise.reject(new Error('The clock stands still')) };
	for (const cancel of [undefined, new AbortController().signal]) {
		await expect(sleepUnlessCancelled(1, broken, cancel)).rejects.toMatchObject({ failureCause: 'ambiguous', message: 'The clock stands still' });
	}
	await expect(sleepUnlessCancelled(1, broken, AbortSignal.abort())).rejects.toMatchObject({ failureCause: 'cancelled', message: 'The execution was stopped' });
});

test('a stop ends the waiting', async () => {
	const cancel = new AbortController();
	const clock = virtualClock();
	const waiting = withRetries('read', { clock, cancel: cancel.signal }, async () => {
		cancel.abort();
		return await Promise.reject(failure('unreachable', 'no'));
	});
	await expect(waiting).rejects.toMatchObject({ failureCause: 'cancelled' });
});
