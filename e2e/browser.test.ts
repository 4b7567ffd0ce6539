import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import { manualTrigger, noOperation, workflow } from '../real-n8n/workflow';

const describeWithBrowser = findChromium() === undefined ? describe.skip : describe;

describeWithBrowser('the editor in a browser (needs Chromium)', () => {
	let n8n: N8nClient;
	let editor: Editor;

	beforeAll(async () => {
		n8n = await sharedN8n();
		editor = await openEditor(n8n);
	});

	afterAll(async () => {
		await editor.stop();
	});

	test('shows a workflow and runs it', async () => {
		const stored = await n8n.createWorkflow(workflow('in the browser', [manualTrigger([{ a: 1 }]), noOperation('After')]));
		await editor.open(`/workflow/${stored.id}`);
		await editor.page.getByText('After', { exact: true }).first().waitFor();
		await editor.page.locator('[data-test-id="execute-workflow-button"]').first().click();
		await editor.page.getByText(/executed successfully/i).first().waitFor();
		expect((await n8n.listExecutions(stored.id)).map(({ status }) => status)).toEqual(['success']);
	});
});
