import { join } from 'node:path';
import { z } from 'zod/v3';

import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { becomes } from './becomes';
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
		await becomes(async () => (await n8n.listExecutions(stored.id)).map(({ status }) => status), ['success']);
	});
});

/** What is wrong with the notes of the open workflow, and where they lead to; it runs in the page. */
const lookAtNotes = `(() => {
	const notes = [...document.querySelectorAll('[data-test-id="sticky"]')];
	const boxes = (elements) => [...elements].map((element) => element.getBoundingClientRect());
	const nodes = boxes(document.querySelectorAll('[data-test-id="canvas-node"]'));
	const isOver = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
	const isCut = (note) => [...note.querySelectorAll('*')].some((part) => part.clientHeight > 0 && part.scrollHeight > part.clientHeight + 1);
	return {
		notes: notes.length,
		cut: notes.filter(isCut).map((note) => note.innerText.slice(0, 40)),
		covering: boxes(notes).filter((note) => nodes.some((node) => isOver(note, node))).length,
		links: notes.flatMap((note) => [...note.querySelectorAll('a')]).map((link) => link.getAttribute('href')),
	};
})()`;
const looked = z.object({ notes: z.number(), cut: z.array(z.string()), covering: z.number(), links: z.array(z.string()) });

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
			const look = async () => {
				const { notes, cut, covering, links } = looked.parse(await editor.page.evaluate(lookAtNotes));
				return [name, notes > 0, cut, covering, links.filter((link) => !link.startsWith('http://127.0.0.1:4999/#'))];
			};
			await becomes(look, [name, true, [], 0, []]);
		}
	});
});
