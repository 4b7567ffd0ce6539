/** Mobile Message's triggers in a real n8n: what starts a workflow and what does not, and whose address stands at the provider afterwards. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { restartN8n, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { node, noOperation, workflow } from '../real-n8n/workflow';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'mobile-message';
const foreign = 'https://hooks.example.org/s3cr3t/path';
const secret = 'the-webhook-secret';
const phone = '0491570158';
const authorization = `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}`;

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
let signing: CredentialReference;
/** Everything that this file activated, so that nothing polls on. */
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const account = { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl(provider) };
	credentials = await n8n.createCredential('mobileMessageApi', account);
	signing = await n8n.createCredential('mobileMessageApi', { ...account, webhookSecret: secret }, 'Signing');
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

async function request(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
	const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
	return (await (await fetch(`${sandbox.baseUrl(provider)}${path}`, { method, headers, body: body && JSON.stringify(body) })).json()) as JsonObject;
}
const webhooks = async () => (await request('GET', '/v1/webhooks'))['webhooks'];
const setWebhook = async (type: string, url: string) => await request('POST', '/v1/webhooks', { type, url });
const send = async (to: string, message: string) => await request('POST', '/v1/messages', { messages: [{ to, message, sender: mobileMessageSenders.dedicated, custom_ref: 'order-1042' }] });

async function create(parameters: JsonObject, credential = credentials, type = 'mobileMessageTrigger') {
	const stored = await n8n.createWorkflow(workflow(type, [node(type, parameters, { name: 'Trigger', credentials: credential }), noOperation('After')]));
	active.push(stored.id);
	return stored.id;
}
/** The addresses as they are registered. */
async function addresses(id: string) {
	const token = new URL(String(Object.values((await webhooks()) as JsonObject).find((url) => typeof url === 'string' && url.includes('token=')))).search;
	return { production: `${await n8n.webhookUrl(id, 'Trigger')}${token}`, test: `${await n8n.webhookUrl(id, 'Trigger', { test: true })}${token}` };
}
/** "Stop listening", and its end: n8n 2.41.1 trips over a test that starts while it still takes back the one before. */
async function stopListening(id: string, testUrl: string): Promise<void> {
	await n8n.cancelTestWebhook(id);
	await waitUntilDeaf(testUrl);
}
async function waitUntilDeaf(testUrl: string): Promise<void> {
	await waitFor({}, 'the end of listening', async () => (await fetch(testUrl.replace(/\?.*/, ''), { method: 'POST' })).status === 404 || undefined);
}
async function executions(id: string, count: number): Promise<Execution[]> {
	const found = await waitFor({ timeout: 60_000 }, `${count} executions`, async () => {
		const list = await n8n.listExecutions(id);
		return list.length >= count ? list : undefined;
	});
	return await Promise.all(found.map(async (each) => await n8n.waitForExecution(each.id)));
}
const inboundCall = (message: string) => ({ to: '61491571266', message, sender: '61491570158', received_at: '2030-01-01 00:00:00', type: 'inbound', original_message_id: '', original_custom_ref: '' });

test('a reply starts the workflow; a forged call is answered 401 and starts nothing; the old address comes back', async () => {
	await setWebhook('inbound', foreign);
	const id = await create({ events: ['inbound', 'delivered'], options: { replaceExisting: true } });
	await n8n.activateWorkflow(id);
	const { production } = await addresses(id);
	expect(await webhooks()).toEqual({ inbound: production, status: production });

	await send(phone, 'Coming?');
	const [reply, report] = (await executions(id, 2)).map((execution) => execution.json('After')[0]);
	expect([reply, report].map((item) => item?.['event']).sort()).toEqual(['delivered', 'inbound']);
	const inbound = reply?.['event'] === 'inbound' ? reply : report;
	expect(inbound).toEqual({
		event: 'inbound',
		from: '61491570158',
		to: mobileMessageSenders.dedicated,
		text: 'YES',
		reference: 'order-1042',
		receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
		originalMessageId: expect.any(String),
		messageId: null,
		status: null,
		raw: expect.objectContaining({ type: 'inbound', message: 'YES' }),
	});

	for (const url of [production.replace(/\?.*/, ''), `${production}0`, production.replace(/.$/, '')]) {
		const forged = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(inboundCall('forged')) });
		expect(forged.status).toBe(401);
	}
	// Not chosen; and two equal texts of one second, which have no ID to be one text by.
	expect((await sandbox.event({ provider, type: 'inbound', body: { ...inboundCall('STOP'), type: 'unsubscribe' }, signature: 'none' })).httpStatus).toBe(200);
	expect((await sandbox.event({ provider, type: 'inbound', body: inboundCall('once'), signature: 'none' })).httpStatus).toBe(200);
	expect((await sandbox.event({ provider, type: 'inbound', body: inboundCall('once'), signature: 'none' })).httpStatus).toBe(200);
	expect((await executions(id, 4)).length).toBe(4);

	await n8n.deactivateWorkflow(id);
	await waitFor({}, 'the old address', async () => ((await webhooks()) as JsonObject)['inbound'] === foreign || undefined);
	expect(await webhooks()).toEqual({ inbound: foreign, status: null });
	expect((await n8n.listExecutions(id)).length).toBe(4);
});

test('a signed account believes signatures only', async () => {
	sandbox.changeSettings({ webhookSecret: secret }, provider);
	const id = await create({ events: ['inbound', 'unknown'] }, signing);
	await n8n.activateWorkflow(id);
	const post = async (body: unknown, signature: 'good' | 'bad' | 'none' | 'stale') => (await sandbox.event({ provider, type: 'inbound', body, signature })).httpStatus;
	expect(await post(inboundCall('1'), 'bad')).toBe(401);
	expect(await post(inboundCall('2'), 'none')).toBe(401);
	expect(await post(inboundCall('3'), 'stale')).toBe(401);
	expect(await n8n.listExecutions(id)).toEqual([]);
	expect(await post({ ...inboundCall('4'), text: 'Grüße 👋  "quoted"\n' }, 'good')).toBe(200);
	expect(await post({ something: 'else' }, 'good')).toBe(200);
	const found = (await executions(id, 2)).map((execution) => execution.json('After')[0]?.['event']);
	expect(found.sort()).toEqual(['inbound', 'unknown']);
	await n8n.deactivateWorkflow(id);
});

test('a long message is reported once, when all parts were, also over a restart of n8n; doubled reports start nothing', async () => {
	const id = await create({ events: ['delivered', 'failed'], options: { waitForAllParts: true } });
	await n8n.activateWorkflow(id);
	const report = { to: '61412345678', message: 'long', sender: 'CompanyABC', status: 'delivered', message_id: 'message-1', received_at: '2030-01-01 00:00:00', total_parts: 3 };
	const part = async (number: number) => (await sandbox.event({ provider, type: 'status', body: { ...report, part_number: number }, signature: 'none' })).httpStatus;
	expect(await part(3)).toBe(200);
	expect(await part(1)).toBe(200);
	await restartN8n();
	expect(await part(1)).toBe(200);
	expect(await n8n.listExecutions(id)).toEqual([]);
	expect(await part(2)).toBe(200);
	expect(await part(2)).toBe(200);
	expect((await executions(id, 1)).map((execution) => execution.json('After')[0])).toEqual([
		expect.objectContaining({ event: 'delivered', status: 'delivered', messageId: 'message-1', totalParts: 3 }),
	]);

	// Parts of several messages at once, each reported twice. Not by the sandbox, which waits 10 s for an answer at most.
	const { status: url } = (await webhooks()) as { status: string };
	const post = async (body: JsonObject) => (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status;
	const reports = Array.from({ length: 5 }, (_, index) => [1, 2, 3, 3, 2, 1].map((number) => ({ ...report, message_id: `burst-${index}`, part_number: number }))).flat();
	expect(new Set(await Promise.all(reports.map(post)))).toEqual(new Set([200]));
	const burst = (await executions(id, 6)).map((execution) => execution.json('After')[0]?.['messageId']);
	expect(burst.sort()).toEqual(['burst-0', 'burst-1', 'burst-2', 'burst-3', 'burst-4', 'message-1']);
	await n8n.deactivateWorkflow(id);
});

test('somebody else\'s address is not replaced without the option; n8n shows why', async () => {
	await setWebhook('inbound', foreign);
	const id = await create({ events: ['inbound'] });
	await expect(n8n.activateWorkflow(id)).rejects.toThrow('Mobile Message sends the inbound messages of this account to https://hooks.example.org/s3cr… already');
	await expect(n8n.listenForTestEvent(id)).rejects.toThrow('Turn on "Replace Existing Webhook"');
	await n8n.deactivateWorkflow(id).catch(() => undefined);
	expect(await webhooks()).toEqual({ inbound: foreign, status: null });
});

test('listening for a test event while the workflow is active takes over and gives back', async () => {
	const id = await create({ events: ['inbound', 'failed'] });
	await n8n.activateWorkflow(id);
	const { production, test: testUrl } = await addresses(id);
	const back = async () => await waitFor({}, 'the production address', async () => JSON.stringify(await webhooks()) === JSON.stringify({ inbound: production, status: production }) || undefined);

	// Ended by an event.
	const ended = await n8n.listenForTestEvent(id);
	expect(await webhooks()).toEqual({ inbound: testUrl, status: testUrl });
	const forged = await fetch(testUrl.replace(/\?.*/, ''), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(inboundCall('forged')) });
	expect(forged.status).toBe(401);
	await sandbox.event({ provider, type: 'inbound', body: inboundCall('test'), signature: 'none' });
	const execution = await ended();
	expect([execution.mode, execution.json('After')[0]?.['text']]).toEqual(['manual', 'test']);
	await back();
	await waitUntilDeaf(testUrl);

	// Ended by the user.
	await n8n.listenForTestEvent(id);
	await stopListening(id, testUrl);
	await back();
	await sandbox.event({ provider, type: 'inbound', body: inboundCall('production'), signature: 'none' });
	const modes = (await executions(id, 2)).map(({ mode }) => mode);
	expect(modes.sort()).toEqual(['manual', 'webhook']);

	// Ended by the end of the workflow.
	await n8n.listenForTestEvent(id);
	await n8n.deactivateWorkflow(id);
	await waitFor({}, 'the end', async () => JSON.stringify(await webhooks()) === JSON.stringify({ inbound: null, status: null }) || undefined);
	await stopListening(id, testUrl);
	expect(await webhooks()).toEqual({ inbound: null, status: null });
});

test('listening starts while nothing is active, and the workflow is activated meanwhile', async () => {
	const id = await create({ events: ['inbound'] });
	await n8n.listenForTestEvent(id);
	const { production, test: testUrl } = await addresses(id);
	expect(await webhooks()).toEqual({ inbound: testUrl, status: null });
	await n8n.activateWorkflow(id);
	expect(await webhooks()).toEqual({ inbound: production, status: null });
	await stopListening(id, testUrl);
	expect(await webhooks()).toEqual({ inbound: production, status: null });
	await n8n.deactivateWorkflow(id);
	await waitFor({}, 'the end', async () => ((await webhooks()) as JsonObject)['inbound'] === null || undefined);
});

describe('the inbox trigger', () => {
	// n8n wants at least a minute between the polls of each entry; twenty entries make one every three seconds.
	const pollTimes = { item: Array.from({ length: 20 }, (_, index) => ({ mode: 'custom', cronExpression: `${index * 3} * * * * *` })) };
	const reply = (text: string) => sandbox.reply({ provider, from: phone, to: mobileMessageSenders.dedicated, text });
	const texts = async (id: string, count: number) => (await executions(id, count)).flatMap((execution) => execution.json('After').map(({ text }) => text)).sort();

	test('emits what came since, each message once, also after a restart', async () => {
		reply('old');
		const id = await create({ events: ['inbound', 'unsubscribe'], pollTimes }, credentials, 'mobileMessageInboxTrigger');
		const manual = await n8n.runWorkflow(id);
		expect(manual.json('After')).toEqual([expect.objectContaining({ event: 'inbound', from: '61491570158', text: 'old', messageId: expect.any(String), raw: expect.anything() })]);

		await n8n.activateWorkflow(id);
		// What the first poll saw is kept, although it emitted nothing: a power cut now would lose nothing.
		expect(await n8n.getWorkflow(id)).toMatchObject({ staticData: { 'node:Trigger': { seen: expect.anything(), floor: expect.any(Number) } } });
		reply('first');
		await waitFor({ timeout: 60_000 }, 'a poll', async () => (await n8n.listExecutions(id)).length >= 2 || undefined);
		expect(await texts(id, 2)).toEqual(['first', 'old']);

		reply('before the restart');
		reply('STOP');
		await restartN8n();
		reply('after the restart');
		const all = ['STOP', 'after the restart', 'before the restart', 'first', 'old'];
		const found = await waitFor({ timeout: 60_000 }, 'all messages', async () => {
			const now = await texts(id, 2);
			return now.length >= all.length ? now : undefined;
		});
		expect(found).toEqual(all);
		// Two more polls bring nothing.
		const polls = () => sandbox.log(provider).filter(({ path }) => path === '/v1/inbound').length;
		const before = polls();
		await waitFor({ timeout: 60_000 }, 'two polls', async () => await Promise.resolve(polls() >= before + 2 || undefined));
		expect(await texts(id, 2)).toEqual(all);
		await n8n.deactivateWorkflow(id);
	});
});
