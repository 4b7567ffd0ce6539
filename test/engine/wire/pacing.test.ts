import { createPacer } from '../../../engine/wire/pacing';
import { virtualClock } from '../virtualClock';

/** Numbers that look random and are always the same. */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1103515245 + 12345) % 2147483648;
		return state / 2147483648;
	};
}

test('never more requests at once than the limit, and all get their turn in order', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const roll = dice(1);
	let active = 0;
	let most = 0;
	const begun: number[] = [];
	await Promise.all(
		Array.from({ length: 50 }, async (_, index) => {
			await pacer.run('me', { atOnce: 5 }, async () => {
				begun.push(index);
				most = Math.max(most, ++active);
				await clock.sleep(10 + roll() * 100);
				active--;
			});
		}),
	);
	expect(most).toBe(5);
	expect(begun).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('two accounts do not wait for each other', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	let other = false;
	await pacer.run('a', { atOnce: 1 }, async () => {
		await pacer.run('b', { atOnce: 1 }, async () => {
			other = true;
			await Promise.resolve();
		});
	});
	expect(other).toBe(true);
});

test.each([1, 2, 3, 4, 5])('whatever the latency, the provider never sees more than the rate in any window (%d)', async (seed) => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const roll = dice(seed);
	const arrivals: number[] = [];
	const limits = { rate: { requests: 2, milliseconds: 1000 } };
	await Promise.all(
		Array.from({ length: 20 }, async () => {
			await pacer.run('me', limits, async () => {
				await clock.sleep(roll() * 400);
				arrivals.push(clock.now());
				await clock.sleep(roll() * 400);
			});
		}),
	);
	arrivals.sort((a, b) => a - b);
	for (let index = 2; index < arrivals.length; index++) expect((arrivals[index] ?? 0) - (arrivals[index - 2] ?? 0)).toBeGreaterThanOrEqual(1000);
	expect(arrivals).toHaveLength(20);
});

test('a pause holds every request of the account', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	pacer.pause('me', 5000);
	const begun = await Promise.all([1, 2].map(async () => await pacer.run('me', { atOnce: 5 }, async () => await Promise.resolve(clock.now() - start))));
	expect(begun).toEqual([5000, 5000]);
});

test('a request of a stopped execution gives its place to the next, and is not made', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const cancel = new AbortController();
	cancel.abort();
	const made: string[] = [];
	const stopped = pacer.run('me', { atOnce: 1 }, async () => await Promise.resolve(made.push('stopped')), cancel.signal);
	await expect(stopped).rejects.toMatchObject({ failureCause: 'cancelled' });
	await pacer.run('me', { atOnce: 1 }, async () => await Promise.resolve(made.push('next')));
	expect(made).toEqual(['next']);
});
