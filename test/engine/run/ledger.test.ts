import { openLedger, toolRun } from '../../../engine/run/ledger';

const accepted = { accepted: true, output: { messageId: 'm1' } };

test('remembers an outcome for the same message only', () => {
	const store = {};
	const ledger = openLedger(store, '0', 'here');
	ledger.begin('0.0', 'this', 1);
	expect(ledger.find('0.0', 'this')?.outcome).toBeUndefined();
	ledger.record('0.0', accepted);
	expect(openLedger(store, '0', 'here').find('0.0', 'this')?.outcome).toEqual(accepted);
	expect(openLedger(store, '0', 'here').find('0.0', 'another')).toBeUndefined();
	expect(openLedger(store, '1', 'here').find('0.0', 'this')).toBeUndefined();
});

test('a second attempt keeps the time of the first, so that a look-up reaches back to it', () => {
	const ledger = openLedger({}, '0', 'here');
	ledger.begin('0.0', 'this', 100);
	ledger.begin('0.0', 'this', 200);
	expect(ledger.find('0.0', 'this')?.since).toBe(100);
});

test('knows the messages of all iterations', () => {
	const store = {};
	for (const run of ['0', '1']) {
		const ledger = openLedger(store, run, 'here');
		ledger.begin('0.0', 'this', 1);
		ledger.record('0.0', { accepted: true, output: { messageId: `m${run}` } });
	}
	expect([...openLedger(store, '2', 'here').known()]).toEqual(['m0', 'm1']);
});

test('a closed ledger leaves nothing behind in the saved execution', () => {
	const store = {};
	const ledger = openLedger(store, '0', 'here');
	ledger.begin('0.0', 'this', 1);
	ledger.close();
	expect(store).toEqual({ smsHubLedger: {} });
});

test('the nonce is the same for the same node, execution and iteration, and another for everything else', () => {
	const nonce = (run: string, origin: string) => openLedger({}, run, origin).nonce;
	expect(nonce('0', 'here')).toBe(nonce('0', 'here'));
	expect(new Set([nonce('0', 'here'), nonce('1', 'here'), nonce('0', 'there')]).size).toBe(3);
	expect(nonce('0', 'here')).toMatch(/^[0-9a-f]{12}$/);
});

test('tries of one tool call share a run; the next call with the same input does not', () => {
	const store = {};
	const first = toolRun(store, 'input');
	expect(toolRun(store, 'input').run).toBe(first.run);
	first.ended();
	expect(toolRun(store, 'input').run).not.toBe(first.run);
	expect(toolRun(store, 'other').run).not.toBe(first.run);
});
