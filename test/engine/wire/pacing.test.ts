import { getEventListeners } from 'node:events';

import { failure } from '../../../engine/failure';
import type { Limits } from '../../../engine/wire/limits';
import type { Lane } from '../../../engine/wire/pacing';
import { createPacer } from '../../../engine/wire/pacing';
import { virtualClock } from '../virtualClock';
import { dice } from './dice';

const fiveAtOnce: Limits = { atOnce: 5 };
const oneAtOnce: Limits = { atOnce: 1 };
const twoPerSecond: Limits = { rate: { requests: 2, milliseconds: 1000 } };
const done = async (): Promise<void> => await Promise.resolve();

test('never more requests at once than the limit, and all get their turn in order', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const roll = dice(1);
	let active = 0;
	let most = 0;
	const begun: number[] = [];
	await Promise.all(
		Array.from({ length: 50 }, async (_, index) => {
			await pacer.run('me', fiveAtOnce, async () => {
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
	const pacer = createPacer(virtualClock());
	let other = false;
	await pacer.run('a', oneAtOnce, async () => {
		await pacer.run('b', oneAtOnce, async () => {
			other = true;
			await done();
		});
	});
	expect(other).toBe(true);
});

test.each([1, 2, 3, 4, 5])('whatever the latency, the provider never sees more than the rate in any window (%d)', async (seed) => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const roll = dice(seed);
	const arrivals: number[] = [];
	await Promise.all(
		Array.from({ length: 20 }, async () => {
			await pacer.run('me', twoPerSecond, async () => {
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

test.each([
	['answer', 250, 25],
	['departure', 53, 5.7],
] as const)('counted from %s, 100 requests of 200 ms at one per 50 ms leave every %d ms', async (countedFrom, apart, seconds) => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	const departures: number[] = [];
	await Promise.all(
		Array.from({ length: 100 }, async () => {
			await pacer.run('me', { rate: { requests: 1, milliseconds: 50 }, countedFrom }, async () => {
				departures.push(clock.now());
				await clock.sleep(200);
			});
		}),
	);
	const gaps = departures.slice(1).map((time, index) => time - (departures[index] ?? 0));
	expect(Math.min(...gaps)).toBe(apart);
	// One moment of those that are left open to other processes may lie in between.
	expect((clock.now() - start) / 1000).toBeLessThan(seconds + 0.3);
});

test('counted from departure, requests one after another leave as soon as those in a row: with a third of the window in between, later with six in a hundred', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const departures: number[] = [];
	for (let number = 0; number < 30; number++) {
		await pacer.run('me', { rate: { requests: 1, milliseconds: 30 }, countedFrom: 'departure' }, async () => {
			departures.push(clock.now());
			await clock.sleep(5);
		});
	}
	const gaps = departures.slice(1).map((time, index) => time - (departures[index] ?? 0));
	// The second one waits for the answer of the first.
	expect([gaps[0], ...new Set(gaps.slice(1, 20))]).toEqual([35, 40]);
	expect(new Set(gaps.slice(20))).toEqual(new Set([32]));
});

test('a window that is long keeps its account in mind, also while others are used', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	const onePerTenMinutes: Limits = { rate: { requests: 1, milliseconds: 600_000 } };
	await pacer.run('me', onePerTenMinutes, done);
	await clock.sleep(120_000);
	await pacer.run('you', onePerTenMinutes, done);
	await pacer.run('me', onePerTenMinutes, done);
	expect(clock.now() - start).toBe(600_000);
});

test('counted from departure, a request that is refused keeps its place: the next one would come too soon as well', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const departures: number[] = [];
	const request = async (number: number) => {
		departures.push(clock.now());
		// A refusal comes at once, everything else takes its time.
		if (number === 3) throw failure('throttled', 'no');
		await clock.sleep(200);
	};
	await Promise.allSettled(
		Array.from({ length: 10 }, async (_, number) => await pacer.run('me', { rate: { requests: 1, milliseconds: 50 }, countedFrom: 'departure' }, async () => await request(number))),
	);
	expect(departures.slice(1).map((time, index) => time - (departures[index] ?? 0))).toEqual([250, ...Array.from({ length: 8 }, () => 65)]);
});

test.each([
	['is slow, since it has to connect', 300, [0, 350, 415, 480]],
	['gets no answer', 100_000, [0, 1_000, 1_065, 1_130]],
])('counted from departure, the others wait for the first one when it %s, but not for ever', async (_name, latency, expected) => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	const departures: number[] = [];
	const send = async () =>
		await pacer.run('me', { rate: { requests: 1, milliseconds: 50 }, countedFrom: 'departure' }, async () => {
			departures.push(clock.now() - start);
			await clock.sleep(departures.length === 1 ? latency : 200);
		});
	await Promise.all(Array.from({ length: 4 }, send));
	expect(departures).toEqual(expected);
});

test('what did not reach the provider takes no place in its window', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	for (const cause of ['input', 'unreachable'] as const) {
		for (let index = 0; index < 5; index++) await expect(pacer.run('me', twoPerSecond, async () => await Promise.reject(failure(cause, 'no')))).rejects.toMatchObject({ failureCause: cause });
	}
	expect(clock.now()).toBe(start);
});

test('a pause holds every request of the account, also those that wait already, and no other account', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	const begun: number[] = [];
	const send = async (): Promise<void> =>
		await pacer.run('me', oneAtOnce, async () => {
			begun.push(clock.now() - start);
			if (begun.length === 1) pacer.pause('me', oneAtOnce, 60_000);
			await clock.sleep(100);
		});
	await Promise.all([send(), send(), send(), pacer.run('you', oneAtOnce, async () => await clock.sleep(100))]);
	expect(begun).toEqual([0, 60_000, 60_100]);
});

test('one Retry-After holds also the requests that wait: none of them leaves to be refused too', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	const begun: number[] = [];
	const send = async (refused: boolean): Promise<void> =>
		await pacer.run('me', oneAtOnce, async () => {
			begun.push(clock.now() - start);
			await clock.sleep(10);
			if (refused) throw failure('throttled', 'Wait', '', { retryAfter: 120 });
		});
	const [first] = await Promise.allSettled([send(true), send(false), send(false)]);
	expect(first.status).toBe('rejected');
	expect(begun).toEqual([0, 120_010, 120_020]);
});

test('a pause of an hour is told to all that wait, and to all that come, instead of holding them', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	let sent = 0;
	const send = async (retryAfter?: number): Promise<void> =>
		await pacer.run('me', oneAtOnce, async () => {
			sent++;
			await clock.sleep(10);
			if (retryAfter !== undefined) throw failure('throttled', 'Wait', '', { retryAfter });
		});
	const start = clock.now();
	const all = await Promise.allSettled([send(3600), send(), send()]);
	await expect(send()).rejects.toMatchObject({ failureCause: 'throttled', retryAfter: 3600, message: 'The provider asked to wait for 60 minutes' });
	expect(all.map((one) => one.status === 'rejected' && (one.reason as { failureCause: string }).failureCause)).toEqual(['throttled', 'throttled', 'throttled']);
	expect(sent).toBe(1);
	expect(clock.now() - start).toBe(10);
});

test('a pause of five minutes is waited for, and a longer one told', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	pacer.pause('me', oneAtOnce, 300_000);
	await pacer.run('me', oneAtOnce, done);
	expect(clock.now() - start).toBe(300_000);
	pacer.pause('me', oneAtOnce, 300_001);
	await expect(pacer.run('me', oneAtOnce, done)).rejects.toMatchObject({ failureCause: 'throttled', retryAfter: 301 });
});

test('no account is held for more than an hour, whatever the provider says', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	pacer.pause('me', oneAtOnce, 1e12);
	await clock.sleep(3_600_000 - 1);
	const start = clock.now();
	await pacer.run('me', oneAtOnce, done);
	expect(clock.now() - start).toBe(1);
});

test.each([
	['for a place', (pacer: ReturnType<typeof createPacer>, hang: Promise<void>) => void pacer.run('me', oneAtOnce, async () => await hang)],
	['for the end of a pause', (pacer: ReturnType<typeof createPacer>) => pacer.pause('me', oneAtOnce, 200_000)],
])('Stop ends waiting %s at once; the others keep their order', async (_name, occupy) => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	let release = (): void => undefined;
	occupy(pacer, new Promise<void>((resolve) => (release = resolve)));
	const made: string[] = [];
	const send = (name: string, cancel?: AbortSignal): Promise<number> => pacer.run('me', oneAtOnce, async () => await Promise.resolve(made.push(name)), cancel);
	const cancel = new AbortController();
	const first = send('first');
	const stopped = send('stopped', cancel.signal);
	const last = send('last');
	cancel.abort();
	await expect(stopped).rejects.toMatchObject({ failureCause: 'cancelled' });
	expect([made, clock.now()]).toEqual([[], start]);
	release();
	await Promise.all([first, last]);
	expect(made).toEqual(['first', 'last']);
});

test('Stop while a request is under way leaves it and those that wait alone', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const made: string[] = [];
	const cancel = new AbortController();
	const send = async (name: string, signal?: AbortSignal): Promise<void> =>
		await pacer.run('me', oneAtOnce, async () => {
			await clock.sleep(1000);
			made.push(name);
		}, signal);
	const all = [send('stopped', cancel.signal), send('second'), send('third')];
	void clock.sleep(500).then(() => cancel.abort());
	await clock.sleep(10_000);
	expect(made).toEqual(['stopped', 'second', 'third']);
	await Promise.all(all);
	expect(getEventListeners(cancel.signal, 'abort')).toEqual([]);
});

test('a request of an execution that is stopped already does not wait for its turn to be told so', async () => {
	const clock = virtualClock();
	const pacer = createPacer(clock);
	const start = clock.now();
	pacer.pause('me', oneAtOnce, 200_000);
	await expect(pacer.run('me', oneAtOnce, done, AbortSignal.abort())).rejects.toMatchObject({ failureCause: 'cancelled', message: 'The execution was stopped before this request' });
	expect(clock.now()).toBe(start);
});

test('a request of a stopped execution is not made, and takes nobody\'s place', async () => {
	const pacer = createPacer(virtualClock());
	const cancel = new AbortController();
	cancel.abort();
	const made: string[] = [];
	const stopped = pacer.run('me', oneAtOnce, async () => await Promise.resolve(made.push('stopped')), cancel.signal);
	await expect(stopped).rejects.toMatchObject({ failureCause: 'cancelled' });
	await pacer.run('me', oneAtOnce, async () => await Promise.resolve(made.push('next')));
	expect(made).toEqual(['next']);
});

test('a stop between a request\'s turn and its departure gives the place on', async () => {
	const pacer = createPacer(virtualClock());
	const cancel = new AbortController();
	const stopped = pacer.run('me', oneAtOnce, done, cancel.signal);
	cancel.abort();
	await expect(stopped).rejects.toMatchObject({ failureCause: 'cancelled' });
	await expect(pacer.run('me', oneAtOnce, async () => await Promise.resolve('next'))).resolves.toBe('next');
});

test('accounts long unused are dropped, those in use and those on hold are not', async () => {
	const clock = virtualClock();
	const lanes = new Map<string, Lane>();
	const pacer = createPacer(clock, lanes);
	for (let index = 0; index < 20; index++) await pacer.run(`account ${index}`, oneAtOnce, done);
	pacer.pause('on hold', oneAtOnce, 250_000);
	let release = (): void => undefined;
	const busy = pacer.run('busy', oneAtOnce, async () => await new Promise<void>((resolve) => (release = resolve)));
	await clock.sleep(120_000);
	await pacer.run('new', oneAtOnce, done);
	expect([...lanes.keys()]).toEqual(['on hold', 'busy', 'new']);
	release();
	await busy;
});
