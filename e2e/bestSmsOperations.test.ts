/** Every operation of BestSMS in a real n8n: what comes out of each node, and that no request breaks the provider's rules. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { code, manualTrigger, node, workflow } from '../real-n8n/workflow';
import { resources } from '../nodes/BestSms/actions/resources';
import { bestSmsNumber, bestSmsToken } from '../sandbox/bestsms/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { known, withoutInput } from './known';

const provider = 'bestsms';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('bestSmsApi', { authToken: bestSmsToken, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const used = new Set<string>();

function operation(name: string, what: `${string}.${string}`, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	used.add(what);
	const [resource = '', value = ''] = what.split('.');
	return node('bestSms', { resource, operation: value, ...withoutInput(what, parameters) }, { name, credentials, ...options });
}

const byId = (value: string): JsonObject => ({ __rl: true, mode: 'id', value });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
const start = (field: string) => `={{ $('Start').item.json.${field} }}`;

async function run(name: string, items: JsonObject[], steps: Array<Step | Step[]>, settings: JsonObject = {}): Promise<Execution> {
	const execution = await n8n.runWorkflow(workflow(name, [manualTrigger(items), ...steps], settings));
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	return known(execution);
}

const people: JsonObject[] = [
	{ phone: '0491 573 770', name: 'Ana', group: 'Ana & Co' },
	{ phone: '+61 491 573 087', name: 'Ben', group: 'Ben Ltd' },
];
const paths = (method: string) => sandbox.log(provider).filter((entry) => entry.method === method).map(({ path }) => path.replace('/api/v2.03', ''));

test('the address book, from its creation to its end, for two rows of a table', async () => {
	const contact = byId("={{ $('Create contact').item.json.contactId }}");
	const group = byId("={{ $('Create group').item.json.groupId }}");
	const started = await run('address book', people, [
		operation('Create group', 'group.create', { groupName: start('group'), options: { viewEditBy: 'Department' } }),
		operation('Create contact', 'contact.create', {
			mobilePhone: start('phone'),
			firstName: start('name'),
			lastName: 'Doe',
			options: { company: 'Acme', custom1: 'Gold', mainPhone: '02 9374 4000', viewBy: 'SubAccount' },
		}),
		operation('Update contact', 'contact.update', { contact, options: { firstName: "=Junior {{ $('Start').item.json.name }}", company: '' } }),
		operation('Get contact', 'contact.get', { contact }),
		operation('Add group', 'contactGroup.add', { contact, group }),
		operation('Add contact', 'groupContact.add', { group: byId('Staff'), contact }),
		operation('Has group', 'contactGroup.get', { contact, group }),
		operation('Has contact', 'groupContact.get', { group: byId('VIP_Customers'), contact }),
		operation('Update group', 'group.update', { group, options: { groupName: "=Old {{ $('Start').item.json.group }}" } }),
		operation('Get group', 'group.get', { group }),
		operation('Sync', 'contact.upsert', { mobilePhone: start('phone'), options: { custom1: 'Platinum', group: byId('Staff') } }),
		operation('Groups of contact', 'contactGroup.getAll', { contact, returnAll: true }),
		operation('Contacts of group', 'groupContact.getAll', { group: byId('Staff'), returnAll: true }, { executeOnce: true }),
		operation('Contacts', 'contact.getAll', { returnAll: false, limit: 4 }, { executeOnce: true }),
		operation('Groups', 'group.getAll', { returnAll: true }, { executeOnce: true }),
	]);
	const [anasId, bensId] = started.json('Create contact').map(({ contactId }) => String(contactId));
	expect(started.json('Create group').map(({ groupId, name, viewEditBy }) => [groupId, name, viewEditBy])).toEqual([
		['Ana_&_Co', 'Ana & Co', 'Department'],
		['Ben_Ltd', 'Ben Ltd', 'Department'],
	]);
	const ana = { contactId: anasId, firstName: 'Junior Ana', lastName: 'Doe', number: '+61491573770', mainPhone: '+61293744000', custom1: 'Gold' };
	expect(started.json('Create contact')[0]).toEqual({ ...ana, firstName: 'Ana', company: 'Acme' });
	expect(started.json('Update contact')[0]).toEqual(ana);
	expect(started.json('Get contact')).toEqual([ana, { ...ana, contactId: bensId, firstName: 'Junior Ben', number: '+61491573087' }]);
	expect(started.json('Add group').map(({ member, contactId, groupId }) => [member, contactId, groupId])).toEqual([[true, anasId, 'Ana_&_Co'], [true, bensId, 'Ben_Ltd']]);
	expect(started.json('Has group').map(({ member }) => member)).toEqual([true, true]);
	expect(started.json('Has contact')).toEqual([anasId, bensId].map((contactId) => ({ member: false, contactId, groupId: 'VIP_Customers', reason: 'Contact is not in this group' })));
	expect(started.json('Get group').map(({ name }) => name)).toEqual(['Old Ana & Co', 'Old Ben Ltd']);
	expect(started.items('Groups of contact').map(({ json, pairedItem }) => [json['groupId'], pairedItem])).toEqual([
		['Staff', { item: 0 }],
		['Ana_&_Co', { item: 0 }],
		['Staff', { item: 1 }],
		['Ben_Ltd', { item: 1 }],
	]);
	expect(started.json('Contacts of group').map(({ contactId }) => contactId)).toEqual([anasId, bensId]);
	expect(started.json('Sync').map(({ contactId, custom1, created, changed, groupId }) => [contactId, custom1, created, changed, groupId])).toEqual([anasId,
		bensId].map((contactId) => [contactId, 'Platinum', false, true, 'Staff']));
	// Requests of two items meet on their way, so that either may be the first.
	expect(started.json('Contacts').map(({ firstName }) => firstName)).toEqual(['Jane', 'Wei', 'Zoë', expect.stringMatching(/^Junior (Ana|Ben)$/)]);
	const groups = started.json('Groups').map(({ groupId }) => String(groupId));
	expect([groups.slice(0, 2), groups.slice(2).sort()]).toEqual([['VIP_Customers', 'Staff'], ['Ana_&_Co', 'Ben_Ltd']]);

	const rows = [{ contact: anasId ?? '', group: 'Ana_&_Co' }, { contact: bensId ?? '', group: 'Ben_Ltd' }];
	const ended = await run('the end of the address book', rows, [
		operation('Remove group', 'contactGroup.remove', { contact: byId(start('contact')), group: byId(start('group')) }),
		operation('Remove contact', 'groupContact.remove', { group: byId('Staff'), contact: byId(start('contact')) }),
		operation('Delete group', 'group.delete', { group: byId(start('group')) }),
		operation('Delete contact', 'contact.delete', { contact: byId(start('contact')) }),
		operation('Contacts', 'contact.getAll', { returnAll: true, simplify: false }, { executeOnce: true }),
	]);
	expect(ended.json('Remove group')).toEqual(rows.map(({ contact: contactId, group: groupId }) => ({ deleted: true, contactId, groupId })));
	expect(ended.json('Delete group')).toEqual(rows.map(({ group: groupId }) => ({ deleted: true, groupId })));
	expect(ended.json('Delete contact')).toEqual(rows.map(({ contact: contactId }) => ({ deleted: true, contactId })));
	expect(ended.json('Contacts').map(({ FirstName }) => FirstName)).toEqual(['Jane', 'Wei', 'Zoë']);
});

test('an address book that is not enabled for the user says so', async () => {
	sandbox.changeSettings({ own: { addressBook: false } }, provider);
	const refused = await n8n.runWorkflow(workflow('not enabled', [manualTrigger(people), operation('Contacts', 'contact.getAll', { returnAll: true }, { executeOnce: true })]));
	expect(refused.errorOf('Contacts')).toMatchObject({
		message: 'BestSMS refused the request: Address Book is not enabled for this user [item 1]',
		description: expect.stringContaining('ask BestSMS for it'),
	});
});

test.each([
	[{}],
	[{ contactId: 'ContactID', details: true }],
	[{ refusalHttpStatus: 200, refusalField: 'ErrorMessage', refusalList: true }],
] as const)('messages: previewed, sent, followed up, with answers of each shape %j', async (own) => {
	sandbox.changeSettings({ own }, provider);
	const message = 'Hi [[FirstName]], your seat is [[Custom1]] 🌏';
	const to = start('phone');
	const sent = await run('messages', people, [
		operation('Preview', 'message.preview', { to, message, options: {} }),
		operation('Send', 'message.send', {
			to,
			message,
			options: { firstName: start('name'), custom1: '={{ 7 + $itemIndex }}', reference: 'Seats', subAccount: 'Sub', department: 'Dep', chargeCode: 'C1', smsEmailReply: 'name@email.com', maxSegments: 1 },
		}),
		operation('Get', 'message.get', { messageId: '={{ $json.messageId }}' }, { executeOnce: true }),
	]);
	expect(sent.json('Preview')[0]).toMatchObject({
		to: '+61491573770',
		dearer: '🌏',
		notes: expect.stringMatching(/\[\[FirstName\]\].*\[\[Custom1\]\]/),
		runMessages: 2,
		runSegments: 2,
		runRefused: 0,
	});
	// Both rows travelled in one request, under an ID of its own.
	expect(paths('POST')).toEqual(['/send/sms']);
	const [first] = sent.json('Send');
	const messageId = String(first?.['messageId']);
	expect(messageId).toMatch(/^[0-9a-f]{40}$/);
	expect(sent.json('Send').map(({ messageId: id, to: number, text, status, accepted, reference, testMode }): unknown[] => [id, number, text, status, accepted, reference, testMode])).toEqual(
		['+61491573770', '+61491573087'].map((number) => [messageId, number, message, 'queued', true, 'Seats', false]),
	);
	expect(sandbox.messages(provider).map(({ to: number, text }) => [number, text])).toEqual([['61491573770', 'Hi Ana, your seat is 7 🌏'], ['61491573087', 'Hi Ben, your seat is 8 🌏']]);
	expect(sent.json('Get')).toEqual([expect.objectContaining({ messageId, count: 2, jobNumber: expect.stringMatching(/^[0-9A-F]{8}$/), account: '102030', subAccount: 'Sub', department: 'Dep' })]);

	const unknown = await n8n.runWorkflow(workflow('unknown', [manualTrigger(), operation('Get', 'message.get', { messageId: 'nothing' })]));
	expect(unknown.errorOf('Get')).toMatchObject({
		message: 'BestSMS refused the request: Message not found [item 1]',
		description: 'Check the Message ID. It is the one that the output of Send shows.',
	});
});

test('replies, in the document\'s shape and in both of the SDKs', async () => {
	for (const replyShape of ['MessageReceived', 'Recipients', 'SMSReplies']) {
		sandbox.reset();
		sandbox.changeSettings({ own: { replyShape }, deliverAfterMs: 1 }, provider);
		const sent = await run('question', people, [operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Coming?', options: {} })]);
		sandbox.advance(10_000);
		for (const text of ['Y', 'N']) sandbox.reply({ provider, from: '61491573770', text });
		const read = await run('replies', [{ id: String(sent.json('Send')[0]?.['messageId']) }], [
			operation('Replies', 'message.getReplies', { messageId: '={{ $json.id }}' }),
			operation('Received', 'inbound.getAll', { returnAll: false, limit: 1, options: { timePeriod: 5 } }, { executeOnce: true }),
			operation('As it came', 'message.getReplies', { messageId: start('id'), simplify: false }, { executeOnce: true }),
		]);
		const reply = { event: 'reply', from: '+61491573770', originalMessageId: sent.json('Send')[0]?.['messageId'], originalTo: '+61491573770', originalText: 'Coming?' };
		expect([replyShape, read.json('Replies')]).toEqual([replyShape, [expect.objectContaining({ ...reply, text: 'Y' }), expect.objectContaining({ ...reply, text: 'N' })]]);
		expect(read.json('Received')).toEqual([{ event: 'inbound', from: '+61491573770', text: 'N', receivedAt: time }]);
		expect(read.json('As it came')[0]).toHaveProperty(replyShape === 'MessageReceived' ? 'MessageReceived' : 'Recipients');
	}
});

test('a schedule is said in the workflow\'s zone, moved, and cancelled; a failed message is tried again', async () => {
	const scheduled = await run(
		'schedule',
		people,
		[
			operation('Schedule', 'message.send', { to: '={{ $json.phone }}', message: '=Later {{ $json.name }}', when: 'later', scheduledFor: '2099-01-15T09:00:00', options: {} }),
			operation('Move', 'message.reschedule', { messageId: '={{ $json.messageId }}', scheduledFor: '2099-01-16T11:30:00', timeZone: 'Pacific/Auckland' }),
			operation('Cancel', 'message.cancel', { messageId: '={{ $json.messageId }}' }),
		],
		{ timezone: 'Australia/Adelaide' },
	);
	expect(scheduled.json('Schedule').map(({ status, scheduledFor }) => [status, scheduledFor])).toEqual([['scheduled', '2099-01-14T22:30:00.000Z'], ['scheduled', '2099-01-14T22:30:00.000Z']]);
	const bodies = sandbox.log(provider).map(({ body }) => body as JsonObject);
	expect(bodies[0]).toMatchObject({ MessageData: { SendTime: '2099-01-15T09:00', TimeZone: 'Cen. Australia' } });
	expect(bodies[2]).toEqual({ SendTime: '2099-01-16T11:30', TimeZone: 'New Zealand' });
	const moved = scheduled.json('Move').map(({ rescheduled, statusBefore, scheduledFor }) => [rescheduled, statusBefore, scheduledFor]);
	expect(moved).toEqual(people.map(() => [true, 'Delayed', '2099-01-15T22:30:00.000Z']));
	expect(scheduled.json('Cancel').map(({ cancelled, statusBefore }) => [cancelled, statusBefore])).toEqual([[true, 'Delayed'], [true, 'Delayed']]);
	expect(sandbox.messages(provider).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);

	const later = operation('Schedule', 'message.send', { to: '0491 573 770', message: 'Later', when: 'later', scheduledFor: '2099-01-15T09:00:00', options: {} });
	const berlin = await n8n.runWorkflow(workflow('Berlin', [manualTrigger(), later], { timezone: 'Europe/Berlin' }));
	// BestSMS has no name for this zone: the moment is said in another one.
	expect(berlin.json('Schedule').map(({ status, scheduledFor }) => [status, scheduledFor])).toEqual([['scheduled', '2099-01-15T08:00:00.000Z']]);

	sandbox.changeSettings({ deliverAfterMs: 1 }, provider);
	const failing = await run('fails', [{ phone: '0491 570 157' }], [operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Hi', options: {} })]);
	sandbox.advance(10_000);
	const again = await run('again', failing.json('Send') as JsonObject[], [
		operation('Get', 'message.get', { messageId: '={{ $json.messageId }}' }),
		operation('Resubmit', 'message.resubmit', { messageId: '={{ $json.messageId }}', options: {} }),
	]);
	expect(again.json('Get')).toEqual([expect.objectContaining({ status: 'failed', count: 1, complete: 1, success: 0, failed: 1 })]);
	expect(again.json('Resubmit')).toEqual([expect.objectContaining({ resubmitted: true, action: 'Resubmit', statusBefore: 'Transmit' })]);
});

test('test mode sends nothing and says so; a sender number and converted characters reach the phone', async () => {
	const sent = await run('test mode', [{ test: true }, { test: false }], [
		operation('Send', 'message.send', {
			to: '0491 573 770',
			message: '© Acme',
			options: { testMode: '={{ $json.test }}', characterConversion: true, fromNumber: `+${bestSmsNumber}`, webhookUrl: 'https://example.com/w', webhookFormat: 'XML' },
		}),
	]);
	expect(sent.json('Send').map(({ testMode, from }) => [testMode, from])).toEqual([[true, bestSmsNumber], [false, bestSmsNumber]]);
	// Two requests leave side by side.
	expect(sandbox.messages(provider).map(({ status, text }) => [status === 'test', text]).sort()).toEqual([[false, '(C) Acme'], [true, '(C) Acme']]);
});

test('files of the items become links that open; other files of the same name and size travel apart, and are loaded once a request', async () => {
	const rows = Array.from({ length: 103 }, (_, index) => ({ phone: `0412 ${100_000 + index}`, text: index === 50 ? 'other' : 'terms' }));
	const file = node('n8n-nodes-base.convertToFile', { operation: 'toText', sourceProperty: 'text', binaryPropertyName: 'data', options: { fileName: 'terms.txt' } }, { name: 'File', typeVersion: 1.1 });
	const shared = code(
		`const files = $input.all();
return files.map((item, index) => ({ json: $('Start').all()[index].json, binary: (index === 50 ? item : files[0]).binary, pairedItem: { item: index } }));`,
		{ name: 'One file for all but one' },
	);
	const sent = await run('files', rows, [
		file,
		shared,
		operation('Preview', 'message.preview', { to: '={{ $json.phone }}', message: 'See [[File1]]', options: { files: 'data' } }),
	]);
	expect(sent.json('Preview')[0]).toMatchObject({ files: [{ name: 'terms.txt', mimeType: 'text/plain', size: 5 }], filesSize: 5 });

	const links = await run('links', rows, [file, shared, operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'See [[File1]]', options: { files: 'data' } })]);
	expect(links.json('Send').filter(({ accepted }) => accepted === true)).toHaveLength(103);
	const requests = sandbox.log(provider).filter(({ path }) => path.endsWith('/send/sms'));
	expect(requests.map(({ body }) => (body as { MessageData: { Destinations: unknown[] } }).MessageData.Destinations.length).sort((a, b) => a - b)).toEqual([1, 2, 100]);
	const open = async (index: number) => await (await fetch(/http\S+/.exec(sandbox.messages(provider).find(({ to }) => to === `61412${100_000 + index}`)?.text ?? '')?.[0] ?? '')).text();
	expect(await open(0)).toContain(Buffer.from('terms').toString('base64'));
	expect(await open(50)).toContain(Buffer.from('other').toString('base64'));

	const second = operation('Send', 'message.send', { to: start('phone'), message: 'See [[File2]]', options: { files: 'data' } });
	const lacking = await n8n.runWorkflow(workflow('lacking', [manualTrigger(rows.slice(0, 1)), file, second]));
	expect(lacking.errorOf('Send')?.message).toBe('Message has a link [[File2]], but one file is given [item 1]');
});

test('the pickers list and search contacts and groups', async () => {
	const search = async (method: string, path: string, filter = '') => (await n8n.searchList({ type: 'bestSms', method, path, credentials, filter })).results;
	expect((await search('searchGroups', 'group')).map(({ name, value }) => [name, value])).toEqual([['VIP Customers', 'VIP_Customers'], ['Staff', 'Staff']]);
	expect((await search('searchGroups', 'group', 'vip')).map(({ value }) => value)).toEqual(['VIP_Customers']);
	expect((await search('searchContacts', 'contact', 'chen')).map(({ name }) => name)).toEqual(['Wei Chen (+61491571804)']);
	expect((await search('searchContacts', 'contact', '571491')).map(({ name }) => name)).toEqual(['Jane Smith (+61491571491)']);
	expect((await n8n.searchList({ type: 'bestSms', method: 'searchCountries', path: 'options.defaultCountry', credentials })).results).toContainEqual({ name: 'Australia (+61)', value: 'AU' });
});

test('the credential is tested, and a wrong one is told', async () => {
	expect(await n8n.testCredential(credentials)).toMatchObject({ status: 'OK' });
	const wrong = await n8n.createCredential('bestSmsApi', { authToken: 'not-the-token', baseUrl: sandbox.baseUrl(provider) });
	expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
	const copied = await n8n.createCredential('bestSmsApi', { authToken: `Basic ${bestSmsToken}\n`, baseUrl: `${sandbox.baseUrl(provider)}/` });
	expect(await n8n.testCredential(copied)).toMatchObject({ status: 'OK' });
	sandbox.reset();
});

test('the editor is offered every operation, and shows what comes out of it before the first run', async () => {
	for (const { value, operations } of resources) {
		for (const each of operations) {
			const response = await fetch(`${n8n.url}/schemas/n8n-nodes-sms-hub.bestSms/1.0.0/${value}/${each.value}.json`);
			expect([value, each.value, response.status]).toEqual([value, each.value, 200]);
		}
	}
	const names = (await n8n.nodeTypes()).map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining(['bestSms', 'bestSmsTool', 'bestSmsTrigger', 'bestSmsInboxTrigger'].map((name) => `n8n-nodes-sms-hub.${name}`)));
});

test('every operation was used', () => {
	const all = resources.flatMap(({ value, operations }) => operations.map((each) => `${value}.${each.value}`));
	// Questions have tests of their own.
	expect(all.filter((each) => !used.has(each) && !each.endsWith('.sendAndWait'))).toEqual([]);
});
