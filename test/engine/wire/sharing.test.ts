/** Queue workers share an account without knowing of each other: several pacers against one simulated provider. */
import { failure } from '../../../engine/failure';
import type { Limits } from '../../../engine/wire/limits';
import { createPacer } from '../../../engine/wire/pacing';
import { withRetries } from '../../../engine/wire/retrying';
import { virtualClock } from '../virtualClock';
import { dice } from './dice';

/** Refuses, as providers do, what comes while its limit is used up. Gives the function that ends a request. */
function createLimiter({ atOnce = Infinity, rate }: Limits, now: () => number): () => (() => void) | undefined {
	let active = 0;
	let recent: number[] = [];
	return () => {
		recent = recent.filter((time) => rate && time + rate.milliseconds > now());
		if (active >= atOnce || (rate && recent.length >= rate.requests)) return undefined;
		recent.push(now());
		active++;
		return () => active--;
	};
}

interface Simulated {
	limits: Limits;
	processes: number;
	/** Requests that each process has ready all the time. */
	workers: number;
	/** ms on the way, there and back. */
	travel: number;
	/** ms at the provider. */
	work: number;
	seconds: number;
	seed: number;
	/** The how manieth request is refused for a reason of its own. */
	stray?: number;
	/** So many of all requests are refused, by chance. */
	strays?: number;
	/** When a process ends, in seconds. */
	ends?: number[];
}

/** When requests were taken and refused, in seconds, for each process. */
async function simulate({ limits, processes, workers, travel, work, seconds, seed, stray, strays = 0, ends = [] }: Simulated): Promise<Array<{ taken: number[]; refused: number[]; failed: number }>> {
	const roll = dice(seed);
	const clock = virtualClock(undefined, roll);
	const start = clock.now();
	const elapsed = (): number => (clock.now() - start) / 1000;
	const enter = createLimiter(limits, clock.now);
	let number = 0;
	const request = async (mine: { taken: number[]; refused: number[] }): Promise<void> => {
		const vary = (milliseconds: number): number => milliseconds * (0.9 + 0.2 * roll());
		const way = vary(travel);
		await clock.sleep(way / 2);
		const leave = ++number === stray || (strays > 0 && roll() < strays) ? undefined : enter();
		if (leave) {
			await clock.sleep(vary(work));
			leave();
		}
		await clock.sleep(way / 2);
		(leave ? mine.taken : mine.refused).push(elapsed());
		if (!leave) throw failure('throttled', 'Too many requests');
	};
	return await Promise.all(
		Array.from({ length: processes }, async (_, index) => {
			const pacer = createPacer(clock);
			const mine = { taken: [] as number[], refused: [] as number[], failed: 0 };
			await clock.sleep(roll() * 300);
			const worker = async (): Promise<void> => {
				while (elapsed() < (ends[index] ?? seconds)) await withRetries('once', { clock }, async () => await pacer.run('me', limits, async () => await request(mine))).catch(() => mine.failed++);
			};
			await Promise.all(Array.from({ length: workers }, worker));
			return mine;
		}),
	);
}

const twoPerSecond: Limits = { rate: { requests: 2, milliseconds: 1000 } };
const fiveAtOnce: Limits = { atOnce: 5 };
const twentyPerSecond: Limits = { rate: { requests: 1, milliseconds: 50 }, countedFrom: 'departure' };
const sixtyPerMinute: Limits = { rate: { requests: 60, milliseconds: 60_000 } };

const between = (times: number[], from: number, to: number): number => times.filter((time) => time >= from && time < to).length;

/** What became of it after the first seconds, over some seeds: taken in parts of what the limit allows, refused in parts of what was taken, the smallest part that a process got. */
async function measured(given: Omit<Simulated, 'seed'>, allowed: number, from = 5): Promise<{ rate: number; refused: number; least: number; failed: number }> {
	const { seconds } = given;
	const runs = await Promise.all([1, 2, 3, 4].map(async (seed) => await simulate({ ...given, seed })));
	const counts = runs.map((run) => run.map(({ taken }) => between(taken, from, seconds)));
	const all = counts.flat().reduce((sum, count) => sum + count, 0);
	const refused = runs.flat().reduce((sum, one) => sum + between(one.refused, from, seconds), 0);
	const least = counts.map((run) => Math.min(...run)).reduce((sum, count) => sum + count, 0) / all;
	return { rate: all / ((seconds - from) * allowed * runs.length), refused: refused / all, least, failed: runs.flat().reduce((sum, { failed }) => sum + failed, 0) };
}

describe('one process', () => {
	test.each([
		[twoPerSecond, 2, 10, 10],
		[fiveAtOnce, 50, 50, 50],
	])('keeps the full rate, and is never refused: %j', async (limits, allowed, travel, work) => {
		const { rate, refused } = await measured({ limits, processes: 1, workers: 10, travel, work, seconds: 65 }, allowed);
		expect(rate).toBeGreaterThan(0.95);
		expect(refused).toBe(0);
	});

	test.each([
		[twoPerSecond, 2, 10, 10],
		[fiveAtOnce, 50, 50, 50],
	])('is back at the full rate soon after a stray refusal: %j', async (limits, allowed, travel, work) => {
		const { rate, refused } = await measured({ limits, processes: 1, workers: 10, travel, work, seconds: 65, stray: 8 }, allowed, 10);
		expect(rate).toBeGreaterThan(0.95);
		expect(refused).toBe(0);
	});
});

describe.each([
	['two requests per second', twoPerSecond, 65, 2, 0.15, 0.42],
	['five requests at once', fiveAtOnce, 25, undefined, 0.05, 0.08],
])('%s', (_name, limits, seconds, allowed, two, three) => {
	describe.each([
		[20, 5, 15],
		[100, 50, 50],
		[200, 150, 50],
	])('that take %d ms', (latency, travel, work) => {
		test.each([
			[2, two],
			[3, three],
		])('%d processes use at least 90 % of it together, with few refusals', async (processes, most) => {
			const { rate, refused, least, failed } = await measured({ limits, processes, workers: 6, travel, work, seconds }, allowed ?? 5000 / latency);
			expect(rate).toBeGreaterThanOrEqual(0.9);
			expect(refused).toBeLessThan(most);
			expect(least).toBeGreaterThan(0.05);
			expect(failed).toBe(0);
		});
	});
});

test('sixty per minute: a window that is used up in one go refuses nobody again and again', async () => {
	const { rate, refused } = await measured({ limits: sixtyPerMinute, processes: 2, workers: 20, travel: 50, work: 50, seconds: 600 }, 1, 60);
	expect(rate).toBeGreaterThanOrEqual(0.9);
	expect(refused).toBeLessThan(0.12);
});

test.each([
	[twoPerSecond, 2],
	[fiveAtOnce, 50],
])('what one process gives up the other has soon: %j', async (limits, allowed) => {
	const runs = await Promise.all([1, 2, 3, 4].map(async (seed) => await simulate({ limits, processes: 2, workers: 6, travel: 50, work: 50, seconds: 60, seed, ends: [15] })));
	const taken = runs.reduce((sum, [, left]) => sum + between(left?.taken ?? [], 45, 60), 0);
	expect(taken / (15 * allowed * runs.length)).toBeGreaterThan(0.85);
});

test('what one process gives up the other has within a few seconds, also when an answer takes long', async () => {
	const runs = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => await simulate({ limits: fiveAtOnce, processes: 2, workers: 20, travel: 10, work: 790, seconds: 50, seed, ends: [20] })));
	const taken = runs.reduce((sum, [, left]) => sum + between(left?.taken ?? [], 20, 35), 0);
	expect(taken / (15 * 6.25 * runs.length)).toBeGreaterThan(0.65);
});

describe('counted from departure', () => {
	const given = { limits: twentyPerSecond, workers: 20, work: 200, seconds: 65 };

	test.each([
		[0, 0.93],
		[0.01, 0.92],
		[0.05, 0.85],
	])('a process whose requests are refused now and then (%d of them) because they meet on their way goes on', async (strays, least) => {
		const { rate, failed } = await measured({ ...given, processes: 1, travel: 4, strays }, 20, 0);
		expect(rate).toBeGreaterThan(least);
		expect(failed).toBe(0);
	});

	test.each([
		[2, 10, 0.9, 0.04],
		[3, 10, 0.9, 0],
		[2, 100, 0.45, 0.05],
		[3, 100, 0.45, 0.05],
	])('%d processes whose requests travel for %d ms share it, and none gives up', async (processes, travel, all, each) => {
		const { rate, least, failed } = await measured({ ...given, processes, travel }, 20);
		expect(rate).toBeGreaterThan(all);
		expect(least).toBeGreaterThan(each);
		expect(failed).toBe(0);
	});

	test('what one process gives up the other has soon', async () => {
		const runs = await Promise.all([1, 2, 3, 4].map(async (seed) => await simulate({ ...given, processes: 2, travel: 10, work: 50, seconds: 60, seed, ends: [15] })));
		const taken = runs.reduce((sum, [, left]) => sum + between(left?.taken ?? [], 45, 60), 0);
		expect(taken / (15 * 20 * runs.length)).toBeGreaterThan(0.85);
	});
});
