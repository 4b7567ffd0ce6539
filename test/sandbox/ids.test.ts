import { createIds } from '../../sandbox/ids';
import { readJson, showJson, writeJson } from '../../sandbox/json';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { defaultSettings } from '../../sandbox/settings';
import { sms160Senders } from '../../sandbox/sms160/account';
import { call as callMobileMessage, startReceiver, until } from './mobileMessageClient';
import { call, rows, unlimited } from './sms160Client';

describe('JSON', () => {
	const long = '123456789012345678';

	it('keeps whole numbers of any length, and digits in texts', () => {
		const text = `{"id":${long},"list":[-${long},1,1.5,1e21],"text":"id: ${long}, \\"${long}\\"","${long}":0}`;
		const value = readJson(text);
		expect(value).toEqual({ id: BigInt(long), list: [-BigInt(long), 1, 1.5, 1e21], text: `id: ${long}, "${long}"`, [long]: 0 });
		expect(readJson(writeJson(value))).toEqual(value);
		expect(writeJson(value)).toContain(`"id":${long}`);
		expect(writeJson({ id: 5n })).toBe('{"id":5}');
		expect(showJson(text)).toMatchObject({ id: long });
		expect(showJson(`not JSON ${long}`)).toBe(`not JSON ${long}`);
	});

	it('writes them as numbers also where a library has made texts of them', () => {
		Object.defineProperty(BigInt.prototype, 'toJSON', { configurable: true, value: (_key: string) => 'text' });
		try {
			expect(JSON.stringify([5n])).toBe('["text"]');
			expect(writeJson({ ids: [5n, BigInt(long)] })).toBe(`{"ids":[5,${long}]}`);
		} finally {
			Reflect.deleteProperty(BigInt.prototype, 'toJSON');
		}
	});

	it.each(['{', `{${long}:1}`, `[${long},]`])('refuses %s', (text) => {
		expect(() => readJson(text)).toThrow(SyntaxError);
	});
});

describe('IDs', () => {
	it('ascend from the first', () => {
		const next = createIds(defaultSettings(), 7);
		expect([next(), next(), next()]).toEqual([7n, 8n, 9n]);
	});

	it('are shuffled and long when set so, and none comes twice, however the settings change', () => {
		const settings = defaultSettings();
		const next = createIds(settings, 1);
		const given: bigint[] = [];
		for (const changes of [{}, { idOrder: 'shuffled' }, { longIds: true }, { idOrder: 'ascending' }, { longIds: false }] as const) {
			Object.assign(settings, changes);
			for (let count = 0; count < 1_000; count++) given.push(next());
		}
		expect(new Set(given).size).toBe(5_000);
		const ascents = (ids: bigint[]) => ids.filter((id, index) => index > 0 && id > (ids[index - 1] ?? id)).length;
		expect(ascents(given.slice(0, 1_000))).toBe(999);
		expect(ascents(given.slice(1_000, 2_000))).toBeLessThan(700);
		expect(given.slice(2_000, 4_000).every((id) => String(id).length === 18)).toBe(true);
	});
});

describe('of 160.com.au', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => unlimited(sandbox));
	afterAll(() => sandbox.close());

	const send = (count: number) =>
		call(sandbox, 'POST', '/v1/messages', { messages: Array.from({ length: count }, (_, index) => ({ recipient: '61491571491', message: `No. ${index}`, phone: sms160Senders.virtual })) });
	const texts = async (path: string) => rows(await call(sandbox, 'GET', path), 'messages').map(({ message }) => message);

	it('messages are listed newest first, also when their IDs do not ascend', async () => {
		sandbox.changeSettings({ idOrder: 'shuffled' });
		const ids = rows(await send(5), 'messages').map(({ messageId }) => Number(messageId));
		expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
		expect(await texts('/v1/messages')).toEqual(['No. 4', 'No. 3', 'No. 2', 'No. 1', 'No. 0']);
		const above = ids.flatMap((id, index) => (id >= (ids[2] ?? 0) ? [`No. ${index}`] : []));
		expect(await texts(`/v1/messages?messageIdFrom=${ids[2]}`)).toEqual(above.reverse());
		for (const text of ['one', 'two', 'three']) sandbox.reply({ provider: 'sms160', from: '61491571491', text });
		const incoming = rows(await call(sandbox, 'GET', '/v1/incoming'), 'incoming');
		expect(incoming.map(({ message }) => message)).toEqual(['three', 'two', 'one']);
		const received = incoming.map(({ messageId }) => Number(messageId)).reverse();
		expect(received).not.toEqual([...received].sort((a, b) => a - b));
		expect(sandbox.violations()).toEqual([]);
	});

	it('long IDs are bare numbers everywhere, and found by all their digits', async () => {
		sandbox.changeSettings({ longIds: true });
		const sent = await send(3);
		const ids = [...sent.text.matchAll(/"messageId":(\d{18}),/g)].map(([, id]) => id);
		expect(ids).toEqual(sandbox.messages('sms160').map(({ id }) => id));
		// Two in a row are the same JavaScript number.
		expect(Number(ids[0])).toBe(Number(ids[1]));
		expect((await call(sandbox, 'GET', `/v1/messages/${ids[1]}`)).body['message']).toBe('No. 1');
		expect(await texts(`/v1/messages?messageIdFrom=${ids[1]}&messageIdTo=${ids[1]}`)).toEqual(['No. 1']);
		expect((await call(sandbox, 'DELETE', `/v1/messages/${ids[1]}`)).httpStatus).toBe(204);
		expect(await texts('/v1/messages')).toEqual(['No. 2', 'No. 0']);

		const group = /"groupId":(\d{18}),/.exec((await call(sandbox, 'POST', '/v1/groups', { groups: [{ group: 'VIP', groupType: 0 }] })).text)?.[1] ?? '';
		const put = async (method: string, body: string) => await callText(method, '/v1/contacts', body);
		const contact = /"contactId":(\d{18}),/.exec(await put('POST', `{"contacts":[{"phone":"61491573770","groups":[{"groupId":${group},"isDisabled":0}]}]}`))?.[1] ?? '';
		expect(await put('PATCH', `{"contacts":[{"contactId":${contact},"note":"new"}]}`)).toContain(`"contactId":${contact},`);
		expect((await call(sandbox, 'GET', `/v1/groups/${group}`)).body).toMatchObject({ userCount: 1 });
		const unknown = `${contact.slice(0, 17)}9`;
		expect(await put('PATCH', `{"contacts":[{"contactId":${unknown},"note":"new"}]}`)).toContain(`"object":{"contactId":${unknown},`);
		expect(sandbox.log('sms160').at(-1)).toMatchObject({ body: { contacts: [{ contactId: unknown }] }, response: { errors: [{ object: { contactId: unknown } }] } });
		expect((await fetch(`${sandbox.url}/_sandbox/log`)).status).toBe(200);
		expect(sandbox.violations()).toEqual([]);
		await put('PATCH', `{"contacts":[{"contactId":"${contact}","note":"new"}]}`);
		expect(sandbox.violations().map(({ kind }) => kind)).toEqual(['wrong-type']);
	});

	it('long IDs reach callbacks whole', async () => {
		sandbox.changeSettings({ longIds: true });
		const receiver = await startReceiver();
		try {
			await call(sandbox, 'POST', `/dashboard/virtual-numbers/${sms160Senders.virtual}`, { callbackURL: receiver.url });
			await send(1);
			const { id } = sandbox.reply({ provider: 'sms160', from: '61491571491', text: 'Hi' });
			await until(() => sandbox.webhooks().length === 1);
			expect(receiver.calls[0]?.text).toContain(`"messageId":${id},`);
			expect(sandbox.webhooks()[0]?.body).toMatchObject({ messageId: id });
		} finally {
			await receiver.close();
		}
	});

	it('contacts and lists of Mobile Message have them too', async () => {
		sandbox.changeSettings({ longIds: true });
		const idOf = (text: string) => /_id":(\d{18})\b/.exec(text)?.[1] ?? '';
		const contact = idOf((await callMobileMessage(sandbox, 'POST', '/v1/contacts', { number: '0491573770' })).text);
		const list = idOf((await callMobileMessage(sandbox, 'POST', '/v1/lists', { name: 'New' })).text);
		await callMobileMessage(sandbox, 'POST', '/v1/list-contacts', `{"list_id":${list},"contact_id":${contact}}`);
		expect((await callMobileMessage(sandbox, 'GET', `/v1/list-contacts?list_id=${list}`)).text).toContain(`"contact_id":${contact},`);
		expect((await callMobileMessage(sandbox, 'POST', '/v1/list-send', `{"list_id":${list},"sender":"CompanyABC","message":"Hi"}`)).body).toMatchObject({ total_recipients: 1 });
		expect(sandbox.violations()).toEqual([]);
	});

	/** A body written by hand, with numbers that JSON.stringify would round. */
	async function callText(method: string, path: string, body: string): Promise<string> {
		const { headers } = new Request('http://127.0.0.1', { headers: { authorization: `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`, 'content-type': 'application/json' } });
		return await (await fetch(`${sandbox.baseUrl('sms160')}${path}`, { method, body, headers })).text();
	}
});
