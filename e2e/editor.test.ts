/** The nodes in n8n's editor, as a person without code sees them. */
import type { Locator } from 'playwright-core';

import { findChromium, openEditor, type Editor } from '../real-n8n/browser';
import type { N8nClient } from '../real-n8n/rest';
import { becomes } from './becomes';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step } from '../real-n8n/workflow';
import { manualTrigger, node, noOperation, workflow } from '../real-n8n/workflow';
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

	const send = (parameters: JsonObject = {}, credential = credentials): Step =>
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
	const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
	/** The first line of each. */
	const linesOf = async (locator: Locator): Promise<string[]> => (await locator.allInnerTexts()).map(firstLine);
	/** Opens a drop-down and waits until these are its entries. */
	async function offers(dropdown: Locator, entries: unknown[]): Promise<void> {
		await dropdown.click();
		await becomes(async () => await linesOf(dropdownItems()), entries);
	}
	/** What the output panel says, and the columns of its table. */
	const output = (): Locator => editor.page.locator('[data-test-id="output-panel"]');
	const columns = async (): Promise<string[]> => (await output().locator('th').allInnerTexts()).map((text) => text.trim()).filter((text) => text !== '');
	/** Runs the open workflow, and opens a node's panel when it has ended. */
	async function runAndOpen(name: string): Promise<void> {
		await editor.page.locator('[data-test-id="execute-workflow-button"]').first().click();
		await editor.page.getByText(/executed successfully/i).first().waitFor();
		await openNode(name);
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
		await offers(control('resource'), resources.map(({ name }) => name));
		await closeDropdown();
		for (const { name, value } of resources) {
			// n8n's own entry: it points to the HTTP Request node.
			if (value === '__CUSTOM_API_CALL__') continue;
			await pick('resource', name);
			await offers(control('operation'), names(operationsOf(value)));
			await closeDropdown();
		}
		expect(scripts).toEqual([]);
	});

	test('the fields of a send are there in their order, with required ones marked', async () => {
		await openWorkflow('fields', [manualTrigger(), send()]);
		await openNode('Send');
		const shown = editor.page.locator('[data-test-id="node-parameters"] [data-test-id="input-label"]');
		const wanted = ['Resource', 'Operation', 'To', 'Message', 'Sender', 'When', 'Only Preview', 'Options'];
		await becomes(async () => (await linesOf(shown)).filter((label) => wanted.includes(label)), wanted);
		// The sender may stay empty: then it is the account's default.
		await becomes(async () => await editor.page.locator('[data-test-id="parameter-issues"]').count(), 2);
		await editor.page.getByText('One segment holds 160 characters').first().waitFor();
	});

	test('the sender is picked from the senders of the account, and searched', async () => {
		await openWorkflow('sender', [manualTrigger(), send()]);
		await openNode('Send');
		await editor.page.locator('[data-test-id="resource-locator-sender"] input').last().click();
		const items = editor.page.locator('[data-test-id="rlc-item"]');
		await becomes(async () => await items.allInnerTexts(), [mobileMessageSenders.alpha, mobileMessageSenders.own, mobileMessageSenders.dedicated].map((each): unknown => expect.stringContaining(each)));
		await editor.page.locator('[data-test-id="rlc-search"]').fill('brand');
		await becomes(async () => await items.count(), 1);
		await items.first().click();
		await becomes(async () => await editor.page.locator('[data-test-id="resource-locator-sender"] input').last().inputValue(), expect.stringContaining(mobileMessageSenders.alpha));
	});

	test('a time is asked for only by who sends later, with its zone in view', async () => {
		await openWorkflow('when', [manualTrigger(), send()]);
		await openNode('Send');
		await editor.page.getByText('When', { exact: true }).first().waitFor();
		await becomes(async () => await editor.page.getByText('Scheduled For', { exact: true }).count(), 0);
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
		// Of a preview alone.
		const offered = names(options).filter((label) => label !== 'Show Balance');
		await offers(add, offered);
		for (let left = offered.length; left > 0; left--) {
			if (left < offered.length) await add.click();
			await becomes(async () => await dropdownItems().count(), left);
			await dropdownItems().first().click();
			await dropdownItems().first().waitFor({ state: 'hidden' });
		}
		await add.waitFor({ state: 'detached' });
		for (const label of offered) await editor.page.locator('[data-test-id="node-parameters"]').getByText(label, { exact: true }).first().waitFor();
		expect(scripts).toEqual([]);
	});

	test('who only previews may ask for the balance', async () => {
		await openWorkflow('balance', [manualTrigger(), send({ onlyPreview: true })]);
		await openNode('Send');
		await offers(editor.page.locator('[data-test-id="collection-parameter-add"] input'), expect.arrayContaining(['Max Segments per Run', 'Show Balance']) as unknown[]);
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
		await runAndOpen('Send');
		await becomes(async () => (await columns()).slice(0, 6), ['to', 'status', 'reason', 'messageId', 'from', 'text']);
		await becomes(async () => await output().locator('td').allInnerTexts(), expect.arrayContaining(['61491571491', mobileMessageSenders.alpha, 'Hello', 'queued', 'true']));
	});

	test('a send gives its receipt, and only a preview what it would cost', async () => {
		const rows = [{ phone: '0491 571 491', name: 'Jane' }, { phone: '0491 571 804', name: 'Wei' }];
		const parameters = { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: `=Hi {{ $json.name }} … ${'see you there '.repeat(6)}`, sender: toCompany };
		const open = async (name: string, more: object, ...after: Step[]) =>
			await openWorkflow(name, [manualTrigger(rows), node('mobileMessage', { ...parameters, options: {}, ...more }, { name: 'Send', credentials, ...(after.length > 0 && { errorOutput: after }) })]);
		await open('receipt', {});
		await runAndOpen('Send');
		await output().getByText('2 sent, 4 credits').first().waitFor();
		await becomes(columns, expect.arrayContaining(['to', 'status', 'reason', 'phone', 'name']));

		await open('preview', { onlyPreview: true, options: { showBalance: true } });
		await runAndOpen('Send');
		await output().getByText(/^2 messages, 4 segments; \d+ credits left. Nothing was sent.$/).first().waitFor();
		await becomes(async () => (await columns()).slice(0, 6), ['to', 'reason', 'advice', 'segments', 'dearer', 'cheaper']);
		await output().getByText('… to ...: 1 segment').first().waitFor();

		rows.push({ phone: 'hello', name: 'Ava' }, { phone: '', name: 'Ben' });
		await open('receipt of a part', {}, noOperation('Refused'));
		await runAndOpen('Send');
		await output().getByText('2 sent, 2 not sent, 4 credits: see the error output').first().waitFor();
		await open('preview of a part', { onlyPreview: true });
		await runAndOpen('Send');
		await output().getByText('2 messages, 4 segments; 2 numbers cannot be sent to. Nothing was sent.').first().waitFor();
		await becomes(async () => await output().locator('td').allInnerTexts(), expect.arrayContaining(['To is empty']));
	});

	test.each([
		['a bad number', { to: 'hello' }, /^To: "hello" is not a phone number \[item 1\]$/, /Nothing was sent/],
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
		await output().getByText(message).first().waitFor();
		await output().getByText(advice).first().waitFor();
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
			await becomes(async () => await editor.page.locator('.el-dialog a[href="https://mobilemessage.com.au"]').count(), 1);
		}
	});

	test('both triggers show their panel, and say how they start', async () => {
		const trigger = node('mobileMessageTrigger', {}, { name: 'Texts', credentials });
		const inbox = node('mobileMessageInboxTrigger', {}, { name: 'Inbox', credentials });
		const comesOut = 'Output columns: event, from, to, text, status, receivedAt, messageId, originalMessageId, reference, raw.';
		const panels = [
			[trigger, ['Events', 'Message Received', 'Options', comesOut], 'Execute step'],
			[inbox, ['Events', 'Message Received', 'Opt-Out Received', 'Poll Times', `To test, click "Fetch Test Event": the newest messages come out. ${comesOut}`], 'Fetch Test Event'],
		] as const;
		for (const [step, texts, button] of panels) {
			await openWorkflow(step.node.name, [step]);
			await openNode(step.node.name);
			const panel = editor.page.locator('[data-test-id="node-parameters"]');
			for (const text of texts) await panel.getByText(text, { exact: true }).first().waitFor();
			// The button that the panel speaks of, and no address that nobody has to copy.
			await editor.page.getByText(button, { exact: true }).first().waitFor();
			await becomes(async () => await editor.page.getByText('Webhook URLs').count(), 0);
		}
		expect(scripts).toEqual([]);
	});

	test('a trigger is tested: it listens, a reply comes, and it has the columns that its panel says', async () => {
		await openWorkflow('trigger test', [node('mobileMessageTrigger', {}, { name: 'Texts', credentials, typeVersion: 2 }), noOperation('After')]);
		await openNode('Texts');
		await editor.page.locator('[data-test-id="node-execute-button"]').first().click();
		await editor.page.locator('[data-test-id="trigger-listening"]').waitFor();
		sandbox.reply({ provider, from: '0491571491', to: mobileMessageSenders.dedicated, text: 'Is it ready?' });
		await output().locator('th').first().waitFor();
		await becomes(columns, ['event', 'from', 'to', 'text', 'status', 'receivedAt', 'messageId', 'originalMessageId', 'reference', 'raw']);
		await becomes(async () => await output().locator('td').allInnerTexts(), expect.arrayContaining(['inbound', '61491571491', 'Is it ready?']));
	});

	test('before the first run, the node after a send knows what comes out of it', async () => {
		await openWorkflow('schema', [manualTrigger(), send(), noOperation('After')]);
		await openNode('After');
		const fields = editor.page.locator('[data-test-id="run-data-schema-item"]');
		await becomes(async () => await linesOf(fields), ['to', 'status', 'reason', 'messageId', 'from', 'text', 'accepted', 'reference', 'segments', 'cost', 'costUnit', 'scheduledFor', 'sentAt']);
	});

	test('n8n serves what comes out of every trigger', async () => {
		for (const type of ['mobileMessageTrigger', 'mobileMessageInboxTrigger', 'sms160Trigger', 'sms160InboxTrigger', 'bestSmsTrigger', 'bestSmsInboxTrigger', 'nusaSmsTrigger']) {
			const response = await fetch(`${n8n.url}/schemas/n8n-nodes-sms-hub.${type}/1.0.0.json`);
			expect([type, response.status, Object.keys(((await response.json()) as { properties: object }).properties)]).toEqual([type, 200, expect.arrayContaining(['event', 'from', 'text', 'raw'])]);
		}
	});

	/** Opens the list of nodes, and searches it. */
	async function search(words: string): Promise<void> {
		await editor.page.locator('[data-test-id="node-creator-plus-button"]').first().click();
		await editor.page.locator('[data-test-id="node-creator-search-bar"]').fill(words);
	}
	const found = (): Locator => editor.page.locator('[data-test-id="item-iterator-item"]');
	/** What each provider's entry says, which stands for node and trigger. */
	const providers = [
		['BestSMS', 'Send SMS with links to files, and react to replies'],
		['Mobile Message', 'Send SMS and react to replies'],
		['160.com.au', 'Send SMS and one-time codes, and react to replies'],
		['NusaSMS', 'Send SMS and WhatsApp messages, and react to replies'],
		['UGSMS', 'Send SMS to numbers of Uganda'],
	] as const;
	/** Entries as they stand: name and description of each. */
	const entries = async (): Promise<string[]> => (await found().allInnerTexts()).map((text) => text.trim().replaceAll(/\s*\n\s*/g, ' | '));

	const searches = ['sms', 'send sms', 'text message', 'send a text', 'one-time password', 'verification code'];
	test.each(searches)('a search for "%s" in the list of nodes offers all providers with their icons, and what they do', async (words) => {
		await openWorkflow('search', [manualTrigger()]);
		await search(words);
		await becomes(entries, expect.arrayContaining(providers.map(([name, does]): unknown => expect.stringContaining(`${name} | ${does}`))));
		const isDrawn = async (name: string) =>
			await found().filter({ hasText: name }).first().locator('img').first().evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0);
		await becomes(async () => await Promise.all(providers.map(async ([name]) => await isDrawn(name))), providers.map(() => true));
	});

	test('a search for "receive sms" offers all that receive', async () => {
		await openWorkflow('search', [manualTrigger()]);
		await search('receive sms');
		const receiving = providers.slice(0, -1).map(([name]): unknown => expect.stringMatching(new RegExp(`^${name} \\|`)));
		await becomes(entries, expect.arrayContaining(receiving));
	});

	test.each(providers.map(([name]) => name))('of all actions of %s, sending an SMS stands first', async (name) => {
		await openWorkflow('actions', [manualTrigger()]);
		await search(name);
		await found().filter({ hasText: name }).first().click();
		// The list of nodes goes while that of actions comes.
		await becomes(async () => (await linesOf(found())).slice(0, 3), ['SMS ACTIONS', 'Send an SMS', 'Send an SMS and wait for the answer']);
	});
});
