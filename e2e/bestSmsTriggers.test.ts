/** BestSMS's triggers in a real n8n: reports and replies in both formats, at the address that n8n shows, and the inbox. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { known } from './known';
import { restartN8n, sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { everyMinute, manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import { bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender } from '../sandbox/bestsms/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'bestsms';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
/** Everything that this file activated, so that nothing polls on. */
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, webhookSender: bestSmsWebhookSender, webhookApiKey: bestSmsWebhookKey, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

async function create(type: string, parameters: JsonObject, credential = credentials): Promise<string> {
	const stored = await n8n.createWorkflow(workflow(type, [node(type, parameters, { name: 'Trigger', credentials: credential }), noOperation('After')]));
	active.push(stored.id);
	return stored.id;
}

async function executions(id: string, count: number): Promise<Execution[]> {
	const found = await waitFor({ timeout: 90_000 }, `${count} executions`, async () => {
		const list = await n8n.listExecutions(id);
		return list.length >= count ? list : undefined;
	});
	return await Promise.all(found.map(async (each) => await n8n.waitForExecution(each.id)));
}
/** What came out, in the order of the executions. */
const items = async (id: string, count: number) => (await executions(id, count)).reverse().flatMap((execution) => known(execution).json('After'));
const byEvent = (a: Record<string, unknown>, b: Record<string, unknown>) => String(a['event']).localeCompare(String(b['event']));

const send = (to: string, parameters: JsonObject = {}) =>
	n8n.runWorkflow(workflow('send', [manualTrigger(), node('bestSms', { resource: 'message', operation: 'send', to, message: 'Coming?', options: {}, ...parameters }, { name: 'Send', credentials })]));

test.each(['JSON', 'XML'])('reports and replies start the workflow, in %s; what proves them does not come out', async (webhookFormat) => {
	const id = await create('bestSmsTrigger', { events: ['delivered', 'failed', 'reply', 'inbound', 'updated'] });
	await n8n.activateWorkflow(id);
	const webhookUrl = await n8n.webhookUrl(id, 'Trigger');
	sandbox.changeSettings({ own: { webhookUrl, webhookFormat }, deliverAfterMs: 20 }, provider);
	const sent = (await send('0491 570 158', { options: { subAccount: 'Sub', department: 'Dep' } })).json('Send')[0];
	const messageId = sent?.['messageId'];
	const about = { jobNumber: expect.stringMatching(/^[0-9A-F]{8}$/), subAccount: 'Sub', department: 'Dep' };
	const [report, reply] = (await items(id, 2)).sort(byEvent);
	const delivered = { event: 'delivered', messageId, to: '+61491570158', status: 'delivered', result: 'delivered', segments: 1 };
	expect(report).toMatchObject({ ...delivered, ...about, raw: { Status: 'SUCCESS', RESPONSEMODE: webhookFormat } });
	expect(reply).toMatchObject({ event: 'reply', from: '+61491570158', text: 'YES', originalMessageId: messageId, ...about, raw: { Type: 'SMSReply' } });
	sandbox.reply({ provider, from: '61491571491', text: 'Grüße & <more> 🌏' });
	expect((await items(id, 3))[2]).toMatchObject({ event: 'inbound', from: '+61491571491', text: 'Grüße & <more> 🌏' });
	expect(sandbox.webhooks(provider).map(({ httpStatus }) => httpStatus)).toEqual([200, 200, 200]);
	const saved = JSON.stringify((await executions(id, 3)).map(({ runs }) => runs));
	expect(saved).not.toContain(bestSmsWebhookSender);
	expect(saved).not.toContain('"APIKey"');
	await n8n.deactivateWorkflow(id);
	expect((await fetch(webhookUrl, { method: 'POST' })).status).toBe(404);
});

test('a report that comes twice, and calls that are made again every five minutes for a day, are one event each', async () => {
	const id = await create('bestSmsTrigger', { events: ['delivered', 'failed'] });
	await n8n.activateWorkflow(id);
	sandbox.changeSettings({ own: { webhookUrl: await n8n.webhookUrl(id, 'Trigger') }, deliverAfterMs: 20 }, provider);
	await send('0491 570 313');
	await send('0491 570 157');
	await waitFor({}, 'three reports', async () => await Promise.resolve(sandbox.webhooks(provider).length >= 3 || undefined));
	expect((await items(id, 2)).sort(byEvent).map(({ event, status, result }) => [event, status, result])).toEqual([['delivered', 'delivered', 'delivered'], ['failed', 'failed', 'undelivered']]);
	expect(await n8n.listExecutions(id)).toHaveLength(2);

	// n8n is away when a report comes; the provider makes the call again until it is there.
	await n8n.deactivateWorkflow(id);
	const before = sandbox.webhooks(provider).length;
	await send('0491 571 491');
	await waitFor({}, 'a call that nobody took', async () => await Promise.resolve(sandbox.webhooks(provider).length > before || undefined));
	expect(sandbox.webhooks(provider).at(-1)?.httpStatus).toBe(404);
	await n8n.activateWorkflow(id);
	sandbox.advance(5 * 60_000);
	expect((await items(id, 3))[2]).toMatchObject({ event: 'delivered', to: '+61491571491' });
	await n8n.deactivateWorkflow(id);
});

test('forged calls, and XML that could do harm, are answered 401 and start nothing; what is not an SMS comes as it is', async () => {
	const id = await create('bestSmsTrigger', { events: ['delivered', 'reply', 'unknown'] });
	await n8n.activateWorkflow(id);
	const url = await n8n.webhookUrl(id, 'Trigger');
	sandbox.changeSettings({ own: { webhookUrl: url } }, provider);
	const body = { Type: 'SMS', Status: 'SUCCESS', MessageID: 'x', Destination: '+61491571491' };
	for (const signature of ['bad', 'none'] as const) expect((await sandbox.event({ provider, type: 'SMS', body, signature })).httpStatus).toBe(401);
	const post = async (text: string, type: string) => (await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: text })).status;
	const proof = `<Sender>${bestSmsWebhookSender}</Sender><APIKey>${bestSmsWebhookKey}</APIKey>`;
	const deep = `<root>${proof}<Type>SMS</Type><Status>SUCCESS</Status>${'<a>'.repeat(3_000)}${'</a>'.repeat(3_000)}</root>`;
	const entity = `<!DOCTYPE root [<!ENTITY k "${bestSmsWebhookKey}">]><root><Sender>${bestSmsWebhookSender}</Sender><APIKey>&k;</APIKey><Type>SMS</Type><Status>SUCCESS</Status></root>`;
	const bomb = `<!DOCTYPE l [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}"><!ENTITY c "${'&b;'.repeat(1000)}">]><root>${proof}<Type>SMS</Type><Status>&c;</Status></root>`;
	for (const type of ['text/xml', 'application/xml', 'text/xml; charset=utf-8', 'application/xml; charset=utf-8']) {
		for (const text of [deep, entity, bomb]) expect([type, text.slice(0, 20), [400, 401, 422].includes(await post(text, type))]).toEqual([type, text.slice(0, 20), true]);
	}
	expect(await n8n.listExecutions(id)).toEqual([]);
	for (const [index, type] of ['text/xml', 'application/xml', 'text/xml; charset=utf-8', 'application/xml; charset=utf-8'].entries()) {
		const reply = `<Type>SMSReply</Type><Destination>+61491571491</Destination><Message>Nº ${index}</Message><Status>RECEIVED</Status>`;
		expect(await post(`<?xml version="1.0" encoding="UTF-8" ?><root>${proof}${reply}</root>`, type)).toBe(200);
	}
	expect((await items(id, 4)).map(({ text }) => text)).toEqual(['Nº 0', 'Nº 1', 'Nº 2', 'Nº 3']);
	expect((await sandbox.event({ provider, type: 'Email', body: { Type: 'Email', Status: 'SUCCESS' }, signature: 'good' })).httpStatus).toBe(200);
	expect((await items(id, 5))[4]).toEqual({ event: 'unknown', raw: { Type: 'Email', Status: 'SUCCESS' } });
	await n8n.deactivateWorkflow(id);
});

test('without Sender and API Key in the credential the workflow is not activated, and says why', async () => {
	const bare = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, baseUrl: sandbox.baseUrl(provider) });
	const id = await create('bestSmsTrigger', { events: ['delivered'] }, bare);
	await expect(n8n.activateWorkflow(id)).rejects.toThrow('by which Sender and APIKey the calls of BestSMS are known');
});

test('"listen for test event" shows the next call', async () => {
	const id = await create('bestSmsTrigger', { events: ['inbound'] });
	const ended = await n8n.listenForTestEvent(id);
	sandbox.changeSettings({ own: { webhookUrl: await n8n.webhookUrl(id, 'Trigger', { test: true }), webhookFormat: 'XML' } }, provider);
	sandbox.reply({ provider, from: '61491570158', text: 'Hi' });
	expect((await ended()).json('After')).toEqual([expect.objectContaining({ event: 'inbound', text: 'Hi' })]);
});

test('the inbox: nothing old at first, then each message once, also over a restart; by hand the newest', async () => {
	const receive = (text: string) => sandbox.reply({ provider, from: '61491570158', text });
	receive('old');
	const id = await create('bestSmsInboxTrigger', { pollTimes: everyMinute });
	expect(known(await n8n.runWorkflow(id)).json('After')).toEqual([
		{ event: 'inbound', from: '+61491570158', text: 'old', receivedAt: expect.any(String), raw: { Date: expect.any(String), From: '+61491570158', MessageText: 'old' } },
	]);
	const polls = () => sandbox.log(provider).filter(({ path }) => path === '/api/v2.03/get/sms/received').length;
	const before = polls();
	await n8n.activateWorkflow(id);
	await waitFor({}, 'the first poll', async () => await Promise.resolve(polls() > before || undefined));
	receive('one');
	receive('two');
	await restartN8n();
	// Which of two of the same time was the first, the list does not say.
	const [first, ...others] = (await items(id, 2)).map(({ text }) => text);
	expect([first, others.sort()]).toEqual(['old', ['one', 'two']]);
	await n8n.deactivateWorkflow(id);
});
