/** What the phone page asks for, and what a reset that keeps webhooks leaves. */
import { conversationsOf } from '../../sandbox/conversations';
import { createMessageStore, type AcceptedMessage } from '../../sandbox/messageStore';
import { namesOf } from '../../sandbox/phones';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { call } from './mobileMessageClient';

const provider = 'mobile-message';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

interface View {
	world: string;
	credits: number;
	accepted: number;
	phones: number;
	found: number;
	name: string | null;
	conversations: Array<{ phone: string; name: string | null; text: string; way: string; status: string | null; received: number }>;
	thread: Array<{ way: string; text: string; status?: string }>;
}

async function view(query = ''): Promise<View> {
	return (await (await fetch(`${sandbox.url}/_sandbox/phones?provider=${provider}${query}`)).json()) as View;
}

const send = async (...messages: Array<{ to: string; message: string }>) =>
	await call(sandbox, 'POST', '/v1/messages', { messages: messages.map((message) => ({ sender: '61491571266', ...message })) });

test('250 customers have 250 phones, each with its own last message and what it has got so far', async () => {
	const customers = Array.from({ length: 250 }, (_, row) => ({ to: `0412${100_000 + row}`, message: `Order ${row} is ready` }));
	for (let first = 0; first < 250; first += 100) await send(...customers.slice(first, first + 100));
	await send({ to: '0412100007', message: 'Second one' });
	const { phones, accepted, credits, conversations } = await view();
	expect([phones, accepted, credits, conversations.length]).toEqual([250, 251, 99_749, 250]);
	expect(conversations[0]).toMatchObject({ phone: '61412100007', text: 'Second one', way: 'in', received: 2 });
	expect(new Set(conversations.map(({ phone }) => phone)).size).toBe(250);
	expect(conversations.find(({ phone }) => phone === '61412100123')).toMatchObject({ text: 'Order 123 is ready', received: 1 });
});

test('a phone has the name of the contact, or else the one by which it is greeted, or none', async () => {
	const texts = { '0491571491': 'Hi Mrs Smith', '0412100001': 'Hi René, your order is ready', '0412100002': 'Hello there', '0412100003': 'Code 1' };
	await send(...Object.entries(texts).map(([to, message]) => ({ to, message })));
	const names = new Map((await view()).conversations.map(({ phone, name }) => [phone, name]));
	expect([...names].sort()).toEqual([['61412100001', 'René'], ['61412100002', null], ['61412100003', null], ['61491571491', 'Jane Smith']]);
	expect((await view('&phone=61491571804')).name).toBe('Wei Chen');
	expect([...namesOf([{ phone: '1', first: '', last: '' }, { phone: '1', first: 'Ann', last: '' }, { phone: '1', first: 'Bob', last: 'B' }])]).toEqual([['1', 'Ann']]);
});

test('the search finds names, texts, and numbers however they are written', async () => {
	await send({ to: '0491571491', message: 'Your table is booked' }, { to: '0412100001', message: 'Hi Ava, it is ready' });
	const found = async (words: string) => (await view(`&search=${encodeURIComponent(words)}`)).conversations.map(({ phone }) => phone);
	expect(await found('jane')).toEqual(['61491571491']);
	expect(await found('READY')).toEqual(['61412100001']);
	expect(await found('0412 100')).toEqual(['61412100001']);
	expect(await found('+61 491')).toEqual(['61491571491']);
	expect(await found('nobody')).toEqual([]);
	expect(await view('&search=ava')).toMatchObject({ phones: 2, found: 1 });
});

test('a thread has what came to the phone and what it wrote, oldest first, and nothing of other phones', async () => {
	await send({ to: '0412100001', message: 'One' }, { to: '0412100002', message: 'Other' });
	sandbox.advance(5_000);
	sandbox.reply({ provider, from: '61412100001', text: 'Two' });
	sandbox.advance(5_000);
	await send({ to: '0412100001', message: 'Three' });
	const { thread, conversations } = await view('&phone=61412100001');
	expect(thread.map(({ way, text, status }) => [way, text, status])).toEqual([['in', 'One', 'delivered'], ['out', 'Two', undefined], ['in', 'Three', 'pending']]);
	expect(conversations[0]).toMatchObject({ phone: '61412100001', text: 'Three', received: 2 });
	sandbox.advance(5_000);
	sandbox.reply({ provider, from: '61412100002', text: 'Answer' });
	expect((await view()).conversations[0]).toMatchObject({ phone: '61412100002', text: 'Answer', way: 'out', status: null, received: 1 });
});

test('messages from the provider itself are on the phone, too', () => {
	const messages = createMessageStore();
	const accepted: AcceptedMessage = { id: '1', provider, to: '1', from: 'a', text: 'A', custom_ref: null, status: 'sent', segments: 1, cost: 1, at: '2026-01-01T00:00:00Z', scheduledFor: null };
	messages.add(accepted);
	messages.service.push({ to: '2', from: 'b', text: 'B', at: '2026-01-02T00:00:00Z' });
	expect(conversationsOf(messages, new Map()).map(({ phone, text, status }) => [phone, text, status])).toEqual([['2', 'B', null], ['1', 'A', 'sent']]);
});

describe('a reset that keeps webhooks', () => {
	const reset = async (body?: object) => {
		const response = await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'POST', ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
		return [response.status, await response.json()];
	};
	const url = 'http://127.0.0.1:9/hook';

	test('leaves what was registered, and begins everything else anew', async () => {
		await call(sandbox, 'POST', '/v1/webhooks', { type: 'status', url });
		sandbox.changeSettings({ webhookSecret: 'secret', credits: 5 }, provider);
		sandbox.changeSettings({ own: { webhookUrl: url, webhookFormat: 'XML', timeZone: 'W. Australia' } }, 'bestsms');
		sandbox.changeSettings({ own: { smsStatusUrl: url, whatsAppInboxUrl: url, waCredits: 3 } }, 'nusasms');
		await send({ to: '0412100001', message: 'One' });
		const before = (await view()).world;

		expect(await reset({ keepWebhooks: true })).toEqual([200, { reset: true }]);
		expect((await call(sandbox, 'GET', '/v1/webhooks')).body.webhooks).toEqual({ inbound: null, status: url });
		expect(sandbox.settings(provider)).toMatchObject({ webhookSecret: 'secret', credits: 100_000 });
		expect(sandbox.settings('bestsms').own).toMatchObject({ webhookUrl: url, webhookFormat: 'XML', timeZone: 'AUS Eastern' });
		expect(sandbox.settings('nusasms').own).toMatchObject({ smsStatusUrl: url, whatsAppInboxUrl: url, smsInboxUrl: null, waCredits: 100_000 });
		const after = await view();
		expect([after.phones, after.accepted, after.world === before]).toEqual([0, 0, false]);

		expect(await reset()).toEqual([200, { reset: true }]);
		expect((await call(sandbox, 'GET', '/v1/webhooks')).body.webhooks).toEqual({ inbound: null, status: null });
		expect(sandbox.settings('bestsms').own).toMatchObject({ webhookUrl: '' });
		expect(sandbox.settings(provider).webhookSecret).toBeNull();
	});

	test('refuses what it does not know', async () => {
		expect((await reset({ keepEverything: true }))[0]).toBe(400);
	});
});
