/** The example for NusaSMS in a real n8n, put there as `npm start` does. */
import { join } from 'node:path';

import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference } from '../real-n8n/workflow';
import { indonesianNumbers, ordinaryIndonesianNumbers } from '../sandbox/nusasms/indonesianNumbers';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import { importExamples, readExamples } from '../start/examples';

const provider = 'nusasms';
const examples = readExamples(join(__dirname, '..', 'examples')).filter(({ file }) => file === 'whatsapp-first-then-sms.json');

let n8n: N8nClient;
let sandbox: Sandbox;
let id = '';

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	const credentials: CredentialReference[] = [];
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted?.type === 'nusaSmsApi') credentials.push(await n8n.createCredential(wanted.type, wanted.data, `${wanted.name} for its example`));
	}
	[{ id } = { id: '' }] = await importExamples(n8n, examples, credentials);
	await n8n.activateWorkflow(id);
});

afterAll(async () => {
	await n8n.deleteWorkflow(id);
	await sandbox.close();
});

beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider).filter(({ kind }) => kind !== 'rate')).toEqual([]));

/** A person with a browser: fills in the form, and waits for the page that says so. */
async function tell(phone: string, expected: string): Promise<void> {
	const stored = await n8n.getWorkflow(id);
	const webhookId = stored.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.webhookId ?? '';
	const form = new FormData();
	form.append('field-0', phone);
	form.append('field-1', 'Pesanan siap 😀');
	const { formWaitingUrl } = (await (await fetch(`${n8n.url}/form/${webhookId}`, { method: 'POST', body: form })).json()) as { formWaitingUrl: string };
	await waitFor({ timeout: 60_000 }, `a page with "${expected}"`, async () => {
		const text = await fetch(formWaitingUrl, { signal: AbortSignal.timeout(2_000) }).then(async (response) => await response.text(), () => '');
		return text.includes(expected) ? expected : undefined;
	});
}

/** What the phone got, in order: of WhatsApp messages and SMS only the way tells them apart. */
const ways = () => sandbox.log(provider).flatMap(({ path, httpStatus }) => (httpStatus === 429 ? [] : [path.split('/').at(-1)])).filter((part) => part === 'message' || part === 'plain');
const local = (number: string): string => `0${number.slice(2)}`;

test('who is on WhatsApp is reached by it, and gets no SMS', async () => {
	await tell(local(ordinaryIndonesianNumbers[0] ?? ''), 'Reached by WhatsApp');
	expect(ways()).toEqual(['message']);
	expect(sandbox.messages(provider).map(({ to, text }) => [to, text])).toEqual([[ordinaryIndonesianNumbers[0], 'Pesanan siap 😀']]);
});

test.each([
	['who is not on WhatsApp', indonesianNumbers.noWhatsApp],
	['who is not reached in time', indonesianNumbers.slow],
])('%s gets an SMS', async (_who, number) => {
	// Slow is three times this.
	sandbox.changeSettings({ deliverAfterMs: 2_500 });
	await tell(local(number), 'Sent by SMS');
	expect(ways()).toEqual(['message', 'plain']);
	expect(sandbox.messages(provider).at(-1)).toMatchObject({ to: number, text: 'Pesanan siap 😀' });
});

test('what NusaSMS has not sent in time is not sent later', async () => {
	sandbox.changeSettings({ deliverAfterMs: 600_000 });
	await tell(local(ordinaryIndonesianNumbers[1] ?? ''), 'Sent by SMS');
	sandbox.advance(3_000_000);
	expect(sandbox.messages(provider).map(({ status }) => status)).toEqual(['failed', 'delivered']);
});

test('a number that is refused both ways is told', async () => {
	await tell(local(indonesianNumbers.invalid), 'Nobody reached');
	expect(ways()).toEqual(['message', 'plain']);
});

test('when nobody can know whether the WhatsApp message arrived, no SMS follows', async () => {
	sandbox.addFault({ provider, path: '/nusasms_api/1.0/whatsapp/message', kind: 'reset-after' });
	await tell(local(ordinaryIndonesianNumbers[2] ?? ''), 'Look it up');
	expect(ways()).toEqual(['message']);
});
