import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recipients } from '../bench/providers';
import { describeFigures, describeLoad, loads, runLoad } from '../bench/queue';
import { installN8n, installPackage, n8nLines } from '../real-n8n/install';
import { missingForQueueMode, startQueueMode, type QueueMode } from '../real-n8n/queue';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { details } from './running';
import { code, node, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import { startSandbox, type Sandbox } from '../sandbox/server';

/** The first run on a machine installs n8n. */
const INSTALLING_MS = 900_000;

const missing = missingForQueueMode();
const describeWithQueue = missing.length === 0 ? describe : describe.skip;

describeWithQueue(`queue mode${missing.length === 0 ? '' : ` (needs the Debian packages ${missing.join(', ')})`}`, () => {
	let userFolder: string;
	let queue: QueueMode;
	let n8n: N8nClient;
	let sandbox: Sandbox;

	beforeAll(async () => {
		sandbox = await startSandbox();
		userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-queue-'));
		await installPackage(userFolder, details().tarball);
		queue = await startQueueMode({ userFolder, workers: 2 });
		n8n = await connect(queue.main.url);
	});

	afterAll(async () => {
		await queue.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	test('both workers run executions, and a failed one can be retried there', async () => {
		const made = workflow('queued', [webhookTrigger(), ...setItems([{ a: 1 }]), code('await new Promise((resolve) => setTimeout(resolve, 300)); return $input.all()')]);
		const stored = await n8n.createWorkflow(made);
		await n8n.activateWorkflow(stored.id);
		const url = await n8n.webhookUrl(stored.id, 'Webhook');
		await Promise.all(Array.from({ length: 12 }, async () => await fetch(url, { method: 'POST' })));
		await waitFor({}, 'twelve executions', async () => (await n8n.listExecutions(stored.id)).filter(({ status }) => status === 'success').length === 12 || undefined);
		for (const worker of queue.workers) expect(worker.logs()).toMatch(/Worker (started|finished) execution/);

		const failing = workflow('queued and failing', [webhookTrigger(), node('n8n-nodes-base.stopAndError', { errorMessage: 'no' }, { name: 'Stop' })]);
		const failed = await n8n.runInProduction(failing);
		expect(failed.error?.message).toBe('no');
		expect((await n8n.retryExecution(failed.id, true)).error?.message).toBe('no');
	});

	describe('two workers that send for one account, without knowing of each other', () => {
		test.each(loads.map((load) => [describeLoad(load), load] as const))('%s: nobody lost, nobody twice', async (name, load) => {
			const { provider } = load;
			const credential = await n8n.createCredential(provider.credentialType, { ...provider.credential, baseUrl: sandbox.baseUrl(provider.name) });
			const figures = await runLoad(n8n, sandbox, credential, load);
			process.stdout.write(`${name}: ${describeFigures(figures)}; the limit allows ${(figures.leastMs / 1000).toFixed(1)} s\n`);
			expect(figures).toMatchObject({ messages: [], statuses: figures.statuses.map(() => 'success'), lost: 0, doubled: 0, accepted: load.runs * load.messages });
			// They give way to each other: fewer refusals than requests that came through.
			expect(figures.tooMany).toBeLessThan(figures.requests / 2);
			for (const worker of queue.workers) expect(worker.logs()).toMatch(/Worker (started|finished) execution/);
		}, 400_000);
	});
});

/** A run that a dead worker leaves behind: the newest n8n gives it up, the long-term one lets another worker begin the node anew. */
describe.each(n8nLines)('a worker that dies in the middle of its runs, n8n %s', (line) => {
	let userFolder: string;
	let queue: QueueMode;
	let n8n: N8nClient;
	let sandbox: Sandbox;

	beforeAll(async () => {
		sandbox = await startSandbox({ latencyMs: 50 });
		userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-queue-'));
		await installPackage(userFolder, details().tarball);
		// n8n sees within seconds instead of a minute that a worker is gone.
		const env = { QUEUE_WORKER_LOCK_DURATION: '4000', QUEUE_WORKER_LOCK_RENEW_TIME: '1000', QUEUE_WORKER_STALLED_INTERVAL: '2000', N8N_LOG_LEVEL: 'debug' };
		queue = await startQueueMode({ userFolder, workers: 2, env, installed: await installN8n(line) });
		n8n = await connect(queue.main.url);
	}, INSTALLING_MS);

	afterAll(async () => {
		await queue.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	test('nobody is texted twice, and n8n says what became of them', async () => {
		const [dying, other] = queue.workers;
		if (!dying || !other) throw new Error('Two workers were asked for');
		await other.stop();
		const ids = [];
		for (const { provider } of loads) {
			sandbox.changeSettings({ latencyMs: provider.name === 'sms160' ? 50 : 1_500 }, provider.name);
			const credential = await n8n.createCredential(provider.credentialType, { ...provider.credential, baseUrl: sandbox.baseUrl(provider.name) });
			const stored = await n8n.createWorkflow(workflow(provider.name, [webhookTrigger(), ...setItems(recipients(1_500)), node(provider.nodeType, provider.parameters, { name: 'Send', credentials: credential })]));
			await n8n.activateWorkflow(stored.id);
			await fetch(await n8n.webhookUrl(stored.id, 'Webhook'), { method: 'POST' });
			ids.push(await waitFor({}, 'the execution', async () => (await n8n.listExecutions(stored.id))[0]?.id));
		}
		await waitFor({}, 'the first messages', async () => await Promise.resolve(loads.every(({ provider }) => sandbox.messages(provider.name).length >= 300) || undefined));
		await dying.kill();
		const count = () => loads.map(({ provider }) => sandbox.messages(provider.name).length);
		console.log(count());
		const t = Date.now();
		await other.restart();
		console.log(Date.now() - t);
		for (const id of ids) {
			const ended = await n8n.waitForExecution(id);
			console.log(Date.now() - t, ended.status, ended.error, Object.keys(ended.runs), count());
		}
		for (const id of ids) {
			const retried = await n8n.retryExecution(id, true);
			console.log(retried.status, retried.error, count());
		}
		console.log(queue.main.logs().split('\n').filter((l) => /stall|crash|Problem/i.test(l)).slice(-20).join('\n'));
		console.log(other.logs().split('\n').filter((l) => /stall|crash|Problem|Worker/i.test(l)).slice(-20).join('\n'));
		for (const { provider } of loads) {
			const numbers = sandbox.messages(provider.name).map(({ to }) => to);
			console.log(provider.name, numbers.length, new Set(numbers).size);
		}
	}, 300_000);
});
