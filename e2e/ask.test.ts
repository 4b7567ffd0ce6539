/** Send and Wait for Response in a real n8n: typed answers, the page, the delivery, at a provider that calls the message's own address. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { restartN8n, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'bestsms';
const jane = '61491571491';
const wei = '61491571804';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	// The default webhook, which the real one needs as well; nobody listens there.
	sandbox.changeSettings({ own: { webhookUrl: 'http://127.0.0.1:9/' }, deliverAfterMs: 20, webhookRetryMs: 500 }, provider);
});
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const question = { resource: 'message', operation: 'sendAndWait', to: jane };

const steps = (parameters: JsonObject, options: JsonObject = {}) => [
	manualTrigger(),
	node('bestSms', { ...question, message: 'Coming? Reply YES or NO.', responseType: 'approval', answerBy: 'reply', options, ...parameters }, { name: 'Ask', credentials }),
	noOperation('After'),
];

/** Asks, and waits until the execution waits. */
async function ask(parameters: JsonObject = {}, options: JsonObject = {}): Promise<string> {
	const { id } = await n8n.createWorkflow(workflow('ask', steps(parameters, options)));
	const execution = await n8n.startWorkflow(id);
	await waitFor({ timeout: 30_000 }, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error') throw new Error(String(error?.message));
		return status === 'waiting' || undefined;
	});
	return execution;
}

const reply = (text: string, from = jane) => sandbox.reply({ provider, from, text });
const replies = () => sandbox.webhooks(provider).filter(({ type }) => type === 'SMSReply').length;
const calls = async (count: number) => await waitFor({}, `${count} calls`, async () => await Promise.resolve(replies() >= count || undefined));
const texts = () => sandbox.messages(provider).map(({ to, text }) => [to, text]);
const after = (execution: Execution) => execution.json('After');

test('maybe keeps it waiting and is answered once; YES goes on once, with what n8n\'s own nodes give', async () => {
	const execution = await ask({}, { clarification: 'Please reply YES or NO.', confirmation: 'See you!' });
	reply('maybe');
	await calls(1);
	reply('Hmm, maybe');
	await calls(2);
	expect((await n8n.getExecution(execution)).status).toBe('waiting');
	expect(texts()).toEqual([[jane, 'Coming? Reply YES or NO.'], [jane, 'Please reply YES or NO.']]);
	reply('Yes, sure');
	const ended = await n8n.waitForExecution(execution);
	expect(after(ended)).toEqual([
		expect.objectContaining({
			data: expect.objectContaining({ approved: true, text: 'Yes, sure', from: `+${jane}`, optedOut: false, answeredBy: 'reply', respondedAt: expect.stringMatching(/Z$/) }),
			messageId: expect.any(String),
			to: `+${jane}`,
			text: 'Coming? Reply YES or NO.',
			accepted: true,
		}),
	]);
	await waitFor({}, 'the confirmation', async () => await Promise.resolve(texts().at(-1)?.[1] === 'See you!' || undefined));
	expect(ended.runs['After']).toHaveLength(1);
	reply('YES');
	await calls(4);
	expect(sandbox.webhooks(provider).at(-1)?.httpStatus).toBe(200);
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);
	expect(texts()).toHaveLength(3);
});

/** The link in the last message to a number. */
const linkTo = (number = jane): string => /https?:\/\/\S+$/.exec(sandbox.messages(provider).filter(({ to }) => to === number).at(-1)?.text ?? '')?.[0] ?? '';
const submit = async (url: string, fields: Record<string, string>) => await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
const dataOf = (execution: Execution) => after(execution)[0]?.['data'] as Record<string, unknown> | undefined;
const statusOf = async (execution: string) => (await n8n.getExecution(execution)).status;

test('NO, an opt-out, a text of any kind, and words of one\'s own', async () => {
	const no = await ask();
	reply('no thanks');
	expect(dataOf(await n8n.waitForExecution(no))).toMatchObject({ approved: false, optedOut: false, text: 'no thanks' });
	const stop = await ask({}, { confirmation: 'Thanks' });
	reply('STOP');
	expect(dataOf(await n8n.waitForExecution(stop))).toMatchObject({ approved: false, optedOut: true });
	expect(texts().filter(([, text]) => text === 'Thanks')).toEqual([]);
	const free = await ask({ responseType: 'freeText', message: 'Which size?' });
	reply('Größe 42, bitte 🙏');
	expect(dataOf(await n8n.waitForExecution(free))).toMatchObject({ approved: null, text: 'Größe 42, bitte 🙏', from: `+${jane}` });
	const own = await ask({ message: 'Готовы? Ответьте ДА или НЕТ' }, { yesWords: 'да', noWords: 'нет' });
	reply('Да!');
	expect(dataOf(await n8n.waitForExecution(own))).toMatchObject({ approved: true });
	// A text that does not say how to answer says it at its end.
	expect(texts().some(([, text]) => String(text).includes('Reply да'))).toBe(false);
});

test('a stranger\'s YES does nothing, the first of several counts, and it is said who', async () => {
	const execution = await ask({ to: `${jane}, +${wei}`, message: 'Server down. Who takes it?' });
	// Their requests meet on their way.
	expect(texts().sort()).toEqual([[jane, 'Server down. Who takes it?\nReply YES or NO.'], [wei, 'Server down. Who takes it?\nReply YES or NO.']].sort());
	const [first] = sandbox.log(provider).filter(({ path }) => path.endsWith('/send/sms'));
	const address = (first?.body as { MessageData: { WebhookCallbackURL: string } }).MessageData.WebhookCallbackURL;
	const call = (fields: JsonObject) => fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) });
	const yes = { Type: 'SMSReply', Destination: '+61491572549', Message: 'YES' };
	const proof = { Sender: bestSmsWebhookSender, APIKey: bestSmsWebhookKey };
	const stranger = await call({ ...yes, ...proof });
	expect([stranger.status, await stranger.json()]).toEqual([200, { smsHubQuestion: 'none' }]);
	// Calls without the provider's proof, or made up as a trigger's.
	expect((await call({ ...yes, Destination: `+${jane}` })).status).toBe(401);
	expect((await call({ smsHubHeard: { event: 'reply', from: `+${jane}`, text: 'YES' } })).status).toBe(401);
	expect((await call({ ...proof, smsHubHeard: { event: 'reply', from: `+${jane}`, text: 'YES' } })).status).toBe(200);
	// n8n itself looks at the signature.
	const forged = address.replace(/signature=./, (found) => `${found.slice(0, -1)}${found.endsWith('0') ? '1' : '0'}`);
	expect((await fetch(forged, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...yes, ...proof }) })).status).toBe(401);
	expect(await statusOf(execution)).toBe('waiting');
	reply('👍🏽', wei);
	expect(dataOf(await n8n.waitForExecution(execution))).toMatchObject({ approved: true, from: `+${wei}`, text: '👍🏽' });
	// The same call again, when it is over.
	expect((await call({ ...yes, ...proof, Destination: `+${jane}` })).status).toBe(200);
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);
});

test('the link: opening it answers nothing, a tap does, and a second tap is told that it is over', async () => {
	const execution = await ask({ answerBy: 'link', message: 'Approve <b>order</b> 7?' });
	const url = linkTo();
	for (const agent of ['WhatsApp/2.0', 'facebookexternalhit/1.1', '']) {
		const preview = await fetch(url, { headers: { 'user-agent': agent } });
		expect(preview.status).toBe(200);
	}
	const page = await (await fetch(url)).text();
	expect(page).toContain('Approve &lt;b&gt;order&lt;/b&gt; 7?');
	expect(page).not.toContain('<script');
	expect((await submit(url, { answer: 'perhaps' })).status).toBe(200);
	expect(await statusOf(execution)).toBe('waiting');
	// The page's address is good for the page alone.
	const made = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ smsHubHeard: { event: 'reply', from: `+${jane}`, text: 'YES' } }) });
	expect(made.status).toBe(200);
	expect(await statusOf(execution)).toBe('waiting');
	expect((await fetch(url.replace('q=l0', 'q=w0'))).status).toBe(401);
	expect(await (await submit(url, { answer: 'no' })).text()).toContain('Your answer was received');
	expect(dataOf(await n8n.waitForExecution(execution))).toMatchObject({ approved: false, from: `+${jane}`, text: 'No', answeredBy: 'link' });
	const again = await submit(url, { answer: 'yes' });
	expect([again.status, (await again.text()).toLowerCase()]).toEqual([200, expect.stringMatching(/no action|answered already/)]);
	expect((await n8n.getExecution(execution)).runs['After']).toHaveLength(1);

	const typed = await ask({ answerBy: 'both', responseType: 'freeText', message: 'Which day?' });
	expect(await (await fetch(linkTo())).text()).toContain('<textarea');
	await submit(linkTo(), { text: ' Monday\n at 9 ' });
	expect(dataOf(await n8n.waitForExecution(typed))).toMatchObject({ text: 'Monday\n at 9', answeredBy: 'link' });
});

test('two open questions to one phone: links have their own answers, a reply answers the newest', async () => {
	const older = await ask({ answerBy: 'both', message: 'First?' });
	const link = linkTo();
	const newer = await ask({ answerBy: 'both', message: 'Second?' });
	reply('NO');
	expect(dataOf(await n8n.waitForExecution(newer))).toMatchObject({ approved: false });
	expect(await statusOf(older)).toBe('waiting');
	await submit(link, { answer: 'yes' });
	expect(dataOf(await n8n.waitForExecution(older))).toMatchObject({ approved: true });
});

test('without an answer it goes on with the input when the time is over', async () => {
	const { id } = await n8n.createWorkflow(workflow('ask', steps({}, { limitWaitTime: { values: { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' } } })));
	const ended = await n8n.waitForExecution(await n8n.startWorkflow(id));
	expect([ended.status, after(ended)]).toEqual(['success', [{}]]);
	reply('YES');
	await calls(1);
	expect((await n8n.getExecution(ended.id)).runs['After']).toHaveLength(1);
});

test('a delivery, and a message that was not delivered', async () => {
	sandbox.changeSettings({ deliverAfterMs: 1_500 }, provider);
	const delivered = await ask({ responseType: 'delivery', message: 'Your code is 1234' });
	expect(after(await n8n.waitForExecution(delivered))[0]).toMatchObject({ status: 'delivered', to: `+${jane}`, data: { delivered: true, approved: null, answeredBy: 'delivery' } });
	const failed = await ask({ responseType: 'delivery', message: 'Your code is 1234', to: '0491 570 157' });
	expect(after(await n8n.waitForExecution(failed))[0]).toMatchObject({ status: 'failed', data: { delivered: false } });
});

test('what cannot be asked is refused before anything is sent, with the way to do it', async () => {
	const run = async (items: JsonObject[], parameters: JsonObject = {}, credential = credentials) =>
		await n8n.runWorkflow(workflow('ask', [manualTrigger(items), node('bestSms', { ...question, message: 'Coming?', options: {}, ...parameters }, { name: 'Ask', credentials: credential })]));
	const many = await run([{ a: 1 }, { a: 2 }]);
	expect([many.error?.message, many.error?.['description']]).toEqual([expect.stringContaining('There are 2 items'), expect.stringContaining('Loop Over Items')]);
	const noProof = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, baseUrl: sandbox.baseUrl(provider) });
	expect((await run([{}], {}, noProof)).error?.message).toContain('by which Sender and APIKey');
	expect((await run([{}], { responseType: 'delivery', to: `${jane}, ${wei}` })).error?.message).toContain('a delivery is waited for at one');
	expect((await run([{}], { options: { yesWords: 'YES, STOP' } })).error?.message).toContain('"STOP"');
	expect((await run([{}], { options: { noWords: 'Y' } })).error?.message).toContain('cannot be told apart');
	expect((await run([{}], { answerBy: 'link', options: { maxSegments: 1 } })).error?.message).toContain('segments');
	expect(sandbox.messages(provider)).toEqual([]);
});

test('Retry On Fail asks once: an answer that is lost is settled, and only what surely did not arrive goes again', async () => {
	sandbox.addFault({ provider, method: 'POST', path: '/api/v2.03/send/sms', kind: 'reset-after' });
	const asking = node('bestSms', { ...question, message: 'Coming?', options: {} }, { name: 'Ask', credentials, retryOnFail: true, maxTries: 3, waitBetweenTries: 10 });
	const { id } = await n8n.createWorkflow(workflow('ask', [manualTrigger(), asking, noOperation('After')]));
	const execution = await n8n.startWorkflow(id);
	await waitFor({}, 'the question', async () => ((await statusOf(execution)) === 'waiting') || undefined);
	expect(sandbox.messages(provider)).toHaveLength(1);
	reply('yes');
	expect(dataOf(await n8n.waitForExecution(execution))).toMatchObject({ approved: true });
});

test('n8n is restarted while it waits', async () => {
	const questions: Array<{ execution: string; link: string }> = [];
	for (let index = 0; index < 4; index++) questions.push({ execution: await ask({ answerBy: 'both', message: `Question ${index}?` }), link: linkTo() });
	await restartN8n();
	for (const { execution, link } of questions) {
		// n8n 2.41 first marks all that wait as crashed, and then as waiting again; for a moment it may still show the first.
		await waitFor({}, `execution ${execution} to wait`, async () => ((await statusOf(execution)) === 'waiting') || undefined);
		// In that moment n8n itself answers with HTTP 500, and whoever is told so tries again.
		await waitFor({}, 'the answer', async () => (await submit(link, { answer: 'yes' })).ok || undefined);
		expect(dataOf(await n8n.waitForExecution(execution))).toMatchObject({ approved: true });
	}
});
