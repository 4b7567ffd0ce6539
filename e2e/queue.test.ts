import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installPackage } from '../real-n8n/install';
import { missingForQueueMode, startQueueMode, type QueueMode } from '../real-n8n/queue';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { details } from './running';
import { code, node, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';

const missing = missingForQueueMode();
const describeWithQueue = missing.length === 0 ? describe : describe.skip;

describeWithQueue(`queue mode${missing.length === 0 ? '' : ` (needs the Debian packages ${missing.join(', ')})`}`, () => {
	let userFolder: string;
	let queue: QueueMode;
	let n8n: N8nClient;

	beforeAll(async () => {
		userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-queue-'));
		await installPackage(userFolder, details().tarball);
		queue = await startQueueMode({ userFolder, workers: 2 });
		n8n = await connect(queue.main.url);
	});

	afterAll(async () => {
		await queue.stop();
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
});
