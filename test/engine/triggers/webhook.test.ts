/** Calls at a trigger's address: who is believed, what comes out, and what comes only once. */
import type { IDataObject, IHookFunctions } from 'n8n-workflow';

import { markerOf } from '../../../engine/asking/address';
import { verdictField } from '../../../engine/answers/answering';
import type { Events, Proof } from '../../../engine/calls/events';
import type { Clock } from '../../../engine/wire/clock';
import { Sms160Trigger } from '../../../nodes/Sms160/Sms160Trigger.node';
import { fakeAccount, signed, triggerNode } from './fakeN8n';
import type { Options } from './fakeN8n';
import { known } from '../../known';

const start = Date.parse('2030-01-01T00:00:00Z');
const secret = 'the-webhook-secret';
const minute = 60 * 1000;
const hour = 60 * minute;

function clockAt(milliseconds: number): Clock & { time: number } {
	return {
		time: milliseconds,
		now() {
			return this.time;
		},
		sleep: async () => await Promise.resolve(),
		random: () => 0.5,
	};
}

// "Example Inbound Webhook Payload" and "Example Status Webhook Payload (Concatenated Message)".
const inbound = {
	to: '61412345678',
	message: 'Hello, this is message 1',
	sender: '61412345699',
	received_at: '2024-09-30 14:35:00',
	type: 'inbound',
	original_message_id: 'db6190e1-1ce8-4cdd-b871-244257d57abc',
	original_custom_ref: 'tracking001',
};
const status = {
	to: '61412345678',
	message: 'Hello, this is a longer message that was split into multiple parts',
	sender: 'Mobile MSG',
	custom_ref: 'tracking001',
	status: 'delivered',
	message_id: '044b035f-0396-4a47-8428-12d5273ab04a',
	received_at: '2024-09-30 14:35:00',
	part_number: 2,
	total_parts: 3,
};
const everything = { events: ['delivered', 'failed', 'inbound', 'sent', 'unknown', 'unsubscribe'] };

/** A trigger of an account that signs its calls. */
function signedTrigger(parameters: IDataObject = everything, options: Options = {}) {
	const clock = clockAt(start);
	const node = triggerNode(fakeAccount(), { parameters, credential: { webhookSecret: secret }, clock, ...options });
	const call = async (body: unknown, where?: 'test') => {
		const text = JSON.stringify(body);
		return await node.call({ text, headers: signed(secret, clock.time, text) }, where);
	};
	return { clock, node, call };
}

describe('events', () => {
	test('a reply', async () => {
		const { httpStatus, items } = await signedTrigger().call(inbound);
		expect(httpStatus).toBe(200);
		expect(items.map(known)).toEqual([
			{
				event: 'inbound',
				from: '61412345699',
				to: '61412345678',
				text: 'Hello, this is message 1',
				reference: 'tracking001',
				receivedAt: '2024-09-30T14:35:00Z',
				originalMessageId: 'db6190e1-1ce8-4cdd-b871-244257d57abc',
				raw: inbound,
			},
		]);
	});

	test('an opt-out of somebody unknown: empty texts are nothing', async () => {
		const { items } = await signedTrigger().call({ ...inbound, type: 'unsubscribe', message: 'STOP', original_message_id: '', original_custom_ref: '' });
		expect(Object.keys(items[0] ?? {})).toEqual(['event', 'from', 'to', 'text', 'status', 'receivedAt', 'messageId', 'originalMessageId', 'reference', 'raw']);
		expect(Object.keys(known(items[0] ?? {}))).toEqual(['event', 'from', 'to', 'text', 'receivedAt', 'raw']);
		expect(items[0]).toMatchObject({ event: 'unsubscribe', text: 'STOP' });
	});

	test.each(['delivered', 'failed', 'sent'])('a report: %s', async (word) => {
		const { items } = await signedTrigger().call({ ...status, status: word });
		expect(items.map(known)).toEqual([
			{
				event: word,
				messageId: '044b035f-0396-4a47-8428-12d5273ab04a',
				from: 'Mobile MSG',
				to: '61412345678',
				text: 'Hello, this is a longer message that was split into multiple parts',
				status: word,
				reference: 'tracking001',
				receivedAt: '2024-09-30T14:35:00Z',
				partNumber: 2,
				totalParts: 3,
				raw: { ...status, status: word },
			},
		]);
	});

	test('a report without parts, and with numbers for texts and texts for numbers', async () => {
		const { part_number: _part, total_parts: _total, ...plain } = status;
		expect((await signedTrigger().call(plain)).items[0]).toMatchObject({ event: 'delivered', partNumber: 1, totalParts: 1 });
		expect((await signedTrigger().call({ ...status, message_id: 12345, part_number: '2', total_parts: '3' })).items[0]).toMatchObject({ messageId: '12345', partNumber: 2, totalParts: 3 });
		expect((await signedTrigger().call({ ...status, part_number: null, total_parts: null })).items[0]).toMatchObject({ partNumber: 1, totalParts: 1 });
	});

	test.each([
		[{ ...inbound, message: 1, original_message_id: false, original_custom_ref: {} }, { event: 'inbound', text: '1', originalMessageId: null, reference: null }],
		[{ type: 'unsubscribe', sender: 61412345699, message: null }, { event: 'unsubscribe', from: '61412345699', to: null, text: null, receivedAt: null }],
		[{ ...status, message: 7, to: false, custom_ref: 1042, received_at: {} }, { event: 'delivered', text: '7', to: null, reference: '1042', receivedAt: null }],
	])('a reply or report that leaves something out, or gives it in another type: %j', async (payload, wanted) => {
		expect((await signedTrigger().call(payload)).items).toMatchObject([wanted]);
	});

	test.each([{ hello: 'world' }, { ...status, status: 'expired' }, { ...inbound, type: 'mms' }, [1, 2], 'text', {}])('an unknown payload is passed on to those who want it: %j', async (payload) => {
		const { items } = await signedTrigger().call(payload);
		expect(items).toEqual([{ event: 'unknown', raw: typeof payload === 'string' ? { body: '"text"' } : payload }]);
		const others = everything.events.filter((event) => event !== 'unknown');
		expect(await signedTrigger({ events: others }).call(payload)).toEqual({ httpStatus: 200, started: false, items: [] });
	});

	test('about a question show what tells it apart, and not what would answer it', async () => {
		const secretPart = 'A'.repeat(43);
		const account = fakeAccount();
		account.waiting = () => ({ statusCode: 200, body: { smsHubQuestion: 'none' } });
		const node = triggerNode(account, { parameters: everything, credential: { webhookSecret: secret }, clock: clockAt(start) });
		const text = JSON.stringify({ ...status, custom_ref: `n8nq.7.AAAAAAAAAAAAAAAAAAAAAA.t0-abcdef.${secretPart}` });
		const { items } = await node.call({ text, headers: signed(secret, start, text) });
		expect(items).toMatchObject([{ reference: 'n8nq.7.AAAAAAAAAAAAAAAAAAAAAA.t0-abcdef', raw: { custom_ref: 'n8nq.7.AAAAAAAAAAAAAAAAAAAAAA.t0-abcdef' } }]);
		expect(JSON.stringify(items)).not.toContain(secretPart);
	});

	test('that the user did not choose are answered 200 and start nothing', async () => {
		const { call } = signedTrigger({ events: ['unsubscribe', 'failed'] });
		expect(await call(inbound)).toEqual({ httpStatus: 200, started: false, items: [] });
		expect(await call(status)).toEqual({ httpStatus: 200, started: false, items: [] });
		expect((await call({ ...status, status: 'failed' })).started).toBe(true);
	});
});

describe('a signed account', () => {
	test('is believed by the provider\'s own test vector', async () => {
		const clock = clockAt(1754640000_000);
		const node = triggerNode(fakeAccount(), { parameters: everything, credential: { webhookSecret: 'abc123' }, clock });
		const headers = { 'X-MM-Timestamp': '1754640000', 'X-MM-Signature': '52344b9592722e0241d82036e0920f4286bc0d47ba4624c5a1588193490a1efb' };
		expect((await node.call({ text: '{"test":1}', headers })).items).toEqual([{ event: 'unknown', raw: { test: 1 } }]);
		expect((await node.call({ text: '{"test":2}', headers })).httpStatus).toBe(401);
	});

	test('is not believed when the signature is missing, of another secret, body or time, or too old or too new', async () => {
		const { clock, node, call } = signedTrigger();
		const text = JSON.stringify(inbound);
		const good = signed(secret, start, text);
		const refused: Array<Record<string, string>> = [
			{},
			{ 'X-MM-Timestamp': good['X-MM-Timestamp'] ?? '' },
			{ 'X-MM-Signature': good['X-MM-Signature'] ?? '' },
			{ ...good, 'X-MM-Signature': '' },
			{ ...good, 'X-MM-Timestamp': String(start / 1000 + 1) },
			{ ...good, 'X-MM-Timestamp': '' },
			{ ...good, 'X-MM-Timestamp': 'NaN' },
			signed('another secret', start, text),
			signed('', start, text),
			signed(secret, start, `${text} `),
			signed(secret, start - 301_000, text),
			signed(secret, start + 301_000, text),
		];
		for (const headers of refused) expect([headers, await node.call({ text, headers })]).toEqual([headers, { httpStatus: 401, started: false, items: [] }]);
		// The token of the address does not stand in for a signature.
		expect((await node.call({ text, query: { token: new URL(node.url.production).searchParams.get('token') ?? '' } })).httpStatus).toBe(401);
		clock.time += 300_000;
		expect((await node.call({ text, headers: good })).started).toBe(true);
		// What was refused is not remembered, what was believed is.
		clock.time += minute;
		expect((await call(inbound)).started).toBe(false);
	});

	test('is believed about its body only, not about the query that came with it', async () => {
		const { node } = signedTrigger();
		const text = JSON.stringify(status);
		const { items } = await node.call({ text, headers: signed(secret, start, text), query: { status: 'failed', extra: '1' } });
		expect(items[0]?.['raw']).toEqual(status);
	});
});

describe('an account that does not sign', () => {
	test('is believed by the token in the address, that of the day of registration included', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { parameters: everything });
		const tokenIn = (url: string) => ({ token: new URL(url).searchParams.get('token') ?? '' });
		await node.activate();
		expect((await node.call({ body: inbound, query: tokenIn(node.url.production) })).started).toBe(true);
		const wrong: Array<Record<string, string>> = [{}, { token: '' }, { token: 'x' }, { token: tokenIn(node.url.production).token.toUpperCase() }];
		for (const query of wrong) {
			expect((await node.call({ body: inbound, query })).httpStatus).toBe(401);
		}
		node.now.credential.password = 'another';
		expect((await node.call({ body: { ...inbound, message: 'later' }, query: tokenIn(account.webhooks.inbound ?? '') })).started).toBe(true);
	});

	test('has a token that neither shows the password nor fits another node', async () => {
		const [first, second] = [triggerNode(fakeAccount()), triggerNode(fakeAccount())];
		expect(first.url.production).not.toContain('a-secret-password');
		const token = new URL(first.url.production).searchParams.get('token') ?? '';
		expect(token).toMatch(/^[0-9a-f]{24}$/);
		expect((await second.call({ body: inbound, query: { token } })).httpStatus).toBe(401);
	});
});

describe('repeats', () => {
	test('are dropped for hours, whatever their signature, and also after a restart', async () => {
		const { clock, node, call } = signedTrigger();
		expect((await call(inbound)).started).toBe(true);
		expect((await call(status)).started).toBe(true);
		for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]) {
			clock.time += minutes * 60_000;
			if (minutes === 32) node.restart();
			expect([await call(inbound), await call(status)]).toEqual(Array(2).fill({ httpStatus: 200, started: false, items: [] }));
		}
	});

	test('are told from another message, part or status', async () => {
		const { call, clock } = signedTrigger();
		const different = [
			inbound,
			{ ...inbound, message: 'Hello' },
			{ ...inbound, sender: '61412345600' },
			{ ...inbound, received_at: '2024-09-30 14:35:01' },
			{ ...inbound, original_message_id: '' },
			status,
			{ ...status, part_number: 3 },
			{ ...status, status: 'failed' },
			{ ...status, message_id: 'another' },
		];
		for (const payload of different) expect([payload, (await call(payload)).started]).toEqual([payload, true]);
		clock.time += minute;
		for (const payload of different) expect([payload, (await call(payload)).started]).toEqual([payload, false]);
	});

	test('of a call whose execution n8n could not start are the first in truth', async () => {
		const { clock, node, call } = signedTrigger();
		const text = JSON.stringify(inbound);
		const lost = await node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 });
		expect(lost.httpStatus).toBe(500);
		clock.time += minute;
		expect((await call(inbound)).started).toBe(true);
		clock.time += minute;
		expect((await call(inbound)).started).toBe(false);
	});

	test('that come at the same moment are dropped, although n8n gives each call what it kept before', async () => {
		const { call } = signedTrigger();
		const answers = await Promise.all(Array.from({ length: 10 }, async () => await call(status)));
		expect(answers.filter(({ started }) => started)).toHaveLength(1);
	});

	test('do not fill up what n8n keeps', async () => {
		const { node, call, clock } = signedTrigger();
		for (let number = 0; number < 510; number++) {
			clock.time += 1000;
			await call({ ...status, message_id: `message-${number}` });
		}
		const marks = node.kept()['marks'] as IDataObject;
		expect(Object.keys(marks)).toHaveLength(500);
		// The process knows them all, and what n8n keeps are the newest.
		expect((await call({ ...status, message_id: 'message-0' })).started).toBe(false);
		node.restart();
		expect((await call({ ...status, message_id: 'message-509' })).started).toBe(false);
		clock.time += 73 * hour;
		await call({ ...status, message_id: 'much later' });
		expect(Object.keys(node.kept()['marks'] as IDataObject)).toHaveLength(1);
	});

	test('are welcome in a new test', async () => {
		const { node, call } = signedTrigger();
		await call(status);
		for (let round = 0; round < 2; round++) {
			await node.listen();
			expect((await call(status, 'test')).started).toBe(true);
			expect((await call(status, 'test')).started).toBe(false);
			await node.stopListening();
		}
	});

	test.each([
		['forgets what changes before it starts an execution', false],
		['saves the data before it starts the execution', true],
	])('are known after a restart, each of them, although n8n %s', async (_, answersFirst) => {
		const { node, call, clock } = signedTrigger();
		const reports = ['a', 'b', 'c', 'd'].map((id) => ({ ...status, message_id: id }));
		for (const report of reports) {
			const text = JSON.stringify(report);
			expect((await node.call({ text, headers: signed(secret, clock.time, text), answersFirst })).started).toBe(true);
			clock.time += 2000;
		}
		expect(Object.keys(node.kept()['marks'] as IDataObject)).toHaveLength(4);
		node.restart();
		for (const report of reports) expect([report.message_id, (await call(report)).started]).toEqual([report.message_id, false]);
	});

	test('are kept together when many calls come: n8n writes once a second, and then all of them', async () => {
		const { node, call, clock } = signedTrigger();
		for (let number = 0; number < 50; number++) {
			await call({ ...status, message_id: `message-${number}` });
			clock.time += 100;
		}
		expect(node.now.written).toBe(5);
		// The next call, whatever it is, takes the rest along.
		clock.time += 1000;
		await call({ ...status, message_id: 'message-49' });
		node.restart();
		for (let number = 0; number < 50; number++) expect((await call({ ...status, message_id: `message-${number}` })).started).toBe(false);
	});

	test('are kept once, and not written again by calls that bring nothing new', async () => {
		const { node, call, clock } = signedTrigger({ events: ['delivered'] });
		await call(status);
		expect(node.now.written).toBe(1);
		for (let number = 0; number < 10; number++) {
			clock.time += minute;
			await call(status);
			await call(inbound);
			await node.call({ body: status });
		}
		expect(node.now.written).toBe(1);
	});

	test('are not written anew for a text that did not start while its like did', async () => {
		const { node, call, clock } = signedTrigger();
		const text = JSON.stringify(inbound);
		await call(inbound);
		await node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 });
		clock.time += minute;
		await call(inbound);
		const { written } = node.now;
		for (let number = 0; number < 5; number++) {
			clock.time += minute;
			expect((await call(inbound)).started).toBe(false);
		}
		expect(node.now.written).toBe(written);
	});

	test('stay known when something else wrote old data of the workflow over them', async () => {
		const { node, call, clock } = signedTrigger();
		await call(status);
		node.loseData();
		clock.time += minute;
		expect((await call(status)).started).toBe(false);
		node.restart();
		expect((await call(status)).started).toBe(false);
	});

	test.each([
		['a report', status, true],
		['a report', status, false],
		['a text without an ID', inbound, true],
		['a text without an ID', inbound, false],
	])('of a call that did not start are welcome, although another call had handed it over to n8n: %s', async (_name, payload, isMoreNew) => {
		const { node, call, clock } = signedTrigger();
		const text = JSON.stringify(payload);
		const lost = node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 });
		await call({ ...status, message_id: 'another' });
		expect((await lost).httpStatus).toBe(500);
		clock.time += minute;
		await call({ ...status, message_id: isMoreNew ? 'a third' : 'another' });
		node.restart();
		expect((await call(payload)).started).toBe(true);
	});
});

describe('two equal texts from one phone', () => {
	test('within a second are two events, and their repeats none', async () => {
		const { node, call, clock } = signedTrigger();
		expect([await call(inbound), await call(inbound)].map(({ started }) => started)).toEqual([true, true]);
		for (const minutes of [1, 2, 4]) {
			clock.time += minutes * minute;
			expect([await call(inbound), await call(inbound)].map(({ started }) => started)).toEqual([false, false]);
			if (minutes === 2) node.restart();
		}
	});

	test('are told from a repeat by their time: it comes no sooner than after half a minute', async () => {
		const { call, clock } = signedTrigger();
		await call(inbound);
		clock.time += 29_999;
		expect((await call(inbound)).started).toBe(true);
		clock.time += 1;
		expect((await call(inbound)).started).toBe(false);
	});

	test('at the same moment are two events, while a report that comes twice is one', async () => {
		const { call } = signedTrigger();
		const answers = await Promise.all([call(inbound), call(inbound), call(status), call(status)]);
		expect(answers.map(({ started }) => started)).toEqual([true, true, true, false]);
	});

	test('both come through, although n8n could start only one at first', async () => {
		for (const order of [[500, 200], [200, 500]]) {
			const { node, call, clock } = signedTrigger();
			const text = JSON.stringify(inbound);
			for (const n8nAnswers of order) await node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers });
			clock.time += minute;
			expect((await call(inbound)).started).toBe(true);
			expect((await call(inbound)).started).toBe(false);
			clock.time += minute;
			expect((await call(inbound)).started).toBe(false);
		}
	});

	test('and of a provider that is not known to repeat itself, each counts, whenever it comes; an ID still counts once', async () => {
		const { clock, node } = signedTrigger(everything, { events: ({ mobileMessage }) => ({ ...mobileMessage.mobileMessageEvents, proof: undefined, soonestRepeat: undefined }) });
		for (let round = 0; round < 3; round++) {
			expect((await node.call({ body: inbound })).started).toBe(true);
			expect((await node.call({ body: { hello: 1 } })).started).toBe(true);
			expect((await node.call({ body: status })).started).toBe(round === 0);
			clock.time += hour;
		}
		// What is never a repeat is not kept either.
		expect(Object.keys(node.kept()['marks'] as IDataObject)).toHaveLength(1);
	});
});

describe('what a call costs', () => {
	const tokenOf = (node: { url: { production: string } }) => new URL(node.url.production).searchParams.get('token') ?? '';

	test('the credential is read once for many calls, genuine or forged, also when they come together', async () => {
		const { node, call, clock } = signedTrigger();
		await Promise.all(Array.from({ length: 20 }, async (_, index) => (index % 2 === 0 ? await call({ ...status, message_id: String(index) }) : await node.call({ body: status }))));
		for (let number = 0; number < 40; number++) {
			clock.time += 100;
			expect((await node.call({ body: status })).httpStatus).toBe(401);
		}
		expect(node.now.decrypted).toBe(1);
	});

	test('forged calls have it read again every five seconds, genuine ones every minute', async () => {
		const { node, call, clock } = signedTrigger();
		for (let number = 0; number < 60; number++) {
			clock.time += 1000;
			await node.call({ body: status });
		}
		expect(node.now.decrypted).toBeLessThanOrEqual(12);
		node.now.decrypted = 0;
		for (let number = 0; number < 120; number++) {
			clock.time += 1000;
			await call({ ...status, message_id: String(number) });
		}
		expect(node.now.decrypted).toBeLessThanOrEqual(3);
	});

	test('a new secret is believed at once, the old one for a minute at most', async () => {
		const { node, call, clock } = signedTrigger();
		await call(status);
		node.now.credential.webhookSecret = 'the new secret';
		clock.time += 6_000;
		const post = async (key: string, id: string) => {
			const text = JSON.stringify({ ...status, message_id: id });
			return (await node.call({ text, headers: signed(key, clock.time, text) })).httpStatus;
		};
		expect(await post('the new secret', 'b')).toBe(200);
		expect(await post(secret, 'c')).toBe(401);
		node.now.credential.webhookSecret = 'the third secret';
		clock.time += 61_000;
		expect(await post('the new secret', 'd')).toBe(401);
		expect(await post('the third secret', 'e')).toBe(200);
	});

	test('activation forgets what the credential said', async () => {
		const { node, call, clock } = signedTrigger();
		await call(status);
		node.now.credential.webhookSecret = '';
		await node.activate();
		expect((await call({ ...status, message_id: 'b' })).httpStatus).toBe(401);
		expect((await node.call({ body: { ...status, message_id: 'c' }, query: { token: tokenOf(node) } })).httpStatus).toBe(200);
		clock.time += minute;
	});

	test('a credential that could not be read is read again by the next call', async () => {
		const { node, call } = signedTrigger();
		const { credential } = node.now;
		node.now.credential = undefined as never;
		await expect(call(status)).rejects.toThrow();
		node.now.credential = credential;
		expect((await call(status)).started).toBe(true);
	});

	test('where only the address proves anything, no credential is read', async () => {
		const { node } = signedTrigger(everything, { events: ({ mobileMessage }) => ({ ...mobileMessage.mobileMessageEvents, proof: undefined }) });
		expect((await node.call({ body: status })).started).toBe(true);
		expect(node.now.decrypted).toBe(0);
	});
});

describe('"Wait for All Parts"', () => {
	const waiting = { ...everything, options: { waitForAllParts: true } };
	const part = (number: number, word = 'delivered') => ({ ...status, status: word, part_number: number });

	test.each([
		['in order', [1, 2, 3]],
		['last part first', [3, 2, 1]],
		['with repeats', [2, 2, 1, 1, 2, 3]],
	])('reports a delivery once, when the last part was: %s', async (_, numbers) => {
		const { call } = signedTrigger(waiting);
		const answers = [];
		for (const number of numbers) answers.push(await call(part(number)));
		expect(answers.map(({ started }) => started)).toEqual(numbers.map((_number, index) => index === numbers.length - 1));
		const [item] = answers.at(-1)?.items ?? [];
		expect(item).toMatchObject({ event: 'delivered', totalParts: 3, messageId: status.message_id });
		expect(item).not.toHaveProperty('partNumber');
		for (const number of numbers) expect((await call(part(number))).started).toBe(false);
	});

	test('goes on over a restart and for days', async () => {
		const { node, call, clock } = signedTrigger(waiting);
		await call(part(3));
		clock.time += 30 * hour;
		node.restart();
		expect((await call(part(1))).started).toBe(false);
		clock.time += 30 * hour;
		node.restart();
		expect((await call(part(2))).started).toBe(true);
	});

	test('counts parts that are reported at the same moment', async () => {
		const { call } = signedTrigger(waiting);
		const answers = await Promise.all([1, 2, 3].map(async (number) => await call(part(number))));
		expect(answers.filter(({ started }) => started)).toHaveLength(1);
	});

	test('reports a message as failed at its first failed part, once, and never as delivered', async () => {
		const { call } = signedTrigger(waiting);
		expect((await call(part(1))).started).toBe(false);
		expect((await call(part(3, 'failed'))).items[0]).toMatchObject({ event: 'failed', totalParts: 3 });
		expect((await call(part(2, 'failed'))).started).toBe(false);
		expect((await call(part(3, 'failed'))).started).toBe(false);
	});

	test('counts again when the execution could not be started', async () => {
		const { node, call, clock } = signedTrigger(waiting);
		await call(part(1));
		await call(part(2));
		const text = JSON.stringify(part(3));
		expect((await node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 })).httpStatus).toBe(500);
		expect((await call(part(3))).started).toBe(true);
	});

	test.each([['a text', inbound], ['a report', { ...status, total_parts: 1 }]])('writes nothing down for good that did not start meanwhile: %s', async (_name, payload) => {
		const { node, call, clock } = signedTrigger(waiting);
		const text = JSON.stringify(payload);
		const lost = node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 });
		expect((await call({ ...part(1), message_id: 'another' })).started).toBe(false);
		expect(node.now.written).toBe(1);
		expect((await lost).httpStatus).toBe(500);
		clock.time += minute;
		expect([(await call(payload)).started, (await call(payload)).started]).toEqual([true, false]);
	});

	test('counts a part once, also when its report comes as another one', async () => {
		let count = 0;
		const events: Options['events'] = ({ mobileMessage: { mobileMessageEvents: { provider } } }): Events => ({
			provider,
			read: (payload) => [{ event: 'any', identity: String(++count), output: { event: 'any' }, part: { of: 'm', number: (payload as { number: number }).number, total: 2, emit: 'last' } }],
		});
		const node = triggerNode(fakeAccount(), { parameters: { events: ['any'], options: { waitForAllParts: true } }, clock: clockAt(start), events });
		const started: boolean[] = [];
		for (const number of [1, 1, 2, 2]) started.push((await node.call({ body: { number } })).started);
		expect(started).toEqual([false, false, true, false]);
	});

	test('has no more written for messages of one part than otherwise', async () => {
		const { node, call, clock } = signedTrigger(waiting);
		for (let number = 0; number < 20; number++) {
			await call({ ...status, message_id: String(number), part_number: 1, total_parts: 1 });
			clock.time += 100;
		}
		expect(node.now.written).toBe(2);
	});

	test('does not hold back messages of one part, replies and what is unknown', async () => {
		const { call } = signedTrigger(waiting);
		for (const payload of [{ ...status, part_number: 1, total_parts: 1 }, inbound, { hello: 1 }]) expect((await call(payload)).started).toBe(true);
	});
});

describe('what other providers send', () => {
	/** A provider that says nothing about its payloads. */
	const open = (proof: Proof | 'token'): Options => ({
		parameters: { events: ['any'] },
		clock: clockAt(start),
		events: ({ mobileMessage: { mobileMessageEvents } }): Events => ({
			provider: mobileMessageEvents.provider,
			proof: (credential, path) => (proof === 'token' ? { kind: 'token', token: mobileMessageEvents.token(credential, path) } : proof),
			read: (payload) => [{ event: 'any', identity: JSON.stringify(payload), output: { event: 'any' } }],
		}),
	});
	const tokenOf = (node: { url: { production: string } }) => new URL(node.url.production).searchParams.get('token') ?? '';
	const raw = async (options: Options, given: Parameters<ReturnType<typeof triggerNode>['call']>[0]) => {
		const node = triggerNode(fakeAccount(), options);
		return (await node.call({ ...given, query: { token: tokenOf(node), ...given.query } })).items[0]?.['raw'];
	};

	test('a query, a form, JSON whatever it is called, a form with files, or nothing', async () => {
		const options = open('token');
		expect(await raw(options, { text: '', query: { id: '1', status: 'ok' } })).toEqual({ id: '1', status: 'ok' });
		expect(await raw(options, { text: 'id=1&msg=caf%C3%A9+au+lait', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toEqual({ id: '1', msg: 'café au lait' });
		expect(await raw(options, { text: '\uFEFF {"id": 1}', headers: { 'content-type': 'text/plain' }, query: { via: 'query' } })).toEqual({ id: 1, via: 'query' });
		expect(await raw(options, { text: 'id=1&list=[a,b]' })).toEqual({ id: '1', list: '[a,b]' });
		expect(await raw(options, { text: '{"id":1}', isUnread: true })).toEqual({ id: 1 });
		expect(await raw(options, { multipart: { id: '1' } })).toEqual({ id: '1' });
		expect(await raw(options, { text: '{"id": ' })).toEqual({ body: '{"id":' });
		for (const body of ['just words', 'words, and a=b', 'see [1]']) expect(await raw(options, { text: body })).toEqual({ body });
		expect(await raw(options, { text: '' })).toEqual({});
	});

	const xml = '<?xml version=\'1.0\' encoding=\'UTF-8\'?>\n<root>\n<Sender>me</Sender>\n<Message>Grüße 👋 &amp;c &lt;&gt;&quot;&apos;</Message><ID>123456789012345678</ID></root>';
	test.each(['text/xml', 'application/xml; charset=utf-8', "application/xml; encoding='utf-8'", 'application/json', ''])('XML, called "%s": what the root element holds', async (type) => {
		const options = open('token');
		const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
		expect(await raw(options, { text: xml, headers, query: { via: 'query' } })).toEqual({ via: 'query', Sender: 'me', Message: 'Grüße 👋 &c <>"\'', ID: '123456789012345678' });
		expect(await raw(options, { text: `\uFEFF${xml}`, headers })).toEqual({ Sender: 'me', Message: 'Grüße 👋 &c <>"\'', ID: '123456789012345678' });
	});

	test('XML that cannot be read is passed on as text', async () => {
		for (const text of ['<Message>', '<a/><b/>', '<!DOCTYPE a><a><b>1</b></a>', '<a><b>1</b><b>2</b></a>', '<a>1</a>']) expect(await raw(open('token'), { text })).toEqual({ body: text });
	});

	test('other character sets, named by the header or by the XML', async () => {
		const latin = (text: string) => Buffer.from(text, 'latin1');
		expect(await raw(open('token'), { text: latin('{"m":"Grüße"}'), headers: { 'content-type': 'application/json; charset=ISO-8859-1' } })).toEqual({ m: 'Grüße' });
		expect(await raw(open('token'), { text: latin('<?xml version="1.0" encoding="ISO-8859-1"?><r><m>Grüße</m></r>') })).toEqual({ m: 'Grüße' });
		expect(await raw(open('token'), { text: latin('\n <?xml version="1.0" encoding = "ISO-8859-1"?><r><m>Grüße</m></r>') })).toEqual({ m: 'Grüße' });
		expect(await raw(open('token'), { text: latin('{"m":"Grüße"}'), headers: { 'content-type': 'text/plain; Charset = iso-8859-1' } })).toEqual({ m: 'Grüße' });
		// What stands in a text names nothing.
		const quoted = "<?xml version='1.0' encoding='ISO-8859-1'?> Grüße";
		expect(await raw(open('token'), { text: JSON.stringify({ m: quoted }) })).toEqual({ m: quoted });
		expect(await raw(open('token'), { text: Buffer.from('\uFEFF{"m":"Grüße"}', 'utf16le'), headers: { 'content-type': 'application/json; charset="utf-16"' } })).toEqual({ m: 'Grüße' });
		expect(await raw(open('token'), { text: '{"m":"Grüße"}', headers: { 'content-type': 'application/json; charset=unheard-of' } })).toEqual({ m: 'Grüße' });
	});

	test('IDs with more digits than a number holds', async () => {
		const text = '{"id": 123456789012345678, "list": [-9007199254740993], "text": "no \\"123456789012345678\\" here", "price": 0.12345678901234567, "short": 12}';
		expect(await raw(open('token'), { text })).toEqual({ id: '123456789012345678', list: ['-9007199254740993'], text: 'no "123456789012345678" here', price: 0.12345678901234567, short: 12 });
	});

	test.each([
		['JSON lists', '['.repeat(10_000) + ']'.repeat(10_000)],
		['JSON records', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
		['XML', '<a>'.repeat(10_000) + '</a>'.repeat(10_000)],
		['JSON, a hundred thousand', '['.repeat(100_000) + ']'.repeat(100_000)],
		['XML, too long', `<a>${'x'.repeat(1_000_000)}</a>`],
	])('nothing that is nested or long beyond reason: %s', async (_, text) => {
		for (const proof of ['token', { kind: 'fields', values: { a: 'key' } }] as const) {
			const node = triggerNode(fakeAccount(), open(proof));
			const answer = await node.call({ text, query: { token: tokenOf(node) } });
			expect(answer).toEqual({ httpStatus: proof === 'token' ? 400 : 401, started: false, items: [] });
			expect((await node.call({ text })).httpStatus).toBe(401);
		}
		const { clock, node } = signedTrigger();
		expect((await node.call({ text, headers: signed(secret, clock.time, text) })).httpStatus).toBe(400);
	});

	test('a hundred lists in each other are read, and no more', async () => {
		const node = triggerNode(fakeAccount(), open('token'));
		const nested = async (depth: number) => (await node.call({ text: '['.repeat(depth) + ']'.repeat(depth), query: { token: tokenOf(node) } })).httpStatus;
		expect([await nested(100), await nested(101)]).toEqual([200, 400]);
		expect(node.now.said).toBe('This call is too long, or nested too deeply, to be read.');
	});

	test('an empty secret believes no signature', async () => {
		const node = triggerNode(fakeAccount(), open({ kind: 'signature', secret: '', timestampHeader: 'X-MM-Timestamp', signatureHeader: 'X-MM-Signature', freshFor: 300 }));
		expect((await node.call({ text: '{}', headers: signed('', start, '{}') })).httpStatus).toBe(401);
		expect(node.now.said).toBe('This call carries no valid proof of where it comes from.');
	});

	test('fields that only the provider knows, which do not come out', async () => {
		const options = open({ kind: 'fields', values: { Sender: 'me', APIKey: 'key' } });
		const node = triggerNode(fakeAccount(), options);
		const good = await node.call({ body: { Sender: 'me', APIKey: 'key', Status: 'Success' } });
		expect(good.items).toEqual([{ event: 'any', raw: { Status: 'Success' } }]);
		for (const body of [{}, { Sender: 'me' }, { Sender: 'me', APIKey: '' }, { Sender: 'me', APIKey: ['key'] }, { Sender: 'you', APIKey: 'key' }, ['me', 'key']]) {
			expect((await node.call({ body })).httpStatus).toBe(401);
		}
		const inXml = async (key: string) => await triggerNode(fakeAccount(), options).call({ text: `<?xml version="1.0"?><root><Sender>me</Sender><APIKey>${key}</APIKey><Status>Success</Status></root>` });
		expect((await inXml('key')).items).toEqual([{ event: 'any', raw: { Status: 'Success' } }]);
		for (const key of ['', 'Key', 'key ', 'key</APIKey><APIKey>key', '<b>key</b>', '<![CDATA[]]>']) expect([key, (await inXml(key)).httpStatus]).toEqual([key, 401]);
		// A credential without these values believes nobody.
		expect((await triggerNode(fakeAccount(), open({ kind: 'fields', values: {} })).call({ body: { a: 1 } })).httpStatus).toBe(401);
		expect((await triggerNode(fakeAccount(), open({ kind: 'fields', values: { APIKey: '' } })).call({ body: { APIKey: '' } })).httpStatus).toBe(401);
	});

	test('many events in one call, each with its own part of it', async () => {
		const rows = [{ id: 1 }, { id: 2 }];
		const events: Options['events'] = ({ mobileMessage: { mobileMessageEvents: { provider } } }): Events => ({
			provider,
			read: () => [...rows.map((row) => ({ event: 'any', identity: String(row.id), output: { event: 'any' }, raw: row })), { event: 'any', identity: 'all', output: { event: 'any' } }],
		});
		const { items } = await triggerNode(fakeAccount(), { parameters: { events: ['any'] }, clock: clockAt(start), events }).call({ body: { rows } });
		expect(items.map(({ raw: part }) => part)).toEqual([...rows, { rows }]);
	});

	test('no address to register', async () => {
		const { default: methods } = new Sms160Trigger().webhookMethods;
		// A context that has nothing: whatever they asked it for would fail.
		const context = {} as unknown as IHookFunctions;
		for (const method of [methods.checkExists, methods.create, methods.delete]) expect(await method.call(context)).toBe(true);
	});
});

describe('what belongs to a question', () => {
	const address = `https://n8n.example.com/webhook-waiting/7/node?q=${markerOf('trigger', 'abcdef', 0)}&signature=${'ab'.repeat(32)}`;
	const says = (verdict: string) => ({ statusCode: 200, body: { [verdictField]: verdict } });
	const unreachable = { statusCode: 502, body: {} };

	/** A trigger whose every reply leads to a question, and what the question was told. */
	function leading({ parameters = everything, soonestRepeat = 30_000 }: { parameters?: IDataObject; soonestRepeat?: number | null } = {}) {
		const account = fakeAccount();
		const clock = clockAt(start);
		const events: Options['events'] = ({ mobileMessage: { mobileMessageEvents } }): Events => ({
			...mobileMessageEvents,
			proof: undefined,
			soonestRepeat: soonestRepeat ?? undefined,
			lead: ({ event }) => (event === 'inbound' ? address : undefined),
		});
		const node = triggerNode(account, { parameters, clock, events });
		let calls = 0;
		/** A reply comes in, and the question answers so. */
		const reply = async (answer: { statusCode: number; body: object }, more: object = {}) => {
			calls = 0;
			account.waiting = () => {
				calls++;
				return answer;
			};
			const { httpStatus, started } = await node.call({ body: { ...inbound, ...more } });
			return { httpStatus, started, told: calls > 0 };
		};
		return { node, clock, reply };
	}

	test.each(['answered', 'waiting'])('is handed over once, and starts nothing: %s', async (verdict) => {
		const { node, clock, reply } = leading();
		expect(await reply(says(verdict))).toEqual({ httpStatus: 200, started: false, told: true });
		clock.time += minute;
		// Its repeat must not find the question over, and start what the reply itself did not.
		expect(await reply(says('none'))).toEqual({ httpStatus: 200, started: false, told: false });
		expect((await node.call({ body: status })).started).toBe(true);
	});

	test('starts what any reply does when it is no answer any more, once', async () => {
		const { clock, reply } = leading();
		expect(await reply(says('none'))).toEqual({ httpStatus: 200, started: true, told: true });
		clock.time += minute;
		expect(await reply(says('none'))).toMatchObject({ started: false });
	});

	test('starts as well what the user wants of both, once', async () => {
		const { clock, reply } = leading({ parameters: { ...everything, options: { alsoStart: true } } });
		expect(await reply(says('answered'))).toEqual({ httpStatus: 200, started: true, told: true });
		clock.time += minute;
		expect(await reply(says('answered'))).toMatchObject({ started: false });
	});

	test.each([
		['is over', 'none', true],
		['waits', 'answered', false],
	])('is asked for again while the question cannot be reached, and then it %s', async (_name, verdict, started) => {
		const { node, clock, reply } = leading();
		for (let count = 0; count < 2; count++) {
			expect(await reply(unreachable)).toEqual({ httpStatus: 503, started: false, told: true });
			expect(node.now.said).toBe('The execution that waits for this could not be reached. Please call again.');
			clock.time += minute;
		}
		expect(await reply(says(verdict))).toEqual({ httpStatus: 200, started, told: true });
		clock.time += minute;
		expect(await reply(says(verdict))).toEqual({ httpStatus: 200, started: false, told: false });
	});

	test('is not lost where nobody knows whether the provider calls again: it starts at once', async () => {
		const { reply } = leading({ soonestRepeat: null });
		expect(await reply(unreachable)).toEqual({ httpStatus: 200, started: true, told: true });
		expect(await reply(says('answered'), { message: 'Hi' })).toEqual({ httpStatus: 200, started: false, told: true });
	});
});
