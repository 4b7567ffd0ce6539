/** A message that was accepted is never sent twice, one that was not is never lost: in a real n8n, with faults at every dangerous place. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'mobile-message';
const providerInvalid = '0491570156';
const unsubscribed = '0491570006';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox({ latencyMs: 5 });
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

/** Rows as they come from a table, each with a number of its own. */
const table = (count: number): JsonObject[] => Array.from({ length: count }, (_, index) => ({ row: index, phone: `0412 ${String(100_000 + index)}`, name: `Name ${index}` }));
const digits = (row: JsonObject): string => `61${String(row['phone']).replace(/\D/g, '').slice(1)}`;

const send = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node(
		'mobileMessage',
		{
			resource: 'message',
			operation: 'send',
			to: '={{ $json.phone }}',
			message: '=Hi {{ $json.name }}',
			sender: { __rl: true, mode: 'id', value: mobileMessageSenders.alpha },
			options: {},
			...parameters,
		},
		{ name: 'Send', credentials, ...options },
	);

const sendRequests = () => sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/v1/messages');
/** How often each number got its message. */
const received = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of sandbox.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
	return counts;
};
const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [digits(row), 1]));
const outputs = (execution: Execution, name = 'Send') => execution.json(name);

test('250 rows travel in 3 requests, and every row is accounted for', async () => {
	const rows = table(250);
	rows[10] = { row: 10, phone: providerInvalid, name: 'x' };
	rows[120] = { row: 120, phone: `+61 ${providerInvalid.slice(1)}`, name: 'y' };
	rows[249] = { row: 249, phone: providerInvalid, name: 'z' };
	rows[77] = { row: 77, phone: unsubscribed, name: 'u' };
	const run = await n8n.runWorkflow(workflow('250', [manualTrigger(rows), send()]));
	expect(run.status).toBe('success');
	expect(sendRequests().map(({ body }) => (body as { messages: unknown[] }).messages.length).sort((a, b) => b - a)).toEqual([100, 100, 50]);
	const out = run.items('Send');
	expect(out).toHaveLength(250);
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
	expect(out.map(({ json }) => json['to'])).toEqual(rows.map((row) => (row['row'] === 120 ? `61${providerInvalid.slice(1)}` : digits(row))));
	const refused = out.flatMap(({ json }, index) => (json['accepted'] === true ? [] : [[index, json['status'], json['reason']]]));
	expect(refused).toEqual([
		[10, 'failed', 'Invalid phone number format'],
		[77, 'blocked', 'The recipient has unsubscribed and cannot receive messages.'],
		[120, 'failed', 'Invalid phone number format'],
		[249, 'failed', 'Invalid phone number format'],
	]);
	expect(sandbox.messages(provider)).toHaveLength(246);
});

test('with an error output, bad and refused rows go there with all their own columns, and the rest is sent', async () => {
	const rows = table(30);
	rows[0] = { row: 0, phone: 'unknown', name: 'bad' };
	rows[5] = { row: 5, phone: unsubscribed, name: 'opted out' };
	rows[29] = { row: 29, phone: providerInvalid, name: 'refused' };
	const run = await n8n.runWorkflow(
		workflow('error output', [
			manualTrigger(rows),
			send({ errorOutput: [noOperation('Refused')], retryOnFail: true, maxTries: 3, waitBetweenTries: 10 }),
			noOperation('Sent'),
		]),
	);
	expect(run.status).toBe('success');
	expect(outputs(run, 'Sent')).toHaveLength(27);
	const optedOut = 'The recipient has unsubscribed and cannot receive messages.';
	const invalid = 'Invalid phone number format';
	const { from, ...told } = { from: mobileMessageSenders.alpha, accepted: false, cost: 0, reference: expect.stringMatching(/^n8n-/), advice: expect.any(String) };
	expect(outputs(run, 'Refused')).toEqual([
		expect.objectContaining({ row: 0, phone: 'unknown', name: 'bad', error: 'To: "unknown" is not a phone number', advice: expect.any(String) }),
		expect.objectContaining({ row: 5, phone: unsubscribed, name: 'opted out', to: '61491570006', from, text: 'Hi opted out', status: 'blocked', ...told, reason: optedOut, error: optedOut }),
		expect.objectContaining({ row: 29, phone: providerInvalid, name: 'refused', to: '61491570156', from, text: 'Hi refused', status: 'failed', ...told, reason: invalid, error: invalid }),
	]);
	// The first item is an error item, so Retry On Fail runs the node three times.
	const good = rows.filter(({ row }) => ![0, 5, 29].includes(Number(row)));
	expect(received()).toEqual(eachOnce(good));
});

test.each([true, false])('"Retry execution" sends only what was not accepted (currently saved workflow: %s)', async (loadWorkflow) => {
	const rows = table(250);
	sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', skip: 2, kind: 'error-before', httpStatus: 403 });
	const failed = await n8n.runInProduction(workflow('retry execution', [webhookTrigger(), ...setItems(rows), send()]));
	expect(failed.status).toBe('error');
	expect(failed.error?.message).toMatch(/^Mobile Message refused the request: /);
	expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
	const before = sandbox.messages(provider).length;
	expect(before).toBeGreaterThan(0);
	expect(before).toBeLessThan(250);
	const retried = await n8n.retryExecution(failed.id, loadWorkflow);
	expect(retried.status).toBe('success');
	expect(outputs(retried).map(({ to }) => to)).toEqual(rows.map(digits));
	expect(received()).toEqual(eachOnce(rows));
});

test('inside Loop Over Items every batch is sent once, also when one of them is retried', async () => {
	const rows = table(25);
	sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', skip: 2, kind: 'error-before', httpStatus: 403 });
	const run = await n8n.runWorkflow(workflow('loop', [manualTrigger(rows), loopOverItems([send({ retryOnFail: true, maxTries: 3, waitBetweenTries: 10 })], { batchSize: 5 }), noOperation('Done')]));
	expect(run.status).toBe('success');
	expect(outputs(run, 'Done')).toHaveLength(25);
	expect(received()).toEqual(eachOnce(rows));
});

test('the same text to the same person in every iteration of a loop is meant, and sent each time', async () => {
	const run = await n8n.runWorkflow(
		workflow('same', [
			manualTrigger([
				{ phone: '0412100000', name: 'a' },
				{ phone: '0412100000', name: 'a' },
				{ phone: '0412100000', name: 'a' },
			]),
			loopOverItems([send()], { batchSize: 1 }),
		]),
	);
	expect(run.status).toBe('success');
	expect(received()).toEqual({ '61412100000': 3 });
});

test('a bad row stops the run before anything is sent, and says which and why', async () => {
	const rows = [...table(3), { row: 3, phone: '12', name: 'bad' }];
	const run = await n8n.runWorkflow(workflow('bad row', [manualTrigger(rows), send({ retryOnFail: true, maxTries: 2, waitBetweenTries: 10 })]));
	expect(run.status).toBe('error');
	expect(run.errorOf('Send')).toMatchObject({ message: 'To: "12" is too short to be a phone number [item 4 of 4]', description: expect.stringContaining('Nothing was sent.') });
	expect(sandbox.log(provider)).toEqual([]);
});

describe('a wrong password', () => {
	let wrong: CredentialReference;
	beforeAll(async () => {
		wrong = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: 'not-the-password', baseUrl: sandbox.baseUrl(provider) });
	});
	/** The sandbox counts it as a mistake of the client, which here it is meant to be. */
	const forgive = () => {
		expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
		sandbox.reset();
	};

	test('is told with what to do', async () => {
		const run = await n8n.runWorkflow(workflow('wrong password', [manualTrigger(table(2)), send({ credentials: wrong })]));
		expect(run.errorOf('Send')).toMatchObject({
			message: 'Mobile Message did not accept the credential: Unauthorized [item 1 of 2]',
			description: expect.stringContaining('Check the API user name and password'),
		});
		expect(JSON.stringify(run.errorOf('Send'))).not.toContain('not-the-password');
		forgive();
	});

	test('gives every row to the error output on continue, after one request', async () => {
		const run = await n8n.runWorkflow(workflow('wrong password, continue', [manualTrigger(table(250)), send({ credentials: wrong, errorOutput: [noOperation('Refused')] }), noOperation('Sent')]));
		expect(outputs(run, 'Refused')).toHaveLength(250);
		expect(outputs(run, 'Sent')).toEqual([]);
		expect(sendRequests().length).toBeLessThanOrEqual(5);
		forgive();
	});

	test('fails the credential test, and the right one passes it', async () => {
		expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
		forgive();
		expect(await n8n.testCredential(credentials)).toMatchObject({ status: 'OK' });
	});

	test('never shows the password of the Simple API, which travels in the URL', async () => {
		const simple = node(
			'mobileMessage',
			{ resource: 'message', operation: 'sendSimple', to: '0412100000', message: 'Hi', sender: { __rl: true, mode: 'id', value: 'CompanyABC' }, options: {} },
			{ name: 'Send', credentials: wrong },
		);
		const run = await n8n.runWorkflow(workflow('simple', [manualTrigger(), simple]));
		expect(run.status).toBe('error');
		expect(JSON.stringify([run.error, run.runs])).not.toContain('not-the-password');
		forgive();
	});
});

test('Base URL that leads nowhere: nothing was sent, and it is said', async () => {
	const nowhere = await n8n.createCredential('mobileMessageApi', { username: 'x', password: 'y-password', baseUrl: 'http://127.0.0.1:9' });
	const run = await n8n.runWorkflow(workflow('nowhere', [manualTrigger(table(1)), send({ credentials: nowhere })]));
	expect(run.errorOf('Send')).toMatchObject({ message: 'Mobile Message could not be reached [item 1]', description: expect.stringContaining('Check the Base URL') });
});

test('two workflows at once share the limit of 5 requests', async () => {
	sandbox.changeSettings({ latencyMs: 40 });
	const runs = await Promise.all(
		['one', 'two', 'three'].map(
			async (name, index) =>
				await n8n.runWorkflow(
					workflow(name, [
						manualTrigger(
							table(1000)
								.slice(0, 700)
								.map((row) => ({ ...row, phone: `04${30 + index}${String(row['row']).padStart(6, '0')}` })),
						),
						send(),
					]),
				),
		),
	);
	expect(runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	expect(sendRequests()).toHaveLength(21);
	expect(sendRequests().filter(({ httpStatus }) => httpStatus === 429)).toEqual([]);
	expect(sandbox.messages(provider)).toHaveLength(2100);
});

test('a stopped execution begins no further request', async () => {
	sandbox.changeSettings({ latencyMs: 400 });
	const { id } = await n8n.createWorkflow(workflow('stop', [manualTrigger(table(3000)), send()]));
	const started = await n8n.startWorkflow(id);
	await waitFor({ timeout: 10_000 }, 'the first request', async () => await Promise.resolve(sandbox.log(provider).length > 0 ? true : undefined));
	await n8n.stopExecution(started);
	await new Promise((resolve) => setTimeout(resolve, 3000));
	const afterStop = sendRequests().length;
	expect(afterStop).toBeLessThan(30);
	await new Promise((resolve) => setTimeout(resolve, 1500));
	expect(sendRequests()).toHaveLength(afterStop);
});

describe('as an AI tool', () => {
	test('it is offered, and a model that calls it twice sends two messages', async () => {
		expect((await n8n.nodeTypes()).map(({ name }) => name)).toContain('n8n-nodes-sms-hub.mobileMessageTool');
		const model = await startChatModel([
			[{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello from a model' } }],
			[{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello from a model' } }],
			'Done',
		]);
		try {
			const chat = await n8n.createCredential('openAiApi', chatModelCredential(model));
			const tool = node(
				'mobileMessageTool',
				{
					resource: 'message',
					operation: 'send',
					to: "={{ $fromAI('to') }}",
					message: "={{ $fromAI('text') }}",
					sender: { __rl: true, mode: 'id', value: mobileMessageSenders.alpha },
					options: {},
				},
				{ name: 'Send', credentials },
			);
			const run = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Text them', chat, [tool])]));
			expect(run.status).toBe('success');
			expect(received()).toEqual({ '61412100000': 2 });
		} finally {
			await model.stop();
		}
	});
});
