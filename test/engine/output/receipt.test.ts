/** The line above a send: how many, what became of them, and what they cost. */
import { failure } from '../../../engine/failure';
import type { Outcome } from '../../../engine/operation';
import { receipt } from '../../../engine/output/receipt';

const sent = (cost?: number, costUnit = 'credits'): Outcome => ({ accepted: true, output: { status: 'queued', ...(cost !== undefined && { cost, costUnit }) } });
const scheduled: Outcome = { accepted: true, output: { status: 'scheduled' } };
const refused: Outcome = { accepted: false, output: {} };
const unknown: Outcome = { accepted: null, output: {} };
const failed = failure('refused', 'No');

test.each([
	['2 sent', [sent(), sent()], 0],
	['2 sent, 1 scheduled', [sent(), scheduled, sent()], 0],
	['1 scheduled', [scheduled], 0],
	['1 sent, 2 refused, 1 of which nobody knows, 4 not sent. The column "reason" says why', [sent(), refused, refused, unknown, failed], 3],
	['0 of 4 sent. The column "reason" says why', [failed], 3],
	['0 of 4 sent, 1 refused, 3 not sent. The column "reason" says why', [refused, failed], 2],
	['0 of 3 sent, 1 refused, 1 of which nobody knows, 1 not sent. The column "reason" says why', [refused, unknown, failed], 0],
	['0 sent', [], 0],
	['2 sent', [sent(1), { accepted: true, output: { status: 'queued', cost: null, costUnit: 'credits' } }], 0],
	['2 sent, 0.3 credits', [sent(0.1), sent(0.2)], 0],
	['2 sent', [sent(1), sent()], 0],
	['2 sent', [sent(1), sent(1, 'AUD')], 0],
	['3 sent, 6 credits', [{ accepted: true, output: [1, 2, 3].map((cost) => ({ status: 'queued', cost, costUnit: 'credits' })) }], 0],
	['2 sent, 1 refused, 2 credits. The column "reason" says why', [{ accepted: true, output: [true, false, true].map((accepted) => ({ accepted, status: 'queued', cost: 1, costUnit: 'credits' })) }], 0],
])('%s', (line, outcomes: Array<Outcome | typeof failed>, left) => {
	expect(receipt({ outcomes, left, doubts: { settled: 0, open: 0 }, hasErrorOutput: false })).toBe(line);
});

test('requests in doubt are told, and where the rest is', () => {
	const told = (settled: number, open: number) => receipt({ outcomes: [sent(), refused], left: 0, doubts: { settled, open }, hasErrorOutput: true });
	expect(told(1, 0)).toBe('1 sent, 1 refused; one request was in doubt and confirmed: see the error output');
	expect(told(2, 1)).toBe('1 sent, 1 refused; 2 requests were in doubt and confirmed; one request stays in doubt: see the error output');
	const group: Outcome = { accepted: true, output: [{ accepted: true }, { accepted: false }] };
	// A member of a group is a row like the others.
	expect(receipt({ outcomes: [group], left: 0, doubts: { settled: 0, open: 0 }, hasErrorOutput: true })).toBe('1 sent, 1 refused. The column "reason" says why');
	expect(receipt({ outcomes: [group, refused], left: 0, doubts: { settled: 0, open: 0 }, hasErrorOutput: true })).toBe('1 sent, 2 refused: see the error output');
	expect(told(0, 3)).toBe('1 sent, 1 refused; 3 requests stay in doubt: see the error output');
});

test('one reason of all that were refused is told with what to do, several are not', () => {
	const no = (reason: string, advice?: string): Outcome => ({ accepted: false, reason, advice, output: {} });
	const told = (outcomes: Outcome[], left = 0, hasErrorOutput = false) => receipt({ outcomes, left, doubts: { settled: 0, open: 0 }, hasErrorOutput });
	expect(told([no('Invalid sender.', 'Pick another.')])).toBe('0 of 1 sent, 1 refused. Reason: Invalid sender. Pick another.');
	expect(told([sent(), no('Blocked'), no('Blocked')])).toBe('1 sent, 2 refused. Reason: Blocked.');
	for (const outcomes of [[no('Blocked'), no('Invalid')], [no('Blocked'), no('Blocked', 'Ask.')], [no('Blocked'), unknown]]) expect(told(outcomes)).toMatch(/ The column "reason" says why$/);
	expect(told([no('Blocked')], 1)).toBe('0 of 2 sent, 1 refused, 1 not sent. The column "reason" says why');
	expect(told([no('Blocked')], 0, true)).toBe('0 of 1 sent, 1 refused: see the error output');
});
