/** Which message is the newest that somebody had when writing: exactly, or not known. */
import type { Had } from '../../../engine/asking/newest';
import { leadOfNewest } from '../../../engine/asking/newest';

const written = 100;
/** A question, or with `lead` undefined another message, at one time or between two. */
const had = (lead: string | undefined, earliest: number, latest = earliest): Had => ({ lead, earliest, latest });

test.each<[string, Had[], string | undefined]>([
	['nothing', [], undefined],
	['the newest, in any order', [had('a', 10), had('b', 30), had('c', 20)], 'b'],
	['no question, where the newest is none', [had('a', 10), had(undefined, 30)], undefined],
	['what was there before the reply', [had('a', 10), had('b', 101)], 'a'],
	['nothing, where all came later', [had('a', 101), had('b', 200)], undefined],
	['nothing, where two are of one time', [had('a', 30), had('b', 30)], undefined],
	['nothing, where it is of the time of the reply', [had('a', 10), had('b', 100)], undefined],
	['nothing, where the first ever is of the time of the reply', [had('a', 100)], undefined],
	['nothing, where one has no time', [had('a', 10), had('b', NaN)], undefined],
	['nothing, where none has a time', [had('a', NaN)], undefined],
	['nothing, where one may have come before or after the newest', [had('a', 30), had('b', 10, 30)], undefined],
	['nothing, where one may have come before or after the reply', [had('a', 30), had('b', 40, 101)], undefined],
	['one that surely came last, whenever that was', [had('a', 29), had('b', 30, 99)], 'b'],
	['one that all lead to that may be the newest', [had('a', 30), had('a', 30), had('a', 100), had('a', NaN), had('b', 10)], 'a'],
])('%s', (_name, messages, wanted) => {
	expect(leadOfNewest(messages, written)).toBe(wanted);
	expect(leadOfNewest([...messages].reverse(), written)).toBe(wanted);
});

test('just now is after all that has a time; at an unknown time it is after nothing', () => {
	expect([leadOfNewest([had('a', 30)], Infinity), leadOfNewest([had('a', 30)], NaN)]).toEqual(['a', undefined]);
});
