import { australianNumbers } from '../../sandbox/australianNumbers';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../../sandbox/bestsms/account';
import { bestSms } from '../../sandbox/bestsms/provider';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { call, rows, XML_HEADERS, type Received } from './bestSmsClient';
import { startReceiver, until, type WebhookReceiver } from './mobileMessageClient';

const provider = 'bestsms';
const JANE = '+61491571491';
const WEI = '+61491571804';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ providers: [bestSms] });
});
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ deliverAfterMs: 1_000 });
});
afterAll(() => sandbox.close());

const get = (path: string) => call(sandbox, 'GET', path);
const data = (fields: Record<string, unknown> = {}) => ({ MessageData: { Message: 'Hello', Destinations: [{ Recipient: JANE }], ...fields } });
const send = (fields: Record<string, unknown> = {}) => call(sandbox, 'POST', '/send/sms', data(fields));
const idOf = ({ body }: Received) => String(body['MessageID']);
const own = (changes: Record<string, unknown>) => sandbox.changeSettings({ own: changes }, provider);
const noViolations = () => expect(sandbox.violations(provider)).toEqual([]);
const kinds = () => sandbox.violations(provider).map(({ kind }) => kind);
const texts = () => sandbox.messages(provider).map(({ text }) => text);
const states = () => sandbox.messages(provider).map(({ status }) => status);
const deliver = () => sandbox.advance(10_000);
const dated = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;
const jobNumber = expect.stringMatching(/^[0-9A-F]{8}$/) as string;
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string;
/** A time of the account's zone, Sydney's, as requests have it. */
const localIn = (ms: number, zone = 'Australia/Sydney') =>
	new Date(Date.now() + ms).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');

describe('access', () => {
	test('needs the raw token after "Basic", a known path and its method', async () => {
		const encoded = Buffer.from(`${bestSmsToken}:`).toString('base64');
		for (const authorization of [undefined, `Basic ${encoded}`, `Bearer ${bestSmsToken}`, bestSmsToken]) {
			expect(await call(sandbox, 'GET', '/get/sms/received', undefined, { authorization })).toMatchObject({ httpStatus: 401, body: { Result: 'Unauthorized', Message: 'Invalid Auth Token' } });
		}
		expect((await call(sandbox, 'POST', '/send/sms', data(), { authorization: 'Basic x' })).httpStatus).toBe(401);
		expect((await get('/set/pacing/x')).httpStatus).toBe(404);
		expect((await call(sandbox, 'PATCH', '/get/sms/reply/x', {})).httpStatus).toBe(405);
		expect(kinds()).toEqual(['auth', 'auth', 'auth', 'auth', 'auth', 'path', 'method']);
		expect(sandbox.messages(provider)).toEqual([]);
	});

	test('the address book may be off: 403 there, and nowhere else', async () => {
		own({ addressBook: false });
		for (const path of ['/contact/list', '/group/list', '/group/Staff/contact/list', '/contact/1']) {
			expect(await get(`/addressbook${path}`)).toMatchObject({ httpStatus: 403, body: { Result: 'Failed', Message: 'Address Book is not enabled for this user' } });
		}
		expect((await get('/get/sms/received?timePeriod=1')).httpStatus).toBe(200);
		noViolations();
	});

	test('the phone page shows what to type into the credential', async () => {
		const shown = await (await fetch(`${sandbox.url}/_sandbox/providers`)).json();
		expect(shown).toMatchObject([{ name: provider, title: 'BestSMS', signIn: { 'Auth Token': bestSmsToken, 'Webhook Sender': bestSmsWebhookSender, 'Webhook API Key': bestSmsWebhookKey } }]);
		expect(bestSmsToken.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)).toEqual([{ alg: 'none', typ: 'JWT' }, { sub: 'sandbox' }]);
	});
});

describe('sending', () => {
	test('takes every documented field', async () => {
		const answer = await send({
			Message: 'Dear [[FirstName]] [[LastName]], [[Custom1]]: [[File1]] [[File2]]',
			MessageID: 'ID-123456',
			Reference: 'Test1',
			WebhookCallbackURL: 'https://www.example.com/webhook',
			WebhookCallbackFormat: 'XML',
			SendTime: localIn(HOUR).slice(0, 16),
			TimeZone: 'AUS Eastern',
			SubAccount: 'SubAccount01',
			Department: 'Department01',
			ChargeCode: 'BillingGroup01',
			FromNumber: '61491570737',
			SMSEmailReply: 'person@example.com',
			CharacterConversion: true,
			Destinations: [
				{ Recipient: JANE, Attention: 'Jane S', FirstName: 'Jane', LastName: 'Smith', Company: 'Acme', Custom1: '10 % off', Custom2: '' },
				{ Recipient: WEI, FirstName: 'Wei' },
			],
			Files: [{ Name: 'File Name.pdf', Data: Buffer.from('file').toString('base64') }],
		});
		expect(answer).toMatchObject({ httpStatus: 200, body: { Result: 'Success', MessageID: 'ID-123456' } });
		expect(sandbox.messages(provider)).toMatchObject([
			{ id: 'ID-123456', to: JANE.slice(1), from: '61491570737', custom_ref: 'Test1', status: 'scheduled' },
			{ to: WEI.slice(1), status: 'scheduled' },
		]);
		const link = `${sandbox.baseUrl(provider)}/link/`;
		expect(texts()[0]).toMatch(new RegExp(`^Dear Jane Smith, 10 % off: ${link}[0-9a-f-]{36} \\[\\[File2\\]\\]$`));
		expect(texts()[1]).toMatch(new RegExp(`^Dear Wei , : ${link}`));
		expect((await get('/get/status/ID-123456')).body).toEqual({
			Result: 'Success', MessageID: 'ID-123456', Status: 'Delayed', JobNum: jobNumber, Account: '102030', SubAccount: 'SubAccount01', Department: 'Department01',
			Count: 2, Complete: 0, Success: 0, Failed: 0,
		});
		sandbox.advance(HOUR - 120_000);
		expect(states()).toEqual(['scheduled', 'scheduled']);
		sandbox.advance(130_000);
		expect(states()).toEqual(['delivered', 'delivered']);
		noViolations();
		// The log keeps requests, not files.
		expect(JSON.stringify(sandbox.log(provider))).not.toContain(Buffer.from('file').toString('base64'));
	});

	test('makes an ID when there is none, and keeps both messages when one comes twice', async () => {
		expect((await send()).body).toEqual({ Result: 'Success', MessageID: uuid });
		expect(idOf(await send({ MessageID: '' }))).toEqual(uuid);
		await send({ MessageID: 'twice', Message: 'first' });
		const first = (await get('/get/status/twice')).body['JobNum'];
		await send({ MessageID: 'twice', Message: 'second', SendTime: localIn(HOUR) });
		const status = await get('/get/status/twice');
		expect(status.body).toMatchObject({ Status: 'Delayed', Count: 1 });
		expect(status.body['JobNum']).not.toBe(first);
		expect(texts()).toEqual(['Hello', 'Hello', 'first', 'second']);
		noViolations();
	});

	test('refuses what the document does not have', async () => {
		const wrong: Array<[Record<string, unknown>, string]> = [
			[{ Colour: 'red' }, 'unknown-field'],
			[{ Message: 7 }, 'wrong-type'],
			[{ Message: undefined }, 'missing-field'],
			[{ Destinations: undefined }, 'missing-field'],
			[{ Destinations: [] }, 'invalid-value'],
			[{ Destinations: [JANE] }, 'wrong-type'],
			[{ Destinations: [{}] }, 'missing-field'],
			[{ Destinations: [{ Recipient: JANE, 'First Name': 'Jane' }] }, 'unknown-field'],
			[{ Destinations: [{ Recipient: JANE, Custom3: 'x' }] }, 'unknown-field'],
			[{ MessageID: 'x'.repeat(41) }, 'invalid-value'],
			[{ MessageID: 'a_b' }, 'invalid-value'],
			[{ Reference: 'x'.repeat(81) }, 'invalid-value'],
			[{ WebhookCallbackURL: 'http://example.com' }, 'invalid-value'],
			[{ WebhookCallbackURL: 'www.example.com' }, 'invalid-value'],
			[{ WebhookCallbackFormat: 'json' }, 'invalid-value'],
			[{ SendTime: '2030-01-01T10:00:00Z' }, 'invalid-value'],
			[{ SendTime: '2030-01-01 10:00' }, 'invalid-value'],
			[{ SendTime: '2030-02-30T10:00' }, 'invalid-value'],
			[{ TimeZone: 'Australia/Sydney' }, 'invalid-value'],
			[{ FromNumber: '+61491570737' }, 'invalid-value'],
			[{ FromNumber: '0491570737' }, 'invalid-value'],
			[{ CharacterConversion: 'yes' }, 'invalid-value'],
			[{ Mode: 'Live' }, 'invalid-value'],
			[{ Files: [{ Name: 'a.pdf', Data: 'no base64' }] }, 'invalid-value'],
			[{ Files: [{ Name: 'a.pdf' }] }, 'missing-field'],
		];
		for (const [fields] of wrong) expect(await send(fields)).toMatchObject({ httpStatus: 400, body: { Result: 'Failed', Message: expect.stringMatching(/^(Missing|Invalid)/) } });
		expect(kinds()).toEqual(wrong.map(([, kind]) => kind));
		expect((await call(sandbox, 'POST', '/send/sms', { Message: 'x', Destinations: [] })).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/send/sms', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).httpStatus).toBe(400);
		expect(kinds().at(-1)).toBe('not-json');
		expect(sandbox.messages(provider)).toEqual([]);
	});

	test('verifies that required fields are there, which is no violation', async () => {
		expect((await send({ Message: ' ' })).body).toEqual({ Result: 'Failed', Message: 'Missing Message' });
		expect((await send({ Destinations: [{ Recipient: JANE }, { Recipient: '' }] })).body).toEqual({ Result: 'Failed', Message: 'Missing Recipient' });
		expect(sandbox.messages(provider)).toEqual([]);
		noViolations();
	});

	test('validates no number; what cannot be reached fails', async () => {
		const { invalid, fails, unsubscribed } = australianNumbers;
		// A landline, 1300, 1800 and 1900 numbers, a 13 number, and one that is too short.
		const others = ['+61255501234', '+611300975707', '+611800160401', '+611900654321', '+61131234', '+6149'];
		const recipients = [JANE, ...others, ...[invalid, fails, unsubscribed].map((number) => `+${number}`)];
		const id = idOf(await send({ Destinations: recipients.map((Recipient) => ({ Recipient })) }));
		expect((await get(`/get/status/${id}`)).body).toMatchObject({ Status: 'Pending', Count: 10, Complete: 0 });
		deliver();
		own({ details: true });
		const status = await get(`/get/status/${id}`);
		expect(status.body).toMatchObject({ Status: 'Completed', Count: 10, Complete: 10, Success: 1, Failed: 9, TotalRecords: 10, PageCount: 1 });
		expect(rows(status, 'Recipients').map(({ Result }) => Result)).toEqual([
			'delivered', ...Array.from({ length: 5 }, () => 'Not a mobile number'), 'Invalid number', 'Invalid number', 'undelivered', 'Recipient has opted out',
		]);
		expect(kinds()).toEqual(['invalid-value']);
	});

	test('a number that is not written +61... goes to New Zealand', async () => {
		await send({ Destinations: ['0211144489', '0491571491', '61491571491', '+61 491 571 491'].map((Recipient) => ({ Recipient })) });
		deliver();
		expect(sandbox.messages(provider).map(({ to, status }) => [to, status])).toEqual([
			['64211144489', 'delivered'], ['64491571491', 'failed'], ['6461491571491', 'failed'], ['61491571491', 'delivered'],
		]);
		expect(kinds()).toEqual(['invalid-value', 'invalid-value', 'invalid-value', 'invalid-value']);
	});

	test('counts parts, and converts characters when asked to', async () => {
		await send({ Message: 'ü'.repeat(71) });
		await send({ Message: 'Grüße 🌏 © “Łódź” – née' });
		await send({ Message: 'Grüße 🌏 © “Łódź” – née…', CharacterConversion: 'true' });
		expect(texts().slice(1)).toEqual(['Grüße 🌏 © “Łódź” – née', 'Grüße ? (C) "?odz" - née...']);
		expect(sandbox.messages(provider).map(({ segments, cost }) => [segments, cost])).toEqual([[1, 0.1], [1, 0.1], [1, 0.1]]);
		await send({ Message: '🌏'.repeat(36) });
		expect(sandbox.messages(provider).at(-1)).toMatchObject({ segments: 2, cost: 0.2 });
		noViolations();
	});

	test('takes the balance; without enough, a message is held until there is', async () => {
		sandbox.changeSettings({ credits: 0.25 }, provider);
		await send({ Destinations: [{ Recipient: JANE }, { Recipient: WEI }] });
		expect(sandbox.settings(provider).credits).toBe(0.05);
		const id = idOf(await send({ Message: 'held' }));
		deliver();
		expect((await get(`/get/status/${id}`)).body).toMatchObject({ Status: 'CreditHold', Count: 1, Complete: 0 });
		expect((await call(sandbox, 'PATCH', `/set/abort/${id}`)).body).toMatchObject({ Result: 'Failed', Message: 'Message is not Delayed' });
		expect(states()).toEqual(['delivered', 'delivered', 'held']);
		sandbox.changeSettings({ credits: 1 }, provider);
		expect((await get(`/get/status/${id}`)).body).toMatchObject({ Status: 'Pending' });
		deliver();
		expect(states()[2]).toBe('delivered');
		expect(sandbox.settings(provider).credits).toBe(0.9);
		noViolations();
	});

	test('Mode=Test is a success at once and reaches nobody', async () => {
		const id = idOf(await send({ Mode: 'Test', Destinations: [{ Recipient: JANE }, { Recipient: `+${australianNumbers.answersYes}` }] }));
		expect((await get(`/get/status/${id}`)).body).toMatchObject({ Status: 'Completed', Count: 2, Success: 2 });
		deliver();
		expect(states()).toEqual(['test', 'test']);
		expect(sandbox.inbound(provider)).toEqual([]);
		expect(sandbox.settings(provider).credits).toBe(100_000);
		noViolations();
	});

	test('half of the destinations are taken under the fault "partial-after"', async () => {
		sandbox.addFault({ provider, kind: 'partial-after', path: '/api/v2.03/send' });
		const answer = await send({ MessageID: 'half', Destinations: [{ Recipient: JANE }, { Recipient: WEI }, { Recipient: JANE }] });
		expect(answer).toMatchObject({ httpStatus: 500, body: { Result: 'Failed', Message: 'API Server Fault' } });
		expect((await get('/get/status/half')).body).toMatchObject({ Count: 1 });
		sandbox.addFault({ provider, kind: 'partial-after' });
		await send({ MessageID: 'none' });
		expect((await get('/get/status/none')).body).toMatchObject({ Result: 'Failed' });
		expect(sandbox.messages(provider)).toHaveLength(1);
	});

	test('destinations are taken one after the other under the fault "row-by-row", also when they are to wait', async () => {
		const Destinations = [{ Recipient: JANE }, { Recipient: WEI }, { Recipient: JANE }, { Recipient: WEI }];
		const count = async (id: string) => (await get(`/get/status/${id}`)).body['Count'];
		sandbox.addFault({ provider, kind: 'row-by-row', path: '/api/v2.03/send' });
		await expect(send({ MessageID: 'rows', Destinations })).rejects.toThrow();
		await until(() => sandbox.log(provider)[0]?.fault === 'row-by-row');
		expect((await get('/get/status/rows')).body).toMatchObject({ Message: 'Message not found' });
		sandbox.advance(5_000);
		expect(await count('rows')).toBe(2);
		sandbox.advance(20_000);
		expect((await get('/get/status/rows')).body).toMatchObject({ Status: 'Completed', Count: 4, Success: 4 });
		sandbox.addFault({ provider, kind: 'row-by-row', path: '/api/v2.03/send' });
		await expect(send({ MessageID: 'wait', Destinations, SendTime: localIn(HOUR) })).rejects.toThrow();
		sandbox.advance(20_000);
		expect((await get('/get/status/wait')).body).toMatchObject({ Status: 'Delayed', Count: 4 });
		sandbox.advance(HOUR);
		expect((await get('/get/status/wait')).body).toMatchObject({ Status: 'Completed', Success: 4 });
		expect(sandbox.settings(provider).credits).toBe(99_999.2);
		noViolations();
	});
});

describe('what was sent', () => {
	const act = (action: string, id: string, body?: unknown) => call(sandbox, 'PATCH', `/set/${action}/${id}`, body);

	test('is rescheduled in its own or another zone, and aborted', async () => {
		await send({ MessageID: 'later', SendTime: localIn(HOUR) });
		const moved = await act('reschedule', 'later', { SendTime: localIn(3 * HOUR, 'Australia/Perth').slice(0, 16), TimeZone: 'W. Australia' });
		expect(moved).toMatchObject({ httpStatus: 200, body: { Result: 'Success', MessageID: 'later', Status: 'Delayed', JobNum: jobNumber, Action: 'Reschedule' } });
		sandbox.advance(2 * HOUR);
		expect(states()).toEqual(['scheduled']);
		expect(sandbox.settings(provider).credits).toBe(99_999.9);
		expect((await act('abort', 'later')).body).toEqual({ Result: 'Success', MessageID: 'later', Status: 'Delayed', JobNum: moved.body['JobNum'], Action: 'Abort' });
		sandbox.advance(DAY);
		expect(states()).toEqual(['cancelled']);
		expect(sandbox.settings(provider).credits).toBe(100_000);
		expect((await get('/get/status/later')).body).toMatchObject({ Result: 'Success', Status: 'Unknown' });
		expect((await act('reschedule', 'later', { SendTime: localIn(HOUR) })).body).toEqual({ Result: 'Failed', MessageID: 'later', Message: 'Message is not Delayed' });
		noViolations();
	});

	test('goes out at the new time, or at once when that has passed', async () => {
		await send({ MessageID: 'a', SendTime: localIn(HOUR) });
		await send({ MessageID: 'b', SendTime: localIn(HOUR) });
		await send({ SendTime: localIn(-HOUR) });
		await act('reschedule', 'a', { SendTime: localIn(2 * HOUR) });
		await act('reschedule', 'b', { SendTime: localIn(-HOUR) });
		deliver();
		expect(states()).toEqual(['scheduled', 'delivered', 'delivered']);
		sandbox.advance(2 * HOUR);
		expect(states()).toEqual(['delivered', 'delivered', 'delivered']);
		noViolations();
	});

	test('is resubmitted where it failed', async () => {
		await send({ MessageID: 'ID1', Destinations: [{ Recipient: JANE }, { Recipient: `+${australianNumbers.fails}` }] });
		expect((await act('resubmit', 'ID1')).body).toMatchObject({ Result: 'Failed', Message: 'Message is not Failed' });
		deliver();
		expect((await act('resubmit', 'ID1', { SendTime: localIn(2 * HOUR) })).body).toMatchObject({ Result: 'Success', Status: 'Transmit', Action: 'Resubmit' });
		expect((await get('/get/status/ID1')).body).toMatchObject({ Status: 'Delayed', Count: 2, Success: 1, Failed: 1 });
		sandbox.advance(2 * HOUR);
		deliver();
		expect((await get('/get/status/ID1')).body).toMatchObject({ Status: 'Completed', Success: 1, Failed: 1 });
		expect((await act('resubmit', 'ID1', {})).body).toMatchObject({ Result: 'Success' });
		expect((await get('/get/status/ID1')).body).toMatchObject({ Status: 'Pending', Success: 1, Failed: 0 });
		noViolations();
	});

	test('is not changed by what the document does not have, and unknown messages are told', async () => {
		expect(await act('abort', 'nobody')).toMatchObject({ httpStatus: 400, body: { Result: 'Failed', MessageID: 'nobody', Message: 'Message not found' } });
		expect((await get('/get/status/nobody')).body).toEqual({ Result: 'Failed', MessageID: 'nobody', Message: 'Message not found' });
		noViolations();
		await send({ MessageID: 'x', SendTime: localIn(HOUR) });
		expect((await act('reschedule', 'x')).httpStatus).toBe(400);
		expect((await act('reschedule', 'x', {})).httpStatus).toBe(400);
		expect((await act('reschedule', 'x', { SendTime: localIn(HOUR), MessageID: 'y' })).httpStatus).toBe(400);
		expect((await act('reschedule', 'x', { SendTime: '2030-01-01T10:00+10:00' })).httpStatus).toBe(400);
		expect((await act('resubmit', 'x', { When: 'now' })).httpStatus).toBe(400);
		expect((await act('abort', 'x', { MessageID: 'y' })).body).toEqual({ Result: 'Failed', MessageID: 'x', Message: 'MessageID differs from the one in the URL' });
		expect((await act('abort', 'x', { SendTime: localIn(HOUR) })).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/set/abort/x', {})).httpStatus).toBe(405);
		expect(kinds()).toEqual(['not-json', 'missing-field', 'invalid-value', 'invalid-value', 'unknown-field', 'invalid-value', 'unknown-field', 'method']);
		expect((await act('abort', 'x', { MessageID: 'x' })).body).toMatchObject({ Result: 'Success', Action: 'Abort' });
	});
});

describe('replies', () => {
	const reply = (text: string, from = JANE) => sandbox.reply({ provider, from, text });

	test('stand under their message as the document has it: nothing, one, a list', async () => {
		await send({ MessageID: 'Q1', Message: 'Coming?', SubAccount: 'S1', Department: 'D1', Destinations: [{ Recipient: WEI }, { Recipient: JANE }] });
		deliver();
		const head = { Result: 'Success', Status: 'Received', JobNum: jobNumber, Account: '102030', SubAccount: 'S1', Department: 'D1' };
		expect((await get('/get/sms/reply/Q1')).body).toEqual({ ...head, MessageSent: { Date: dated, Destination: WEI, MessageText: 'Coming?' } });
		expect(reply('Yes')).toMatchObject({ type: 'SMSReply' });
		const one = { Date: dated, From: JANE, MessageText: 'Yes' };
		expect((await get('/get/sms/reply/Q1')).body).toEqual({ ...head, MessageSent: { Date: dated, Destination: JANE, MessageText: 'Coming?' }, MessageReceived: one });
		reply('No', WEI);
		expect((await get('/get/sms/reply/Q1')).body['MessageReceived']).toEqual([one, { Date: dated, From: WEI, MessageText: 'No' }]);
		expect((await get('/get/sms/reply/Q2')).body).toEqual({ Result: 'Failed', MessageID: 'Q2', Message: 'Message not found' });
		noViolations();
	});

	test('or as the SDKs read them: in each recipient, or beside them', async () => {
		own({ replyShape: 'Recipients' });
		await send({ MessageID: 'Q1', Destinations: [{ Recipient: WEI }, { Recipient: JANE }] });
		deliver();
		reply('Yes');
		const shown = { Date: dated, DateUTC: dated, From: JANE, MessageText: 'Yes', Timezone: 'AUS Eastern' };
		const inside = await get('/get/sms/reply/Q1');
		expect(inside.body).toMatchObject({ Result: 'Success', MessageID: 'Q1', Status: 'Completed', Count: 2, Timezone: 'AUS Eastern', Created: dated, Delayed: null });
		expect(rows(inside, 'Recipients')).toMatchObject([
			{ DestSeq: '00000001', Destination: WEI, MessageText: 'Hello', SMSReplies: [] },
			{ DestSeq: '00000002', Destination: JANE, Status: 'SUCCESS', SMSReplies: [shown] },
		]);
		own({ replyShape: 'SMSReplies' });
		const beside = await get('/get/sms/reply/Q1?recordsPerPage=1&page=2');
		expect(beside.body['SMSReplies']).toEqual([shown]);
		expect(rows(beside, 'Recipients')).toMatchObject([{ Destination: JANE }]);
		noViolations();
	});

	test('belong to a message for 7 days; later ones are new messages', async () => {
		await send({ MessageID: 'old' });
		sandbox.advance(7 * DAY - 60_000);
		expect(reply('in time')).toMatchObject({ type: 'SMSReply' });
		sandbox.advance(120_000);
		expect(reply('too late')).toMatchObject({ type: 'SMSInbound' });
		expect(reply('who is this', WEI)).toMatchObject({ type: 'SMSInbound' });
		expect(sandbox.inbound(provider)).toMatchObject([{ text: 'in time', original: { id: 'old' } }, { text: 'too late', original: null }, { original: null }]);
		expect(() => reply('x', 'nobody')).toThrow('not a phone number');
		const writeTo = (to: string) => sandbox.reply({ provider, from: WEI, to, text: 'Hi' });
		expect(writeTo('61491571266')).toMatchObject({ type: 'SMSInbound' });
		expect(() => writeTo('61491570737')).toThrow('not a number of this account');
		await send({ FromNumber: '61491570737', Destinations: [{ Recipient: WEI }] });
		expect([writeTo('61491571266'), writeTo('61491570737')]).toMatchObject([{ type: 'SMSInbound' }, { type: 'SMSReply' }]);
	});

	test('come by themselves from the numbers that answer', async () => {
		await send({ Destinations: [{ Recipient: `+${australianNumbers.answersYes}` }, { Recipient: `+${australianNumbers.answersStop}` }] });
		deliver();
		expect(rows(await get('/get/sms/received'), 'Messages')).toMatchObject([
			{ From: `+${australianNumbers.answersStop}`, MessageText: 'STOP' },
			{ From: `+${australianNumbers.answersYes}`, MessageText: 'YES' },
		]);
	});

	test('are listed by period, by dates and in pages, newest first', async () => {
		await send();
		deliver();
		for (let hour = 0; hour < 5; hour++) {
			reply(`No. ${hour}`);
			sandbox.advance(HOUR);
		}
		const named = (answer: Received) => rows(answer, 'Messages').map(({ MessageText }) => MessageText);
		const all = await get('/get/sms/received');
		expect(all.body).toMatchObject({ Result: 'Success', TotalRecords: 5, RecordsPerPage: 100, PageCount: 1, Page: 1 });
		expect(rows(all, 'Messages')[0]).toEqual({ Date: dated, From: JANE, MessageText: 'No. 4' });
		expect(named(await get('/get/sms/received?timePeriod=150'))).toEqual(['No. 4', 'No. 3']);
		expect((await get('/get/sms/received?recordsPerPage=2&page=3')).body).toMatchObject({ PageCount: 3, Page: 3, Messages: [{ MessageText: 'No. 0' }] });
		const at = (index: number) => String(rows(all, 'Messages')[index]?.['Date']).replace(' ', 'T');
		expect(named(await get(`/get/sms/received?dateFrom=${at(3)}&dateTo=${at(2)}`))).toEqual(['No. 2', 'No. 1']);
		own({ details: true });
		expect(rows(await get('/get/sms/received'), 'Messages')[0]).toEqual({
			ID: expect.any(Number), MessageID: uuid, JobNum: jobNumber, SubAccount: '', Department: '', Date: dated, DateUTC: dated, From: JANE, MessageText: 'No. 4', Timezone: 'AUS Eastern',
		});
		sandbox.changeSettings({ longIds: true, idOrder: 'shuffled' });
		reply('long');
		reply('long');
		const long = await get('/get/sms/received?recordsPerPage=2');
		const [later = '', earlier = ''] = [...long.text.matchAll(/"ID":(\d+),/g)].map(([, id]) => id ?? '');
		expect([later.length, later === earlier, Number.isSafeInteger(Number(later))]).toEqual([18, false, false]);
		expect((await call(sandbox, 'GET', '/get/sms/received?recordsPerPage=1', undefined, XML_HEADERS)).text).toContain(`<Message><ID>${later}</ID>`);
		own({ timeZone: 'W. Australia' });
		const perth = rows(await get('/get/sms/received'), 'Messages')[0];
		expect(Date.parse(`${String(perth?.['Date'])}Z`) - Date.parse(`${String(perth?.['DateUTC'])}Z`)).toBe(8 * HOUR);
		noViolations();
	});

	test('are not listed for what the document does not have', async () => {
		const wrong = [
			'timePeriod=0', 'timePeriod=10081', 'timePeriod=x', 'recordsPerPage=1000', 'recordsPerPage=0', 'page=0', 'TimePeriod=1',
			'dateFrom=2024-08-01T00:00:00', 'dateTo=2024-08-01T00:00:00', 'dateFrom=2024-08-01&dateTo=2024-08-02',
			'dateFrom=2024-08-01T00:00:00&dateTo=2024-08-08T00:00:01', 'dateFrom=2024-08-02T00:00:00&dateTo=2024-08-01T00:00:00',
			'timePeriod=5&dateFrom=2024-08-01T00:00:00&dateTo=2024-08-02T00:00:00',
		];
		for (const query of wrong) expect(await get(`/get/sms/received?${query}`)).toMatchObject({ httpStatus: 400, body: { Result: 'Failed' } });
		expect(new Set(sandbox.violations(provider).map(({ requestId }) => requestId)).size).toBe(wrong.length);
		expect((await get('/get/sms/received?dateFrom=2024-08-01T00:00:00&dateTo=2024-08-08T00:00:00')).httpStatus).toBe(200);
	});
});

describe('webhooks', () => {
	let receiver: WebhookReceiver;
	beforeEach(async () => {
		receiver = await startReceiver();
		own({ webhookUrl: receiver.url });
	});
	afterEach(() => receiver.close());
	const arrived = async (count: number) => {
		await until(() => receiver.calls.length >= count);
		return receiver.calls.map(({ body }) => body);
	};

	test('report the end of every message, in the document\'s fields and order', async () => {
		await send({ MessageID: 'js82hn8n', SubAccount: 'S1', Department: 'D1', Message: 'x'.repeat(200), Destinations: [{ Recipient: JANE }, { Recipient: `+${australianNumbers.fails}` }] });
		deliver();
		const [good, bad] = await arrived(2);
		expect(Object.entries(good ?? {})).toEqual(
			Object.entries({
				Sender: bestSmsWebhookSender, APIKey: bestSmsWebhookKey, Type: 'SMS', Destination: JANE, MessageID: 'js82hn8n', SubAccount: 'S1', Department: 'D1', JobNumber: jobNumber,
				SentTime: expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d:\d\d [ap]\.m\.$/) as string,
				Status: 'SUCCESS', Result: 'delivered', Price: '0.20', Detail: 'SMSParts:2', URL: receiver.url, RESPONSEMODE: 'JSON',
			}),
		);
		expect(bad).toMatchObject({ Status: 'FAILED', Result: 'undelivered', Price: 0.2 });
		expect(receiver.calls[0]?.headers['content-type']).toBe('application/json');
	});

	test('have the price as text, as a number, empty and null', async () => {
		await send({ Destinations: Array.from({ length: 5 }, () => ({ Recipient: JANE })) });
		deliver();
		await arrived(5);
		expect(sandbox.webhooks(provider).map(({ body }) => (body as Record<string, unknown>)['Price'])).toEqual(expect.arrayContaining(['0.10', 0.1, '', null]));
	});

	test('tell of replies within 7 days and of new messages after', async () => {
		await send({ MessageID: 'js82hn8n', SubAccount: 'S1' });
		deliver();
		sandbox.reply({ provider, from: JANE, text: 'This is a <reply>.' });
		sandbox.reply({ provider, from: WEI, text: 'New' });
		const calls = await arrived(3);
		expect(calls.find(({ Type }) => Type === 'SMSReply')).toMatchObject({
			Sender: bestSmsWebhookSender, APIKey: bestSmsWebhookKey, Destination: JANE, MessageID: 'js82hn8n', SubAccount: 'S1', JobNumber: jobNumber, SentTime: dated,
			Status: 'RECEIVED', Result: 'RECEIVED', Message: 'This is a <reply>.', Detail: '', RESPONSEMODE: 'JSON',
		});
		expect(calls.find(({ Type }) => Type === 'SMSInbound')).toMatchObject({ Destination: WEI, MessageID: '', SubAccount: '', Message: 'New', Status: 'RECEIVED', Price: '' });
	});

	test('come in XML when the account or the message wants it', async () => {
		await send({ MessageID: 'x1', WebhookCallbackFormat: 'XML', WebhookCallbackURL: `${receiver.url}/mine` });
		deliver();
		sandbox.reply({ provider, from: JANE, text: 'Fish & <Chips>' });
		await until(() => receiver.calls.length === 2);
		const [report, answer] = receiver.calls.map(({ text }) => text).sort((a, b) => a.indexOf('Reply') - b.indexOf('Reply'));
		expect(receiver.calls.map(({ headers }) => headers['content-type'])).toEqual(['text/xml', 'text/xml']);
		expect(report).toContain(`<?xml version='1.0' encoding='UTF-8'?>\n<root><Sender>${bestSmsWebhookSender}</Sender><APIKey>${bestSmsWebhookKey}</APIKey><Type>SMS</Type>`);
		expect(report).toContain(`<Destination>${JANE}</Destination><MessageID>x1</MessageID><SubAccount></SubAccount>`);
		expect(report).toMatch(/<SentTime>\d{4}-\d\d-\d\d \d\d:\d\d [ap]\.m\.<\/SentTime><Status>SUCCESS<\/Status>/);
		expect(report).toContain(`<URL>${receiver.url}/mine</URL><RESPONSEMODE>XML</RESPONSEMODE></root>`);
		expect(answer).toMatch(/^<\?xml version="1\.0" encoding="UTF-8" \?>\n<root>.*<SentTime>\d{4}-\d\d-\d\d \d\d:\d\d<\/SentTime>/);
		expect(answer).toContain('<Message>Fish &amp; &lt;Chips&gt;</Message>');
		own({ webhookFormat: 'XML' });
		sandbox.reply({ provider, from: WEI, text: 'Hi' });
		await until(() => receiver.calls.length === 3);
		expect(receiver.calls[2]?.text).toContain('<Type>SMSInbound</Type>');
		noViolations();
	});

	test('tell of what is on its way, of tests, of links and twice from a number that does so', async () => {
		sandbox.changeSettings({ reportSent: true });
		await send({ Message: '[[File1]]', Files: [{ Name: 'a"<b>.pdf', Data: 'QUJD' }] });
		deliver();
		expect((await arrived(2)).map(({ Status }) => Status).sort()).toEqual(['PENDING', 'SUCCESS']);
		const page = await fetch(texts()[0] ?? '');
		expect(await page.text()).toContain('base64,QUJD">a&#34;&#60;b&#62;.pdf</a>');
		expect((await arrived(3))[2]).toMatchObject({ Type: 'SMS', Status: 'UPDATED', Result: 'Link opened: a"<b>.pdf', Destination: JANE });
		expect((await fetch(`${sandbox.baseUrl(provider)}/link/other`)).status).toBe(404);
		await send({ Mode: 'Test' });
		expect((await arrived(4))[3]).toMatchObject({ Status: 'SUCCESS', Result: 'delivered' });
		sandbox.changeSettings({ reportSent: false });
		await send({ MessageID: 'dup', Destinations: [{ Recipient: `+${australianNumbers.reportsTwice}` }] });
		deliver();
		expect((await arrived(6)).filter(({ MessageID }) => MessageID === 'dup')).toHaveLength(2);
	});

	test('go nowhere without a default webhook, whatever the message wants', async () => {
		own({ webhookUrl: '' });
		await send({ WebhookCallbackURL: receiver.url });
		deliver();
		expect(sandbox.webhooks(provider)).toEqual([]);
		await expect(sandbox.event({ provider, type: 'SMS', body: {}, signature: 'good' })).rejects.toThrow('No webhook URL');
		expect(() => own({ webhookUrl: 'http://example.com' })).toThrow('https');
		noViolations();
	});

	test('are repeated every 5 minutes for 24 hours', async () => {
		const attempts = () => sandbox.webhooks(provider);
		receiver.answers.push(...Array.from({ length: 500 }, () => 500));
		sandbox.reply({ provider, from: JANE, text: 'Hi' });
		await until(() => attempts().length === 1);
		sandbox.advance(5 * 60_000 - 1_000);
		expect(attempts()).toHaveLength(1);
		// Attempts are due 5 min after each answer; the answers come 5 min, 23 h 35 min, 23 h 45 min and 24 h 5 min after the first call.
		for (const [step, ms] of [2_000, 23.5 * HOUR, 10 * 60_000, 20 * 60_000].entries()) {
			sandbox.advance(ms);
			await until(() => attempts().length === step + 2);
		}
		const at = attempts().map((one) => Date.parse(one.at) - Date.parse(attempts()[0]?.at ?? ''));
		expect(at[1]).toBeGreaterThanOrEqual(5 * 60_000);
		expect(at[4]).toBeLessThanOrEqual(DAY);
		sandbox.advance(DAY);
		sandbox.reply({ provider, from: WEI, text: 'other' });
		await until(() => attempts().length === 6);
		expect(attempts().map(({ attempt, httpStatus }) => [attempt, httpStatus])).toEqual([...[1, 2, 3, 4, 5].map((attempt) => [attempt, 500]), [1, 500]]);
	});

	test('are not repeated once taken, and can be made by hand', async () => {
		receiver.answers.push(400, 204);
		sandbox.reply({ provider, from: JANE, text: 'Hi' });
		await until(() => sandbox.webhooks(provider).length === 1);
		sandbox.advance(6 * 60_000);
		await until(() => sandbox.webhooks(provider).length === 2);
		sandbox.advance(DAY);
		expect(await sandbox.event({ provider, type: 'SMS', body: { Status: 'SUCCESS' }, signature: 'good' })).toMatchObject({ httpStatus: 200 });
		await sandbox.event({ provider, type: 'SMS', body: {}, signature: 'bad' });
		await sandbox.event({ provider, type: 'SMS', body: {}, signature: 'none' });
		await sandbox.event({ provider, type: 'SMS', body: '<root><Type>SMS</Type></root>', signature: 'good' });
		own({ webhookFormat: 'XML' });
		await sandbox.event({ provider, type: 'Fax', body: { Price: null }, signature: 'good' });
		expect(receiver.calls.slice(2).map(({ text }) => text)).toEqual([
			JSON.stringify({ Sender: bestSmsWebhookSender, APIKey: bestSmsWebhookKey, Type: 'SMS', Status: 'SUCCESS' }),
			JSON.stringify({ Sender: bestSmsWebhookSender, APIKey: 'not sandbox', Type: 'SMS' }),
			JSON.stringify({ Type: 'SMS' }),
			'<root><Type>SMS</Type></root>',
			`<?xml version="1.0" encoding="UTF-8" ?>\n<root><Sender>${bestSmsWebhookSender}</Sender><APIKey>${bestSmsWebhookKey}</APIKey><Type>Fax</Type><Price></Price></root>`,
		]);
		expect(receiver.calls.slice(5).map(({ headers }) => headers['content-type'])).toEqual(['text/xml', 'text/xml']);
	});
});

describe('the address book', () => {
	const book = (method: string, path: string, body?: unknown) => call(sandbox, method, `/addressbook${path}`, body);
	const contact = ({ body }: Received) => body['Contact'] as Record<string, unknown>;
	const contactIds = async () => rows(await book('GET', '/contact/list'), 'Contacts').map((row) => String(row['ID']));

	test('keeps contacts with every documented field', async () => {
		const fields = {
			ViewBy: 'Account', EditBy: 'No', Attention: 'Person Attention', Title: 'Ms', Company: 'BestSMS', RecipDepartment: 'Sales Dept.', FirstName: 'First', LastName: 'Last', Position: 'Sales',
			StreetAddress: '123 ABC st.', Suburb: 'My Suburb', City: 'Sydney', State: 'NSW', Country: 'Australia', Postcode: '1234', MainPhone: '092223333', AltPhone1: '093334444', AltPhone2: '094445555',
			DirectPhone: '094445555', MobilePhone: '0211144489', FaxNumber: '093334444', EmailAddress: 'person@example.com', WebAddress: 'https://bestsms.au',
			Custom1: '1', Custom2: '2', Custom3: '3', Custom4: '4',
		};
		const made = await book('POST', '/contact', fields);
		const record = { ID: uuid, Owner: expect.any(String), Created: dated, CreatedUTC: dated, Updated: dated, UpdatedUTC: dated, Timezone: 'AUS Eastern' };
		expect(made).toMatchObject({ httpStatus: 200, body: { Result: 'Success' } });
		expect(contact(made)).toEqual({ ...record, ...fields });
		const path = `/contact/${String(contact(made)['ID'])}`;
		expect(contact(await book('PATCH', path, { LastName: 'Changed', Custom4: '' }))).toMatchObject({ FirstName: 'First', LastName: 'Changed', Custom4: '' });
		expect(contact(await book('GET', path))).toMatchObject({ LastName: 'Changed' });
		expect(contact(await book('DELETE', path))).toMatchObject({ LastName: 'Changed' });
		for (const method of ['GET', 'DELETE']) expect(await book(method, path)).toMatchObject({ httpStatus: 400, body: { Result: 'RecordNotFound', Message: 'Contact not found' } });
		expect((await book('PATCH', path, {})).body).toMatchObject({ Result: 'RecordNotFound' });
		noViolations();
		expect((await book('POST', '/contact', { Name: 'x' })).httpStatus).toBe(400);
		expect((await book('POST', '/contact', { FirstName: 7 })).httpStatus).toBe(400);
		expect((await book('POST', '/contact', { ViewBy: 'Everybody' })).httpStatus).toBe(400);
		expect((await book('POST', '/contact', { Contact: fields })).httpStatus).toBe(400);
		expect((await book('PUT', path, {})).httpStatus).toBe(405);
		expect(kinds()).toEqual(['unknown-field', 'wrong-type', 'invalid-value', 'unknown-field', 'method']);
	});

	test('lists contacts in pages, under either name of the ID', async () => {
		const second = { Result: 'Success', TotalRecords: 3, RecordsPerPage: 2, PageCount: 2, Page: 2 };
		expect((await book('GET', '/contact/list?recordsPerPage=2&page=2')).body).toMatchObject({ ...second, Contacts: [{ ID: uuid, FirstName: 'Zoë', MobilePhone: '+61491572549' }] });
		expect((await book('GET', '/contact/list?page=3&recordsPerPage=2')).body['Contacts']).toEqual([]);
		own({ contactId: 'ContactID' });
		const [row] = rows(await book('GET', '/contact/list'), 'Contacts');
		expect(row).toMatchObject({ ContactID: uuid });
		expect(row).not.toHaveProperty('ID');
		noViolations();
		expect((await book('GET', '/contact/list?recordsPerPage=1000')).httpStatus).toBe(400);
	});

	test('keeps groups; a code is made of the name and stays', async () => {
		const made = await book('POST', '/group', { GroupName: 'My New Group', SubAccount: 'S', Department: 'D', ViewEditBy: 'Department' });
		const group = { GroupCode: 'My_New_Group', GroupName: 'My New Group', SubAccount: 'S', Department: 'D', ViewEditBy: 'Department', Owner: expect.any(String) };
		expect(made.body).toEqual({ Result: 'Success', Group: group });
		expect((await book('POST', '/group', { GroupName: 'Other', GroupCode: 'Test-Group' })).body).toMatchObject({ Group: { GroupCode: 'Test-Group', ViewEditBy: 'Account' } });
		expect((await book('POST', '/group', { GroupName: 'My New_Group', GroupCode: '' })).body).toMatchObject({ Result: 'Failed', Message: 'GroupCode already exists' });
		expect((await book('PATCH', '/group/My_New_Group', { GroupName: 'Renamed' })).body).toEqual({ Result: 'Success', Group: { ...group, GroupName: 'Renamed' } });
		expect((await book('GET', '/group/My_New_Group')).body).toMatchObject({ Group: { GroupName: 'Renamed' } });
		const listed = await book('GET', '/group/list?recordsPerPage=3');
		expect(listed.body).toMatchObject({ TotalRecords: 4, PageCount: 2, Groups: [{ GroupCode: 'VIP_Customers' }, { GroupCode: 'Staff' }, { GroupCode: 'My_New_Group' }] });
		expect((await book('DELETE', '/group/My_New_Group')).body).toMatchObject({ Result: 'Success', Group: { GroupCode: 'My_New_Group' } });
		expect((await book('DELETE', '/group/My_New_Group')).body).toEqual({ Result: 'RecordNotFound', Message: 'Group not found' });
		expect((await book('POST', '/group', { GroupName: '' })).body).toMatchObject({ Message: 'Missing GroupName' });
		noViolations();
		expect((await book('POST', '/group', { GroupCode: 'x' })).httpStatus).toBe(400);
		expect((await book('PATCH', '/group/Staff', { GroupCode: 'x' })).httpStatus).toBe(400);
		expect(kinds()).toEqual(['missing-field', 'unknown-field']);
	});

	test('keeps who is in which group, from both sides', async () => {
		const [jane = '', wei = '', zoe = ''] = await contactIds();
		const both = (id: string, code: string) => ({ Result: 'Success', Contact: expect.objectContaining({ ID: id }), Group: expect.objectContaining({ GroupCode: code }) });
		expect((await book('POST', `/contact/${zoe}/group`, { GroupCode: 'VIP_Customers' })).body).toEqual(both(zoe, 'VIP_Customers'));
		expect((await book('POST', '/group/Staff/contact', { ContactID: jane })).body).toEqual(both(jane, 'Staff'));
		expect((await book('POST', '/group/Staff/contact', { ContactID: jane })).body).toEqual(both(jane, 'Staff'));
		expect((await book('GET', `/contact/${jane}/group/Staff`)).body).toEqual(both(jane, 'Staff'));
		expect((await book('GET', `/group/Staff/contact/${jane}`)).body).toEqual(both(jane, 'Staff'));
		expect(await book('GET', `/contact/${jane}/group/list`)).toMatchObject({ body: { TotalRecords: 2, Contact: { ID: jane }, Groups: [{ GroupCode: 'VIP_Customers' }, { GroupCode: 'Staff' }] } });
		const members = await book('GET', '/group/VIP_Customers/contact/list?recordsPerPage=2');
		expect(members.body).toMatchObject({ TotalRecords: 3, PageCount: 2, Group: { GroupCode: 'VIP_Customers' }, Contacts: [{ ID: jane }, { ID: wei }] });
		expect((await book('DELETE', `/contact/${jane}/group/VIP_Customers`)).body).toEqual(both(jane, 'VIP_Customers'));
		expect((await book('DELETE', `/group/Staff/contact/${jane}`)).body).toEqual(both(jane, 'Staff'));
		for (const path of [`/contact/${jane}/group/Staff`, `/group/Staff/contact/${jane}`]) {
			for (const method of ['GET', 'DELETE']) expect((await book(method, path)).body).toEqual({ Result: 'RecordNotFound', Message: 'Contact is not in this group' });
		}
		expect((await book('POST', `/contact/${jane}/group`, { GroupCode: 'None' })).body).toMatchObject({ Message: 'Group not found' });
		expect((await book('POST', '/group/Staff/contact', { ContactID: 'none' })).body).toMatchObject({ Message: 'Contact not found' });
		await book('DELETE', `/contact/${wei}`);
		expect(await book('GET', '/group/VIP_Customers/contact/list')).toMatchObject({ body: { TotalRecords: 1, Contacts: [{ ID: zoe }] } });
		await book('DELETE', '/group/VIP_Customers');
		expect(await book('GET', `/contact/${zoe}/group/list`)).toMatchObject({ body: { TotalRecords: 0, Groups: [] } });
		noViolations();
		expect((await book('POST', `/contact/${zoe}/group`, { ContactID: zoe })).httpStatus).toBe(400);
		expect(kinds()).toEqual(['missing-field', 'unknown-field']);
	});
});

describe('refusals', () => {
	test('have the shape that the settings want', async () => {
		const refusal = async () => (await get('/get/status/none')).body;
		own({ refusalField: 'ErrorMessage' });
		expect(await refusal()).toEqual({ Result: 'Failed', MessageID: 'none', ErrorMessage: 'Message not found' });
		own({ refusalList: true, refusalHttpStatus: 200 });
		expect(await get('/get/status/none')).toMatchObject({ httpStatus: 200, body: { Result: 'Failed', ErrorMessage: ['Message not found'] } });
		own({ refusalField: 'Message' });
		expect(await refusal()).toEqual({ Result: 'Failed', MessageID: 'none', Message: ['Message not found'] });
		expect(await call(sandbox, 'GET', '/get/status/none', undefined, { authorization: 'Basic x' })).toMatchObject({ httpStatus: 401, body: { Result: 'Unauthorized', Message: ['Invalid Auth Token'] } });
		expect(() => own({ colour: 'red' })).toThrow('colour');
		expect(await get('/get/sms/received')).toMatchObject({ httpStatus: 200, body: { Result: 'Success' } });
		own({ noneIsNotFound: true, refusalHttpStatus: 400 });
		expect(await get('/get/sms/received')).toMatchObject({ httpStatus: 400, body: { Result: 'RecordNotFound', Message: ['No records found'] } });
	});

	test('of faults too', async () => {
		sandbox.addFault({ provider, kind: '500-before' });
		expect(await send()).toMatchObject({ httpStatus: 500, body: { Result: 'Failed', Message: 'API Server Fault' } });
		sandbox.addFault({ provider, kind: '429', retryAfter: 1 });
		const refused = await call(sandbox, 'GET', '/get/sms/received', undefined, XML_HEADERS);
		expect(refused).toMatchObject({ httpStatus: 429, contentType: 'application/xml; charset=utf-8', text: expect.stringContaining('<root><Result>Failed</Result>') });
	});
});

describe('XML', () => {
	const xml = (method: string, path: string, body?: string, headers: Record<string, string | undefined> = XML_HEADERS) => call(sandbox, method, path, body, headers);
	const answered = (content: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<root>${content}</root>`;

	test('sends, in both forms of lists, under any root', async () => {
		const first = `<?xml version="1.0" encoding="utf-8"?>
			<SMSRequest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><MessageData>
				<Message>  Fish &amp; &lt;Chips&gt; &#8364; [[File1]] [[FirstName]]</Message><MessageID>x1</MessageID><CharacterConversion>false</CharacterConversion>
				<Destinations><Destination><Recipient>${JANE}</Recipient><FirstName>Jane</FirstName></Destination><Destination><Recipient>${WEI}</Recipient></Destination></Destinations>
				<Files><File><Name>a.txt</Name><Data>QUJD</Data></File></Files>
			</MessageData></SMSRequest>`;
		expect(await xml('POST', '/send/sms', first)).toMatchObject({ httpStatus: 200, contentType: 'application/xml; charset=utf-8', text: answered('<Result>Success</Result><MessageID>x1</MessageID>') });
		expect(texts()[0]).toMatch(/^ {2}Fish & <Chips> € http\S+ Jane$/);
		const second = `<root><MessageData><Message><![CDATA[<b> & co]]></Message><MessageID>x2</MessageID>
			<Destinations><Recipient>${JANE}</Recipient></Destinations><Destinations><Recipient>${WEI}</Recipient></Destinations></MessageData></root>`;
		expect((await xml('POST', '/send/sms', second, { 'content-type': 'text/xml', accept: 'text/xml' })).httpStatus).toBe(200);
		const single = `<root><MessageData><Message>3</Message><Destinations><Destination><Recipient>${JANE}</Recipient></Destination></Destinations></MessageData></root>`;
		expect(await xml('POST', '/send/sms', single, { 'content-type': 'text/xml', accept: 'application/json' })).toMatchObject({ body: { Result: 'Success', MessageID: uuid } });
		expect(texts().slice(2)).toEqual(['<b> & co', '<b> & co', '3']);
		deliver();
		const status = (await xml('GET', '/get/status/x1')).text;
		expect(status).toMatch(/^<\?xml.*\n<root><Result>Success<\/Result><MessageID>x1<\/MessageID><Status>Completed<\/Status><JobNum>[0-9A-F]{8}<\/JobNum>/);
		expect(status).toMatch(/<Count>2<\/Count><Complete>2<\/Complete><Success>2<\/Success><Failed>0<\/Failed><\/root>$/);
		noViolations();
	});

	test('answers every kind of request', async () => {
		await send({ MessageID: 'later', SendTime: localIn(HOUR) });
		expect((await xml('PATCH', '/set/reschedule/later', `<RescheduleRequest><SendTime>${localIn(2 * HOUR)}</SendTime></RescheduleRequest>`)).text).toContain('<Action>Reschedule</Action>');
		expect((await xml('PATCH', '/set/resubmit/later', '<ResubmitRequest/>')).text).toContain('<Message>Message is not Failed</Message>');
		expect((await xml('PATCH', '/set/abort/later', '<AbortRequest/>')).text).toContain('<Status>Delayed</Status>');
		sandbox.reply({ provider, from: JANE, text: '1 < 2' });
		expect((await xml('GET', '/get/sms/received')).text).toMatch(/<Messages><Message><Date>[^<]+<\/Date><From>\+61491571491<\/From><MessageText>1 &lt; 2<\/MessageText><\/Message><\/Messages><\/root>$/);
		own({ replyShape: 'Recipients' });
		expect((await xml('GET', '/get/sms/reply/later')).text).toContain('<Recipients><Recipient><Type>SMS</Type>');
		const made = await xml('POST', '/addressbook/contact', '<Contact><FirstName>Zo&#235;</FirstName><Custom1/></Contact>');
		expect(made.text).toContain('<FirstName>Zoë</FirstName>');
		expect((await xml('GET', '/addressbook/contact/list')).text).toMatch(/<Contacts><Contact><ID>.*<\/Contact><Contact>.*<\/Contacts>/);
		const id = /<ID>([^<]+)/.exec(made.text)?.[1] ?? '';
		expect((await xml('POST', `/addressbook/contact/${id}/group`, '<AddGroupRequest><GroupCode>Staff</GroupCode></AddGroupRequest>')).text).toMatch(/<Contact>.*<\/Contact><Group><GroupCode>Staff/);
		expect((await xml('POST', '/addressbook/group', '<Group><GroupName>A B</GroupName></Group>')).text).toContain('<GroupCode>A_B</GroupCode>');
		own({ refusalField: 'ErrorMessage', refusalList: true });
		expect((await xml('GET', '/get/status/none')).text).toBe(answered('<Result>Failed</Result><MessageID>none</MessageID><ErrorMessage>Message not found</ErrorMessage>'));
		noViolations();
	});

	test('needs Accept, and neither document types nor unknown entities nor attributes', async () => {
		const message = (text: string, before = '') => `${before}<root><MessageData><Message>${text}</Message><Destinations><Recipient>${JANE}</Recipient></Destinations></MessageData></root>`;
		const unasked = await xml('POST', '/send/sms', message('Hi'), { 'content-type': 'application/xml', accept: undefined });
		expect(unasked).toMatchObject({ httpStatus: 400, text: expect.stringContaining('<Message>Missing Accept header</Message>') });
		const bad = [
			message('&a;', '<!DOCTYPE root [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'),
			message('&x;', '<!DOCTYPE root SYSTEM "file:///etc/passwd">'),
			message('&nbsp;'),
			message('R & B'),
			message('&#0000000000065;'),
			message('<b lang="en">Hi</b>'),
			`${message('Hi')}<root/>`,
			message('Hi').slice(0, -3),
			'{"MessageData":{}}',
			'',
		];
		for (const body of bad) expect((await xml('POST', '/send/sms', body)).httpStatus).toBe(400);
		expect(kinds()).toEqual(['missing-field', ...bad.map(() => 'not-json')]);
		expect((await xml('POST', '/send/sms', message('Hi').replace('<MessageData>', '<MessageData><Colour>red</Colour>'))).text).toContain('<Message>Invalid Colour</Message>');
		expect((await xml('POST', '/send/sms', '<root/>')).text).toContain('<Message>Missing MessageData</Message>');
		expect((await xml('POST', '/send/sms', `<root><MessageData><Message>x</Message><Destinations>${JANE}</Destinations></MessageData></root>`)).httpStatus).toBe(400);
		expect(kinds().slice(-3)).toEqual(['unknown-field', 'missing-field', 'wrong-type']);
		expect(sandbox.messages(provider)).toEqual([]);
	});
});
