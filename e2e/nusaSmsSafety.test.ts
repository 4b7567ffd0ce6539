/** In a real n8n: nobody gets an SMS or WhatsApp message twice, nobody is passed over, and what nobody can know is said. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import { nusaApiKey, nusaPassword, nusaUser } from '../sandbox/nusasms/account';
import type { FaultInput } from '../sandbox/faults';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'nusasms';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
const signIn = { apiKey: nusaApiKey, username: nusaUser, password: nusaPassword };

beforeAll(async () => {
	sandbox = await startSandbox({ latencyMs: 5 });
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('nusaSmsApi', { ...signIn, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	// Without the limit, a fault strikes the request that it is meant for.
	sandbox.changeSettings({ deliverAfterMs: 3_600_000, enforceLimits: false });
});
// Counted from departure, two may meet on their way; one of them is refused, which harms nobody, and goes again.
afterEach(() => expect(sandbox.violations(provider).filter(({ kind }) => kind !== 'rate')).toEqual([]));

const table = (count: number, from = 100_000): JsonObject[] =>
	Array.from({ length: count }, (_, index) => ({ row: index, phone: `0811 2${String(from + index)}`, name: `Name ${index}` }));
const digits = (row: JsonObject): string => `62${String(row['phone']).replace(/\D/g, '').slice(1)}`;

const sms = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node('nusaSms', { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: '=Hai {{ $json.name }}', options: {}, ...parameters }, { name: 'Send', credentials, ...options });
const whatsApp = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node(
		'nusaSms',
		{ resource: 'whatsApp', operation: 'send', sendTo: 'number', to: '={{ $json.phone }}', message: '=Hai {{ $json.name }}', options: {}, ...parameters },
		{ name: 'Send', credentials, ...options },
	);
const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const channels = [
	['SMS', sms, '/api/v3/sendsms/plain'],
	['WhatsApp', whatsApp, '/nusasms_api/1.0/whatsapp/message'],
] as const;

const requests = (path = '') => sandbox.log(provider).filter((entry) => entry.method === 'POST' && entry.path.startsWith(path) && entry.httpStatus !== 429);
const received = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of sandbox.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
	return counts;
};
const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [digits(row), 1]));
const accepted = (run: Execution) => run.json('Send').map((item) => item['accepted']);
/** The rows whose message is in doubt; all others were accepted. A busy machine may let requests overtake each other. */
function inDoubt(run: Execution, rows: JsonObject[]): JsonObject[] {
	expect(accepted(run).filter((one) => one !== null)).toEqual(accepted(run).flatMap((one) => (one === null ? [] : [true])));
	return rows.filter((_row, index) => accepted(run)[index] === null);
}

describe.each(channels)('%s: an answer that is lost leaves its message unknown, in plain words, and nothing is sent again', (_channel, send, path) => {
	const rows = table(6);
	test.each<[string, FaultInput, arrives: boolean]>([
		['500 before accepting', { kind: '500-before' }, false],
		['500 after accepting', { kind: '500-after' }, true],
		['reset before accepting', { kind: 'reset-before' }, false],
		['reset after accepting', { kind: 'reset-after' }, true],
		['garbled response before accepting', { kind: 'malformed-before' }, false],
		['garbled response after accepting', { kind: 'malformed-after' }, true],
		['response cut off after accepting', { kind: 'truncated-after' }, true],
		['time-out after accepting', { kind: 'timeout-after' }, true],
		['taken a minute later', { kind: 'late', workMs: 60_000, clientSees: 'reset' }, true],
	])('%s', async (_name, fault, arrives) => {
		sandbox.addFault({ provider, path, skip: 2, ...fault });
		const run = await n8n.runWorkflow(workflow('fault', [manualTrigger(rows), send(retried)]));
		sandbox.advance(120_000);
		expect(run.status).toBe('success');
		const [lost, ...others] = inDoubt(run, rows);
		expect([lost, others]).toEqual([expect.anything(), []]);
		expect(run.json('Send').find((item) => item['accepted'] === null)).toMatchObject({
			to: digits(lost ?? {}),
			text: `Hai ${String(lost?.['name'])}`,
			status: 'unknown',
			reason: expect.stringMatching(/^It is not known whether this message was sent\..*NusaSMS cannot be asked/),
		});
		expect(received()).toEqual(eachOnce(rows.filter((row) => arrives || row !== lost)));
		expect(requests(path)).toHaveLength(6);
	});

	test('a request too many was not taken, and goes again', async () => {
		sandbox.addFault({ provider, path, skip: 2, kind: '429', times: 2 });
		const run = await n8n.runWorkflow(workflow('429', [manualTrigger(rows), send()]));
		expect(accepted(run)).toEqual(rows.map(() => true));
		expect(received()).toEqual(eachOnce(rows));
	});

	test.each([true, false])('Retry On Fail and "Retry execution" send only what was neither accepted nor in doubt (currently saved workflow: %s)', async (loadWorkflow) => {
		sandbox.addFault({ provider, path, skip: 1, kind: 'reset-after' });
		sandbox.addFault({ provider, path, skip: 3, kind: 'error-before', httpStatus: 403, times: 20 });
		const failed = await n8n.runInProduction(workflow('retry execution', [webhookTrigger(), ...setItems(rows), send({ retryOnFail: true, maxTries: 2, waitBetweenTries: 10 })]));
		expect(failed.status).toBe('error');
		expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
		sandbox.clearFaults();
		const again = await n8n.retryExecution(failed.id, loadWorkflow);
		expect(again.status).toBe('success');
		// One is still unknown, and was not sent again.
		expect(inDoubt(again, rows)).toHaveLength(1);
		expect(received()).toEqual(eachOnce(rows));
	});

	test('inside Loop Over Items each is sent once, also when one breaks off', async () => {
		sandbox.addFault({ provider, path, skip: 2, kind: 'reset-after' });
		const run = await n8n.runWorkflow(workflow('loop', [manualTrigger(rows), loopOverItems([send(retried)], { batchSize: 2 }), noOperation('Done')]));
		expect(run.status).toBe('success');
		expect(run.json('Done')).toHaveLength(6);
		expect(received()).toEqual(eachOnce(rows));
	});

	test('as an AI tool, a model that calls it twice sends two messages', async () => {
		const call = [{ tool: 'Send', arguments: { to: '0811 2100 000', text: 'Halo' } }];
		const model = await startChatModel([call, call, 'Done']);
		try {
			const chat = await n8n.createCredential('openAiApi', chatModelCredential(model));
			const step = send({}, { to: "={{ $fromAI('to') }}", message: "={{ $fromAI('text') }}" });
			const tool = { ...step, node: { ...step.node, type: `${step.node.type}Tool` } };
			const run = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Text them', chat, [tool])]));
			expect(run.status).toBe('success');
			expect(sandbox.messages(provider).map(({ to, text }) => [to, text])).toEqual([['628112100000', 'Halo'], ['628112100000', 'Halo']]);
		} finally {
			await model.stop();
		}
	});
});

test('a send to a group whose answer is lost is not repeated, whether it is taken one by one or half', async () => {
	const group = node('nusaSms', { resource: 'message', operation: 'sendToGroup', group: 'Example', message: '={{ $json.text }}', options: {} }, { name: 'Send', credentials, ...retried });
	sandbox.addFault({ provider, path: '/api/v3/sendsms/group', kind: 'row-by-row', workMs: 30_000 });
	sandbox.addFault({ provider, path: '/api/v3/sendsms/group', kind: 'partial-after' });
	const run = await n8n.runWorkflow(workflow('group', [manualTrigger([{ text: 'one' }, { text: 'two' }, { text: 'three' }]), group]));
	sandbox.advance(60_000);
	expect(run.json('Send').map(({ accepted: taken, status }) => [taken, status]).sort()).toEqual([[null, 'unknown'], [null, 'unknown'], [true, 'queued']]);
	// Three of each but the one that was taken in half; the sandbox rounds down.
	const texts = sandbox.messages(provider).map(({ text }) => text);
	expect(['one', 'two', 'three'].map((text) => texts.filter((each) => each === text).length).sort()).toEqual([1, 3, 3]);
});

test('a file whose answer is lost is not sent again', async () => {
	const parameters = { sendTo: 'number', to: '={{ $json.phone }}', sender: '6281100009003', mediaFrom: 'url', mediaUrl: 'https://example.com/a.png', caption: 'Hai', options: {} };
	const media = node('nusaSms', { resource: 'whatsApp', operation: 'sendMedia', ...parameters }, { name: 'Send', credentials, ...retried });
	sandbox.addFault({ provider, path: '/nusasms_api/1.0/whatsapp/media', skip: 1, kind: 'reset-after' });
	const run = await n8n.runWorkflow(workflow('media', [manualTrigger(table(3)), media]));
	expect(inDoubt(run, table(3))).toHaveLength(1);
	expect(received()).toEqual(eachOnce(table(3)));
});

test('a check of numbers that broke off is made again', async () => {
	sandbox.addFault({ provider, path: '/nusasms_api/1.0/wa_phone_check', kind: 'reset-after' });
	const check = node('nusaSms', { resource: 'whatsApp', operation: 'checkNumbers', numbers: '={{ $json.phone }}', callbackUrl: '', options: {} }, { name: 'Send', credentials });
	expect(accepted(await n8n.runWorkflow(workflow('check', [manualTrigger(table(2)), check])))).toEqual([true, true]);
});

test('1,000 SMS, each once; answers of 200 ms do not hold the next one back', async () => {
	sandbox.changeSettings({ latencyMs: 200, enforceLimits: true });
	const rows = table(1_000);
	const run = await n8n.runWorkflow(workflow('1000', [manualTrigger(rows), sms()]), { timeout: 300_000 });
	expect(run.status).toBe('success');
	expect(received()).toEqual(eachOnce(rows));
	expect(run.items('Send').map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_row, item) => ({ item })));
	const tooMany = sandbox.log(provider).filter(({ httpStatus }) => httpStatus === 429).length;
	process.stdout.write(`1,000 SMS: node ${run.runs['Send']?.[0]?.executionTime ?? 0} ms, ${tooMany} of ${1_000 + tooMany} requests answered 429\n`);
}, 320_000);

test('two workflows at once share the limit, and everybody gets theirs', async () => {
	sandbox.changeSettings({ enforceLimits: true });
	const tables = [table(60, 200_000), table(60, 300_000)];
	const runs = await Promise.all(tables.map(async (rows) => await n8n.runWorkflow(workflow('side by side', [manualTrigger(rows), sms()]))));
	expect(runs.map(({ status }) => status)).toEqual(['success', 'success']);
	expect(received()).toEqual(eachOnce(tables.flat()));
});

test('a wrong password ends the run after a few requests, all rows on the error output', async () => {
	const wrong = await n8n.createCredential('nusaSmsApi', { ...signIn, password: 'not-the-password', baseUrl: sandbox.baseUrl(provider) });
	const step = sms({ credentials: wrong, errorOutput: [noOperation('Refused')] });
	const run = await n8n.runWorkflow(workflow('wrong password', [manualTrigger(table(250)), step, noOperation('Sent')]));
	expect(run.json('Refused')).toHaveLength(250);
	expect(JSON.stringify(run.runs)).not.toContain('not-the-password');
	expect(requests().length).toBeLessThan(20);
	expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth' || kind === 'rate')).toBe(true);
	sandbox.reset();
});

test('credits that are used up end the run; topped up, "Retry execution" sends only the rest', async () => {
	const rows = table(40);
	sandbox.changeSettings({ credits: 25 });
	const failed = await n8n.runInProduction(workflow('no credits', [webhookTrigger(), ...setItems(rows), sms()]));
	expect(failed.error?.message).toMatch(/^NusaSMS refused the request: The account has too few credits \(status -2, NOT_ENOUGH_CREDITS\) \[item \d+( of \d+)?\]$/);
	expect(failed.error?.['description']).toContain('Top up the SMS credits');
	expect(sandbox.messages(provider)).toHaveLength(25);
	sandbox.changeSettings({ credits: 1_000 });
	const again = await n8n.retryExecution(failed.id, false);
	expect(again.status).toBe('success');
	expect(received()).toEqual(eachOnce(rows));
});

test('a bad row stops the run before anything is sent', async () => {
	const bad = await n8n.runWorkflow(workflow('bad row', [manualTrigger([...table(2), { row: 2, phone: '021 5555 1234', name: 'landline' }]), sms()]));
	expect(bad.errorOf('Send')).toMatchObject({ message: 'To: "021 5555 1234" is a landline, which gets no SMS [item 3 of 3]', description: expect.stringContaining('Nothing was sent.') });
	expect(sandbox.log(provider)).toEqual([]);
});

test('Stop ends what is under way and begins nothing new; a retry then asks before it sends', async () => {
	sandbox.changeSettings({ latencyMs: 300 });
	const rows = table(400);
	const { id } = await n8n.createWorkflow(workflow('stop', [webhookTrigger(), ...setItems(rows), sms()]));
	await n8n.activateWorkflow(id);
	await fetch(await n8n.webhookUrl(id, 'Webhook'), { method: 'POST' });
	const [execution] = await waitFor({}, 'ten messages', async () => (sandbox.messages(provider).length >= 10 ? await n8n.listExecutions(id) : undefined));
	await n8n.stopExecution(execution?.id ?? '');
	await n8n.waitForExecution(execution?.id ?? '');
	await waitFor({}, 'the last answers', async () => sandbox.log(provider).every(({ httpStatus }) => httpStatus !== null) || undefined);
	const sent = sandbox.messages(provider).length;
	expect(sent).toBeLessThan(60);

	const again = await n8n.retryExecution(execution?.id ?? '', false);
	expect(again.status).toBe('error');
	expect(again.error?.['description']).toContain('When a Retry Finds Earlier Sends');
	expect(sandbox.messages(provider)).toHaveLength(sent);
	await n8n.deleteWorkflow(id);
});
