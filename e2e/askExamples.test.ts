/** The examples that ask, in a real n8n as `npm start` puts them there, answered on the phones of a sandbox. */
import { join } from 'node:path';

import { chatModelCredential, startChatModel, type ChatModel } from '../real-n8n/chatModel';
import type { Execution, N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import type { CredentialReference } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { mobileMessageSenders } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import { importExamples, readExamples, type ImportedExample } from '../start/examples';
import { installedPackage, sharedN8n } from './running';

const provider = 'mobile-message';
const jane = '61491571491';
const wei = '61491571804';
/** The first two hold the account's addresses for replies and for reports. */
const files = [
	'reply-auto-responder.json',
	'delivery-report-log.json',
	'appointment-confirmed-by-reply.json',
	'on-call-first-reply.json',
	'another-provider-when-not-delivered.json',
	'agent-refunds-after-a-yes.json',
];
const examples = readExamples(join(__dirname, '..', 'examples')).filter(({ file }) => files.includes(file));

let n8n: N8nClient;
let sandbox: Sandbox;
let model: ChatModel;
let imported: ImportedExample[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	model = await startChatModel([[{ tool: 'Refund', arguments: { toolParameters: { input: '40 + 2' }, hitlParameters: {} } }], 'Refunded.']);
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	const credentials: CredentialReference[] = [await n8n.createCredential('openAiApi', chatModelCredential(model))];
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted) credentials.push(await n8n.createCredential(wanted.type, wanted.data));
	}
	imported = await importExamples(n8n, examples, credentials);
});
afterAll(async () => {
	for (const { id } of imported) await n8n.deleteWorkflow(id);
	await model.stop();
	await sandbox.close();
});
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

/** Runs an example until it waits. */
async function ask(file: string): Promise<string> {
	const name = examples.find((example) => example.file === file)?.name;
	const found = imported.find((example) => example.name === name);
	expect(found?.problem).toBeUndefined();
	const execution = await n8n.startWorkflow(found?.id ?? '');
	await waitFor({ timeout: 60_000 }, 'the question', async () => {
		const { status, error } = await n8n.getExecution(execution);
		if (status === 'error' || status === 'success') throw new Error(`${status} ${String(error?.message)}`);
		return status === 'waiting' || undefined;
	});
	return execution;
}
const textsOn = (phone: string, from: 'mobile-message' | 'sms160' = provider): string[] => sandbox.messages(from).filter(({ to }) => to === phone).map(({ text }) => text);
const reply = (from: string, text: string) => sandbox.reply({ provider, from, text, to: mobileMessageSenders.dedicated });
const ranNodes = (execution: Execution, ...names: string[]) => names.filter((name) => execution.runs[name] !== undefined);

test('an appointment is confirmed by a reply, which the auto-responder leaves alone', async () => {
	const execution = await ask('appointment-confirmed-by-reply.json');
	reply(jane, 'maybe');
	await waitFor({}, 'the clarification', async () => await Promise.resolve(textsOn(jane).length > 1 || undefined));
	reply(jane, 'Yes!');
	const ended = await n8n.waitForExecution(execution);
	expect([ended.status, ranNodes(ended, 'Confirmed', 'Cancelled', 'To be called')]).toEqual(['success', ['Confirmed']]);
	await waitFor({}, 'the confirmation', async () => await Promise.resolve(textsOn(jane).length > 2 || undefined));
	expect(textsOn(jane)).toEqual([expect.stringContaining('Hi Noah, see you on Monday 9:30 am?'), 'Please reply YES or NO.', 'Thank you, noted.']);
	const table = node('n8n-nodes-base.dataTable', { resource: 'table', operation: 'list', returnAll: true, options: { filterName: 'Confirmations' } }, { name: 'Table', typeVersion: 1.1 });
	const get = { resource: 'row', operation: 'get', dataTableId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, returnAll: true };
	const rows = node('n8n-nodes-base.dataTable', get, { name: 'Rows', typeVersion: 1.1 });
	const read = await n8n.runWorkflow(workflow('read the table', [manualTrigger(), table, rows]));
	expect(read.json('Rows')).toMatchObject([{ name: 'Noah', answer: 'confirmed', answeredAt: expect.stringMatching(/Z$/) }]);
});

test('the first of a team who writes YES takes the incident, whoever said no before, and the other is told', async () => {
	const execution = await ask('on-call-first-reply.json');
	const before = textsOn(jane).length;
	reply(jane, 'No, sorry');
	reply(wei, 'yes');
	const ended = await n8n.waitForExecution(execution);
	expect([ended.status, ranNodes(ended, 'Tell the others', 'Nobody took it')]).toEqual(['success', ['Tell the others']]);
	await waitFor({}, 'the confirmation', async () => await Promise.resolve(textsOn(wei).length > 1 || undefined));
	expect(textsOn(wei)).toEqual([expect.stringContaining('Reply YES to take it'), 'It is yours. Thank you!']);
	expect(textsOn(jane).slice(before)).toEqual([`Web shop does not answer: taken by ${wei}.`]);
});

test('what one provider does not deliver, another sends', async () => {
	const ended = await n8n.waitForExecution(await ask('another-provider-when-not-delivered.json'));
	expect([ended.status, ranNodes(ended, 'Delivered', 'Second way')]).toEqual(['success', ['Second way']]);
	expect([textsOn('61491570157'), textsOn('61491570157', 'sms160')]).toEqual([['Your parcel is at the door.'], ['Your parcel is at the door.']]);
});

test('an agent refunds after a YES', async () => {
	const execution = await ask('agent-refunds-after-a-yes.json');
	expect(textsOn(wei).at(-1)).toContain('The agent wants to use Refund with {"input":"40 + 2"}');
	reply(wei, 'YES');
	const ended = await n8n.waitForExecution(execution);
	expect([ended.status, ended.runs['Refund']?.length]).toEqual(['success', 1]);
	expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('42');
});
