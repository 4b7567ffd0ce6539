/** A message that was accepted is never sent twice, one that was not is never lost, and never more than two requests a second: in a real n8n. */
import { agent, chatModelCredential, startChatModel } from '../real-n8n/chatModel';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import { sideBySide } from './sideBySide';
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
const received = (at: Sandbox = sandbox): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const { to } of at.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
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
	const error = '160.com.au refused the request: A recipient has opted out';
	expect(run.json('Refused')).toEqual([expect.objectContaining({ row: 37, phone: unnamed, name: 'opted out', accepted: false, status: 'failed', error, reason: error })]);
	expect(sendRequests().length).toBeLessThanOrEqual(16);
	expect(received()).toEqual(eachOnce(rows.filter((_, index) => index !== 37)));
});

describe('answers that are lost: nobody twice, nobody lost', () => {
	const rows = table(250);
	const accountAt = async (own: Sandbox) => await n8n.createCredential('sms160Api', { username: sms160Username, password: sms160Password, baseUrl: own.baseUrl(provider) });
	const run = async (name: string, steps: Step[]) => await n8n.runWorkflow(workflow(name, steps), { timeout: 280_000 });
	const lose = (own: Sandbox, fault: Omit<Parameters<Sandbox['addFault']>[0], 'provider'>, path = '/v1/messages') => own.addFault({ provider, method: 'POST', path, ...fault });
	const acceptedOf = (execution: Execution) => execution.json('Send').map(({ accepted }) => accepted);

	const faults = [
		['429', { kind: '429', retryAfter: 0 }],
		['500 before accepting', { kind: '500-before' }],
		['500 after accepting', { kind: '500-after' }],
		['reset before accepting', { kind: 'reset-before' }],
		['reset after accepting', { kind: 'reset-after' }],
		['time-out before accepting', { kind: 'timeout-before' }],
		['time-out after accepting', { kind: 'timeout-after' }],
		['garbled response before accepting', { kind: 'malformed-before' }],
		['garbled response after accepting', { kind: 'malformed-after' }],
		['response cut off after accepting', { kind: 'truncated-after' }],
		['half of the request accepted', { kind: 'partial-after' }],
	] as const;
	const faultAt = sideBySide(faults, async ([, fault], own) => {
		lose(own, { skip: 1, ...fault });
		return await run('fault', [manualTrigger(rows), send({ ...retried, credentials: await accountAt(own) })]);
	});

	/** Each tells what it came to, by name, so that all of them wait at the same time. */
	const stories = {
		'a text that somebody got before is sent again, also when its request breaks off before it arrives': async (own: Sandbox, credentials: CredentialReference) => {
			const again = async () => acceptedOf(await run('again', [manualTrigger(table(3).map((row) => ({ ...row, name: 'same' }))), send({ credentials })]));
			await again();
			lose(own, { kind: 'reset-before' });
			expect(await again()).toEqual([true, true, true]);
			expect(Object.values(received(own))).toEqual([2, 2, 2]);
		},
		'a text that somebody got before is sent again, also when the answer to it is lost': async (own: Sandbox, credentials: CredentialReference) => {
			const again = async () => acceptedOf(await run('again', [manualTrigger(table(3).map((row) => ({ ...row, name: 'same' }))), send({ credentials })]));
			await again();
			lose(own, { kind: 'reset-after' });
			expect(await again()).toEqual([true, true, true]);
			expect(Object.values(received(own))).toEqual([2, 2, 2]);
		},
		'the same text twice to one number in one run is two messages': async (own: Sandbox, credentials: CredentialReference) => {
			lose(own, { kind: 'partial-after' });
			const done = await run('twice', [manualTrigger([...table(1), ...table(1)]), send({ credentials })]);
			expect(new Set(done.json('Send').map(({ messageId }) => messageId)).size).toBe(2);
			expect(Object.values(received(own))).toEqual([2]);
		},
		'a scheduled message is scheduled once': async (own: Sandbox, credentials: CredentialReference) => {
			lose(own, { kind: 'reset-after' });
			const scheduledFor = '={{ $now.plus({ hours: 2 }).toISO() }}';
			const done = await run('scheduled', [manualTrigger(table(2)), send({ credentials }, { options: { scheduledFor } })]);
			expect(acceptedOf(done)).toEqual([true, true]);
			expect(own.messages(provider).map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
		},
		'a send to a group is not repeated': async (own: Sandbox, credentials: CredentialReference) => {
			lose(own, { kind: 'reset-after' }, '/v1/groups/1/send');
			const parameters = { resource: 'message', operation: 'sendToGroup', group: { __rl: true, mode: 'id', value: 1 }, message: 'Sale', sendFrom: 'registered', options: {} };
			const done = await run('group', [manualTrigger(), node('sms160', parameters, { name: 'Send', credentials, ...retried })]);
			expect(done.error?.message).toBeUndefined();
			expect(done.json('Send').map(({ to }) => to).sort()).toEqual(['61491572549', '61491572665']);
			expect(own.messages(provider)).toHaveLength(2);
		},
		'a contact is created once': async (own: Sandbox, credentials: CredentialReference) => {
			const parameters = { resource: 'contact', operation: 'create', number: '={{ $json.phone }}', options: { firstName: '={{ $json.name }}' } };
			for (const kind of ['reset-after', 'reset-before'] as const) {
				lose(own, { kind }, '/v1/contacts');
				const given = table(2, kind === 'reset-after' ? 100_000 : 200_000);
				const done = await run('contacts', [manualTrigger(given), node('sms160', parameters, { name: 'Send', credentials })]);
				expect(acceptedOf(done)).toEqual([true, true]);
			}
			const all = await run('all', [manualTrigger(), node('sms160', { resource: 'contact', operation: 'getAll', returnAll: true, options: {} }, { name: 'All', credentials })]);
			expect(all.json('All')).toHaveLength(3 + 4);
		},
		'inside Loop Over Items every batch is sent once': async (own: Sandbox, credentials: CredentialReference) => {
			lose(own, { skip: 2, kind: 'reset-after' });
			const done = await run('loop', [manualTrigger(table(20)), loopOverItems([send({ ...retried, credentials })], { batchSize: 5 }), noOperation('Done')]);
			expect(done.status).toBe('success');
			expect(done.json('Done')).toHaveLength(20);
			expect(received(own)).toEqual(eachOnce(table(20)));
		},
	};
	const names = Object.keys(stories) as Array<keyof typeof stories>;
	const storyAt = sideBySide(names, async (name, own) => await stories[name](own, await accountAt(own)));

	test.each(faults.map((each) => [each[0], each] as const))('on the second of three requests, with Retry On Fail: %s', async (_name, each) => {
		const { result: done, sandbox: own } = await faultAt(each);
		expect(done.error?.message).toBeUndefined();
		expect(acceptedOf(done)).toEqual(rows.map(() => true));
		expect(done.json('Send').map(({ to }) => to)).toEqual(rows.map(digits));
		expect(received(own)).toEqual(eachOnce(rows));
		expect(own.violations(provider)).toEqual([]);
	});

	test.each(names)('%s', async (name) => {
		const { sandbox: own } = await storyAt(name);
		expect(own.violations(provider)).toEqual([]);
	}, 300_000);
});

test('without balance the run stops at once; topped up, "Retry execution" sends only the rest', async () => {
	const rows = table(250);
	sandbox.changeSettings({ credits: 120 });
	const failed = await n8n.runInProduction(workflow('no balance', [webhookTrigger(), ...setItems(rows), send()]));
	expect(failed.status).toBe('error');
	expect(failed.error?.message).toMatch(/^160\.com\.au refused the request: Not enough balance \[item \d+\]$/);
	expect(failed.error?.['description']).toContain('Top up your 160.com.au account');
	expect(failed.error?.['description']).toContain('A retry of this node, or of this execution, does not repeat them.');
	expect(sendRequests().length).toBeLessThanOrEqual(3);
	expect(sandbox.messages(provider)).toHaveLength(100);
	sandbox.changeSettings({ credits: 1000 });
	const again = await n8n.retryExecution(failed.id, false);
	expect(again.status).toBe('success');
	expect(received()).toEqual(eachOnce(rows));
});

test('two workflows at once share the two requests a second; 1,000 messages take about 5 s', async () => {
	const times: number[] = [];
	const started = Date.now();
	const one = await n8n.runWorkflow(workflow('1000', [manualTrigger(table(1000)), send()]));
	times.push(Date.now() - started);
	expect(one.json('Send').filter(({ accepted }) => accepted === true)).toHaveLength(1000);
	expect(sendRequests()).toHaveLength(10);
	expect(one.runs['Send']?.[0]?.executionTime).toBeLessThan(8_000);

	const runs = await Promise.all([300_000, 400_000].map(async (from) => await n8n.runWorkflow(workflow(String(from), [manualTrigger(table(400, from)), send()]))));
	expect(runs.map(({ status }) => status)).toEqual(['success', 'success']);
	expect(sandbox.log(provider).filter(({ httpStatus }) => httpStatus === 429)).toEqual([]);
	expect(sandbox.messages(provider)).toHaveLength(1800);
	const at = sandbox.log(provider).map((entry) => Date.parse(entry.at));
	expect(at.filter((time, index) => index >= 2 && time - (at[index - 2] ?? 0) < 1000)).toEqual([]);
	process.stdout.write(`1,000 messages: node ${one.runs['Send']?.[0]?.executionTime ?? 0} ms, workflow ${times[0] ?? 0} ms\n`);
});

test('a bad number stops the run before anything is sent; a wrong secret is told after one request', async () => {
	const bad = await n8n.runWorkflow(workflow('bad row', [manualTrigger([...table(2), { row: 2, phone: '12', name: 'bad' }]), send()]));
	expect(bad.errorOf('Send')).toMatchObject({ message: 'To: "12" is too short to be a phone number [item 2]', description: expect.stringContaining('Nothing was sent.') });
	expect(sandbox.log(provider)).toEqual([]);

	const wrong = await n8n.createCredential('sms160Api', { username: sms160Username, password: 'not-the-secret', baseUrl: sandbox.baseUrl(provider) });
	const run = await n8n.runWorkflow(workflow('wrong secret', [manualTrigger(table(250)), send({ credentials: wrong, errorOutput: [noOperation('Refused')] }), noOperation('Sent')]));
	expect(run.json('Refused')).toHaveLength(250);
	expect(JSON.stringify(run.runs)).not.toContain('not-the-secret');
	expect(sandbox.log(provider).length).toBeLessThanOrEqual(4);
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
