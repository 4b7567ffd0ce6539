import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';

import { openEditor } from '../real-n8n/browser';
import { installN8n, installPackage, packageFolder, packPackage } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential, storeCredential } from '../start/credentials';
import { importExamples, readExamples } from '../start/examples';

const pictures = join(packageFolder, 'docs', 'pictures');
const provider = 'mobile-message';
/** The first customer of the bulk example. */
const customer = '61491572665';

/**
 * `npm run pictures`: the README's pictures anew, from the packed package in a real n8n, with the sandbox and the virtual phone beside it.
 * Needs Chromium.
 */
async function main(): Promise<void> {
	const installed = await installN8n();
	const tarball = await packPackage();
	const userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-pictures-'));
	const sandbox = await startSandbox();
	let n8n: RunningN8n | undefined;
	try {
		await installPackage(userFolder, tarball);
		n8n = await startN8n({ userFolder, installed });
		await take(await connect(n8n.url), sandbox);
	} finally {
		await n8n?.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
		rmSync(dirname(tarball), { recursive: true, force: true });
	}
}

async function take(client: N8nClient, sandbox: Sandbox): Promise<void> {
	mkdirSync(pictures, { recursive: true });
	const simulated = sandbox.providers.find(({ name }) => name === provider);
	const wanted = simulated && sandboxCredential(simulated, sandbox.baseUrl(provider), readCredentialTypes(packageFolder));
	if (!wanted) throw new Error(`There is no credential for ${provider}`);
	const credential = await storeCredential(client, wanted);
	const examples = readExamples(join(packageFolder, 'examples')).filter(({ file }) => ['bulk-send-from-a-table.json', 'reply-auto-responder.json'].includes(file));
	const imported = await importExamples(client, examples, [credential], sandbox.url);
	const bulk = imported.find(({ name }) => name === 'Bulk send from a table');
	if (!bulk) throw new Error('The bulk example is gone');

	const { page, open, stop } = await openEditor(client, { width: 1360, height: 800 });
	try {
		await open(`/workflow/${bulk.id}`);
		await page.locator('[data-test-id="execute-workflow-button"]').first().click();
		await page.getByText(/executed successfully/i).first().waitFor();
		await page.getByText(/executed successfully/i).first().waitFor({ state: 'detached' });
		await page.keyboard.press('1');
		await save(page, 'editor.png');

		const first = await client.createWorkflow(
			workflow('First SMS', [
				manualTrigger(),
				node('mobileMessage', { resource: 'message', operation: 'send', to: '0491 571 491', message: 'Hi Jane, your order is ready.', options: {} }, { name: 'Send an SMS', credentials: credential }),
			]),
		);
		await page.setViewportSize({ width: 1280, height: 760 });
		await open(`/workflow/${first.id}`);
		await page.locator('[data-test-id="canvas-node"][data-node-name="Send an SMS"]').dblclick();
		await page.locator('[data-test-id="node-execute-button"]').first().click();
		await page.getByText('1 sent, 1 credit').first().waitFor();
		await page.getByText(/executed successfully/i).first().waitFor({ state: 'detached' });
		await save(page, 'first-sms.png');

		await talk(sandbox);
		await page.setViewportSize({ width: 860, height: 760 });
		await page.goto(`${sandbox.url}/#${provider}/${customer}`);
		await page.getByText('We are open Monday to Friday').last().waitFor();
		await save(page, 'phone.png');
	} finally {
		await stop();
	}
}

/** The customer asks something, and the auto-responder answers. */
async function talk(sandbox: Sandbox): Promise<void> {
	const texts = () => sandbox.messages(provider).filter(({ to }) => to === customer);
	await waitFor({}, 'the delivery', async () => await Promise.resolve(texts()[0]?.status === 'delivered' || undefined));
	const before = texts().length;
	sandbox.reply({ provider, from: customer, text: 'What are your hours on Friday?' });
	await waitFor({}, 'an answer', async () => await Promise.resolve(texts().length > before || undefined));
	await waitFor({}, 'its delivery', async () => await Promise.resolve(texts().at(-1)?.status === 'delivered' || undefined));
}

async function save(page: Page, name: string): Promise<void> {
	// What moves has come to rest: n8n's canvas glides to its place.
	await page.waitForTimeout(1500);
	const path = join(pictures, name);
	await page.screenshot({ path, animations: 'disabled' });
	process.stdout.write(`docs/pictures/${name}: ${(statSync(path).size / 1024).toFixed(0)} kB\n`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exitCode = 1;
});
