/** Questions at the providers that bring answers in other ways: 160.com.au by callbacks, NusaSMS and UGSMS by the link alone. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Senders, sms160Username } from '../sandbox/sms160/account';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';

const jane = '61491571491';

let n8n: N8nClient;
let sandbox: Sandbox;
const credentials = new Map<string, CredentialReference>();
const active: string[] = [];
const servers: Server[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted) credentials.set(each.name, await n8n.createCredential(wanted.type, wanted.data));
	}
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id);
	for (const server of servers) {
		server.closeAllConnections();
		server.close();
	}
	await sandbox.close();
});

async function ask(type: string, provider: string, parameters: JsonObject): Promise<string> {
	const asking = node(type, { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming?', options: {}, ...parameters }, { name: 'Ask', credentials: credentials.get(provider) });
	const { id } = await n8n.createWorkflow(workflow('ask', [manualTrigger(), asking, noOperation('After')]));
	const execution = await n8n.startWorkflow(id);
	await waitFor({}, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error') throw new Error(String(error?.message));
		return status === 'waiting' || undefined;
	});
	return execution;
}
const answered = async (execution: string) => (await n8n.waitForExecution(execution)).json('After')[0];
const linkIn = (provider: string) => /http\S+$/.exec(sandbox.messages(provider).at(-1)?.text ?? '')?.[0] ?? '';
const tap = async (provider: string, answer: string) => await fetch(linkIn(provider), { method: 'POST', body: new URLSearchParams({ answer }) });

const virtual: JsonObject = { sendFrom: 'virtualNumber', virtualNumber: { __rl: true, mode: 'id', value: sms160Senders.virtual } };

test('160.com.au: the delivery comes to the message\'s own callback', async () => {
	sandbox.changeSettings({ deliverAfterMs: 2_000 }, 'sms160');
	expect(await answered(await ask('sms160', 'sms160', { responseType: 'delivery', sendFrom: 'registered' }))).toMatchObject({ status: 'delivered', data: { delivered: true } });
});

test('160.com.au: a reply to a virtual number reaches the trigger, which looks the question up; another one starts its workflow', async () => {
	sandbox.changeSettings({ deliverAfterMs: 20 }, 'sms160');
	const trigger = node('sms160Trigger', { events: ['inbound'], options: {} }, { name: 'Trigger', credentials: credentials.get('sms160'), typeVersion: 2 });
	const { id } = await n8n.createWorkflow(workflow('trigger', [trigger, noOperation('After')]));
	active.push(id);
	await n8n.activateWorkflow(id);
	const authorization = `Basic ${Buffer.from(`${sms160Username}:${sms160Password}`).toString('base64')}`;
	await fetch(`${sandbox.baseUrl('sms160')}/dashboard/virtual-numbers/${sms160Senders.virtual}`, {
		method: 'POST',
		headers: { authorization, 'content-type': 'application/json' },
		body: JSON.stringify({ callbackURL: await n8n.webhookUrl(id, 'Trigger') }),
	});
	await sleep(1_100);
	// Whoever may send with the account may write any callback; the trigger calls nobody but the executions of this n8n.
	const bodies: string[] = [];
	const foreign = createServer((request, response) => {
		request.setEncoding('utf8').on('data', (text: string) => bodies.push(text)).on('end', () => response.end('{"smsHubQuestion":"answered"}'));
	}).listen(0, '127.0.0.1');
	servers.push(foreign);
	await once(foreign, 'listening');
	const { port } = foreign.address() as AddressInfo;
	const signed = `?q=w0-abcdef&signature=${'ab'.repeat(32)}`;
	const made = [
		{ to: '61491572549', url: `http://127.0.0.1:${port}/webhook-waiting/1/node${signed}` },
		{ to: '61491572665', url: `${await n8n.webhookUrl(id, 'Trigger')}/..%2f..%2frest${signed}` },
	];
	const sending = { resource: 'message', operation: 'send', to: '={{ $json.to }}', message: 'Hi', sendFrom: 'registered', options: { callbackUrl: '={{ $json.url }}' } };
	expect((await n8n.runWorkflow(workflow('forge', [manualTrigger(made), node('sms160', sending, { credentials: credentials.get('sms160') })]))).status).toBe('success');
	const execution = await ask('sms160', 'sms160', { answerBy: 'reply', ...virtual });
	// Times are in whole seconds, and who answers in the second of the question may have written before it.
	await sleep(1_100);
	sandbox.reply({ provider: 'sms160', from: '61491571804', to: sms160Senders.virtual, text: 'YES' });
	sandbox.reply({ provider: 'sms160', from: jane, to: sms160Senders.virtual, text: 'what?' });
	// Calls that meet may pass each other.
	await waitFor({}, 'both calls', async () => await Promise.resolve(sandbox.webhooks('sms160').filter(({ type }) => type === 'inbound').length > 1 || undefined));
	sandbox.reply({ provider: 'sms160', from: jane, to: sms160Senders.virtual, text: 'YES' });
	expect(await answered(execution)).toMatchObject({ data: { approved: true, from: jane } });
	for (const { to } of made) sandbox.reply({ provider: 'sms160', from: to, to: sms160Senders.virtual, text: 'YES' });
	const started = await waitFor({}, 'those of strangers', async () => {
		const list = await n8n.listExecutions(id);
		return list.length > 2 ? list : undefined;
	});
	const from = (await Promise.all(started.map(async (each) => await n8n.waitForExecution(each.id)))).flatMap((each) => each.json('After').map((item) => item['from']));
	expect(from.sort()).toEqual(['61491571804', ...made.map(({ to }) => to)]);
	expect(bodies.join('\n')).not.toContain('smsHubHeard');
});

test('160.com.au: the link', async () => {
	const execution = await ask('sms160', 'sms160', { answerBy: 'link', sendFrom: 'registered' });
	await tap('sms160', 'yes');
	expect(await answered(execution)).toMatchObject({ data: { approved: true, answeredBy: 'link' } });
});

test.each([
	['NusaSMS, WhatsApp', 'nusaSms', 'nusasms', { resource: 'whatsApp', to: '0812 3456 7890', options: {} }],
	['UGSMS', 'ugSms', 'ugsms', { to: '0701 234 567', options: {} }],
])('%s: the link', async (_name, type, provider, parameters: JsonObject) => {
	const execution = await ask(type, provider, { answerBy: 'link', ...parameters });
	await tap(provider, 'no');
	expect(await answered(execution)).toMatchObject({ data: { approved: false, answeredBy: 'link' } });
});
