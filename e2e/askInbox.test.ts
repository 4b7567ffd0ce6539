/** Questions whose replies are polled: 160.com.au's Inbox Trigger hands them over, whatever n8n does meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { restartN8n, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Senders, sms160Username } from '../sandbox/sms160/account';

const provider = 'sms160';
const jane = '61491571491';
const wei = '61491571804';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('sms160Api', { username: sms160Username, password: sms160Password, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
// Who writes before a message was sent does not answer it.
beforeEach(() => sandbox.changeSettings({ deliverAfterMs: 20 }, provider));
afterEach(async () => {
	for (const id of active.splice(0)) await n8n.deleteWorkflow(id);
	sandbox.reset();
});

// n8n wants at least a minute between the polls of each entry; twelve entries make one every five seconds.
const pollTimes = { item: Array.from({ length: 12 }, (_, index) => ({ mode: 'custom', cronExpression: `${index * 5} * * * * *` })) };
const polls = () => sandbox.log(provider).filter(({ path }) => path === '/v1/incoming').length;
const nextPolls = async (count: number) => {
	const before = polls();
	await waitFor({ timeout: 90_000 }, `${count} polls`, async () => await Promise.resolve(polls() >= before + count || undefined));
};

/** A workflow with the Inbox Trigger, active. */
async function listen(): Promise<string> {
	const inbox = node('sms160InboxTrigger', { events: ['inbound'], options: {}, pollTimes }, { name: 'Trigger', credentials });
	const { id } = await n8n.createWorkflow(workflow('inbox', [inbox, noOperation('After')]));
	active.push(id);
	await n8n.activateWorkflow(id);
	return id;
}

async function start(parameters: JsonObject = {}, options: JsonObject = {}): Promise<string> {
	const virtual = { sendFrom: 'virtualNumber', virtualNumber: { __rl: true, mode: 'id', value: sms160Senders.virtual } };
	const question = { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming? Reply YES or NO.', responseType: 'approval', answerBy: 'reply', ...virtual };
	const asking = node('sms160', { ...question, options: { byInboxTrigger: true, ...options }, ...parameters }, { name: 'Ask', credentials });
	const { id } = await n8n.createWorkflow(workflow('ask', [manualTrigger(), asking, noOperation('After')]));
	return await n8n.startWorkflow(id);
}
async function ask(parameters: JsonObject = {}, options: JsonObject = {}): Promise<string> {
	const execution = await start(parameters, options);
	await waitFor({ timeout: 30_000 }, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error') throw new Error(String(error?.message));
		return status === 'waiting' || undefined;
	});
	// Times are in whole seconds, and who answers in the second of the question may have written before it.
	await sleep(1_100);
	return execution;
}
const reply = (text: string, from = jane) => sandbox.reply({ provider, from, to: sms160Senders.virtual, text });
const texts = () => sandbox.messages(provider).map(({ text }) => text);
const data = (execution: Execution) => execution.json('After')[0]?.['data'] as Record<string, unknown> | undefined;

test('a polled reply answers once, of two Inbox Triggers as well; later polls, and an activation anew, do nothing', async () => {
	const [one, other] = [await listen(), await listen()];
	const execution = await ask({}, { confirmation: 'See you!' });
	reply('Yes');
	const ended = await n8n.waitForExecution(execution);
	expect(data(ended)).toMatchObject({ approved: true, text: 'Yes', from: jane, answeredBy: 'reply' });
	await nextPolls(4);
	await n8n.deactivateWorkflow(one);
	await n8n.activateWorkflow(one);
	await nextPolls(3);
	expect(texts()).toEqual(['Coming? Reply YES or NO.', 'See you!']);
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);
	for (const id of [one, other]) expect((await n8n.listExecutions(id)).map(({ id: started }) => started)).toEqual([]);
});

test('a clarification is sent once to each who was asked, also when n8n is restarted between two unclear replies', async () => {
	const inbox = await listen();
	const execution = await ask({}, { clarification: 'Please reply YES or NO.' });
	reply('maybe');
	await waitFor({ timeout: 60_000 }, 'the clarification', async () => await Promise.resolve(texts().length > 1 || undefined));
	await restartN8n();
	await nextPolls(2);
	await sleep(1_100);
	reply('hm');
	await nextPolls(3);
	const looks = () => sandbox.log(provider).filter(({ method, path }) => method === 'GET' && path === '/v1/messages').length;
	const before = looks();
	// The node looks for it when nothing that was sent before the restart can turn up any more.
	await waitFor({ timeout: 150_000 }, 'a look', async () => await Promise.resolve(looks() > before || undefined));
	await nextPolls(2);
	expect(texts()).toEqual(['Coming? Reply YES or NO.', 'Please reply YES or NO.']);
	reply('yes');
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: true });
	expect(await n8n.listExecutions(inbox)).toEqual([]);
}, 400_000);

test('replies that come while n8n is down are handed over when it is back', async () => {
	const inbox = await listen();
	const executions = [await ask(), await ask({ to: wei })];
	const restarting = restartN8n();
	await sleep(1_500);
	reply('YES');
	reply('NO', wei);
	await restarting;
	// n8n calls an execution that waited crashed for a moment when it starts.
	const answered = await Promise.all(executions.map(async (id) => await waitFor({ timeout: 90_000 }, `the answer to execution ${id}`, async () => data(await n8n.getExecution(id)))));
	expect(answered.map(({ approved }) => approved)).toEqual([true, false]);
	expect(await n8n.listExecutions(inbox)).toEqual([]);
});

test('who answers while others are still asked is heard when the execution waits', async () => {
	const inbox = await listen();
	// The node looks for what became of its second text, and polls go on meanwhile.
	sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', kind: 'late', workMs: 25_000, clientSees: 'reset', skip: 1 });
	const execution = await start({ to: `${jane}, ${wei}` });
	await waitFor({}, 'the first text', async () => await Promise.resolve(sandbox.messages(provider).length > 0 || undefined));
	await sleep(1_100);
	reply('YES', sandbox.messages(provider)[0]?.to);
	await nextPolls(1);
	expect((await n8n.getExecution(execution)).status).toBe('running');
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: true, from: sandbox.messages(provider)[0]?.to });
	expect(await n8n.listExecutions(inbox)).toEqual([]);
});
