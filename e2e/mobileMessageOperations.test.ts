/** Every operation of Mobile Message in a real n8n: what comes out of each node, and that no request breaks the provider's rules. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { resources } from '../nodes/MobileMessage/actions/resources';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { known, withoutInput } from './known';

const provider = 'mobile-message';
const type = 'mobileMessage';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

/** Operations that a run of this file has used. */
const used = new Set<string>();

/** A node with one operation. */
function operation(name: string, what: `${string}.${string}`, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	used.add(what);
	const [resource = '', value = ''] = what.split('.');
	return node(type, { resource, operation: value, ...withoutInput(what, parameters) }, { name, credentials, ...options });
}

const byId = (value: string): JsonObject => ({ __rl: true, mode: 'id', value });
const sender = byId(mobileMessageSenders.alpha);
const id = expect.stringMatching(/.+/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();

async function run(name: string, items: JsonObject[], steps: Step[]): Promise<Execution> {
	const execution = await n8n.runWorkflow(workflow(name, [manualTrigger(items), ...steps]));
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	return known(execution);
}

const people: JsonObject[] = [
	{ phone: '0491 572 665', name: 'Ana', company: 'Ana & Co' },
	{ phone: '+61 491 572 983', name: 'Ben', company: 'Ben & Co' },
];

test('contacts and lists, from their creation to their end, for two rows of a table', async () => {
	const contact = byId("={{ $('Create contact').item.json.contactId }}");
	const list = byId("={{ $('Create list').item.json.groupId }}");
	const started = await run('contacts and lists', people, [
		operation('Create contact', 'contact.create', { number: '={{ $json.phone }}', options: { firstName: '={{ $json.name }}', company: '={{ $json.company }}', other: 'x' } }),
		operation('Create list', 'list.create', { name: "=List of {{ $('Start').item.json.name }}" }),
		operation('Add to list', 'listContact.add', { list, contact }),
		operation('Update contact', 'contact.update', { contact, options: { lastName: "=Junior {{ $('Start').item.json.name }}", other: '' } }),
		operation('Get contact', 'contact.get', { number: "={{ $('Start').item.json.phone }}" }),
		operation('Find contacts', 'contact.getAll', { returnAll: true, options: { company: "={{ $('Start').item.json.company }}" } }),
		operation('Members', 'listContact.getAll', { list, limit: 5 }),
		operation('Update list', 'list.update', { list, name: "=Old list of {{ $('Start').item.json.name }}" }),
		operation('Remove from list', 'listContact.remove', { list, contact }),
		operation('Sync', 'contact.upsert', { number: "={{ $('Start').item.json.phone }}", options: { company: "={{ $('Start').item.json.company }}", other: 'y', list } }),
		operation('Sync again', 'contact.upsert', { number: "={{ $('Start').item.json.phone }}", options: { other: 'y' } }),
	]);
	// Requests of two items meet on their way, so that either may be the first.
	const ids = (name: string, field: string): [number, number] => {
		const [first, second] = started.json(name).map((item) => Number(item[field]));
		return [first ?? NaN, second ?? NaN];
	};
	const [anaId, benId] = ids('Create contact', 'contactId');
	const [anaList, benList] = ids('Create list', 'groupId');
	expect([[anaId, benId].sort(), [anaList, benList].sort()]).toEqual([[4, 5], [2, 3]]);
	const ana = { contactId: String(anaId), number: '61491572665', firstName: 'Ana', lastName: 'Junior Ana', company: 'Ana & Co' };
	const ben = { contactId: String(benId), number: '61491572983', firstName: 'Ben', lastName: 'Junior Ben', company: 'Ben & Co' };
	const made = ({ lastName: _lastName, ...rest }: typeof ana) => ({ ...rest, other: 'x' });
	const inList = (contactId: number, groupId: number) => ({ contactId: String(contactId), groupId: String(groupId) });
	const listed = (groupId: number, name: string) => ({ groupId: String(groupId), name });
	expect(started.json('Create contact')).toEqual([made(ana), made(ben)]);
	expect(started.json('Create list')).toEqual([listed(anaList, 'List of Ana'), listed(benList, 'List of Ben')]);
	expect(started.json('Add to list')).toEqual([{ ...inList(anaId, anaList), member: true, added: true }, { ...inList(benId, benList), member: true, added: true }]);
	expect(started.json('Update contact')).toEqual([ana, ben].map(({ contactId, lastName }) => ({ contactId, lastName })));
	expect(started.json('Get contact')).toEqual([ana, ben]);
	expect(started.json('Find contacts')).toEqual([ana, ben]);
	expect(started.json('Members')).toEqual([{ ...ana, addedAt: isoTime }, { ...ben, addedAt: isoTime }]);
	expect(started.json('Update list')).toEqual([listed(anaList, 'Old list of Ana'), listed(benList, 'Old list of Ben')]);
	expect(started.json('Remove from list')).toEqual([{ deleted: true, ...inList(anaId, anaList) }, { deleted: true, ...inList(benId, benList) }]);
	expect(started.json('Sync')).toEqual([{ ...ana, other: 'y', created: false, changed: true, groupId: String(anaList) },
		{ ...ben, other: 'y', created: false, changed: true, groupId: String(benList) }]);
	expect(started.json('Sync again').map(({ created, changed }) => [created, changed])).toEqual([[false, false], [false, false]]);
	expect(started.items('Remove from list').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);

	const ended = await run('the end of contacts and lists', [{ list: anaList, contact: anaId }, { list: benList, contact: benId }], [
		operation('Delete list', 'list.delete', { list: byId('={{ $json.list }}'), options: {} }),
		operation('Delete contact', 'contact.delete', { contact: byId("={{ $('Start').item.json.contact }}") }),
		operation('Lists', 'list.getAll', { returnAll: true }, { executeOnce: true }),
	]);
	expect(ended.json('Delete list')).toEqual([{ deleted: true, groupId: String(anaList) }, { deleted: true, groupId: String(benList) }]);
	expect(ended.json('Delete contact')).toEqual([{ deleted: true, contactId: String(anaId) }, { deleted: true, contactId: String(benId) }]);
	expect(ended.json('Lists')).toEqual([{ groupId: '1', name: 'VIP Customers', createdAt: isoTime, contactCount: 2 }]);
});

test('previewed, sent, found, cancelled: messages with each way to send', async () => {
	const phone = "={{ $('Start').item.json.phone }}";
	const at = soon();
	const messages = await run('messages', people, [
		operation('Preview', 'message.preview', { to: phone, message: '=Hi {{ $json.name }}, {optout} 🌏' }),
		operation('Send', 'message.send', { to: phone, message: "=Hi {{ $('Start').item.json.name }} 🌏", sender, when: 'later', scheduledFor: at,
			options: { reference: "=order-{{ $('Start').item.json.name }}" } }),
		operation('Get', 'message.get', { by: 'messageId', messageId: '={{ $json.messageId }}' }),
		operation('Cancel', 'message.cancel', { by: 'messageId', messageId: '={{ $json.messageId }}' }),
		operation('Get by reference', 'message.get', { by: 'reference', reference: "=order-{{ $('Start').item.json.name }}", simplify: false }),
		operation('Send simple', 'message.sendSimple', { to: phone, message: "=Bye {{ $('Start').item.json.name }} & 🌏", sender, options: {} }),
		operation('Get simple', 'message.get', { by: 'reference', reference: '={{ $json.reference }}' }),
	]);
	expect(messages.json('Preview')).toEqual([
		expect.objectContaining({ to: '61491572665', dearer: '🌏', segments: 1, runMessages: 2, runSegments: 2, runRefused: 0 }),
		expect.objectContaining({ to: '61491572983', text: 'Hi Ben, {optout} 🌏' }),
	]);
	const shared = { messageId: id, from: 'CompanyABC', accepted: true, segments: 1, cost: 1, costUnit: 'credits' };
	const sent = (to: string, name: string) => ({ ...shared, to, text: `Hi ${name} 🌏`, status: 'scheduled', reference: `order-${name}`, scheduledFor: `${at.slice(0, 19)}Z` });
	expect(messages.json('Send')).toEqual([sent('61491572665', 'Ana'), sent('61491572983', 'Ben')]);
	expect(messages.json('Get')).toEqual([{ ...sent('61491572665', 'Ana'), requestedAt: isoTime }, { ...sent('61491572983', 'Ben'), requestedAt: isoTime }]);
	const ids = messages.json('Send').map(({ messageId }) => messageId);
	expect(messages.json('Cancel')).toEqual(ids.map((messageId) => ({ cancelled: true, messageId, cancelledCount: 1, creditsRefunded: 1 })));
	expect(messages.json('Get by reference')).toEqual([
		{
			message_id: ids[0],
			recipient_number: '61491572665',
			sender_id: 'CompanyABC',
			message_content: 'Hi Ana 🌏',
			status: 'cancelled',
			cost: 1,
			cust_ref: 'order-Ana',
			requested_at: time,
			scheduled_for: time,
		},
		expect.objectContaining({ message_id: ids[1], status: 'cancelled', cust_ref: 'order-Ben' }),
	]);
	const simple = (to: string, name: string) => ({ ...shared, to, text: `Bye ${name} & 🌏`, status: 'queued', reference: expect.stringMatching(/^n8n-/) });
	expect(messages.json('Send simple')).toEqual([simple('61491572665', 'Ana'), simple('61491572983', 'Ben')]);
	expect(messages.json('Get simple').map(({ messageId, text }) => [messageId, text])).toEqual(messages.json('Send simple').map(({ messageId, text }) => [messageId, text]));
	// Two messages of one node travel together, and a preview asks nothing.
	expect(sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/v1/messages')).toHaveLength(1);

	const toList = await run('list send', [{ list: 1, when: at }], [
		operation('Send to list', 'message.sendToList', { list: byId('={{ $json.list }}'), message: 'Hi {first_name}, our sale starts. {optout}', sender, when: 'later',
			scheduledFor: '={{ $json.when }}', options: {} }),
		operation('Cancel list', 'message.cancel', { by: 'reference', reference: '={{ $json.reference }}' }),
		operation('History', 'message.getAll', { returnAll: true, options: { status: 'cancelled' } }),
	]);
	const [listSend] = toList.json('Send to list');
	expect(listSend).toEqual({
		status: 'scheduled',
		from: 'CompanyABC',
		text: 'Hi {first_name}, our sale starts. {optout}',
		accepted: true,
		cost: 2,
		costUnit: 'credits',
		scheduledFor: isoTime,
		groupId: '1',
		recipients: 2,
		blocked: 0,
		tooLong: 0,
		reference: expect.stringMatching(/^n8n-/),
	});
	expect(toList.json('Cancel list')).toEqual([{ cancelled: true, reference: listSend?.['reference'], cancelledCount: 2, creditsRefunded: 2 }]);
	expect(toList.json('History').map(({ to, text }) => [to, text])).toEqual([
		['61491571804', expect.stringMatching(/^Hi Wei, our sale starts\.\s+OptOut mb\.st\//)],
		['61491571491', expect.stringMatching(/^Hi Jane, our sale starts\.\s+OptOut mb\.st\//)],
		['61491572983', 'Hi Ben 🌏'],
		['61491572665', 'Hi Ana 🌏'],
	]);
});

test('opt-outs, senders, replies, webhooks and the balance', async () => {
	sandbox.reply({ provider, from: '61491571491', to: mobileMessageSenders.dedicated, text: 'Yes please' });
	sandbox.reply({ provider, from: '61491571804', to: mobileMessageSenders.dedicated, text: 'STOP' });
	const number = "={{ $('Start').item.json.phone }}";
	const once = { executeOnce: true };
	const around = await run('around messages', people, [
		operation('Opt out', 'unsubscribe.add', { number }),
		operation('Opted out?', 'unsubscribe.get', { number }),
		operation('Opt in', 'unsubscribe.remove', { number }),
		operation('Opted out still?', 'unsubscribe.get', { number }),
		operation('Register sender', 'sender.register', { number, options: { label: "={{ $('Start').item.json.name }}" } }),
		operation('Set webhook', 'webhook.set', { type: "={{ $('Start').item.json.name === 'Ana' ? 'inbound' : 'status' }}", url: "=https://example.com/{{ $('Start').item.json.name }}" }),
		operation('Webhooks', 'webhook.getAll', {}, once),
		operation('Remove webhook', 'webhook.remove', { type: '={{ $json.type }}' }),
		operation('Opt-outs', 'unsubscribe.getAll', { returnAll: true }, once),
		operation('Senders', 'sender.getAll', { limit: 2 }, once),
		operation('Inbound', 'inbound.getAll', { returnAll: true, options: { receivedAfter: "={{ $now.toUTC().minus({ days: 1 }).toFormat('yyyy-MM-dd') }}" } }, once),
		operation('Balance', 'account.get', {}, once),
	]);
	const numbers = ['61491572665', '61491572983'];
	expect(around.json('Opt out')).toEqual(numbers.map((each) => ({ number: each, unsubscribed: true, added: true })));
	expect(around.json('Opted out?')).toEqual(numbers.map((each) => ({ number: each, unsubscribed: true, unsubscribedAt: isoTime })));
	expect(around.json('Opt in')).toEqual(numbers.map((each) => ({ deleted: true, number: each })));
	expect(around.json('Opted out still?')).toEqual(numbers.map((each) => ({ number: each, unsubscribed: false })));
	expect(around.json('Register sender')).toEqual(numbers.map((each,
		index) => ({ sender: each, label: ['Ana', 'Ben'][index], verificationSent: true, note: 'A verification link has been sent to the number.' })));
	expect(around.json('Set webhook')).toEqual([{ type: 'inbound', url: 'https://example.com/Ana' }, { type: 'status', url: 'https://example.com/Ben' }]);
	expect(around.json('Webhooks')).toEqual([{ type: 'inbound', url: 'https://example.com/Ana' }, { type: 'status', url: 'https://example.com/Ben' }]);
	expect(around.json('Remove webhook')).toEqual([{ deleted: true, type: 'inbound' }, { deleted: true, type: 'status' }]);
	expect(around.json('Opt-outs').map(({ number: each }) => each)).toEqual(expect.arrayContaining(['61491570006', '61491571804']));
	expect(around.json('Senders')).toEqual([
		{ sender: 'CompanyABC', type: 'alpha', label: 'My Brand', isDefault: true },
		{ sender: mobileMessageSenders.own, type: 'own', label: 'My mobile', isDefault: false },
	]);
	expect(around.json('Inbound')).toEqual([
		{ event: 'unsubscribe', messageId: id, from: '61491571804', to: mobileMessageSenders.dedicated, text: 'STOP', receivedAt: isoTime },
		{ event: 'inbound', messageId: id, from: '61491571491', to: mobileMessageSenders.dedicated, text: 'Yes please', receivedAt: isoTime },
	]);
	expect(around.json('Balance')).toEqual([{ balance: 100_000, unit: 'credits' }]);
});

describe('what the provider refuses is told in its words, with what to do', () => {
	async function refusal(steps: Step[], items: JsonObject[] = [{}]): Promise<[string | undefined, unknown]> {
		const failed = await n8n.runWorkflow(workflow('refused', [manualTrigger(items), ...steps]));
		expect(failed.status).toBe('error');
		return [failed.error?.message, failed.error?.['description']];
	}

	test('a contact that is there already', async () => {
		sandbox.changeSettings({ allowDuplicateContacts: false }, provider);
		expect(await refusal([operation('Create', 'contact.create', { number: '={{ $json.phone }}' })], [people[0] ?? {}, { phone: '0491571491' }])).toEqual([
			'Mobile Message refused the request: This phone number already exists in your contacts. [item 2 of 2]',
			'Update the existing contact instead, or allow duplicate contacts in your account settings. 1 item(s) of this run were done. A retry of this node, or of this execution, does not repeat them.',
		]);
	});

	test('a message that is gone, or not there', async () => {
		const send = operation('Send', 'message.send', { to: '0491571491', message: 'Hi', sender, options: {} });
		expect(await refusal([send, operation('Cancel', 'message.cancel', { by: 'messageId', messageId: '={{ $json.messageId }}' })])).toEqual([
			'Mobile Message refused the request: Message not found or is not in a scheduled state. [item 1]',
			expect.stringContaining('it was sent or cancelled already'),
		]);
		expect(await refusal([operation('Cancel', 'message.cancel', { by: 'reference', reference: 'nothing' })])).toEqual([
			expect.anything(),
			expect.stringContaining('There is no scheduled message with this ID or reference'),
		]);
		expect(await refusal([operation('Get', 'message.get', { by: 'messageId', messageId: 'nothing' })])).toEqual([
			'There is no message with the ID "nothing" [item 1]',
			expect.stringContaining('Check it against the output'),
		]);
	});

	test('a fourth sender that waits for its owner, without a second try', async () => {
		const numbers = ['0491572665', '0491572983', '0491573770', '0491573087'].map((phone) => ({ phone }));
		const [message, description] = await refusal([operation('Register', 'sender.register', { number: '={{ $json.phone }}' })], numbers);
		expect(message).toBe('Mobile Message refused the request: You have too many pending verifications. [item 4 of 4]');
		expect(description).toContain('Three senders can wait for confirmation at once.');
		expect(sandbox.log(provider)).toHaveLength(4);
	});

	test('a wrong password', async () => {
		const wrong = await n8n.createCredential('mobileMessageApi', { username: mobileMessageUsername, password: 'not-the-password', baseUrl: sandbox.baseUrl(provider) });
		const [message, description] = await refusal([operation('Balance', 'account.get', {}, { credentials: wrong })]);
		expect([message, description]).toEqual(['Mobile Message did not accept the credential: Unauthorized [item 1]', expect.stringContaining('Check the API user name and password')]);
		expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
		expect(await n8n.testCredential(credentials)).toMatchObject({ status: 'OK' });
		expect(new Set(sandbox.violations(provider).map(({ kind }) => kind))).toEqual(new Set(['auth']));
		sandbox.reset();
	});
});

describe('pickers, through n8n\'s own endpoint', () => {
	const search = async (method: string, path: string, filter?: string, paginationToken?: string) => await n8n.searchList({ type, method, path, credentials, filter, paginationToken });
	const names = async (...given: Parameters<typeof search>) => (await search(...given)).results.map(({ name }) => name);

	test('senders', async () => {
		expect((await search('searchSenders', 'sender')).results).toEqual([
			{ name: 'My Brand (CompanyABC) - default - no replies', value: 'CompanyABC' },
			{ name: `My mobile (${mobileMessageSenders.own}) - replies go to that phone`, value: mobileMessageSenders.own },
			{ name: `Replies (${mobileMessageSenders.dedicated}) - gets replies`, value: mobileMessageSenders.dedicated },
		]);
		expect(await names('searchSenders', 'sender', 'brand')).toEqual(['My Brand (CompanyABC) - default - no replies']);
	});

	test('lists', async () => {
		expect((await search('searchLists', 'list')).results).toEqual([{ name: 'VIP Customers (2)', value: 1 }]);
		expect(await names('searchLists', 'list', 'nothing like it')).toEqual([]);
	});

	test('contacts, page by page, by name, company and number', async () => {
		const authorization = `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}`;
		for (let index = 0; index < 120; index++) {
			const body = JSON.stringify({ number: `0412${String(100_000 + index)}`, first_name: `Number ${String(index)}` });
			await fetch(`${sandbox.baseUrl(provider)}/v1/contacts`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body });
		}
		const first = await search('searchContacts', 'contact');
		expect(first.results).toHaveLength(100);
		const second = await search('searchContacts', 'contact', '', first.paginationToken);
		expect(second.results).toHaveLength(23);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(123);

		expect(await names('searchContacts', 'contact', 'jan')).toEqual(['Jane Smith (61491571491)']);
		expect(await names('searchContacts', 'contact', 'Wei Chen')).toEqual(['Wei Chen (61491571804)']);
		expect((await names('searchContacts', 'contact', 'acme')).sort()).toEqual(['Jane Smith (61491571491)', 'Wei Chen (61491571804)']);
		expect(await names('searchContacts', 'contact', '0491 572 549')).toEqual(["Zoë O'Brien (61491572549)"]);
	});

	test('countries', async () => {
		const countries = (await n8n.searchList({ type, method: 'searchCountries', path: 'options.defaultCountry', credentials })).results;
		expect(countries).toContainEqual({ name: 'Australia (+61)', value: 'AU' });
		expect(countries.length).toBeGreaterThan(200);
	});
});

test('the editor is offered every operation, and shows what comes out of it before the first run', async () => {
	for (const { value, operations } of resources) {
		for (const each of operations) {
			const response = await fetch(`${n8n.url}/schemas/n8n-nodes-sms-hub.mobileMessage/1.0.0/${value}/${each.value}.json`);
			expect([value, each.value, response.status]).toEqual([value, each.value, 200]);
			expect(await response.json()).toMatchObject({ type: 'object' });
		}
	}
});

test('every operation was used', () => {
	const all = resources.flatMap(({ value, operations }) => operations.map((each) => `${value}.${each.value}`));
	// Questions have tests of their own.
	expect([...used].sort()).toEqual(all.filter((each) => !each.endsWith('.sendAndWait')).sort());
});
