/** The examples for BestSMS in a real n8n, put there as `npm start` does. */
import { join } from 'node:path';

import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import type { ImportedExample } from '../start/examples';
import { importExamples, readExamples } from '../start/examples';

const provider = 'bestsms';
const files = ['appointment-reminder.json', 'failed-messages-once-more.json'];
const examples = readExamples(join(__dirname, '..', 'examples')).filter(({ file }) => files.includes(file));

let n8n: N8nClient;
let sandbox: Sandbox;
let imported: ImportedExample[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	sandbox.changeSettings({ deliverAfterMs: 50 });
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	const credentials: CredentialReference[] = [];
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted?.type === 'bestSmsApi') credentials.push(await n8n.createCredential(wanted.type, wanted.data, `${wanted.name} for its examples`));
	}
	imported = await importExamples(n8n, examples, credentials);
});

afterAll(async () => {
	for (const { id } of imported) await n8n.deleteWorkflow(id);
	await sandbox.close();
});

afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const idOf = (file: string): string => {
	const name = examples.find((example) => example.file === file)?.name;
	return imported.find((example) => example.name === name)?.id ?? '';
};

test('reminders leave in one request, and the answers are written back into the rows of the table', async () => {
	expect(imported.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]))).toEqual([]);
	await waitFor({}, 'the first look at the inbox', async () => await Promise.resolve(sandbox.log(provider).some(({ path }) => path.endsWith('/get/sms/received')) || undefined));
	const run = await n8n.runWorkflow(idOf('appointment-reminder.json'));
	expect([run.status, run.error?.message]).toEqual(['success', undefined]);
	expect(sandbox.log(provider).filter(({ path }) => path.endsWith('/send/sms'))).toHaveLength(1);
	expect(sandbox.messages(provider).map(({ text }) => text)).toEqual([
		'Hi Ava, see you on Monday 9:00 am. Reply Y to confirm or N to cancel.',
		'Hi Noah, see you on Monday 9:30 am. Reply Y to confirm or N to cancel.',
		'Hi Zoë, see you on Monday 10:00 am. Reply Y to confirm or N to cancel.',
	]);
	sandbox.reply({ provider, from: '61491571491', text: ' n' });
	sandbox.reply({ provider, from: '61491578888', text: 'Who are you?' });

	const read = async () => {
		const table = node('n8n-nodes-base.dataTable', { resource: 'table', operation: 'list', returnAll: true, options: { filterName: 'Appointments' } }, { name: 'Table', typeVersion: 1.1 });
		const dataTableId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const rows = node('n8n-nodes-base.dataTable', { resource: 'row', operation: 'get', dataTableId, returnAll: true }, { name: 'Rows', typeVersion: 1.1 });
		const run = await n8n.runWorkflow(workflow('read the table', [manualTrigger(), table, rows]));
		return run.json('Rows').map(({ name, phone, appointment, answer }) => [name, phone, appointment, answer]);
	};
	const answered = await waitFor({ timeout: 130_000 }, 'both answers', async () => {
		const rows = await read();
		return rows.filter(([, , , answer]) => answer !== 'no answer yet').length >= 2 ? rows : undefined;
	});
	expect(answered).toEqual([
		['Ava', '+61491570158', 'Monday 9:00 am', 'confirmed'],
		['Noah', '+61491571491', 'Monday 9:30 am', 'cancelled'],
		['Zoë', '+61491572549', 'Monday 10:00 am', 'no answer yet'],
	]);
	// Reminded again, each person still has one row.
	await n8n.runWorkflow(idOf('appointment-reminder.json'));
	expect((await read()).map(([name, , , answer]) => [name, answer])).toEqual([['Ava', 'no answer yet'], ['Noah', 'no answer yet'], ['Zoë', 'no answer yet']]);
});

test('what does not arrive is tried once more, and then listed', async () => {
	const run = await n8n.runWorkflow(idOf('failed-messages-once-more.json'));
	expect([run.status, run.error?.message]).toEqual(['success', undefined]);
	expect(run.json('Delivered').map(({ status }) => status)).toEqual(['delivered', 'delivered']);
	expect(run.json('Resubmit').map(({ resubmitted }) => resubmitted)).toEqual([true, true]);
	expect(run.json('Not reached').map(({ name, phone, status }) => [name, phone, status])).toEqual([['Mia', '0491 570 157', 'Completed'], ['Jack', '0491 570 006', 'Completed']]);
	expect(sandbox.log(provider).filter(({ path }) => path.includes('/set/resubmit/'))).toHaveLength(2);
});
