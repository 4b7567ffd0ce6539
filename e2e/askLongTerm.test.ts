/** A question in the long-term release of n8n. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installN8n, installPackage } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { manualTrigger, node, noOperation, workflow, type CredentialReference, type JsonObject } from '../real-n8n/workflow';
import { details } from './running';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import { startSandbox, type Sandbox } from '../sandbox/server';

/** The first run on a machine installs n8n. */
const INSTALLING_MS = 900_000;
const provider = 'bestsms';
const jane = '61491571491';

let running: RunningN8n;
let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
let userFolder: string;

beforeAll(async () => {
	sandbox = await startSandbox();
	userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-long-term-'));
	await installPackage(userFolder, details().tarball);
	running = await startN8n({ userFolder, installed: await installN8n('longTerm'), env: { DB_SQLITE_POOL_SIZE: '3' } });
	n8n = await connect(running.url);
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl(provider) });
	sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' } }, provider);
}, INSTALLING_MS);
afterAll(async () => {
	await running.stop();
	await sandbox.close();
	rmSync(userFolder, { recursive: true, force: true });
});

async function ask(parameters: JsonObject = {}): Promise<string> {
	const asking = node('bestSms', { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming? Reply YES or NO.', options: {}, ...parameters }, { name: 'Ask', credentials });
	const { id } = await n8n.createWorkflow(workflow('ask', [manualTrigger(), asking, noOperation('After')]));
	const execution = await n8n.startWorkflow(id);
	await waitFor({}, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error') throw new Error(String(error?.message));
		return status === 'waiting' || undefined;
	});
	return execution;
}

test('a reply, and a forged one', async () => {
	const execution = await ask();
	const sent = sandbox.log(provider).find(({ path }) => path.endsWith('/send/sms'))?.body as { MessageData: { WebhookCallbackURL: string } };
	const address = new URL(sent.MessageData.WebhookCallbackURL);
	const body = JSON.stringify({ Sender: bestSmsWebhookSender, APIKey: bestSmsWebhookKey, Type: 'SMSReply', Destination: `+${jane}`, Message: 'YES' });
	const wrong = new URL(address);
	wrong.searchParams.set('signature', 'ab'.repeat(32));
	expect((await fetch(wrong, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(401);
	sandbox.reply({ provider, from: jane, text: 'maybe' });
	sandbox.reply({ provider, from: jane, text: 'yes' });
	expect((await n8n.waitForExecution(execution)).json('After')[0]).toMatchObject({ data: { approved: true, text: 'yes' }, to: `+${jane}` });
});

test('two answers in one moment', async () => {
	const taken = () => sandbox.webhooks(provider).filter(({ type }) => type === 'SMSReply').length;
	const before = taken();
	const execution = await ask({ to: `${jane}, 61491571804` });
	for (const from of [jane, '61491571804']) sandbox.reply({ provider, from, text: 'YES' });
	await waitFor({}, 'both calls', async () => await Promise.resolve(taken() >= before + 2 || undefined));
	expect((await n8n.waitForExecution(execution)).runs['After']).toHaveLength(1);
});

test('a link', async () => {
	const execution = await ask({ answerBy: 'link' });
	const link = /http\S+$/.exec(sandbox.messages(provider).at(-1)?.text ?? '')?.[0] ?? '';
	expect(await (await fetch(link)).text()).toContain('<button');
	await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'no' }) });
	expect((await n8n.waitForExecution(execution)).json('After')[0]).toMatchObject({ data: { approved: false, answeredBy: 'link' } });
});
