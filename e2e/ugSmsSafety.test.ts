/** UGSMS cannot be asked what it took: what may have been sent is never sent again, what was not is sent, and never more than 60 requests a minute. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { ugApiKey } from '../sandbox/ugsms/account';
import { localForm, ugandanNumbers } from '../sandbox/ugsms/ugandanNumbers';

const provider = 'ugsms';
const invalid = localForm(ugandanNumbers.invalid);

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
let count = 0;

beforeAll(async () => {
	sandbox = await startSandbox({ latencyMs: 5 });
	n8n = await sharedN8n();
});
beforeEach(async () => {
	sandbox.reset();
	// The node counts the requests of a minute per Base URL as it is written; the sandbox has just forgotten them.
	const baseUrl = `${sandbox.baseUrl(provider)}${'/'.repeat(count++)}`;
	credentials = await n8n.createCredential('ugSmsApi', { authentication: 'apiKey', apiKey: ugApiKey, baseUrl });
});
afterAll(async () => await sandbox.close());
// A 61st request within a minute is one.
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const table = (length: number): JsonObject[] =>
	Array.from({ length }, (_, row) => {
		const digits = String(100_000 + row);
		return { row, phone: `0701 ${digits.slice(0, 3)} ${digits.slice(3)}`, name: `Name ${row}` };
	});
const local = (row: JsonObject): string => String(row['phone']).replace(/\D/g, '');

const send = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node('ugSms', { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: 'Sale today', options: {}, ...parameters }, { name: 'Send', credentials, ...options });
const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

const sendRequests = () => sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/api/v2/sms/send');
const sizes = () => sendRequests().map(({ body }) => (body as { numbers: string }).numbers.split(',').length);
const received = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of sandbox.messages(provider)) counts[localForm(to)] = (counts[localForm(to)] ?? 0) + 1;
	return counts;
};
const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [local(row), 1]));
const states = (run: Execution): unknown[] => run.json('Send').map(({ accepted }) => accepted);

test('250 rows with one text leave in three requests; bad ones are found by halving and told one by one', async () => {
	const rows = table(250);
	for (const row of [10, 120]) rows[row] = { row, phone: invalid, name: 'bad' };
	const run = await n8n.runWorkflow(workflow('250', [manualTrigger(rows), send()]));
	expect(run.status).toBe('success');
	const out = run.items('Send');
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
	expect(out.map(({ json }) => json['to'])).toEqual(rows.map(local));
	const refused = out.flatMap(({ json }, index) => (json['accepted'] === true ? [] : [[index, json['status'], json['reason']]]));
	expect(refused).toEqual([10, 120].map((index) => [index, 'failed', 'UGSMS refused the request: Invalid phone number format.']));
	expect(received()).toEqual(eachOnce(rows.filter(({ phone }) => phone !== invalid)));
	expect(sizes().slice(0, 3).sort((a, b) => b - a)).toEqual([100, 100, 50]);
	expect(sizes().length).toBeLessThanOrEqual(31);
});

describe('a fault on the second of three requests', () => {
	const rows = table(250);
	const run = async (fault: Parameters<Sandbox['addFault']>[0], step: Step) => {
		sandbox.addFault({ method: 'POST', path: '/api/v2/sms/send', skip: 1, ...fault });
		return await n8n.runWorkflow(workflow('fault', [manualTrigger(rows), step]));
	};

	test.each([
		['429', { kind: '429', retryAfter: 1 }],
		['HTTP 429 without a word on how long', { kind: '429' }],
	] as const)('%s: nothing was taken, so it goes again', async (_name, fault) => {
		const done = await run({ provider, ...fault }, send(retried));
		expect(states(done)).toEqual(rows.map(() => true));
		expect(received()).toEqual(eachOnce(rows));
	});

	test.each([
		['500 before accepting', { kind: '500-before' }, 0],
		['500 after accepting', { kind: '500-after' }, 1],
		['reset before accepting', { kind: 'reset-before' }, 0],
		['reset after accepting', { kind: 'reset-after' }, 1],
		['time-out before accepting', { kind: 'timeout-before' }, 0],
		['time-out after accepting', { kind: 'timeout-after' }, 1],
		['garbled response before accepting', { kind: 'malformed-before' }, 0],
		['garbled response after accepting', { kind: 'malformed-after' }, 1],
		['response cut off after accepting', { kind: 'truncated-after' }, 1],
		['half of the request accepted', { kind: 'partial-after' }, 0.5],
	] as const)('%s: those messages are unknown, and not sent again', async (_name, fault, share) => {
		const done = await run({ provider, ...fault }, send(retried));
		expect(done.error?.message).toBeUndefined();
		const unknown = done.json('Send').filter(({ accepted }) => accepted !== true);
		expect([50, 100]).toContain(unknown.length);
		const reason = expect.stringMatching(/^It is not known whether this message was sent\. .*UGSMS cannot be asked whether it arrived\.$/);
		for (const row of unknown) expect(row).toMatchObject({ status: 'unknown', accepted: null, reason });
		expect(sendRequests()).toHaveLength(3);
		const accepted = done.json('Send').filter((row) => row['accepted'] === true).map(({ to }) => String(to));
		expect(accepted.every((to) => received()[to] === 1)).toBe(true);
		expect(Object.values(received()).every((times) => times === 1)).toBe(true);
		expect(unknown.filter(({ to }) => received()[String(to)] === 1)).toHaveLength(unknown.length * share);
	});

	test('also when the workflow is told to fail, and to try the node again', async () => {
		const failed = await run({ provider, kind: 'reset-after' }, send(retried, { options: { failOnRefused: true } }));
		expect(failed.error?.message).toMatch(/^It is not known whether this message was sent/);
		expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
		expect(sendRequests()).toHaveLength(3);
		expect(received()).toEqual(eachOnce(rows));
	});

	test('with an error output they go there with their columns, and say what to do', async () => {
		const done = await run({ provider, kind: 'reset-before' }, send({ errorOutput: [noOperation('Unknown')] }));
		expect(done.json('Unknown').length + done.json('Send').length).toBe(250);
		expect(done.json('Unknown')[0]).toMatchObject({ row: expect.any(Number), phone: expect.any(String), error: expect.stringMatching(/^It is not known/) });
		expect(sendRequests()).toHaveLength(3);
	});
});

test('the provider works on after the connection broke: still nobody gets it twice', async () => {
	const rows = table(4);
	sandbox.addFault({ provider, kind: 'row-by-row', workMs: 2_000 });
	const done = await n8n.runWorkflow(workflow('works on', [manualTrigger(rows), send(retried)]));
	expect(states(done)).toEqual([null, null, null, null]);
	sandbox.advance(10_000);
	await waitFor({ timeout: 5_000 }, 'all messages', async () => await Promise.resolve(sandbox.messages(provider).length === 4 ? true : undefined));
	expect(received()).toEqual(eachOnce(rows));
	expect(sendRequests()).toHaveLength(1);
});

test('the same text twice to one number in one run is two messages in two requests', async () => {
	const run = await n8n.runWorkflow(workflow('twice', [manualTrigger([...table(2), ...table(2)]), send()]));
	expect(sizes()).toEqual([2, 2]);
	expect(states(run)).toEqual([true, true, true, true]);
	expect(Object.values(received())).toEqual([2, 2]);
});

test('without balance the run stops at once; topped up, "Retry execution" sends only the rest, and what is unknown stays unknown', async () => {
	const rows = table(250).map((row, index) => ({ ...row, name: index < 100 ? 'A' : index < 200 ? 'B' : 'C' }));
	// Enough for the first request, whose answer is lost, and for nothing else.
	sandbox.changeSettings({ credits: 1_000 });
	sandbox.addFault({ provider, kind: 'reset-after', path: '/api/v2/sms/send' });
	const failed = await n8n.runInProduction(workflow('no balance', [webhookTrigger(), ...setItems(rows), send({}, { message: '=Hi {{ $json.name }}' })]));
	expect(failed.status).toBe('error');
	expect(failed.error?.message).toMatch(/^UGSMS refused the request: Insufficient balance\. \[item \d+( of \d+)?\]$/);
	expect(failed.error?.['description']).toContain('Top up your UGSMS account');
	const taken = sandbox.messages(provider).length;
	expect([50, 100]).toContain(taken);
	sandbox.changeSettings({ credits: 100_000 });
	const again = await n8n.retryExecution(failed.id, false);
	expect(again.status).toBe('success');
	expect(states(again).filter((accepted) => accepted === null)).toHaveLength(taken);
	expect(states(again).filter((accepted) => accepted === true)).toHaveLength(250 - taken);
	expect(received()).toEqual(eachOnce(rows));
});

test('what remains is told with every message', async () => {
	sandbox.changeSettings({ credits: 1_000 });
	const run = await n8n.runWorkflow(workflow('remains', [manualTrigger(table(3)), send()]));
	const told = run.json('Send').map(({ requestRecipients, requestCost, remainingBalance, cost }): unknown[] => [requestRecipients, requestCost, remainingBalance, cost]);
	expect(told).toEqual(Array(3).fill([3, 30, 970, null]));
});

test('a stopped execution begins no further request; its retry, of which n8n knows nothing, sends nothing unless it is told to', async () => {
	sandbox.changeSettings({ latencyMs: 500 });
	const step = (options: JsonObject) => send({}, { message: '=Hi {{ $json.name }}', options });
	const stopped = await n8n.createWorkflow(workflow('stop', [webhookTrigger(), ...setItems(table(30)), step({})]));
	await n8n.activateWorkflow(stopped.id);
	await fetch(await n8n.webhookUrl(stopped.id, 'Webhook'), { method: 'POST' });
	await waitFor({ timeout: 20_000 }, 'the first request', async () => await Promise.resolve(sandbox.log(provider).length > 0 ? true : undefined));
	const [{ id } = { id: '' }] = await n8n.listExecutions(stopped.id);
	await n8n.stopExecution(id);
	await new Promise((resolve) => setTimeout(resolve, 2_000));
	const sent = sendRequests().length;
	expect(sent).toBeLessThan(30);
	const retry = await n8n.retryExecution(id, true);
	expect(retry.error).toMatchObject({
		message: 'This is a retry, and n8n may not have kept all of the first run. UGSMS cannot be asked what that run sent',
		description: expect.stringContaining('Nothing was sent now'),
	});
	expect(sendRequests()).toHaveLength(sent);
	await n8n.deactivateWorkflow(stopped.id);
});

test('inside Loop Over Items every batch is sent once, also when one of them breaks off', async () => {
	const rows = table(20);
	sandbox.addFault({ provider, method: 'POST', path: '/api/v2/sms/send', skip: 2, kind: 'reset-after' });
	const run = await n8n.runWorkflow(workflow('loop', [manualTrigger(rows), loopOverItems([send(retried)], { batchSize: 5 }), noOperation('Done')]));
	expect(run.status).toBe('success');
	expect(run.json('Done').map(({ accepted }) => accepted).filter((accepted) => accepted === null)).toHaveLength(5);
	expect(received()).toEqual(eachOnce(rows));
	expect(sendRequests()).toHaveLength(4);
});

test('a bad number stops the run before anything is sent', async () => {
	const bad = await n8n.runWorkflow(workflow('bad row', [manualTrigger([...table(2), { phone: '+254 712 345 678' }, { phone: '0414 123 456' }]), send()]));
	expect(bad.errorOf('Send')).toMatchObject({
		message: 'To: "+254 712 345 678" is a number of Kenya, but messages can only be sent to Uganda [item 3 of 4]',
		description: expect.stringContaining('[item 4] To: "0414 123 456" is a landline, which gets no SMS'),
	});
	expect(sandbox.log(provider)).toEqual([]);
});

describe('60 requests a minute', () => {
	test('70 texts of their own: the last ten wait, and no request is refused', async () => {
		const rows = table(70);
		const run = await n8n.runWorkflow(workflow('70', [manualTrigger(rows), send({}, { message: '=Hi {{ $json.name }}' })]), { timeout: 150_000 });
		expect(states(run)).toEqual(rows.map(() => true));
		expect(received()).toEqual(eachOnce(rows));
		expect(sendRequests()).toHaveLength(70);
		process.stdout.write(`70 texts: node ${run.runs['Send']?.[0]?.executionTime ?? 0} ms\n`);
	});

	test('a key that another program uses too: the provider says that it is used up, and the others wait', async () => {
		for (let used = 0; used < 57; used++) await fetch(`${sandbox.baseUrl(provider)}/api/v2/account/balance`, { headers: { 'x-api-key': ugApiKey } });
		const rows = table(6);
		// One after the other, so that each answer is heard before the next request.
		const shared = workflow('shared', [manualTrigger(rows), loopOverItems([send()], { batchSize: 1 }), noOperation('Done')]);
		const run = await n8n.runWorkflow(shared, { timeout: 150_000 });
		expect(run.json('Done').map(({ accepted }) => accepted)).toEqual(rows.map(() => true));
		expect(sendRequests().map(({ httpStatus }) => httpStatus)).toEqual(rows.map(() => 200));
		process.stdout.write(`6 texts with a key that is used up: workflow ${run.duration ?? 0} ms\n`);
	});
});

test('as an AI tool, a model that calls it twice sends two messages', async () => {
	const call = { tool: 'Send', arguments: { to: '0701100000', text: 'Hello' } };
	const model = await startChatModel([[call], [call], 'Done']);
	try {
		const chat = await n8n.createCredential('openAiApi', chatModelCredential(model));
		const tool = node(
			'ugSmsTool',
			{ resource: 'message', operation: 'send', to: "={{ $fromAI('to') }}", message: "={{ $fromAI('text') }}", options: {} },
			{ name: 'Send', credentials },
		);
		const run = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Text them', chat, [tool])]));
		expect(run.status).toBe('success');
		expect(received()).toEqual({ '0701100000': 2 });
	} finally {
		await model.stop();
	}
});
