/** 160.com.au's triggers in a real n8n: callbacks of any form at the address that n8n shows, and the inbox. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { known } from './known';
import { restartN8n, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { everyMinute, manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Senders, sms160Username } from '../sandbox/sms160/account';

const provider = 'sms160';
const authorization = `Basic ${Buffer.from(`${sms160Username}:${sms160Password}`).toString('base64')}`;

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
/** Everything that this file activated, so that nothing polls on. */
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('sms160Api', { username: sms160Username, password: sms160Password, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

async function create(type: string, parameters: JsonObject): Promise<string> {
	const stored = await n8n.createWorkflow(workflow(type, [node(type, parameters, { name: 'Trigger', credentials }), noOperation('After')]));
	active.push(stored.id);
	return stored.id;
}

async function executions(id: string, count: number): Promise<Execution[]> {
	const found = await waitFor({ timeout: 90_000 }, `${count} executions`, async () => {
		const list = await n8n.listExecutions(id);
		return list.length >= count ? list : undefined;
	});
	return await Promise.all(found.map(async (each) => await n8n.waitForExecution(each.id)));
}
/** What came out, in the order of the executions. */
const items = async (id: string, count: number) => (await executions(id, count)).reverse().flatMap((execution) => known(execution).json('After'));

/** What a person does on the provider's web site. A person is slow, and does not count towards the limit. */
async function setCallback(callbackURL: string): Promise<void> {
	await fetch(`${sandbox.baseUrl(provider)}/dashboard/virtual-numbers/${sms160Senders.virtual}`, {
		method: 'POST',
		headers: { authorization, 'content-type': 'application/json' },
		body: JSON.stringify({ callbackURL }),
	});
	await sleep(1_100);
}

test('replies and delivery reports start the workflow, at the one address that n8n shows', async () => {
	const id = await create('sms160Trigger', { events: ['delivered', 'failed', 'inbound'] });
	await n8n.activateWorkflow(id);
	const url = await n8n.webhookUrl(id, 'Trigger');
	await setCallback(url);
	const send = node(
		'sms160',
		{
			resource: 'message',
			operation: 'send',
			to: '0491 570 158',
			message: 'Coming?',
			sendFrom: 'virtualNumber',
			virtualNumber: { __rl: true, mode: 'id', value: sms160Senders.virtual },
			options: { callbackUrl: url },
		},
		{ name: 'Send', credentials },
	);
	const sent = (await n8n.runWorkflow(workflow('send', [manualTrigger(), send]))).json('Send')[0];
	const [report, reply] = (await items(id, 2)).sort((a, b) => String(a['event']).localeCompare(String(b['event'])));
	expect(report).toMatchObject({ event: 'delivered', messageId: sent?.['messageId'], to: '61491570158', status: 'delivered', statusText: 'Delivered', raw: { statusCode: '1' } });
	expect(reply).toMatchObject({ event: 'inbound', from: '61491570158', to: sms160Senders.virtual, text: 'YES', raw: { message: 'YES' } });
	expect(sandbox.webhooks(provider).map(({ httpStatus }) => httpStatus)).toEqual([200, 200]);

	await n8n.deactivateWorkflow(id);
	expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test('a call may be a GET, a form or JSON; a repeat and what was not chosen start nothing; what is unknown comes as it is', async () => {
	const id = await create('sms160Trigger', { events: ['delivered', 'inbound', 'unknown'] });
	await n8n.activateWorkflow(id);
	const url = await n8n.webhookUrl(id, 'Trigger');
	const post = async (body: string, type: string) => (await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })).status;
	expect((await fetch(`${url}?messageId=1&status=Delivered&recipient=61491570158`)).status).toBe(200);
	expect(await post('from=61491570158&to=61491571266&text=Gr%C3%BC%C3%9Fe+%26+more', 'application/x-www-form-urlencoded')).toBe(200);
	expect(await post(JSON.stringify({ id: 2, statusCode: 1 }), 'application/json')).toBe(200);
	expect(await post(JSON.stringify({ id: '2', statusCode: '1' }), 'application/json')).toBe(200);
	expect(await post(JSON.stringify({ id: 3, statusCode: 2 }), 'application/json')).toBe(200);
	expect(await post(JSON.stringify({ surprise: [1] }), 'application/json')).toBe(200);
	expect(await items(id, 4)).toEqual([
		{ event: 'delivered', messageId: '1', to: '61491570158', status: 'delivered', statusText: 'Delivered', raw: { messageId: '1', status: 'Delivered', recipient: '61491570158' } },
		{ event: 'inbound', from: '61491570158', to: '61491571266', text: 'Grüße & more', raw: { from: '61491570158', to: '61491571266', text: 'Grüße & more' } },
		{ event: 'delivered', messageId: '2', status: 'delivered', raw: { id: 2, statusCode: 1 } },
		{ event: 'unknown', raw: { surprise: [1] } },
	]);
	await n8n.deactivateWorkflow(id);
});

test('"listen for test event" shows the next call', async () => {
	const id = await create('sms160Trigger', { events: ['inbound'] });
	const ended = await n8n.listenForTestEvent(id);
	expect((await fetch(`${await n8n.webhookUrl(id, 'Trigger', { test: true })}?sender=61491570158&message=Hi`)).status).toBe(200);
	expect((await ended()).json('After')).toEqual([expect.objectContaining({ event: 'inbound', text: 'Hi' })]);
});

test('the inbox: nothing old at first, then each message once, also over a restart; by hand the newest', async () => {
	const receive = (text: string) => sandbox.reply({ provider, from: '61491570158', to: sms160Senders.virtual, text });
	receive('old');
	const id = await create('sms160InboxTrigger', { pollTimes: everyMinute });
	expect(known(await n8n.runWorkflow(id)).json('After')).toEqual([
		{
			event: 'inbound',
			messageId: '300001',
			from: '61491570158',
			to: sms160Senders.virtual,
			text: 'old',
			receivedAt: expect.any(String),
			raw: expect.objectContaining({ message: 'old' }),
		},
	]);
	const polls = () => sandbox.log(provider).filter(({ path }) => path === '/v1/incoming').length;
	const before = polls();
	await n8n.activateWorkflow(id);
	await waitFor({}, 'the first poll', async () => await Promise.resolve(polls() > before || undefined));
	receive('one');
	receive('two');
	await restartN8n();
	expect((await items(id, 2)).map(({ text }) => text)).toEqual(['old', 'one', 'two']);
	await n8n.deactivateWorkflow(id);
});
