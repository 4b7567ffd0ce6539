import { openLedger, toolRun } from '../../../engine/delivery/ledger';
import type { Underway } from '../../../engine/delivery/ledger';

const accepted = { accepted: true, output: { messageId: 'm1' } };
const origin = { instance: 'i', workflow: 'w', node: 'n', execution: '1' };
const open = (store: object, run = '0', more: { isRetry?: boolean; execution?: string; node?: string } = {}) =>
	openLedger({ store, run, origin: { ...origin, execution: more.execution ?? '1', node: more.node ?? 'n' }, isRetry: more.isRetry ?? false });
const entry = (key: string, is = 'this') => ({ key, is });
const request = (id: string, ...entries: string[]): Underway => ({ id, entries, since: 1, process: 'p', account: 'a' });

test('remembers an outcome for the same message only', () => {
	const store = {};
	const ledger = open(store);
	ledger.begin(request('r', '0.0'), [entry('0.0')]);
	expect(ledger.find(entry('0.0'))).toMatchObject({ request: 'r' });
	ledger.record(entry('0.0'), accepted);
	expect(open(store).find(entry('0.0'))).toEqual({ is: 'this', failed: 0, outcome: accepted });
	expect(open(store).find(entry('0.0', 'another'))).toBeUndefined();
	expect(open(store, '1').find(entry('0.0'))).toBeUndefined();
});

test('a request is kept while one of its entries is in doubt', () => {
	const ledger = open({});
	const entries = [entry('0.0'), entry('1.0')];
	ledger.begin(request('r', '0.0', '1.0'), entries);
	ledger.ended('r', 50);
	ledger.record(entry('0.0'), accepted);
	expect(ledger.underway('r')).toMatchObject({ ended: 50, entries: ['0.0', '1.0'] });
	ledger.free(entry('1.0'));
	expect(ledger.underway('r')).toBeUndefined();
	expect(ledger.find(entry('1.0'))).toEqual({ is: 'this', failed: 1 });
});

test('holds something while anything was accepted or is in doubt', () => {
	const ledger = open({});
	expect(ledger.holdsAny()).toBe(false);
	ledger.begin(request('r', '0.0', '1.0'), [entry('0.0'), entry('1.0')]);
	expect(ledger.holdsAny()).toBe(true);
	ledger.free(entry('0.0'));
	ledger.free(entry('1.0'));
	expect(ledger.holdsAny()).toBe(false);
	ledger.record(entry('1.0'), accepted);
	expect(ledger.holdsAny()).toBe(true);
});

test('what surely failed counts for that entry alone', () => {
	const ledger = open({});
	ledger.begin(request('r', '0.0'), [entry('0.0')]);
	ledger.free(entry('0.0'));
	ledger.begin(request('s', '0.0', '1.0'), [entry('0.0'), entry('1.0')]);
	expect([ledger.find(entry('0.0'))?.failed, ledger.find(entry('1.0'))?.failed]).toEqual([1, 0]);
});

test('a closed ledger leaves nothing behind in the saved execution but who wrote first and last, and what is in doubt', () => {
	const store = {};
	const ledger = open(store);
	ledger.begin(request('r', '0.0'), [entry('0.0')]);
	ledger.close();
	expect(open(store).find(entry('0.0'))).toMatchObject({ request: 'r' });
	ledger.record(entry('0.0'), accepted);
	ledger.close();
	expect(store).toEqual({ smsHubLedger: {}, smsHubFirst: '1', smsHubExecution: '1' });
});

test('the nonce is the same for the same node, execution and iteration, and another for everything else', () => {
	const nonce = (run: string, more = {}) => open({}, run, more).nonce;
	expect(nonce('0')).toBe(nonce('0'));
	expect(new Set([nonce('0'), nonce('1'), nonce('0', { execution: '2' }), nonce('0', { node: 'm' })]).size).toBe(4);
	expect(nonce('0')).toMatch(/^[0-9a-f]{11}$/);
});

test('the place is the same for all executions of a node, and another for another node', () => {
	expect(open({}, '0', { execution: '2' }).place).toBe(open({}).place);
	expect(open({}, '0', { node: 'm' }).place).not.toBe(open({}).place);
});

describe('what is lost', () => {
	const isLost = (store: object, run: string, execution: string) => open(store, run, { isRetry: true, execution }).lost !== undefined;

	test('all, when a retry finds nothing of the first execution', () => {
		expect(open({}, '0').lost).toBeUndefined();
		expect(isLost({}, '0', '2')).toBe(true);
		const kept = {};
		open(kept, '0');
		expect(isLost(kept, '0', '2')).toBe(false);
	});

	test('nothing of the iterations that follow a retried one, but one that was cut off', () => {
		const store = {};
		open(store, '0');
		open(store, '1');
		expect(isLost(store, '1', '2')).toBe(false);
		expect(isLost(store, '2', '2')).toBe(false);
		expect(isLost(store, '3', '3')).toBe(true);
	});

	test('every iteration, where the first is, also in a retry of the retry', () => {
		const store = {};
		for (const run of ['0', '1']) {
			const ledger = open(store, run, { isRetry: true, execution: '2' });
			expect(ledger.lost).toBe(open(store, '0', { isRetry: true, execution: '2' }).lost ?? ledger.lost);
			ledger.recovered();
			ledger.close();
		}
		expect(isLost(store, '2', '2')).toBe(true);
		expect(isLost(store, '2', '3')).toBe(true);
		expect(isLost(store, '3', '3')).toBe(true);
	});

	test('an iteration until it is found out what was sent of it, whoever tries again', () => {
		const store = {};
		expect(isLost(store, '0', '2')).toBe(true);
		expect(isLost(store, '0', '2')).toBe(true);
		expect(isLost(store, '0', '3')).toBe(true);
		open(store, '0', { isRetry: true, execution: '3' }).recovered();
		expect(isLost(store, '0', '3')).toBe(false);
	});
});

test('the nonce differs between executions of one number, which every new database counts from 1', () => {
	const nonce = (token: string) => openLedger({ store: {}, run: '0', origin: { ...origin, token }, isRetry: false }).nonce;
	expect(nonce('a')).toBe(nonce('a'));
	expect(nonce('a')).not.toBe(nonce('b'));
	expect(nonce('')).toBe(open({}).nonce);
	const of = (execution: string, token: string) => openLedger({ store: {}, run: '0', origin: { ...origin, execution, token }, isRetry: false }).nonce;
	expect(of('1', '23')).not.toBe(of('12', '3'));
});

test('tries of one tool call share a run; the next call with the same input does not', () => {
	const store = {};
	const first = toolRun(store, 'input');
	expect(toolRun(store, 'input').run).toBe(first.run);
	first.ended();
	const second = toolRun(store, 'input');
	second.ended();
	expect(new Set([first.run, second.run, toolRun(store, 'input').run]).size).toBe(3);
	expect(toolRun({}, 'input').run).toBe(first.run);
	expect(toolRun(store, 'other').run).not.toBe(first.run);
});

describe('the entries of an item', () => {
	/** What is known of each place: the recipient, and what became of it. */
	const after = (places: Record<string, [string, 'sent' | 'in doubt' | 'refused']>) => {
		const ledger = open({});
		for (const [key, [is, became]] of Object.entries(places)) {
			ledger.begin(request(`r${key}`, key), [entry(key, is)]);
			if (became === 'sent') ledger.record(entry(key, is), accepted);
			if (became === 'refused') ledger.free(entry(key, is));
		}
		return ledger;
	};

	test('stand in their order at first', () => {
		expect(open({}).keys(3, ['a', 'b', 'a'])).toEqual(['3.0', '3.1', '3.2']);
	});

	test('are found again in another order, and when one before them is gone', () => {
		const ledger = after({ '0.0': ['a', 'sent'], '0.1': ['b', 'in doubt'], '0.2': ['c', 'refused'] });
		expect(ledger.keys(0, ['c', 'a', 'b'])).toEqual(['0.2', '0.0', '0.1']);
		expect(ledger.keys(0, ['b', 'c'])).toEqual(['0.1', '0.2']);
	});

	test('that are alike keep their own places, and each is found once', () => {
		const ledger = after({ '0.0': ['a', 'sent'], '0.1': ['b', 'sent'], '0.2': ['a', 'in doubt'] });
		expect(ledger.keys(0, ['x', 'b', 'a'])).toEqual(['0.3', '0.1', '0.2']);
		expect(ledger.keys(0, ['a', 'a', 'a'])).toEqual(['0.0', '0.3', '0.2']);
	});

	test('are those of this item', () => {
		const ledger = after({ '1.0': ['a', 'sent'], '11.5': ['b', 'sent'] });
		expect(ledger.keys(1, ['b', 'a'])).toEqual(['1.1', '1.0']);
		expect(ledger.keys(11, ['b'])).toEqual(['11.5']);
	});

	test('that are new take a place that no other had', () => {
		const ledger = after({ '0.0': ['a', 'sent'], '0.1': ['b', 'in doubt'], '0.2': ['c', 'refused'] });
		expect(ledger.keys(0, ['x'])).toEqual(['0.3']);
		expect(ledger.keys(0, ['x', 'c', 'y'])).toEqual(['0.3', '0.2', '0.4']);
		expect(ledger.keys(0, ['x', 'y'])).toEqual(['0.3', '0.4']);
	});

	test.each([
		['in reverse order', (are: string[]) => [...are].reverse()],
		['with another text', (are: string[]) => are.map((is) => `new ${is}`)],
		['of one number', (are: string[]) => are.map(() => 'x')],
	])('thousands of them are found without going through all for each of them: %s', (_name, change) => {
		const are = Array.from({ length: 2_000 }, (_, index) => String(index));
		const store = {};
		const ledger = open(store);
		ledger.keys(0, are).forEach((key, index) => ledger.record(entry(key, are[index]), accepted));
		let looks = 0;
		const pages = (store as { smsHubLedger: Record<string, { marks: object }> }).smsHubLedger['0'];
		if (pages) pages.marks = new Proxy(pages.marks, { get: (marks, key) => (looks++, Reflect.get(marks, key) as unknown) });
		expect(new Set(open(store).keys(0, change(are))).size).toBe(change(are).length);
		expect(looks).toBeLessThan(20 * are.length);
	});
});

describe('what other retries of the same execution sent', () => {
	type Step = (ledger: ReturnType<typeof open>) => void;
	const begun: Step = (ledger) => ledger.begin(request('r', '0.0'), [entry('0.0')]);
	const begunAgain: Step = (ledger) => ledger.begin(request('r2', '0.0'), [entry('0.0')]);
	const refused: Step = (ledger) => ledger.free(entry('0.0'));
	const sent: Step = (ledger) => ledger.record(entry('0.0'), accepted);
	const sentAs = (messageId: string): Step => (ledger) => ledger.record(entry('0.0'), { accepted: true, output: { messageId } });
	const another: Step = (ledger) => ledger.record(entry('0.0', 'another'), accepted);
	const nothing: Step = () => undefined;
	const joined = (before: Step[], own: Step[]) => {
		const retried: Parameters<ReturnType<typeof open>['join']>[0] = new Map();
		const first = open({});
		first.join(retried);
		for (const step of before) step(first);
		const second = open({});
		for (const step of own) step(second);
		second.join(retried);
		expect(retried.size).toBe(1);
		return second;
	};

	test.each([
		['sent by it', [begun, sent], [nothing], { outcome: accepted }],
		['sent by it, after it was in doubt', [begun, sent], [begun], { outcome: accepted }],
		['in doubt since', [begun], [nothing], { request: 'r' }],
		['refused by it', [refused], [nothing], { failed: 1 }],
		['sent later', [refused], [begun, sent], { outcome: accepted }],
		['in doubt later', [refused], [begun], { request: 'r' }],
		['refused later, after it was in doubt', [begun], [begun, refused], { failed: 1 }],
		['found to be absent by it, and in doubt again', [begun, refused, begunAgain], [begun], { failed: 1, request: 'r2' }],
		['found to be absent later, and in doubt again', [begun], [begun, refused, begunAgain], { failed: 1, request: 'r2' }],
		['sent by both', [begun, sentAs('theirs')], [begun, sentAs('own')], { outcome: { accepted: true, output: { messageId: 'own' } } }],
		['another message there', [another], [begun, sent], { outcome: accepted }],
	])('%s', (_name, before, own, expected) => {
		expect(joined(before, own).find(entry('0.0'))).toEqual(expect.objectContaining(expected));
	});

	test('of a message that was changed meanwhile the new one is known, and a request of which nothing is in doubt any more is forgotten', () => {
		expect(joined([another], [nothing]).find(entry('0.0', 'another'))).toMatchObject({ outcome: accepted });
		expect(joined([begun, sent], [begun]).underway('r')).toBeUndefined();
		expect(joined([begun], [nothing]).underway('r')).toMatchObject({ id: 'r' });
	});
});
