/** NusaSMS's trigger in a real n8n: pushes of every kind and form at the address that n8n shows. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { known } from './known';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
import { nusaApiKey, nusaPassword, nusaSenders, nusaUser } from '../sandbox/nusasms/account';
import { indonesianNumbers, ordinaryIndonesianNumbers } from '../sandbox/nusasms/indonesianNumbers';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'nusasms';
const events = ['delivered', 'failed', 'inbound', 'numberChecked', 'queued', 'read', 'sent', 'unknown'];

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
/** Everything that this file activated. */
const active: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('nusaSmsApi', { apiKey: nusaApiKey, username: nusaUser, password: nusaPassword, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => {
	for (const id of active) await n8n.deleteWorkflow(id).catch(() => undefined);
	await sandbox.close();
});
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ deliverAfterMs: 200 });
});
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const set = (own: JsonObject) => sandbox.changeSettings({ own }, provider);
const [budi = '', sari = ''] = ordinaryIndonesianNumbers;

async function listen(chosen: string[] = events): Promise<{ id: string; url: string }> {
	const { id } = await n8n.createWorkflow(workflow('trigger', [node('nusaSmsTrigger', { events: chosen }, { name: 'Trigger' }), noOperation('After')]));
	active.push(id);
	await n8n.activateWorkflow(id);
	return { id, url: await n8n.webhookUrl(id, 'Trigger') };
}

async function executions(id: string, count: number): Promise<Execution[]> {
	const found = await waitFor({ timeout: 60_000 }, `${count} executions`, async () => {
		const list = await n8n.listExecutions(id);
		return list.length >= count ? list : undefined;
	});
	return await Promise.all(found.map(async (each) => await n8n.waitForExecution(each.id)));
}
/** What came out, in the order of the executions. */
const items = async (id: string, count: number) => (await executions(id, count)).reverse().flatMap((execution) => known(execution).json('After'));

async function run(operation: string, parameters: JsonObject, item: JsonObject = {}): Promise<Array<Record<string, unknown>>> {
	const [resource = '', value = ''] = operation.split('.');
	const done = await n8n.runWorkflow(workflow(operation, [manualTrigger([item]), node('nusaSms', { resource, operation: value, ...parameters }, { name: 'Do', credentials })]));
	expect(done.error?.message).toBeUndefined();
	return done.json('Do');
}

test.each(['form', 'json'])('SMS: delivered, not delivered, and answered, pushed as %s', async (smsPush) => {
	const { id, url } = await listen();
	set({ smsStatusUrl: url, smsInboxUrl: url, smsPush });
	const sent = await run('message.send', { to: `${indonesianNumbers.answersYes}, ${indonesianNumbers.fails}`, message: 'Datang?', options: {} });
	const all = await items(id, 3);
	const of = (event: string) => all.filter((item) => item['event'] === event);
	expect(of('delivered')).toEqual([
		{
			event: 'delivered',
			channel: 'sms',
			messageId: sent[0]?.['messageId'],
			to: indonesianNumbers.answersYes,
			status: 'delivered',
			statusText: 'DELIVERED',
			raw: { messageid: sent[0]?.['messageId'], destination: indonesianNumbers.answersYes, status: 'DELIVERED' },
		},
	]);
	expect(of('failed')).toEqual([expect.objectContaining({ messageId: sent[1]?.['messageId'], status: 'failed', statusText: 'NOT_DELIVERED' })]);
	expect(of('inbound')).toEqual([
		{
			event: 'inbound',
			channel: 'sms',
			messageId: '500001',
			from: indonesianNumbers.answersYes,
			to: nusaSenders.sms,
			text: 'YES',
			receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
			raw: expect.objectContaining({ msg: 'YES' }),
		},
	]);
	await n8n.deactivateWorkflow(id);
	expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test.each(['envelope', 'record'])('WhatsApp: sent, delivered, read and answered, pushed as %s; what comes twice counts once', async (whatsAppPush) => {
	const { id, url } = await listen();
	sandbox.changeSettings({ reportSent: true });
	set({ whatsAppStatusUrl: url, whatsAppInboxUrl: url, whatsAppPush });
	const [sent] = await run('whatsApp.send', { sendTo: 'number', to: indonesianNumbers.reportsTwice, message: 'Halo 😀', options: {} });
	await waitFor({}, 'all pushes', async () => sandbox.webhooks(provider).length >= 4 || undefined);
	// Pushes overtake each other.
	expect((await items(id, 3)).map(({ event, channel, messageId, to, status }) => [event, channel, messageId, to, status]).sort()).toEqual(
		['delivered', 'read', 'sent'].map((status) => [status, 'whatsApp', sent?.['messageId'], indonesianNumbers.reportsTwice, status]),
	);
	sandbox.reply({ provider, from: indonesianNumbers.reportsTwice, to: nusaSenders.whatsApp, text: 'Ya 🌏' });
	expect((await items(id, 4)).at(-1)).toMatchObject({ event: 'inbound', channel: 'whatsApp', from: indonesianNumbers.reportsTwice, to: nusaSenders.whatsApp, text: 'Ya 🌏', raw: { type: 'inbox' } });
	expect(sandbox.webhooks(provider).every(({ httpStatus }) => httpStatus === 200)).toBe(true);
	await n8n.deactivateWorkflow(id);
});

test('the results of a number check, an item for each number; asked for again, they come again', async () => {
	const { id, url } = await listen(['numberChecked']);
	for (const count of [1, 2]) {
		await run('whatsApp.checkNumbers', { numbers: `${budi}, ${indonesianNumbers.noWhatsApp}, ${sari}`, callbackUrl: url, options: {} });
		await executions(id, count);
	}
	const row = (number: string, hasWhatsApp: boolean, statusText: string) => ({
		event: 'numberChecked',
		channel: 'whatsApp',
		number,
		hasWhatsApp,
		statusText,
		raw: { phone_number: number, status: statusText },
	});
	const once = [row(budi, true, 'valid'), row(indonesianNumbers.noWhatsApp, false, 'invalid'), row(sari, true, 'valid')];
	expect(await items(id, 2)).toEqual([...once, ...once]);
	await n8n.deactivateWorkflow(id);
});

test('a call may be a GET, a form, JSON or XML; what was not chosen starts nothing; what is unknown comes as it is', async () => {
	const { id, url } = await listen(['delivered', 'inbound', 'unknown']);
	const post = async (body: string, type: string) => (await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })).status;
	expect((await fetch(`${url}?messageid=1&status=DELIVERED&destination=${budi}`)).status).toBe(200);
	expect(await post(`originator=${budi}&gateway_number=1&msg=Terima+kasih+%26+salam&id=7`, 'application/x-www-form-urlencoded')).toBe(200);
	expect(await post('<?xml version="1.0"?><results><result><messageid>175041319203754627</messageid><status>DELIVERED</status></result></results>', 'text/xml')).toBe(200);
	// Without quotation marks, and of more digits than a number holds.
	expect(await post('{"messageid":175041319203754628,"status":"DELIVERED"}', 'application/json')).toBe(200);
	expect(await post('{"messageid":"175041319203754628","status":"DELIVERED"}', 'application/json')).toBe(200);
	expect(await post('{"messageid":"3","status":"NOT_DELIVERED"}', 'application/json')).toBe(200);
	expect(await post('{"surprise":[1]}', 'application/json')).toBe(200);
	expect(await items(id, 5)).toEqual([
		{ event: 'delivered', channel: 'sms', messageId: '1', to: budi, status: 'delivered', statusText: 'DELIVERED', raw: { messageid: '1', status: 'DELIVERED', destination: budi } },
		{ event: 'inbound', channel: 'sms', messageId: '7', from: budi, to: '1', text: 'Terima kasih & salam', raw: { originator: budi, gateway_number: '1', msg: 'Terima kasih & salam', id: '7' } },
		{ event: 'delivered', channel: 'sms', messageId: '175041319203754627', status: 'delivered', statusText: 'DELIVERED', raw: { result: { messageid: '175041319203754627', status: 'DELIVERED' } } },
		{ event: 'delivered', channel: 'sms', messageId: '175041319203754628', status: 'delivered', statusText: 'DELIVERED', raw: { messageid: '175041319203754628', status: 'DELIVERED' } },
		{ event: 'unknown', raw: { surprise: [1] } },
	]);
	await n8n.deactivateWorkflow(id);
});

test('the address has a random part: another one starts nothing', async () => {
	const { id, url } = await listen();
	const random = /\/webhook\/([0-9a-f-]{36})\//.exec(url)?.[1] ?? '';
	expect(random).toHaveLength(36);
	const forged = url.replace(random, '00000000-0000-4000-8000-000000000000');
	expect((await fetch(`${forged}?messageid=1&status=DELIVERED`)).status).toBe(404);
	expect(await n8n.listExecutions(id)).toEqual([]);
	await n8n.deactivateWorkflow(id);
});

test('"listen for test event" shows the next call', async () => {
	const { id } = await n8n.createWorkflow(workflow('trigger', [node('nusaSmsTrigger', { events: ['inbound'] }, { name: 'Trigger' }), noOperation('After')]));
	active.push(id);
	const ended = await n8n.listenForTestEvent(id);
	expect((await fetch(`${await n8n.webhookUrl(id, 'Trigger', { test: true })}?originator=${budi}&msg=Hai`)).status).toBe(200);
	expect((await ended()).json('After')).toEqual([expect.objectContaining({ event: 'inbound', text: 'Hai' })]);
});
