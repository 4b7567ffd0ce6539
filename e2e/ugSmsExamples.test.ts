/** The low-balance alarm in a real n8n, put there as `npm start` does. */
import { join } from 'node:path';

import type { N8nClient } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import { importExamples, readExamples } from '../start/examples';

const examples = readExamples(join(__dirname, '..', 'examples')).filter(({ file }) => file === 'low-balance-alarm.json');
const phone = '61491571491';

let n8n: N8nClient;
let sandbox: Sandbox;
const credentials: CredentialReference[] = [];
let id = '';

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted) credentials.push(await n8n.createCredential(wanted.type, wanted.data, `${wanted.name} for the alarm`));
	}
	[{ id } = { id: '' }] = await importExamples(n8n, examples, credentials);
});

afterAll(async () => {
	await n8n.deleteWorkflow(id);
	await sandbox.close();
});

beforeEach(() => sandbox.reset());

const texts = () => sandbox.messages('sms160').map(({ to, text }) => [to, text]);

async function run() {
	const execution = await n8n.runWorkflow(id);
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	// Each provider's row comes in a run of its own.
	return (node: string, output = 0) => (execution.runs[node] ?? []).flatMap((_, index) => execution.json(node, { output, run: index }));
}

test('asks every provider, and texts about the one that is low', async () => {
	const rows = await run();
	expect(rows('Balance')).toEqual([
		{ provider: 'Mobile Message', balance: 100_000, limit: 500, reason: '' },
		{ provider: '160.com.au', balance: 100_000, limit: 50, reason: '' },
		{ provider: 'NusaSMS', balance: 100_000, limit: 500, reason: '' },
		{ provider: 'UGSMS', balance: 100_000, limit: 150_000, reason: '' },
	]);
	expect(rows('Enough').map(({ provider }) => provider)).toEqual(['Mobile Message', '160.com.au', 'NusaSMS']);
	expect(texts()).toEqual([[phone, 'Low balance: UGSMS has 100000 left, the limit is 150000.']]);
	expect(sandbox.violations()).toEqual([]);
});

test('nobody is texted while there is enough', async () => {
	sandbox.changeSettings({ credits: 200_000 }, 'ugsms');
	const rows = await run();
	expect(rows('Enough')).toHaveLength(4);
	expect(texts()).toEqual([]);
	expect(sandbox.violations()).toEqual([]);
});

test('an account that cannot be asked is an alarm, too, and the others are asked all the same', async () => {
	sandbox.changeSettings({ credits: 200_000 }, 'ugsms');
	sandbox.addFault({ provider: 'mobile-message', kind: 'error-before', httpStatus: 403, message: 'Account closed' });
	sandbox.changeSettings({ credits: 20 }, 'sms160');
	const rows = await run();
	expect(rows('Enough').map(({ provider }) => provider)).toEqual(['NusaSMS', 'UGSMS']);
	expect(texts()).toEqual([
		[phone, 'The balance at Mobile Message is not known: Mobile Message refused the request: Account closed'],
		// The text about Mobile Message cost one.
		[phone, 'Low balance: 160.com.au has 19 left, the limit is 50.'],
	]);
});

test('a provider that has no limit yet is told, too', async () => {
	const stored = await n8n.getWorkflow(id);
	const limits = stored.nodes.find(({ name }) => name === 'Limits');
	if (!limits) throw new Error('There are no limits');
	limits.parameters['jsonOutput'] = JSON.stringify({ 'Mobile Message': 500, '160.com.au': 50, NusaSMS: 500 });
	await n8n.call('PATCH', `/workflows/${id}`, { nodes: stored.nodes });
	await run();
	expect(texts()).toEqual([[phone, 'The balance at UGSMS is not known: Limits has no line with the name of this node.']]);
});
