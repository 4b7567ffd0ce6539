/** Questions in queue mode: one worker asks, any of them goes on, and the answers come to a process that only takes calls. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installPackage } from '../real-n8n/install';
import { missingForQueueMode, startQueueMode, type QueueMode } from '../real-n8n/queue';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { details } from './running';
import type { CredentialReference, JsonObject, Step } from '../real-n8n/workflow';
import { node, noOperation, webhookTrigger, workflow } from '../real-n8n/workflow';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox, type Sandbox } from '../sandbox/server';

const missing = missingForQueueMode();
const describeWithQueue = missing.length === 0 ? describe : describe.skip;
const jane = '61491571491';

describeWithQueue(`questions in queue mode${missing.length === 0 ? '' : ` (needs the Debian packages ${missing.join(', ')})`}`, () => {
	let userFolder: string;
	let queue: QueueMode;
	let n8n: N8nClient;
	let sandbox: Sandbox;
	let bestSms: CredentialReference;
	let mobileMessage: CredentialReference;

	beforeAll(async () => {
		sandbox = await startSandbox();
		userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-queue-'));
		await installPackage(userFolder, details().tarball);
		queue = await startQueueMode({ userFolder, workers: 2, concurrency: 1, webhookProcess: true });
		n8n = await connect(queue.main.url);
		bestSms = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl('bestsms') });
		mobileMessage = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl('mobile-message') });
		sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' } }, 'bestsms');
	});

	afterAll(async () => {
		await queue.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	/** Starts so many executions through the webhook process, and waits until all wait. */
	async function ask(step: Step, count: number): Promise<string[]> {
		const { id } = await n8n.createWorkflow(workflow('ask', [webhookTrigger(), step, noOperation('After')]));
		await n8n.activateWorkflow(id);
		const url = new URL(await n8n.webhookUrl(id, 'Webhook'));
		url.port = String(queue.webhook?.port);
		for (let index = 0; index < count; index++) {
			const call = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ to: `6149157${1491 + index}` }) });
			expect(call.status).toBe(200);
		}
		return await waitFor({}, 'the questions', async () => {
			const all = await n8n.listExecutions(id);
			return all.length === count && all.every(({ status }) => status === 'waiting') ? all.map((each) => each.id).reverse() : undefined;
		});
	}

	const asking = (type: string, credentials: CredentialReference, parameters: JsonObject = {}): Step =>
		node(type, { resource: 'message', operation: 'sendAndWait', to: '={{ $json.body.to }}', message: 'Coming? Reply YES or NO.', options: {}, ...parameters }, { name: 'Ask', credentials });
	const approved = async (ids: string[]) => await Promise.all(ids.map(async (id) => ((await n8n.waitForExecution(id)).json('After')[0]?.['data'] as JsonObject | undefined)?.['approved']));

	test('replies to the message\'s own address', async () => {
		const ids = await ask(asking('bestSms', bestSms, { options: { confirmation: 'Thanks' } }), 4);
		for (const [index] of ids.entries()) sandbox.reply({ provider: 'bestsms', from: `6149157${1491 + index}`, text: index % 2 === 0 ? 'YES' : 'NO' });
		expect(await approved(ids)).toEqual([true, false, true, false]);
		// The process that took the call sends it, when it has answered.
		const thanked = () => sandbox.messages('bestsms').filter(({ text }) => text === 'Thanks').length;
		await waitFor({}, 'the confirmations', async () => await Promise.resolve(thanked() === 4 || undefined));
		for (const worker of queue.workers) expect(worker.logs()).toMatch(/Worker (started|finished) execution/);
	});

	test('replies that a trigger hands over', async () => {
		const listening = node('mobileMessageTrigger', { events: ['inbound'] }, { name: 'Trigger', credentials: mobileMessage, typeVersion: 2 });
		const { id: trigger } = await n8n.createWorkflow(workflow('trigger', [listening, noOperation('After')]));
		await n8n.activateWorkflow(trigger);
		const ids = await ask(asking('mobileMessage', mobileMessage, { sender: { __rl: true, mode: 'id', value: mobileMessageSenders.dedicated } }), 2);
		sandbox.reply({ provider: 'mobile-message', from: jane, text: 'maybe' });
		sandbox.reply({ provider: 'mobile-message', from: '61491571492', text: 'NO' });
		sandbox.reply({ provider: 'mobile-message', from: jane, text: 'YES' });
		expect(await approved(ids)).toEqual([true, false]);
		expect(await n8n.listExecutions(trigger)).toEqual([]);
	});

	test('a worker that asked is gone when the answer comes; the link', async () => {
		const ids = await ask(asking('bestSms', bestSms, { answerBy: 'link', message: 'OK?' }), 2);
		await queue.workers[0]?.restart();
		const links = sandbox.messages('bestsms').slice(-2).map(({ text }) => /http\S+$/.exec(text)?.[0] ?? '');
		expect(new URL(links[0] ?? '').port).toBe(String(queue.webhook?.port));
		for (const link of links) {
			expect((await fetch(link)).status).toBe(200);
			expect(await (await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })).text()).toContain('Your answer was received');
		}
		expect(await approved(ids)).toEqual([true, true]);
	});
});
