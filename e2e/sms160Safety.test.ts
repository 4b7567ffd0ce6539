/** A message that was accepted is never sent twice, one that was not is never lost, and never more than two requests a second: in a real n8n. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import { australianNumbers } from '../sandbox/australianNumbers';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Username } from '../sandbox/sms160/account';

const provider = 'sms160';
/** "looks right, but the provider calls it invalid" and names it. */
const invalid = `0${australianNumbers.invalid.slice(2)}`;
/** The provider refuses the request because of it, but does not name it. */
const unnamed = `0${australianNumbers.unsubscribed.slice(2)}`;

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox({ latencyMs: 5 });
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('sms160Api', { username: sms160Username, password: sms160Password, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
// A third request within a second is one.
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const table = (count: number, from = 100_000): JsonObject[] => Array.from({ length: count }, (_, index) => ({ row: index, phone: `0412 ${String(from + index)}`, name: `Name ${index}` }));
const digits = (row: JsonObject): string => `61${String(row['phone']).replace(/\D/g, '').slice(1)}`;

const send = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node(
		'sms160',
		{ resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', sendFrom: 'registered', options: {}, ...parameters },
		{ name: 'Send', credentials, ...options },
	);
const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

const sendRequests = () => sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/v1/messages');
const received = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of sandbox.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
	return counts;
};
const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [digits(row), 1]));

test('250 rows with bad ones among them: each request is taken whole, the bad rows are told one by one', async () => {
	const rows = table(250);
	for (const row of [10, 11, 120, 249]) rows[row] = { row, phone: invalid, name: `bad ${row}` };
	const run = await n8n.runWorkflow(workflow('250', [manualTrigger(rows), send()]));
	expect(run.status).toBe('success');
	// Three requests were refused because of named messages, and went again without them.
	expect(sendRequests().map(({ body }) => (body as { messages: unknown[] }).messages.length).sort((a, b) => b - a)).toEqual([100, 100, 99, 98, 50, 49]);
	const out = run.items('Send');
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
	expect(out.map(({ json }) => json['to'])).toEqual(rows.map(digits));
	expect(out.flatMap(({ json }, index) => (json['accepted'] === true ? [] : [[index, json['status'], json['reason']]]))).toEqual(
		[10, 11, 120, 249].map((index) => [index, 'failed', 'Recipient phone number is not valid']),
	);
	expect(sandbox.messages(provider)).toHaveLength(246);
});

test('a bad row that the provider does not name is found by halving, within the limit', async () => {
	const rows = table(100);
	rows[37] = { row: 37, phone: unnamed, name: 'opted out' };
	const run = await n8n.runWorkflow(workflow('halving', [manualTrigger(rows), send({ errorOutput: [noOperation('Refused')] }), noOperation('Sent')]));
	expect(run.status).toBe('success');
	expect(run.json('Sent')).toHaveLength(99);
	const reason = '160.com.au refused the request: A recipient has opted out';
	const refused = { to: australianNumbers.unsubscribed, text: 'Hi opted out', status: 'failed', accepted: false, reason, error: reason };
	expect(run.json('Refused')).toEqual([expect.objectContaining({ row: 37, phone: unnamed, name: 'opted out', ...refused })]);
	expect(sendRequests().length).toBeLessThanOrEqual(16);
	expect(received()).toEqual(eachOnce(rows.filter((_, index) => index !== 37)));
});

test('without balance the run stops at once; topped up, "Retry execution" sends only the rest', async () => {
	const rows = table(250);
	sandbox.changeSettings({ credits: 120 });
	const failed = await n8n.runInProduction(workflow('no balance', [webhookTrigger(), ...setItems(rows), send()]));
	expect(failed.status).toBe('error');
	expect(failed.error?.message).toMatch(/^160\.com\.au refused the request: Not enough balance \[item \d+( of \d+)?\]$/);
	expect(failed.error?.['description']).toContain('Top up your 160.com.au account');
	expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
	expect(sendRequests().length).toBeLessThanOrEqual(3);
	expect(sandbox.messages(provider)).toHaveLength(100);
	sandbox.changeSettings({ credits: 1000 });
	const again = await n8n.retryExecution(failed.id, false);
	expect(again.status).toBe('success');
	expect(received()).toEqual(eachOnce(rows));
});

test('two workflows at once share the two requests a second', async () => {
	const times: number[] = [];
	const started = Date.now();
	const one = await n8n.runWorkflow(workflow('1000', [manualTrigger(table(1000)), send()]));
	times.push(Date.now() - started);
	expect(one.json('Send').filter(({ accepted }) => accepted === true)).toHaveLength(1000);
	expect(sendRequests()).toHaveLength(10);

	const runs = await Promise.all([300_000, 400_000].map(async (from) => await n8n.runWorkflow(workflow(String(from), [manualTrigger(table(400, from)), send()]))));
	expect(runs.map(({ status }) => status)).toEqual(['success', 'success']);
	expect(sandbox.log(provider).filter(({ httpStatus }) => httpStatus === 429)).toEqual([]);
	expect(sandbox.messages(provider)).toHaveLength(1800);
	const at = sandbox.log(provider).map((entry) => Date.parse(entry.at));
	expect(at.filter((time, index) => index >= 2 && time - (at[index - 2] ?? 0) < 1000)).toEqual([]);
	process.stdout.write(`1,000 messages: node ${one.runs['Send']?.[0]?.executionTime ?? 0} ms, workflow ${times[0] ?? 0} ms\n`);
});

test('inside Loop Over Items every batch is sent once, also when one of them breaks off', async () => {
	const rows = table(20);
	sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', skip: 2, kind: 'reset-after' });
	const run = await n8n.runWorkflow(workflow('loop', [manualTrigger(rows), loopOverItems([send(retried)], { batchSize: 5 }), noOperation('Done')]));
	expect(run.status).toBe('success');
	expect(run.json('Done')).toHaveLength(20);
	expect(received()).toEqual(eachOnce(rows));
});

test('a bad number stops the run before anything is sent; a wrong secret is told after one request', async () => {
	const bad = await n8n.runWorkflow(workflow('bad row', [manualTrigger([...table(2), { row: 2, phone: '12', name: 'bad' }]), send()]));
	expect(bad.errorOf('Send')).toMatchObject({ message: 'To: "12" is too short to be a phone number [item 3 of 3]', description: expect.stringContaining('Nothing was sent.') });
	expect(sandbox.log(provider)).toEqual([]);

	const wrong = await n8n.createCredential('sms160Api', { username: sms160Username, password: 'not-the-secret', baseUrl: sandbox.baseUrl(provider) });
	const run = await n8n.runWorkflow(workflow('wrong secret', [manualTrigger(table(250)), send({ credentials: wrong, errorOutput: [noOperation('Refused')] }), noOperation('Sent')]));
	expect(run.json('Refused')).toHaveLength(250);
	expect(JSON.stringify(run.runs)).not.toContain('not-the-secret');
	// Two requests at once, each after a look at both lists.
	expect(sandbox.log(provider).length).toBeLessThanOrEqual(6);
	expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
	sandbox.reset();
});

test('as an AI tool, a model that calls it twice sends two messages', async () => {
	const model = await startChatModel([[{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello' } }], [{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello' } }], 'Done']);
	try {
		const chat = await n8n.createCredential('openAiApi', chatModelCredential(model));
		const tool = node(
			'sms160Tool',
			{ resource: 'message', operation: 'send', to: "={{ $fromAI('to') }}", message: "={{ $fromAI('text') }}", sendFrom: 'registered', options: {} },
			{ name: 'Send', credentials },
		);
		const run = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Text them', chat, [tool])]));
		expect(run.status).toBe('success');
		expect(sandbox.messages(provider).map(({ to, text }) => [to, text])).toEqual([['61412100000', 'Hello'], ['61412100000', 'Hello']]);
	} finally {
		await model.stop();
	}
});
