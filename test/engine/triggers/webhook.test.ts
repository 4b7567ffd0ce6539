/** Calls at a trigger's address: who is believed, what comes out, and what comes only once. */
import type { IDataObject } from 'n8n-workflow';

import type { Clock } from '../../../engine/wire/clock';
import type { Events, Proof } from '../../../engine/triggers/webhook';
import { fakeAccount, signed, triggerNode } from './fakeN8n';
import type { Options } from './fakeN8n';

const start = Date.parse('2030-01-01T00:00:00Z');
const secret = 'the-webhook-secret';
const hour = 60 * 60 * 1000;

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
		expect(items).toEqual([
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

	test('an opt-out of somebody unknown: empty texts are left out', async () => {
		const { items } = await signedTrigger().call({ ...inbound, type: 'unsubscribe', message: 'STOP', original_message_id: '', original_custom_ref: '' });
		expect(Object.keys(items[0] ?? {})).toEqual(['event', 'from', 'to', 'text', 'receivedAt', 'raw']);
		expect(items[0]).toMatchObject({ event: 'unsubscribe', text: 'STOP' });
	});

	test.each(['delivered', 'failed', 'sent'])('a report: %s', async (word) => {
		const { items } = await signedTrigger().call({ ...status, status: word });
		expect(items).toEqual([
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

	test.each([{ hello: 'world' }, { ...status, status: 'expired' }, { ...inbound, type: 'mms' }, [1, 2], 'text', {}])('an unknown payload is passed on to those who want it: %j', async (payload) => {
		const { items } = await signedTrigger().call(payload);
		expect(items).toEqual([{ event: 'unknown', raw: typeof payload === 'string' ? { body: '"text"' } : payload }]);
		const others = everything.events.filter((event) => event !== 'unknown');
		expect(await signedTrigger({ events: others }).call(payload)).toEqual({ httpStatus: 200, started: false, items: [] });
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
		const { call } = signedTrigger();
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
		for (const payload of different) expect([payload, (await call(payload)).started]).toEqual([payload, false]);
	});

	test('of a call whose execution n8n could not start are the first in truth', async () => {
		const { clock, node, call } = signedTrigger();
		const text = JSON.stringify(inbound);
		const lost = await node.call({ text, headers: signed(secret, clock.time, text), n8nAnswers: 500 });
		expect(lost.httpStatus).toBe(500);
		expect((await call(inbound)).started).toBe(true);
		expect((await call(inbound)).started).toBe(false);
	});

	test('that come at the same moment are dropped, although n8n gives each call what it kept before', async () => {
		const { call } = signedTrigger();
		const answers = await Promise.all(Array.from({ length: 10 }, async () => await call(status)));
		expect(answers.filter(({ started }) => started)).toHaveLength(1);
	});

	test('do not fill up what n8n keeps', async () => {
		const { node, call, clock } = signedTrigger();
		for (let number = 0; number < 700; number++) await call({ ...status, message_id: `message-${number}` });
		const marks = node.kept()['marks'] as IDataObject;
		expect(Object.keys(marks)).toHaveLength(500);
		// The process knows them all, and what n8n keeps are the newest.
		expect((await call({ ...status, message_id: 'message-0' })).started).toBe(false);
		node.restart();
		expect((await call({ ...status, message_id: 'message-699' })).started).toBe(false);
		clock.time += 73 * hour;
		await call({ ...status, message_id: 'much later' });
		expect(Object.keys(node.kept()['marks'] as IDataObject)).toHaveLength(1);
	});

	test('are welcome in a new test', async () => {
		const { node, call } = signedTrigger();
		await call(inbound);
		for (let round = 0; round < 2; round++) {
			await node.listen();
			expect((await call(inbound, 'test')).started).toBe(true);
			expect((await call(inbound, 'test')).started).toBe(false);
			await node.stopListening();
		}
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

	test('does not hold back messages of one part, replies and what is unknown', async () => {
		const { call } = signedTrigger(waiting);
		for (const payload of [{ ...status, part_number: 1, total_parts: 1 }, inbound, { hello: 1 }]) expect((await call(payload)).started).toBe(true);
	});
});

describe('what other providers send', () => {
	/** A provider that says nothing about its payloads. */
	const open = (proof: Proof, xml?: Events['xml']): Options => ({
		parameters: { events: ['any'] },
		clock: clockAt(start),
		events: ({ webhook, events }) => ({
			provider: events.mobileMessageEvents.provider,
			slots: [],
			token: (credential, path) => webhook.derivedToken(credential['password'] ?? '', path),
			proof: () => proof,
			xml,
			read: (payload) => [{ event: 'any', identity: JSON.stringify(payload), output: { event: 'any' } }],
		}),
	});
	const tokenOf = (node: { url: { production: string } }) => new URL(node.url.production).searchParams.get('token') ?? '';
	const raw = async (options: Options, given: Parameters<ReturnType<typeof triggerNode>['call']>[0]) => {
		const node = triggerNode(fakeAccount(), options);
		return (await node.call({ ...given, query: { token: tokenOf(node), ...given.query } })).items[0]?.['raw'];
	};

	test('a query, a form, JSON whatever it is called, a form with files, or nothing', async () => {
		const options = open({ kind: 'token' });
		expect(await raw(options, { text: '', query: { id: '1', status: 'ok' } })).toEqual({ id: '1', status: 'ok' });
		expect(await raw(options, { text: 'id=1&msg=caf%C3%A9+au+lait', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toEqual({ id: '1', msg: 'café au lait' });
		expect(await raw(options, { text: '\uFEFF {"id": 1}', headers: { 'content-type': 'text/plain' }, query: { via: 'query' } })).toEqual({ id: 1, via: 'query' });
		expect(await raw(options, { multipart: { id: '1' } })).toEqual({ id: '1' });
		expect(await raw(options, { text: '{"id": ' })).toEqual({ body: '{"id":' });
		expect(await raw(options, { text: 'just words' })).toEqual({ body: 'just words' });
		expect(await raw(options, { text: '' })).toEqual({});
	});

	test('XML, where the provider has a reader for it', async () => {
		const text = '<Message><Sender>me</Sender></Message>';
		expect(await raw(open({ kind: 'token' }), { text })).toEqual({ body: text });
		expect(await raw(open({ kind: 'token' }, (xml) => ({ read: xml.length })), { text })).toEqual({ read: text.length });
	});

	test('fields that only the provider knows, which do not come out', async () => {
		const options = open({ kind: 'fields', values: { Sender: 'me', APIKey: 'key' } });
		const node = triggerNode(fakeAccount(), options);
		const good = await node.call({ body: { Sender: 'me', APIKey: 'key', Status: 'Success' } });
		expect(good.items).toEqual([{ event: 'any', raw: { Status: 'Success' } }]);
		for (const body of [{}, { Sender: 'me' }, { Sender: 'me', APIKey: '' }, { Sender: 'me', APIKey: ['key'] }, { Sender: 'you', APIKey: 'key' }, ['me', 'key']]) {
			expect((await node.call({ body })).httpStatus).toBe(401);
		}
		// A credential without these values believes nobody.
		expect((await triggerNode(fakeAccount(), open({ kind: 'fields', values: { APIKey: '' } })).call({ body: { APIKey: '' } })).httpStatus).toBe(401);
	});

	test('no address to register', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { ...open({ kind: 'token' }), base: 'http://localhost:5678' });
		await node.activate();
		await node.deactivate();
		expect(account.requests).toEqual([]);
	});
});
