/** Faults at every dangerous place of Mobile Message, in a real n8n: what the phones got is held against what the rows say. */
import type { Account } from './accounts';
import { closeAccounts, endOf, openAccount, people, rowsOf, runPatiently } from './accounts';
import { alongside, beginAll } from './alongside';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import type { Step, StepOptions } from '../real-n8n/workflow';
import { code, loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import type { FaultInput } from '../sandbox/faults';
import { mobileMessageSenders } from '../sandbox/mobile-message/account';
import { sharedN8n } from './running';

const provider = 'mobile-message';
let n8n: N8nClient;

beforeAll(async () => {
	n8n = await sharedN8n();
	beginAll();
});
afterAll(closeAccounts);

const retried: StepOptions = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const allAccepted = (rows: Array<Record<string, unknown>>, count: number) => expect(rows.map(({ accepted }) => accepted)).toEqual(Array.from({ length: count }, () => true));

describe('a fault on the second of two requests, with Retry On Fail: nobody twice, nobody lost', () => {
	const faults: Array<[string, FaultInput, 'stop' | 'continue' | 'error output']> = [
		['429', { kind: '429', retryAfter: 0 }, 'stop'],
		['500 before accepting', { kind: '500-before' }, 'error output'],
		['500 after accepting', { kind: '500-after' }, 'stop'],
		['408', { kind: 'error-before', httpStatus: 408 }, 'continue'],
		['reset before accepting', { kind: 'reset-before' }, 'continue'],
		['reset before accepting, three times', { kind: 'reset-before', times: 2 }, 'stop'],
		['reset after accepting', { kind: 'reset-after' }, 'error output'],
		['time-out before accepting', { kind: 'timeout-before' }, 'stop'],
		['time-out after accepting', { kind: 'timeout-after' }, 'continue'],
		['garbled response after accepting', { kind: 'malformed-after' }, 'stop'],
		['garbled response before accepting', { kind: 'malformed-before' }, 'continue'],
		['response cut off after accepting', { kind: 'truncated-after' }, 'error output'],
		['accepted a minute after the connection was cut', { kind: 'late', clientSees: 'reset' }, 'continue'],
		['accepted half a minute after the time-out', { kind: 'late' }, 'stop'],
		['accepted one by one for a minute', { kind: 'row-by-row', workMs: 58_000 }, 'error output'],
		['no credits, so that the node itself fails', { kind: 'error-before', httpStatus: 403 }, 'stop'],
	];
	for (const [name, fault, onError] of faults) {
		alongside(`${name} (${onError})`, async () => {
			const account = await openAccount(n8n, provider);
			account.addFault({ skip: 1, ...fault });
			const handled: StepOptions = onError === 'stop' ? {} : onError === 'continue' ? { onError: 'continueRegularOutput' } : { errorOutput: [noOperation('Refused')] };
			const run = await runPatiently(n8n, workflow(name, [manualTrigger(people(130)), account.send({ ...retried, ...handled }), noOperation('Sent')]));
			expect([run.status, run.error?.message]).toEqual(['success', undefined]);
			allAccepted(run.json('Sent'), 130);
			expect(account.audit(run.json('Sent'))).toEqual([]);
			});
	}
});

describe('equal texts to equal people from several sides, one answer lost and one request too', () => {
	const faults = (account: Account) => {
		account.addFault({ kind: 'reset-before' });
		account.addFault({ kind: 'reset-after' });
	};

	for (const [name, text] of [['Sale today', 'Sale today'], ['Arabic', 'مرحبا، طلبك جاهز'], ['emoji', '👍']] as const) {
		alongside(`four workflows at once, with one reference: ${name}`, async () => {
			const account = await openAccount(n8n, provider);
			faults(account);
			const each = workflow('one of four', [manualTrigger(people(8, () => text)), account.send({}, { options: { reference: 'same' } })]);
			const rows = (await Promise.all([1, 2, 3, 4].map(async () => await runPatiently(n8n, each)))).flatMap((run) => run.json('Send'));
			allAccepted(rows, 32);
			expect(account.audit(rows)).toEqual([]);
			});
	}

	alongside('two nodes of one workflow, and all iterations of a loop', async () => {
		const account = await openAccount(n8n, provider);
		faults(account);
		const toOne = people(3, () => 'Sale today').map((row) => ({ ...row, phone: '0412 100 000' }));
		const second = account.send({ name: 'Send again' }, { to: '={{ $json.to }}' });
		const run = await runPatiently(n8n, workflow('two nodes in a loop', [manualTrigger(toOne), loopOverItems([account.send(), second], { batchSize: 1 })]));
		const rows = rowsOf(run, 'Send', 'Send again');
		allAccepted(rows, 6);
		expect(account.audit(rows)).toEqual([]);
	});
});

describe('Stop, then Retry', () => {
	/** Runs until the moment has come, presses Stop, and Retry at once. */
	async function stopAndRetry(steps: Step[], moment: () => boolean): Promise<Execution> {
		const stored = await n8n.createWorkflow(workflow('stopped', [webhookTrigger(), ...steps]));
		await n8n.activateWorkflow(stored.id);
		await fetch(await n8n.webhookUrl(stored.id, 'Webhook'), { method: 'POST' });
		await waitFor({}, 'the moment', async () => await Promise.resolve(moment() || undefined));
		const started = (await n8n.listExecutions(stored.id))[0]?.id ?? '';
		await n8n.stopExecution(started);
		await endOf(n8n, started);
		return await retry(started);
	}
	/** n8n keeps the retry of a stopped execution as failed ("cancelled manually") even where all went well. */
	async function retry(id: string, loadWorkflow = false): Promise<Execution> {
		const { id: again } = (await n8n.call('POST', `/executions/${id}/retry`, { loadWorkflow })) as { id: string };
		return await endOf(n8n, again);
	}
	const skip = { options: { earlierSends: 'skip' } };

	alongside('while a request is under way that will be accepted a minute later: by default nothing is sent again', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'late' });
		const again = await stopAndRetry([...setItems(people(20)), account.send()], () => account.requests() > 0);
		expect(again.errorOf('Send')?.message).toMatch(/^20 of 20 messages of this run seem to have been sent already/);
		// The same question, put again.
		expect((await retry(again.id)).errorOf('Send')?.message).toMatch(/^20 of 20 messages of this run seem to have been sent already/);
		expect(account.audit(people(20).map((row, index) => ({ ...row, accepted: true, messageId: index })))).toEqual([]);
	});

	alongside('while its answer is waited for, and the other half is not there: "Skip Them" sends that', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'partial-after' });
		const again = await stopAndRetry([...setItems(people(20)), account.send({}, skip)], () => account.requests() > 0);
		allAccepted(again.json('Send'), 20);
		expect(account.audit(again.json('Send'))).toEqual([]);
	});

	alongside('in a loop: "Skip Them" holds in every iteration', async () => {
		const account = await openAccount(n8n, provider);
		account.sandbox.changeSettings({ latencyMs: 300 });
		const loop = loopOverItems([account.send({}, skip)], { batchSize: 5 });
		const again = await stopAndRetry([...setItems(people(30)), loop], () => account.sandbox.messages().length >= 15);
		allAccepted(rowsOf(again, 'Send'), 30);
		expect(account.audit(rowsOf(again, 'Send'))).toEqual([]);
	});

	alongside('of more messages than a page of the history holds', async () => {
		const account = await openAccount(n8n, provider);
		account.sandbox.changeSettings({ latencyMs: 700 });
		const again = await stopAndRetry([...setItems(people(1_800)), account.send({}, skip)], () => account.sandbox.messages().length >= 1_000);
		allAccepted(again.json('Send'), 1_800);
		expect(account.audit(again.json('Send'))).toEqual([]);
	});

	alongside('after a text that is filled in was sent to a list, and to people with a reference of one\'s own: none of them twice', async () => {
		const account = await openAccount(n8n, provider);
		const sender = { __rl: true, mode: 'id', value: mobileMessageSenders.alpha };
		const list = { __rl: true, mode: 'id', value: 1 };
		const toList = node('mobileMessage', { resource: 'message', operation: 'sendToList', list, message: 'Hi {first_name}', sender, options: {} }, { name: 'To list', credentials: account.credentials });
		const toPeople = (options: object) => account.send({}, { message: 'Dear {first_name}', options: { reference: 'sale', ...options } });
		const wait = code('await new Promise((resolve) => setTimeout(resolve, 20000)); return $input.all()', { name: 'Slow' });
		const again = await stopAndRetry([...setItems(people(5)), toPeople({}), wait], () => account.sandbox.messages().length === 5);
		expect(again.errorOf('Send')?.message).toMatch(/^5 of 5 messages of this run/);
		const listAgain = await stopAndRetry([toList, wait], () => account.sandbox.messages().length === 7);
		expect(listAgain.errorOf('To list')?.message).toMatch(/^1 of 1 messages of this run/);
		expect(account.sandbox.messages()).toHaveLength(7);
	});
});
