/** Send and Wait for Response where replies come to the account's one address: this package's trigger hands them over. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'mobile-message';
const jane = '61491571491';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
afterEach(async () => {
	expect(sandbox.violations(provider)).toEqual([]);
	for (const id of active.splice(0)) await n8n.deleteWorkflow(id);
	sandbox.reset();
});

const sender = (value: string = mobileMessageSenders.dedicated): JsonObject => ({ __rl: true, mode: 'id', value });

const flow = (parameters: JsonObject, options: JsonObject) =>
	workflow('ask', [
		manualTrigger(),
		node('mobileMessage', { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming? Reply YES or NO.', sender: sender(), options, ...parameters }, { name: 'Ask', credentials }),
		noOperation('After'),
	]);

async function ask(parameters: JsonObject = {}, options: JsonObject = {}): Promise<string> {
	const { id } = await n8n.createWorkflow(flow(parameters, options));
	const execution = await n8n.startWorkflow(id);
	await waitFor({ timeout: 30_000 }, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error') throw new Error(String(error?.message));
		return status === 'waiting' || undefined;
	});
	return execution;
}

/** A workflow with the trigger, active. */
async function listen(events: string[], options: JsonObject = {}): Promise<string> {
	const { id } = await n8n.createWorkflow(workflow('trigger', [node('mobileMessageTrigger', { events, options }, { name: 'Trigger', credentials, typeVersion: 2 }), noOperation('After')]));
	active.push(id);
	await n8n.activateWorkflow(id);
	return id;
}

const reply = (text: string, from = jane) => sandbox.reply({ provider, from, text, to: mobileMessageSenders.dedicated });
/** Answers to the calls so far, when there are so many. */
const calls = async (count: number) =>
	await waitFor({}, `${count} calls`, async () => {
		const all = sandbox.webhooks(provider).filter(({ type }) => type === 'inbound');
		return await Promise.resolve(all.length >= count ? all.map(({ httpStatus }) => httpStatus) : undefined);
	});
const data = (execution: Execution) => execution.json('After')[0]?.['data'] as Record<string, unknown> | undefined;
const started = async (id: string, count: number) => {
	const list = await waitFor({}, `${count} executions`, async () => {
		const found = await n8n.listExecutions(id);
		return found.length >= count ? found : undefined;
	});
	return (await Promise.all(list.map(async (each) => await n8n.waitForExecution(each.id)))).reverse().flatMap((each) => each.json('After'));
};

test('maybe, a clarification, YES: it goes on once, and the trigger\'s workflow is left alone until the question is over', async () => {
	const trigger = await listen(['inbound', 'unsubscribe']);
	const execution = await ask({}, { clarification: 'Please reply YES or NO.', confirmation: 'See you!' });
	reply('maybe');
	reply('YES', '61491571804');
	await calls(2);
	// A stranger's YES is a reply as any.
	expect(await started(trigger, 1)).toMatchObject([{ event: 'inbound', from: '61491571804', text: 'YES' }]);
	expect((await n8n.getExecution(execution)).status).toBe('waiting');
	expect(sandbox.messages(provider).map(({ text }) => text)).toEqual(['Coming? Reply YES or NO.', 'Please reply YES or NO.']);
	reply('hm');
	await calls(3);
	expect(sandbox.messages(provider)).toHaveLength(2);
	reply('yes');
	const ended = await n8n.waitForExecution(execution);
	expect(ended.json('After')).toEqual([
		expect.objectContaining({
			data: expect.objectContaining({ approved: true, text: 'yes', from: jane, answeredBy: 'reply' }),
			messageId: expect.any(String),
			to: jane,
			accepted: true,
		}),
	]);
	expect(ended.json('After')[0]).toMatchObject({ reference: null });
	reply('Thanks!');
	expect((await started(trigger, 2))[1]).toMatchObject({ text: 'Thanks!' });
	expect(await calls(5)).toEqual([200, 200, 200, 200, 200]);
	expect(await n8n.listExecutions(trigger)).toHaveLength(2);
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);
});

test('STOP ends the question; the option starts the trigger\'s workflow as well', async () => {
	const trigger = await listen(['inbound'], { alsoStart: true });
	const execution = await ask();
	reply('NO');
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: false, optedOut: false });
	expect(await started(trigger, 1)).toMatchObject([{ text: 'NO', reference: expect.stringMatching(/^n8nq\./) }]);
	const stopped = await ask();
	reply('STOP');
	expect(data(await n8n.waitForExecution(stopped))).toMatchObject({ approved: false, optedOut: true, text: 'STOP' });
});

test('without a trigger, or from a sender that nobody can reply to, it is refused before anything is sent', async () => {
	const run = async (parameters: JsonObject = {}, options: JsonObject = {}) => {
		const { error } = await n8n.runWorkflow(flow(parameters, options));
		return [error?.message, error?.['description']];
	};
	expect(await run()).toEqual([expect.stringContaining('sends the replies of this account to nobody'), expect.stringContaining('Mobile Message Trigger')]);
	expect(await run({ responseType: 'delivery' })).toEqual([expect.stringContaining('sends the delivery reports of this account to nobody'), expect.stringContaining('Mobile Message Trigger')]);
	await listen(['inbound']);
	expect(await run({ sender: sender(mobileMessageSenders.alpha) })).toEqual([expect.stringContaining('a name: nobody can reply'), expect.stringContaining('dedicated number')]);
	expect(await run({ sender: sender(mobileMessageSenders.own) })).toEqual([expect.stringContaining('replies go to that phone'), expect.stringContaining('dedicated number')]);
	expect(sandbox.messages(provider)).toEqual([]);
	const byName = await ask({ sender: sender(mobileMessageSenders.alpha), answerBy: 'link', message: 'OK?' });
	const [, link = ''] = /(http\S+)$/.exec(sandbox.messages(provider)[0]?.text ?? '') ?? [];
	await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) });
	expect(data(await n8n.waitForExecution(byName))).toMatchObject({ approved: true, answeredBy: 'link' });
});

test('a delivery: when all parts of a long message arrived', async () => {
	await listen(['delivered', 'failed']);
	sandbox.changeSettings({ deliverAfterMs: 1_500 }, provider);
	const short = await ask({ responseType: 'delivery', sender: sender(mobileMessageSenders.alpha), message: 'Hi' });
	expect((await n8n.waitForExecution(short)).json('After')[0]).toMatchObject({ status: 'delivered', data: { delivered: true, answeredBy: 'delivery' } });
	const long = await ask({ responseType: 'delivery', message: 'Hi '.repeat(120) });
	expect((await n8n.waitForExecution(long)).json('After')[0]).toMatchObject({ status: 'delivered', segments: 3 });
	const failed = await ask({ responseType: 'delivery', to: '0491 570 157' });
	expect((await n8n.waitForExecution(failed)).json('After')[0]).toMatchObject({ status: 'failed', data: { delivered: false } });
});

test('made-up references call nobody but this n8n, and their replies start the workflow as any', async () => {
	const trigger = await listen(['inbound']);
	const execution = await ask();
	const sent = sandbox.log(provider).find(({ method, path }) => method === 'POST' && path === '/v1/messages');
	const reference = (sent?.body as { messages: Array<{ custom_ref: string }> }).messages[0]?.custom_ref ?? '';
	expect(reference).toMatch(/^n8nq\.\d+\.[\w-]{22}\.t0-[0-9a-f]{6}\.[\w-]{43}$/);
	const parts = reference.split('.');
	const reply = { to: mobileMessageSenders.dedicated, message: 'YES', sender: jane, received_at: '2026-01-15 09:35:00', type: 'inbound' };
	const body = (ref: string) => ({ ...reply, original_message_id: ref, original_custom_ref: ref });
	const made = [
		// Another execution, node or question, a signature of nothing, an address of somebody else.
		[parts[0], '999999', ...parts.slice(2)].join('.'),
		[...parts.slice(0, 2), 'AAAAAAAAAAAAAAAAAAAAAA', ...parts.slice(3)].join('.'),
		[...parts.slice(0, 3), 't0-000000', parts[4]].join('.'),
		[...parts.slice(0, 4), 'A'.repeat(43)].join('.'),
		[parts[0], '..%2f..%2frest', ...parts.slice(2)].join('.'),
		'n8nq.http://127.0.0.1:9/evil.x.t0-000000.y',
	];
	for (const [index, ref] of made.entries()) {
		expect((await sandbox.event({ provider, type: 'inbound', body: body(ref), signature: 'good' })).httpStatus).toBe(200);
		expect(await started(trigger, index + 1)).toHaveLength(index + 1);
	}
	expect((await n8n.getExecution(execution)).status).toBe('waiting');
	// The true one, and the same call once more.
	for (const _ of [1, 2]) expect((await sandbox.event({ provider, type: 'inbound', body: body(reference), signature: 'good' })).httpStatus).toBe(200);
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: true });
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);
});

test('who answers while others are still asked is heard; what comes while the workflow goes on starts the trigger\'s at once', async () => {
	const trigger = await listen(['inbound']);
	sandbox.changeSettings({ webhookRetryMs: 1_000 }, provider);
	sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', kind: '429', retryAfter: 6, skip: 1 });
	const parameters = { to: `${jane}, 61491571804`, message: 'Who? Reply YES', sender: sender() };
	const asking = node('mobileMessage', { resource: 'message', operation: 'sendAndWait', options: {}, ...parameters }, { name: 'Ask', credentials });
	const going = node('n8n-nodes-base.wait', { amount: 8, unit: 'seconds' }, { name: 'Work', typeVersion: 1.1 });
	const { id } = await n8n.createWorkflow(workflow('ask', [manualTrigger(), asking, going, noOperation('After')]));
	const execution = await n8n.startWorkflow(id);
	await waitFor({}, 'the first text', async () => await Promise.resolve(sandbox.messages(provider).length > 0 || undefined));
	const [first] = sandbox.messages(provider);
	reply('YES', first?.to);
	await waitFor({}, 'a call that is to be made again', async () => await Promise.resolve(sandbox.webhooks(provider).some(({ httpStatus }) => httpStatus === 503) || undefined));
	await waitFor({}, 'the answer', async () => await Promise.resolve(sandbox.webhooks(provider).some(({ httpStatus }) => httpStatus === 200) || undefined));
	const before = (await calls(1)).length;
	reply('Thanks', first?.to);
	expect((await calls(before + 1)).slice(before)).toEqual([200]);
	expect(await started(trigger, 1)).toMatchObject([{ text: 'Thanks' }]);
	expect((await n8n.getExecution(execution)).status).toMatch(/running|waiting/);
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: true, from: first?.to });
});

test('with the Inbox Trigger: what was written before the question answers nothing, what comes after it does', async () => {
	// n8n wants at least a minute between the polls of each entry; twenty entries make one every three seconds.
	const pollTimes = { item: Array.from({ length: 20 }, (_, index) => ({ mode: 'custom', cronExpression: `${index * 3} * * * * *` })) };
	const inbox = node('mobileMessageInboxTrigger', { events: ['inbound', 'unsubscribe'], pollTimes }, { name: 'Trigger', credentials });
	const { id } = await n8n.createWorkflow(workflow('inbox', [inbox, noOperation('After')]));
	active.push(id);
	await n8n.activateWorkflow(id);
	reply('YES');
	// Times are in whole seconds.
	await sleep(1_100);
	const execution = await ask({}, { byInboxTrigger: true, confirmation: 'See you!' });
	expect(await started(id, 1)).toMatchObject([{ event: 'inbound', text: 'YES' }]);
	expect((await n8n.getExecution(execution)).status).toBe('waiting');
	await sleep(1_100);
	reply('No');
	expect(data(await n8n.waitForExecution(execution))).toMatchObject({ approved: false, text: 'No' });
	await waitFor({}, 'the confirmation', async () => await Promise.resolve(sandbox.messages(provider).length > 1 || undefined));
	expect(await n8n.listExecutions(id)).toHaveLength(1);
});
