import http from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { failure } from '../../../engine/failure';
import type { Effect, Provider, ProviderRequest, ProviderResponse } from '../../../engine/operation';
import { createPacer } from '../../../engine/wire/pacing';
import type { Connection, Transport } from '../../../engine/wire/request';
import { connect, createConnection, sender } from '../../../engine/wire/request';
import { z } from '../../../engine/wire/schema';
import { mobileMessage } from '../../../nodes/MobileMessage/provider';
import { examplePhone, exampleNode, networkFault } from '../examplePhoneCompany';
import { executeContext } from '../../n8nContext';
import { virtualClock } from '../virtualClock';

type Answer = Awaited<ReturnType<Transport>>;

interface Opened {
	connection: Connection;
	sent: Array<IHttpRequestOptions & { signed: boolean }>;
	clock: ReturnType<typeof virtualClock>;
	start: number;
}

/** A connection over a made-up network; each answer serves one request, the last one all that follow. */
function open(answers: Array<Answer | Error>, given: { provider?: Partial<Provider>; credential?: Record<string, string>; cancel?: AbortSignal } = {}): Opened {
	const clock = virtualClock();
	const sent: Opened['sent'] = [];
	const left = [...answers];
	const transport: Transport = async (request, signed) => {
		sent.push({ ...request, signed });
		const answer = left.length > 1 ? left.shift() : left[0];
		if (answer instanceof Error) throw answer;
		return await Promise.resolve(answer ?? {});
	};
	const credential = { baseUrl: 'https://example.test/', username: 'bob', password: 'p@ss word/42', ...given.credential };
	const connection = createConnection({ provider: { ...examplePhone, ...given.provider }, credential, transport, clock, pacer: createPacer(clock), cancel: given.cancel });
	return { connection, sent, clock, start: clock.now() };
}

const answer = (statusCode: number, body: unknown = '', headers: Record<string, unknown> = {}): Answer => ({ statusCode, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const post: ProviderRequest = { method: 'POST', path: '/send', body: { to: 'x' } };
const page = '<!DOCTYPE html>\n<html lang="en"><head><title>Welcome</title></head><body>Nothing here</body></html>';

describe('reading', () => {
	test.each([
		['{"id":9007199254740993,"ids":[-12345678901234567890, 1]}', { id: '9007199254740993', ids: ['-12345678901234567890', 1] }],
		[
			'{"text":"no. 12345678901234567, \\"12345678901234567\\": 12345678901234567,","price":0.12345678901234567,"big":1.2e17}',
			{ text: 'no. 12345678901234567, "12345678901234567": 12345678901234567,', price: 0.12345678901234567, big: 1.2e17 },
		],
		['not JSON 12345678901234567', 'not JSON 12345678901234567'],
	])('IDs with more digits than a number holds stay whole, and texts stay texts: %s', async (text, body) => {
		expect(await open([answer(200, text)]).connection.request(post, 'read')).toMatchObject({ body });
	});

	const xml = (text: string): unknown => {
		if (text.includes('broken')) throw new Error('broken');
		return { parsed: text.trim() };
	};
	test.each([
		['<?xml version="1.0"?><root><Title>Mr</Title></root>', { parsed: '<?xml version="1.0"?><root><Title>Mr</Title></root>' }],
		['\n <root/>', { parsed: '<root/>' }],
		['{"json":true}', { json: true }],
		['100', 100],
		['OK: 12', 'OK: 12'],
		['<broken', '<broken'],
		['OK <root/>', 'OK <root/>'],
		['', undefined],
	])('a provider with XML: %j', async (text, body) => {
		expect(await open([answer(200, text)], { provider: { xml } }).connection.request(post, 'read')).toEqual({ httpStatus: 200, headers: {}, body });
	});

	test('a provider without it: XML is text', async () => {
		expect(await open([answer(200, '<root/>')]).connection.request(post, 'read')).toMatchObject({ body: '<root/>' });
	});

	test('names of headers in lower case; a transport that gives none', async () => {
		expect(await open([answer(200, '1', { 'X-Left': 3 })]).connection.request(post, 'read')).toMatchObject({ headers: { 'x-left': '3' } });
		expect(await open([{ statusCode: 204 }]).connection.request(post, 'once')).toEqual({ httpStatus: 204, headers: {}, body: undefined });
	});
});

describe('writing', () => {
	test('a form, with its content type; what is undefined is left out', async () => {
		const { connection, sent } = open([answer(200, '1')]);
		await connection.request({ method: 'POST', path: '/f', form: { a: 'x y&z', n: 2, no: false, gone: undefined } }, 'once');
		const headers = { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' };
		expect(sent[0]).toMatchObject({ url: 'https://example.test/f', body: 'a=x+y%26z&n=2&no=false', headers, signed: true });
	});

	/** Sends through n8n's own HTTP helper to a server that is there. `seen`: method, path, content type and body of each request. */
	async function overNetwork(respond: http.RequestListener, work: (connection: Connection) => Promise<void>): Promise<string[]> {
		const seen: string[] = [];
		const server = http.createServer((request, response) => {
			let text = '';
			request.on('data', (chunk: Buffer) => (text += chunk.toString()));
			request.on('end', () => {
				seen.push([request.method, request.url, request.headers['content-type'], text].filter(Boolean).join(' '));
				respond(request, response);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}//`;
			const context = executeContext({ nodeType: exampleNode, parameters: {}, credential: { username: 'bob', password: 'secret', baseUrl } });
			await work(await connect(context, examplePhone));
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		return seen;
	}

	test('a form arrives as one, JSON as JSON, through n8n\'s own HTTP helper; an ID in the answer keeps all its digits', async () => {
		const seen = await overNetwork(
			(_request, response) => response.setHeader('Content-Type', 'application/json').end('{"id":123456789012345678}'),
			async (connection) => {
				await connection.request({ method: 'POST', path: '/', form: { text: 'a+b=c é' } }, 'once');
				expect(await connection.request({ method: 'POST', path: '/x?y=1', body: { a: 1, gone: undefined } }, 'once')).toMatchObject({ body: { id: '123456789012345678' } });
				await connection.request({ method: 'GET', path: '/' }, 'read');
			},
		);
		expect(seen).toEqual(['POST / application/x-www-form-urlencoded text=a%2Bb%3Dc+%C3%A9', 'POST /x?y=1 application/json {"a":1}', 'GET /']);
	});

	test.each([301, 302, 307, 308])('a redirect (%d) is not followed: it could send a message to a stranger', async (status) => {
		const seen = await overNetwork(
			(_request, response) => response.writeHead(status, { Location: '/elsewhere' }).end(),
			async (connection) => await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'account', advice: 'Check the Base URL in the credential.' }),
		);
		expect(seen).toEqual(['POST /send application/json {"to":"x"}']);
	});

	test('n8n\'s helper is given all but what would let it abort a request under way', async () => {
		const seen: boolean[][] = [];
		const context = executeContext({ nodeType: exampleNode, parameters: {}, credential: { username: 'bob', password: 'secret', baseUrl: 'https://example.test' } });
		expect('getExecutionCancelSignal' in context).toBe(true);
		context.helpers.httpRequestWithAuthentication = async function (this: object) {
			seen.push(['getExecutionCancelSignal' in this, 'getNode' in this, 'nothing' in this]);
			return await Promise.resolve({ statusCode: 200, headers: {}, body: '1' });
		};
		await (await connect(context, examplePhone)).request(post, 'once');
		expect(seen).toEqual([[false, true, false]]);
	});

	test('the provider has the last word, with the credential at hand', async () => {
		const prepare: Provider['prepare'] = (request, { username = '', password = '' }) => ({ ...request, path: `/v1${request.path}`, form: { ...request.form, username, password } });
		const { connection, sent } = open([answer(200, '1')], { provider: { prepare } });
		await connection.request({ method: 'POST', path: '/send', form: { to: '1' }, authentication: 'query' }, 'once');
		expect(sent[0]).toMatchObject({ url: 'https://example.test/v1/send', body: 'to=1&username=bob&password=p%40ss+word%2F42', signed: false });
	});

	test('Mobile Message: only requests that are marked carry the credential in the query', async () => {
		const { connection, sent } = open([answer(200, '1')], { provider: mobileMessage });
		await connection.request({ method: 'GET', path: '/simple', query: { to: '1', no: undefined }, authentication: 'query' }, 'read');
		await connection.request({ method: 'GET', path: '/v1/account' }, 'read');
		expect(sent.map(({ qs, signed }) => ({ qs: qs, signed }))).toEqual([
			{ qs: { api_username: 'bob', api_password: 'p@ss word/42', to: '1' }, signed: false },
			{ qs: {}, signed: true },
		]);
	});
});

describe('a request that is made when it leaves', () => {
	test('in its turn, after the pauses before it, and anew for every attempt', async () => {
		const { connection, sent, clock, start } = open([answer(429, '', { 'Retry-After': '120' }), answer(503), answer(200, '1')], { provider: { limits: { atOnce: 1 } } });
		const made = async (): Promise<ProviderRequest> => await Promise.resolve({ ...post, body: { minutes: Math.round((clock.now() - start) / 60_000) } });
		await connection.request(made, 'repeatable');
		expect(sent.map(({ body }) => body as unknown)).toEqual([{ minutes: 0 }, { minutes: 2 }, { minutes: 2 }]);
	});

	test.each([
		['an exception', () => new TypeError('x is not a function'), { message: 'x is not a function' }],
		['a bad value', () => failure('input', 'is in the past', 'Choose a later time.', { field: 'Send At' }), { message: 'is in the past', advice: 'Choose a later time.', field: 'Send At' }],
		['a doubt of its own', () => failure('ambiguous', 'who knows'), { message: 'who knows' }],
	])('what it throws is about the input: nothing was sent (%s)', async (_name, thrown, expected) => {
		const { connection, sent, clock, start } = open([answer(200, '1')]);
		const made = () => {
			throw thrown();
		};
		await expect(connection.request(made, 'once')).rejects.toMatchObject({ failureCause: 'input', ...expected });
		expect(sent).toEqual([]);
		await connection.request(post, 'once');
		expect(clock.now()).toBe(start);
	});

	test('a stop while it is made stays a stop', async () => {
		const { connection, sent } = open([answer(200, '1')]);
		const made = (): never => {
			throw failure('cancelled', 'The execution was stopped');
		};
		await expect(connection.request(made, 'once')).rejects.toMatchObject({ failureCause: 'cancelled', message: 'The execution was stopped' });
		expect(sent).toEqual([]);
	});

	test('so is what the provider throws when it prepares it', async () => {
		const prepare = (): never => {
			throw new Error('no version');
		};
		const { connection, sent } = open([answer(200, '1')], { provider: { prepare } });
		await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'input', message: 'no version' });
		expect(sent).toEqual([]);
	});
});

describe('what an answer says', () => {
	test.each<[string, Effect, Answer, string]>([
		// Nobody knows.
		['no status', 'once', { headers: {} }, 'ambiguous'],
		['an interim status', 'once', answer(102), 'ambiguous'],
		['"see other"', 'once', answer(303), 'ambiguous'],
		['a time-out of the server', 'once', answer(408, { error: 'Time' }), 'ambiguous'],
		['"too early"', 'once', answer(425), 'ambiguous'],
		['a client that a gateway thinks is gone', 'once', answer(499), 'ambiguous'],
		['a fault', 'once', answer(500, { error: 'Oops' }), 'ambiguous'],
		['a page of a gateway', 'once', answer(502, page), 'ambiguous'],
		['a page around what may have worked', 'once', answer(200, page), 'ambiguous'],
		// Not done, and every further request would come to the same.
		['a page, for what changes nothing', 'read', answer(200, page), 'account'],
		['a page that says no', 'once', answer(403, page), 'account'],
		['a page in XHTML', 'once', answer(404, `<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD">\n<html>`), 'account'],
		['an empty 404', 'once', answer(404), 'account'],
		['an empty 405', 'once', answer(405, ' \n'), 'account'],
		['a 404 in nobody\'s words', 'once', answer(404, '404 page not found'), 'account'],
		['a proxy that wants a password', 'once', answer(407), 'account'],
		['a redirect', 'once', answer(301), 'account'],
		['a wrong password', 'once', answer(401, { error: 'Unauthorized' }), 'account'],
		['a wrong password, in a page', 'once', answer(401, page), 'account'],
		['a closed account', 'once', answer(400, { error: 'Closed account' }), 'account'],
		// Not done.
		['a 404 of the provider', 'once', answer(404, { error: 'No such thing' }), 'refused'],
		['an empty 400', 'once', answer(400), 'refused'],
		['too big', 'once', answer(413, { error: 'Too big' }), 'refused'],
	])('%s (%s)', async (_name, effect, given, expected) => {
		await expect(open([given]).connection.request(post, effect)).rejects.toMatchObject({ failureCause: expected });
	});

	test('something else than the provider: says so, at the first request', async () => {
		const { connection, sent } = open([answer(404, page)]);
		await expect(connection.request(post, 'read')).rejects.toMatchObject({ message: 'Something else than Example Phone answered (HTTP 404)', advice: expect.stringMatching(/^Check the Base URL/) });
		expect(sent).toHaveLength(1);
	});

	test('something is not there of which the provider does not say what to do: the address may be wrong', async () => {
		const advice = async (status: number) => await open([answer(status, { error: 'No such thing' })]).connection.request(post, 'once').catch((thrown: unknown) => (thrown as { advice: string }).advice);
		expect(await Promise.all([404, 405, 400].map(advice))).toEqual(['Check the Base URL in the credential.', 'Check the Base URL in the credential.', '']);
	});

	test('a provider whose empty 404 means something says so', async () => {
		const refusal = ({ httpStatus }: ProviderResponse) => (httpStatus === 404 ? { text: '', gone: true } : undefined);
		await expect(open([answer(404)], { provider: { refusal } }).connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'refused' });
	});

	test('a refusal in a response that looks good', async () => {
		const refusal = ({ body }: ProviderResponse) => (String(body).startsWith('ERR') ? { text: 'No route', advice: 'Ask.' } : undefined);
		const { connection } = open([answer(200, 'ERR -9'), answer(200, 'OK 1')], { provider: { refusal } });
		await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'refused', message: 'Example Phone refused the request: No route', advice: 'Ask.' });
		await expect(connection.request(post, 'once')).resolves.toMatchObject({ body: 'OK 1' });
	});

	test('words in a response that looks good, of which nobody knows whether they are a refusal, leave doubt about what must not be done twice', async () => {
		const refusal = () => ({ text: 'Internal fault', unsure: true });
		const { connection } = open([answer(200, '{}'), answer(200, '{}')], { provider: { refusal } });
		const message = 'Example Phone gave an answer that does not say whether it took the request: Internal fault';
		await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'ambiguous', message });
		await expect(connection.request(post, 'read')).rejects.toMatchObject({ failureCause: 'refused', message: 'Example Phone refused the request: Internal fault' });
	});

	test.each(['refusal', 'pause'] as const)('a reader that stumbles over it (%s) leaves doubt, and tells no exception of ours', async (reader) => {
		const unreadable = 'Example Phone gave a response that could not be read (HTTP 200)';
		const stumble = (): never => {
			throw new TypeError('Cannot read properties of undefined');
		};
		const { connection, sent } = open([answer(200, '{}')], { provider: { [reader]: stumble } });
		await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'ambiguous', message: unreadable, httpStatus: 200, body: {} });
		expect(sent).toHaveLength(1);
	});

	test.each([
		[204, '', 'Example Phone gave a response that could not be read', undefined],
		[200, { rows: [{ id: 5 }] }, 'Example Phone gave a response that could not be read (at "rows.0.id")', { rows: [{ id: 5 }] }],
	])('a response of another shape leaves doubt, and says where (HTTP %d)', async (status, given, message, body) => {
		const send = sender(open([answer(status, given)]).connection, 'once');
		const advice = expect.stringMatching(/^The provider may have changed its API, .* Check the Base URL in the credential\.$/) as string;
		await expect(send(post, z.object({ rows: z.array(z.object({ id: z.string() })) }))).rejects.toMatchObject({ failureCause: 'ambiguous', message, advice, body });
	});

	test('a refusal that the provider has no words for', async () => {
		const refusal = (): undefined => undefined;
		const wordless = open([answer(400)], { provider: { refusal } }).connection.request(post, 'once');
		await expect(wordless).rejects.toMatchObject({ failureCause: 'refused', message: 'Example Phone refused the request (HTTP 400)' });
		const { connection } = open([networkFault('ECONNRESET'), answer(404, { some: 'thing' })], { provider: { refusal } });
		expect(await connection.request(post, 'repeatable', () => 'done')).toEqual({ done: 'done' });
	});

	test.each<[Answer, string]>([
		[answer(200, page), 'Something else than Example Phone answered (HTTP 200)'],
		[answer(404), 'Something else than Example Phone answered (HTTP 404)'],
		[answer(302), 'Example Phone redirected the request elsewhere (HTTP 302)'],
		[answer(503, { error: 'Oops' }), 'Example Phone had an internal fault (HTTP 503): Oops'],
		[answer(401, { error: 'Who?' }), 'Example Phone did not accept the credential: Who?'],
		[answer(429, { error: 'Busy' }), 'Example Phone is getting too many requests: Busy'],
	])('tells what happened: %#', async (given, message) => {
		await expect(open([given]).connection.request(post, 'once')).rejects.toMatchObject({ message, body: given.body === '' ? undefined : expect.anything() });
	});

	test('a network that throws something of its own leaves doubt', async () => {
		await expect(open([new Error('never heard of')]).connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'ambiguous' });
	});
});

describe('what is gone', () => {
	const doubted = networkFault('ECONNRESET');
	const missing = answer(404, { error: 'No' });
	test.each([404, 409, 410])('HTTP %d after doubt: an earlier attempt may have done it', async (status) => {
		const { connection } = open([doubted, answer(status, { error: 'No' })]);
		expect(await connection.request(post, 'repeatable', () => ({ deleted: true }))).toEqual({ done: { deleted: true } });
	});

	test('asked only after doubt', async () => {
		const gone = jest.fn();
		await expect(open([missing]).connection.request(post, 'repeatable', gone)).rejects.toMatchObject({ failureCause: 'refused' });
		await expect(open([networkFault('ECONNREFUSED'), missing]).connection.request(post, 'repeatable', gone)).rejects.toMatchObject({ failureCause: 'refused' });
		expect(gone).not.toHaveBeenCalled();
	});

	test('the refusal stands when it cannot tell, and when another refusal came', async () => {
		const cannotTell = async (): Promise<undefined> => await Promise.resolve(undefined);
		await expect(open([doubted, missing]).connection.request(post, 'repeatable', cannotTell)).rejects.toMatchObject({ failureCause: 'refused', httpStatus: 404 });
		const other = answer(400, { error: 'No' });
		await expect(open([doubted, other]).connection.request(post, 'repeatable', () => 'done')).rejects.toMatchObject({ failureCause: 'refused', httpStatus: 400 });
	});

	test('it may ask the provider itself, also where only one request may be under way', async () => {
		const { connection, sent } = open([doubted, missing, answer(200, { id: 7 })], { provider: { limits: { atOnce: 1 } } });
		const look = async (): Promise<unknown> => await connection.request({ method: 'GET', path: '/look' }, 'read');
		expect(await connection.request(post, 'repeatable', look)).toMatchObject({ done: { body: { id: 7 } } });
		expect(sent.map(({ url }) => url.slice(-5))).toEqual(['/send', '/send', '/look']);
	});

	test('a provider says itself what is gone, whatever the status', async () => {
		const refusal = ({ httpStatus, body }: ProviderResponse) => (body === 'GONE' || httpStatus >= 400 ? { text: 'no', gone: body === 'GONE' } : undefined);
		expect(await open([doubted, answer(200, 'GONE')], { provider: { refusal } }).connection.request(post, 'repeatable', () => 1)).toEqual({ done: 1 });
		await expect(open([doubted, answer(404, 'other')], { provider: { refusal } }).connection.request(post, 'repeatable', () => 1)).rejects.toMatchObject({ failureCause: 'refused' });
	});

	test('an empty 404 of who knows whom proves nothing', async () => {
		await expect(open([doubted, answer(404)]).connection.request(post, 'repeatable', () => 1)).rejects.toMatchObject({ failureCause: 'account' });
	});
});

describe('waiting', () => {
	test.each<[string, number]>([
		['7', 7000],
		[' 7.5 ', 7500],
		['7.25', 7250],
		['Tue, 01 Jan 2030 00:01:00 GMT', 60_000],
	])('Retry-After: %s, by the injected clock', async (value, expected) => {
		const { connection, clock, start } = open([answer(429, '', { 'Retry-After': value }), answer(200, '1')]);
		await connection.request(post, 'once');
		expect(clock.now() - start).toBe(expected);
	});

	test.each(['', '0', '-5', 'soon', 'Tue, 01 Jan 2019 00:00:00 GMT', 'Infinity', '0x10'])('Retry-After: %j says nothing of use: short waits that grow', async (value) => {
		const { connection, clock, start } = open([answer(429, '', { 'Retry-After': value }), answer(429, '', { 'Retry-After': value }), answer(200, '1')]);
		await connection.request(post, 'once');
		expect(clock.now() - start).toBe(250 + 350);
	});

	test.each(['1000000000', '301'])('Retry-After: %s is told instead of waited for, and not tried again', async (value) => {
		const { connection, sent, clock, start } = open([answer(429, '', { 'Retry-After': value })]);
		const advice = expect.stringContaining(`${Math.ceil(Number(value) / 60)} minutes`);
		await expect(connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'throttled', retryAfter: Number(value), advice });
		expect([sent.length, clock.now()]).toEqual([1, start]);
	});

	test('without a Retry-After nobody knows when', async () => {
		const advice = 'Run again in a few minutes, or run fewer workflows on this account at the same time.';
		await expect(open([answer(429)]).connection.request(post, 'once')).rejects.toMatchObject({ failureCause: 'throttled', retryAfter: undefined, advice });
	});

	test.each(['0', '-1', 'soon'])('Retry-After of a fault that says nothing of use (%s): the usual waits', async (value) => {
		const { connection, clock } = open([answer(503, '', { 'Retry-After': value }), answer(503), answer(200, '1')]);
		await connection.request(post, 'read');
		expect(clock.sleeps).toEqual([500, 1000]);
	});

	test('Retry-After of a fault is obeyed by what may go again', async () => {
		const { connection, clock, start } = open([answer(503, '', { 'Retry-After': '9' }), answer(200, '1')]);
		await connection.request(post, 'read');
		expect(clock.now() - start).toBe(9000);
	});

	test('a response may say that nothing is left for a while: every request of the account waits', async () => {
		const pause: Provider['pause'] = ({ headers }) => (headers['x-ratelimit-remaining'] === '0' ? 30_000 : undefined);
		const left = [1, 0, 59].map((remaining) => answer(200, '1', { 'X-RateLimit-Remaining': remaining }));
		const { connection, clock, start } = open(left, { provider: { pause } });
		const times: number[] = [];
		for (let index = 0; index < 3; index++) {
			await connection.request(post, 'once');
			times.push(clock.now() - start);
		}
		expect(times).toEqual([0, 0, 30_000]);
	});

	test.each([
		['the end of a Retry-After', answer(429, '', { 'Retry-After': '200' })],
		['another attempt', answer(503, '', { 'Retry-After': '200' })],
	])('Stop while waiting for %s: cancelled, at once', async (_name, given) => {
		const cancel = new AbortController();
		const { connection, clock, start, sent } = open([given], { cancel: cancel.signal });
		const request = connection.request(post, 'repeatable');
		void clock.sleep(1000).then(() => cancel.abort());
		await expect(request).rejects.toMatchObject({ failureCause: 'cancelled' });
		expect([sent.length, clock.now() - start]).toEqual([1, 1000]);
	});

	test('an account is known by provider and account', () => {
		expect(open([]).connection.account).toBe('Example Phone bob');
	});
});

describe('secrets', () => {
	/** A server that answers with all that it was sent, as its network saw it. */
	const echo = (httpStatus: number): Transport => async (request) => {
		const pair = 'bob:p@ss word/42';
		const url = `${request.url}?${new URLSearchParams(request.qs as Record<string, string>).toString()}`;
		const seen = { url, authorization: `Basic ${Buffer.from(pair).toString('base64')}`, body: request.body, pair };
		return await Promise.resolve({ statusCode: httpStatus, headers: {}, body: JSON.stringify({ error: JSON.stringify(seen), seen }) });
	};
	const forms = ['p@ss word/42', 'p%40ss+word%2F42', Buffer.from('bob:p@ss word/42').toString('base64'), Buffer.from('p@ss word/42').toString('base64')];

	test.each([400, 401, 429, 500])('neither the texts of a failure nor its body show one (HTTP %d)', async (httpStatus) => {
		const clock = virtualClock();
		const credential = { baseUrl: 'https://example.test', username: 'bob', password: 'p@ss word/42' };
		const connection = createConnection({ provider: { ...mobileMessage, limits: {} }, credential, transport: echo(httpStatus), clock, pacer: createPacer(clock) });
		const failed = await connection.request({ method: 'POST', path: '/', query: { api_password: 'p@ss word/42' }, body: { again: 'p@ss word/42' } }, 'once').then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		const shown = JSON.stringify(failed, ['message', 'advice', 'body', 'error', 'seen', 'url', 'authorization', 'again', 'pair', 'stack']);
		expect(shown).toContain('•••');
		for (const form of forms) expect(shown).not.toContain(form);
	});
});
