/** What may go wrong with a question: answers that meet, numbers in doubt, executions that are stopped and repeated. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import type { CredentialReference, JsonObject, Step } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import { installedPackage, sharedN8n } from './running';

const jane = '61491571491';
const wei = '61491571804';

let n8n: N8nClient;
let sandbox: Sandbox;
let bestSms: CredentialReference;
let ugSms: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	bestSms = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl('bestsms') });
	const [of] = sandbox.providers.filter(({ name }) => name === 'ugsms').map((each) => sandboxCredential(each, sandbox.baseUrl(each.name), readCredentialTypes(installedPackage())));
	if (!of) throw new Error('No credential for UGSMS');
	ugSms = await n8n.createCredential(of.type, of.data);
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' }, webhookRetryMs: 500 }, 'bestsms');
});

const asking = (parameters: JsonObject = {}, options: JsonObject = {}, name = 'Ask'): Step =>
	node('bestSms', { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming? Reply YES or NO.', options, ...parameters }, { name, credentials: bestSms });
const start = async (...steps: Step[]): Promise<string> => await n8n.startWorkflow((await n8n.createWorkflow(workflow('ask', [...steps, noOperation('After')]))).id);
const statusOf = async (execution: string) => (await n8n.getExecution(execution)).status;
const waits = async (execution: string, count: number) =>
	await waitFor({}, `question ${count}`, async () => (texts().length >= count && (await statusOf(execution)) === 'waiting') || undefined);
async function ask(...steps: Step[]): Promise<string> {
	const execution = await start(manualTrigger(), ...steps);
	await waits(execution, 1);
	return execution;
}
const texts = (provider: 'bestsms' | 'ugsms' = 'bestsms') => sandbox.messages(provider).map(({ text }) => text);
const reply = (text: string, from = jane) => sandbox.reply({ provider: 'bestsms', from, text });
const taken = () => sandbox.webhooks('bestsms').filter(({ type, httpStatus }) => type === 'SMSReply' && httpStatus === 200).length;
const calls = async (count: number) => await waitFor({}, `${count} calls`, async () => await Promise.resolve(taken() >= count || undefined));
const dataOf = (execution: Execution) => execution.json('After')[0]?.['data'] as JsonObject | undefined;

test('two answers in one moment: it goes on once, and nobody is told that the other answer counts', async () => {
	const both = await ask(asking({ to: `${jane}, ${wei}`, message: 'Who? Reply YES' }, { confirmation: 'Yours' }));
	reply('YES');
	reply('YES', wei);
	const ended = await n8n.waitForExecution(both);
	await calls(2);
	await waitFor({}, 'the confirmation', async () => await Promise.resolve(texts().includes('Yours') || undefined));
	expect(ended.runs['After']).toHaveLength(1);
	expect(sandbox.messages('bestsms').flatMap(({ to, text }) => (text === 'Yours' ? [`+${to}`] : []))).toEqual([dataOf(ended)?.['from']]);

	sandbox.reset();
	sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' }, webhookRetryMs: 500 }, 'bestsms');
	const yesAndStop = await ask(asking({}, { confirmation: 'Yours' }));
	reply('YES');
	reply('STOP');
	const approved = dataOf(await n8n.waitForExecution(yesAndStop))?.['approved'];
	await calls(2);
	if (approved === true) await waitFor({}, 'the confirmation', async () => await Promise.resolve(texts().includes('Yours') || undefined));
	expect(texts().filter((text) => text === 'Yours')).toHaveLength(approved === true ? 1 : 0);
});

test('a loop asks one after the other, in a node of any name; an answer to one that is over changes nothing', async () => {
	const loop = node('n8n-nodes-base.splitInBatches', { batchSize: 1, options: {} }, { name: 'Loop', typeVersion: 3 });
	const question = asking({ to: '={{ $json.to }}', message: '=Question {{ $json.number }}', answerBy: 'both' }, {}, 'Ask "them" }} {{ now');
	loop.branches = [{ output: 1, steps: [question], back: true }];
	const execution = await start(manualTrigger([{ to: jane, number: 1 }, { to: wei, number: 2 }]), loop);
	await waits(execution, 1);
	const first = /http\S+$/.exec(texts()[0] ?? '')?.[0] ?? '';
	reply('NO');
	await waits(execution, 2);
	expect(await (await fetch(first, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })).text()).toContain('answered already');
	reply('YES', wei);
	const ended = await n8n.waitForExecution(execution);
	expect(ended.json('After')).toMatchObject([{ data: { approved: false, from: `+${jane}` } }, { data: { approved: true, from: `+${wei}` } }]);
});

test('who got a message in doubt can answer it; where all are in doubt it says so, and neither Retry On Fail nor Retry asks again', async () => {
	const settings = { name: 'Ask', credentials: ugSms, retryOnFail: true, waitBetweenTries: 10 };
	const question = (to: string) => node('ugSms', { resource: 'message', operation: 'sendAndWait', to, message: 'OK?', options: {} }, settings);
	sandbox.addFault({ provider: 'ugsms', method: 'POST', kind: 'reset-after' });
	const some = await start(manualTrigger(), question('0701 234 567, 0702 234 567'));
	await waitFor({}, 'the question', async () => (await statusOf(some)) === 'waiting' || undefined);
	// The requests leave side by side: the one that arrives first loses its answer.
	const [doubted] = sandbox.messages('ugsms');
	const link = /http\S+$/.exec(doubted?.text ?? '')?.[0] ?? '';
	await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) });
	expect((await n8n.waitForExecution(some)).json('After')).toMatchObject([{ data: { approved: true, from: `0${doubted?.to.slice(-9) ?? ''}` }, accepted: true, reason: null }]);

	sandbox.reset();
	sandbox.addFault({ provider: 'ugsms', method: 'POST', kind: 'reset-after' });
	const none = await n8n.waitForExecution(await start(manualTrigger(), question('0701 234 567')));
	expect([none.status, none.error?.message, none.error?.['description']]).toEqual(['error', expect.stringContaining('It is not known whether'), expect.stringContaining('Look it up at UGSMS')]);
	const retried = await n8n.retryExecution(none.id, false);
	expect([retried.error?.message, retried.error?.['description']]).toEqual([expect.stringContaining('by the execution that this one repeats'), expect.stringContaining('Start the workflow anew')]);
	expect(texts('ugsms')).toHaveLength(1);
});

test('an execution that was stopped takes no answer; its Retry goes on without one, and asks nobody', async () => {
	const execution = await ask(asking({ answerBy: 'both' }));
	await n8n.stopExecution(execution);
	const link = /http\S+$/.exec(texts()[0] ?? '')?.[0] ?? '';
	expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })).status).toBe(409);
	expect([await statusOf(execution), (await n8n.getExecution(execution)).runs['After']]).toEqual(['canceled', undefined]);
	const retried = await n8n.retryExecution(execution, false);
	expect([retried.status, retried.json('After')]).toEqual(['success', [{}]]);
	expect(texts()).toHaveLength(1);
});
