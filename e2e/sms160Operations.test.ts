/** Every operation of 160.com.au in a real n8n: what comes out of each node, and that no request breaks the provider's rules. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { resources } from '../nodes/Sms160/actions/resources';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Senders, sms160Username } from '../sandbox/sms160/account';
import { known, withoutInput } from './known';

const provider = 'sms160';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('sms160Api', { username: sms160Username, password: sms160Password, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
// The sandbox refuses a third request within a second, and notes it: so this also says that the limit was kept.
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const used = new Set<string>();

function operation(name: string, what: `${string}.${string}`, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	used.add(what);
	const [resource = '', value = ''] = what.split('.');
	return node('sms160', { resource, operation: value, ...withoutInput(what, parameters) }, { name, credentials, ...options });
}

const byId = (value: string | number): JsonObject => ({ __rl: true, mode: 'id', value });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

async function run(name: string, items: JsonObject[], steps: Step[]): Promise<Execution> {
	const execution = await n8n.runWorkflow(workflow(name, [manualTrigger(items), ...steps]));
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	return known(execution);
}

const people: JsonObject[] = [
	{ phone: '0491 573 770', name: 'Ana', group: 'Ana & Co' },
	{ phone: '+61 491 573 087', name: 'Ben', group: 'Ben & Co' },
];

test('groups and contacts, from their creation to their end, for two rows of a table', async () => {
	const start = (field: string) => `={{ $('Start').item.json.${field} }}`;
	const group = byId("={{ $('Create group').item.json.groupId }}");
	const contact = byId("={{ $('Create contact').item.json.contactId }}");
	const started = await run('groups and contacts', people, [
		operation('Create group', 'group.create', { title: '={{ $json.group }}', type: 'offers', keyword: '=JOIN{{ $json.name }}', options: {} }),
		operation('Create contact', 'contact.create', {
			number: start('phone'),
			options: {
				firstName: start('name'),
				lastName: 'Doe',
				note: 'new',
				groups: {
					values: [
						{ group: byId("={{ $('Create group').item.json.groupId }}"), isDisabled: false },
						{ group: byId(1), isDisabled: true },
					],
				},
			},
		}),
		operation('Update contact', 'contact.update', { contact, options: { firstName: "=Junior {{ $('Start').item.json.name }}", note: '' } }),
		operation('Get contact', 'contact.get', { contact }),
		operation('Find contacts', 'contact.getAll', { returnAll: true, options: { firstName: 'Junior', group: group } }),
		operation('Sync', 'contact.upsert', { number: start('phone'), options: { note: 'synced', groups: { values: [{ group: byId(2), isDisabled: false }] } } }),
		operation('Update group', 'group.update', { group, options: { title: "=Old {{ $('Start').item.json.group }}" } }),
		operation('Get group', 'group.get', { group }),
	]);
	const ana = { contactId: '4', firstName: 'Junior Ana', lastName: 'Doe', number: '61491573770', groups: [{ groupId: '3', disabled: false }, { groupId: '1', disabled: true }] };
	const ben = { ...ana, contactId: '5', firstName: 'Junior Ben', number: '61491573087', groups: [{ groupId: '4', disabled: false }, { groupId: '1', disabled: true }] };
	const anas = { groupId: '3', name: 'Ana & Co', contactCount: 0, type: 'offers', keyword: 'JOINAna', accepted: true };
	expect(started.json('Create group')).toEqual([anas, { ...anas, groupId: '4', name: 'Ben & Co', keyword: 'JOINBen' }]);
	expect(started.json('Create contact')).toEqual([{ ...ana, firstName: 'Ana', note: 'new', accepted: true }, { ...ben, firstName: 'Ben', note: 'new', accepted: true }]);
	expect(started.json('Update contact')).toEqual([{ ...ana, accepted: true }, { ...ben, accepted: true }]);
	expect(started.json('Get contact')).toEqual([ana, ben]);
	expect(started.json('Find contacts')).toEqual([ana, ben]);
	const synced = (contact: typeof ana) => ({ ...contact, note: 'synced', groups: [...contact.groups, { groupId: '2', disabled: false }], created: false, changed: true });
	expect(started.json('Sync')).toEqual([synced(ana), synced(ben)]);
	expect(started.json('Update group').map(({ name }) => name)).toEqual(['Old Ana & Co', 'Old Ben & Co']);
	expect(started.json('Get group').map(({ name, contactCount }) => [name, contactCount])).toEqual([['Old Ana & Co', 1], ['Old Ben & Co', 1]]);
	expect(started.items('Get group').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	// Both rows travelled in one request each time; only Create or Update looks at each.
	expect(sandbox.log(provider).filter(({ method }) => method === 'POST' || method === 'PATCH')).toHaveLength(6);

	const ended = await run('the end of groups and contacts', [{ group: 3, contact: 4 }, { group: 4, contact: 5 }], [
		operation('Delete group', 'group.delete', { group: byId('={{ $json.group }}') }),
		operation('Delete contact', 'contact.delete', { contact: byId("={{ $('Start').item.json.contact }}") }),
		operation('Groups', 'group.getAll', { returnAll: true, options: { type: 'offers' } }, { executeOnce: true }),
	]);
	expect(ended.json('Delete group')).toEqual([{ deleted: true, groupId: '3' }, { deleted: true, groupId: '4' }]);
	expect(ended.json('Delete contact')).toEqual([{ deleted: true, contactId: '4' }, { deleted: true, contactId: '5' }]);
	expect(ended.json('Groups').map(({ name }) => name)).toEqual(['Specials']);
});

test('a broken contact and a broken group are named and left out, and the others are taken', async () => {
	sandbox.changeSettings({ allowDuplicateContacts: false });
	const broken = await run('broken', [...people, { phone: '61491572549', name: 'Jennifer again', group: 'x' }], [
		operation('Create contact', 'contact.create', { number: '={{ $json.phone }}', options: { firstName: '={{ $json.name }}' } }),
		operation('Update group', 'group.update', { group: byId('={{ $itemIndex === 1 ? 99 : 1 }}'), options: { title: "={{ $('Start').item.json.group }}" } }),
	]);
	const created = broken.json('Create contact').map(({ accepted, reason }) => [accepted, reason]);
	expect(created).toEqual([[true, undefined], [true, undefined], [false, 'Contact with this phone already exists']]);
	const updated = broken.json('Update group').map(({ accepted, name, reason }) => [accepted, name, reason]);
	expect(updated).toEqual([[true, 'Ana & Co', undefined], [false, 'Ben & Co', 'Group not found'], [true, 'x', undefined]]);
});

test('messages: previewed, sent from each kind of sender, found, listed, deleted', async () => {
	const to = "={{ $('Start').item.json.phone }}";
	const from = ['registered', 'senderName', 'virtualNumber', 'email'];
	const messages = await run(
		'messages',
		from.map((sendFrom, index) => ({ phone: people[index % 2]?.['phone'] ?? '', sendFrom })),
		[
			operation('Preview', 'message.preview', { to, message: '=Hi from {{ $json.sendFrom }} 🌏', options: {} }),
			operation('Send', 'message.send', {
				to,
				message: "=Hi from {{ $('Start').item.json.sendFrom }} 🌏",
				sendFrom: "={{ $('Start').item.json.sendFrom }}",
				senderName: byId(sms160Senders.name),
				virtualNumber: byId(sms160Senders.virtual),
				email: 'name@email.com',
				options: { maxSegments: 1 },
			}),
			operation('Get', 'message.get', { messageId: '={{ $json.messageId }}' }),
		],
	);
	expect(messages.json('Preview')[0]).toMatchObject({ to: '61491573770', dearer: '🌏', runMessages: 4, runSegments: 4, runRefused: 0 });
	const sent = messages.json('Send');
	expect(sent.map(({ from: sender, text, status, accepted, cost, statusText }) => [sender, text, status, accepted, cost, statusText])).toEqual(
		[sms160Senders.registered, sms160Senders.name, sms160Senders.virtual, 'name@email.com'].map((sender, index) => [sender, `Hi from ${from[index] ?? ''} 🌏`, 'queued', true, 1, 'Queued']),
	);
	// IDs of 18 digits came through whole.
	expect(sent[0]?.['batchId']).toMatch(/^\d{18}$/);
	expect(messages.json('Get').map(({ messageId, text, postedAt }): unknown[] => [messageId, text, postedAt])).toEqual(sent.map(({ messageId, text }): unknown[] => [messageId, text, time]));

	const firstId = String(sent[0]?.['messageId']);
	const scheduled = await run('scheduled', people, [
		operation('Schedule', 'message.send', { to: '={{ $json.phone }}', message: 'Later', sendFrom: 'registered', when: 'later', scheduledFor: '={{ $now.plus({ minutes: 90 }).toISO() }}', options: {} }),
		operation('Scheduled', 'message.getAll', { returnAll: true, options: { delayed: true } }, { executeOnce: true }),
		operation('Cancel', 'message.delete', { messageId: '={{ $json.messageId }}' }),
		operation('By batch', 'message.deleteMany', { deleteBy: 'batch', batchId: sent[0]?.['batchId'] as string }, { executeOnce: true }),
		operation('By range', 'message.deleteMany', { deleteBy: 'range', messageIdFrom: '1', messageIdTo: firstId }, { executeOnce: true }),
		operation('Left', 'message.getAll', { returnAll: true, simplify: false, options: {} }, { executeOnce: true, alwaysOutputData: true }),
	]);
	expect(scheduled.json('Schedule').map(({ status, scheduledFor }) => [status, scheduledFor])).toEqual([['scheduled', time], ['scheduled', time]]);
	expect(scheduled.json('Scheduled').map(({ text }) => text)).toEqual(['Later', 'Later']);
	expect(scheduled.json('Cancel')).toEqual(scheduled.json('Scheduled').map(({ messageId }) => ({ deleted: true, messageId })));
	expect(scheduled.json('By batch')).toEqual([{ deleted: true, batchId: sent[0]?.['batchId'] }]);
	expect(scheduled.json('By range')).toEqual([{ deleted: true, messageIdFrom: '1', messageIdTo: firstId }]);
	expect(scheduled.json('Left')).toEqual([{}]);
	const bodies = sandbox.log(provider).flatMap(({ method, body }) => (method === 'POST' ? [body] : []));
	expect(bodies.at(-1)).toMatchObject({ messages: [{ delay: 90 }, { delay: 90 }] });
	expect(sandbox.messages(provider).filter(({ status }) => status === 'cancelled')).toHaveLength(2);
});

test('a group of 250 gets its message in one request, and all messages come out', async () => {
	const contacts = Array.from({ length: 250 }, (_, index) => ({ phone: `0412 ${String(100_000 + index)}` }));
	const sent = await run('group send', contacts, [
		operation('Create contacts', 'contact.create', { number: '={{ $json.phone }}', options: { groups: { values: [{ group: byId(2) }] } } }),
		operation(
			'Send to group',
			'message.sendToGroup',
			{ group: byId(2), message: 'Sale', sendFrom: 'senderName', senderName: byId(sms160Senders.name), returnAllMessages: true, options: {} },
			{ executeOnce: true },
		),
	]);
	expect(sent.json('Create contacts').filter(({ accepted }) => accepted === true)).toHaveLength(250);
	const numbers = sent.json('Send to group').map(({ to }) => to);
	expect(new Set(numbers).size).toBe(250);
	expect(sandbox.messages(provider)).toHaveLength(250);
	// Whether the newest messages are looked up before depends on what this n8n sent within the last seconds.
	expect(
		sandbox
			.log(provider)
			.filter(({ query }) => query['limit'] !== '10')
			.map(({ method, path }) => `${method} ${path}`),
	).toEqual(['POST /v1/contacts', 'POST /v1/contacts', 'POST /v1/contacts', 'POST /v1/groups/2/send', 'GET /v1/messages', 'GET /v1/messages']);
});

test('received messages are listed and deleted', async () => {
	for (const text of ['one', 'two', 'three']) sandbox.reply({ provider, from: '61491573770', to: sms160Senders.virtual, text });
	const inbox = await run('inbox', [{}], [
		operation('Received', 'inbound.getAll', { returnAll: false, limit: 2, options: { recipient: sms160Senders.virtual } }),
		operation('Delete', 'inbound.delete', { messageId: '={{ $json.messageId }}' }, { executeOnce: true }),
		operation('Delete many', 'inbound.deleteMany', { messageIdFrom: '300001', messageIdTo: '300001' }),
		operation('Left', 'inbound.getAll', { returnAll: true, options: {} }),
	]);
	expect(inbox.json('Received')).toEqual([
		{ event: 'inbound', messageId: '300003', from: '61491573770', to: sms160Senders.virtual, text: 'three', receivedAt: time },
		expect.objectContaining({ messageId: '300002', text: 'two' }),
	]);
	expect(inbox.json('Delete')).toEqual([{ deleted: true, messageId: '300003' }]);
	expect(inbox.json('Left').map(({ text }) => text)).toEqual(['two']);
});

describe('one-time codes', () => {
	const codeOn = (phone: string) => /^\d+/.exec(sandbox.messages(provider).findLast(({ to }) => to === phone)?.text ?? '')?.[0] ?? '';

	test.each([1, 2])('are sent and checked; every answer is a result (configuration %d)', async (otp) => {
		const sent = await run('codes', people, [
			operation('Configurations', 'otp.getAll', { returnAll: true, options: {} }, { executeOnce: true }),
			operation('Configuration', 'otp.get', { otp: byId('={{ $json.otpId }}') }),
			operation('Send code', 'otp.send', { otp: byId(otp), number: "={{ $('Start').all()[$itemIndex].json.phone }}", options: {} }),
		]);
		expect(sent.json('Configuration').map(({ name }) => name)).toEqual(['Login', 'Checkout (a wrong code is answered by 400)']);
		expect(sent.json('Send code')[0]).toMatchObject({ to: '61491573770', status: 'queued', otpId: String(otp), accepted: true });
		const [ana, ben] = [codeOn('61491573770'), codeOn('61491573087')];
		const check = async (items: JsonObject[]) => {
			const checked = await run('check', items, [operation('Verify', 'otp.verify', { otp: byId(otp), number: '={{ $json.phone }}', code: '={{ $json.code }}', options: {} })]);
			expect(JSON.stringify(checked.context)).not.toMatch(new RegExp(`"(${ana}|${ben})"`));
			return checked.json('Verify').map(({ verified, result }) => [verified, result]);
		};
		expect(
			await check([
				{ phone: '0491 573 770', code: 'wrong' },
				{ phone: '0491 573 770', code: ana },
				{ phone: '0491 573 770', code: ana },
			]),
		).toEqual([
			[false, 'failed'],
			[true, 'matched'],
			[false, 'used'],
		]);
		sandbox.advance(11 * 60_000);
		expect(await check([{ phone: '0491 573 087', code: ben }])).toEqual([[false, 'expired']]);
	});

	test('a check that breaks off is asked again; "used" then lets nobody in', async () => {
		await run('code', [{}], [operation('Send code', 'otp.send', { otp: byId(1), number: '0491573770', options: {} })]);
		const code = codeOn('61491573770');
		const verify = operation('Verify', 'otp.verify', { otp: byId(1), number: '0491573770', code: '={{ $json.code }}', options: {} });
		sandbox.addFault({ provider, kind: 'reset-before', path: '/v1/otp/1/verify' });
		expect((await run('before', [{ code }], [verify])).json('Verify')).toEqual([expect.objectContaining({ verified: true, result: 'matched' })]);

		await run('another code', [{}], [operation('Send code', 'otp.send', { otp: byId(1), number: '0491573770', options: {} })]);
		sandbox.addFault({ provider, kind: 'reset-after', path: '/v1/otp/1/verify' });
		const after = await n8n.runWorkflow(workflow('after', [manualTrigger([{ code: codeOn('61491573770') }]), verify]));
		expect(after.status).toBe('error');
		expect(after.error?.message).toMatch(/^It is not known whether this was done/);
		expect(JSON.stringify([after.error, after.context])).not.toContain(codeOn('61491573770'));
	});
});

test('the account', async () => {
	const account = await run('account', [{}, {}], [operation('Account', 'account.get')]);
	expect(account.json('Account')[1]).toMatchObject({
		phone: sms160Senders.registered,
		balance: 100_000,
		senders: [{ sender: 'MyBrand', status: 'Active' }, { status: 'Under review' }, { status: 'Rejected' }],
		virtualNumbers: [{ number: sms160Senders.virtual, status: 'Active' }, { callbackUrl: 'replies@example.com' }, { status: 'Blocked' }],
	});
});

describe('the editor', () => {
	const search = async (method: string, path: string, filter?: string) => (await n8n.searchList({ type: 'sms160', method, path, credentials, ...(filter !== undefined && { filter }) })).results;

	test('offers what the account has', async () => {
		expect(await search('searchSenderNames', 'senderName')).toEqual([
			expect.objectContaining({ name: 'MyBrand', value: 'MyBrand' }),
			expect.objectContaining({ name: 'NewBrand - under review' }),
			expect.objectContaining({ name: 'OldBrand - rejected' }),
		]);
		expect((await search('searchVirtualNumbers', 'virtualNumber', '266')).map(({ name, value }) => [name, value])).toEqual([[`+${sms160Senders.virtual}`, sms160Senders.virtual]]);
		expect((await search('searchGroups', 'group', 'spec')).map(({ name, value }) => [name, value])).toEqual([['Specials (0)', 2]]);
		expect((await search('searchContacts', 'contact', 'Wei')).map(({ name, value }) => [name, value])).toEqual([['Wei Chen (61491572665)', 2]]);
		expect((await search('searchContacts', 'contact', 'Jenni')).map(({ value }) => value)).toEqual([1]);
		expect((await search('searchContacts', 'contact', '0491 572 9')).map(({ value }) => value)).toEqual([3]);
		expect((await search('searchOtps', 'otp', 'check')).map(({ value }) => value)).toEqual([2]);
		expect((await n8n.searchList({ type: 'sms160', method: 'searchCountries', path: 'options.defaultCountry', credentials })).results).toContainEqual({ name: 'Australia (+61)', value: 'AU' });
	});

	test('tests the credential', async () => {
		expect(await n8n.testCredential(credentials)).toMatchObject({ status: 'OK' });
		const wrong = await n8n.createCredential('sms160Api', { username: sms160Username, password: 'not-the-secret', baseUrl: sandbox.baseUrl(provider) });
		expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
		const failed = await n8n.runWorkflow(workflow('wrong secret', [manualTrigger(), node('sms160', { resource: 'account', operation: 'get' }, { name: 'Account', credentials: wrong })]));
		expect(failed.errorOf('Account')).toMatchObject({
			message: '160.com.au did not accept the credential: Unauthorized [item 1]',
			description: expect.stringContaining('The SMS secret is made under "Profile"'),
		});
		expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
		sandbox.reset();
	});

	test('offers the node as an AI tool, and both triggers', async () => {
		const names = (await n8n.nodeTypes()).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['sms160', 'sms160Tool', 'sms160Trigger', 'sms160InboxTrigger'].map((name) => `n8n-nodes-sms-hub.${name}`)));
	});
});

test('every operation was run', () => {
	const all = resources.flatMap(({ value, operations }) => operations.map((each) => `${value}.${each.value}`));
	// Questions have tests of their own.
	expect(all.filter((each) => !used.has(each) && !each.endsWith('.sendAndWait'))).toEqual([]);
});
