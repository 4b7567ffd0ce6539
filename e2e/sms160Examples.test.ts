/** The examples for 160.com.au in a real n8n, put there as `npm start` does. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { installedPackage, sharedN8n } from './running';
import type { CredentialReference } from '../real-n8n/workflow';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { readCredentialTypes, sandboxCredential } from '../start/credentials';
import type { ImportedExample } from '../start/examples';
import { importExamples, readExamples } from '../start/examples';

const provider = 'sms160';
const files = ['otp-login-check.json', 'crm-contacts-to-group-send.json'];
const examples = readExamples(join(__dirname, '..', 'examples')).filter(({ file }) => files.includes(file));

let n8n: N8nClient;
let sandbox: Sandbox;
let imported: ImportedExample[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const types = readCredentialTypes(installedPackage());
	const credentials: CredentialReference[] = [];
	for (const each of sandbox.providers) {
		const wanted = sandboxCredential(each, sandbox.baseUrl(each.name), types);
		if (wanted?.type === 'sms160Api') credentials.push(await n8n.createCredential(wanted.type, wanted.data, `${wanted.name} for its examples`));
	}
	imported = await importExamples(n8n, examples, credentials);
});

afterAll(async () => {
	for (const { id } of imported) await n8n.deleteWorkflow(id);
	await sandbox.close();
});

beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const idOf = (file: string): string => {
	const name = examples.find((example) => example.file === file)?.name;
	return imported.find((example) => example.name === name)?.id ?? '';
};

test('CRM rows become contacts of a group, which gets one message; bad rows are listed apart', async () => {
	const run = await n8n.runWorkflow(idOf('crm-contacts-to-group-send.json'));
	expect([run.status, run.error?.message]).toEqual(['success', undefined]);
	expect(run.json('Contacts').map(({ firstName, accepted }) => [firstName, accepted])).toEqual([['Ava', true], ['Noah', true], ['Zoë', true], ['Jack', true]]);
	expect(run.json('Not taken')).toEqual([
		{ name: 'Liam Chen', phone: '0491 570 156', reason: 'Recipient phone number is not valid' },
		{ name: 'Mia Rossi', phone: 'ask reception', reason: expect.stringContaining('"ask reception"') },
	]);
	expect(run.json('Send to the group').map(({ to }) => to).sort()).toEqual(['61491571491', '61491571804', '61491572549', '61491572665']);
	expect(sandbox.messages(provider)).toHaveLength(4);
});

describe('OTP login check', () => {
	const codeOn = (phone: string) => /^\d+/.exec(sandbox.messages(provider).findLast(({ to }) => to === phone)?.text ?? '')?.[0] ?? '';

	/** A person with a browser. */
	async function visitor(phone: string) {
		const submit = async (url: string, value: string) => {
			const form = new FormData();
			form.append('field-0', value);
			return await fetch(url, { method: 'POST', body: form });
		};
		const stored = await n8n.getWorkflow(idOf('otp-login-check.json'));
		const webhookId = stored.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.webhookId ?? '';
		const first = await submit(`${n8n.url}/form/${webhookId}`, phone);
		const { formWaitingUrl } = (await first.json()) as { formWaitingUrl: string };
		/** What the page says once it is there. n8n does not answer while the workflow is at work. */
		const page = async (expected: string) =>
			await waitFor({ timeout: 30_000 }, `a page with "${expected}"`, async () => {
				const text = await fetch(formWaitingUrl, { signal: AbortSignal.timeout(2_000) }).then(async (response) => await response.text(), () => '');
				return text.includes(expected) ? expected : undefined;
			});
		return { page, enter: async (code: string) => await submit(formWaitingUrl, code) };
	}

	beforeAll(async () => await n8n.activateWorkflow(idOf('otp-login-check.json')));
	afterAll(async () => await n8n.deactivateWorkflow(idOf('otp-login-check.json')));

	test('the right code lets somebody in, also after a wrong one', async () => {
		const person = await visitor('0491 571 491');
		await person.page('We sent a code to your phone.');
		await person.enter('wrong');
		await person.page('That was not the code. Try again.');
		await person.enter(codeOn('61491571491'));
		await person.page('You are in');
	});

	test('a number that gets no code is asked for again, and the code goes to the other one', async () => {
		const person = await visitor('0491 57');
		await person.page('No code could be sent to this number.');
		await person.enter('0491 570 156');
		await sleep(500);
		await person.page('No code could be sent to this number.');
		await person.enter('0491 572 665');
		await person.page('We sent a code to your phone.');
		await person.enter(codeOn('61491572665'));
		await person.page('You are in');
	});

	test('three wrong codes end it', async () => {
		const person = await visitor('+61 491 571 804');
		await person.page('We sent a code to your phone.');
		for (const code of ['1', '2']) {
			await person.enter(code);
			await person.page('That was not the code. Try again.');
		}
		await person.enter('3');
		await person.page('Start again to get a new one.');
	});

	test('a code that is too old lets nobody in', async () => {
		const person = await visitor('0491572549');
		await person.page('We sent a code to your phone.');
		sandbox.advance(11 * 60_000);
		await person.enter(codeOn('61491572549'));
		await person.page('This code is too old');
	});
});
