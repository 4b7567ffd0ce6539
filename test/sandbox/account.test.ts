import { australianNumbers } from '../../sandbox/australianNumbers';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { call, kinds } from './mobileMessageClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const get = async (path: string) => (await call(sandbox, 'GET', path)).body;
const post = async (path: string, body: unknown) => (await call(sandbox, 'POST', path, body)).body;
const patch = async (path: string, body: unknown) => (await call(sandbox, 'PATCH', path, body)).body;
const remove = async (path: string, body: unknown) => (await call(sandbox, 'DELETE', path, body)).body;
const status = async (method: string, path: string, body?: unknown) => (await call(sandbox, method, path, body)).httpStatus;

describe('/v1/contacts', () => {
	it('names no field where the body has none', async () => {
		for (const body of [[], 'null', '"x"']) {
			expect(await call(sandbox, 'POST', '/v1/contacts', body)).toMatchObject({ httpStatus: 400, body: { error: 'Invalid JSON body.' } });
		}
	});

	it('creates, changes, finds and removes', async () => {
		const created = await post('/v1/contacts', { number: '0491574118', first_name: 'Ana', company: 'Umbrella' });
		expect(created).toEqual({ status: 'complete', contact_id: 4, number: '61491574118' });
		expect(await patch('/v1/contacts', { contact_id: 4, number: '0491574632', first_name: 'Anna' })).toEqual({ status: 'complete', contact_id: 4 });
		expect(await get(`/v1/contacts?number=${encodeURIComponent('0491 574 632')}`)).toEqual({
			status: 'complete',
			total: 1,
			limit: 50,
			offset: 0,
			results: [{ contact_id: 4, number: '61491574632', first_name: 'Anna', last_name: '', company: 'Umbrella', other: '' }],
		});
		expect(await get('/v1/contacts?number=0491574118')).toMatchObject({ total: 0 });
		expect(await remove('/v1/contacts', { contact_id: 4 })).toEqual({ status: 'complete', contact_id: 4, removed: true });
		expect(await get('/v1/contacts?first_name=Anna')).toMatchObject({ total: 0 });
	});

	it('filters by parts of text, combined with AND, and pages', async () => {
		expect(await get('/v1/contacts?company=cm')).toMatchObject({ total: 2 });
		expect(await get('/v1/contacts?company=cm&first_name=wei&other=Gold')).toMatchObject({ total: 1, results: [{ last_name: 'Chen' }] });
		expect(await get('/v1/contacts?limit=1&offset=1')).toMatchObject({ total: 3, limit: 1, offset: 1, results: [{ contact_id: 2 }] });
	});

	it('refuses what is not there, invalid or a duplicate', async () => {
		expect(await status('POST', '/v1/contacts', { number: 'abc' })).toBe(400);
		expect(await status('PATCH', '/v1/contacts', { contact_id: 99 })).toBe(404);
		expect(await status('PATCH', '/v1/contacts', { contact_id: 1, number: 'abc' })).toBe(400);
		expect(await status('DELETE', '/v1/contacts', { contact_id: 99 })).toBe(404);
		expect(await status('POST', '/v1/contacts', { number: '0491571491' })).toBe(200);
		sandbox.changeSettings({ allowDuplicateContacts: false });
		expect(await call(sandbox, 'POST', '/v1/contacts', { number: '0491571491' })).toMatchObject({
			httpStatus: 409,
			body: { error: 'This phone number already exists in your contacts.' },
		});
		expect(await status('PATCH', '/v1/contacts', { contact_id: 2, number: '0491571491' })).toBe(409);
		expect(await status('PATCH', '/v1/contacts', { contact_id: 2, number: '0491571804' })).toBe(200);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('keeps names without the blanks around them', async () => {
		await post('/v1/contacts', { number: '0491574118', first_name: ' Ana ', other: ' x' });
		expect(await get('/v1/contacts?number=0491574118')).toMatchObject({ results: [{ first_name: 'Ana', other: 'x' }] });
		expect(await post('/v1/lists', { name: ' New ' })).toMatchObject({ name: 'New' });
	});

	it('is strict about fields', async () => {
		expect(await status('POST', '/v1/contacts', { first_name: 'x' })).toBe(400);
		expect(await status('POST', '/v1/contacts', { number: '0491571491', firstName: 'x' })).toBe(400);
		expect(await status('PATCH', '/v1/contacts', { contact_id: '1' })).toBe(400);
		expect(await status('DELETE', '/v1/contacts?contact_id=1')).toBe(400);
		expect(kinds(sandbox)).toEqual(['missing-field', 'unknown-field', 'wrong-type', 'unknown-field']);
	});
});

describe('/v1/lists and /v1/list-contacts', () => {
	it('creates, renames, counts and deletes lists', async () => {
		expect(await post('/v1/lists', { name: 'New' })).toEqual({ status: 'complete', list_id: 2, name: 'New' });
		expect(await patch('/v1/lists', { list_id: 2, name: 'Newer' })).toEqual({ status: 'complete', list_id: 2, name: 'Newer' });
		expect(await get('/v1/lists')).toEqual({
			status: 'complete',
			results: [
				{ list_id: 1, name: 'VIP Customers', created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/), contact_count: 2 },
				expect.objectContaining({ list_id: 2, name: 'Newer', contact_count: 0 }),
			],
		});
		expect(await remove('/v1/lists', { list_id: 2 })).toEqual({ status: 'complete', list_id: 2, removed: true });
		expect(((await get('/v1/lists')).results as unknown[]).length).toBe(1);
	});

	it('keeps the contacts of a deleted list unless told otherwise', async () => {
		await remove('/v1/lists', { list_id: 1 });
		expect(await get('/v1/contacts')).toMatchObject({ total: 3 });
		sandbox.reset();
		await remove('/v1/lists', { list_id: 1, delete_contacts: true });
		expect(await get('/v1/contacts')).toMatchObject({ total: 1 });
	});

	it('adds, shows and removes members', async () => {
		const added = { status: 'complete', list_id: 1, contact_id: 3, added: true };
		expect(await post('/v1/list-contacts', { list_id: 1, contact_id: 3 })).toEqual(added);
		expect(await post('/v1/list-contacts', { list_id: 1, contact_id: 3 })).toEqual(added);
		const members = await get('/v1/list-contacts?list_id=1&limit=2&offset=2');
		expect(members).toEqual({
			status: 'complete',
			total: 3,
			limit: 2,
			offset: 2,
			results: [{ contact_id: 3, number: '61491572549', first_name: 'Zoë', last_name: "O'Brien", company: '', added: expect.any(String) }],
		});
		expect(await remove('/v1/list-contacts', { list_id: 1, contact_id: 3 })).toEqual({ status: 'complete', list_id: 1, contact_id: 3, removed: true });
		await remove('/v1/contacts', { contact_id: 1 });
		expect(await get('/v1/list-contacts?list_id=1')).toMatchObject({ total: 1 });
	});

	it('refuses what is not there', async () => {
		expect(await status('PATCH', '/v1/lists', { list_id: 9, name: 'x' })).toBe(404);
		expect(await status('DELETE', '/v1/lists', { list_id: 9 })).toBe(404);
		expect(await status('POST', '/v1/lists', { name: ' ' })).toBe(400);
		expect(await status('GET', '/v1/list-contacts?list_id=9')).toBe(404);
		expect(await status('POST', '/v1/list-contacts', { list_id: 9, contact_id: 1 })).toBe(404);
		expect(await status('POST', '/v1/list-contacts', { list_id: 1, contact_id: 9 })).toBe(404);
		expect(await status('DELETE', '/v1/list-contacts', { list_id: 1, contact_id: 3 })).toBe(404);
		expect(kinds(sandbox)).toEqual([]);
		expect(await status('GET', '/v1/list-contacts')).toBe(400);
		expect(kinds(sandbox)).toEqual(['missing-field']);
	});
});

describe('/v1/unsubscribes', () => {
	it('adds, finds and removes a number', async () => {
		expect(await post('/v1/unsubscribes', { number: '0491571491' })).toEqual({ status: 'complete', number: '61491571491', added: true });
		expect(await get('/v1/unsubscribes?number=0491571491')).toEqual({
			status: 'complete',
			total: 1,
			limit: 50,
			offset: 0,
			results: [{ number: '61491571491', updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) }],
		});
		expect(await get('/v1/unsubscribes')).toMatchObject({ total: 2 });
		expect(await remove('/v1/unsubscribes', { number: '+61491571491' })).toEqual({ status: 'complete', number: '61491571491', removed: true });
		expect(await get('/v1/unsubscribes?number=0491571491')).toMatchObject({ total: 0 });
		expect(await status('DELETE', '/v1/unsubscribes', { number: '0491571491' })).toBe(404);
		expect(await status('POST', '/v1/unsubscribes', { number: 'abc' })).toBe(400);
	});

	it('cancels what is scheduled for the number and takes it off all lists', async () => {
		const scheduled_for = new Date(Date.now() + 3_600_000).toISOString();
		await post('/v1/messages', { messages: [{ to: '0491571491', message: 'Later', sender: 'CompanyABC', scheduled_for }] });
		await post('/v1/unsubscribes', { number: '0491571491' });
		expect(sandbox.messages()).toMatchObject([{ status: 'cancelled' }]);
		expect(sandbox.settings('mobile-message').credits).toBe(100_000);
		expect(await get('/v1/list-contacts?list_id=1')).toMatchObject({ total: 1 });
		expect(await get('/v1/contacts?number=0491571491')).toMatchObject({ total: 1 });
	});
});

describe('/v1/senders', () => {
	it('lists the senders', async () => {
		expect(await get('/v1/senders')).toEqual({
			status: 'complete',
			results: [
				{ sender: 'CompanyABC', type: 'alpha', label: 'My Brand', is_default: true },
				{ sender: '61491570737', type: 'own', label: 'My mobile', is_default: false },
				{ sender: '61491571266', type: 'dedicated', label: 'Replies', is_default: false },
			],
		});
	});

	it('registers a number after its owner opened the link in the SMS', async () => {
		expect(await post('/v1/senders', { number: '0491571491', label: 'Shop' })).toEqual({
			status: 'verification_sent',
			message: 'A verification link has been sent to the number.',
		});
		expect(sandbox.messages()).toEqual([]);
		const [sms] = sandbox.station('mobile-message').world.messages.service;
		const link = /http\S+/.exec(sms?.text ?? '')?.[0] ?? '';
		expect((await fetch(link)).status).toBe(200);
		expect((await fetch(link)).status).toBe(404);
		expect(((await get('/v1/senders')).results as unknown[]).at(-1)).toEqual({ sender: '61491571491', type: 'own', label: 'Shop', is_default: false });
		expect(await status('POST', '/v1/senders', { number: '0491571491' })).toBe(409);
	});

	it('answers 429 to a repeat within 5 minutes and to a fourth pending number', async () => {
		expect(await status('POST', '/v1/senders', { number: '0491571491' })).toBe(200);
		expect(await status('POST', '/v1/senders', { number: '0491571491' })).toBe(429);
		sandbox.advance(5 * 60_000);
		for (const number of ['0491571804', '0491572549']) expect(await status('POST', '/v1/senders', { number })).toBe(200);
		expect(await call(sandbox, 'POST', '/v1/senders', { number: '0491572665' })).toMatchObject({
			httpStatus: 429,
			body: { error: 'You have too many pending verifications.' },
		});
		sandbox.advance(24 * 3_600_000);
		expect(await status('POST', '/v1/senders', { number: '0491572665' })).toBe(200);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('takes mobile numbers only, since the link comes by SMS', async () => {
		expect(await call(sandbox, 'POST', '/v1/senders', { number: '02 9999 0000' })).toMatchObject({ httpStatus: 400, body: { error: 'Invalid phone number format' } });
	});
});

describe('/v1/webhooks', () => {
	it('sets, shows and removes one URL of each type', async () => {
		expect(await get('/v1/webhooks')).toEqual({ status: 'complete', webhooks: { inbound: null, status: null } });
		const url = 'https://example.com/inbound';
		expect(await post('/v1/webhooks', { type: 'inbound', url })).toEqual({ status: 'complete', type: 'inbound', url });
		expect(await get('/v1/webhooks')).toEqual({ status: 'complete', webhooks: { inbound: url, status: null } });
		expect(await remove('/v1/webhooks', { type: 'inbound' })).toEqual({ status: 'complete', type: 'inbound', url: null });
	});

	it('takes HTTPS, and plain HTTP to this machine only', async () => {
		expect(await status('POST', '/v1/webhooks', { type: 'status', url: 'http://localhost:5678/webhook/x' })).toBe(200);
		expect(await status('POST', '/v1/webhooks', { type: 'status', url: 'http://example.com/x' })).toBe(400);
		expect(await status('POST', '/v1/webhooks', { type: 'status', url: 'nonsense' })).toBe(400);
		expect(kinds(sandbox)).toEqual([]);
		expect(await status('POST', '/v1/webhooks', { type: 'sent', url: 'https://example.com' })).toBe(400);
		expect(kinds(sandbox)).toEqual(['invalid-value']);
	});
});

describe('GET /v1/inbound', () => {
	it('pages through replies, newest first, and filters by day', async () => {
		const from = '0491571491';
		for (const text of ['one', 'two', 'stop']) sandbox.reply({ provider: 'mobile-message', from, to: '61491571266', text });
		expect(await get('/v1/inbound?limit=2')).toMatchObject({
			status: 'complete',
			total: 3,
			limit: 2,
			offset: 0,
			results: [
				{ message_id: expect.any(String), from: '61491571491', to: '61491571266', message: 'stop', type: 'unsubscribe' },
				{ message: 'two', type: 'inbound', received_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) },
			],
		});
		expect(await get('/v1/inbound?from=2100-01-01')).toMatchObject({ total: 0 });
		expect(await get('/v1/inbound?to=2000-01-01')).toMatchObject({ total: 0 });
	});
});

describe('every endpoint', () => {
	it('answers 401 to wrong credentials', async () => {
		const response = await call(sandbox, 'GET', '/v1/account', undefined, { headers: { authorization: 'Basic eDp5' } });
		expect(response).toMatchObject({ httpStatus: 401, body: { error: 'Unauthorized' } });
		expect(kinds(sandbox)).toEqual(['auth']);
	});

	it('answers 405 to a wrong method', async () => {
		expect((await call(sandbox, 'POST', '/v1/account', {})).body).toEqual({ error: 'Invalid request method. Only GET is allowed.' });
		expect(await call(sandbox, 'PUT', '/v1/messages', {})).toMatchObject({
			httpStatus: 405,
			body: { error: 'Invalid request method. Only POST, GET and DELETE are allowed.' },
		});
		expect(kinds(sandbox)).toEqual(['method', 'method']);
	});

	it('answers 404 to an unknown path', async () => {
		expect(await status('GET', '/v1/nothing')).toBe(404);
		expect(kinds(sandbox)).toEqual(['path']);
	});

	it('takes bodies in JSON only', async () => {
		expect(await status('POST', '/v1/lists', '{"name":')).toBe(400);
		expect((await call(sandbox, 'POST', '/v1/lists', 'name=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/v1/lists')).httpStatus).toBe(400);
		expect((await call(sandbox, 'POST', '/v1/lists', '[]')).httpStatus).toBe(400);
		expect(kinds(sandbox)).toEqual(['not-json', 'not-json', 'not-json', 'wrong-type']);
		expect((await call(sandbox, 'POST', '/v1/lists', '{"name":"x"}', { headers: { 'content-type': 'application/json; charset=UTF-8' } })).httpStatus).toBe(200);
	});

	it('starts with one unsubscribed number', async () => {
		expect(await get('/v1/unsubscribes')).toMatchObject({ results: [{ number: australianNumbers.unsubscribed }] });
	});
});
