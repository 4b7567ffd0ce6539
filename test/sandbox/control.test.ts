import { faultKinds } from '../../sandbox/faults';
import { redact } from '../../sandbox/requestLog';
import { sms160Senders } from '../../sandbox/sms160/account';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { batch, call } from './mobileMessageClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

/** One call to the control API. */
async function control(method: string, path: string, body?: unknown): Promise<{ httpStatus: number; body: unknown }> {
	const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
		method,
		body: body === undefined ? undefined : JSON.stringify(body),
		headers: body === undefined ? {} : { 'content-type': 'application/json' },
	});
	return { httpStatus: response.status, body: await response.json() };
}

const provider = 'mobile-message';

describe('the control API', () => {
	it('shows requests without credentials', async () => {
		await call(sandbox, 'POST', '/v1/messages?x=1', batch(1), { headers: { 'idempotency-key': 'k1', 'x-other': 'o' } });
		await call(sandbox, 'GET', '/v1/account');
		const { body } = await control('GET', `/log?provider=${provider}`);
		expect(body).toEqual([
			{
				id: 1,
				at: expect.stringMatching(/^\d{4}-.*Z$/),
				provider,
				method: 'POST',
				path: '/v1/messages',
				query: { x: '1' },
				headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
				body: batch(1),
				httpStatus: 400,
				response: { error: 'Missing or invalid "x" parameter.' },
				violations: [{ kind: 'unknown-field', text: expect.stringContaining('x') }],
			},
			expect.objectContaining({ id: 2, path: '/v1/account', body: null, httpStatus: 200, violations: [] }),
		]);
		expect((await control('GET', '/violations')).body).toEqual([
			{ provider, method: 'POST', path: '/v1/messages', requestId: 1, kind: 'unknown-field', text: expect.any(String) },
		]);
		expect((await control('GET', '/log?limit=1')).body).toMatchObject([{ id: 2 }]);
		expect((await control('GET', `/log/${provider}/1`)).body).toMatchObject({ id: 1, body: batch(1) });
		expect(JSON.stringify(body)).not.toContain(Buffer.from('sandbox:sandbox').toString('base64'));
	});

	it('takes secrets out at any depth, and out of text', () => {
		const secrets = ['password', 'APIKey'];
		expect(redact({ user: 'u', password: 'p', list: [{ APIKey: 'k', text: 'password=stays' }] }, secrets)).toEqual({
			user: 'u',
			password: '***',
			list: [{ APIKey: '***', text: 'password=stays' }],
		});
		expect(redact('user=u&password=p q&x=1', secrets)).toBe('user=u&password=***&x=1');
		expect(redact('{"password": "p", <APIKey>k</APIKey>', secrets)).toBe('{"password": "***", <APIKey>***</APIKey>');
	});

	it('keeps the last 2,000 requests', async () => {
		const { log } = sandbox.station(provider).world;
		for (let count = 0; count < 2_005; count++) {
			log.add({ at: '', provider, method: 'GET', path: '/', query: {}, headers: {}, body: null, httpStatus: 200, response: null, violations: [] });
		}
		expect([log.entries.length, log.entries[0]?.id]).toEqual([2_000, 6]);
	});

	it('shows accepted messages', async () => {
		await call(sandbox, 'POST', '/v1/messages', batch(2));
		expect((await control('GET', `/messages?provider=${provider}`)).body).toMatchObject([
			{ id: expect.any(String), to: '61491571491', from: 'CompanyABC', text: 'Hello 0', custom_ref: 'ref-0', status: 'pending', segments: 1, at: expect.any(String) },
			{ custom_ref: 'ref-1' },
		]);
	});

	it('sets faults and clears them', async () => {
		expect((await control('POST', '/faults', { provider, kind: '500-after', path: '/v1', times: 3, skip: 1 })).body).toEqual([
			{ provider, kind: '500-after', path: '/v1', times: 3, skip: 1 },
		]);
		expect((await control('DELETE', '/faults')).body).toEqual([]);
		expect((await control('POST', '/faults', { provider, kind: 'gremlins' })).httpStatus).toBe(400);
		expect((await control('POST', '/faults', { provider: 'nobody', kind: '429' })).httpStatus).toBe(400);
	});

	it('changes settings and refuses unknown ones', async () => {
		expect((await control('PATCH', '/settings', { credits: 7, provider })).body).toMatchObject({ [provider]: { credits: 7 } });
		expect((await call(sandbox, 'GET', '/v1/account')).body.credit_balance).toBe(7);
		expect((await control('PATCH', '/settings', { speed: 1 })).httpStatus).toBe(400);
		expect((await control('GET', '/settings')).body).toMatchObject({ [provider]: { credits: 7 } });
		const own = { creditsAnswer: 'number' };
		expect((await control('PATCH', '/settings', { provider: 'nusasms', own })).body).toMatchObject({ nusasms: { own: { ...own, statusAnswer: 'asked' } } });
		expect((await control('PATCH', '/settings', { provider, own })).httpStatus).toBe(400);
	});

	it('lets phones answer and time pass', async () => {
		await call(sandbox, 'POST', '/v1/messages', batch(1));
		expect((await control('POST', '/clock', { advanceMs: 60_000 })).httpStatus).toBe(200);
		expect(sandbox.messages()).toMatchObject([{ status: 'delivered' }]);
		expect((await control('POST', '/reply', { provider, from: '0491571491', to: '61491571266', text: 'Hi' })).body).toMatchObject({ type: 'inbound' });
		expect((await control('GET', '/inbound')).body).toMatchObject([{ text: 'Hi' }]);
		expect((await control('POST', '/reply', { provider, from: 'nobody', text: 'Hi' })).httpStatus).toBe(400);
		expect(await control('POST', '/reply', { provider, from: '0491571491', text: 'Hi' })).toMatchObject({ httpStatus: 400, body: { error: expect.stringContaining('CompanyABC is a name') } });
		expect((await control('POST', '/event', { provider, type: 'inbound', body: {} })).httpStatus).toBe(400);
		expect((await control('GET', '/webhooks')).body).toEqual([]);
	});

	it('resets everything', async () => {
		await call(sandbox, 'POST', '/v1/messages', batch(2));
		await call(sandbox, 'DELETE', '/v1/lists', { list_id: 1 });
		await call(sandbox, 'POST', '/v1/webhooks', { type: 'status', url: 'https://example.com' });
		await control('POST', '/faults', { provider, kind: '429' });
		await control('PATCH', '/settings', { credits: 0, enforceLimits: false });
		expect((await control('POST', '/reset')).body).toEqual({ reset: true });
		for (const path of ['/log', '/messages', '/faults', '/webhooks', '/inbound', '/violations']) {
			expect((await control('GET', path)).body).toEqual([]);
		}
		expect(sandbox.settings(provider)).toMatchObject({ credits: 100_000, enforceLimits: true });
		expect((await call(sandbox, 'GET', '/v1/lists')).body.results).toHaveLength(1);
		expect((await call(sandbox, 'GET', '/v1/webhooks')).body.webhooks).toEqual({ inbound: null, status: null });
	});

	it('takes changes only in a form that another site cannot send unasked', async () => {
		const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify({ provider, kind: '429' }) });
		expect(response.status).toBe(400);
	});

	it('enters addresses as a person does on the web site of a provider whose API cannot', async () => {
		const of = async (name: string) => ((await control('GET', `/overview?provider=${name}`)).body as { addresses: unknown }).addresses;
		const enter = async (name: string, label: string, url: string) => await control('POST', '/address', { provider: name, label, url });
		expect(await Promise.all([provider, 'ugsms'].map(of))).toEqual([[], []]);
		for (const [name, label] of [['bestsms', 'Webhook'], ['sms160', `Replies to ${sms160Senders.virtual}`], ['nusasms', 'WhatsApp inbox']] as const) {
			const address = (url: string) => expect.arrayContaining([{ label, url }]) as unknown;
			expect(await of(name)).toEqual(address(''));
			expect((await enter(name, label, ' http://127.0.0.1:9/x ')).body).toEqual(address('http://127.0.0.1:9/x'));
			expect(await enter(name, label, 'ftp://127.0.0.1')).toEqual({ httpStatus: 400, body: { error: expect.stringContaining('This is no web address') } });
			expect(await of(name)).toEqual(address('http://127.0.0.1:9/x'));
			await enter(name, label, '');
			expect(await of(name)).toEqual(address(''));
		}
		expect((await enter('bestsms', 'Webhook', 'http://n8n.example.com/')).httpStatus).toBe(400);
		expect((await enter('bestsms', 'Another', '')).httpStatus).toBe(400);
	});

	it('gives the phone page its overview, without the bodies of requests', async () => {
		await call(sandbox, 'POST', '/v1/messages', batch(1));
		const { body } = await control('GET', `/overview?provider=${provider}`);
		expect(body).toMatchObject({ accepted: 1, messages: [{ text: 'Hello 0' }], log: [{ id: 1 }], faults: [], webhooks: [] });
		expect((body as { log: object[] }).log[0]).not.toHaveProperty('body');
		expect((await control('GET', '/providers')).body).toMatchObject(sandbox.providers.map(({ name }) => ({ name, baseUrl: `${sandbox.url}/${name}`, inboxes: expect.any(Array) })));
	});
});

describe('the phone page', () => {
	it('is three files that may load nothing else', async () => {
		for (const [path, type] of [
			['/', 'text/html'],
			['/phone.css', 'text/css'],
			['/phone.js', 'text/javascript'],
		] as const) {
			const response = await fetch(`${sandbox.url}${path}`);
			expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
			expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
		}
	});

	it('explains every fault', async () => {
		const script = await (await fetch(`${sandbox.url}/phone.js`)).text();
		const texts = script.slice(script.indexOf('FAULT_TEXTS = {'), script.indexOf('};'));
		expect(faultKinds.filter((kind) => !new RegExp(`^\t'?${kind}'?: '.+',$`, 'm').test(texts))).toEqual([]);
	});

	it('never sets data as HTML', async () => {
		const script = await (await fetch(`${sandbox.url}/phone.js`)).text();
		expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
	});
});

describe('several sandboxes', () => {
	it('share nothing', async () => {
		const other = await startSandbox({ latencyMs: 1 });
		try {
			await call(other, 'POST', '/v1/messages', batch(3));
			expect([other.messages().length, sandbox.messages().length]).toEqual([3, 0]);
			expect(other.url).not.toBe(sandbox.url);
			other.reset();
			expect(other.settings(provider).latencyMs).toBe(1);
		} finally {
			await other.close();
		}
	});

	it('say so when the port is taken', async () => {
		const port = Number(new URL(sandbox.url).port);
		await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
	});

	it('print a line per request when asked', async () => {
		const lines: string[] = [];
		const talkative = await startSandbox({ log: (line) => lines.push(line) });
		await call(talkative, 'GET', '/v1/account?secret=1');
		await talkative.close();
		expect(lines).toEqual(['GET /mobile-message/v1/account 400']);
	});
});
