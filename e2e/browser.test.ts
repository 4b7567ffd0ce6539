import { join } from 'node:path';

import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import { manualTrigger, noOperation, workflow } from '../real-n8n/workflow';
import type { ImportedExample } from '../start/examples';
import { importExamples, readExamples } from '../start/examples';

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

describeWithBrowser('the notes of the examples (need Chromium)', () => {
	let n8n: N8nClient;
	let editor: Editor;
	let imported: ImportedExample[] = [];

	beforeAll(async () => {
		n8n = await sharedN8n();
		const examples = readExamples(join(__dirname, '..', 'examples')).map((example) => ({ ...example, name: `${example.name} (its notes)`, active: false }));
		imported = await importExamples(n8n, examples, [], 'http://127.0.0.1:4999');
		editor = await openEditor(n8n, { width: 1600, height: 1000 });
	});

	afterAll(async () => {
		await editor.stop();
		for (const { id } of imported) await n8n.deleteWorkflow(id);
	});

	test('are not cut, lead to the virtual phone that runs and nowhere else, and cover no node', async () => {
		for (const { id, name } of imported) {
			await editor.open(`/workflow/${id}`);
			const notes = editor.page.locator('[data-test-id="sticky"]');
			await notes.first().waitFor();
			const cut = await notes.evaluateAll((all) =>
				all.filter((note) => [...note.querySelectorAll('*')].some((part) => part.clientHeight > 0 && part.scrollHeight > part.clientHeight + 1)).map((note) => note.textContent.slice(0, 40)),
			);
			const links = await notes.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
			const covered = await editor.page.evaluate(() => {
				const boxes = (selector: string) => [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect());
				const nodes = boxes('[data-test-id="canvas-node"]');
				return boxes('[data-test-id="sticky"]').filter((note) => nodes.some((node) => node.left < note.right && node.right > note.left && node.top < note.bottom && node.bottom > note.top)).length;
			});
			expect([name, cut, links.filter((link) => !link.startsWith('http://127.0.0.1:4999/#')), covered]).toEqual([name, [], [], 0]);
		}
	});
});
