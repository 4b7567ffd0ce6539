/** A person without code, from an empty workflow to the first SMS: every click is counted. */
import type { Locator } from 'playwright-core';

import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { becomes } from './becomes';
import { sharedN8n } from './running';
import { mobileMessagePassword, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox, type Sandbox } from '../sandbox/server';

const provider = 'mobile-message';
const describeWithBrowser = findChromium() === undefined ? describe.skip : describe;

describeWithBrowser('the first SMS (needs Chromium)', () => {
	let n8n: N8nClient;
	let sandbox: Sandbox;
	let editor: Editor;

	beforeAll(async () => {
		sandbox = await startSandbox();
		n8n = await sharedN8n();
		// Whoever begins has none.
		for (const credential of await n8n.listCredentials()) if (credential.type === 'mobileMessageApi') await n8n.deleteCredential(credential);
		editor = await openEditor(n8n, { width: 1280, height: 800 });
	});
	afterAll(async () => {
		await editor.stop();
		await sandbox.close();
	});

	test('takes eleven clicks and no scrolling, the credential included', async () => {
		const { page } = editor;
		const clicked: string[] = [];
		const click = async (what: string, target: Locator): Promise<void> => {
			await target.waitFor();
			// Nothing that is wanted next is out of view.
			await becomes(async () => {
				const box = await target.boundingBox();
				return box !== null && box.y >= 0 && box.y + box.height <= 800;
			}, true);
			await target.click();
			clicked.push(what);
		};
		/** n8n takes over what is typed a moment later; people are slower than that. */
		const type = async (text: string): Promise<void> => {
			await page.keyboard.type(text);
			await page.waitForTimeout(1_000);
		};
		const byId = (id: string): Locator => page.locator(`[data-test-id="${id}"]`).first();
		const field = (name: string): Locator => page.locator(`[data-test-id="parameter-input-${name}"]`).locator('input, textarea').first();

		await page.goto(`${n8n.url}/workflow/new`, { waitUntil: 'domcontentloaded' });
		await click('Add first step', page.locator('[data-test-id="canvas-add-button"], [data-test-id="canvas-plus-button"]').first());
		await byId('node-creator-search-bar').waitFor();
		await becomes(async () => await byId('node-creator-search-bar').evaluate((input) => input === (globalThis as unknown as { document: { activeElement: unknown } }).document.activeElement), true);
		await type('send sms');
		const entries = page.locator('[data-test-id="item-iterator-item"]');
		await click('Mobile Message', entries.filter({ hasText: 'Mobile Message' }).first());
		// n8n shows an empty workflow the triggers first.
		await click('Actions', page.getByText(/^Actions \(\d+\)/).first());
		await click('Send an SMS', entries.filter({ hasText: /^\s*Send an SMS\s*$/ }).first());
		await click('Connect to Mobile Message', page.getByText('Connect to Mobile Message', { exact: true }).first());
		// The sandbox in place of the provider, which nobody has to fill in.
		await field('baseUrl').waitFor();
		await field('baseUrl').fill(sandbox.baseUrl(provider));
		await click('API Username', field('username'));
		await type(mobileMessageUsername);
		await click('API Password', field('password'));
		await type(mobileMessagePassword);
		await click('Save', byId('credential-save-button'));
		await page.locator('.el-dialog:visible').first().waitFor({ state: 'hidden' });
		await click('To', field('to'));
		await type('0491 571 491');
		await click('Message', field('message'));
		await type('Hello from n8n');
		await click('Execute step', byId('node-execute-button'));

		await page.locator('[data-test-id="output-panel"]').getByText('1 sent, 1 credit').first().waitFor();
		expect(sandbox.messages(provider).map(({ to, text }) => [to, text])).toEqual([['61491571491', 'Hello from n8n']]);
		expect(clicked).toEqual(['Add first step', 'Mobile Message', 'Actions', 'Send an SMS', 'Connect to Mobile Message', 'API Username', 'API Password', 'Save', 'To', 'Message', 'Execute step']);
	});
});
