/** The nodes in n8n's editor, as a person without code sees them. */
import type { Locator } from 'playwright-core';

import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { waitFor } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, Step } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';

const provider = 'mobile-message';
const describeWithBrowser = findChromium() === undefined ? describe.skip : describe;

/** A property as the node type describes it. */
interface Property {
	/** Absent from a choice, whose label is its name. */
	displayName?: string;
	name: string;
	options?: Property[];
	displayOptions?: { show?: { resource?: string[]; operation?: string[] } };
}

describeWithBrowser('the editor (needs Chromium)', () => {
	let n8n: N8nClient;
	let sandbox: Sandbox;
	let editor: Editor;
	let credentials: CredentialReference;
	let wrongPassword: CredentialReference;
	const scripts: string[] = [];

	const account = (password: string) => ({ username: mobileMessageUsername, password, baseUrl: sandbox.baseUrl(provider) });

	beforeAll(async () => {
		sandbox = await startSandbox();
		n8n = await sharedN8n();
		credentials = await n8n.createCredential('mobileMessageApi', account(mobileMessagePassword), 'Right password');
		wrongPassword = await n8n.createCredential('mobileMessageApi', account('wrong'), 'Wrong password');
		editor = await openEditor(n8n);
		editor.page.setDefaultTimeout(30_000);
		editor.page.on('pageerror', (error) => scripts.push(error.message));
	});

	afterAll(async () => {
		await editor.stop();
		await sandbox.close();
	});

	const send = (parameters: Record<string, string> = {}, credential = credentials): Step =>
		node(
			'mobileMessage',
			{ resource: 'message', operation: 'send', to: '', message: '', sender: { __rl: true, mode: 'list', value: '' }, options: {}, ...parameters },
			{ name: 'Send', credentials: credential },
		);
	const toCompany = { __rl: true, mode: 'list', value: mobileMessageSenders.alpha };

	/** Opens a new workflow with these steps. */
	async function openWorkflow(name: string, steps: Step[]): Promise<void> {
		const stored = await n8n.createWorkflow(workflow(name, steps));
		await editor.open(`/workflow/${stored.id}`);
	}

	/** Opens a node's panel. */
	async function openNode(name: string): Promise<void> {
		await editor.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
		await editor.page.locator('[data-test-id="node-parameters"]').waitFor();
	}

	const control = (name: string): Locator => editor.page.locator(`[data-test-id="parameter-input-${name}"] input`).first();
	const dropdownItems = (): Locator => editor.page.locator('.el-select-dropdown__item:visible');
	/** Opens a drop-down and reads the first line of each of its entries. */
	async function entriesOf(dropdown: Locator): Promise<string[]> {
		await dropdown.click();
		await dropdownItems().first().waitFor();
		const texts = await dropdownItems().allInnerTexts();
		return texts.map((text) => text.trim().split('\n')[0] ?? '');
	}
	/** Closes an open drop-down by picking what is picked already; Escape would close the panel as well. */
	async function closeDropdown(): Promise<void> {
		await editor.page.locator('.el-select-dropdown__item.selected:visible, .el-select-dropdown__item.is-selected:visible').first().click();
		await dropdownItems().first().waitFor({ state: 'hidden' });
	}
	async function pick(name: string, label: string): Promise<void> {
		await control(name).click();
		await dropdownItems().filter({ has: editor.page.getByText(label, { exact: true }) }).first().click();
		await dropdownItems().first().waitFor({ state: 'hidden' });
	}
	const names = (property: Property | undefined): string[] => (property?.options ?? []).map(({ displayName, name }) => displayName ?? name);

	test('the pickers list every resource and every operation', async () => {
		const properties = (await n8n.nodeType('mobileMessage'))?.properties as unknown as Property[];
		const resources = properties.find(({ name }) => name === 'resource')?.options as unknown as Array<{ name: string; value: string }>;
		const operationsOf = (resource: string) => properties.find(({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.includes(resource) === true);
		await openWorkflow('pickers', [manualTrigger(), send()]);
		await openNode('Send');
		expect(await entriesOf(control('resource'))).toEqual(resources.map(({ name }) => name));
		await closeDropdown();
		for (const { name, value } of resources) {
			// n8n's own entry: it points to the HTTP Request node.
			if (value === '__CUSTOM_API_CALL__') continue;
			await pick('resource', name);
			expect([name, await entriesOf(control('operation'))]).toEqual([name, names(operationsOf(value))]);
			await closeDropdown();
		}
		expect(scripts).toEqual([]);
	});

	test('the fields of a send are there in their order, with required ones marked', async () => {
		await openWorkflow('fields', [manualTrigger(), send()]);
		await openNode('Send');
		const labels = await editor.page.locator('[data-test-id="node-parameters"] [data-test-id="input-label"]').allInnerTexts();
		const shown = labels.map((label) => label.trim().split('\n')[0] ?? '').filter((label) => label !== '');
		expect(shown.filter((label) => ['Resource', 'Operation', 'To', 'Message', 'Sender', 'When', 'Only Preview', 'Options'].includes(label))).toEqual(['Resource', 'Operation', 'To',
			'Message', 'Sender', 'When', 'Only Preview', 'Options']);
		// The sender may stay empty: then it is the account's default.
		expect(await editor.page.locator('[data-test-id="parameter-issues"]').count()).toBe(2);
		await editor.page.getByText('One segment holds 160 characters').first().waitFor();
	});

	test('the sender is picked from the senders of the account, and searched', async () => {
		await openWorkflow('sender', [manualTrigger(), send()]);
		await openNode('Send');
		await editor.page.locator('[data-test-id="resource-locator-sender"] input').last().click();
		const items = editor.page.locator('[data-test-id="rlc-item"]');
		await items.first().waitFor();
		expect((await items.allInnerTexts()).map((text) => text.trim())).toEqual([
			expect.stringContaining(mobileMessageSenders.alpha),
			expect.stringContaining(mobileMessageSenders.own),
			expect.stringContaining(mobileMessageSenders.dedicated),
		]);
		await editor.page.locator('[data-test-id="rlc-search"]').fill('brand');
		await waitFor({}, 'the only sender with that label', async () => (await items.count()) === 1 || undefined);
		await items.first().click();
		expect(await editor.page.locator('[data-test-id="resource-locator-sender"] input').last().inputValue()).toContain(mobileMessageSenders.alpha);
	});

	test('a time is asked for only by who sends later, with its zone in view', async () => {
		await openWorkflow('when', [manualTrigger(), send()]);
		await openNode('Send');
		expect(await editor.page.getByText('Scheduled For', { exact: true }).count()).toBe(0);
		await pick('when', 'Later');
		await editor.page.getByText('Scheduled For', { exact: true }).first().waitFor();
		await editor.page.getByText('Time Zone', { exact: true }).first().waitFor();
		await editor.page.locator('[data-test-id="node-parameters"]').getByText('Australia/Sydney').first().waitFor();
	});

	test('every option can be added', async () => {
		const properties = (await n8n.nodeType('mobileMessage'))?.properties as unknown as Property[];
		const options = properties.find(({ name, displayOptions: { show } = {} }) => name === 'options' && show?.resource?.includes('message') === true && show.operation?.includes('send') === true);
		await openWorkflow('options', [manualTrigger(), send()]);
		await openNode('Send');
		const add = editor.page.locator('[data-test-id="collection-parameter-add"] input');
		expect(await entriesOf(add)).toEqual(names(options));
		for (let left = names(options).length; left > 0; left--) {
			if (left < names(options).length) await add.click();
			await dropdownItems().first().click();
			await dropdownItems().first().waitFor({ state: 'hidden' });
		}
		await add.waitFor({ state: 'detached' });
		for (const label of names(options)) expect(await editor.page.locator('[data-test-id="node-parameters"]').getByText(label, { exact: true }).count()).toBeGreaterThan(0);
		expect(scripts).toEqual([]);
	});

	test('a send shows its messages as a table', async () => {
		await openWorkflow('output', [
			manualTrigger(),
			node(
				'mobileMessage',
				{ resource: 'message', operation: 'send', to: '0491 571 491', message: 'Hello', sender: toCompany, options: {} },
				{ name: 'Send', credentials },
			),
		]);
		await editor.page.locator('[data-test-id="execute-workflow-button"]').first().click();
		await editor.page.getByText(/executed successfully/i).first().waitFor();
		await openNode('Send');
		const output = editor.page.locator('[data-test-id="output-panel"]');
		const head = output.locator('th');
		await head.first().waitFor();
		expect((await head.allInnerTexts()).map((text) => text.trim()).slice(0, 6)).toEqual(['to', 'status', 'reason', 'messageId', 'from', 'text']);
		expect(await output.locator('td').allInnerTexts()).toEqual(expect.arrayContaining(['61491571491', mobileMessageSenders.alpha, 'Hello', 'queued', 'true']));
	});

	test('a send gives its receipt, and only a preview what it would cost', async () => {
		const rows = [{ phone: '0491 571 491', name: 'Jane' }, { phone: '0491 571 804', name: 'Wei' }];
		const parameters = { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: `=Hi {{ $json.name }} … ${'see you there '.repeat(6)}`, sender: toCompany };
		const shown = async (name: string, more: object): Promise<string[]> => {
			await openWorkflow(name, [manualTrigger(rows), node('mobileMessage', { ...parameters, options: {}, ...more }, { name: 'Send', credentials })]);
			await editor.page.locator('[data-test-id="execute-workflow-button"]').first().click();
			await editor.page.getByText(/executed successfully/i).first().waitFor();
			await openNode('Send');
			const output = editor.page.locator('[data-test-id="output-panel"]');
			await output.locator('th').first().waitFor();
			return [await output.innerText(), ...(await output.locator('th').allInnerTexts()).map((text) => text.trim())];
		};
		const [sent = '', ...columns] = await shown('receipt', {});
		expect(sent).toContain('2 sent, 4 credits');
		expect(columns).toEqual(expect.arrayContaining(['to', 'status', 'reason', 'phone', 'name']));
		const [preview = '', ...narrow] = await shown('preview', { onlyPreview: true });
		expect(preview).toContain('2 messages, 4 segments. Nothing was sent.');
		expect(narrow.slice(0, 6)).toEqual(['to', 'problem', 'advice', 'segments', 'dearer', 'cheaper']);
		expect(preview).toContain('… to ...: 1 segment');
	});

	test.each([
		['a bad number', { to: 'hello' }, /"hello".* is not a phone number/, /Nothing was sent/],
		['a wrong password', { to: '0491 571 491' }, /did not accept the credential/, /Check the API user name and password/],
	])('%s is said in plain words, with what to do', async (what, values, message, advice) => {
		const credential = what === 'a wrong password' ? wrongPassword : credentials;
		await openWorkflow(what, [
			manualTrigger(),
			node(
				'mobileMessage',
				{ resource: 'message', operation: 'send', message: 'Hello', sender: toCompany, options: {}, ...values },
				{ name: 'Send', credentials: credential },
			),
		]);
		await editor.page.locator('[data-test-id="execute-workflow-button"]').first().click();
		await editor.page.getByText(/Problem in node/).first().waitFor();
		await openNode('Send');
		const output = editor.page.locator('[data-test-id="output-panel"]');
		await output.getByText(message).first().waitFor();
		await output.getByText(advice).first().waitFor();
	});

	test('a credential is tested when it is opened, with either result', async () => {
		const results: Array<[CredentialReference, RegExp]> = [
			[credentials, /Connection tested successfully/],
			[wrongPassword, /Couldn’t connect with these settings/],
		];
		for (const [credential, result] of results) {
			await openWorkflow(credential.name, [manualTrigger(), send({}, credential)]);
			await openNode('Send');
			await editor.page.locator('[data-test-id="credential-edit-button"]').click();
			await editor.page.getByText(result).first().waitFor();
		}
	});

	test('both triggers show their panel, and say how they start', async () => {
		const trigger = node('mobileMessageTrigger', {}, { name: 'Texts', credentials });
		const inbox = node('mobileMessageInboxTrigger', {}, { name: 'Inbox', credentials });
		for (const [step, texts] of [[trigger, ['Events', 'Message Received', 'Options']], [inbox, ['Events', 'Message Received', 'Opt-Out Received', 'Poll Times']]] as const) {
			await openWorkflow(step.node.name, [step]);
			await openNode(step.node.name);
			for (const text of texts) await editor.page.locator('[data-test-id="ndv"], [data-test-id="node-parameters"], body').getByText(text, { exact: true }).first().waitFor();
		}
		expect(scripts).toEqual([]);
	});

	test.each(['sms', 'send sms', 'text message', 'one-time password', 'verification code'])('a search for "%s" in the node list offers the node with its icon, and what it does', async (words) => {
		await openWorkflow('search', [manualTrigger()]);
		await editor.page.locator('[data-test-id="node-creator-plus-button"]').first().click();
		await editor.page.locator('[data-test-id="node-creator-search-bar"]').fill(words);
		const found = editor.page.locator('[data-test-id="item-iterator-item"]').filter({ hasText: 'Mobile Message' }).first();
		await found.waitFor();
		const icon = found.locator('img').first();
		expect(await icon.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(0);
		// Node and trigger are one entry.
		expect(await found.innerText()).toContain('Send SMS and react to replies');
	});

	test('of all actions, sending an SMS stands first', async () => {
		await openWorkflow('actions', [manualTrigger()]);
		await editor.page.locator('[data-test-id="node-creator-plus-button"]').first().click();
		await editor.page.locator('[data-test-id="node-creator-search-bar"]').fill('send sms');
		await editor.page.locator('[data-test-id="item-iterator-item"]').filter({ hasText: 'Mobile Message' }).first().click();
		const actions = editor.page.locator('[data-test-id="item-iterator-item"]');
		await actions.filter({ hasText: 'Send an SMS to a list' }).first().waitFor();
		// The list of nodes goes while that of actions comes.
		const names = await waitFor({}, 'the list of actions alone', async () => {
			const texts = (await actions.allInnerTexts()).map((text) => text.trim().split('\n')[0] ?? '');
			return texts.some((text) => text.startsWith('BestSMS')) ? undefined : texts;
		});
		expect(names.slice(0, 2)).toEqual(['SMS ACTIONS', 'Send an SMS']);
	});
});
