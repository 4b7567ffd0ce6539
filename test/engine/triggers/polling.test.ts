/** The inbox trigger: every message once, none lost, whatever the provider's order and n8n's interruptions. */
import type { IDataObject } from 'n8n-workflow';

import { mobileMessageInbox } from '../../../nodes/MobileMessage/events';
import { markerOf } from '../../../engine/asking/address';
import type { Lead } from '../../../engine/calls/events';
import { z } from '../../../engine/wire/schema';
import { verdictField } from '../../../engine/answers/answering';
import { virtualClock } from '../virtualClock';
import type { InboundRow } from './fakeN8n';
import { fakeAccount, startProcess, triggerNode } from './fakeN8n';
import { known } from '../../known';

const start = Date.parse('2030-01-10T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function setUp(order: 'newest first' | 'oldest first' = 'newest first') {
	const clock = { ...virtualClock(), time: start, now: () => clock.time };
	const account = fakeAccount();
	const node = triggerNode(account, { parameters: { events: ['inbound', 'unsubscribe'] }, clock });
	let count = 0;
	return {
		clock,
		account,
		node,
		/** A message comes in, now unless said otherwise. */
		receive(text: string, at = clock.time, more: Partial<InboundRow> = {}) {
			const row: InboundRow = {
				message_id: `id-${++count}`,
				from: '61491570158',
				to: '61412345678',
				message: text,
				type: 'inbound',
				received_at: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
				...more,
			};
			if (order === 'newest first') account.inbound.unshift(row);
			else account.inbound.push(row);
			return row;
		},
		async texts() {
			return (await node.poll())?.map(({ text }) => text) ?? null;
		},
	};
}

test('the first poll emits nothing old, the next one what came since, in the shape of the webhook\'s events', async () => {
	const { receive, node, clock } = setUp();
	receive('old', start - 3 * day);
	receive('a minute ago', start - minute);
	expect(await node.poll()).toBeNull();
	clock.time += minute;
	const row = receive('Yes, I\'d like more info');
	expect((await node.poll())?.map(known)).toEqual([
		{ event: 'inbound', messageId: row.message_id, from: '61491570158', to: '61412345678', text: 'Yes, I\'d like more info', receivedAt: '2030-01-10T12:01:00Z', raw: row },
	]);
	expect(await node.poll()).toBeNull();
});

test.each(['newest first', 'oldest first'] as const)('a list that comes %s is emitted oldest first, equal seconds in their order', async (order) => {
	const { receive, texts, clock } = setUp(order);
	await texts();
	clock.time += minute;
	for (const text of ['one', 'two', 'three']) receive(text);
	clock.time += 1000;
	receive('four');
	expect(await texts()).toEqual(['one', 'two', 'three', 'four']);
});

test('when all are of one second, numbered messages come in the order of their numbers', async () => {
	const { receive, texts, clock } = setUp('newest first');
	await texts();
	clock.time += minute;
	for (const [index, text] of ['one', 'two', 'three'].entries()) receive(text, clock.time, { message_id: String(9 + index) });
	expect(await texts()).toEqual(['one', 'two', 'three']);
});

test('what has no numbers comes as it is listed when all are of one second', async () => {
	for (const ids of [['9a', '10b', '8'], ['c', 'b', 'a'], ['9x', '8x', '10x']]) {
		const { receive, texts, clock } = setUp('oldest first');
		await texts();
		clock.time += minute;
		for (const [index, text] of ['one', 'two', 'three'].entries()) receive(text, clock.time, { message_id: ids[index] });
		expect(await texts()).toEqual(['one', 'two', 'three']);
	}
});

test('numbers of eighteen digits are told apart to the last one', async () => {
	const { receive, texts, clock } = setUp('newest first');
	await texts();
	clock.time += minute;
	// In the order in which they are listed, they would look turned round to a number with 16 digits.
	for (const [id, text] of [['123456789012345678', 'two'], ['123456789012345679', 'three'], ['99999999999999999', 'one']] as const) receive(text, clock.time, { message_id: id });
	expect(await texts()).toEqual(['one', 'two', 'three']);
});

test('messages without an ID, whose place is empty, are told apart by what they say', async () => {
	const { receive, texts, clock } = setUp();
	await texts();
	clock.time += minute;
	for (const text of ['one', 'two']) receive(text, (clock.time += 1000), { message_id: '' });
	expect(await texts()).toEqual(['one', 'two']);
	receive('three', clock.time, { message_id: '' });
	expect(await texts()).toEqual(['three']);
});

test('a message of the same second as one that was emitted is not lost', async () => {
	const { receive, texts } = setUp();
	await texts();
	receive('one');
	expect(await texts()).toEqual(['one']);
	receive('two');
	expect(await texts()).toEqual(['two']);
	expect(await texts()).toBeNull();
});

test('a message that turns up late is emitted, and so is one before the clock of n8n', async () => {
	const { receive, texts, clock } = setUp();
	await texts();
	receive('their clock is behind', start - 3 * hour);
	expect(await texts()).toEqual(['their clock is behind']);
	clock.time += day;
	receive('now');
	expect(await texts()).toEqual(['now']);
	for (let polls = 0; polls < 5; polls++) expect(await texts()).toBeNull();
	receive('half an hour late', clock.time - 30 * minute);
	expect(await texts()).toEqual(['half an hour late']);
});

test('what came while n8n was off for days comes after the restart, over many pages', async () => {
	const { receive, texts, node, clock, account } = setUp();
	await texts();
	receive('before');
	expect(await texts()).toEqual(['before']);
	const expected: string[] = [];
	for (let number = 0; number < 450; number++) {
		clock.time += 10 * minute;
		receive(`message ${number}`);
		expected.push(`message ${number}`);
	}
	node.restart();
	account.requests.length = 0;
	expect(await texts()).toEqual(expected);
	// One look for questions that these may answer.
	expect(account.requests).toEqual([...Array.from({ length: 3 }, () => 'GET /v1/inbound'), 'GET /v1/messages']);
	expect(await texts()).toBeNull();
});

test('messages that come while pages are read are emitted once, now or next time', async () => {
	for (const order of ['newest first', 'oldest first'] as const) {
		const { receive, texts, account, clock } = setUp(order);
		await texts();
		for (let number = 0; number < 500; number++) receive(`message ${number}`, (clock.time += 1000));
		let late = 0;
		account.afterPage = () => {
			if (late < 3) receive(`late ${late++}`, (clock.time += 1000));
		};
		const emitted = [...((await texts()) ?? []), ...((await texts()) ?? []), ...((await texts()) ?? [])];
		expect(emitted).toHaveLength(503);
		expect(new Set(emitted).size).toBe(503);
	}
});

test('a message that slips through because others vanish while pages are read is seen by the next poll', async () => {
	const { receive, texts, account, clock } = setUp('oldest first');
	await texts();
	for (let number = 0; number < 300; number++) receive(`message ${number}`, (clock.time += hour));
	account.afterPage = () => {
		account.afterPage = undefined;
		account.inbound.splice(0, 20);
	};
	const first = (await texts()) ?? [];
	const second = (await texts()) ?? [];
	expect(first).toHaveLength(280);
	expect(second).toEqual(Array.from({ length: 20 }, (_, index) => `message ${200 + index}`));
	expect(await texts()).toBeNull();
});

test('a message that was emitted, slips through once and is listed again does not come twice', async () => {
	const { receive, texts, account, clock } = setUp('oldest first');
	await texts();
	for (let number = 0; number < 300; number++) receive(`message ${number}`, (clock.time += 1000));
	expect(await texts()).toHaveLength(300);
	const hidden = account.inbound.splice(100, 20);
	expect(await texts()).toBeNull();
	account.inbound.splice(100, 0, ...hidden);
	expect(await texts()).toBeNull();
});

test('a poll that did not work forgets nothing', async () => {
	const { receive, texts, node, account } = setUp();
	await texts();
	receive('one');
	account.refuses = () => true;
	await expect(node.poll()).rejects.toThrow('Mobile Message refused the request: No');
	account.refuses = undefined;
	expect(await texts()).toEqual(['one']);
});

test('polls that overlap emit nothing twice', async () => {
	const { receive, texts } = setUp();
	await texts();
	receive('one');
	const both = await Promise.all([texts(), texts()]);
	expect(both.flat().filter((text) => text === 'one')).toHaveLength(1);
});

test('replies or opt-outs alone, and what is not chosen does not come later', async () => {
	const { receive, texts, node } = setUp();
	await texts();
	node.now.parameters = { events: ['unsubscribe'] };
	receive('Yes');
	receive('STOP', start, { type: 'unsubscribe' });
	expect(await texts()).toEqual(['STOP']);
	node.now.parameters = { events: ['inbound'] };
	expect(await texts()).toBeNull();
});

test('another account begins anew', async () => {
	const { receive, texts, node } = setUp();
	await texts();
	node.now.credential.username = 'somebody else';
	receive('old to me');
	expect(await texts()).toBeNull();
	receive('new');
	expect(await texts()).toEqual(['new']);
});

test('what n8n keeps stays small, also in a storm', async () => {
	const { receive, texts, node, clock } = setUp();
	await texts();
	for (let hours = 0; hours < 100; hours++) {
		clock.time += hour;
		receive(`message ${hours}`);
		expect(await texts()).toEqual([`message ${hours}`]);
	}
	expect(Object.keys(node.kept()['seen'] as object).length).toBeLessThan(5);
	for (let number = 0; number < 5_500; number++) receive(`storm ${number}`, (clock.time += 100));
	expect(await texts()).toHaveLength(5_500);
	expect(Object.keys(node.kept()['seen'] as object).length).toBeLessThan(5_020);
	expect(await texts()).toBeNull();
});

test('run by hand it shows the newest few, oldest first, and remembers nothing', async () => {
	const { receive, texts, node } = setUp();
	expect(await node.poll('manual')).toBeNull();
	receive('last week', start - 7 * day);
	expect((await node.poll('manual'))?.map(({ text }) => text)).toEqual(['last week']);
	node.now.parameters = { events: ['unsubscribe'] };
	expect(await node.poll('manual')).toBeNull();
	node.now.parameters = { events: ['inbound'] };
	for (let number = 0; number < 7; number++) receive(`message ${number}`, start - hour + number * minute);
	expect((await node.poll('manual'))?.map(({ text }) => text)).toEqual(['message 2', 'message 3', 'message 4', 'message 5', 'message 6']);
	expect(await texts()).toBeNull();
});

test('a message without a time is emitted once, as long as it is listed', async () => {
	const { receive, texts, clock } = setUp();
	await texts();
	receive('when?', start, { received_at: '' });
	// The day filter of the account cannot know it either.
	expect(await texts()).toBeNull();
	receive('then', (clock.time += minute), { received_at: 'a while ago' });
	expect(await texts()).toEqual(['then']);
	for (let polls = 0; polls < 5; polls++) {
		clock.time += hour;
		receive(`message ${polls}`);
		expect(await texts()).toEqual([`message ${polls}`]);
	}
});

test('the list is told what is asked for and when', async () => {
	const clock = { ...virtualClock(), time: start, now: () => clock.time };
	const asked: Array<[time: number, now: number]> = [];
	const { mobileMessageInbox } = startProcess().mobileMessage;
	const since = (time: number, now: number) => {
		asked.push([time, now]);
		return mobileMessageInbox.since(time, now);
	};
	const node = triggerNode(fakeAccount(), { clock, feed: { ...mobileMessageInbox, since } });
	await node.poll();
	clock.time += minute;
	await node.poll();
	expect(asked).toEqual([[start - day, start], [start - day, start + minute]]);
});

describe('what answers a question', () => {
	const lead = () => `https://n8n.example.com/webhook-waiting/7/node?q=${markerOf('trigger', 'abcdef', 0)}&signature=${'ab'.repeat(32)}`;
	const running = { statusCode: 409, body: { message: 'The execution "7" is running already.' } };
	const says = (verdict: string) => ({ statusCode: 200, body: { [verdictField]: verdict } });

	async function polled(...answers: Array<ReturnType<typeof says> | typeof running>): Promise<Array<unknown>> {
		return await polledWith({}, ...answers);
	}

	let ids = 0;
	/** A trigger that hands over, and a reply; what is known of one says nothing of another. */
	async function replied(options: IDataObject = {}, more: Partial<InboundRow> = {}) {
		const { clock, account } = setUp();
		const feed = { ...mobileMessageInbox, lead };
		const trigger = () => triggerNode(account, { parameters: { events: ['inbound'], options }, clock, feed });
		const node = trigger();
		await node.poll();
		const row = { message_id: `reply ${++ids}`, from: '61491570158', to: '61412345678', message: 'YES', type: 'inbound', received_at: '2030-01-10 12:00:00', ...more };
		account.inbound.push(row);
		return { clock, account, node, trigger, row };
	}

	async function polledWith(options: IDataObject, ...answers: Array<ReturnType<typeof says> | typeof running>): Promise<Array<unknown>> {
		const { clock, account, node } = await replied(options);
		const texts: unknown[] = [];
		for (const answer of answers) {
			account.waiting = () => answer;
			clock.time += 10 * minute;
			texts.push((await node.poll())?.map(({ text }) => text) ?? null);
		}
		return texts;
	}

	test('is handed over and not emitted, unless it belongs to no question any more', async () => {
		expect(await polled(says('answered'), says('none'))).toEqual([null, null]);
		expect(await polled(says('none'), says('none'))).toEqual([['YES'], null]);
	});

	test('is handed over, and emitted as well where the user wants both', async () => {
		expect(await polledWith({ alsoStart: true }, says('answered'), says('none'))).toEqual([['YES'], null]);
		expect(await polledWith({ alsoStart: true }, running, says('answered'), says('answered'))).toEqual([null, ['YES'], null]);
	});

	test('is emitted at once by a trigger that does not look for questions', async () => {
		const { clock, account } = setUp();
		const node = triggerNode(account, { parameters: { events: ['inbound'] }, clock, feed: { ...mobileMessageInbox, lead: undefined } });
		await node.poll();
		account.inbound.push({ message_id: 'a', from: '61491570158', to: '61412345678', message: 'YES', type: 'inbound', received_at: '2030-01-10 12:00:00' });
		account.requests.length = 0;
		expect((await node.poll())?.map(({ text }) => text)).toEqual(['YES']);
		expect(await node.poll()).toBeNull();
		expect(new Set(account.requests)).toEqual(new Set(['GET /v1/inbound']));
	});

	test('is tried again with the next polls while the execution does not wait yet, and emitted after half an hour', async () => {
		expect(await polled(running, says('answered'), says('none'))).toEqual([null, null, null]);
		expect(await polled(running, running, running, running, running)).toEqual([null, null, null, ['YES'], null]);
	}, 30_000);

	test('is tried as long whatever the zone of its time, and found again while newer messages come', async () => {
		for (const received_at of ['2030-01-10 22:00:00', '2030-01-10 02:00:00', '']) {
			const { clock, account, node } = await replied({}, { received_at });
			account.waiting = () => running;
			for (let polls = 0; polls < 3; polls++) {
				clock.time += 9 * minute;
				account.inbound.push({ message_id: `other ${++ids}`, from: '61491570159', to: '61412345678', message: 'Hi', type: 'inbound', received_at: `2030-01-1${polls + 1} 23:00:00` });
				expect(await node.poll()).toBeNull();
			}
			account.waiting = () => says('answered');
			clock.time += 2 * minute;
			expect(await node.poll()).toBeNull();
			account.waiting = () => says('none');
			clock.time += minute;
			expect(await node.poll()).toBeNull();
		}
	}, 60_000);

	test('waits for the next polls, when the provider could not be asked whose it is', async () => {
		const { clock, account } = setUp();
		const asks: Lead = async (_event, send) => await send({ method: 'GET', path: '/whose' }, z.unknown()).then(lead);
		const node = triggerNode(account, { parameters: { events: ['inbound'] }, clock, feed: { ...mobileMessageInbox, lead: asks } });
		await node.poll();
		account.inbound.push({ message_id: `reply ${++ids}`, from: '61491570158', to: '61412345678', message: 'YES', type: 'inbound', received_at: '2030-01-10 12:00:00' });
		account.waiting = () => says('answered');
		account.fails = (request) => request === 'GET /whose';
		clock.time += minute;
		expect(await node.poll()).toBeNull();
		account.fails = undefined;
		expect(await node.poll()).toBeNull();
		account.waiting = () => says('none');
		expect(await node.poll()).toBeNull();
	}, 60_000);

	test('starts nothing later, when the workflow is published anew; nor does what was not chosen', async () => {
		const { clock, account, node, row } = await replied();
		account.waiting = () => says('answered');
		clock.time += minute;
		account.inbound.push({ ...row, message_id: `stop ${ids}`, message: 'STOP', type: 'unsubscribe' });
		expect(await node.poll()).toBeNull();
		account.waiting = () => says('none');
		node.now.parameters = { events: ['inbound', 'unsubscribe'] };
		node.publishAnew();
		for (let polls = 0; polls < 3; polls++) expect(await node.poll()).toBeNull();
	});

	test('answers once, and starts nothing, where several triggers poll the same inbox, also at the same time', async () => {
		const { clock, account, node, trigger } = await replied();
		const [other, third] = [trigger(), trigger()];
		const [row] = account.inbound.splice(0);
		await other.poll();
		await third.poll();
		if (row) account.inbound.push(row);
		let calls = 0;
		account.waiting = () => says(++calls === 1 ? 'answered' : 'none');
		clock.time += minute;
		expect(await Promise.all([node.poll(), other.poll()])).toEqual([null, null]);
		expect(await third.poll()).toBeNull();
		expect(calls).toBe(1);
		// What belongs to no question starts each of them.
		account.inbound.push({ ...(row as InboundRow), message_id: `reply ${++ids}`, message: 'Thanks' });
		for (const one of [node, other, third]) expect((await one.poll())?.map(({ text }) => text)).toEqual(['Thanks']);
	});
});
