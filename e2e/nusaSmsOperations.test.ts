/** Every operation of NusaSMS in a real n8n: what comes out of each node, and that no request breaks the provider's rules. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Execution, N8nClient } from '../real-n8n/rest';
import { n8nLogs, sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { resources } from '../nodes/NusaSms/actions/resources';
import { nusaApiKey, nusaPassword, nusaSenders, nusaUser } from '../sandbox/nusasms/account';
import { indonesianNumbers, ordinaryIndonesianNumbers } from '../sandbox/nusasms/indonesianNumbers';
import { refusedNumber } from '../sandbox/nusasms/statuses';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { known, withoutInput } from './known';

const provider = 'nusasms';

let n8n: N8nClient;
let sandbox: Sandbox;
let credentials: CredentialReference;
const signIn = { apiKey: nusaApiKey, username: nusaUser, password: nusaPassword };

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	credentials = await n8n.createCredential('nusaSmsApi', { ...signIn, baseUrl: sandbox.baseUrl(provider) });
});
afterAll(async () => await sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ deliverAfterMs: 600_000 });
});
// Counted from departure, two may meet on their way on a busy machine; one of them is refused, which harms nobody, and goes again.
afterEach(() => expect(sandbox.violations(provider).filter(({ kind }) => kind !== 'rate')).toEqual([]));

/** The requests that did not come too early. */
const taken = () => sandbox.log(provider).filter(({ httpStatus }) => httpStatus !== 429);

const used = new Set<string>();

function operation(name: string, what: `${string}.${string}`, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	used.add(what);
	const [resource = '', value = ''] = what.split('.');
	return node('nusaSms', { resource, operation: value, ...withoutInput(what, parameters) }, { name, credentials, ...options });
}

async function run(name: string, items: JsonObject[], steps: Step[]): Promise<Execution> {
	const execution = await n8n.runWorkflow(workflow(name, [manualTrigger(items), ...steps]));
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	return known(execution);
}

const set = (own: JsonObject) => sandbox.changeSettings({ own }, provider);
const [budi = '', sari = ''] = ordinaryIndonesianNumbers;
const local = (number: string): string => `0${number.slice(2)}`;
const people: JsonObject[] = [
	{ phone: local(budi), name: 'Budi & Co' },
	{ phone: `+${sari}`, name: 'Sari 🌏' },
];
const id = expect.stringMatching(/^\d{18}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('SMS', () => {
	test('previewed, sent, and looked up: emoji arrive, IDs stay whole', async () => {
		const sms = await run('sms', people, [
			operation('Preview', 'message.preview', { to: '={{ $json.phone }}', message: '=Hai {{ $json.name }}', options: {} }),
			operation('Send', 'message.send', { to: "={{ $('Start').item.json.phone }}", message: '={{ $json.text }}', options: {} }),
			operation('Get', 'message.get', { messageId: '={{ $json.messageId }}' }),
		]);
		expect(sms.json('Preview').map(({ to, reason, dearer }) => [to, reason, dearer])).toEqual([[budi, undefined, undefined], [sari, undefined, expect.anything()]]);
		const sent = sms.json('Send');
		expect(sent).toEqual([
			{ messageId: id, to: budi, text: 'Hai Budi & Co', status: 'queued', accepted: true },
			{ messageId: id, to: sari, text: 'Hai Sari 🌏', status: 'queued', accepted: true },
		]);
		expect(sandbox.messages(provider).map(({ id: messageId, to, text }) => [messageId, to, text])).toEqual(sent.map(({ messageId, to, text }) => [messageId, to, text]));
		expect(sms.json('Get')).toEqual(
			sent.map(({ messageId, to }) => ({ messageId, to, accepted: true, status: 'queued', statusText: 'PENDING', raw: { results: [{ status: 'PENDING', messageid: messageId, destination: to }] } })),
		);
		expect(sms.items('Get').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	test('to several numbers of a row, with every option', async () => {
		set({ longSms: 'segments' });
		const sent = await run('options', [{ phones: `8123 4567; 0${budi.slice(2)}` }, { phones: [`+${sari}`] }], [
			operation('Send', 'message.send', {
				to: '={{ $itemIndex === 0 ? $json.phones.split(";")[1] : $json.phones }}',
				message: `=Kode OTP {{ $itemIndex }} ${'x'.repeat(160)}`,
				options: { allowLandlines: true, defaultCountry: 'ID', failOnRefused: true, maxSegments: 2, otp: true, simplify: false, unicode: false },
			}),
		]);
		expect(sent.json('Send')).toEqual([budi, sari].map((destination) => ({ status: '0', messageid: id, destination })));
		expect(taken().map(({ query }) => [query['otp'], query['unicode'], query['output']])).toEqual([['Y', undefined, 'json'], ['Y', undefined, 'json']]);
	});

	test('in whichever format the answers come', async () => {
		const sent = (await run('one', [{}], [operation('Send', 'message.send', { to: budi, message: 'Hai', options: {} })])).json('Send')[0];
		const messageId = String(sent?.['messageId']);
		for (const [statusAnswer, raw] of [['word', { body: 'PENDING' }], ['xml', { body: expect.stringContaining('<status>PENDING</status>') }], ['json', expect.anything()]] as const) {
			set({ statusAnswer });
			expect((await run('status', [{}], [operation('Get', 'message.get', { messageId })])).json('Get')).toEqual([expect.objectContaining({ messageId, status: 'queued', statusText: 'PENDING', raw })]);
		}
		for (const creditsAnswer of ['number', 'xml', 'json']) {
			set({ creditsAnswer });
			expect((await run('credit', [{}], [operation('Credit', 'account.getSmsCredit')])).json('Credit')).toEqual([
				{ balance: 99_999, unit: 'credits', ...(creditsAnswer !== 'number' && { expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }), raw: expect.anything() },
			]);
		}
	});

	test('a refused number is a row, and the others are sent', async () => {
		const rows = [-13, -34, -77, -78, -88].map((status): JsonObject => ({ phone: refusedNumber(status) }));
		const sent = await run('refused', [...rows, { phone: budi }], [operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Hai', options: {} })]);
		expect(sent.json('Send').map(({ accepted, reason }) => [accepted, /\(status (-\d+)/.exec(String(reason))?.[1]])).toEqual([
			[false, '-13'],
			[false, '-34'],
			[false, '-77'],
			[false, '-78'],
			[false, '-88'],
			[true, undefined],
		]);
	});

	test('to a group; one that is not there is a row', async () => {
		const sent = await run(
			'groups',
			[{ group: 'Example' }, { group: 'No such group' }],
			[operation('Send', 'message.sendToGroup', { group: '={{ $json.group }}', message: 'Promo 🌏', options: { otp: false } })],
		);
		const campaignName = expect.stringMatching(/^Group-Api-Campaign-/);
		expect(sent.json('Send')).toEqual([
			{ text: 'Promo 🌏', status: 'queued', accepted: true, groupId: 'Example', campaignName },
			{ text: 'Promo 🌏', status: 'failed', accepted: false, reason: expect.stringContaining('(status -55)'), groupId: 'No such group', campaignName },
		]);
		expect(sandbox.messages(provider).map(({ text }) => text)).toEqual(['Promo 🌏', 'Promo 🌏', 'Promo 🌏']);
	});

	test('a whole account that is refused stops the run, and says where to add the address', async () => {
		set({ ipAllowed: false });
		const refused = await n8n.runWorkflow(workflow('white list', [manualTrigger(people), operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Hai', options: {} })]));
		expect(refused.errorOf('Send')).toMatchObject({
			message: expect.stringContaining('(status -40, IP_ADDRESS_FORBIDDEN) [item 1 of 2]'),
			description: expect.stringContaining('under Account > IP Whitelist at app.nusasms.com'),
		});
		const byKey = await n8n.runWorkflow(workflow('white list', [manualTrigger(), operation('Account', 'account.get')]));
		expect(byKey.errorOf('Account')).toMatchObject({
			message: 'NusaSMS refused the request: Client IP Address Not In White List [item 1]',
			description: expect.stringContaining('under Account > IP Whitelist'),
		});
	});
});

describe('WhatsApp', () => {
	test('sent to people and groups, and followed until it is read', async () => {
		const group = '6281100001001-1243456789';
		const sent = await run('whatsapp', people, [
			operation('Send', 'whatsApp.send', { sendTo: 'number', to: '={{ $json.phone }}', message: '=Halo {{ $json.name }} 😀❤️', options: { sender: local(nusaSenders.media), timeout: 3_600 } }),
			operation('Group', 'whatsApp.send', { sendTo: 'group', groupId: group, message: 'Rapat ✅', options: {} }, { executeOnce: true }),
		]);
		const texts = ['Halo Budi & Co 😀❤️', 'Halo Sari 🌏 😀❤️'];
		expect(sent.json('Send')).toEqual([budi, sari].map((to, index) => ({ messageId: id, to, from: nusaSenders.media, text: texts[index], status: 'queued', accepted: true })));
		expect(sent.json('Group')).toEqual([{ messageId: id, to: group, from: nusaSenders.whatsApp, text: 'Rapat ✅', status: 'queued', accepted: true }]);
		expect(sandbox.messages(provider).map(({ text }) => text)).toEqual([...texts, 'Rapat ✅']);

		const ids = sent.json('Send').map(({ messageId }): JsonObject => ({ id: String(messageId) }));
		const seen: unknown[] = [];
		for (const ms of [0, 150_000, 150_000, 300_000, 600_000]) {
			sandbox.advance(ms);
			const read = await run('status', ids, [operation('Get', 'whatsApp.get', { messageId: '={{ $json.id }}' })]);
			seen.push(read.json('Get').map(({ status }) => status).join());
			if (ms === 600_000)
				expect(read.json('Get')[0]).toEqual({
					messageId: ids[0]?.['id'],
					to: budi,
					from: nusaSenders.media,
					text: texts[0],
					status: 'read',
					accepted: true,
					sentAt: time,
					statusText: 'READ',
					isGroup: false,
					createdAt: time,
					deliveredAt: time,
					readAt: time,
				});
		}
		expect(seen).toEqual(['queued,queued', 'queued,queued', 'sent,sent', 'delivered,delivered', 'read,read']);
	});

	test('the documented test IDs have their statuses', async () => {
		const read = await run('test ids', ['queued', 'sent', 'delivered', 'read', 'aborted', 'failed'].map((word) => ({ word })), [operation('Get', 'whatsApp.get', { messageId: '={{ $json.word }}' })]);
		expect(read.json('Get').map(({ status }) => status)).toEqual(['queued', 'sent', 'delivered', 'read', 'cancelled', 'failed']);
	});

	test('files by address and out of the item', async () => {
		const png = Buffer.from('89504e470d0a1a0a', 'hex');
		const media: JsonObject = { sendTo: 'number', to: '={{ $json.phone }}', sender: local(nusaSenders.media), caption: 'Lihat 😀', options: {} };
		const toFile = node(
			'n8n-nodes-base.convertToFile',
			{ operation: 'toBinary', sourceProperty: 'content', options: { fileName: '={{ $json.file }}', mimeType: '={{ $json.type }}' } },
			{ name: 'File', typeVersion: 1.1 },
		);
		const items = [
			{ phone: local(budi), content: png.toString('base64'), file: 'kucing', type: 'image/png' },
			{ phone: sari, content: Buffer.alloc(1_048_576, 1).toString('base64'), file: 'film.mp4', type: 'video/mp4' },
		];
		const sent = await run('media', items, [operation('By address', 'whatsApp.sendMedia', { ...media, mediaFrom: 'url', mediaUrl: '=https://example.com/{{ $itemIndex }}.png' })]);
		expect(sent.json('By address').map(({ text, mediaUrl, accepted }) => [text, mediaUrl, accepted])).toEqual([
			['Lihat 😀', 'https://example.com/0.png', true],
			['Lihat 😀', 'https://example.com/1.png', true],
		]);
		sandbox.reset();
		const filed = await run('files', items, [toFile, operation('Out of the item', 'whatsApp.sendMedia', { ...media, to: "={{ $('Start').item.json.phone }}", mediaFrom: 'file', file: 'data' })]);
		expect(filed.json('Out of the item').map(({ to, accepted }) => [to, accepted])).toEqual([[budi, true], [sari, true]]);
		expect(sandbox.messages(provider).map(({ text }) => text)).toEqual(['Lihat 😀 [kucing.png, 8 bytes]', 'Lihat 😀 [film.mp4, 1048576 bytes]']);

		const before = sandbox.log(provider).length;
		const tooLarge = await n8n.runWorkflow(
			workflow('too large', [
				manualTrigger([{ ...items[0], content: Buffer.alloc(524_289, 1).toString('base64') }]),
				toFile,
				operation('Out of the item', 'whatsApp.sendMedia', { ...media, to: budi, mediaFrom: 'file', file: 'data' }),
			]),
		);
		expect(tooLarge.errorOf('Out of the item')?.message).toBe('Input Data Field Name is "kucing" with 513 KB, but at most 512 KB are allowed for png [item 1]');
		expect(sandbox.log(provider)).toHaveLength(before);
	});

	test('a number that is refused is a row', async () => {
		const sent = await run(
			'refused',
			[{ phone: indonesianNumbers.invalid }, { phone: budi }],
			[operation('Send', 'whatsApp.send', { sendTo: 'number', to: '={{ $json.phone }}', message: 'Hai', options: {} })],
		);
		expect(sent.json('Send').map(({ accepted, reason }) => [accepted, reason])).toEqual([[false, 'destination: invalid destination'], [true, undefined]]);
	});

	test('250 numbers are checked in 3 requests', async () => {
		const numbers = Array.from({ length: 250 }, (_, index): JsonObject => ({ phone: `0811 2${String(100_000 + index)}` }));
		const checked = await run('check', numbers, [operation('Check', 'whatsApp.checkNumbers', { numbers: '={{ $json.phone }}', callbackUrl: 'http://127.0.0.1:9/x', options: { defaultCountry: 'ID' } })]);
		expect(checked.json('Check')[249]).toEqual({ number: '628112100249', callbackUrl: 'http://127.0.0.1:9/x', accepted: true });
		expect(taken().map(({ body }) => (body as { phone_numbers: unknown[] }).phone_numbers.length).sort((a, b) => b - a)).toEqual([100, 100, 50]);
	});
});

test('the account, its balances and its SMS credit', async () => {
	const account = await run('account', [{}, {}], [operation('Account', 'account.get'), operation('Balance', 'account.getBalance'), operation('Credit', 'account.getSmsCredit')]);
	const day = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
	expect(account.json('Account')).toEqual(Array.from({ length: 2 }, () => ({ userId: 'demo', personId: '1201', clientId: '345' })));
	expect(account.json('Balance')[1]).toEqual({
		balance: 100_000,
		unit: 'credits',
		expiresAt: day,
		whatsAppBalance: 100_000,
		whatsAppExpiresAt: day,
		pulsaBalance: 0,
		clientId: '345',
	});
	expect(account.json('Credit')[0]).toEqual({ balance: 100_000, unit: 'credits', expiresAt: day, raw: { value: '100000', expiredDate: day } });
});

describe('user and password', () => {
	const secrets = new RegExp(`${nusaPassword}|${nusaApiKey}|user=${nusaUser}`);
	const send = (by: CredentialReference) => node('nusaSms', { resource: 'message', operation: 'send', to: budi, message: 'Hai', options: {} }, { name: 'Send', credentials: by });

	test('are repeated in no output, message or log, whatever the provider answers', async () => {
		for (const kind of ['echo', 'error-before', '500-after', 'malformed-after', 'reset-after', 'truncated-after'] as const) {
			sandbox.addFault({ provider, kind, ...(kind === 'error-before' && { httpStatus: 401, message: `wrong: ?user=${nusaUser}&password=${nusaPassword}` }) });
			const sent = await n8n.runWorkflow(workflow(kind, [manualTrigger(), send(credentials)]));
			const leaks = [...JSON.stringify([sent.runs, sent.error, sent.context]).matchAll(new RegExp(`.{0,200}(${secrets.source}).{0,60}`, 'g'))].map(([around]) => around);
			expect([kind, leaks]).toEqual([kind, []]);
		}
		const get = await n8n.runWorkflow(workflow('by key', [manualTrigger(), node('nusaSms', { resource: 'account', operation: 'get' }, { name: 'Get', credentials })]));
		expect(JSON.stringify([get.runs, get.error])).not.toMatch(secrets);
		expect(await n8nLogs()).not.toMatch(secrets);
		sandbox.reset();
	});

	test('do not follow a redirect', async () => {
		const seen: string[] = [];
		const listen = async (answer: (url: string) => { status: number; headers: Record<string, string> }) => {
			const server = createServer((request, response) => {
				seen.push(request.url ?? '');
				const { status, headers } = answer(request.url ?? '');
				response.writeHead(status, headers).end();
			});
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
		};
		const elsewhere = await listen(() => ({ status: 200, headers: {} }));
		try {
			for (const status of [301, 302, 307, 308]) {
				const redirecting = await listen((url) => ({ status, headers: { location: `${elsewhere.url}${url}` } }));
				const to = await n8n.createCredential('nusaSmsApi', { ...signIn, baseUrl: redirecting.url });
				const sent = await n8n.runWorkflow(workflow(`redirected ${status}`, [manualTrigger(), send(to)]));
				redirecting.server.close();
				expect(sent.errorOf('Send')?.message).toBe(`NusaSMS redirected the request elsewhere (HTTP ${status}) [item 1]`);
				expect(JSON.stringify([sent.runs, sent.error])).not.toMatch(secrets);
			}
			// Only the four servers were called that the credentials name, once each.
			expect(seen).toHaveLength(4);
			expect(await n8nLogs()).not.toMatch(secrets);
		} finally {
			elsewhere.server.close();
		}
	});
});

describe('the editor', () => {
	test('tests the credential, and offers the countries', async () => {
		expect(await n8n.testCredential(credentials)).toMatchObject({ status: 'OK' });
		const wrong = await n8n.createCredential('nusaSmsApi', { ...signIn, apiKey: 'not-the-key', baseUrl: `${sandbox.baseUrl(provider)}/nusasms_api/1.0/` });
		expect(await n8n.testCredential(wrong)).toMatchObject({ status: 'Error' });
		expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
		sandbox.reset();
		expect((await n8n.searchList({ type: 'nusaSms', method: 'searchCountries', path: 'options.defaultCountry', credentials })).results).toContainEqual({ name: 'Indonesia (+62)', value: 'ID' });
	});

	test('offers the node as an AI tool, and the trigger', async () => {
		const names = (await n8n.nodeTypes()).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['nusaSms', 'nusaSmsTool', 'nusaSmsTrigger'].map((name) => `n8n-nodes-sms-hub.${name}`)));
	});
});

test('every operation was run', () => {
	const all = resources.flatMap(({ value, operations }) => operations.map((each) => `${value}.${each.value}`));
	// Questions have tests of their own.
	expect(all.filter((each) => !used.has(each) && !each.endsWith('.sendAndWait'))).toEqual([]);
});
