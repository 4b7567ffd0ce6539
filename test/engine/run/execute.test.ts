/** The engine's promises, each with what breaks it. */
import { newExecution } from '../../n8nContext';
import type { Provider } from '../../../engine/operation';
import { intoBatches } from '../../../engine/run/execute';
import { acceptAll, examplePhone, networkFault, run, runFailing, secret } from '../examplePhoneCompany';
import type { Answer, Seen } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const rows = (count: number, phone = (index: number) => `0412 000 ${String(100 + index)}`) => Array.from({ length: count }, (_, index) => ({ phone: phone(index), name: `Name ${index}` }));
const fromRow = { to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', options: {} };
const sentTo = (requests: Seen[]) => requests.filter(({ path }) => path === '/send').flatMap(({ body }) => body.messages.map(({ to }) => to));

/** A provider with a memory, so that doubles and losses can be counted. */
function memory() {
	const accepted: Array<{ id: string; to: string; ok: true; ref: string }> = [];
	const take = ({ body }: Seen) => {
		const taken = body.messages.map(({ to, ref }) => ({ id: `id-${accepted.length}-${ref}`, to, ok: true as const, ref }));
		accepted.push(...taken);
		return { body: { rows: taken } };
	};
	const list = (): Answer => ({ body: { rows: accepted } });
	return { accepted, take, list };
}

describe('nothing is sent until every item was read and checked', () => {
	test('one bad item, and no request leaves', async () => {
		const failed = await runFailing({ operation: 'message.send', parameters: fromRow, items: [...rows(4), { phone: 'nobody', name: 'x' }], answer: acceptAll, clock: virtualClock() });
		expect(failed.requests).toEqual([]);
		expect(failed.message).toBe('To: "nobody" is not a phone number [item 5 of 5]');
		expect(failed.description).toContain('Nothing was sent.');
	});

	test('nothing is created either', async () => {
		const failed = await runFailing({
			operation: 'thing.create',
			parameters: { name: '={{ $json.name }}' },
			items: [{ name: 'a' }, { name: '' }, { name: {} }],
			answer: () => ({ body: { id: '1' } }),
			clock: virtualClock(),
		});
		expect(failed).toMatchObject({ requests: [], message: 'Message is empty [item 2 of 3]', description: expect.stringContaining('Also: [item 3] Message is not a text.') });
	});

	test('a check that only the operation can make counts too', async () => {
		const failed = await runFailing({
			operation: 'message.send',
			parameters: { ...fromRow, message: '={{ "x".repeat($json.length) }}' },
			items: [
				{ phone: '0412000100', length: 1 },
				{ phone: '0412000101', length: 201 },
			],
			answer: acceptAll,
			clock: virtualClock(),
		});
		expect(failed).toMatchObject({ requests: [], message: 'Message is too long [item 2 of 2]' });
	});

	test('on continue only the bad item fails, and the rest is sent', async () => {
		const { items, requests } = await run({
			operation: 'message.send',
			parameters: fromRow,
			items: [{ phone: 'nobody', name: 'x' }, ...rows(2)],
			onError: 'continueRegularOutput',
			answer: acceptAll,
			clock: virtualClock(),
		});
		expect(sentTo(requests)).toEqual(['61412000100', '61412000101']);
		expect(items[0]).toMatchObject({ json: { error: 'To: "nobody" is not a phone number' }, pairedItem: { item: 0 } });
		expect(items.slice(1).map(({ json }) => json['accepted'])).toEqual([true, true]);
	});
});

describe('batching', () => {
	test('items that share their options travel together, up to the maximum; one output per item, in input order', async () => {
		const items = rows(8).map((row, index) => ({ ...row, flash: index % 4 === 0 }));
		const result = await run({ operation: 'message.send', parameters: { ...fromRow, options: { flash: '={{ $json.flash }}' } }, items, answer: acceptAll, clock: virtualClock() });
		expect(result.requests.map(({ body }) => [body.flash ?? false, body.messages.length])).toEqual(expect.arrayContaining([[true, 2], [false, 3], [false, 3]]));
		expect(result.requests).toHaveLength(3);
		expect(result.items.map(({ json }) => json['to'])).toEqual(items.map((_, index) => `61412000${100 + index}`));
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	});

	test('several recipients of an item: one output each, paired with it, and nobody twice', async () => {
		const { items } = await run({ operation: 'message.send', parameters: fromRow, items: [{ phone: '0412000100; 0412000101, +61412000100', name: 'x' }], answer: acceptAll, clock: virtualClock() });
		expect(items.map(({ json, pairedItem }) => [json['to'], pairedItem])).toEqual([
			['61412000100', { item: 0 }],
			['61412000101', { item: 0 }],
		]);
	});

	test('where a request only lists recipients, nobody stands in one twice', async () => {
		const items = [...rows(2), ...rows(1), ...rows(2)].map((row) => ({ ...row, name: 'x' }));
		const result = await run({ operation: 'message.sendListed', parameters: fromRow, items, answer: acceptAll, clock: virtualClock() });
		expect(result.requests.map(({ body }) => body.messages.map(({ to }) => to.slice(-1)).join('')).sort()).toEqual(['0', '01', '01']);
		expect(result.items.map(({ json }) => json['to'])).toEqual(['100', '101', '100', '100', '101'].map((end) => `61412000${end}`));
		expect(new Set(result.items.map(({ json }) => json['messageId'])).size).toBe(5);
	});

	test('what an earlier try left in doubt together stays together, and nothing new joins it', () => {
		const requests = ['a', undefined, 'a', 'b', undefined];
		const planned = requests.map((request, item) => ({ item, key: `${item}.0`, entry: { request }, group: '[]' }));
		const ledger = { find: ({ item }: { item: number }) => ({ request: requests[item] }) };
		const batches = intoBatches({ way: { batchSize: 2, recipient: () => '' }, ledger } as never, planned as never);
		expect(batches.map((batch) => batch.map(({ item }) => item)).sort()).toEqual([[0, 2], [1, 4], [3]]);
	});

	test('an item that has another recipient in the next try is another message', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const given = { operation: 'message.send', parameters: { to: '={{ $json.phone }}', message: 'Hi' }, clock: virtualClock(), runData };
		const answer = (seen: Seen): Answer => (seen.body.messages.some(({ to }) => to.endsWith('103')) ? { status: 403, body: { error: 'No credits' } } : take(seen));
		await runFailing({ ...given, items: rows(4), answer });
		await run({ ...given, items: rows(4, (index) => `04120001${index === 0 ? 50 : `0${index}`}`), answer: take });
		expect(accepted.map(({ to }) => to.slice(-3)).sort()).toEqual(['100', '101', '102', '103', '150']);
	});

	test('an entry that the response leaves out is asked for, and sent again when it is not there', async () => {
		const { accepted, take, list } = memory();
		const answer = (seen: Seen, number: number): Answer => {
			if (seen.path === '/sent') return list();
			const given = take({ ...seen, body: { messages: number === 1 ? seen.body.messages.slice(0, 2) : seen.body.messages } });
			return given;
		};
		const { items } = await run({ operation: 'message.send', parameters: fromRow, items: rows(3), answer, clock: virtualClock() });
		expect(items.map(({ json }) => json['accepted'])).toEqual([true, true, true]);
		expect(accepted.map(({ to }) => to)).toEqual(['61412000100', '61412000101', '61412000102']);
	});
});

describe('a request that is accepted whole or not at all', () => {
	const refuseOver = (isBad: (to: string) => boolean, named: boolean) => (seen: Seen): Answer => {
		const culprit = seen.body.messages.find(({ to }) => isBad(to))?.to;
		if (culprit === undefined) return acceptAll(seen);
		return { status: 400, body: named ? { error: 'Bad message', culprit } : { error: 'Bad message' } };
	};

	test('the named entry is refused, and the rest goes again at once', async () => {
		const { items, requests } = await run({ operation: 'message.sendWhole', parameters: fromRow, items: rows(8), answer: refuseOver((to) => to.endsWith('103'), true), clock: virtualClock() });
		expect(requests.map(({ body }) => body.messages.length)).toEqual([8, 7]);
		expect(items.map(({ json }) => json['accepted'])).toEqual([true, true, true, false, true, true, true, true]);
		expect(items[3]?.json).toMatchObject({ to: '61412000103', status: 'failed', reason: 'named by the provider' });
	});

	test.each(['named', 'found by halving'])('an entry that was refused, %s, is sent again by a re-run', async (how) => {
		const runData = newExecution();
		const given = { operation: 'message.sendWhole', parameters: { ...fromRow, options: { failOnRefused: true } }, items: rows(4), clock: virtualClock(), runData };
		await runFailing({ ...given, answer: refuseOver((to) => to.endsWith('101'), how === 'named') });
		const again = await run({ ...given, answer: acceptAll });
		expect(sentTo(again.requests)).toEqual(['61412000101']);
		expect(again.items.map(({ json }) => json['accepted'])).toEqual([true, true, true, true]);
	});

	test('what the provider says of an entry holds no secrets', async () => {
		const answer = ({ body: { messages } }: Seen): Answer => ({ status: 400, body: { error: 'Bad message', culprit: messages[0]?.to, why: `?password=${encodeURIComponent(secret)}&to=1` } });
		const { items } = await run({ operation: 'message.sendWhole', parameters: fromRow, items: rows(1), answer, clock: virtualClock() });
		expect(items[0]?.json['reason']).toBe('?password=•••&to=1');
	});

	test('what to do about a refusal is told with the entry that it is surely about', async () => {
		const answer = ({ body: { messages } }: Seen): Answer => ({ status: 400, body: { error: 'Bad message', advice: 'Shorten it.', culprit: messages.length > 1 ? messages[0]?.to : undefined } });
		const { items } = await run({ operation: 'message.sendWhole', parameters: fromRow, items: rows(2), answer, clock: virtualClock(), onError: 'continueErrorOutput' });
		expect(items.map(({ json }) => [json['reason'], json['advice']])).toEqual([['named by the provider', null], ['Example Phone refused the request: Bad message', 'Shorten it.']]);
	});

	test('a stop while the bad one is looked for sends nothing more, and a retry sends what is left', async () => {
		const runData = newExecution();
		const cancel = new AbortController();
		const { accepted, take } = memory();
		const isBad = ({ body }: Seen) => body.messages.some(({ to }) => to.endsWith('107'));
		const given = { operation: 'message.sendWhole', parameters: fromRow, items: rows(8), clock: virtualClock(), runData };
		const failed = await runFailing({ ...given, cancel, answer: (seen, number) => {
			// The first half is taken; the stop comes while it is.
			if (number === 2) cancel.abort();
			return isBad(seen) ? { status: 400, body: { error: 'Bad message' } } : take(seen);
		} });
		expect(failed.requests.map(({ body }) => body.messages.length)).toEqual([8, 4]);
		expect(failed.message).toBe('The execution was stopped before this item was sent [item 5 of 8]');
		const again = await run({ ...given, answer: take });
		expect(sentTo(again.requests)).toEqual(['61412000104', '61412000105', '61412000106', '61412000107']);
		expect(accepted).toHaveLength(8);
	});

	test('an entry that is not named is found by halving', async () => {
		const { items, requests } = await run({ operation: 'message.sendWhole', parameters: fromRow, items: rows(8), answer: refuseOver((to) => to.endsWith('105'), false), clock: virtualClock() });
		expect(requests.map(({ body }) => body.messages.length)).toEqual([8, 4, 4, 2, 1, 1, 2]);
		expect(items.map(({ json }) => json['accepted'])).toEqual([true, true, true, true, true, false, true, true]);
	});
});

describe('changes', () => {
	const parameters = { id: '={{ $json.id }}', name: '={{ $json.name }}' };

	test('two of one thing never share a request, nor are they under way at once: the last one wins', async () => {
		const clock = virtualClock();
		const names = new Map<string, string>();
		let underWay = 0;
		const items = ['a', 'b', 'a', 'c', 'a', 'b', 'd'].map((id, index) => ({ id, name: `name ${index}` }));
		const { requests, items: rowsOut } = await run({ operation: 'thing.rename', parameters, items, clock, async answer({ body: { things = [] } }, number): Promise<Answer> {
			expect(++underWay).toBe(1);
			// The first answers come last.
			await clock.sleep(1_000 / number);
			underWay--;
			for (const { id, name } of things) names.set(id, name);
			return { body: { rows: things.map((thing) => ({ ...thing, ok: true })) } };
		} });
		for (const { body: { things = [] } } of requests) expect(new Set(things.map(({ id }) => id)).size).toBe(things.length);
		expect(requests.length).toBeLessThan(items.length);
		expect(Object.fromEntries(names)).toEqual({ a: 'name 4', b: 'name 5', c: 'name 3', d: 'name 6' });
		expect(rowsOut.map(({ json }) => json['name'])).toEqual(items.map(({ name }) => name));
	});

	test('one of which the answer says nothing may or may not be done', async () => {
		const items = [{ id: 'a', name: 'new' }, { id: 'b', name: 'other' }];
		const answer = ({ body: { things = [] } }: Seen): Answer => ({ body: { rows: things.slice(0, 1).map((thing) => ({ ...thing, ok: true })) } });
		const result = await run({ operation: 'thing.rename', parameters, items, clock: virtualClock(), answer });
		expect(result.items.map(({ json }) => json)).toEqual([
			{ id: 'a', name: 'new', accepted: true, reason: null },
			{ id: 'b', name: null, accepted: null, reason: 'Example Phone did not answer for every entry of the request.' },
		]);
		expect(result.requests).toHaveLength(1);
	});

	test('those that were refused are counted above the output, unless there is an output of their own', async () => {
		const given = { operation: 'thing.rename', parameters, items: [{ id: 'a', name: 'x' }, { id: 'b', name: 'y' }], clock: virtualClock() };
		const answer = ({ body: { things = [] } }: Seen): Answer => ({ body: { rows: things.map((thing) => (thing.id === 'b' ? { ...thing, ok: false, why: 'locked' } : { ...thing, ok: true })) } });
		expect((await run({ ...given, answer })).hints).toEqual(['1 of 2 things was not accepted. The column "reason" says why.']);
		expect((await run({ ...given, answer, onError: 'continueErrorOutput' })).hints).toEqual([]);
	});
});

describe('a response that goes on', () => {
	const given = { operation: 'message.sendCampaign', parameters: { message: 'Sale today' }, clock: virtualClock() };
	const page = (ids: string[], next?: string): Answer => ({ body: { rows: ids.map((id) => ({ id, to: `to ${id}`, ok: true })), next } });

	test('is read to its end', async () => {
		const { items, requests } = await run({ ...given, answer: ({ path }) => (path === '/send' ? page(['1', '2'], '/more/2') : path === '/more/2' ? page(['3'], '/more/3') : page(['4'])) });
		expect(items.map(({ json, pairedItem }) => [json['messageId'], pairedItem])).toEqual(['1', '2', '3', '4'].map((id) => [id, { item: 0 }]));
		expect(requests.map(({ path }) => path)).toEqual(['/send', '/more/2', '/more/3']);
	});

	test('is not read for ever: a page that was read leads nowhere', async () => {
		const answer = ({ path }: Seen, number: number): Answer => (number > 9 ? { status: 500 } : path === '/send' ? page(['1'], '/a') : path === '/a' ? page(['2'], '/b') : page(['3'], '/a'));
		const { items, requests } = await run({ ...given, answer });
		expect(requests.map(({ path }) => path)).toEqual(['/send', '/a', '/b']);
		expect(items.map(({ json }) => json['messageId'])).toEqual(['1', '2', '3']);
	});

	test('that cannot be read to its end is told, and its message counts as sent all the same', async () => {
		const { items, hints } = await run({ ...given, answer: ({ path }) => (path === '/send' ? page(['1'], '/more') : { status: 403, body: { error: 'No more' } }) });
		expect(items.map(({ json }) => json['messageId'])).toEqual(['1']);
		expect(hints).toEqual(['Not all results could be read, although the request did its work: Example Phone refused the request: No more']);
	});

	test('what a field holds that is nobody else\'s business is in no text', async () => {
		const failed = await runFailing({ ...given, answer: () => ({ status: 400, body: { error: 'You wrote: Sale today' } }) });
		expect(failed.message).toBe('Example Phone refused the request: You wrote: ••• [item 1]');
	});
});

describe('a limit that is counted from departure', () => {
	/** Ten requests a second, each answered after half a second. */
	const slow = (answer: Answer) => {
		const clock = virtualClock();
		const left: number[] = [];
		return {
			left,
			given: {
				provider: { ...examplePhone, limits: { rate: { requests: 1, milliseconds: 100 }, countedFrom: 'departure' } } satisfies Provider,
				clock,
				items: rows(20),
				parameters: { name: '={{ $json.name }}' },
				async answer(): Promise<Answer> {
					left.push(clock.now());
					await clock.sleep(500);
					return answer;
				},
			},
		};
	};

	test.each(['thing.create', 'thing.get', 'thing.delete'])('%s: requests leave at the full rate, unless their order counts', async (operation) => {
		const { left, given } = slow({ body: { id: '1' } });
		expect((await run({ operation, ...given })).items).toHaveLength(20);
		// The first is waited for, since it may have to connect.
		const gaps = left.slice(2).map((time, index) => time - (left[index + 1] ?? 0));
		// The last of two deletions has to win, so that each waits for the answer to the one before.
		const [least, most] = operation === 'thing.delete' ? [500, 500] : [100, 120];
		expect(gaps.filter((gap) => gap < least || gap > most)).toEqual([]);
	});

	test('few are under way when the rest is called off', async () => {
		const { left, given } = slow({ status: 400, body: { error: 'Closed account' } });
		await runFailing({ operation: 'thing.create', ...given });
		expect(left.length).toBeLessThanOrEqual(7);
	});

	test('a stop lets those end that are under way, and begins no other', async () => {
		const { left, given } = slow({ body: { id: '1' } });
		const cancel = new AbortController();
		const failed = await runFailing({ operation: 'thing.create', ...given, cancel, answer: async () => ((left.length === 3 ? cancel.abort() : undefined), await given.answer()) });
		expect(left).toHaveLength(4);
		expect(failed.description).toContain('4 item(s) of this run were done');
	});
});

describe('a refused recipient is not an exception', () => {
	const refuseSecond = (seen: Seen): Answer => ({ body: { rows: seen.body.messages.map(({ to, ref }, index) => (index === 1 ? { to, ok: false, why: 'opted out' } : { id: ref, to, ok: true })) } });
	const given = { operation: 'message.send', parameters: fromRow, items: rows(3), answer: refuseSecond, clock: virtualClock() };

	test('it becomes a row with the reason', async () => {
		const { items } = await run(given);
		expect(items.map(({ json }) => [json['accepted'], json['reason']])).toEqual([[true, null], [false, 'opted out'], [true, null]]);
	});

	test('with an error output it goes there with all its columns: n8n moves items that carry an error of their own', async () => {
		const { items } = await run({ ...given, onError: 'continueErrorOutput' });
		expect(items[1]?.json).toMatchObject({ error: 'opted out', to: '61412000101', status: 'failed', accepted: false, reason: 'opted out' });
		expect(items[1]?.error).toMatchObject({ name: 'NodeOperationError', message: 'opted out', context: { itemIndex: 1 } });
		// What n8n's copy still carries it loses its columns for.
		expect({ ...items[1] }).not.toHaveProperty('error');
		expect(items[0]).not.toHaveProperty('error');
		expect(items[0]?.json).not.toHaveProperty('error');
	});

	test('"Fail on Refused Recipients" fails after all were sent, and a re-run sends only what was refused', async () => {
		const runData = newExecution();
		const options = { failOnRefused: true };
		const failed = await runFailing({ ...given, items: rows(5), parameters: { ...fromRow, options }, runData });
		expect(failed.requests).toHaveLength(2);
		expect(failed.message).toBe('opted out [item 2 of 5]');
		expect(failed.description).toContain('3 message(s) of this run were accepted');
		const again = await run({ ...given, items: rows(5), parameters: { ...fromRow, options }, runData, answer: acceptAll });
		expect(sentTo(again.requests)).toEqual(['61412000101', '61412000104']);
	});
});

describe('an ambiguous send', () => {
	const faults: Array<[string, (take: () => void) => Answer]> = [
		['reset after accepting', (take) => (take(), networkFault('ECONNRESET'))],
		['time-out after accepting', (take) => (take(), networkFault('ECONNABORTED'))],
		['500 after accepting', (take) => (take(), { status: 500, body: { error: 'oops' } })],
		['unreadable response after accepting', (take) => (take(), { body: '<html>' })],
		['reset before accepting', () => networkFault('ECONNRESET')],
		['time-out before accepting', () => networkFault('ETIMEDOUT')],
		['502 before accepting', () => ({ status: 502, body: 'Bad gateway' })],
	];

	test.each(faults)('%s: everybody gets it once', async (_name, fault) => {
		const { accepted, take, list } = memory();
		let broken = false;
		const answer = (seen: Seen): Answer => {
			if (seen.path === '/sent') return list();
			if (broken) return take(seen);
			broken = true;
			return fault(() => void take(seen));
		};
		const { items } = await run({ operation: 'message.send', parameters: fromRow, items: rows(5), answer, clock: virtualClock() });
		expect(items.map(({ json }) => [json['to'], json['accepted']])).toEqual(rows(5).map((_, index) => [`61412000${100 + index}`, true]));
		expect(accepted.map(({ to }) => to).sort()).toEqual(rows(5).map((_, index) => `61412000${100 + index}`));
	});

	test('half of the batch taken: only the other half goes again', async () => {
		const { accepted, take, list } = memory();
		let broken = false;
		const answer = (seen: Seen): Answer => {
			if (seen.path === '/sent') return list();
			if (broken) return take(seen);
			broken = true;
			take({ ...seen, body: { messages: seen.body.messages.slice(0, 2) } });
			return { status: 500, body: {} };
		};
		const { requests } = await run({ operation: 'message.send', parameters: fromRow, items: rows(3), answer, clock: virtualClock() });
		expect(requests.filter(({ path }) => path === '/send').map(({ body }) => body.messages.length)).toEqual([3, 1]);
		expect(new Set(accepted.map(({ to }) => to)).size).toBe(3);
		expect(accepted).toHaveLength(3);
	});

	test('where the provider cannot be asked it is unknown, said so, and not sent again, also not in a re-run', async () => {
		const runData = newExecution();
		const given = { operation: 'message.sendBlind', parameters: fromRow, items: rows(2), clock: virtualClock(), runData };
		const first = await run({ ...given, answer: () => networkFault('ECONNRESET') });
		expect(first.requests).toHaveLength(1);
		expect(first.items.map(({ json }) => [json['accepted'], json['status']])).toEqual([[null, 'unknown'], [null, 'unknown']]);
		expect(String(first.items[0]?.json['reason'])).toBe(
			'It is not known whether this message was sent. The connection to Example Phone was cut before its response was complete. Example Phone cannot be asked whether it arrived.',
		);
		const second = await run({ ...given, answer: acceptAll });
		expect(second.requests).toEqual([]);
		expect(second.items.map(({ json }) => json['accepted'])).toEqual([null, null]);
	});

	test('a look-up that does not work leaves it unknown; a re-run asks again', async () => {
		const runData = newExecution();
		const { accepted, take, list } = memory();
		const given = { operation: 'message.send', parameters: fromRow, items: rows(1), clock: virtualClock(), runData };
		const first = await run({ ...given, answer: (seen) => (seen.path === '/sent' ? { status: 403, body: { error: 'no' } } : (take(seen), networkFault('ECONNRESET'))) });
		expect(first.items[0]?.json['accepted']).toBeNull();
		const second = await run({ ...given, answer: (seen) => (seen.path === '/sent' ? list() : take(seen)) });
		expect(second.items[0]?.json['accepted']).toBe(true);
		expect(accepted).toHaveLength(1);
	});

	test('a provider that stays broken, but can say that nothing arrived: told, and free to be sent later', async () => {
		const runData = newExecution();
		const { accepted, take, list } = memory();
		const given = { operation: 'message.send', parameters: fromRow, items: rows(1), clock: virtualClock(), runData };
		const failed = await runFailing({ ...given, answer: (seen) => (seen.path === '/sent' ? list() : { status: 500, body: { error: 'oops' } }) });
		expect(failed.message).toBe('Example Phone had an internal fault (HTTP 500): oops [item 1]');
		expect(failed.description).toContain('nothing of this arrived');
		await run({ ...given, answer: take });
		expect(accepted).toHaveLength(1);
	});
});

describe('the ledger', () => {
	test('a re-run of the node sends only what was not accepted, and gives the same outputs', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const given = { operation: 'message.send', parameters: fromRow, items: rows(7), clock: virtualClock(), runData };
		await runFailing({ ...given, answer: (seen) => (seen.body.messages.some(({ to }) => to.endsWith('106')) ? { status: 403, body: { error: 'No credits' } } : take(seen)) });
		expect(accepted).toHaveLength(6);
		const { items, requests } = await run({ ...given, answer: take });
		expect(sentTo(requests)).toEqual(['61412000106']);
		expect(accepted).toHaveLength(7);
		expect(items.map(({ json }) => json['to'])).toEqual(rows(7).map((_, index) => `61412000${100 + index}`));
	});

	test.each([
		['that came to its end', { retryOnFail: true }, rows(2)],
		['whose first item failed, but that n8n will not repeat', { onError: 'continueRegularOutput' as const }, [{ phone: 'nobody', name: 'x' }, ...rows(2)]],
	])('a run %s leaves nothing of its messages in the saved execution', async (_name, how, items) => {
		const runData = newExecution();
		await run({ operation: 'message.send', parameters: fromRow, items, clock: virtualClock(), runData, answer: acceptAll, ...how });
		expect(JSON.stringify(runData.executionData?.contextData)).not.toMatch(/61412000|id-n8n/);
	});

	test('but one that n8n will repeat, because its first item failed, keeps what was sent', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const items = [{ phone: 'nobody', name: 'x' }, ...rows(2)];
		const given = { operation: 'message.send', parameters: fromRow, items, clock: virtualClock(), runData, onError: 'continueRegularOutput' as const, retryOnFail: true, answer: take };
		await run(given);
		await run(given);
		expect(accepted).toHaveLength(2);
	});

	test('it survives being saved as JSON, as n8n does between an execution and its retry', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const given = { operation: 'message.send', parameters: fromRow, items: rows(4), clock: virtualClock() };
		await runFailing({ ...given, runData, answer: (seen) => (seen.body.messages.length === 1 ? { status: 403, body: {} } : take(seen)) });
		const saved = JSON.parse(JSON.stringify(runData)) as typeof runData;
		await run({ ...given, runData: saved, executionId: '2', answer: take });
		expect(accepted.map(({ to }) => to).sort()).toEqual(rows(4).map((_, index) => `61412000${100 + index}`));
	});

	test('a text that holds the time of day is still the same message in a re-run', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const given = { operation: 'message.send', parameters: { ...fromRow, message: '={{ Math.random() }} Hi' }, items: rows(4), clock: virtualClock(), runData };
		await runFailing({ ...given, answer: (seen) => (seen.body.messages.length === 1 ? { status: 403, body: {} } : take(seen)) });
		await run({ ...given, answer: take });
		expect(accepted).toHaveLength(4);
	});

	test('a text that the user changed between the runs is another message', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		const given = { operation: 'message.send', items: rows(4), clock: virtualClock(), runData };
		await runFailing({ ...given, parameters: fromRow, answer: (seen) => (seen.body.messages.length === 1 ? { status: 403, body: {} } : take(seen)) });
		await run({ ...given, parameters: { ...fromRow, message: 'Another text' }, answer: take });
		expect(accepted).toHaveLength(7);
	});

	test('each iteration of a loop is on its own', async () => {
		const runData = newExecution();
		const { accepted, take } = memory();
		for (const runIndex of [0, 1, 2]) await run({ operation: 'message.send', parameters: fromRow, items: rows(1), clock: virtualClock(), runData, runIndex, answer: take });
		expect(accepted).toHaveLength(3);
		expect(new Set(accepted.map(({ ref }) => ref)).size).toBe(3);
	});

	test('an execution that died while a request was under way asks before it sends again', async () => {
		const runData = newExecution();
		const { accepted, take, list } = memory();
		let saved = runData;
		const given = { operation: 'message.send', parameters: fromRow, items: rows(2), clock: virtualClock() };
		await run({
			...given,
			runData,
			answer: (seen) => {
				saved = JSON.parse(JSON.stringify(runData)) as typeof runData;
				return take(seen);
			},
		});
		const { items } = await run({ ...given, runData: saved, answer: (seen) => (seen.path === '/sent' ? list() : take(seen)) });
		expect(accepted).toHaveLength(2);
		expect(items.map(({ json }) => json['accepted'])).toEqual([true, true]);
	});

	test('a retry, which is another execution, asks for the references of the first', async () => {
		const runData = newExecution();
		const { accepted, take, list } = memory();
		const given = { operation: 'message.send', parameters: { ...fromRow, options: { failOnRefused: true } }, items: rows(2), clock: virtualClock(), runData };
		await runFailing({ ...given, executionId: '1', answer: (seen) => (seen.path === '/sent' ? { status: 403, body: {} } : (take(seen), networkFault('ECONNRESET'))) });
		await run({ ...given, executionId: '2', answer: (seen) => (seen.path === '/sent' ? list() : take(seen)) });
		expect(accepted).toHaveLength(2);
	});

	test('a repeat after doubt has the same idempotency key; a new attempt after a refusal has another', async () => {
		const keys = async (answer: (seen: Seen, number: number) => Answer) => {
			const runData = newExecution();
			const given = { operation: 'message.sendKeyed', parameters: { ...fromRow, options: { failOnRefused: true } }, items: rows(1), clock: virtualClock(), runData };
			const first = await run({ ...given, answer }).catch((thrown: unknown) => thrown as { requests: Seen[] });
			const second = await run({ ...given, answer: acceptAll });
			return [...first.requests, ...second.requests].filter(({ path }) => path === '/send').map(({ headers }) => headers['key']);
		};
		const afterDoubt = await keys((seen, number) => (seen.path === '/sent' ? { body: { rows: [] } } : number === 1 ? networkFault('ECONNRESET') : acceptAll(seen)));
		expect(new Set(afterDoubt.slice(0, 2)).size).toBe(1);
		const afterRefusal = await keys(() => ({ status: 403, body: {} }));
		expect(afterRefusal).toHaveLength(2);
		expect(new Set(afterRefusal).size).toBe(2);
		const afterRefusedRecipient = await keys(({ body }) => ({ body: { rows: body.messages.map(({ to }) => ({ to, ok: false, why: 'opted out' })) } }));
		expect(new Set(afterRefusedRecipient).size).toBe(2);
	});

	test('a worker that takes over an execution without its ledger sends under the same keys and references', async () => {
		const sendOnce = async () => (await run({ operation: 'message.send', parameters: fromRow, items: rows(2), clock: virtualClock(), executionId: '7', answer: acceptAll })).requests;
		expect(await sendOnce()).toEqual(await sendOnce());
	});

	test('of a retry that a crash ended n8n keeps what the execution before it knew: the next one sends under the same keys', async () => {
		const runData = newExecution();
		const given = { operation: 'message.sendKeyed', parameters: { ...fromRow, options: { failOnRefused: true } }, items: rows(2), clock: virtualClock() };
		await runFailing({ ...given, runData, executionId: '7', answer: () => ({ status: 403, body: {} }) });
		const retry = async (executionId: string) => {
			const kept = JSON.parse(JSON.stringify(runData)) as typeof runData;
			const { requests } = await run({ ...given, runData: kept, executionId, mode: 'retry', answer: acceptAll });
			return requests.map(({ headers, body }) => [headers['key'], body]);
		};
		const crashed = await retry('8');
		expect(crashed).not.toEqual([]);
		expect(await retry('9')).toEqual(crashed);
	});

	test('without an execution ID nothing is taken for a repeat', async () => {
		const sendOnce = async () => (await run({ operation: 'message.send', parameters: fromRow, items: rows(1), clock: virtualClock(), executionId: '', answer: acceptAll })).requests[0]?.headers['key'];
		expect(await sendOnce()).not.toBe(await sendOnce());
	});

	test('creations are remembered too', async () => {
		const runData = newExecution();
		const given = { operation: 'thing.create', parameters: { name: '={{ $json.name }}' }, items: rows(3), clock: virtualClock(), runData };
		const failed = await runFailing({ ...given, answer: ({ body }) => (body.name === 'Name 2' ? { status: 409, body: { error: 'Exists' } } : { body: { id: `new ${body.name ?? ''}` } }) });
		expect(failed.message).toBe('Example Phone refused the request: Exists [item 3 of 3]');
		expect(failed.description).toContain('2 item(s) of this run were done');
		const again = await run({ ...given, answer: ({ body }) => ({ body: { id: `new ${body.name ?? ''}` } }) });
		expect(again.requests.map(({ body }) => body.name)).toEqual(['Name 2']);
		expect(again.items.map(({ json }) => json['id'])).toEqual(['new Name 0', 'new Name 1', 'new Name 2']);
	});

	test('a creation in doubt is not repeated', async () => {
		const runData = newExecution();
		const given = { operation: 'thing.create', parameters: { name: 'x' }, clock: virtualClock(), runData };
		const first = await runFailing({ ...given, answer: () => networkFault('ECONNRESET') });
		expect(first.requests).toHaveLength(1);
		const second = await runFailing({ ...given, answer: () => ({ body: { id: '1' } }) });
		expect(second.requests).toEqual([]);
		expect(second.message).toMatch(/^It is not known whether this was done/);
	});
});

describe('retries', () => {
	test('a deletion is repeated after doubt, and "not found" then means that it had worked', async () => {
		const { items, requests } = await run({
			operation: 'thing.delete',
			parameters: { name: 'x' },
			clock: virtualClock(),
			answer: (_seen, number) => (number === 1 ? networkFault('ECONNRESET') : { status: 404, body: {} }),
		});
		expect(requests).toHaveLength(2);
		expect(items[0]?.json).toEqual({ deleted: true, name: 'x' });
	});

	test('a deletion of what is not there is told', async () => {
		const failed = await runFailing({ operation: 'thing.delete', parameters: { name: 'x' }, clock: virtualClock(), answer: () => ({ status: 404, body: { error: 'No such thing' } }) });
		expect(failed.message).toBe('Example Phone refused the request: No such thing [item 1]');
	});

	test('Retry-After is obeyed, also by a send: nothing was accepted', async () => {
		const clock = virtualClock();
		const start = clock.now();
		let sentAt = 0;
		const { items } = await run({ operation: 'message.send', parameters: fromRow, items: rows(1), clock, answer: (seen, number) => {
			if (number < 3) return { status: 429, headers: { 'Retry-After': '7' }, body: { error: 'slow down' } };
			sentAt = clock.now();
			return acceptAll(seen);
		} });
		expect(items[0]?.json['accepted']).toBe(true);
		expect(sentAt - start).toBe(14_000);
	});

	test('a very long Retry-After is told instead of waited for', async () => {
		const failed = await runFailing({
			operation: 'message.send',
			parameters: fromRow,
			items: rows(1),
			clock: virtualClock(),
			answer: () => ({ status: 429, headers: { 'Retry-After': '3600' }, body: {} }),
		});
		expect(failed.requests).toHaveLength(1);
		expect(failed.message).toBe('Example Phone is getting too many requests [item 1]');
	});
});

describe('errors', () => {
	test('a wrong password stops at once, with and without continue', async () => {
		const answer = (): Answer => ({ status: 401, body: { error: 'Unauthorized' } });
		const stopped = await runFailing({ operation: 'message.send', parameters: fromRow, items: rows(12), clock: virtualClock(), answer });
		expect(stopped.requests.length).toBeLessThanOrEqual(2);
		expect(stopped.message).toBe('Example Phone did not accept the credential: Unauthorized [item 1 of 12]');
		const continued = await run({ operation: 'message.send', parameters: fromRow, items: rows(12), clock: virtualClock(), answer, onError: 'continueErrorOutput' });
		expect(continued.requests.length).toBeLessThanOrEqual(2);
		expect(continued.items).toHaveLength(12);
		expect(continued.items.every(({ json }) => typeof json['error'] === 'string')).toBe(true)
		expect(continued.items.every(({ error }) => error !== undefined)).toBe(true);
	});

	test('on continue it never throws, since n8n would take that for success', async () => {
		const { items } = await run({ operation: 'message.fax', parameters: {}, items: rows(2), clock: virtualClock(), answer: acceptAll, onError: 'continueErrorOutput' });
		expect(items.map(({ json, pairedItem }) => [Object.keys(json), pairedItem])).toEqual([[['error', 'advice'], { item: 0 }], [['error', 'advice'], { item: 1 }]]);
	});

	test('items that were not begun are counted, not listed as if they were bad', async () => {
		const failed = await runFailing({
			operation: 'thing.create',
			parameters: { name: '={{ $json.name }}' },
			items: rows(5),
			clock: virtualClock(),
			answer: (_seen, number) => (number === 2 ? { status: 409, body: { error: 'Exists' } } : { body: { id: '1' } }),
		});
		expect(failed.requests).toHaveLength(2);
		expect(failed.message).toBe('Example Phone refused the request: Exists [item 2 of 5]');
		expect(failed.description).toBe('1 item(s) of this run were done. A retry of this node, or of this execution, does not repeat them. Not begun: 3 more.');
	});

	test('secrets are taken out of what the provider says, in every form in which they travel', async () => {
		const said = [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+'), Buffer.from(secret).toString('base64')];
		const failed = await runFailing({ operation: 'thing.get', parameters: { name: 'x' }, clock: virtualClock(), answer: () => ({ status: 400, body: { error: `You sent ${said.join(' and ')}` } }) });
		expect(failed.message).toBe('Example Phone refused the request: You sent ••• and ••• and ••• and ••• [item 1]');
		const whole = JSON.stringify(failed, Object.getOwnPropertyNames(failed));
		for (const form of said) expect(whole).not.toContain(form);
	});

	test('also out of the reason for a refused recipient, on both outputs', async () => {
		const answer = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map(({ to }) => ({ to, ok: false, why: `no, ${secret}` })) } });
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			const { items } = await run({ operation: 'message.send', parameters: fromRow, items: rows(1), clock: virtualClock(), answer, onError });
			expect(JSON.stringify(items)).toContain('no, •••');
			expect(JSON.stringify(items)).not.toContain(secret);
		}
	});

	test('a redirect is not followed', async () => {
		const failed = await runFailing({ operation: 'thing.get', parameters: { name: 'x' }, clock: virtualClock(), answer: () => ({ status: 302, body: '' }) });
		expect(failed.message).toBe('Example Phone redirected the request elsewhere (HTTP 302) [item 1]');
	});

	test('an unknown operation says what to do', async () => {
		const failed = await runFailing({ operation: 'message.fax', parameters: {}, clock: virtualClock(), answer: acceptAll });
		expect(failed.message).toContain('There is no operation "fax"');
	});
});

describe('stop', () => {
	test('between requests: what is under way ends, what is left is not begun, and a retry sends only that', async () => {
		const runData = newExecution();
		const { accepted, take, list } = memory();
		const cancel = new AbortController();
		const given = { operation: 'message.send', parameters: fromRow, items: rows(30), clock: virtualClock(), runData };
		const failed = await runFailing({ ...given, cancel, answer: (seen) => {
			cancel.abort();
			return take(seen);
		} });
		expect(failed.message).toContain('The execution was stopped before this');
		expect(accepted.length).toBeGreaterThan(0);
		expect(accepted.length).toBeLessThanOrEqual(6);
		await run({ ...given, answer: (seen) => (seen.path === '/sent' ? list() : take(seen)) });
		expect(accepted).toHaveLength(30);
		expect(new Set(accepted.map(({ to }) => to)).size).toBe(30);
	});

	test('n8n calls again after a stop, when Retry On Fail was waiting: nothing leaves then', async () => {
		const cancel = new AbortController();
		cancel.abort();
		const failed = await runFailing({ operation: 'message.send', parameters: fromRow, items: rows(3), clock: virtualClock(), cancel, answer: acceptAll });
		expect(failed.requests).toEqual([]);
		expect(failed.message).toBe('The execution was stopped before anything was sent');
	});
});

describe('output', () => {
	test('no error key on a success', async () => {
		const { items } = await run({ operation: 'message.send', parameters: fromRow, items: rows(2), clock: virtualClock(), answer: acceptAll });
		for (const { json } of items) expect(json).not.toHaveProperty('error');
	});

	test('"Simplify" off gives the provider\'s own row', async () => {
		const { items } = await run({ operation: 'message.send', parameters: { ...fromRow, options: { simplify: false } }, items: rows(1), clock: virtualClock(), answer: acceptAll });
		expect(items[0]?.json).toEqual({ id: expect.stringMatching(/^id-n8n-/), to: '61412000100', ok: true });
	});

	test('no items in, no requests, no items out', async () => {
		expect(await run({ operation: 'message.send', parameters: fromRow, items: [], clock: virtualClock(), answer: acceptAll })).toEqual({ items: [], requests: [], hints: [] });
	});
});
