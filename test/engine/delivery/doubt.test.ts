/** A request whose answer was lost: nobody gets a message twice, nobody goes without, nobody is taken for somebody else. */
import { createClaims } from '../../../engine/delivery/claims';
import { newExecution } from '../../n8nContext';
import type { Answer, RunGiven, Seen } from '../examplePhoneCompany';
import { exampleNode, networkFault, run, runFailing } from '../examplePhoneCompany';
import type { VirtualClock } from '../virtualClock';
import { virtualClock } from '../virtualClock';

interface Row {
	id: string;
	to: string;
	text: string;
	ok: true;
	ref: string;
	group?: string;
	/** When the provider lists it, in ms since the epoch. */
	at: number;
}

/**
 * A provider with a memory: what it took, when that shows in its list, and what it answered under which key.
 * @param fault what happens to the answer of a send, by its number from 1; the provider's own work is not touched by it
 */
function phoneCompany(clock: VirtualClock, fault: (send: number, seen: Seen) => Fault | undefined = () => undefined) {
	const taken: Row[] = [];
	const answers = new Map<string, Answer>();
	const byKey = new Map<string, Row[]>();
	const sends: Seen[] = [];
	let looks = 0;
	/** What becomes of look-ups, by their number from 1. */
	let lookFault: (look: number) => Answer | undefined = () => undefined;

	const groups: Record<string, string[]> = { big: ['1', '2', '3'], small: ['4', '5'] };
	const accept = ({ body, headers }: Seen, { delay = 0, apart = 0, most = Number.POSITIVE_INFINITY }: Fault): Answer => {
		const { group } = body;
		const wanted = group === undefined ? body.messages : (groups[group] ?? []).map((to) => ({ to, text: body.messages[0]?.text ?? '', ref: '' }));
		const batch = group === undefined ? undefined : `${group}-${taken.length}`;
		const rows = wanted
			.slice(0, most)
			.map(({ to, text, ref }, index): Row => ({ id: String(1000 + taken.length + index), to, text, ok: true, ref, group: batch, at: clock.now() + delay + apart * index }));
		taken.push(...rows);
		byKey.set(String(headers['key']), rows);
		return { body: { rows } };
	};
	const answer = (seen: Seen): Answer => {
		if (seen.path.startsWith('/requests/')) {
			const count = byKey.get(seen.path.slice('/requests/'.length))?.filter(({ at }) => at <= clock.now()).length ?? 0;
			return lookFault(++looks) ?? (count === 0 ? { status: 404, body: { error: 'No such request' } } : { body: { count } });
		}
		if (seen.path === '/sent') return lookFault(++looks) ?? { body: { rows: taken.filter(({ at }) => at <= clock.now()) } };
		sends.push(seen);
		const key = String(seen.headers['key'] ?? sends.length);
		const before = answers.get(key);
		const { lost = false, refused, ...how } = fault(sends.length, seen) ?? {};
		if (refused) return refused;
		const given = before ?? accept(seen, how);
		answers.set(key, given);
		return lost ? networkFault('ECONNRESET') : given;
	};
	return { taken, sends, answer, looksFailing: (how: (look: number) => Answer | undefined) => (lookFault = how), looks: () => looks };
}

interface Fault {
	/** The provider does its work, and its answer never arrives. */
	lost?: boolean;
	/** It does nothing, and answers this. */
	refused?: Answer;
	/** ms until it lists the first row. */
	delay?: number;
	/** ms between one row and the next. */
	apart?: number;
	/** Takes no more than so many. */
	most?: number;
}

const people = (count: number, more: object = {}) => Array.from({ length: count }, (_, index) => ({ phone: `0412 000 ${100 + index}`, name: `Name ${index}`, ...more }));
const fromRow = { to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', options: {} };
const sameText = { ...fromRow, message: 'Sale today' };
const columns = ({ items }: Awaited<ReturnType<typeof run>>, ...names: string[]) => items.map(({ json }) => names.map((name) => json[name]));
const perPerson = (taken: Row[]) => taken.map(({ to }) => to).sort();
const numbers = (count: number) => people(count).map((_, index) => `61412000${100 + index}`);

describe('the same request again under the same key', () => {
	const given = (clock: VirtualClock, answer: RunGiven['answer'], more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'message.sendKeyed',
		parameters: fromRow,
		items: people(3),
		clock,
		answer,
		...more,
	});

	test('goes byte for byte, and not before the provider has surely ended its work; its answer is the answer', async () => {
		const clock = virtualClock();
		const start = clock.now();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true } : undefined));
		let repeatedAt = 0;
		const result = await run(given(clock, (seen) => ((repeatedAt = clock.now()), company.answer(seen))));
		expect(columns(result, 'accepted', 'messageId')).toEqual([[true, '1000'], [true, '1001'], [true, '1002']]);
		expect(company.sends).toHaveLength(2);
		expect(company.sends[1]).toEqual(company.sends[0]);
		expect(repeatedAt - start).toBeGreaterThanOrEqual(60_000);
		expect(company.looks()).toBe(0);
	});

	test('200 equal rows with one text are 200 messages', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send % 2 === 1 ? { lost: true } : undefined));
		const result = await run(given(clock, company.answer, { parameters: sameText, items: Array.from({ length: 200 }, () => ({ phone: '0412000100', name: 'x' })) }));
		expect(new Set(columns(result, 'messageId').flat()).size).toBe(200);
		expect(company.taken).toHaveLength(200);
	});

	test('rows that differ only in an option of the whole request never share a key', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send <= 2 ? { lost: true } : undefined));
		const result = await run(
			given(clock, company.answer, {
				parameters: { ...sameText, options: { flash: '={{ $json.flash }}' } },
				items: [
					{ phone: '0412000100', flash: true },
					{ phone: '0412000100', flash: false },
				],
			}),
		);
		expect(columns(result, 'accepted')).toEqual([[true], [true]]);
		expect(company.taken).toHaveLength(2);
		expect(new Set(company.sends.map(({ headers }) => headers['key'])).size).toBe(2);
	});

	test('no two nodes, executions, iterations or items share a key', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const one = given(clock, company.answer, { parameters: sameText, items: [{ phone: '0412000100' }] });
		for (const more of [{}, { nodeId: 'another' }, { executionId: '2' }, { runIndex: 1 }, { items: [{ phone: '0412000100' }, { phone: '0412000100' }] }]) await run({ ...one, ...more });
		expect(company.taken).toHaveLength(6);
		expect(new Set(company.sends.map(({ headers }) => headers['key'])).size).toBe(5);
	});

	test('Retry On Fail after one batch in doubt and another refused: the doubtful one keeps its key, nobody gets it twice', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		// The first batch is taken without an answer, again and again; the second is refused.
		const company = phoneCompany(clock, (_send, { body }) =>
			body.messages.some(({ to }) => to.endsWith('100')) ? { lost: clock.now() < Date.parse('2030-01-01T01:00:00Z') } : { refused: { status: 403, body: { error: 'No credits' } } },
		);
		const both = given(clock, company.answer, { items: people(6), runData });
		await runFailing(both);
		const keys = new Set(company.sends.filter(({ body }) => body.messages.length === 3 && body.messages[0]?.to.endsWith('100')).map(({ headers }) => headers['key']));
		await clock.sleep(3_600_000);
		const later = phoneCompany(clock);
		const result = await run({ ...both, answer: (seen) => (keys.has(String(seen.headers['key'])) ? company.answer(seen) : later.answer(seen)) });
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true, true, true, true]);
		expect(perPerson([...company.taken, ...later.taken])).toEqual(numbers(6));
	});

	test('an answer that may come before the provider looked for the first one says nothing of it', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true } : { refused: { status: 403, body: { error: 'No credits' } } }));
		const result = await run(given(clock, company.answer, { onError: 'continueRegularOutput' }));
		expect(columns(result, 'accepted', 'status')).toEqual([[null, 'unknown'], [null, 'unknown'], [null, 'unknown']]);
	});

	test('a refusal of the request itself is the answer', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => ({ refused: send === 1 ? networkFault('ECONNRESET') : { status: 400, body: { error: 'Bad sender' } } }));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'accepted', 'status')).toEqual([[false, 'failed'], [false, 'failed'], [false, 'failed']]);
	});

	test('a re-run whose rows are not the same any more does not send the old request', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock, () => ({ lost: true }));
		const parameters = { ...fromRow, options: { failOnRefused: true } };
		await runFailing(given(clock, company.answer, { parameters, runData }));
		const sentBefore = company.sends.length;
		const failed = await runFailing(given(clock, company.answer, { parameters, runData, items: people(2) }));
		expect(company.sends).toHaveLength(sentBefore);
		expect(failed.message).toContain('It is not known whether this message was sent.');
	});

	test('the provider forgets keys after a day: then it does not go again', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock, () => ({ lost: true }));
		const parameters = { ...fromRow, options: { failOnRefused: true } };
		await runFailing(given(clock, company.answer, { parameters, runData }));
		const sentBefore = company.sends.length;
		await clock.sleep(25 * 3_600_000);
		const failed = await runFailing(given(clock, company.answer, { parameters, runData }));
		expect(company.sends).toHaveLength(sentBefore);
		expect(failed.message).toContain('no longer knows a repeat of this request');
	});
});

describe('a reference that we made', () => {
	test('an unreadable look-up is made again, and one that fails for good leaves only its own entries unknown', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send <= 2 ? { lost: true } : undefined));
		company.looksFailing((look) => (look <= 6 ? { body: '<html>cut off' } : undefined));
		const result = await run({ operation: 'message.send', parameters: fromRow, items: people(6), clock, answer: company.answer });
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true, true, true, true]);
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('equal rows in two nodes and two iterations, one request lost: nobody is taken for another', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 2 ? { refused: networkFault('ECONNRESET') } : undefined));
		const given = { operation: 'message.send', parameters: sameText, items: [{ phone: '0412000100' }], clock, answer: company.answer, claims: createClaims(clock) };
		const ids = [await run(given), await run({ ...given, runIndex: 1 }), await run({ ...given, nodeId: 'other' })].map((result) => columns(result, 'messageId'));
		expect(new Set(ids.flat(2)).size).toBe(3);
		expect(company.taken).toHaveLength(3);
	});

	test('what is not there when the answer is lost may come as late as gateways keep a request open', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, delay: 58_000 } : undefined));
		const result = await run({ operation: 'message.send', parameters: fromRow, items: people(3), clock, answer: company.answer });
		expect(company.sends).toHaveLength(1);
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
	});
});

describe('an ID that we made for a whole request', () => {
	const given = (clock: VirtualClock, answer: RunGiven['answer'], more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'message.sendTogether',
		parameters: fromRow,
		items: people(3),
		clock,
		answer,
		...more,
	});

	test('is known: nothing goes again', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, () => ({ lost: true }));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'accepted', 'to')).toEqual(numbers(3).map((to) => [true, to]));
		expect(company.sends).toHaveLength(1);
	});

	test('is not known, and the provider says so: it goes again under another ID, but not while the provider may be at work', async () => {
		const clock = virtualClock();
		const start = clock.now();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, most: 0 } : undefined));
		let repeatedAt = 0;
		const result = await run(given(clock, (seen) => ((repeatedAt = seen.path === '/send' ? clock.now() : repeatedAt), company.answer(seen))));
		expect(columns(result, 'accepted')).toEqual([[true], [true], [true]]);
		expect(perPerson(company.taken)).toEqual(numbers(3));
		expect(company.sends[1]?.headers['key']).not.toBe(company.sends[0]?.headers['key']);
		expect(repeatedAt - start).toBeGreaterThanOrEqual(65_000);
	});

	test('of a process that died is asked for until the provider has surely ended its work, counted from when the request left', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		let saved = runData;
		let leftAt = 0;
		// It left late, since the provider asked to wait; nothing of it ever arrived.
		await run(given(clock, (_seen, number) => {
			if (number === 1) return { status: 429, headers: { 'Retry-After': '200' }, body: {} };
			leftAt = clock.now();
			saved = JSON.parse(JSON.stringify(runData)) as typeof runData;
			return { body: { rows: people(3).map((_, index) => ({ id: String(index), to: String(index), ok: true })) } };
		}, { runData }));
		const company = phoneCompany(clock);
		let sentAt = 0;
		const result = await run(given(clock, (seen) => ((sentAt = seen.path === '/send' ? clock.now() : sentAt), company.answer(seen)), { runData: saved }));
		expect(columns(result, 'accepted')).toEqual([[true], [true], [true]]);
		// The request has a second to be answered, and the provider 65 after that.
		expect(sentAt - leftAt).toBe(66_000);
	});

	test.each([
		['late', { delay: 58_000 }],
		['row by row', { delay: 1_000, apart: 10_000 }],
	])('becomes known %s: nothing goes again', async (_name, how) => {
		const clock = virtualClock();
		const company = phoneCompany(clock, () => ({ lost: true, ...how }));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'accepted')).toEqual([[true], [true], [true]]);
		expect(company.sends).toHaveLength(1);
	});

	test('is known for a part for good: nobody can tell for whom, so nothing goes again', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, () => ({ lost: true, most: 2 }));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'accepted', 'status')).toEqual([[null, 'unknown'], [null, 'unknown'], [null, 'unknown']]);
		expect(String(result.items[0]?.json['reason'])).toContain('Example Phone lists only a part of it.');
		expect(company.sends).toHaveLength(1);
		// By which a user may find it later.
		expect(new Set(columns(result, 'messageId').flat())).toEqual(new Set([company.sends[0]?.headers['key']]));
	});

	test('"not there" without the provider\'s own words is no answer', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, () => ({ lost: true, most: 0 }));
		company.looksFailing(() => ({ status: 404, body: { error: 'Wrong way' } }));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'accepted')).toEqual([[null], [null], [null]]);
		expect(company.sends).toHaveLength(1);
	});
});

describe('content newer than a bookmark', () => {
	const given = (clock: VirtualClock, answer: RunGiven['answer'], more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'message.sendAlike',
		parameters: sameText,
		items: people(3),
		clock,
		answer,
		...more,
	});

	test('an older message like it is not this one', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 2 ? { refused: networkFault('ECONNRESET') } : undefined));
		await run(given(clock, company.answer, { executionId: '1' }));
		await clock.sleep(20_000);
		const result = await run(given(clock, company.answer, { executionId: '2' }));
		expect(columns(result, 'messageId').flat()).toEqual(['1003', '1004', '1005']);
		expect(company.taken).toHaveLength(6);
	});

	test('rows that the provider lists one by one are waited for', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, delay: 5_000, apart: 20_000 } : undefined));
		const result = await run(given(clock, company.answer));
		expect(company.sends).toHaveLength(1);
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
	});

	test('half of it taken: only the other half goes again', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, most: 2 } : undefined));
		const result = await run(given(clock, company.answer));
		expect(company.sends.map(({ body }) => body.messages.length)).toEqual([3, 1]);
		expect(perPerson(company.taken)).toEqual(numbers(3));
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
	});

	test('the same workflow twice at once, one answer lost: each row is used once', async () => {
		const clock = virtualClock();
		for (const lostSend of [1, 2]) {
			const claims = createClaims(clock);
			const company = phoneCompany(clock, (send) => (send === lostSend ? { lost: true } : undefined));
			const results = await Promise.all(['1', '2'].map(async (executionId) => await run(given(clock, company.answer, { executionId, claims }))));
			expect(company.taken).toHaveLength(6);
			expect(new Set(results.flatMap((result) => columns(result, 'messageId').flat())).size).toBe(6);
		}
	});

	test('the same node is installed twice: what is found may be the other copy\'s, and what is not there goes again', async () => {
		const at = (name: string) => ({ className: 'Example', sourcePath: `/data/nodes/node_modules/${name}/dist/nodes/Example/Example.node.js` });
		const known = { [exampleNode.description.name]: at('n8n-nodes-one'), 'n8n-nodes-all.example': at('n8n-nodes-all') };
		const outcomes = async (more: Partial<RunGiven>, fate: { lost: true } | { refused: Answer }) => {
			const clock = virtualClock();
			const company = phoneCompany(clock, (send) => (send === 1 ? fate : undefined));
			const result = await run(given(clock, company.answer, more));
			return [...new Set(columns(result, 'accepted').flat()), company.taken.length];
		};
		expect(await outcomes({ known }, { lost: true })).toEqual([null, 3]);
		expect(await outcomes({ known }, { refused: networkFault('ECONNRESET') })).toEqual([true, 3]);
		// A tool variant is no copy, and neither is another node of that package.
		const alone = { [exampleNode.description.name]: at('n8n-nodes-one'), 'n8n-nodes-one.exampleTool': at('n8n-nodes-one'), other: { ...at('n8n-nodes-all'), className: 'Other' } };
		expect(await outcomes({ known: alone }, { lost: true })).toEqual([true, 3]);
	});

	test('the same twice at once, and one of them never arrived: it goes again, the other does not', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const company = phoneCompany(clock, (send) => (send === 1 ? { refused: networkFault('ECONNRESET') } : undefined));
		const results = await Promise.all(['1', '2'].map(async (executionId) => await run(given(clock, company.answer, { executionId, claims }))));
		expect(results.flatMap((result) => columns(result, 'accepted').flat())).toEqual([true, true, true, true, true, true]);
		expect(company.taken).toHaveLength(6);
	});

	test('both in doubt, and only one is there: it could be either\'s, so nobody claims it and nothing goes again', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const company = phoneCompany(clock, (send) => (send === 1 ? { refused: networkFault('ECONNRESET') } : { lost: true }));
		const results = await Promise.all(['1', '2'].map(async (executionId) => await run(given(clock, company.answer, { executionId, claims, items: people(1) }))));
		expect(results.map((result) => columns(result, 'accepted', 'status'))).toEqual([[[null, 'unknown']], [[null, 'unknown']]]);
		expect(company.sends).toHaveLength(2);
		expect(String(results[0]?.items[0]?.json['reason'])).toContain('Another workflow sent the same text to the same number at that time');
	});

	test('both in doubt, and both are there: each gets one', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const company = phoneCompany(clock, () => ({ lost: true }));
		const results = await Promise.all(['1', '2'].map(async (executionId) => await run(given(clock, company.answer, { executionId, claims }))));
		expect(new Set(results.flatMap((result) => columns(result, 'messageId').flat())).size).toBe(6);
		expect(company.taken).toHaveLength(6);
	});

	test.each([
		['Arabic', 'مرحبا، طلبك جاهز', 'تم إلغاء موعدك'],
		['Hindi, where only vowel signs differ', 'कल', 'काल'],
		['emoji only', '👍', '👎'],
		['Chinese', '您的订单已准备好', '您的预约已取消'],
	])('two workflows at once to the same people with different texts: %s', async (_name, one, other) => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const company = phoneCompany(clock, (send) => (send === 1 ? { refused: networkFault('ECONNRESET') } : undefined));
		const results = await Promise.all([one, other].map(async (message, index) => await run(given(clock, company.answer, { executionId: String(index), claims, parameters: { ...fromRow, message } }))));
		expect(results.flatMap((result) => columns(result, 'accepted').flat())).toEqual([true, true, true, true, true, true]);
		expect(company.taken.filter(({ text }) => text === one).map(({ to }) => to).sort()).toEqual(numbers(3));
		expect(company.taken.filter(({ text }) => text === other).map(({ to }) => to).sort()).toEqual(numbers(3));
	});

	test('a message whose characters may have been replaced on the way is not surely absent', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (_send, { body }) => {
			for (const message of body.messages) message.text = 'H?ll?';
			return { lost: true };
		});
		const result = await run(given(clock, company.answer, { parameters: { ...fromRow, message: 'Hällö' }, items: people(1) }));
		expect(company.sends).toHaveLength(1);
		expect(columns(result, 'accepted')).toEqual([[null]]);
	});

	test('nor is one that a list cuts short', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (_send, { body }) => {
			for (const message of body.messages) message.text = message.text.slice(0, 12);
			return { lost: true };
		});
		const result = await run(given(clock, company.answer, { parameters: { ...fromRow, message: 'Your order 1042 is ready' }, items: people(1) }));
		expect(company.sends).toHaveLength(1);
		expect(columns(result, 'accepted')).toEqual([[null]]);
	});

	test('a re-run in another process finds a message like it: it may be anybody\'s', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const parameters = { ...sameText, options: { failOnRefused: true } };
		const company = phoneCompany(clock, () => ({ lost: true }));
		company.looksFailing((look) => (look > 1 && look < 200 ? { status: 403, body: { error: 'no' } } : undefined));
		await runFailing(given(clock, company.answer, { parameters, runData, items: people(1), claims: createClaims(clock) }));
		company.looksFailing(() => undefined);
		const failed = await runFailing(given(clock, company.answer, { parameters, runData, items: people(1), claims: createClaims(clock) }));
		expect(failed.message).toContain('it may be another workflow\'s');
		expect(company.sends).toHaveLength(1);
	});

	test('half of it taken, and a look that fails at last: what was found is known, and does not go again in a re-run', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const claims = createClaims(clock);
		let isFailing = true;
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, most: 1 } : undefined));
		// One look for a bookmark, one for the messages.
		company.looksFailing((look) => (isFailing && look > 2 ? { status: 403, body: { error: 'no' } } : undefined));
		const failing = given(clock, company.answer, { parameters: { ...sameText, options: { failOnRefused: true } }, runData, items: people(3), claims });
		await runFailing(failing);
		isFailing = false;
		const result = await run(failing);
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
		expect(perPerson(company.taken)).toEqual(numbers(3));
	});

	test('a re-run compares what was sent, whatever its expressions give now', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const claims = createClaims(clock);
		const parameters = { ...fromRow, message: '={{ Math.random() }}', options: { failOnRefused: true } };
		const company = phoneCompany(clock, () => ({ lost: true }));
		company.looksFailing((look) => (look > 1 && look < 60 ? { status: 403, body: { error: 'no' } } : undefined));
		const failing = given(clock, company.answer, { parameters, runData, items: people(1), claims });
		await runFailing(failing);
		company.looksFailing(() => undefined);
		const result = await run(failing);
		expect(columns(result, 'accepted')).toEqual([[true]]);
		expect(company.taken).toHaveLength(1);
	});
});

describe('a send to a group', () => {
	const given = (clock: VirtualClock, answer: RunGiven['answer'], more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'message.sendToAll',
		parameters: { group: '={{ $json.group }}', message: 'Sale today' },
		items: [{ group: 'big' }],
		clock,
		answer,
		claims: createClaims(clock),
		...more,
	});

	test('whose answer was lost is there when it is there for everybody', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, apart: 15_000 } : undefined));
		const result = await run(given(clock, company.answer));
		expect(columns(result, 'to').flat()).toEqual(['1', '2', '3']);
		expect(company.sends).toHaveLength(1);
	});

	test('that was cut half-way is not reported as done, and does not go again', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, () => ({ lost: true, most: 2 }));
		const failed = await runFailing(given(clock, company.answer));
		expect(failed.message).toContain('lists only a part of it');
		expect(company.sends).toHaveLength(1);
	});

	test('two groups with one text, one request lost: the other\'s messages are not taken for its own', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (_send, { body }) => (body.group === 'big' && company.sends.length < 3 ? { refused: networkFault('ECONNRESET') } : undefined));
		const result = await run(given(clock, company.answer, { items: [{ group: 'small' }, { group: 'big' }] }));
		expect(columns(result, 'to').flat().sort()).toEqual(['1', '2', '3', '4', '5']);
		expect(company.taken).toHaveLength(5);
	});
});

describe('whatever nobody foresaw', () => {
	test('after the provider answered counts as in doubt, not as refused', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock);
		const answer = (seen: Seen): Answer => {
			const given = company.answer(seen);
			// What the operation's own function stumbles over.
			return seen.path === '/send' && company.sends.length === 1 ? { body: { rows: [null] } } : given;
		};
		const result = await run({ operation: 'message.send', parameters: fromRow, items: people(2), clock, answer, runData });
		expect(columns(result, 'accepted').flat()).toEqual([true, true]);
		expect(company.sends).toHaveLength(1);
	});
});

describe('a retry whose ledger is gone', () => {
	const given = (clock: VirtualClock, answer: RunGiven['answer'], more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'message.send',
		parameters: fromRow,
		items: people(6),
		clock,
		answer,
		...more,
	});
	const optionOf = (choice?: string) => (choice ? { earlierSends: choice } : {});
	const withChoice = (choice?: string, more: Partial<RunGiven> = {}): Partial<RunGiven> => ({ executionId: '2', mode: 'retry', parameters: { ...fromRow, options: optionOf(choice) }, ...more });
	/** Of a process that has run for long, in which everything has ended. */
	const oldClaims = async (clock: VirtualClock) => {
		const claims = createClaims(clock);
		await clock.sleep(3_600_000);
		return claims;
	};
	const halfSent = async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		await run(given(clock, company.answer, { items: people(3), executionId: '1', claims }));
		return { clock, company, retry: (choice?: string, more: Partial<RunGiven> = {}) => given(clock, company.answer, withChoice(choice, { claims, ...more })) };
	};

	test('sends nothing when it finds its own messages, and says how many', async () => {
		const { company, retry } = await halfSent();
		const failed = await runFailing(retry());
		expect(failed.message).toMatch(/^3 of 6 messages of this run seem to have been sent already/);
		expect(failed.description).toContain('When a Retry Finds Earlier Sends');
		expect(company.taken).toHaveLength(3);
	});

	test('Skip Them: sends only the others', async () => {
		const { company, retry } = await halfSent();
		const result = await run(retry('skip'));
		expect(perPerson(company.taken)).toEqual(numbers(6));
		expect(columns(result, 'messageId').flat()).toEqual(['1000', '1001', '1002', '1003', '1004', '1005']);
	});

	test.each([
		['Stop', ['sendAgain', 'skip', 'stop', 'sendAgain', 'skip', 'sendAgain']],
		['Skip Them', ['sendAgain', 'sendAgain', 'skip', 'sendAgain', 'sendAgain', 'sendAgain']],
	])('items that do not agree: %s is the most careful choice of them, and holds for all', async (choice, choices) => {
		const { company, retry } = await halfSent();
		const items = people(6).map((json, index) => ({ ...json, choice: choices[index] }));
		const again = retry(undefined, { items, parameters: { ...fromRow, options: { earlierSends: '={{ $json.choice }}' } } });
		if (choice === 'Stop') expect((await runFailing(again)).message).toMatch(/^3 of 6 messages/);
		else await run(again);
		expect(perPerson(company.taken)).toEqual(numbers(choice === 'Stop' ? 3 : 6));
	});

	test('Send Again: sends all, and does not look', async () => {
		const { company, retry } = await halfSent();
		await run(retry('sendAgain'));
		expect(company.taken).toHaveLength(9);
		expect(company.looks()).toBe(0);
	});

	test('finds nothing and sends', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		await run(given(clock, company.answer, withChoice(undefined, { claims: await oldClaims(clock) })));
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('stops where the provider has no list of what was sent, unless all may be sent again', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const retry = (earlierSends?: string) =>
			given(clock, company.answer, { operation: 'message.sendBlind', executionId: '2', mode: 'retry', parameters: { ...fromRow, options: earlierSends ? { earlierSends } : {} } });
		for (const choice of [undefined, 'stop', 'skip']) {
			const failed = await runFailing(retry(choice));
			expect(failed).toMatchObject({ message: 'This is a retry, and n8n may not have kept all of the first run. Example Phone cannot be asked what that run sent', requests: [] });
			expect(failed.description).toContain('Nothing was sent now.');
		}
		await run(retry('sendAgain'));
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('of different choices the most careful holds for all', async () => {
		const choices = async (...earlierSends: string[]) => {
			const { company, retry } = await halfSent();
			const items = people(6).map((one, index) => ({ ...one, choice: earlierSends[index % earlierSends.length] }));
			await run(retry(undefined, { items, parameters: { ...fromRow, options: { earlierSends: '={{ $json.choice }}' } } })).catch(() => undefined);
			return company.taken.length;
		};
		expect([await choices('sendAgain', 'stop', 'skip'), await choices('sendAgain', 'skip'), await choices('sendAgain')]).toEqual([3, 6, 9]);
	});

	test('looks a day back, or as far as the first execution began, and a little further, since clocks differ', async () => {
		const clock = virtualClock();
		const claims = await oldClaims(clock);
		const since = async (establishedAt?: number) => {
			const runData = newExecution();
			if (runData.executionData && establishedAt !== undefined) Object.assign(runData.executionData, { runtimeData: { version: 1, establishedAt, source: 'manual' } });
			const { requests } = await run(given(clock, phoneCompany(clock).answer, withChoice('skip', { claims, runData })));
			return requests.flatMap(({ query }) => (query['since'] === undefined ? [] : [clock.now() - Number(query['since'])]));
		};
		const [minute, day] = [60_000, 24 * 3_600_000];
		expect(await since()).toEqual([day]);
		expect(await since(clock.now() - 3 * minute)).toEqual([8 * minute]);
		expect(await since(clock.now() - 3 * day)).toEqual([day]);
	});

	test('that has its ledger does not look', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 2 ? { refused: { status: 403, body: {} } } : undefined));
		const runData = newExecution();
		await runFailing(given(clock, company.answer, { runData, executionId: '1' }));
		await run(given(clock, company.answer, { runData, executionId: '2', mode: 'retry' }));
		expect(company.looks()).toBe(0);
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('stays careful in every iteration of a loop', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const batches = [people(6).slice(0, 3), people(6).slice(3)];
		for (const [runIndex, items] of batches.entries()) await run(given(clock, company.answer, { items, runIndex, claims }));
		const runData = newExecution();
		for (const [runIndex, items] of batches.entries()) await run(given(clock, company.answer, withChoice('skip', { items, runIndex, claims, runData })));
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('takes none of its own messages, sent in an earlier iteration, for one of the first run', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const runData = newExecution();
		for (const runIndex of [0, 1]) await run(given(clock, company.answer, withChoice('skip', { items: people(1), runIndex, claims, runData })));
		expect(company.taken).toHaveLength(2);
	});

	test.each([undefined, 'skip'])('is as careful in the second try of Retry On Fail (%s)', async (choice) => {
		const { company, retry } = await halfSent();
		const runData = newExecution();
		// Skips three, and is refused the others.
		const refusing = retry(choice, { runData, answer: (seen) => (seen.path === '/send' ? { status: 403, body: { error: 'No credits' } } : company.answer(seen)) });
		await runFailing(refusing);
		if (choice === undefined) await runFailing(retry(choice, { runData }));
		else await run(retry(choice, { runData }));
		expect(perPerson(company.taken)).toEqual(numbers(choice === undefined ? 3 : 6));
	});

	test('looks again when the retry that was stopped by what it found is retried with "Skip Them"', async () => {
		const { company, retry } = await halfSent();
		const runData = newExecution();
		await runFailing(retry(undefined, { runData }));
		await run(retry('skip', { runData, executionId: '3' }));
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test.each([undefined, 'skip'])('waits for what was on its way when the first run was stopped (%s)', async (choice) => {
		const clock = virtualClock();
		const claims = await oldClaims(clock);
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, delay: 58_000 } : undefined));
		const cancel = new AbortController();
		const first = run(given(clock, (seen) => (setTimeout(() => cancel.abort()), company.answer(seen)), { items: people(3), claims, cancel }));
		await first.catch(() => undefined);
		const retry = given(clock, company.answer, withChoice(choice, { items: people(3), claims }));
		if (choice === undefined) expect((await runFailing(retry)).message).toMatch(/^3 of 3/);
		else expect(columns(await run(retry), 'messageId').flat()).toEqual(['1000', '1001', '1002']);
		expect(company.sends).toHaveLength(1);
	});

	test('in a process that has begun only now, waits for what the one before it sent last', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, delay: 58_000 } : undefined));
		void run(given(clock, company.answer, { items: people(3) })).catch(() => undefined);
		await clock.sleep(5_000);
		expect((await runFailing(given(clock, company.answer, withChoice(undefined, { items: people(3) })))).message).toMatch(/^3 of 3/);
	});

	test.each([undefined, 'skip'])('sends nothing when there is more than it can look through (%s)', async (choice) => {
		const { company, retry } = await halfSent();
		const endless = (seen: Seen): Answer => {
			const answer = company.answer(seen);
			return seen.path === '/sent' && !(answer instanceof Error) ? { body: { ...(answer.body as object), more: true } } : answer;
		};
		const failed = await runFailing(retry(choice, { items: people(7).slice(choice === undefined ? 3 : 0), answer: endless }));
		expect(failed.message).toContain('more messages since then than can be looked through');
		expect(company.taken).toHaveLength(3);
	});

	test.each(['', 'campaign-7'])('finds texts that the provider filled in by their reference (%s)', async (reference) => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const parameters = { ...fromRow, message: 'Hi {name}', options: { ...(reference && { reference }) } };
		await run(given(clock, company.answer, { items: people(3), claims, parameters }));
		for (const row of company.taken) row.text = `Hi ${row.id}`;
		const failed = await runFailing(given(clock, company.answer, withChoice(undefined, { items: people(3), claims, parameters })));
		expect(failed.message).toMatch(/^3 of 3/);
	});

	test.each([undefined, 'skip'])('two at once: the second one looks when the first has ended (%s)', async (choice) => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const slowly: RunGiven['answer'] = async (seen) => (await clock.sleep(5_000), company.answer(seen));
		const results = await Promise.allSettled(['2', '3'].map(async (executionId) => await run(given(clock, slowly, withChoice(choice, { executionId, claims })))));
		expect(results.map(({ status }) => status)).toEqual(['fulfilled', choice ? 'fulfilled' : 'rejected']);
		expect(perPerson(company.taken)).toEqual(numbers(6));
	});

	test('a message that the provider lists twice is one', async () => {
		const { company, retry } = await halfSent();
		const shifting = (seen: Seen): Answer => {
			const answer = company.answer(seen);
			if (seen.path !== '/sent' || answer instanceof Error) return answer;
			const { rows } = answer.body as { rows: Row[] };
			return { body: { rows: [...rows, ...rows] } };
		};
		await run(retry('skip', { items: [...people(3), ...people(3)], answer: shifting }));
		expect(perPerson(company.taken)).toEqual([...numbers(3), ...numbers(3)].sort());
	});

	test('two texts that differ in a sign only are two messages', async () => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const rows = (...prices: string[]) => prices.map((name) => ({ phone: '0412000100', name }));
		await run(given(clock, company.answer, { items: rows('$150'), claims }));
		await run(given(clock, company.answer, withChoice('skip', { items: rows('$1.50', '$150'), claims })));
		expect(company.taken.map(({ text }) => text).sort()).toEqual(['Hi $1.50', 'Hi $150']);
	});

	test.each(['skip', undefined])('a send to a group is looked for too; which of two groups got one text, nobody can tell (%s)', async (choice) => {
		const clock = virtualClock();
		const company = phoneCompany(clock);
		const claims = await oldClaims(clock);
		const parameters = { group: '={{ $json.group }}', message: 'Sale today', options: optionOf(choice) };
		const toAll = { ...withChoice(choice), operation: 'message.sendToAll', parameters, claims };
		const toGroups = (...groups: string[]): RunGiven => given(clock, company.answer, { ...toAll, items: groups.map((group) => ({ group })) });
		await run({ ...toGroups('big'), mode: 'manual', executionId: '1' });
		if (choice === undefined) expect((await runFailing(toGroups('big'))).message).toMatch(/^1 of 1/);
		else await run(toGroups('big'));
		const failed = await runFailing(toGroups('small', 'big'));
		expect(failed.message).toMatch(choice ? /nobody can tell which/ : /^1 of 2/);
		expect(company.taken).toHaveLength(3);
	});
});

test('half of a request taken, with two texts that differ in a sign only: each is sent once', async () => {
	const clock = virtualClock();
	const company = phoneCompany(clock, (_send, { body }) => {
		if (body.messages.length < 2) return undefined;
		body.messages.reverse();
		return { lost: true, most: 1 };
	});
	const result = await run({ operation: 'message.sendAlike', parameters: fromRow, items: ['$1.50', '$150'].map((name) => ({ phone: '0412000100', name })), clock, answer: company.answer });
	expect(columns(result, 'accepted').flat()).toEqual([true, true]);
	expect(company.taken.map(({ text }) => text).sort()).toEqual(['Hi $1.50', 'Hi $150']);
});

test.each(['message.send', 'message.sendKeyed', 'message.sendAlike'])('another account knows nothing of a request in doubt: %s is not sent through it', async (operation) => {
	const clock = virtualClock();
	const runData = newExecution();
	const company = phoneCompany(clock, () => ({ lost: true }));
	// The first look is for a bookmark.
	company.looksFailing((look) => (look > (operation === 'message.sendAlike' ? 1 : 0) ? { status: 403, body: { error: 'no' } } : undefined));
	const given: RunGiven = { operation, parameters: { ...fromRow, options: { failOnRefused: true } }, items: people(1), clock, answer: company.answer, runData };
	await runFailing(given);
	const other = phoneCompany(clock);
	const failed = await runFailing({ ...given, username: 'other', answer: other.answer });
	expect(failed.message).toContain('It was sent through another account');
	expect(other.taken).toEqual([]);
});

describe('a re-run whose expressions come to something else, or whose fields were changed', () => {
	const stops = { failOnRefused: true };
	/** The first request is lost, and nobody can be asked until the run has failed. */
	const unsettled = (clock: VirtualClock, fault: Fault) => {
		let isFailing = true;
		const company = phoneCompany(clock, (send) => (send === 1 ? fault : undefined));
		company.looksFailing(() => (isFailing ? { status: 500, body: {} } : undefined));
		return { ...company, mend: () => (isFailing = false) };
	};

	test('looks for what was sent: nobody gets it twice', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = unsettled(clock, { lost: true });
		const parameters = { ...sameText, options: { ...stops, reference: '=own {{ $execution.id }}' } };
		const given: RunGiven = { operation: 'message.send', parameters, items: people(2), clock, answer: company.answer, runData };
		await runFailing({ ...given, executionId: '1' });
		company.mend();
		const result = await run({ ...given, executionId: '2', mode: 'retry' });
		expect(columns(result, 'accepted', 'reference')).toEqual([[true, 'own 1'], [true, 'own 1']]);
		expect(company.sends).toHaveLength(1);
	});

	test('a changed text is not taken for the one before it, which the provider lists under the reference of its place', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock, (send) => (send === 2 ? { refused: { status: 403, body: { error: 'No credits' } } } : send === 3 ? { lost: true, most: 0 } : undefined));
		const given: RunGiven = { operation: 'message.send', parameters: sameText, items: people(4), clock, answer: company.answer, runData };
		await runFailing({ ...given, executionId: '1' });
		const result = await run({ ...given, parameters: { ...sameText, message: 'Sale tomorrow' }, executionId: '2', mode: 'retry' });
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true, true]);
		expect(perPerson(company.taken.filter(({ text }) => text === 'Sale tomorrow'))).toEqual(numbers(4));
	});

	test('of a request that is there in part, those that are left do not pass for the part', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = unsettled(clock, { lost: true, most: 2 });
		const parameters = { ...sameText, to: '={{ $json.to }}', options: stops };
		const given: RunGiven = { operation: 'message.sendTogether', parameters, clock, answer: company.answer, runData };
		await runFailing({ ...given, items: [{ to: '0412000100, 0412000101, 0412000102' }] });
		company.mend();
		const failed = await runFailing({ ...given, items: [{ to: '0412000101, 0412000102' }] });
		expect(failed.message).toContain('Example Phone lists only a part of it.');
	});

	test('what surely is not there goes as it is now, each with options of its own', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = unsettled(clock, { lost: true, most: 0 });
		const items = people(3).map((row, index) => ({ ...row, flash: index > 0 }));
		const given: RunGiven = { operation: 'message.send', parameters: { ...sameText, options: stops }, items, clock, answer: company.answer, runData };
		await runFailing(given);
		company.mend();
		await run({ ...given, parameters: { ...sameText, options: { ...stops, flash: '={{ $json.flash }}' } } });
		const [one = '', ...others] = numbers(3);
		expect(company.sends.slice(1).map(({ body }) => [body.flash, body.messages.map(({ to }) => to)])).toEqual([[undefined, [one]], [true, others]]);
	});

	test.each([
		['without the first', '0412000101, 0412000102', ['61412000101', '61412000102']],
		['in another order', '0412000102, 0412000101, 0412000100', ['61412000102', '61412000101', '61412000100']],
		['with one more', '0412000109, 0412000100, 0412000101, 0412000102', ['61412000109', '61412000100', '61412000101', '61412000102']],
	])('numbers of an item %s: who has it does not get it again', async (_name, to, told) => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock, (send) => (send === 2 ? { refused: { status: 403, body: { error: 'No credits' } } } : undefined));
		const given: RunGiven = { operation: 'message.sendBlind', parameters: { ...sameText, to: '={{ $json.to }}' }, clock, answer: company.answer, runData };
		await runFailing({ ...given, items: [{ to: '0412000100, 0412000101, 0412000102' }, { to: '0412000200' }] });
		const result = await run({ ...given, items: [{ to }, { to: '0412000200' }] });
		expect(columns(result, 'accepted', 'to')).toEqual([...told, '61412000200'].map((number) => [true, number]));
		expect(new Set(perPerson(company.taken)).size).toBe(company.taken.length);
	});

	test('a number that is left out in one re-run and is back in the next is still known', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		const company = phoneCompany(clock, (_send, { body }) => (body.messages[0]?.to === '61412000200' ? { refused: { status: 403, body: { error: 'No credits' } } } : undefined));
		const parameters = { ...sameText, to: '={{ $json.to }}', options: { flash: '={{ $json.to.endsWith("200") }}' } };
		const given: RunGiven = { operation: 'message.send', parameters, clock, answer: company.answer, runData };
		for (const to of ['0412000100', '0412000101', '0412000101, 0412000100']) await runFailing({ ...given, items: [{ to }, { to: '0412000300, 0412000301' }, { to: '0412000200' }] });
		expect(perPerson(company.taken)).toEqual(['61412000100', '61412000101', '61412000300', '61412000301']);
	});

	test('numbers in another order are the same request under its key, and each gets its own answer', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		let isFailing = true;
		const company = phoneCompany(clock, () => ({ lost: isFailing }));
		const given: RunGiven = { operation: 'message.sendKeyed', parameters: { ...sameText, to: '={{ $json.to }}', options: stops }, clock, answer: company.answer, runData };
		await runFailing({ ...given, items: [{ to: '0412000100, 0412000101' }] });
		isFailing = false;
		const result = await run({ ...given, items: [{ to: '0412000101, 0412000100' }] });
		expect(columns(result, 'accepted', 'to', 'messageId')).toEqual([[true, '61412000101', '1001'], [true, '61412000100', '1000']]);
		expect(company.taken).toHaveLength(2);
	});
});

describe('an execution that is retried more than once', () => {
	const copy = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T;
	/** Without credits from the second request on, until there are some again. */
	const poor = (clock: VirtualClock) => {
		let left = 1;
		const company = phoneCompany(clock, () => (left-- > 0 ? undefined : { refused: { status: 403, body: { error: 'No credits' } } }));
		return { ...company, topUp: (requests: number) => (left = requests) };
	};
	const first = async (clock: VirtualClock) => {
		const company = poor(clock);
		const runData = newExecution();
		const given: RunGiven = { operation: 'message.sendBlind', parameters: sameText, items: people(9), clock, answer: company.answer, claims: createClaims(clock) };
		await runFailing({ ...given, runData, executionId: '1' });
		const retry = (executionId: string): RunGiven => ({ ...given, runData: copy(runData), executionId, mode: 'retry' });
		return { company, retry };
	};

	test('what the first retry sent is not sent by the second one', async () => {
		const { company, retry } = await first(virtualClock());
		company.topUp(1);
		await runFailing(retry('2'));
		company.topUp(9);
		const result = await run(retry('3'));
		expect(columns(result, 'accepted').flat()).toEqual(people(9).map(() => true));
		expect(perPerson(company.taken)).toEqual(numbers(9));
	});

	test('nor what it sent in a later iteration', async () => {
		const { company, retry } = await first(virtualClock());
		company.topUp(3);
		const second = retry('2');
		await run(second);
		await runFailing({ ...second, runIndex: 1 });
		company.topUp(9);
		const third = retry('3');
		await run(third);
		await run({ ...third, runIndex: 1 });
		expect(perPerson(company.taken)).toEqual([...numbers(9), ...numbers(9)].sort());
	});

	test('two retries at once: one waits for the other', async () => {
		const clock = virtualClock();
		const { company, retry } = await first(clock);
		company.topUp(9);
		const slowly: RunGiven['answer'] = async (seen) => (await clock.sleep(5_000), company.answer(seen));
		const results = await Promise.all(['2', '3'].map(async (id) => await run({ ...retry(id), answer: slowly })));
		for (const result of results) expect(columns(result, 'accepted').flat()).toEqual(people(9).map(() => true));
		expect(perPerson(company.taken)).toEqual(numbers(9));
	});

	test('what is in doubt since the first retry is looked for by the second', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		let lost = false;
		const company = phoneCompany(clock, () => (lost ? { lost } : { refused: { status: 403, body: { error: 'No credits' } } }));
		const given: RunGiven = { operation: 'message.send', parameters: { ...sameText, options: { failOnRefused: true } }, items: people(3), clock, answer: company.answer, claims: createClaims(clock) };
		await runFailing({ ...given, runData, executionId: '1' });
		lost = true;
		company.looksFailing(() => (lost ? { status: 500, body: {} } : undefined));
		await runFailing({ ...given, runData: copy(runData), executionId: '2', mode: 'retry' });
		lost = false;
		const result = await run({ ...given, runData: copy(runData), executionId: '3', mode: 'retry' });
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
		expect(perPerson(company.taken)).toEqual(numbers(3));
	});

	test('what the first retry found to be absent, and sent in doubt, is not taken for the first execution\'s doubt', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		let [looksFail, most] = [true, 0];
		const company = phoneCompany(clock, () => ({ lost: true, most }));
		company.looksFailing(() => (looksFail ? { status: 500, body: {} } : undefined));
		const parameters = { ...sameText, options: { failOnRefused: true } };
		const given: RunGiven = { operation: 'message.sendTogether', parameters, items: people(3), clock, answer: company.answer, claims: createClaims(clock) };
		await runFailing({ ...given, runData, executionId: '1' });
		[looksFail, most] = [false, 3];
		const answer: RunGiven['answer'] = (seen) => {
			if (seen.path === '/send') looksFail = true;
			return company.answer(seen);
		};
		await runFailing({ ...given, answer, runData: copy(runData), executionId: '2', mode: 'retry' });
		looksFail = false;
		const result = await run({ ...given, runData: copy(runData), executionId: '3', mode: 'retry' });
		expect(columns(result, 'accepted').flat()).toEqual([true, true, true]);
		expect(company.sends).toHaveLength(2);
	});

	test('a changed text that the first retry sent, in place of one that it found to be absent, is not sent by the second', async () => {
		const clock = virtualClock();
		const runData = newExecution();
		let isFailing = true;
		const company = phoneCompany(clock, (send) => (send === 1 ? { lost: true, most: 0 } : isFailing && send > 1 ? { refused: { status: 403, body: { error: 'No credits' } } } : undefined));
		company.looksFailing(() => (isFailing ? { status: 500, body: {} } : undefined));
		const changed = { ...sameText, message: 'Sale tomorrow', options: { failOnRefused: true } };
		const given: RunGiven = { operation: 'message.send', parameters: { ...sameText, options: { failOnRefused: true } }, items: people(2), clock, answer: company.answer, claims: createClaims(clock) };
		await runFailing({ ...given, runData, executionId: '1' });
		const second = copy(runData);
		company.looksFailing(() => undefined);
		await runFailing({ ...given, runData: second, executionId: '2', mode: 'retry' });
		isFailing = false;
		await run({ ...given, parameters: changed, runData: second, executionId: '3', mode: 'retry' });
		await run({ ...given, parameters: changed, runData: copy(runData), executionId: '4', mode: 'retry' });
		expect(perPerson(company.taken)).toEqual(numbers(2));
	});
});
