/** Faults at every dangerous place of 160.com.au, in a real n8n: what the phones got is held against what the rows say. */
import type { Account } from './accounts';
import { closeAccounts, endOf, openAccount, people, rowsOf, runPatiently } from './accounts';
import { alongside, beginAll } from './alongside';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import type { Step, StepOptions } from '../real-n8n/workflow';
import { code, loopOverItems, manualTrigger, node, noOperation, setItems, webhookTrigger, workflow } from '../real-n8n/workflow';
import type { FaultInput } from '../sandbox/faults';
import { sharedN8n } from './running';

const provider = 'sms160';
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
		['500 before accepting', { kind: '500-before' }, 'continue'],
		['500 after accepting', { kind: '500-after' }, 'stop'],
		['reset before accepting', { kind: 'reset-before' }, 'error output'],
		['reset before accepting, twice', { kind: 'reset-before', times: 2 }, 'stop'],
		['reset after accepting', { kind: 'reset-after' }, 'continue'],
		['time-out before accepting', { kind: 'timeout-before' }, 'stop'],
		['time-out after accepting', { kind: 'timeout-after' }, 'error output'],
		['garbled response before accepting', { kind: 'malformed-before' }, 'stop'],
		['garbled response after accepting', { kind: 'malformed-after' }, 'continue'],
		['response cut off after accepting', { kind: 'truncated-after' }, 'stop'],
		['half of the request accepted', { kind: 'partial-after' }, 'error output'],
		['accepted a minute after the connection was cut', { kind: 'late', clientSees: 'reset' }, 'stop'],
		['accepted half a minute after the time-out', { kind: 'late' }, 'continue'],
		['accepted one by one for a minute', { kind: 'row-by-row', workMs: 58_000 }, 'error output'],
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

describe('equal texts to equal people from several sides', () => {
	const atOnce = async (account: Account, text: string) => {
		const each = workflow('one of four', [manualTrigger(people(8, () => text)), account.send()]);
		return (await Promise.all([1, 2, 3, 4].map(async () => await runPatiently(n8n, each)))).flatMap((run) => run.json('Send'));
	};

	for (const [name, text] of [['Sale today', 'Sale today'], ['Arabic', 'مرحبا، طلبك جاهز'], ['emoji', '👍']] as const) {
		alongside(`four workflows at once, one answer lost: ${name}`, async () => {
			const account = await openAccount(n8n, provider);
			account.addFault({ kind: 'reset-after', skip: 1 });
			const rows = await atOnce(account, text);
			allAccepted(rows, 32);
			expect(account.audit(rows)).toEqual([]);
		});
	}

	alongside('four workflows at once, one answer lost and one request too: whose it was, nobody can tell, and nothing goes again', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'reset-before' });
		account.addFault({ kind: 'reset-after' });
		const rows = await atOnce(account, 'Sale today');
		expect(rows.filter(({ accepted }) => accepted === true)).toHaveLength(16);
		expect(rows.filter(({ status }) => status === 'unknown')).toHaveLength(16);
		expect(account.audit(rows)).toEqual([]);
		expect(account.sandbox.messages()).toHaveLength(24);
	});

	alongside('two nodes of one workflow, and all iterations of a loop', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'reset-before' });
		account.addFault({ kind: 'reset-after' });
		const toOne = people(3, () => 'Sale today').map((row) => ({ ...row, phone: '0412 100 000' }));
		const second = account.send({ name: 'Send again' }, { to: '={{ $json.to }}' });
		const run = await runPatiently(n8n, workflow('two nodes in a loop', [manualTrigger(toOne), loopOverItems([account.send(), second], { batchSize: 1 })]));
		const rows = rowsOf(run, 'Send', 'Send again');
		allAccepted(rows, 6);
		expect(account.audit(rows)).toEqual([]);
	});

	alongside('a text that somebody got before is sent again, also when its request breaks off', async () => {
		const account = await openAccount(n8n, provider);
		const rows: Array<Record<string, unknown>> = [];
		for (const kind of ['429', 'reset-before', 'reset-after'] as const) {
			account.addFault({ kind });
			rows.push(...(await runPatiently(n8n, workflow('again', [manualTrigger(people(3, () => 'same')), account.send()]))).json('Send'));
		}
		allAccepted(rows, 9);
		expect(account.audit(rows)).toEqual([]);
	});

	alongside('the same text twice to one number in one run, and two texts that differ in a sign only, of which half are taken', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'partial-after' });
		const toOne = people(6, (row) => ['Pay $1.50', 'Pay $150', 'Pay $150'][row % 3] ?? '').map((row) => ({ ...row, phone: '0412 100 000' }));
		const run = await runPatiently(n8n, workflow('twice', [manualTrigger(toOne), account.send()]));
		allAccepted(run.json('Send'), 6);
		expect(account.audit(run.json('Send'))).toEqual([]);
	});
});

alongside('a scheduled message whose answer was lost is scheduled once', async () => {
	const account = await openAccount(n8n, provider);
	account.addFault({ kind: 'reset-after' });
	const inTwoHours = { when: 'later', scheduledFor: '={{ $now.plus({ hours: 2 }).toISO() }}' };
	const run = await runPatiently(n8n, workflow('scheduled', [manualTrigger(people(2)), account.send({}, inTwoHours)]));
	allAccepted(run.json('Send'), 2);
	expect(account.sandbox.messages(provider).map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
	expect(account.audit(run.json('Send'))).toEqual([]);
});

alongside('a contact whose creation broke off is created once', async () => {
	const account = await openAccount(n8n, provider);
	const { credentials } = account;
	const create = node('sms160', { resource: 'contact', operation: 'create', number: '={{ $json.phone }}', options: { firstName: '={{ $json.text }}' } }, { name: 'Create', credentials });
	for (const [kind, some] of [['reset-after', people(4).slice(2)], ['reset-before', people(2)]] as const) {
		account.addFault({ kind, path: '/v1/contacts' });
		allAccepted((await runPatiently(n8n, workflow('contacts', [manualTrigger(some), create]))).json('Create'), 2);
	}
	const all = node('sms160', { resource: 'contact', operation: 'getAll', returnAll: true, options: {} }, { name: 'All', credentials });
	expect((await runPatiently(n8n, workflow('all', [manualTrigger(), all]))).json('All')).toHaveLength(3 + 4);
});

describe('a send to a group', () => {
	const toGroup = (account: Account, options: StepOptions = {}) =>
		node(
			'sms160',
			{ resource: 'message', operation: 'sendToGroup', group: { __rl: true, mode: 'id', value: 1 }, message: 'Sale', sendFrom: 'registered', options: {} },
			{ name: 'Send', credentials: account.credentials, ...options },
		);

	alongside('whose answer was lost is not repeated, also where somebody in it gets no messages, so that it is never there as a whole', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'reset-after', path: '/v1/groups/1/send' });
		const run = await runPatiently(n8n, workflow('group', [manualTrigger(), toGroup(account, retried)]));
		expect(run.errorOf('Send')?.message).toMatch(/^It is not known whether this group message was sent\. .*lists only a part of it\./);
		expect(account.sandbox.messages(provider)).toHaveLength(2);
	});

	alongside('that was stopped is not repeated by Retry', async () => {
		const account = await openAccount(n8n, provider);
		const wait = code('await new Promise((resolve) => setTimeout(resolve, 20000)); return $input.all()', { name: 'Slow' });
		const again = await stopAndRetry([toGroup(account), wait], () => account.sandbox.messages().length === 2);
		expect(again.errorOf('Send')?.message).toMatch(/^1 of 1 messages of this run/);
		expect(account.sandbox.messages(provider)).toHaveLength(2);
	});
});

/** Runs until the moment has come, presses Stop, and Retry at once. n8n keeps such a retry as failed even where all went well. */
async function stopAndRetry(steps: Step[], moment: () => boolean): Promise<Execution> {
	const stored = await n8n.createWorkflow(workflow('stopped', [webhookTrigger(), ...steps]));
	await n8n.activateWorkflow(stored.id);
	await fetch(await n8n.webhookUrl(stored.id, 'Webhook'), { method: 'POST' });
	await waitFor({}, 'the moment', async () => await Promise.resolve(moment() || undefined));
	const started = (await n8n.listExecutions(stored.id))[0]?.id ?? '';
	await n8n.stopExecution(started);
	await endOf(n8n, started);
	const { id } = (await n8n.call('POST', `/executions/${started}/retry`, { loadWorkflow: false })) as { id: string };
	return await endOf(n8n, id);
}

describe('Stop, then Retry with "Skip Them"', () => {
	const skip = { options: { earlierSends: 'skip' } };

	alongside('while a request is under way that will be accepted a minute later', async () => {
		const account = await openAccount(n8n, provider);
		account.addFault({ kind: 'late', clientSees: 'reset', skip: 1 });
		const again = await stopAndRetry([...setItems(people(120)), account.send({}, skip)], () => account.requests() > 1);
		allAccepted(again.json('Send'), 120);
		expect(account.audit(again.json('Send'))).toEqual([]);
	});

	alongside('in a loop', async () => {
		const account = await openAccount(n8n, provider);
		const again = await stopAndRetry([...setItems(people(20)), loopOverItems([account.send({}, skip)], { batchSize: 5 })], () => account.sandbox.messages().length >= 10);
		allAccepted(rowsOf(again, 'Send'), 20);
		expect(account.audit(rowsOf(again, 'Send'))).toEqual([]);
	});

	alongside('of more messages than a page of the list holds', async () => {
		const account = await openAccount(n8n, provider);
		const again = await stopAndRetry([...setItems(people(900)), account.send({}, skip)], () => account.sandbox.messages().length >= 500);
		allAccepted(again.json('Send'), 900);
		expect(account.audit(again.json('Send'))).toEqual([]);
	});
});
