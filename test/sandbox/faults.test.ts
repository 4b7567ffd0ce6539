import { startSandbox, type Sandbox } from '../../sandbox/server';
import { batch, call, kinds, until } from './mobileMessageClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const provider = 'mobile-message';
const send = (count = 4, headers: Record<string, string> = {}) => call(sandbox, 'POST', '/v1/messages', batch(count), { headers });
const references = () => sandbox.messages().map(({ custom_ref }) => custom_ref);

describe('faults', () => {
	it('429 carries Retry-After when told so', async () => {
		sandbox.addFault({ provider, kind: '429', retryAfter: 7 });
		const limited = await send();
		expect(limited).toMatchObject({ httpStatus: 429, body: { error: 'Too many concurrent requests. Please wait.' } });
		expect(limited.headers.get('retry-after')).toBe('7');
		sandbox.addFault({ provider, kind: '429', message: 'Slow down' });
		const again = await send();
		expect(again.body).toEqual({ error: 'Slow down' });
		expect(again.headers.get('retry-after')).toBeNull();
		expect(references()).toEqual([]);
		expect((await send()).httpStatus).toBe(200);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('error-before answers any error, in the provider\'s shape', async () => {
		const message = 'Account not found or no credit balance available.';
		sandbox.addFault({ provider, kind: 'error-before', path: '/v1/account', httpStatus: 404, message });
		expect(await call(sandbox, 'GET', '/v1/account')).toMatchObject({ httpStatus: 404, body: { error: message } });
		sandbox.addFault({ provider, kind: 'error-before', retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' });
		const unavailable = await send();
		expect([unavailable.httpStatus, unavailable.headers.get('retry-after')]).toEqual([503, 'Wed, 21 Oct 2026 07:28:00 GMT']);
		expect(references()).toEqual([]);
	});

	it.each([
		['500-before', 0],
		['500-after', 4],
		['partial-after', 2],
	] as const)('%s accepts %i of 4 and answers 500', async (kind, accepted) => {
		sandbox.addFault({ provider, kind });
		expect(await send()).toMatchObject({ httpStatus: 500, body: { error: 'Internal server error' } });
		expect(references()).toHaveLength(accepted);
	});

	it.each([
		['reset-before', 0],
		['reset-after', 4],
		['truncated-after', 4],
	] as const)('%s breaks the connection and accepts %i of 4', async (kind, accepted) => {
		sandbox.addFault({ provider, kind });
		await expect(send()).rejects.toThrow();
		expect(references()).toHaveLength(accepted);
		expect(sandbox.log()).toMatchObject([{ fault: kind, httpStatus: null }]);
		expect((await send()).httpStatus).toBe(200);
	});

	it.each([
		['timeout-before', 0],
		['timeout-after', 4],
	] as const)('%s never answers and accepts %i of 4', async (kind, accepted) => {
		sandbox.addFault({ provider, kind });
		const giveUp = new AbortController();
		let settled = false;
		const request = call(sandbox, 'POST', '/v1/messages', batch(4), { signal: giveUp.signal }).finally(() => {
			settled = true;
		});
		await until(() => sandbox.station(provider).hanging.size === 1);
		expect(settled).toBe(false);
		giveUp.abort();
		await expect(request).rejects.toThrow();
		await until(() => sandbox.station(provider).hanging.size === 0);
		expect(references()).toHaveLength(accepted);
	});

	it('a request that never gets an answer holds its place until the client leaves', async () => {
		sandbox.changeSettings({ maxAtOnce: 1 });
		sandbox.addFault({ provider, kind: 'timeout-before' });
		const giveUp = new AbortController();
		const request = call(sandbox, 'GET', '/v1/account', undefined, { signal: giveUp.signal }).catch(() => undefined);
		await until(() => sandbox.station(provider).hanging.size === 1);
		expect((await call(sandbox, 'GET', '/v1/account')).httpStatus).toBe(429);
		giveUp.abort();
		await request;
		await until(() => sandbox.station(provider).hanging.size === 0);
		expect((await call(sandbox, 'GET', '/v1/account')).httpStatus).toBe(200);
	});

	it('a reset ends a request that never gets an answer', async () => {
		sandbox.addFault({ provider, kind: 'timeout-before' });
		const request = send();
		const failed = expect(request).rejects.toThrow();
		await until(() => sandbox.station(provider).hanging.size === 1);
		sandbox.reset();
		await failed;
	});

	it.each([
		['malformed-before', 0],
		['malformed-after', 4],
	] as const)('%s answers 200 with something else than JSON and accepts %i of 4', async (kind, accepted) => {
		sandbox.addFault({ provider, kind });
		const response = await send();
		expect(response.httpStatus).toBe(200);
		expect(() => JSON.parse(response.text) as unknown).toThrow();
		expect(references()).toHaveLength(accepted);
	});

	it('strike as often as told, after as many as told, where told', async () => {
		sandbox.addFault({ provider, kind: '500-before', method: 'post', path: '/v1/messages', skip: 1, times: 2 });
		const statuses: number[] = [];
		statuses.push((await call(sandbox, 'GET', '/v1/messages')).httpStatus);
		for (let count = 0; count < 4; count++) statuses.push((await send(1)).httpStatus);
		expect(statuses).toEqual([200, 200, 500, 500, 200]);
		sandbox.addFault({ provider, kind: '500-before', path: '/mobile-message/v1/account' });
		expect((await send(1)).httpStatus).toBe(200);
		expect((await call(sandbox, 'GET', '/v1/account')).httpStatus).toBe(500);
	});

	it('are not used up by a request without credentials, and can be cleared', async () => {
		sandbox.addFault({ provider, kind: '500-before' });
		await call(sandbox, 'GET', '/v1/account', undefined, { headers: { authorization: 'Basic x' } });
		expect(sandbox.station(provider).world.faults.list()).toHaveLength(1);
		sandbox.clearFaults();
		expect((await call(sandbox, 'GET', '/v1/account')).httpStatus).toBe(200);
	});
});

describe('Idempotency-Key', () => {
	const key = { 'idempotency-key': 'c0ffee' };

	it('replays the first response byte for byte', async () => {
		const first = await send(3, key);
		const second = await send(3, key);
		expect(second.text).toBe(first.text);
		expect(second.httpStatus).toBe(200);
		expect(references()).toHaveLength(3);
		expect((await send(3)).text).not.toBe(first.text);
		expect((await send(3, { 'idempotency-key': 'other' })).text).not.toBe(first.text);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('makes a repeat wait for the first', async () => {
		sandbox.changeSettings({ latencyMs: 30 });
		const [first, second, third] = await Promise.all([send(2, key), send(2, key), send(2, key)]);
		expect(new Set([first.text, second.text, third.text]).size).toBe(1);
		expect(references()).toHaveLength(2);
	});

	it.each(['500-after', 'reset-after', 'truncated-after', 'malformed-after'] as const)('a repeat after %s gets the success', async (kind) => {
		sandbox.addFault({ provider, kind });
		await send(2, key).catch(() => undefined);
		expect(await send(2, key)).toMatchObject({ httpStatus: 200, body: { total_cost: 2 } });
		expect(references()).toHaveLength(2);
	});

	it('a repeat after partial-after gets the same 500: nothing more is sent under this key', async () => {
		sandbox.addFault({ provider, kind: 'partial-after' });
		const first = await send(4, key);
		const second = await send(4, key);
		expect([first.httpStatus, second.httpStatus, second.text]).toEqual([500, 500, first.text]);
		expect(references()).toEqual(['ref-0', 'ref-1']);
	});

	it('a repeat after a "before" fault or a refusal is answered anew', async () => {
		sandbox.addFault({ provider, kind: '500-before' });
		await send(2, key);
		sandbox.changeSettings({ credits: 0 });
		expect((await send(2, key)).httpStatus).toBe(403);
		sandbox.changeSettings({ credits: 100 });
		expect((await send(2, key)).httpStatus).toBe(200);
		expect(references()).toHaveLength(2);
	});

	it('lives 24 hours', async () => {
		await send(1, key);
		sandbox.advance(23 * 3_600_000);
		await send(1, key);
		expect(references()).toHaveLength(1);
		sandbox.advance(2 * 3_600_000);
		await send(1, key);
		expect(references()).toHaveLength(2);
	});

	it('has at most 255 characters and belongs to one request', async () => {
		expect((await send(1, { 'idempotency-key': 'k'.repeat(255) })).httpStatus).toBe(200);
		expect((await send(1, { 'idempotency-key': 'k'.repeat(256) })).httpStatus).toBe(400);
		await send(1, key);
		await send(2, key);
		expect(references()).toHaveLength(2);
		expect(kinds(sandbox)).toEqual(['idempotency-key', 'idempotency-key']);
	});
});

describe('limits', () => {
	it('refuses the sixth request at once with 429', async () => {
		sandbox.changeSettings({ latencyMs: 100 });
		const answers = await Promise.all(Array.from({ length: 7 }, () => send(1)));
		const refused = answers.filter(({ httpStatus }) => httpStatus === 429);
		expect(refused.map(({ body }) => body)).toEqual(Array(2).fill({ error: 'Too many concurrent requests. Please wait.' }));
		expect(kinds(sandbox)).toEqual(['too-many-at-once', 'too-many-at-once']);
		expect(references()).toHaveLength(5);
	});

	it('has room again as soon as an answer is read', async () => {
		const worker = async (): Promise<void> => {
			for (let count = 0; count < 40; count++) expect((await send(1)).httpStatus).toBe(200);
		};
		await Promise.all(Array.from({ length: 5 }, worker));
		expect(kinds(sandbox)).toEqual([]);
		expect(references()).toHaveLength(200);
	});

	it('can be changed or switched off', async () => {
		sandbox.changeSettings({ latencyMs: 100, maxAtOnce: 2 });
		const codes = async () => (await Promise.all(Array.from({ length: 3 }, () => send(1)))).map(({ httpStatus }) => httpStatus).sort();
		expect(await codes()).toEqual([200, 200, 429]);
		sandbox.changeSettings({ enforceLimits: false });
		expect(await codes()).toEqual([200, 200, 200]);
	});
});
