import { startSandbox, type Sandbox } from '../../sandbox/server';
import { ugApiKey } from '../../sandbox/ugsms/account';
import { localForm, ordinaryUgandanNumbers, ugandanNumbers } from '../../sandbox/ugsms/ugandanNumbers';
import { until } from './mobileMessageClient';
import { call, password, set } from './ugsmsClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ enforceLimits: false, deliverAfterMs: 20 });
});
afterAll(() => sandbox.close());

const [first = '', second = ''] = ordinaryUgandanNumbers.map(localForm);
const message = { numbers: first, message_body: 'Hello' };
const send = (fields: Record<string, unknown> = {}) => call(sandbox, 'POST', '/api/v2/sms/send', { ...message, ...fields });
const asQuery = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const balance = () => call(sandbox, 'GET', '/api/v2/account/balance');
const messages = () => sandbox.messages('ugsms');
const kinds = () => sandbox.violations('ugsms').map(({ kind }) => kind);
const noViolations = () => expect(sandbox.violations('ugsms')).toEqual([]);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
const withoutKey = {};

describe('sending with a key (v2)', () => {
	test('takes one text for all numbers, and says what it cost', async () => {
		sandbox.changeSettings({ credits: 1_000 });
		expect(await send({ numbers: `${first}, ${second}` })).toMatchObject({
			httpStatus: 200,
			body: { success: true, message: 'Message sent successfully', data: { message_id: uuid, recipients: 2, estimated_cost: 20, remaining_balance: 980 } },
		});
		await until(() => messages().length === 2 && messages().every(({ status }) => status === 'delivered'));
		expect(messages()).toMatchObject([
			{ to: '256700001001', from: 'UGSMS', text: 'Hello', cost: 10 },
			{ to: '256700001002', from: 'UGSMS' },
		]);
		noViolations();
	});

	test('takes the key from the header, the query or the body, and GET too', async () => {
		const api_key = ugApiKey;
		const answers = [
			await send({ sender_id: 'MyBrand' }),
			await call(sandbox, 'POST', `/api/v2/sms/send?${asQuery({ api_key })}`, message, withoutKey),
			await call(sandbox, 'POST', '/api/v2/sms/send', { ...message, api_key }, withoutKey),
			await call(sandbox, 'GET', `/api/v2/sms/send?${asQuery(message)}`),
			await call(sandbox, 'GET', `/api/v2/sms/send?${asQuery({ ...message, api_key })}`, undefined, withoutKey),
		];
		expect(answers.map(({ httpStatus }) => httpStatus)).toEqual([200, 200, 200, 200, 200]);
		expect(messages().map(({ from }) => from)).toEqual(['MyBrand', 'UGSMS', 'UGSMS', 'UGSMS', 'UGSMS']);
		noViolations();
	});

	test('counts segments of 160 characters', async () => {
		await send({ message_body: 'a'.repeat(160) });
		await send({ message_body: 'a'.repeat(161) });
		expect(messages().map(({ segments, cost }) => [segments, cost])).toEqual([[1, 10], [2, 20]]);
	});

	test('refuses a request without a good key before it looks at anything else', async () => {
		const help = 'Provide X-API-Key header or api_key parameter';
		expect(await call(sandbox, 'GET', '/api/v2/sms/send', undefined, withoutKey)).toMatchObject({ httpStatus: 401, body: { error: 'API key is required', help } });
		expect(await call(sandbox, 'POST', '/api/v2/sms/send', {}, { 'x-api-key': 'other' })).toMatchObject({ httpStatus: 401, body: { error: 'Invalid API key', help } });
		expect(kinds()).toEqual(['auth', 'auth']);
	});

	test('refuses the whole request for one bad number, an empty text or too little balance', async () => {
		for (const numbers of [`${first},123`, localForm(ugandanNumbers.invalid), '0999999999']) {
			expect(await send({ numbers })).toMatchObject({ httpStatus: 400, body: { error: 'Invalid phone number format.' } });
		}
		expect((await send({ message_body: ' ' })).body).toEqual({ error: 'The message body field is required.' });
		expect((await send({ numbers: '' })).body).toEqual({ error: 'The numbers field is required.' });
		sandbox.changeSettings({ credits: 15 });
		expect(await send({ numbers: `${first},${second}` })).toMatchObject({ httpStatus: 400, body: { error: 'Insufficient balance.' } });
		noViolations();
		set(sandbox, { refusal: 'success' });
		expect((await send({ numbers: '123' })).body).toEqual({ success: false, message: 'Invalid phone number format.' });
		set(sandbox, { refusal: 'error', refusalHttpStatus: 200 });
		expect(await send({ numbers: '123' })).toMatchObject({ httpStatus: 200, body: { error: 'Invalid phone number format.' } });
		expect((await call(sandbox, 'GET', '/api/v2/account/balance', undefined, { 'x-api-key': 'other' })).httpStatus).toBe(401);
		expect(messages()).toEqual([]);
	});

	test('finds what a correct client never sends', async () => {
		expect(await send({ to: first })).toMatchObject({ httpStatus: 400, body: { error: 'The to field is invalid.' } });
		expect((await send({ numbers: [first] })).httpStatus).toBe(400);
		expect((await send({ sender_id: 'TwelveLetter' })).httpStatus).toBe(400);
		expect((await send({ sender_id: 'ElevenChars' })).httpStatus).toBe(200);
		for (const numbers of ['256700001001', '+256700001001', '0700 001 001', `${first},`]) expect((await send({ numbers })).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/api/v2/sms/send', { numbers: first })).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/api/v2/sms/send', new URLSearchParams(message))).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/api/v2/sms/send/bulk', {})).httpStatus).toBe(404);
		expect((await call(sandbox, 'PUT', '/api/v2/sms/send', {})).httpStatus).toBe(405);
		expect(kinds()).toEqual(['unknown-field', 'wrong-type', ...Array<string>(5).fill('invalid-value'), 'missing-field', 'not-json', 'path', 'method']);
		expect(messages()).toHaveLength(1);
	});

	test('takes numbers with the country code where that is set', async () => {
		set(sandbox, { numberForm: 'any' });
		expect((await send({ numbers: '256700001001,+256700001002,0700001003' })).httpStatus).toBe(200);
		expect(messages().map(({ to }) => to)).toEqual(['256700001001', '256700001002', '256700001003']);
		expect((await send({ numbers: '61491570006' })).httpStatus).toBe(400);
		noViolations();
	});

	test('does not reach a fixed line, nor a phone that fails', async () => {
		await send({ numbers: [ugandanNumbers.landline, ugandanNumbers.fails].map(localForm).join(',') });
		await until(() => messages().every(({ status }) => status === 'failed'));
		expect(messages()).toHaveLength(2);
	});

	test('takes half of the numbers under the fault "partial-after"', async () => {
		sandbox.addFault({ provider: 'ugsms', kind: 'partial-after', path: '/api/v2/sms/send' });
		expect(await send({ numbers: `${first},${second}` })).toMatchObject({ httpStatus: 500, body: { message: 'Server Error' } });
		expect(messages().map(({ to }) => to)).toEqual(['256700001001']);
	});

	test('takes number after number when the answer is lost', async () => {
		sandbox.addFault({ provider: 'ugsms', kind: 'row-by-row', workMs: 1_000_000 });
		await expect(send({ numbers: `${first},${second}` })).rejects.toThrow();
		const counts = [messages().length];
		for (const ms of [600_000, 600_000]) {
			sandbox.advance(ms);
			counts.push(messages().length);
		}
		expect(counts).toEqual([0, 1, 2]);
		expect(new Set(messages().map(({ id }) => id)).size).toBe(1);
	});

	test('tells a refusal that a fault makes as a refusal, and a server\'s as a server\'s', async () => {
		for (const httpStatus of [403, 503]) sandbox.addFault({ provider: 'ugsms', kind: 'error-before', httpStatus, message: 'No.' });
		expect([(await send()).body, (await send()).body]).toEqual([{ error: 'No.' }, { message: 'No.' }]);
	});
});

describe('sending with a password (v1)', () => {
	test('takes credentials from the form, from JSON or from the query, and GET too', async () => {
		const answers = [
			await call(sandbox, 'POST', '/v1/sms/send', new URLSearchParams({ ...message, ...password }), withoutKey),
			await call(sandbox, 'POST', '/v1/sms/send', { ...message, ...password, sender_id: 'MyBrand' }, withoutKey),
			await call(sandbox, 'POST', `/v1/sms/send?${asQuery(password)}`, new URLSearchParams(message), withoutKey),
			await call(sandbox, 'GET', `/v1/sms/send?${asQuery({ ...message, ...password })}`, undefined, withoutKey),
		];
		expect(answers.map(({ httpStatus }) => httpStatus)).toEqual([200, 200, 200, 200]);
		expect(answers[0]?.body).toMatchObject({ success: true, data: { message_id: uuid, recipients: 1, estimated_cost: 10, remaining_balance: 99_990 } });
		expect(messages()).toHaveLength(4);
		noViolations();
	});

	test('may answer with a sentence alone', async () => {
		set(sandbox, { v1Success: 'message' });
		expect((await call(sandbox, 'POST', '/v1/sms/send', { ...message, ...password })).body).toEqual({ message: 'Message Sent Successfully.' });
		expect((await send()).body).toMatchObject({ success: true });
	});

	test('refuses what the document says that it refuses', async () => {
		expect(await call(sandbox, 'POST', '/v1/sms/send', { ...message, username: 'sandbox', password: 'other' })).toMatchObject({ httpStatus: 401, body: { error: 'Unauthorized.' } });
		expect((await call(sandbox, 'POST', '/v1/sms/send', message)).httpStatus).toBe(401);
		expect(kinds()).toEqual(['auth', 'auth']);
		expect(await call(sandbox, 'POST', '/v1/sms/send', { ...message, ...password, numbers: '12' })).toMatchObject({ httpStatus: 400, body: { error: 'Invalid phone number format.' } });
		expect((await call(sandbox, 'POST', `/v1/sms/send?${asQuery(message)}`, password)).httpStatus).toBe(400);
		expect(kinds()).toEqual(['auth', 'auth', 'unknown-field']);
		expect(messages()).toEqual([]);
	});
});

test('the balance comes in three shapes', async () => {
	expect(await balance()).toMatchObject({ httpStatus: 200, body: { success: true, data: { balance: 100_000, currency: 'UGX' } } });
	set(sandbox, { balanceAnswer: 'top' });
	expect((await balance()).body).toEqual({ success: true, balance: 100_000 });
	set(sandbox, { balanceAnswer: 'remaining' });
	expect((await balance()).body).toMatchObject({ data: { remaining_balance: 100_000 } });
	expect((await call(sandbox, 'GET', '/api/v2/account/balance?api_key=sandbox-key', undefined, withoutKey)).httpStatus).toBe(200);
	noViolations();
	expect((await call(sandbox, 'GET', '/api/v2/account/balance', undefined, withoutKey)).httpStatus).toBe(401);
});

describe('the limit', () => {
	test('is 60 requests a minute, told with every answer, also of those without a key', async () => {
		sandbox.changeSettings({ enforceLimits: true });
		const remaining = ({ headers }: { headers: Headers }) => [headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')];
		expect(remaining(await call(sandbox, 'GET', '/api/v2/sms/send', undefined, withoutKey))).toEqual(['60', '59']);
		for (let count = 2; count <= 59; count++) await balance();
		expect(remaining(await balance())).toEqual(['60', '0']);
		const refused = await balance();
		expect(refused).toMatchObject({ httpStatus: 429, body: { error: 'Too Many Attempts.' } });
		expect(remaining(refused)).toEqual(['60', '0']);
		expect(kinds()).toEqual(['auth', 'rate']);
	});

	test('is said to be used up by a 429 that a fault makes', async () => {
		sandbox.addFault({ provider: 'ugsms', kind: '429' });
		const refused = await balance();
		expect([refused.httpStatus, refused.headers.get('x-ratelimit-remaining'), (await balance()).headers.get('x-ratelimit-remaining')]).toEqual([429, '0', '60']);
	});
});

describe('keys', () => {
	const key = (name: string, body: unknown, headers?: Record<string, string>) => call(sandbox, 'POST', `/api/${name}-key`, body, headers);
	const keyIn = ({ body }: { body: Record<string, unknown> }) => (body['data'] as { api_key: string }).api_key;
	const balanceWith = async (apiKey: string) => (await call(sandbox, 'GET', '/api/v2/account/balance', undefined, { 'x-api-key': apiKey })).httpStatus;

	test('are made, made anew and revoked; a new one replaces the old', async () => {
		const made = await key('generate', { ...password, expiry_days: 3 }, withoutKey);
		expect(made).toMatchObject({ httpStatus: 200, body: { success: true, data: { api_key: expect.stringMatching(/^[0-9a-f]{40}$/), expires_at: expect.any(String) } } });
		expect([await balanceWith(ugApiKey), await balanceWith(keyIn(made))]).toEqual([401, 200]);
		const anew = await key('regenerate', {}, { 'x-api-key': keyIn(made) });
		expect(anew).toMatchObject({ httpStatus: 200, body: { data: { expires_at: null } } });
		expect([await balanceWith(keyIn(made)), await balanceWith(keyIn(anew))]).toEqual([401, 200]);
		expect((await key('revoke', undefined, { 'x-api-key': keyIn(anew) })).body).toEqual({ success: true, message: 'API key revoked successfully' });
		expect(await balanceWith(keyIn(anew))).toBe(401);
		expect((await key('regenerate', password, withoutKey)).httpStatus).toBe(400);
		expect((await key('generate', password, withoutKey)).httpStatus).toBe(200);
		expect((await call(sandbox, 'POST', `/api/revoke-key?${asQuery(password)}`, undefined, withoutKey)).httpStatus).toBe(200);
		expect((await key('generate', password, withoutKey)).httpStatus).toBe(200);
		expect((await key('revoke', { ...password, password: 'other' }, withoutKey)).httpStatus).toBe(401);
		expect((await key('revoke', password, withoutKey)).httpStatus).toBe(200);
		const log = JSON.stringify(sandbox.log('ugsms'));
		for (const secret of [keyIn(made), keyIn(anew)]) expect(log).not.toContain(secret);
	});

	test('expire', async () => {
		const apiKey = keyIn(await key('generate', { expiry_days: 1 }));
		sandbox.advance(86_400_000 - 60_000);
		expect(await balanceWith(apiKey)).toBe(200);
		sandbox.advance(60_000);
		expect(await balanceWith(apiKey)).toBe(401);
	});

	test('live 1 to 365 days', async () => {
		for (const expiry_days of [1, 365]) expect((await key('generate', { ...password, expiry_days }, withoutKey)).httpStatus).toBe(200);
		for (const expiry_days of [0, 366, '3', 1.5]) expect((await key('generate', { ...password, expiry_days }, withoutKey)).httpStatus).toBe(400);
		expect(kinds()).toEqual(['invalid-value', 'invalid-value', 'wrong-type', 'wrong-type']);
	});

	test('may stand elsewhere in the answer, or be for the dashboard alone', async () => {
		set(sandbox, { keyAnswer: 'top' });
		expect((await key('generate', {})).body).toMatchObject({ success: true, api_key: expect.any(String), expires_at: null });
		expect((await key('generate', { username: 'sandbox', password: 'other' })).httpStatus).toBe(401);
		set(sandbox, { keyAccess: 'session' });
		expect(await key('generate', password)).toMatchObject({ httpStatus: 401, body: { message: 'Unauthenticated.' } });
	});
});

test('no secret reaches the log', async () => {
	await call(sandbox, 'GET', `/v1/sms/send?${asQuery({ ...message, username: 'u', password: 'p4ss-query' })}`, undefined, withoutKey);
	await call(sandbox, 'POST', '/v1/sms/send', new URLSearchParams({ ...message, username: 'u', password: 'p4ss-form' }), withoutKey);
	await call(sandbox, 'GET', '/api/v2/account/balance?api_key=k3y-query', undefined, withoutKey);
	await call(sandbox, 'POST', '/api/v2/sms/send', { ...message, api_key: 'k3y-body' }, withoutKey);
	await call(sandbox, 'POST', '/api/v2/sms/send', message, { 'x-api-key': 'k3y-header' });
	// Nor where the body cannot be read.
	await call(sandbox, 'PUT', '/v1/sms/send', new URLSearchParams({ password: 'p4ss-raw' }), withoutKey);
	const log = JSON.stringify(sandbox.log('ugsms'));
	expect(sandbox.log('ugsms')).toHaveLength(6);
	expect(log).not.toMatch(/p4ss|k3y/);
	expect(log).toContain('***');
});

test('phones cannot answer, and nothing is called', async () => {
	await send();
	expect(() => sandbox.reply({ provider: 'ugsms', from: first, text: 'Hi' })).toThrow('no way to receive');
	await expect(sandbox.event({ provider: 'ugsms', type: 'status', body: {}, signature: 'none' })).rejects.toThrow('No webhook URL');
	expect(sandbox.webhooks('ugsms')).toEqual([]);
});
