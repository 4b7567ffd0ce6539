/** A message that was accepted is never sent twice, one that was not is never lost: in a real n8n, at a provider that only knows the ID of a request. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import { bestSmsToken } from '../sandbox/bestsms/account';
import type { FaultInput } from '../sandbox/faults';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'bestsms';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox({ latencyMs: 5 });
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const path = '/api/v2.03/send/sms';
const table = (count: number, from = 100_000): JsonObject[] => Array.from({ length: count }, (_, index) => ({ row: index, phone: `0412 ${String(from + index)}`, name: `Name ${index}` }));
const digits = (row: JsonObject): string => `61${String(row['phone']).replace(/\D/g, '').slice(1)}`;
const ownTexts = { message: '=Hi {{ $json.name }}' };

const send = (options: StepOptions = {}, parameters: JsonObject = {}): Step =>
	node('bestSms', { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: 'Sale today', options: {}, ...parameters }, { name: 'Send', credentials, ...options });
const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const fault = (given: FaultInput): void => sandbox.addFault({ provider, method: 'POST', path, ...given });

const sendRequests = () => sandbox.log(provider).filter((entry) => entry.path === path);
const destinations = () => sendRequests().map(({ body }) => (body as { MessageData: { Destinations: unknown[] } }).MessageData.Destinations.length);
const received = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of sandbox.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
	return counts;
};
const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [digits(row), 1]));
const column = (rows: Array<Record<string, unknown>>, name: string) => rows.map(({ [name]: value }) => value);

test('1,000 rows with one text leave in 10 requests, one by one paired with their rows', async () => {
	const rows = table(1000);
	const run = await n8n.runWorkflow(workflow('1000', [manualTrigger(rows), send()]));
	expect(run.status).toBe('success');
	expect(destinations()).toEqual(Array.from({ length: 10 }, () => 100));
	expect(run.items('Send').map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
	expect(run.json('Send').map(({ to, accepted }) => [to, accepted])).toEqual(rows.map((row) => [`+${digits(row)}`, true]));
	expect(received()).toEqual(eachOnce(rows));
	process.stdout.write(`1,000 messages with one text: node ${run.runs['Send']?.[0]?.executionTime ?? 0} ms\n`);
});

test('ten faults at once, with Retry On Fail: nobody twice, nobody lost', async () => {
	const faults: FaultInput[] = [
		{ kind: '429', retryAfter: 0 },
		{ kind: '500-before' },
		{ kind: '500-after' },
		{ kind: 'reset-before' },
		{ kind: 'reset-after' },
		{ kind: 'malformed-before' },
		{ kind: 'malformed-after' },
		{ kind: 'truncated-after' },
		{ kind: 'partial-after' },
		{ kind: 'row-by-row', workMs: 10_000 },
	];
	for (const each of faults) fault(each);
	const rows = table(faults.length + 8);
	const run = await n8n.runWorkflow(workflow('faults', [manualTrigger(rows), send(retried, ownTexts)]));
	expect(run.error?.message).toBeUndefined();
	expect(column(run.json('Send'), 'accepted')).toEqual(rows.map(() => true));
	expect(run.json('Send').map(({ to, text }) => [to, text])).toEqual(rows.map((row) => [`+${digits(row)}`, `Hi ${String(row['name'])}`]));
	expect(received()).toEqual(eachOnce(rows));
	process.stdout.write(`${rows.length} messages, ${faults.length} faults: ${sendRequests().length} requests, node ${run.runs['Send']?.[0]?.executionTime ?? 0} ms\n`);
});

test('a request without an answer is looked up, and counts', async () => {
	const rows = table(3);
	fault({ kind: 'timeout-after' });
	const run = await n8n.runWorkflow(workflow('time-out', [manualTrigger(rows), send(retried)]));
	expect(column(run.json('Send'), 'accepted')).toEqual(rows.map(() => true));
	expect(received()).toEqual(eachOnce(rows));
});

test('a request that is taken recipient by recipient after its answer got lost is waited for', async () => {
	const rows = table(20);
	fault({ kind: 'row-by-row', workMs: 15_000 });
	const run = await n8n.runWorkflow(workflow('row by row', [manualTrigger(rows), send(retried)]));
	expect(column(run.json('Send'), 'accepted')).toEqual(rows.map(() => true));
	expect(sendRequests()).toHaveLength(1);
	expect(received()).toEqual(eachOnce(rows));
});

test('a request that is taken late, for all, is waited for', async () => {
	const rows = table(20);
	fault({ kind: 'late', clientSees: 'reset', workMs: 55_000 });
	const run = await n8n.runWorkflow(workflow('late', [manualTrigger(rows), send(retried)]));
	expect(column(run.json('Send'), 'accepted')).toEqual(rows.map(() => true));
	expect(sendRequests()).toHaveLength(1);
	expect(received()).toEqual(eachOnce(rows));
});

describe('a request that is taken for half of its recipients', () => {
	test('goes again for the others where the status lists recipients', async () => {
		sandbox.changeSettings({ own: { details: true } }, provider);
		const rows = table(6);
		fault({ kind: 'partial-after' });
		const run = await n8n.runWorkflow(workflow('half, listed', [manualTrigger(rows), send(retried)]));
		expect(column(run.json('Send'), 'accepted')).toEqual(rows.map(() => true));
		expect(destinations()).toEqual([6, 3]);
		expect(new Set(column(run.json('Send'), 'messageId')).size).toBe(2);
		expect(received()).toEqual(eachOnce(rows));
	});

	test('stays unknown for all where it only counts them: nobody gets it twice, and the rows carry the ID to look for', async () => {
		const rows = table(6);
		fault({ kind: 'partial-after' });
		const run = await n8n.runWorkflow(workflow('half, counted', [manualTrigger(rows), send(retried)]));
		expect(run.status).toBe('success');
		expect(run.json('Send').map(({ accepted, status }) => [accepted, status])).toEqual(rows.map(() => [null, 'unknown']));
		expect(String(run.json('Send')[0]?.['reason'])).toContain('BestSMS lists only a part of it.');
		expect(received()).toEqual(eachOnce(rows.slice(0, 3)));
		const status = node('bestSms', { resource: 'message', operation: 'get', messageId: '={{ $json.messageId }}' }, { name: 'Status', credentials });
		expect((await n8n.runWorkflow(workflow('look', [manualTrigger(run.json('Send').slice(0, 1) as JsonObject[]), status]))).json('Status')).toEqual([expect.objectContaining({ count: 3 })]);
	});
});

test('with Message IDs of the user\'s own: one that is there tells nothing, one that is not there goes again', async () => {
	const rows = table(4).map((row, index) => ({ ...row, id: index < 2 ? 'MINE-1' : 'MINE-2' }));
	// Yesterday's message has the same ID.
	await n8n.runWorkflow(workflow('yesterday', [manualTrigger([{ ...rows[0], phone: '0491 573 770' }]), send({}, { options: { messageId: 'MINE-1' } })]));
	fault({ kind: 'reset-before' });
	fault({ kind: 'reset-before' });
	const run = await n8n.runWorkflow(workflow('own IDs', [manualTrigger(rows), send(retried, { options: { messageId: '={{ $json.id }}' } })]));
	expect(run.json('Send').map(({ accepted, messageId }) => [accepted, messageId])).toEqual([[null, 'MINE-1'], [null, 'MINE-1'], [true, 'MINE-2'], [true, 'MINE-2']]);
	expect(received()).toEqual({ '61491573770': 1, ...eachOnce(rows.slice(2)) });
});

test('the same text twice to one number in one run is two messages, also when both answers get lost', async () => {
	const rows = [...table(2), ...table(2)];
	fault({ kind: 'reset-after' });
	fault({ kind: 'reset-after' });
	const run = await n8n.runWorkflow(workflow('twice', [manualTrigger(rows), send()]));
	expect(column(run.json('Send'), 'accepted')).toEqual([true, true, true, true]);
	expect(new Set(column(run.json('Send'), 'messageId')).size).toBe(2);
	expect(Object.values(received())).toEqual([2, 2]);
});

test('inside Loop Over Items every batch is sent once, also when one of them breaks off', async () => {
	const rows = table(20);
	fault({ kind: 'reset-after', skip: 2 });
	const run = await n8n.runWorkflow(workflow('loop', [manualTrigger(rows), loopOverItems([send(retried)], { batchSize: 5 }), noOperation('Done')]));
	expect(run.status).toBe('success');
	expect(run.json('Done')).toHaveLength(20);
	expect(destinations()).toEqual([5, 5, 5, 5]);
	expect(received()).toEqual(eachOnce(rows));
});

test('a refusal of the account stops the run; "Retry execution" sends only the rest', async () => {
	const rows = table(30);
	fault({ kind: 'error-before', httpStatus: 401, skip: 10, times: 20, message: 'Invalid Auth Token' });
	const failed = await n8n.runInProduction(workflow('account', [webhookTrigger(), ...setItems(rows), send({}, ownTexts)]));
	expect(failed.status).toBe('error');
	expect(failed.error?.message).toMatch(/^BestSMS did not accept the credential: Invalid Auth Token \[item \d+( of \d+)?\]$/);
	expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
	expect(sandbox.messages(provider)).toHaveLength(10);
	sandbox.clearFaults();
	const again = await n8n.retryExecution(failed.id, false);
	expect(again.status).toBe('success');
	expect(received()).toEqual(eachOnce(rows));
});

test('retried twice, the second time in two windows at once and without the number that is on top: who has it does not get it again', async () => {
	const rows = table(20).map((row) => ({ ...row, phones: `0491 573 770, ${String(row['phone'])}` }));
	const short = (times: number) => fault({ kind: 'error-before', httpStatus: 401, skip: 5, times, message: 'Invalid Auth Token' });
	const drawn = workflow('retried twice', [webhookTrigger(), ...setItems(rows), send({}, { ...ownTexts, to: '={{ $json.phones }}' })]);
	const { id } = await n8n.createWorkflow(drawn);
	short(20);
	const failed = await n8n.runInProduction(id);
	sandbox.clearFaults();
	short(20);
	expect((await n8n.retryExecution(failed.id, false)).status).toBe('error');
	expect(sandbox.messages(provider)).toHaveLength(20);
	sandbox.clearFaults();
	await n8n.updateWorkflow(id, { nodes: drawn.nodes.map((each) => (each.name === 'Send' ? { ...each, parameters: { ...each.parameters, to: '={{ $json.phone }}' } } : each)) });
	const retries = await Promise.all([n8n.retryExecution(failed.id, true), n8n.retryExecution(failed.id, true)]);
	for (const again of retries) expect(column(again.json('Send'), 'accepted')).toEqual(rows.map(() => true));
	const { '61491573770': onTop, ...others } = received();
	expect([onTop, others]).toEqual([10, eachOnce(rows)]);
});

test('a bad number stops the run before anything is sent; a wrong token is told after a few requests, and shown nowhere', async () => {
	const bad = await n8n.runWorkflow(workflow('bad row', [manualTrigger([...table(2), { row: 2, phone: '12', name: 'bad' }]), send()]));
	expect(bad.errorOf('Send')).toMatchObject({ message: 'To: "12" is too short to be a phone number [item 3 of 3]', description: expect.stringContaining('Nothing was sent.') });
	expect(sandbox.log(provider)).toEqual([]);

	const wrong = await n8n.createCredential('bestSmsApi', { authToken: 'not-the-token', baseUrl: sandbox.baseUrl(provider) });
	const run = await n8n.runWorkflow(workflow('wrong token', [manualTrigger(table(250)), send({ credentials: wrong, errorOutput: [noOperation('Refused')] }), noOperation('Sent')]));
	expect(run.json('Refused')).toHaveLength(250);
	expect(JSON.stringify(run.runs)).not.toContain('not-the-token');
	expect(sandbox.log(provider).length).toBeLessThanOrEqual(5);
	expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
	sandbox.reset();

	fault({ kind: 'echo' });
	const echoed = await n8n.runWorkflow(workflow('echo', [manualTrigger(table(1)), send()]));
	expect(echoed.json('Send')).toEqual([expect.objectContaining({ accepted: false, reason: expect.stringContaining('•••') })]);
	expect(JSON.stringify(echoed)).not.toContain(bestSmsToken);
});

test('a resubmission, a group and a contact whose answers got lost: done once, or told', async () => {
	sandbox.changeSettings({ deliverAfterMs: 1 }, provider);
	const failing = await n8n.runWorkflow(workflow('fails', [manualTrigger([{ phone: '0491 570 157' }]), send()]));
	sandbox.advance(10_000);
	sandbox.changeSettings({ deliverAfterMs: 60_000 }, provider);
	sandbox.addFault({ provider, method: 'PATCH', path: '/api/v2.03/set/resubmit', kind: 'reset-after' });
	sandbox.addFault({ provider, method: 'POST', path: '/api/v2.03/addressbook/group', kind: 'reset-after' });
	sandbox.addFault({ provider, method: 'POST', path: '/api/v2.03/addressbook/contact', kind: 'reset-after' });
	const step = (name: string, resource: string, operation: string, parameters: JsonObject) => node('bestSms', { resource, operation, options: {}, ...parameters }, { name, credentials });
	const run = await n8n.runWorkflow(
		workflow('lost', [
			manualTrigger(failing.json('Send') as JsonObject[]),
			step('Resubmit', 'message', 'resubmit', { messageId: '={{ $json.messageId }}' }),
			step('Group', 'group', 'create', { groupName: 'New Group' }),
			step('Contact', 'contact', 'create', { mobilePhone: '0491 573 770' }),
		]),
	);
	expect(run.json('Resubmit')).toEqual([expect.objectContaining({ resubmitted: true })]);
	expect(run.json('Group')).toEqual([expect.objectContaining({ groupId: 'New_Group', name: 'New Group' })]);
	expect(run.errorOf('Contact')?.message).toContain('It is not known whether this was done.');
	expect(sandbox.log(provider).filter(({ method }) => method === 'PATCH')).toHaveLength(1);
	expect(sandbox.log(provider).filter(({ path: each }) => each.endsWith('/addressbook/contact'))).toHaveLength(1);
});

test('as an AI tool, a model that calls it twice sends two messages', async () => {
	const model = await startChatModel([[{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello' } }], [{ tool: 'Send', arguments: { to: '0412100000', text: 'Hello' } }], 'Done']);
	try {
		const chat = await n8n.createCredential('openAiApi', chatModelCredential(model));
		const tool = node('bestSmsTool', { resource: 'message', operation: 'send', to: "={{ $fromAI('to') }}", message: "={{ $fromAI('text') }}", options: {} }, { name: 'Send', credentials });
		const run = await n8n.runWorkflow(workflow('agent', [manualTrigger(), agent('Text them', chat, [tool])]));
		expect(run.status).toBe('success');
		expect(sandbox.messages(provider).map(({ to, text }) => [to, text])).toEqual([['61412100000', 'Hello'], ['61412100000', 'Hello']]);
	} finally {
		await model.stop();
	}
});
