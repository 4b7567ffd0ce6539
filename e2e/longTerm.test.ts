/** What the package promises holds in both lines of n8n: the newest release, and the long-term release that many companies stay with. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installN8n, installPackage, n8nLines, type N8nLine } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, waitFor, type Execution, type N8nClient } from '../real-n8n/rest';
import { manualTrigger, node, noOperation, setItems, webhookTrigger, workflow, type CredentialReference, type JsonObject, type Step, type StepOptions } from '../real-n8n/workflow';
import { details, n8nLogs, sharedN8n } from './running';
import { plainWays, textsOf } from './plainFields';
import { sideBySide } from './sideBySide';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { sms160Password, sms160Username } from '../sandbox/sms160/account';
import { ugApiKey, ugPassword, ugUsername } from '../sandbox/ugsms/account';

/** The first run on a machine installs n8n. */
const INSTALLING_MS = 900_000;

const mobileMessage = 'mobile-message';
const sms160 = 'sms160';
const mobileMessageAccount = { username: mobileMessageUsername, password: mobileMessagePassword };
const sms160Account = { username: sms160Username, password: sms160Password };
const invalid = '0491570156';
const unsubscribed = '0491570006';

/** An n8n to test in, and how to read what it printed. */
interface Instance {
	client: N8nClient;
	logs(): Promise<string>;
	stop(): Promise<void>;
}

async function instanceOf(line: N8nLine): Promise<Instance> {
	if (line === 'current') return { client: await sharedN8n(), logs: n8nLogs, stop: async () => await Promise.resolve() };
	const installed = await installN8n(line);
	const userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-long-term-'));
	const removeFolder = () => rmSync(userFolder, { recursive: true, force: true });
	let n8n: RunningN8n | undefined;
	try {
		await installPackage(userFolder, details().tarball);
		// With its single connection, n8n 1.x mixes up what it is asked at the same time ("no such savepoint"); 2.x always has several.
		n8n = await startN8n({ userFolder, installed, env: { N8N_LOG_LEVEL: 'debug', DB_SQLITE_POOL_SIZE: '3' } });
		const { logs, stop, url } = n8n;
		return {
			client: await connect(url),
			logs: async () => await Promise.resolve(logs()),
			stop: async () => {
				await stop();
				removeFolder();
			},
		};
	} catch (error) {
		await n8n?.stop();
		removeFolder();
		throw error;
	}
}

describe.each(n8nLines)('n8n, its %s release', (line) => {
	let instance: Instance | undefined;
	let n8n: N8nClient;
	let sandbox: Sandbox;
	let credentials: { mobileMessage: CredentialReference; sms160: CredentialReference };

	beforeAll(async () => {
		sandbox = await startSandbox({ latencyMs: 5 });
		instance = await instanceOf(line);
		n8n = instance.client;
		process.stdout.write(`n8n ${n8n.version}\n`);
		credentials = {
			mobileMessage: await n8n.createCredential('mobileMessageApi', { ...mobileMessageAccount, baseUrl: sandbox.baseUrl(mobileMessage) }),
			sms160: await n8n.createCredential('sms160Api', { ...sms160Account, baseUrl: sandbox.baseUrl(sms160) }),
		};
	}, INSTALLING_MS);
	afterAll(async () => {
		await instance?.stop();
		await sandbox.close();
	});
	beforeEach(() => sandbox.reset());

	const table = (count: number): JsonObject[] => Array.from({ length: count }, (_, row) => ({ row, phone: `0412 ${100_000 + row}`, name: `Name ${row}` }));
	const digits = ({ phone }: JsonObject): string => `61${String(phone).replace(/\D/g, '').slice(1)}`;
	const eachOnce = (rows: JsonObject[]): Record<string, number> => Object.fromEntries(rows.map((row) => [digits(row), 1]));
	/** How often each number got its message. */
	const received = (provider: string, at = sandbox): Record<string, number> => {
		const counts: Record<string, number> = {};
		for (const { to } of at.messages(provider)) counts[to] = (counts[to] ?? 0) + 1;
		return counts;
	};
	const send = (options: StepOptions = {}): Step =>
		node(
			'mobileMessage',
			{ resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', sender: { __rl: true, mode: 'id', value: mobileMessageSenders.alpha }, options: {} },
			{ name: 'Send', credentials: credentials.mobileMessage, ...options },
		);
	const send160 = (options: StepOptions = {}): Step =>
		node(
			'sms160',
			{ resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', sendFrom: 'registered', options: {} },
			{ name: 'Send', credentials: credentials.sms160, ...options },
		);
	const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

	test('is the line that was meant', () => {
		expect(n8n.version).toMatch(line === 'current' ? /^2\./ : /^1\./);
	});

	test('lists the nodes without running their code', async () => {
		const names = (await n8n.nodeTypes()).map(({ name }) => name);
		for (const type of ['mobileMessage', 'mobileMessageTool', 'mobileMessageTrigger', 'mobileMessageInboxTrigger', 'sms160', 'sms160Tool', 'sms160Trigger', 'sms160InboxTrigger']) {
			expect(names).toContain(`n8n-nodes-sms-hub.${type}`);
		}
		expect((await n8n.nodeType('mobileMessage'))?.displayName).toBe('Mobile Message');
		expect(await instance?.logs()).toContain('Lazy-loading nodes and credentials from n8n-nodes-sms-hub');
	});

	test('tests credentials', async () => {
		for (const credential of [credentials.mobileMessage, credentials.sms160]) {
			expect(await n8n.testCredential(credential)).toMatchObject({ status: 'OK' });
			expect(
				await n8n.testCredential(credential, {
					username: 'x',
					password: 'not-the-password',
					baseUrl: sandbox.baseUrl(credential === credentials.sms160 ? sms160 : mobileMessage),
				}),
			).toMatchObject({ status: 'Error' });
		}
	});

	test('searches in the lists of pickers', async () => {
		const search = { type: 'mobileMessage', method: 'searchLists', path: 'list', credentials: credentials.mobileMessage, parameters: { resource: 'message', operation: 'sendToList' } };
		expect((await n8n.searchList(search)).results).toEqual([expect.objectContaining({ name: expect.stringContaining('VIP Customers'), value: 1 })]);
		expect((await n8n.searchList({ ...search, filter: 'nothing like it' })).results).toEqual([]);
	});

	test.each(plainWays)('reads the plain fields of %j as n8n does', async (ours, n8ns) => {
		const seen = await textsOf(n8n, credentials.mobileMessage, ours);
		expect(seen).toEqual(await textsOf(n8n, credentials.mobileMessage, n8ns));
		expect(seen.some((row) => JSON.stringify(row) !== JSON.stringify(seen[0])) || ours.includes('missing')).toBe(true);
	});

	test('moves bad and refused rows to the error output with all their columns, and the rest goes on', async () => {
		const rows = table(250);
		const bad: Array<[row: number, phone: string, reason: string]> = [
			[0, 'unknown', 'is not a phone number'],
			[5, unsubscribed, 'The recipient has unsubscribed and cannot receive messages.'],
			[120, '12', 'is too short to be a phone number'],
			[249, invalid, 'Invalid phone number format'],
		];
		for (const [row, phone] of bad) rows[row] = { row, phone, name: `bad ${row}` };
		const run = await n8n.runWorkflow(workflow('error output', [manualTrigger(rows), send({ errorOutput: [noOperation('Refused')], ...retried }), noOperation('Sent')]));
		expect(run.status).toBe('success');

		const refused = run.json('Refused');
		expect(refused).toEqual(bad.map(([row]): unknown => expect.objectContaining(rows[row] ?? {})));
		for (const [index, [, , reason]] of bad.entries()) expect(JSON.stringify(refused[index])).toContain(reason);

		const good = rows.filter((_, index) => !bad.some(([row]) => row === index));
		expect(run.json('Sent').map(({ to, accepted }) => [to, accepted])).toEqual(good.map((row) => [digits(row), true]));
		// The first item is a bad one, for which n8n runs the node again: three times, and nobody is texted twice.
		expect(received(mobileMessage)).toEqual(eachOnce(good));
		expect(sandbox.violations(mobileMessage)).toEqual([]);
	});

	test('keeps refused rows among the others where there is no error output', async () => {
		const rows = table(30);
		rows[5] = { row: 5, phone: unsubscribed, name: 'opted out' };
		for (const options of [{}, { onError: 'continueRegularOutput' }] satisfies StepOptions[]) {
			sandbox.reset();
			const run = await n8n.runWorkflow(workflow('one output', [manualTrigger(rows), send(options)]));
			expect(run.status).toBe('success');
			expect(run.json('Send').map(({ to }) => to)).toEqual(rows.map(digits));
			expect(run.json('Send').flatMap(({ accepted }, index) => (accepted === true ? [] : [index]))).toEqual([5]);
			expect(run.json('Send')[5]).toMatchObject({ accepted: false, reason: 'The recipient has unsubscribed and cannot receive messages.' });
		}
	});

	describe('with Retry On Fail, nobody is texted twice and nobody is lost', () => {
		const rows = table(250);
		const faults = [
			['429', { kind: '429', retryAfter: 0 }],
			['500 after accepting', { kind: '500-after' }],
			['reset before accepting', { kind: 'reset-before' }],
			['reset after accepting', { kind: 'reset-after' }],
			['no credits, so that the node itself fails', { kind: 'error-before', httpStatus: 403 }],
		] as const;

		const cases = [
			...faults.map((fault) => ({ name: `Mobile Message: ${fault[0]}`, fault: fault[1], provider: mobileMessage, step: send, credentialType: 'mobileMessageApi', account: mobileMessageAccount })),
			...faults.slice(0, 4).map((fault) => ({ name: `160.com.au: ${fault[0]}`, fault: fault[1], provider: sms160, step: send160, credentialType: 'sms160Api', account: sms160Account })),
		];
		const runOf = sideBySide(cases, async ({ fault, provider, step, credentialType, account }, own) => {
			own.addFault({ provider, method: 'POST', path: '/v1/messages', skip: 1, ...fault });
			const credential = await n8n.createCredential(credentialType, { ...account, baseUrl: own.baseUrl(provider) });
			return await n8n.runWorkflow(workflow('fault', [manualTrigger(rows), step({ ...retried, credentials: credential })]), { timeout: 170_000 });
		});

		test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
			const { result, sandbox: own } = await runOf(each);
			expectAll(result, rows);
			expect(received(each.provider, own)).toEqual(eachOnce(rows));
		});

		test('a retried execution sends only what was not accepted', async () => {
			sandbox.addFault({ provider: mobileMessage, method: 'POST', path: '/v1/messages', skip: 2, kind: 'error-before', httpStatus: 403 });
			const failed = await n8n.runInProduction(workflow('retry execution', [webhookTrigger(), ...setItems(rows), send()]));
			expect(failed.status).toBe('error');
			expectAll(await n8n.retryExecution(failed.id, true), rows);
			expect(received(mobileMessage)).toEqual(eachOnce(rows));
		});
	});

	function expectAll(run: Execution, rows: JsonObject[]): void {
		expect(run.error?.message).toBeUndefined();
		expect(run.json('Send').map(({ to, accepted }) => [to, accepted])).toEqual(rows.map((row) => [digits(row), true]));
	}

	test('starts a workflow on a reply, refuses a forged one, and takes its address back', async () => {
		// The editor gives a trigger its webhook's ID; newer n8n does too.
		const trigger = node('mobileMessageTrigger', { events: ['inbound'] }, { name: 'Trigger', credentials: credentials.mobileMessage, webhookId: randomUUID() });
		const stored = await n8n.createWorkflow(workflow('replies', [trigger, noOperation('After')]));
		await n8n.activateWorkflow(stored.id);
		const forged = await fetch(await n8n.webhookUrl(stored.id, 'Trigger'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"type":"inbound","message":"forged"}' });
		expect(forged.status).toBe(401);
		sandbox.reply({ provider: mobileMessage, from: '0491570158', to: mobileMessageSenders.dedicated, text: 'Coming!' });
		const [started] = await waitFor({ timeout: 60_000 }, 'the execution', async () => {
			const list = await n8n.listExecutions(stored.id);
			return list.length > 0 ? list : undefined;
		});
		const run = await n8n.waitForExecution(started?.id ?? '');
		expect(run.json('After')).toEqual([expect.objectContaining({ event: 'inbound', from: '61491570158', text: 'Coming!' })]);
		expect(await n8n.listExecutions(stored.id)).toHaveLength(1);

		await n8n.deactivateWorkflow(stored.id);
		const registered = async () => {
			const authorization = `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}`;
			return ((await (await fetch(`${sandbox.baseUrl(mobileMessage)}/v1/webhooks`, { headers: { authorization } })).json()) as JsonObject)['webhooks'];
		};
		await waitFor({}, 'the end of the webhook', async () => JSON.stringify(await registered()) === JSON.stringify({ inbound: null, status: null }) || undefined);
		await n8n.deleteWorkflow(stored.id);
	});

	test('reads the inbox with a polling trigger', async () => {
		sandbox.reply({ provider: mobileMessage, from: '0491570158', to: mobileMessageSenders.dedicated, text: 'In the inbox' });
		const trigger = node('mobileMessageInboxTrigger', { events: ['inbound'], pollTimes: { item: [{ mode: 'everyMinute' }] } }, { name: 'Trigger', credentials: credentials.mobileMessage });
		const run = await n8n.runWorkflow(workflow('inbox', [trigger, noOperation('After')]));
		expect(run.json('After')).toEqual([expect.objectContaining({ event: 'inbound', text: 'In the inbox' })]);
	});

	test('a UGSMS credential is tested by key and by password, and sends by either', async () => {
		const signIns: JsonObject[] = [
			{ authentication: 'apiKey', apiKey: ugApiKey },
			{ authentication: 'password', username: ugUsername, password: ugPassword },
		];
		for (const signIn of signIns) {
			const baseUrl = sandbox.baseUrl('ugsms');
			const good = await n8n.createCredential('ugSmsApi', { ...signIn, baseUrl });
			const wrong = await n8n.createCredential('ugSmsApi', { ...signIn, ...('apiKey' in signIn ? { apiKey: 'wrong-key' } : { password: 'wrong-word' }), baseUrl });
			expect(await n8n.testCredential(good)).toMatchObject({ status: 'OK' });
			expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
			expect(sandbox.messages('ugsms')).toEqual([]);
			const send = node('ugSms', { resource: 'message', operation: 'send', to: '0701100000', message: 'Hi', options: {} }, { name: 'Send', credentials: good });
			expect((await n8n.runWorkflow(workflow('ugsms', [manualTrigger(), send]))).json('Send')).toMatchObject([{ to: '0701100000', accepted: true }]);
			sandbox.reset();
		}
	});
});
