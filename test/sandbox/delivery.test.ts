import { createHmac } from 'node:crypto';
import { australianNumbers } from '../../sandbox/australianNumbers';
import { signatureHeaders } from '../../sandbox/mobile-message/events';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { call, startReceiver, until, type WebhookReceiver } from './mobileMessageClient';

let sandbox: Sandbox;
let receiver: WebhookReceiver;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(async () => {
	sandbox.reset();
	sandbox.changeSettings({ webhookRetryMs: 5 });
	receiver = await startReceiver();
	for (const type of ['inbound', 'status']) await call(sandbox, 'POST', '/v1/webhooks', { type, url: receiver.url });
});
afterEach(() => receiver.close());
afterAll(() => sandbox.close());

const provider = 'mobile-message';
const send = (to: string, message = 'Hello', custom_ref?: string) =>
	call(sandbox, 'POST', '/v1/messages', { messages: [{ to, message, sender: '61491571266', custom_ref }] });
const LONG = 'a'.repeat(400);

describe('delivery reports', () => {
	it('have the documented payload', async () => {
		await send('0491571491', 'Hello', 'tracking001');
		sandbox.advance(10_000);
		await until(() => sandbox.webhooks().length === 1);
		expect(receiver.calls[0]?.body).toEqual({
			to: '61491571491',
			message: 'Hello',
			sender: '61491571266',
			custom_ref: 'tracking001',
			status: 'delivered',
			message_id: sandbox.messages()[0]?.id,
			received_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
			part_number: 1,
			total_parts: 1,
		});
		expect(receiver.calls[0]?.headers['content-type']).toBe('application/json');
		expect(receiver.calls[0]?.headers).not.toHaveProperty('x-mm-signature');
		expect(sandbox.webhooks()).toMatchObject([{ type: 'status', url: receiver.url, attempt: 1, httpStatus: 200 }]);
	});

	it('come by themselves after the set time', async () => {
		sandbox.changeSettings({ deliverAfterMs: 10 });
		await send('0491571491');
		await until(() => receiver.calls.length === 1);
		expect(sandbox.messages()).toMatchObject([{ status: 'delivered' }]);
		expect(receiver.calls[0]?.body).not.toHaveProperty('custom_ref');
	});

	it.each([
		['an ordinary number', '61491571491', [1, 2, 3], 'delivered'],
		['the slow number', australianNumbers.slow, [3, 2, 1], 'delivered'],
		['the number that fails', australianNumbers.fails, [1, 2, 3], 'failed'],
		['the number that reports twice', australianNumbers.reportsTwice, [1, 1, 2, 2, 3, 3], 'delivered'],
	])('name every part: %s', async (_name, number, parts, status) => {
		await send(number, LONG);
		sandbox.advance(60_000);
		await until(() => sandbox.webhooks().length === parts.length);
		const posted = sandbox.webhooks().map(({ body }) => (body as Record<string, unknown>).part_number);
		expect([...posted].sort()).toEqual([...parts].sort());
		expect(receiver.calls.every(({ body }) => body.status === status && body.total_parts === 3)).toBe(true);
		expect(sandbox.messages()).toMatchObject([{ status, segments: 3 }]);
	});

	it('of the slow number arrive last part first', async () => {
		await send(australianNumbers.slow, LONG);
		for (const part of [3, 2, 1]) {
			sandbox.advance(part === 3 ? 4_500 : 1_500);
			await until(() => receiver.calls.length === 4 - part);
		}
		expect(receiver.calls.map(({ body }) => body.part_number)).toEqual([3, 2, 1]);
	});

	it('may say "sent" first', async () => {
		sandbox.changeSettings({ reportSent: true });
		await send('0491571491');
		sandbox.advance(800);
		await until(() => receiver.calls.length === 1);
		expect(receiver.calls[0]?.body.status).toBe('sent');
		expect(sandbox.messages()).toMatchObject([{ status: 'sent' }]);
	});

	it('are repeated until they are answered 200', async () => {
		receiver.answers = [500, 404, 204];
		await send('0491571491');
		sandbox.advance(10_000);
		await until(() => receiver.calls.length === 4);
		await until(() => sandbox.webhooks().length === 4);
		expect(sandbox.webhooks().map(({ attempt, httpStatus }) => [attempt, httpStatus])).toEqual([
			[1, 500],
			[2, 404],
			[3, 204],
			[4, 200],
		]);
		expect(new Set(receiver.calls.map(({ text }) => text)).size).toBe(1);
	});

	it('are given up after ten repeats', async () => {
		sandbox.changeSettings({ webhookRetryMs: 0 });
		receiver.answers = Array<number>(50).fill(500);
		await send('0491571491');
		sandbox.advance(10_000);
		await until(() => sandbox.webhooks().length === 11);
		sandbox.advance(3_600_000);
		expect(receiver.calls).toHaveLength(11);
	});

	it('stop with a reset', async () => {
		receiver.answers = [500];
		await send('0491571491');
		sandbox.advance(10_000);
		await until(() => sandbox.webhooks().length === 1);
		sandbox.reset();
		sandbox.advance(10_000);
		expect(receiver.calls).toHaveLength(1);
		expect(sandbox.webhooks()).toEqual([]);
	});
});

describe('signatures', () => {
	it('agree with the published vector', () => {
		expect(signatureHeaders('abc123', 1754640000, '{"test":1}')).toEqual({
			'x-mm-timestamp': '1754640000',
			'x-mm-signature': '52344b9592722e0241d82036e0920f4286bc0d47ba4624c5a1588193490a1efb',
		});
	});

	const isValid = (secret: string, { headers, text }: WebhookReceiver['calls'][number]) =>
		headers['x-mm-signature'] === createHmac('sha256', secret).update(`${String(headers['x-mm-timestamp'])}.${text}`).digest('hex');
	const age = ({ headers }: WebhookReceiver['calls'][number]) => Math.abs(Date.now() / 1_000 - Number(headers['x-mm-timestamp']));

	it('are on every call when there is a secret, also when the clock was moved', async () => {
		sandbox.changeSettings({ webhookSecret: 's3cret' });
		await send('0491571491', 'Grüße {first_name}');
		sandbox.advance(86_400_000);
		await until(() => receiver.calls.length === 1);
		const [received] = receiver.calls;
		expect(received && isValid('s3cret', received) && age(received) < 60).toBe(true);
	});

	it.each([
		['good', true, true],
		['bad', false, true],
		['stale', true, false],
	] as const)('of a call made by hand: %s', async (signature, valid, fresh) => {
		sandbox.changeSettings({ webhookSecret: 's3cret' });
		receiver.answers = [401];
		const attempt = await sandbox.event({ provider, type: 'status', body: { any: 'thing' }, signature });
		expect(attempt).toMatchObject({ httpStatus: 401, body: { any: 'thing' } });
		const [received] = receiver.calls;
		expect(received && isValid('s3cret', received)).toBe(valid);
		expect(received && age(received) < 300).toBe(fresh);
		expect(receiver.calls).toHaveLength(1);
	});

	it('can be left out of a call made by hand, which needs a registered URL', async () => {
		sandbox.changeSettings({ webhookSecret: 's3cret' });
		await sandbox.event({ provider, type: 'inbound', body: {}, signature: 'none' });
		expect(receiver.calls[0]?.headers).not.toHaveProperty('x-mm-signature');
		await call(sandbox, 'DELETE', '/v1/webhooks', { type: 'inbound' });
		await expect(sandbox.event({ provider, type: 'inbound', body: {}, signature: 'none' })).rejects.toThrow('No webhook URL');
	});
});

describe('replies', () => {
	it('are posted with the message that they answer', async () => {
		await send('0491571491', 'Hello', 'tracking001');
		const made = sandbox.reply({ provider, from: '0491 571 491', text: 'Yes, please' });
		expect(made).toEqual({ id: expect.any(String), type: 'inbound' });
		await until(() => receiver.calls.length === 1);
		expect(receiver.calls[0]?.body).toEqual({
			to: '61491571266',
			message: 'Yes, please',
			sender: '61491571491',
			received_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
			type: 'inbound',
			original_message_id: sandbox.messages()[0]?.id,
			original_custom_ref: 'tracking001',
		});
		expect(sandbox.inbound()).toMatchObject([{ from: '61491571491', to: '61491571266', text: 'Yes, please' }]);
	});

	it('have empty originals when nothing was sent from that sender', async () => {
		expect(() => sandbox.reply({ provider, from: 'me', text: 'Hi' })).toThrow('not a phone number');
		sandbox.reply({ provider, from: '0491571491', text: 'Hi' });
		await until(() => receiver.calls.length === 1);
		expect(receiver.calls[0]?.body).toMatchObject({ to: '61491571266', original_message_id: '', original_custom_ref: '' });
	});

	it.each([
		['CompanyABC', 'CompanyABC is a name, not a number: a phone cannot answer it.'],
		['61491570737', "61491570737 is somebody's own mobile number"],
	])('to %s are not possible, which is said', async (sender, text) => {
		await call(sandbox, 'POST', '/v1/messages', { messages: ['0491571491', australianNumbers.answersYes].map((to) => ({ to, message: 'Hello', sender })) });
		expect(() => sandbox.reply({ provider, from: '0491571491', text: 'Hi' })).toThrow(text);
		expect(() => sandbox.reply({ provider, from: '0491571491', to: '61491571804', text: 'Hi' })).toThrow('not a number of this account');
		// Nor does a phone that answers by itself.
		sandbox.advance(60_000);
		expect(sandbox.inbound()).toEqual([]);
	});

	it.each(['STOP', ' stop ', 'Unsubscribe', 'optout'])('that say %j unsubscribe', async (text) => {
		await send('0491571491');
		expect(sandbox.reply({ provider, from: '0491571491', text })).toMatchObject({ type: 'unsubscribe' });
		await until(() => receiver.calls.length === 1);
		expect(receiver.calls[0]?.body).toMatchObject({ type: 'unsubscribe' });
		expect((await send('0491571491')).body.results).toMatchObject([{ status: 'blocked' }]);
	});

	it.each([
		[australianNumbers.answersYes, 'YES', 'success'],
		[australianNumbers.answersStop, 'STOP', 'blocked'],
	])('come by themselves from %s: %s', async (number, text, afterwards) => {
		await send(number);
		sandbox.advance(10_000);
		await until(() => receiver.calls.length === 2);
		expect(receiver.calls.map(({ body }) => body.message).sort()).toEqual(['Hello', text].sort());
		expect((await send(number)).body.results).toMatchObject([{ status: afterwards }]);
	});
});
