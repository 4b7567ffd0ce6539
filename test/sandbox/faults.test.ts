import { mobileMessagePassword, mobileMessageSecondKey, mobileMessageUsername } from '../../sandbox/mobile-message/account';
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
const key = { 'idempotency-key': 'c0ffee' };
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

	it('echo repeats the request with its secrets in a refusal, and accepts nothing', async () => {
		sandbox.addFault({ provider, kind: 'echo', times: 2 });
		const refused = await call(sandbox, 'POST', '/v1/messages?x=1', batch(1), { headers: key });
		expect(refused.httpStatus).toBe(400);
		const text = String(refused.body.error);
		const secret = Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64');
		for (const part of [`authorization: Basic ${secret}`, 'idempotency-key: c0ffee', '/v1/messages?x=1', JSON.stringify(batch(1))]) expect(text).toContain(part);
		const simple = await call(sandbox, 'GET', '/simple/send-sms.php?api_username=sandbox&api_password=sandbox');
		expect(simple.body.error).toContain('api_password=sandbox');
		expect(references()).toEqual([]);
		const log = JSON.stringify(sandbox.log());
		expect([log.includes(secret), log.includes('api_password=sandbox')]).toEqual([false, false]);
		expect(sandbox.log().map(({ response }) => response)).toEqual(Array(2).fill({ error: 'Bad request: (the whole request)' }));
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

describe('a request that nobody waits for any more', () => {
	/** Sends, and gives back what ends the waiting of a client whose request hangs. */
	const sendInVain = async (headers: Record<string, string> = {}): Promise<() => Promise<void>> => {
		const giveUp = new AbortController();
		const before = sandbox.log().length;
		const lost = expect(call(sandbox, 'POST', '/v1/messages', batch(4), { headers, signal: giveUp.signal })).rejects.toThrow();
		await until(() => sandbox.log().length > before);
		return async () => {
			giveUp.abort();
			await lost;
		};
	};
	const listed = async () => ((await call(sandbox, 'GET', '/v1/messages')).body.results as Array<{ cust_ref: string }>).map(({ cust_ref }) => cust_ref).reverse();

	it('row-by-row: the connection breaks at once, and the provider takes one message after the other', async () => {
		sandbox.addFault({ provider, kind: 'row-by-row', workMs: 40_000 });
		await expect(send()).rejects.toThrow();
		expect(references()).toEqual([]);
		const seen: string[][] = [];
		for (let row = 0; row < 5; row++) {
			sandbox.advance(10_000);
			seen.push(await listed());
		}
		expect(seen).toEqual([['ref-0'], ['ref-0', 'ref-1'], ['ref-0', 'ref-1', 'ref-2'], ['ref-0', 'ref-1', 'ref-2', 'ref-3'], ['ref-0', 'ref-1', 'ref-2', 'ref-3']]);
		const [first, second] = sandbox.messages().map(({ at }) => Date.parse(at));
		expect(Math.round(((second ?? 0) - (first ?? 0)) / 1_000)).toBe(10);
		expect(sandbox.log()[0]).toMatchObject({ fault: 'row-by-row', httpStatus: null });
		expect(sandbox.settings(provider).credits).toBe(100_000 - 4);
	});

	it('late: nothing is there until the provider has taken everything at once, long after the client left', async () => {
		sandbox.addFault({ provider, kind: 'late' });
		const leave = await sendInVain();
		await until(() => sandbox.station(provider).hanging.size === 1);
		await leave();
		sandbox.advance(57_000);
		expect(references()).toEqual([]);
		sandbox.advance(2_000);
		expect(references()).toHaveLength(4);
	});

	it.each([
		['late', 'reset'],
		['row-by-row', 'timeout'],
	] as const)('%s also with a %s, and by itself in real time', async (kind, clientSees) => {
		sandbox.addFault({ provider, kind, clientSees, workMs: 60 });
		const leave = await sendInVain();
		await until(() => references().length === 4);
		expect(sandbox.station(provider).hanging.size).toBe(clientSees === 'timeout' ? 1 : 0);
		await leave();
	});

	it('is refused like any other: then nothing is taken', async () => {
		sandbox.changeSettings({ credits: 1 });
		for (const kind of ['late', 'row-by-row'] as const) {
			sandbox.addFault({ provider, kind, clientSees: 'reset' });
			await expect(send()).rejects.toThrow();
		}
		sandbox.advance(60_000);
		expect(references()).toEqual([]);
	});

	it('is forgotten by a reset', async () => {
		sandbox.addFault({ provider, kind: 'late', clientSees: 'reset' });
		await expect(send()).rejects.toThrow();
		sandbox.reset();
		sandbox.advance(60_000);
		expect(references()).toEqual([]);
	});

	it('sends to a list contact by contact', async () => {
		sandbox.addFault({ provider, kind: 'row-by-row', path: '/v1/list-send', workMs: 20_000 });
		await expect(call(sandbox, 'POST', '/v1/list-send', { list_id: 1, sender: 'CompanyABC', message: 'Sale' })).rejects.toThrow();
		sandbox.advance(10_000);
		expect(sandbox.messages().map(({ to }) => to)).toEqual(['61491571491']);
		sandbox.advance(10_000);
		expect(sandbox.messages()).toHaveLength(2);
	});

	describe.each(['late', 'row-by-row'] as const)('under an Idempotency-Key: %s', (kind) => {
		beforeEach(async () => {
			sandbox.addFault({ provider, kind, clientSees: 'reset', workMs: 40_000 });
			await expect(send(4, key)).rejects.toThrow();
		});

		it('a repeat gets the first response once the provider is done', async () => {
			sandbox.advance(40_000);
			const repeat = await send(4, key);
			expect(repeat).toMatchObject({ httpStatus: 200, body: { total_cost: 4 } });
			expect((repeat.body.results as Array<Record<string, unknown>>).map(({ message_id }) => message_id)).toEqual(sandbox.messages().map(({ id }) => id));
			expect((await send(4, key)).text).toBe(repeat.text);
			expect(references()).toHaveLength(4);
		});

		it('a repeat that comes before is a new request, whose response stays', async () => {
			const repeat = await send(4, key);
			expect(repeat.httpStatus).toBe(200);
			expect(references()).toHaveLength(4);
			sandbox.advance(40_000);
			expect(references()).toHaveLength(8);
			expect((await send(4, key)).text).toBe(repeat.text);
			expect(references()).toHaveLength(8);
			expect(kinds(sandbox)).toEqual([]);
		});

		it('or is answered 409, when set so', async () => {
			sandbox.changeSettings({ repeatAtWork: 'conflict' });
			expect(await send(4, key)).toMatchObject({ httpStatus: 409, body: { error: 'A request with this Idempotency-Key is still being processed.' } });
			sandbox.advance(40_000);
			expect((await send(4, key)).httpStatus).toBe(200);
			expect(references()).toHaveLength(4);
			expect(kinds(sandbox)).toEqual([]);
		});
	});
});

describe('Idempotency-Key', () => {
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

	it('a repeat after a "before" fault is answered anew, one after a refusal gets the refusal again', async () => {
		sandbox.addFault({ provider, kind: '500-before' });
		await send(2, key);
		sandbox.changeSettings({ credits: 0 });
		const refused = await send(2, key);
		expect(refused.httpStatus).toBe(403);
		sandbox.changeSettings({ credits: 100 });
		expect(await send(2, key)).toMatchObject({ httpStatus: 403, text: refused.text });
		expect((await send(2, { 'idempotency-key': 'another' })).httpStatus).toBe(200);
		expect(references()).toHaveLength(2);
		expect(kinds(sandbox)).toEqual([]);
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

	it('belongs to one API key', async () => {
		const { username, password } = mobileMessageSecondKey;
		const other = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
		const [first, second] = [await send(1, key), await send(1, { ...key, ...other })];
		expect([first.httpStatus, second.httpStatus]).toEqual([200, 200]);
		expect(second.text).not.toBe(first.text);
		expect((await send(1, { ...key, ...other })).text).toBe(second.text);
		expect(references()).toHaveLength(2);
		expect(kinds(sandbox)).toEqual([]);
	});

	it('has at most 255 characters and belongs to one request', async () => {
		expect((await send(1, { 'idempotency-key': 'k'.repeat(255) })).httpStatus).toBe(200);
		expect((await send(1, { 'idempotency-key': 'k'.repeat(256) })).httpStatus).toBe(400);
		const first = await send(1, key);
		expect(await send(2, key)).toMatchObject({ httpStatus: 422, body: { error: 'This Idempotency-Key was used before, for another request.' } });
		expect((await send(1, key)).text).toBe(first.text);
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
