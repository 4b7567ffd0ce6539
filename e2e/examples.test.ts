/** The examples in a real n8n, put there as `npm start` does, beside a sandbox of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { australianNumbers, ordinaryAustralianNumbers } from '../sandbox/australianNumbers';
import { mobileMessageSenders } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import type { ImportedExample } from '../start/examples';
import { importExamples, readExamples } from '../start/examples';

const provider = 'mobile-message';
const examples = readExamples(join(__dirname, '..', 'examples'));

let n8n: N8nClient;
let sandbox: Sandbox;
const credentials: CredentialReference[] = [];
let imported: ImportedExample[] = [];

const idOf = (file: string): string => {
	const name = examples.find((example) => example.file === file)?.name;
	const found = imported.find((example) => example.name === name);
	if (!found) throw new Error(`${file} was not imported`);
	return found.id;
};

const sendRequests = () => sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/v1/messages');
/** Texts that a phone got, oldest first. */
const textsOn = (phone: string): string[] => sandbox.messages(provider).filter(({ to }) => to === phone).map(({ text }) => text);

beforeAll(async () => {
	sandbox = await startSandbox();
	sandbox.changeSettings({ deliverAfterMs: 50 });
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted) credentials.push(await n8n.createCredential(wanted.type, wanted.data, `${wanted.name} for examples`));
	}
	imported = await importExamples(n8n, examples, credentials);
});

afterAll(async () => {
	for (const { id } of imported) await n8n.deleteWorkflow(id);
	await sandbox.close();
});

afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

test('are all there after the import, those that run by themselves are active together, and a second import leaves them as they are', async () => {
	expect(imported.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]))).toEqual([]);
	const stored = new Map((await n8n.listWorkflows()).map(({ id, active }) => [id, active]));
	expect(imported.map(({ id }) => stored.get(id))).toEqual(examples.map(({ active }) => active));
	// n8n draws nodes of a type that it does not know with a question mark; it offers every one that is used here.
	const offered = new Set((await n8n.nodeTypes()).map(({ name }) => name));
	expect(examples.flatMap(({ nodes }) => nodes.map(({ type }) => type)).filter((type) => !offered.has(type))).toEqual([]);

	expect((await importExamples(n8n, examples, credentials)).map(({ id }) => id)).toEqual(imported.map(({ id }) => id));
});

test('bulk send: 250 rows leave in 3 requests, 4 are listed apart, and every delivery report is logged', async () => {
	const before = sendRequests().length;
	const run = await n8n.runWorkflow(idOf('bulk-send-from-a-table.json'));
	expect([run.status, run.error?.message]).toEqual(['success', undefined]);
	expect(sendRequests()).toHaveLength(before + 3);
	expect(run.json('Summary')).toEqual([{ rows: 250, sent: 246, refused: 4, credits: 246 }]);
	expect(run.json('Sent')[0]).toEqual({ name: 'Ava', phone: '61491572665', order: 'A-1001', status: 'queued', credits: 1, messageId: expect.any(String) });
	expect(run.json('Sent')).toHaveLength(246);
	expect(new Set(run.json('Sent').map(({ phone }) => phone)).size).toBe(246);
	expect(run.json('Refused').map(({ phone, reason }) => [phone, String(reason)])).toEqual([
		['ask reception', expect.stringContaining('"ask reception"')],
		['0491 57', expect.stringContaining('"0491 57"')],
		['0491 570 156', 'Invalid phone number format'],
		['0491 570 006', 'The recipient has unsubscribed and cannot receive messages.'],
	]);

	// A busy machine takes its time: n8n sets up an isolate for each of 246 calls.
	const rows = await waitFor({ timeout: 300_000 }, '246 rows of the log', async () => {
		const logged = await readLog();
		return logged.length >= 246 ? logged : undefined;
	});
	const sentIds = run.json('Sent').map(({ messageId }) => messageId);
	expect(rows.map(({ messageId }) => messageId).sort()).toEqual([...sentIds].sort());
	expect(rows.filter(({ status }) => status === 'failed').map(({ to }) => to)).toEqual([australianNumbers.fails]);
	expect(rows.filter(({ status }) => status === 'delivered')).toHaveLength(245);
	expect(rows[0]).toMatchObject({ text: expect.stringMatching(/^Hi .+ is ready/), reference: expect.any(String), receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
}, 360_000);

/** What the example for delivery reports has written. */
async function readLog(): Promise<Array<Record<string, unknown>>> {
	const table = node('n8n-nodes-base.dataTable', { resource: 'table', operation: 'list', returnAll: true, options: { filterName: 'SMS delivery reports' } }, { name: 'Table', typeVersion: 1.1 });
	const rows = node(
		'n8n-nodes-base.dataTable',
		{ resource: 'row', operation: 'get', dataTableId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, returnAll: true },
		{ name: 'Rows', typeVersion: 1.1 },
	);
	return (await n8n.runWorkflow(workflow('read the log', [manualTrigger(), table, rows]))).json('Rows');
}

test('preview: sends within the limit, and stops before anything is sent above it', async () => {
	const id = idOf('preview-before-sending.json');
	const run = await n8n.runWorkflow(id);
	expect(run.status).toBe('success');
	expect(run.json('Preview').map(({ to, reason }) => [to, reason === null])).toEqual([['61491571491', true], ['61491571804', true], ['61491572549', true], ['12345', false]]);
	expect(run.json('Send').map(({ accepted, segments }) => [accepted, segments])).toEqual([[true, 2], [true, 2], [true, 2]]);

	const before = sendRequests().length;
	const { nodes, connections } = await n8n.getWorkflow(id);
	const lower = JSON.parse(JSON.stringify(nodes).replace('"value":10,', '"value":5,')) as typeof nodes;
	expect(lower).not.toEqual(nodes);
	const stopped = await n8n.call('POST', '/workflows', { name: 'preview with a lower limit', nodes: lower, connections, settings: {}, active: false });
	const failed = await n8n.runWorkflow((stopped as { id: string }).id);
	expect([failed.status, failed.error?.message]).toEqual(['error', 'Nothing was sent: this would cost 6 credits, and the limit is 5.']);
	expect(sendRequests()).toHaveLength(before);
});

describe('reply auto-responder', () => {
	const [phone = '', other = ''] = ordinaryAustralianNumbers.slice(-2);
	const text = (from: string, words: string) => sandbox.reply({ provider, from, to: mobileMessageSenders.dedicated, text: words });

	test('answers each text on the phone that sent it, from the number that was texted', async () => {
		const answers: Array<[words: string, answer: string]> = [
			['When are you open? What are your Hours', 'We are open Monday to Friday from 9 am to 5 pm. See you soon!'],
			['yes!', 'Great, you are booked in. Text us again if anything changes.'],
			['Who am I talking to since yesterday?', 'Thanks for your message, a person will read it soon. Text HOURS for our opening hours.'],
		];
		for (const [index, [words, answer]] of answers.entries()) {
			text(phone, words);
			await waitFor({}, `an answer to "${words}"`, async () => textsOn(phone).length > index || undefined);
			expect(textsOn(phone)[index]).toBe(answer);
		}
		expect(sandbox.messages(provider).filter(({ to }) => to === phone).map(({ from }) => from)).toEqual(answers.map(() => mobileMessageSenders.dedicated));
	});

	test('never answers an opt-out', async () => {
		const id = idOf('reply-auto-responder.json');
		const before = new Set((await n8n.listExecutions(id)).map((execution) => execution.id));
		text(other, 'Stop, please');
		const run = await n8n.waitForNewExecution(id, before);
		expect([run.status, run.json('No answer').length]).toEqual(['success', 1]);
		text(other, 'STOP');
		await waitFor({}, 'the call about the opt-out', async () => sandbox.webhooks(provider).some(({ body }) => (body as JsonObject).type === 'unsubscribe') || undefined);
		await sleep(500);
		expect(textsOn(other)).toEqual([]);
		expect((await n8n.listExecutions(id)).filter((execution) => !before.has(execution.id))).toHaveLength(1);
	});

	test('stops answering a machine that answers every answer', async () => {
		text(australianNumbers.answersYes, 'YES');
		await waitFor({}, 'twenty answers', async () => textsOn(australianNumbers.answersYes).length >= 20 || undefined);
		await sleep(3000);
		expect(textsOn(australianNumbers.answersYes)).toHaveLength(20);
	});
});
