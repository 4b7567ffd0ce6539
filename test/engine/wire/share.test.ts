/** What one process takes of a limit, step by step; how several fare together is in sharing.test.ts. */
import type { Limits } from '../../../engine/wire/limits';
import type { Share } from '../../../engine/wire/sharing';
import { openFor, tryForMore, wasRefused, wasTaken, wholeShare } from '../../../engine/wire/sharing';

const twoPerSecond: Limits = { rate: { requests: 2, milliseconds: 1_000 } };
const sixtyPerMinute: Limits = { rate: { requests: 60, milliseconds: 60_000 } };
const sixteenAtOnce: Limits = { atOnce: 16 };
const twentyPerSecond: Limits = { rate: { requests: 1, milliseconds: 50 }, countedFrom: 'departure' };
/** An open moment of all limits above begins: their times are divisors of this. */
const begin = 1_000 * 120_000;
const long = begin - 10_000_000;

/** Refuses what left with the share as it is now. */
function refuse(share: Share, limits: Limits, now = begin + 7_000, random = 0.5, at = now): number {
	return wasRefused(share, limits, { at, round: share.round }, now, random);
}
const take = (share: Share, limits: Limits, now = begin + 7_000): void => wasTaken(share, limits, share.round, now);

describe('one place is left open', () => {
	test.each([
		['two per second', twoPerSecond, 20_000, 1_000],
		['sixty per minute', sixtyPerMinute, 120_000, 60_000],
		['sixteen at once', sixteenAtOnce, 15_000, 1_000],
		['a hundred per second', { rate: { requests: 100, milliseconds: 1_000 } }, 15_000, 1_000],
	])('%s: for a window of the rate, at times that all clocks share', (_name, limits, every, moment) => {
		const share = wholeShare(limits);
		const open = (offset: number) => openFor(share, limits, long, begin + offset);
		expect([0, 1, moment - 1, moment, moment + 1, every - 1].map(open)).toEqual([moment, moment - 1, 1, 0, 0, 0]);
		expect([every, every + 1, 2 * every, 3 * every + moment].map(open)).toEqual([moment, moment - 1, moment, 0]);
	});

	test('only by who was busy before it began, and was not refused since', () => {
		const share = wholeShare(twoPerSecond);
		expect([begin - 1, begin, begin + 500].map((busySince) => openFor(share, twoPerSecond, busySince, begin + 500))).toEqual([500, 0, 0]);
		refuse(share, twoPerSecond);
		share.level = share.most;
		expect(openFor(share, twoPerSecond, long, begin)).toBe(0);
		take(share, twoPerSecond);
		expect(openFor(share, twoPerSecond, long, begin)).toBe(1_000);
	});

	test('every other time by who has half of it, and never by who has less', () => {
		const limits: Limits = { rate: { requests: 4, milliseconds: 2_000 } };
		const opens = (level: number) => [0, 20_000, 40_000, 60_000].map((offset) => openFor({ ...wholeShare(limits), level }, limits, long, begin + offset));
		expect([4, 3, 2, 1].map(opens)).toEqual([[2_000, 2_000, 2_000, 2_000], [2_000, 0, 2_000, 0], [2_000, 0, 2_000, 0], [0, 0, 0, 0]]);
	});
});

describe('a refusal', () => {
	test('halves the whole limit at once, and later takes a quarter, when three come in a row', () => {
		const share = wholeShare(sixteenAtOnce);
		expect([share.level, share.most]).toEqual([16, 16]);
		refuse(share, sixteenAtOnce);
		expect(share.level).toBe(8);
		const levels: number[] = [];
		for (let round = 0; round < 3; round++) {
			take(share, sixteenAtOnce);
			for (let count = 0; count < 3; count++) {
				refuse(share, sixteenAtOnce);
				levels.push(share.level);
			}
		}
		expect(levels).toEqual([8, 8, 6, 6, 6, 4, 4, 4, 3]);
	});

	test('says nothing new until something was taken at the level', () => {
		const share = wholeShare(sixteenAtOnce);
		for (let count = 0; count < 10; count++) refuse(share, sixteenAtOnce);
		expect(share.level).toBe(8);
	});

	test('of what left before the level changed changes nothing, and holds nobody', () => {
		const share = wholeShare(sixteenAtOnce);
		const before = { at: begin, round: share.round };
		refuse(share, sixteenAtOnce);
		const after = { ...share };
		expect(wasRefused(share, sixteenAtOnce, before, begin + 100, 0.5)).toBe(0);
		expect(share).toEqual(after);
		// That something was taken which left before does not end a row of refusals.
		wasTaken(share, sixteenAtOnce, before.round, begin + 100);
		expect(share.refusals).toBe(1);
	});

	test('below one request per window goes down to a sixteenth, but never below one at a time', () => {
		const levels = (limits: Limits) => Array.from({ length: 7 }, () => {
			const share = shares.get(limits) ?? wholeShare(limits);
			shares.set(limits, share);
			for (let count = 0; count < 3; count++) refuse(share, limits);
			take(share, limits);
			return share.level;
		});
		const shares = new Map<Limits, Share>();
		expect(levels(twoPerSecond)).toEqual([1, 0.5, 0.25, 0.125, 0.0625, 0.0625, 0.0625]);
		expect(levels({ atOnce: 2 })).toEqual([1, 1, 1, 1, 1, 1, 1]);
	});

	test('holds the others for about one place, longer with every further one, for four seconds at most, and two where requests at once are counted', () => {
		const share = wholeShare(twoPerSecond);
		const holds = Array.from({ length: 9 }, () => Math.round(refuse(share, twoPerSecond)));
		expect(holds).toEqual([500, 700, 980, 1_372, 1_921, 2_689, 3_765, 4_000, 4_000]);
		expect([0, 0.9].map((random) => refuse(wholeShare(twoPerSecond), twoPerSecond, begin + 7_000, random))).toEqual([250, 700]);
		const share16 = wholeShare(sixteenAtOnce);
		expect(Array.from({ length: 9 }, () => Math.round(refuse(share16, sixteenAtOnce)))).toEqual([250, 350, 490, 686, 960, 1_345, 1_882, 2_000, 2_000]);
	});

	test('asks again late in the moment in which others leave a place open, if that comes sooner, but not at once', () => {
		const after = (offset: number) => {
			const share = wholeShare(twoPerSecond);
			for (let count = 0; count < 8; count++) refuse(share, twoPerSecond);
			return refuse(share, twoPerSecond, begin + offset);
		};
		expect([-2_000, -100, 0, 600, 700, 899, 901].map((offset) => Math.round(after(offset)))).toEqual([2_900, 1_000, 900, 300, 250, 250, 4_000]);
	});
});

describe('a try for more', () => {
	const due = (share: Share, limits: Limits): number => {
		const at = share.tryAt;
		tryForMore(share, limits, at - 1);
		const before = share.level;
		expect(share.trial).toBeUndefined();
		tryForMore(share, limits, at);
		expect(share.trial?.from).toBe(before);
		return at;
	};
	const lowered = (limits: Limits, random = 0.5): Share => {
		const share = wholeShare(limits);
		refuse(share, limits, begin + 7_000, random);
		take(share, limits);
		return share;
	};

	test('comes half a second after the first refusal, give or take a quarter, and in a slow rate after one place', () => {
		expect([0, 0.5, 1].map((random) => lowered(sixteenAtOnce, random).tryAt - begin - 7_000)).toEqual([375, 500, 625]);
		expect(lowered(sixtyPerMinute).tryAt - begin - 7_000).toBe(1_000);
	});

	test('is for one more, or a quarter more, or twice of less than one; never for more than the limit', () => {
		const tried = (limits: Limits, level: number) => {
			const share = { ...lowered(limits), level };
			due(share, limits);
			return share.level;
		};
		expect([1, 3, 4, 8, 10, 14, 15].map((level) => tried(sixteenAtOnce, level))).toEqual([2, 4, 5, 10, 12, 16, 16]);
		expect([0.0625, 0.25, 0.5, 1].map((level) => tried(twoPerSecond, level))).toEqual([0.125, 0.5, 1, 2]);
	});

	test('is not made while requests are refused, and not twice at once', () => {
		const share = lowered(sixteenAtOnce);
		refuse(share, sixteenAtOnce);
		tryForMore(share, sixteenAtOnce, begin + 1e9);
		expect([share.level, share.trial]).toEqual([8, undefined]);
		take(share, sixteenAtOnce);
		tryForMore(share, sixteenAtOnce, begin + 1e9);
		tryForMore(share, sixteenAtOnce, begin + 2e9);
		expect(share.level).toBe(10);
	});

	test('that is refused is taken back, and the next comes three times later, but no more than so many places', () => {
		const waitsOf = (limits: Limits, level: number): number[] => {
			const share = lowered(limits);
			return Array.from({ length: 6 }, () => {
				const at = due(share, limits);
				const { round } = share;
				expect(refuse(share, limits, at + 100)).toBe(0);
				expect([share.level, share.round]).toEqual([level, round + 1]);
				return share.tryAt - at - 100;
			});
		};
		expect(waitsOf(sixteenAtOnce, 8)).toEqual([1_500, 4_500, 5_000, 5_000, 5_000, 5_000]);
		expect(waitsOf(twoPerSecond, 1)).toEqual([1_500, 4_500, 13_500, 20_000, 20_000, 20_000]);
	});

	test.each([
		['at once', sixteenAtOnce, 500],
		['in a rate', twoPerSecond, 3_000],
		['in a long window', sixtyPerMinute, 60_000],
	])('%s is won when nothing was refused for a while; then the next follows', (_name, limits, time) => {
		const share = { ...lowered(limits), level: 0.25 * (limits.atOnce ?? limits.rate?.requests ?? 0) };
		const { level } = share;
		const at = due(share, limits);
		take(share, limits, at + time - 1);
		expect(share.trial?.from).toBe(level);
		// What left before the try proves nothing.
		wasTaken(share, limits, share.round - 1, at + time);
		expect(share.trial?.from).toBe(level);
		take(share, limits, at + time);
		expect([share.trial, share.tryAt]).toEqual([undefined, at + time]);
		expect(share.level).toBeGreaterThan(level);
	});

	test('that wins the whole limit is the last', () => {
		const share = lowered(twoPerSecond);
		take(share, twoPerSecond, due(share, twoPerSecond) + 3_000);
		expect([share.level, share.trial, share.tryAt]).toEqual([2, undefined, Infinity]);
	});

	test('after one that was won waits as long as at first', () => {
		const share = lowered(sixteenAtOnce);
		refuse(share, sixteenAtOnce, due(share, sixteenAtOnce));
		take(share, sixteenAtOnce, due(share, sixteenAtOnce) + 500);
		const at = due(share, sixteenAtOnce);
		refuse(share, sixteenAtOnce, at);
		expect(share.tryAt - at).toBe(1_500);
	});
});

describe('counted from departure', () => {
	/** Far from any open moment, which come every 15 s. */
	const far = begin + 7_000;

	test('a few refusals, which may have met on their way, mean nothing; the sixth in a row does', () => {
		const share = wholeShare(twentyPerSecond);
		for (let count = 0; count < 5; count++) expect(refuse(share, twentyPerSecond, far)).toBe(0);
		expect([share.level, share.round]).toEqual([1, 0]);
		expect(refuse(share, twentyPerSecond, far)).toBeGreaterThan(0);
		expect(share.level).toBe(0.5);
		// It has been reckoned with: the next few mean nothing again.
		take(share, twentyPerSecond, far);
		expect(refuse(share, twentyPerSecond, far)).toBe(0);
	});

	test('what is taken in between counts against them', () => {
		const share = wholeShare(twentyPerSecond);
		for (let count = 0; count < 100; count++) {
			expect(refuse(share, twentyPerSecond, far)).toBe(0);
			for (let taken = 0; taken < 4; taken++) take(share, twentyPerSecond, far);
		}
		const busy = wholeShare(twentyPerSecond);
		let held = 0;
		for (let count = 0; count < 100 && held === 0; count++) {
			held = refuse(busy, twentyPerSecond, far);
			take(busy, twentyPerSecond, far);
		}
		expect(held).toBeGreaterThan(0);
	});

	test.each([
		[0, true],
		[149, true],
		[150, false],
		[-1, false],
		[15_000 + 149, true],
	])('the first one of what left %d ms after an open moment began: somebody else came: %p', (offset, expected) => {
		const share = wholeShare(twentyPerSecond);
		expect(refuse(share, twentyPerSecond, begin + offset + 200, 0.5, begin + offset) > 0).toBe(expected);
		expect(share.level).toBe(expected ? 0.5 : 1);
	});
});
