import { australianNumbers } from '../../sandbox/australianNumbers';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { batch, call, kinds } from './mobileMessageClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const send = (message: Record<string, unknown>, options: Record<string, unknown> = {}) =>
	call(sandbox, 'POST', '/v1/messages', {
		...options,
		messages: [{ to: '0491571491', message: 'Hello', sender: 'CompanyABC', ...message }],
	});
const firstResult = async (message: Record<string, unknown>, options: Record<string, unknown> = {}) => {
	const { body } = await send(message, options);
	return (body.results as Array<Record<string, unknown>>)[0] ?? {};
};
const inUtc = (ms: number) => new Date(ms).toISOString().slice(0, 19);

describe('POST /v1/messages', () => {
	it('answers for every message, in the documented shape', async () => {
		const { httpStatus, body } = await call(sandbox, 'POST', '/v1/messages', {
			enable_unicode: true,
			messages: [
				{ to: '0491571491', message: 'Hello, this is a test message', sender: 'CompanyABC', custom_ref: 'tracking001' },
				{ to: '+61 491 571 804', message: 'Hello 🌏 from here', sender: 'CompanyABC', custom_ref: 'tracking002', unicode: true },
			],
		});
		expect(httpStatus).toBe(200);
		expect(body).toEqual({
			status: 'complete',
			ignore_unsubscribes: false,
			total_cost: 2,
			results: [
				{
					to: '0491571491',
					message: 'Hello, this is a test message',
					sender: 'CompanyABC',
					custom_ref: 'tracking001',
					status: 'success',
					cost: 1,
					message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
					encoding: 'gsm7',
				},
				expect.objectContaining({ to: '+61 491 571 804', message: 'Hello 🌏 from here', status: 'success', encoding: 'ucs2' }),
			],
		});
		expect(sandbox.messages().map(({ to, custom_ref }) => [to, custom_ref])).toEqual([
			['61491571491', 'tracking001'],
			['61491571804', 'tracking002'],
		]);
		expect(kinds(sandbox)).toEqual([]);
	});

	it.each([
		[{ to: 'abc' }, 'error', 'Invalid phone number format'],
		[{ to: 'call 0491571491' }, 'error', 'Invalid phone number format'],
		[{ to: australianNumbers.invalid }, 'error', 'Invalid phone number format'],
		[{ message: ' ' }, 'error', 'Message content cannot be empty'],
		[{ sender: 'Stranger' }, 'error', 'Invalid sender. You do not have permission to use this sender.'],
		[{ to: australianNumbers.unsubscribed }, 'blocked', 'The recipient has unsubscribed and cannot receive messages.'],
		[{ message: '🌏' }, 'error', 'Message contains non-GSM characters'],
		[{ to: '0491579455', message: '{first_name}' }, 'error', 'Message content cannot be empty'],
		[{ message: 'a'.repeat(1_531) }, 'error', 'Message exceeds the maximum allowed length.'],
	])('refuses %j as that message alone, without calling it a violation', async (message, status, error) => {
		expect(await firstResult(message)).toMatchObject({ status, error, cost: 0 });
		expect(sandbox.messages()).toEqual([]);
		expect(kinds(sandbox)).toEqual([]);
	});

	it.each(['02 9999 0000', '13 11 14', '1300 123 456', '1800 123 456', '1900 123 456'])('accepts %s, which no message reaches', async (to) => {
		expect(await firstResult({ to })).toMatchObject({ status: 'success', to });
		expect(await firstResult({})).toMatchObject({ status: 'success' });
		sandbox.advance(60_000);
		expect(sandbox.messages().map(({ status }) => status)).toEqual(['failed', 'delivered']);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('keeps texts and references without the blanks around them', async () => {
		expect(await firstResult({ message: ' Hello\n', custom_ref: ' r 1 ' })).toMatchObject({ message: 'Hello', custom_ref: 'r 1' });
		expect(await firstResult({ message: ' Hello ', custom_ref: ' r 2 ', sender: 'Stranger' })).toMatchObject({ status: 'error', message: 'Hello', custom_ref: 'r 2' });
		expect((await call(sandbox, 'GET', '/v1/messages?custom_ref=r%201')).body.results).toMatchObject([{ message_content: 'Hello', cust_ref: 'r 1' }]);
		// "exact match"
		expect((await call(sandbox, 'GET', '/v1/messages?custom_ref=%20r%201%20')).body.results).toEqual([]);
	});

	it('sends to an unsubscribed number when told to ignore the list', async () => {
		const { body } = await send({ to: australianNumbers.unsubscribed }, { ignore_unsubscribes: true });
		expect(body).toMatchObject({ ignore_unsubscribes: true, results: [{ status: 'success' }] });
	});

	it('takes out what GSM-7 cannot hold unless Unicode is on; the message has the last word', async () => {
		expect(await firstResult({ message: 'Hi 🌏“you”' })).toMatchObject({ message: 'Hi you', cost: 1 });
		expect(await firstResult({ message: 'Hi 🌏' }, { enable_unicode: true })).toMatchObject({ message: 'Hi 🌏', encoding: 'ucs2' });
		expect(await firstResult({ message: 'Hi 🌏', unicode: false }, { enable_unicode: true })).toMatchObject({ message: 'Hi ', encoding: 'gsm7' });
		expect(await firstResult({ message: 'Hi' })).not.toHaveProperty('encoding');
	});

	it('counts segments: 160 and 153 septets, 70 and 67 characters, two septets for extended characters', async () => {
		expect(await firstResult({ message: 'a'.repeat(160) })).toMatchObject({ cost: 1 });
		expect(await firstResult({ message: 'a'.repeat(161) })).toMatchObject({ cost: 2 });
		expect(await firstResult({ message: 'a'.repeat(1_530) })).toMatchObject({ cost: 10 });
		expect(await firstResult({ message: '€'.repeat(81) })).toMatchObject({ cost: 2 });
		expect(await firstResult({ message: 'я'.repeat(70), unicode: true })).toMatchObject({ cost: 1 });
		expect(await firstResult({ message: 'я'.repeat(71), unicode: true })).toMatchObject({ cost: 2 });
		expect(await firstResult({ message: 'a'.repeat(161) }, { max_parts: 1 })).toMatchObject({ status: 'error' });
		expect(await firstResult({ message: 'a'.repeat(1_531) }, { max_parts: 11 })).toMatchObject({ cost: 11 });
	});

	it('fills placeholders from the contact, and {optout} with twenty characters', async () => {
		expect(await firstResult({ message: '{first_name} {last_name}, {company}, {other}.' })).toMatchObject({ message: 'Jane Smith, Acme, .' });
		expect(await firstResult({ to: '0491579455', message: '[{first_name}]' })).toMatchObject({ message: '[]' });
		const own = await firstResult({ message: 'Sale.{optout}' });
		expect(own.message).toMatch(/^Sale\. OptOut mb\.st\/\w{6}$/);
		const dedicated = await firstResult({ message: 'Sale.{optout}', sender: '61491571266' });
		expect(dedicated.message).toBe('Sale. Opt out: Reply Stop');
		for (const { message } of [own, dedicated]) expect(String(message).length - 'Sale.'.length).toBe(20);
	});

	it('takes credits for the batch, or refuses all of it with 403', async () => {
		sandbox.changeSettings({ credits: 3 });
		expect(await call(sandbox, 'POST', '/v1/messages', batch(4))).toMatchObject({
			httpStatus: 403,
			body: { error: 'Insufficient credits to send the batch of messages.' },
		});
		expect(sandbox.messages()).toEqual([]);
		await call(sandbox, 'POST', '/v1/messages', batch(2));
		expect((await call(sandbox, 'GET', '/v1/account')).body).toEqual({ status: 'complete', credit_balance: 1 });
		expect(kinds(sandbox)).toEqual([]);
	});

	it('takes up to 100 messages', async () => {
		expect((await call(sandbox, 'POST', '/v1/messages', batch(100))).body.total_cost).toBe(100);
		expect((await call(sandbox, 'POST', '/v1/messages', batch(101))).httpStatus).toBe(400);
		expect(sandbox.messages()).toHaveLength(100);
		expect(kinds(sandbox)).toEqual(['too-many-messages']);
	});

	it.each([
		[{}, 'missing-field'],
		[{ messages: 'x' }, 'wrong-type'],
		[{ messages: [] }, 'invalid-value'],
		[{ messages: ['x'] }, 'wrong-type'],
		[[], 'missing-field'],
		[null, 'missing-field'],
	])('asks for a messages array: %j', async (body, kind) => {
		expect(await call(sandbox, 'POST', '/v1/messages', body)).toMatchObject({
			httpStatus: 400,
			body: { error: 'Missing or invalid "messages" parameter.' },
		});
		expect(kinds(sandbox)).toEqual([kind]);
	});

	it.each([
		[{ extra: 1 }, 'unknown-field', 'Missing or invalid "extra" parameter.'],
		[{ to: 61491571491 }, 'wrong-type', 'Invalid phone number format'],
		[{ message: undefined }, 'missing-field', 'Message content cannot be empty'],
		[{ sender: undefined }, 'missing-field', 'Invalid sender. You do not have permission to use this sender.'],
		[{ unicode: 'true' }, 'wrong-type', 'Missing or invalid "unicode" parameter.'],
		[{ scheduled_for: 'tomorrow' }, 'invalid-value', 'Missing or invalid "scheduled_for" parameter.'],
		[{ scheduled_for: '2099-02-30T09:00:00' }, 'invalid-value', 'Missing or invalid "scheduled_for" parameter.'],
		[{ scheduled_for: '2030-01-01T09:00:00+10:00' }, 'invalid-value', 'Missing or invalid "scheduled_for" parameter.'],
	])('reports a message with %j as a violation and as its own error', async (message, kind, error) => {
		const { body } = await call(sandbox, 'POST', '/v1/messages', {
			messages: [...batch(1).messages, { to: '0491571491', message: 'x', sender: 'CompanyABC', ...message }],
		});
		expect(body.results).toMatchObject([{ status: 'success' }, { status: 'error', error }]);
		expect(kinds(sandbox)).toEqual([kind]);
	});

	it.each([
		[{ max_parts: 0 }, 'invalid-value'],
		[{ max_parts: 100 }, 'invalid-value'],
		[{ max_parts: '3' }, 'wrong-type'],
		[{ surprise: true }, 'unknown-field'],
	])('refuses the option %j with 400', async (options, kind) => {
		expect((await send({}, options)).httpStatus).toBe(400);
		expect(kinds(sandbox)).toEqual([kind]);
	});
});

describe('scheduled messages', () => {
	const later = () => inUtc(Date.now() + 3_600_000);

	it('waits until its time, then is sent', async () => {
		const { message_id, scheduled_for } = await firstResult({ scheduled_for: later() });
		expect(scheduled_for).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
		const status = () => sandbox.messages().find(({ id }) => id === message_id)?.status;
		sandbox.advance(3_500_000);
		expect(status()).toBe('scheduled');
		sandbox.advance(200_000);
		expect(status()).toBe('delivered');
	});

	it('must lie a minute ahead', async () => {
		expect(await firstResult({ scheduled_for: inUtc(Date.now() + 30_000) })).toMatchObject({ status: 'error' });
		expect(await firstResult({ scheduled_for: `${inUtc(Date.now() + 90_000)}Z` })).toMatchObject({ status: 'success' });
		expect(kinds(sandbox)).toEqual([]);
	});

	it('is cancelled by id with a refund, once', async () => {
		sandbox.changeSettings({ credits: 10 });
		const { message_id } = await firstResult({ scheduled_for: later() });
		expect(sandbox.settings('mobile-message').credits).toBe(9);
		expect((await call(sandbox, 'DELETE', '/v1/messages', { message_id })).body).toEqual({
			status: 'complete',
			message_id,
			cancelled: true,
			credits_refunded: 1,
		});
		expect(sandbox.settings('mobile-message').credits).toBe(10);
		expect(await call(sandbox, 'DELETE', '/v1/messages', { message_id })).toMatchObject({
			httpStatus: 409,
			body: { error: 'Message not found or is not in a scheduled state.' },
		});
		sandbox.advance(4_000_000);
		expect(sandbox.messages()).toMatchObject([{ status: 'cancelled' }]);
	});

	it('is cancelled by reference, all of them at once', async () => {
		for (let count = 0; count < 3; count++) await send({ custom_ref: 'march', scheduled_for: later() });
		await send({ custom_ref: 'march' });
		expect((await call(sandbox, 'DELETE', '/v1/messages', { custom_ref: 'march' })).body).toEqual({
			status: 'complete',
			custom_ref: 'march',
			cancelled_count: 3,
			credits_refunded: 3,
		});
		expect((await call(sandbox, 'DELETE', '/v1/messages', { custom_ref: 'march' })).httpStatus).toBe(409);
		expect((await call(sandbox, 'DELETE', '/v1/messages', { custom_ref: 'april' })).httpStatus).toBe(404);
	});

	it('needs either an id or a reference', async () => {
		expect((await call(sandbox, 'DELETE', '/v1/messages', {})).httpStatus).toBe(400);
		expect((await call(sandbox, 'DELETE', '/v1/messages', { message_id: 'a', custom_ref: 'b' })).httpStatus).toBe(400);
		expect(kinds(sandbox)).toEqual(['missing-field', 'missing-field']);
	});
});

describe('GET /v1/messages', () => {
	it('finds a message by id and messages by reference', async () => {
		const { message_id } = await firstResult({ custom_ref: 'a b&c' });
		await send({ custom_ref: 'a b&c' });
		const shown = {
			message_id,
			recipient_number: '61491571491',
			sender_id: 'CompanyABC',
			message_content: 'Hello',
			status: 'pending',
			cost: 1,
			cust_ref: 'a b&c',
			requested_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
			scheduled_for: null,
		};
		expect((await call(sandbox, 'GET', `/v1/messages?message_id=${String(message_id)}`)).body).toEqual({ status: 'complete', results: [shown] });
		expect((await call(sandbox, 'GET', `/v1/messages?custom_ref=${encodeURIComponent('a b&c')}`)).body.results).toHaveLength(2);
		expect((await call(sandbox, 'GET', '/v1/messages?custom_ref=none')).body).toEqual({ status: 'complete', results: [] });
		expect((await call(sandbox, 'GET', '/v1/messages?message_id=none')).body).toEqual({ status: 'complete', results: [] });
	});

	it('pages through the history, newest first', async () => {
		await call(sandbox, 'POST', '/v1/messages', batch(60));
		const { body } = await call(sandbox, 'GET', '/v1/messages');
		expect(body).toMatchObject({ status: 'complete', total: 60, limit: 50, offset: 0 });
		expect(body.results).toHaveLength(50);
		const next = await call(sandbox, 'GET', '/v1/messages?limit=50&offset=50');
		expect(next.body).toMatchObject({ total: 60, limit: 50, offset: 50 });
		expect((next.body.results as Array<{ cust_ref: string }>).map(({ cust_ref }) => cust_ref)).toEqual(
			Array.from({ length: 10 }, (_value, index) => `ref-${9 - index}`),
		);
	});

	it('filters by status and by day', async () => {
		await send({ custom_ref: 'now' });
		await send({ custom_ref: 'later', scheduled_for: inUtc(Date.now() + 10 * 86_400_000) });
		const references = async (query: string) =>
			((await call(sandbox, 'GET', `/v1/messages?${query}`)).body.results as Array<{ cust_ref: string }>).map(({ cust_ref }) => cust_ref);
		expect(await references('status=scheduled')).toEqual(['later']);
		const day = (days: number) => inUtc(Date.now() + days * 86_400_000).slice(0, 10);
		expect(await references(`from=${day(-1)}&to=${day(1)}`)).toEqual(['later', 'now']);
		expect(await references(`from=${day(1)}`)).toEqual([]);
		expect(await references(`to=${day(-1)}`)).toEqual([]);
	});

	it.each(['limit=201', 'limit=0', 'limit=ten', 'offset=-1', 'status=lost', 'from=01/02/2026', 'to=2026-02-30', 'page=2'])('refuses %s', async (query) => {
		expect((await call(sandbox, 'GET', `/v1/messages?${query}`)).httpStatus).toBe(400);
		expect(kinds(sandbox)).toHaveLength(1);
	});
});

describe('POST /v1/list-send', () => {
	const sendToList = (body: Record<string, unknown>) =>
		call(sandbox, 'POST', '/v1/list-send', { list_id: 1, sender: 'CompanyABC', message: 'Hi {first_name}.{optout}', ...body });

	it('sends to each contact with its own text', async () => {
		expect((await sendToList({ custom_ref: 'sale' })).body).toEqual({
			status: 'complete',
			list_id: 1,
			total_recipients: 2,
			total_blocked_unsubscribed: 0,
			total_skipped_too_long: 0,
			total_cost: 2,
			scheduled_for: null,
			send_status: 'queued',
		});
		expect(sandbox.messages().map(({ to, text, custom_ref }) => [to, text.slice(0, 8), custom_ref])).toEqual([
			['61491571491', 'Hi Jane.', 'sale'],
			['61491571804', 'Hi Wei. ', 'sale'],
		]);
	});

	it('counts the blocked and the too long', async () => {
		const { body } = await call(sandbox, 'POST', '/v1/contacts', { number: australianNumbers.unsubscribed });
		await call(sandbox, 'POST', '/v1/list-contacts', { list_id: 1, contact_id: body.contact_id });
		await call(sandbox, 'PATCH', '/v1/contacts', { contact_id: 1, other: 'x'.repeat(170) });
		expect((await sendToList({ message: '{other}!', max_parts: 1 })).body).toMatchObject({
			total_recipients: 1,
			total_blocked_unsubscribed: 1,
			total_skipped_too_long: 1,
			total_cost: 1,
		});
		expect((await sendToList({ ignore_unsubscribes: true })).body).toMatchObject({ total_recipients: 3, total_blocked_unsubscribed: 0 });
	});

	it('can be scheduled and cancelled by its reference', async () => {
		expect((await sendToList({ custom_ref: 'sale', scheduled_for: inUtc(Date.now() + 3_600_000) })).body).toMatchObject({
			scheduled_for: expect.stringContaining(' '),
			send_status: 'scheduled',
		});
		expect((await call(sandbox, 'DELETE', '/v1/messages', { custom_ref: 'sale' })).body).toMatchObject({ cancelled_count: 2 });
	});

	it.each([
		[{ list_id: 99 }, 404],
		[{ sender: 'Stranger' }, 400],
		[{ message: '' }, 400],
		[{ message: '🌏' }, 400],
		[{ scheduled_for: inUtc(Date.now()) }, 400],
	])('refuses %j with %i, which is no violation', async (body, httpStatus) => {
		expect((await sendToList(body)).httpStatus).toBe(httpStatus);
		expect(sandbox.messages()).toEqual([]);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('needs credits, and a whole number for the list', async () => {
		sandbox.changeSettings({ credits: 1 });
		expect((await sendToList({})).httpStatus).toBe(403);
		expect((await sendToList({ list_id: '1' })).httpStatus).toBe(400);
		expect(kinds(sandbox)).toEqual(['wrong-type']);
	});
});

describe('GET /simple/send-sms.php', () => {
	const simple = (fields: Record<string, string>) =>
		call(
			sandbox,
			'GET',
			`/simple/send-sms.php?${String(
				new URLSearchParams({ api_username: 'sandbox', api_password: 'sandbox', sender: 'CompanyABC', to: '61491571491', message: 'Hello there', ...fields }),
			)}`,
			undefined,
			{ headers: { authorization: '' } },
		);

	it('sends one message', async () => {
		expect((await simple({ custom_ref: 'dev', ignore_unsubscribes: 'true', max_parts: '2' })).body).toEqual({
			status: 'success',
			message_id: expect.any(String),
			custom_ref: 'dev',
			to: '61491571491',
			sender: 'CompanyABC',
			message: 'Hello there',
			cost: 1,
			ignore_unsubscribes: true,
		});
		expect((await simple({ message: 'Hi 🌏', unicode: 'true' })).body).toMatchObject({ message: 'Hi 🌏' });
		expect(sandbox.messages()).toHaveLength(2);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('refuses with 400, 401 or 403', async () => {
		expect(await simple({ message: 'a'.repeat(161), max_parts: '1' })).toMatchObject({
			httpStatus: 400,
			body: { status: 'error', error: 'Message exceeds the maximum allowed length.' },
		});
		expect(await simple({ to: australianNumbers.unsubscribed })).toMatchObject({ httpStatus: 400, body: { status: 'blocked' } });
		expect(await simple({ to: '0491571491' })).toMatchObject({ httpStatus: 400, body: { error: 'Invalid phone number format' } });
		sandbox.changeSettings({ credits: 0 });
		expect((await simple({})).httpStatus).toBe(403);
		expect(kinds(sandbox)).toEqual([]);
		expect((await simple({ api_password: 'wrong-secret' })).httpStatus).toBe(401);
		expect((await simple({ unicode: 'yes' })).httpStatus).toBe(400);
		expect((await simple({ extra: '1' })).httpStatus).toBe(400);
		expect(kinds(sandbox)).toEqual(['auth', 'invalid-value', 'unknown-field']);
	});

	it('leaves no password in the log', async () => {
		await simple({});
		await simple({ api_password: 'wrong-secret' });
		const log = JSON.stringify(sandbox.log());
		expect(log).not.toContain('wrong-secret');
		expect(sandbox.log().map(({ query }) => query.api_password)).toEqual(['***', '***']);
		expect(log.toLowerCase()).not.toContain('authorization');
	});
});
