import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recipients } from '../bench/providers';
import { describeFigures, describeLoad, loads, runLoad, type Load } from '../bench/queue';
import { installN8n, installPackage, n8nLines } from '../real-n8n/install';
import { missingForQueueMode, startQueueMode, type QueueMode } from '../real-n8n/queue';
import type { RunningN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { details } from './running';
import { code, node, setItems, webhookTrigger, workflow, type CredentialReference, type JsonObject, type Step } from '../real-n8n/workflow';
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
			const figures = await runLoad({ client: n8n, workers: queue.workers, sandbox, credential }, load);
			process.stdout.write(`${name}: ${describeFigures(figures)}; the limit allows ${(figures.leastMs / 1000).toFixed(1)} s\n`);
			expect(figures).toMatchObject({ messages: [], statuses: figures.statuses.map(() => 'success'), lost: 0, doubled: 0, accepted: load.runs * load.messages });
			// They give way to each other: fewer refusals than requests that came through.
			expect(figures.tooMany).toBeLessThan(figures.requests / 2);
			for (const worker of queue.workers) expect(worker.logs()).toMatch(/Worker (started|finished) execution/);
		}, 400_000);
	});
});

/** What a dead worker leaves behind: the newest n8n gives its executions up, the long-term one lets another worker begin them anew. */
describe.each(missing.length === 0 ? n8nLines : [])('workers that die in the middle of a send, n8n %s', (line) => {
	const messages = 1_500;
	let userFolder: string;
	let queue: QueueMode;
	let n8n: N8nClient;
	let sandbox: Sandbox;
	const credentials = new Map<string, CredentialReference>();

	beforeAll(async () => {
		sandbox = await startSandbox({ latencyMs: 50 });
		userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-queue-'));
		await installPackage(userFolder, details().tarball);
		// One execution for each worker, so that they can be told apart; and while a dead one comes back, the others leave its execution alone.
		const env = { QUEUE_WORKER_LOCK_DURATION: '600000' };
		queue = await startQueueMode({ userFolder, workers: 3, concurrency: 1, env, installed: await installN8n(line) });
		n8n = await connect(queue.main.url);
		for (const { provider } of loads) {
			credentials.set(provider.name, await n8n.createCredential(provider.credentialType, { ...provider.credential, baseUrl: sandbox.baseUrl(provider.name) }));
		}
	}, INSTALLING_MS);

	afterAll(async () => {
		await queue.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	const stepsOf = ({ provider }: Load, options: JsonObject = {}): Step[] => [
		webhookTrigger(),
		...setItems(recipients(messages)),
		node(provider.nodeType, { ...provider.parameters, options }, { name: 'Send', credentials: credentials.get(provider.name) }),
	];
	const textedTwice = ({ provider }: Load): string[] => {
		const numbers = sandbox.messages(provider.name).map(({ to }) => to);
		return numbers.filter((number, index) => numbers.indexOf(number) !== index);
	};
	const sent = ({ provider }: Load): number => sandbox.messages(provider.name).length;

	interface Begun {
		load: Load;
		id: string;
		workflowId: string;
		/** The worker that it died with. */
		worker: RunningN8n;
	}

	/** Begins a send at each provider, waits until some messages were accepted, and kills the workers that are at it. */
	async function beginAndKill(given: Load[]): Promise<Begun[]> {
		sandbox.reset();
		// Long enough that a run is still under way when it is killed; 160.com.au's own limit does the same.
		sandbox.changeSettings({ latencyMs: 1_000 }, 'mobile-message');
		const begun: Begun[] = [];
		for (const load of given) {
			const { id: workflowId } = await n8n.createWorkflow(workflow(load.provider.name, stepsOf(load)));
			await n8n.activateWorkflow(workflowId);
			await fetch(await n8n.webhookUrl(workflowId, 'Webhook'), { method: 'POST' });
			const id = await waitFor({}, 'the execution', async () => (await n8n.listExecutions(workflowId))[0]?.id);
			const worker = await waitFor({}, 'the worker', async () => await Promise.resolve(queue.workers.find((each) => each.logs().includes(`Worker started execution ${id} `))));
			begun.push({ load, id, workflowId, worker });
		}
		await waitFor({}, 'the first messages', async () => await Promise.resolve(given.every((load) => sent(load) >= 400) || undefined));
		await Promise.all(begun.map(async ({ worker }) => await worker.kill()));
		for (const load of given) expect(sent(load)).toBeLessThan(messages);
		return begun;
	}

	test.each(loads.map((load) => [load.provider.title, load] as const))(
		'%s: the worker comes back, n8n calls the execution crashed, and a retry finds what was sent',
		async (_title, load) => {
			const [begun] = await beginAndKill([load]);
			if (begun === undefined) throw new Error('Nothing was begun');
			const { id, workflowId, worker } = begun;
			await worker.restart();
			expect(await n8n.waitForExecution(id)).toMatchObject({ status: 'crashed', error: { message: 'Workflow did not finish, possible out-of-memory issue' } });

			// Requests that were under way when the worker died may have arrived after it.
			const before = sent(load);
			const stopped = await n8n.retryExecution(id, true);
			expect(stopped.status).toBe('error');
			expect(stopped.error?.message).toContain(`${before} of ${messages} messages of this run seem to have been sent already`);
			expect(stopped.error?.['description']).toContain('When a Retry Finds Earlier Sends');
			expect(sent(load)).toBe(before);

			const { nodes, connections } = workflow(load.provider.name, stepsOf(load, { earlierSends: 'skip' }));
			await n8n.updateWorkflow(workflowId, { nodes, connections });
			const retried = await n8n.retryExecution(id, true);
			expect(retried.error?.message).toBeUndefined();
			expect(retried.json('Send')).toHaveLength(messages);
			expect([sent(load), textedTwice(load)]).toEqual([messages, []]);
		},
		400_000,
	);

	const isCurrent = line === 'current';
	// n8n 1.x begins the run anew within the same execution, so that a node cannot know of the first one. Mobile Message drops
	// the repeats by their keys; 160.com.au has none. QUEUE_WORKER_MAX_STALLED_COUNT=0 gives n8n 1.x the manners of 2.x.
	const left = isCurrent ? loads : loads.filter(({ provider }) => provider.name === 'mobile-message');

	test(`others are there: n8n ${isCurrent ? 'gives the executions up, and a retry sends nothing' : 'begins the run anew, and its repeats are dropped'}`, async () => {
		// Within seconds, the others see that a worker is gone.
		const soon = { QUEUE_WORKER_LOCK_DURATION: '4000', QUEUE_WORKER_LOCK_RENEW_TIME: '1000', QUEUE_WORKER_STALLED_INTERVAL: '2000' };
		await Promise.all(queue.workers.map(async (worker) => await worker.restart(soon)));
		for (const { load, id } of await beginAndKill(left)) {
			const ended = await n8n.waitForExecution(id);
			expect(textedTwice(load)).toEqual([]);
			if (isCurrent) {
				expect(ended).toMatchObject({ status: 'error', error: { message: expect.stringContaining('This execution failed to be processed too many times') } });
				const before = sent(load);
				expect((await n8n.retryExecution(id, true)).status).toBe('error');
				expect(sent(load)).toBe(before);
			} else {
				expect(ended).toMatchObject({ status: 'success', error: undefined });
				expect(ended.json('Send').map(({ accepted }) => accepted)).toEqual(Array.from({ length: messages }, () => true));
				expect(sent(load)).toBe(messages);
			}
		}
	}, 400_000);
});
