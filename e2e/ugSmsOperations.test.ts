/** Every operation of UGSMS in a real n8n, by key and by password: what comes out of each node, and that no request breaks the provider's rules. */
import type { Execution, N8nClient } from '../real-n8n/rest';
import { n8nLogs, sharedN8n } from './running';
import type { CredentialReference, JsonObject, Step, StepOptions } from '../real-n8n/workflow';
import { manualTrigger, node, workflow } from '../real-n8n/workflow';
import { resources } from '../nodes/UgSms/actions/resources';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { ugApiKey, ugPassword, ugUsername } from '../sandbox/ugsms/account';
import type { UgSettings } from '../sandbox/ugsms/settings';
import { known, withoutInput } from './known';

const provider = 'ugsms';

let n8n: N8nClient;
let sandbox: Sandbox;
let byKey: CredentialReference;
let byPassword: CredentialReference;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await sharedN8n();
	const baseUrl = sandbox.baseUrl(provider);
	byKey = await n8n.createCredential('ugSmsApi', { authentication: 'apiKey', apiKey: ugApiKey, baseUrl });
	byPassword = await n8n.createCredential('ugSmsApi', { authentication: 'password', username: ugUsername, password: ugPassword, baseUrl });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());
afterEach(() => expect(sandbox.violations(provider)).toEqual([]));

const used = new Set<string>();
const set = (own: Partial<UgSettings>) => sandbox.changeSettings({ own }, provider);

function operation(name: string, what: `${string}.${string}`, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	used.add(what);
	const [resource = '', value = ''] = what.split('.');
	return node('ugSms', { resource, operation: value, ...withoutInput(what, parameters) }, { name, credentials: byKey, ...options });
}

const run = async (name: string, items: JsonObject[], steps: Step[]): Promise<Execution> => known(await n8n.runWorkflow(workflow(name, [manualTrigger(items), ...steps])));

async function runWell(name: string, items: JsonObject[], steps: Step[]): Promise<Execution> {
	const execution = await run(name, items, steps);
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	return execution;
}

const people: JsonObject[] = [
	{ phone: '0700 001 001', name: 'Sarah' },
	{ phone: '+256 700 001 002', name: 'Musa' },
];
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const requests = () => sandbox.log(provider).map(({ method, path }) => `${method} ${path}`);

describe.each(['key', 'password'] as const)('by %s', (how) => {
	const credentials = () => ({ credentials: how === 'key' ? byKey : byPassword });
	const sendPath = how === 'key' ? 'POST /api/v2/sms/send' : 'POST /v1/sms/send';

	test('messages are previewed and sent, one text for all in one request', async () => {
		const to = "={{ $('Start').item.json.phone }}";
		const execution = await runWell('send', people, [
			operation('Preview', 'message.preview', { to, message: 'Sale today, 20% off & more', options: {} }, credentials()),
			operation('Send', 'message.send', { to, message: 'Sale today, 20% off & more', sender: 'MyBrand', options: { maxSegments: 1 } }, credentials()),
			operation('Send each', 'message.send', { to, message: "=Hi {{ $('Start').item.json.name }} 🌍", options: {} }, credentials()),
			operation('Send raw', 'message.send', { to, message: 'Raw', options: { simplify: false } }, { ...credentials(), executeOnce: true }),
		]);
		const previewed = ['0700001001', '0700001002'].map((number) => ({ to: number, runMessages: 2, runSegments: 2, runRefused: 0 }));
		expect(execution.json('Preview')).toMatchObject(previewed);
		const about = { requestRecipients: 2, requestCost: 20, remainingBalance: 99_980 };
		const row = { messageId: uuid, to: '0700001001', from: 'MyBrand', text: 'Sale today, 20% off & more', status: 'queued', accepted: true, ...about };
		expect(execution.items('Send')).toMatchObject([{ json: row, pairedItem: { item: 0 } }, { json: { ...row, to: '0700001002' }, pairedItem: { item: 1 } }]);
		expect(execution.json('Send each')).toMatchObject(['Hi Sarah 🌍', 'Hi Musa 🌍'].map((text) => ({ text, cost: 10, requestRecipients: 1, remainingBalance: expect.any(Number) })));
		expect(execution.json('Send raw')).toEqual([{ success: true, message: 'Message sent successfully', data: { message_id: uuid, recipients: 1, estimated_cost: 10, remaining_balance: 99_950 } }]);
		expect(requests()).toEqual([sendPath, sendPath, sendPath, sendPath]);
		expect(sandbox.messages(provider).map(({ to: number, from, text }) => [number, from, text]).sort()).toEqual([
			['256700001001', 'MyBrand', 'Sale today, 20% off & more'],
			['256700001001', 'UGSMS', 'Hi Sarah 🌍'],
			['256700001001', 'UGSMS', 'Raw'],
			['256700001002', 'MyBrand', 'Sale today, 20% off & more'],
			['256700001002', 'UGSMS', 'Hi Musa 🌍'],
		]);
		expect(sandbox.log(provider).map(({ query }) => query)).toEqual([{}, {}, {}, {}]);
		expect(JSON.stringify([execution.runs, execution.context])).not.toMatch(new RegExp(`${ugApiKey}|${ugPassword}`));
	});

	test('a refusal is told in all of its shapes, with HTTP 400 and with 200, and the others are sent', async () => {
		const send = operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Hi', options: {} }, credentials());
		const reason = 'UGSMS refused the request: Invalid phone number format.';
		for (const refusal of ['error', 'success'] as const) {
			for (const refusalHttpStatus of [400, 200] as const) {
				sandbox.reset();
				set({ refusal, refusalHttpStatus });
				const execution = await runWell('refused', [...people, { phone: '0700 000 156' }], [send]);
				expect(execution.json('Send')).toMatchObject([{ accepted: true }, { accepted: true }, { accepted: false, reason }]);
				expect(sandbox.messages(provider)).toHaveLength(2);
			}
		}
	});

	test('a sign-in that is refused is told after one request, and shown nowhere', async () => {
		const secrets = { apiKey: 'wr0ng-secret-key', username: ugUsername, password: 'wr0ng-secret-word' };
		const wrong = await n8n.createCredential('ugSmsApi', { authentication: how === 'key' ? 'apiKey' : 'password', ...secrets, baseUrl: sandbox.baseUrl(provider) });
		const send = operation('Send', 'message.send', { to: '={{ $json.phone }}', message: '=Hi {{ $json.name }}', options: {} }, { credentials: wrong });
		const execution = await run('wrong', people, [send]);
		expect(execution.errorOf('Send')).toMatchObject({
			message: `UGSMS did not accept the credential: ${how === 'key' ? 'Invalid API key (Provide X-API-Key header or api_key parameter)' : 'Unauthorized.'} [item 1 of 2]`,
			description: expect.stringMatching(how === 'key' ? /a new one is made in the UGSMS dashboard/ : /Check the user name and password/),
		});
		// What the provider itself repeats is taken out.
		sandbox.addFault({ provider, kind: 'echo', httpStatus: 400 });
		const echoed = await run('echoed', people, [send]);
		expect(echoed.status).toBe('error');
		expect(JSON.stringify([execution.runs, execution.error, echoed.runs, echoed.error])).not.toContain('wr0ng');
		expect(await n8nLogs()).not.toContain('wr0ng');
		expect(sandbox.violations(provider).every(({ kind }) => kind === 'auth')).toBe(true);
		sandbox.reset();
	});
});

test('v1\'s older way to say yes is understood', async () => {
	set({ v1Success: 'message' });
	const execution = await runWell('older', people, [operation('Send', 'message.send', { to: '={{ $json.phone }}', message: 'Hi', options: {} }, { credentials: byPassword })]);
	expect(execution.json('Send')).toEqual(['0700001001', '0700001002'].map((to) => ({ to, text: 'Hi', status: 'queued', accepted: true })));
});

test('the balance, in each of the ways in which it may come; a password cannot ask for it', async () => {
	for (const [balanceAnswer, more] of [['data', { unit: 'UGX' }], ['top', {}], ['remaining', {}]] as const) {
		set({ balanceAnswer });
		expect((await runWell('balance', [{}, {}], [operation('Account', 'account.get')])).json('Account')).toEqual([{ balance: 100_000, ...more }, { balance: 100_000, ...more }]);
	}
	const before = requests().length;
	const refused = await run('balance by password', [{}], [operation('Account', 'account.get', {}, { credentials: byPassword })]);
	expect(refused.errorOf('Account')).toMatchObject({ message: 'UGSMS tells the balance only to an API key (v2) [item 1]' });
	expect(requests()).toHaveLength(before);
});

describe('API keys', () => {
	test('are made, replaced and revoked, by password and by key', async () => {
		const made = await runWell('make', [{ days: 30 }], [operation('Generate', 'apiKey.generate', { options: { expiryDays: '={{ $json.days }}' } }, { credentials: byPassword })]);
		const [first] = made.json('Generate');
		expect(first).toEqual({ apiKey: expect.stringMatching(/^[0-9a-f]{40}$/), expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
		const withFirst = await n8n.createCredential('ugSmsApi', { authentication: 'apiKey', apiKey: String(first?.['apiKey']), baseUrl: sandbox.baseUrl(provider) });
		set({ keyAnswer: 'top' });
		const replaced = await runWell('replace', [{}], [operation('Regenerate', 'apiKey.regenerate', { options: {} }, { credentials: withFirst })]);
		const [second] = replaced.json('Regenerate');
		expect(second).toEqual({ apiKey: expect.stringMatching(/^[0-9a-f]{40}$/) });
		const withSecond = await n8n.createCredential('ugSmsApi', { authentication: 'apiKey', apiKey: String(second?.['apiKey']), baseUrl: sandbox.baseUrl(provider) });
		expect((await runWell('works', [{}], [operation('Account', 'account.get', {}, { credentials: withSecond })])).json('Account')).toHaveLength(1);
		expect((await runWell('revoke', [{}], [operation('Revoke', 'apiKey.revoke', {}, { credentials: withSecond })])).json('Revoke')).toEqual([{ deleted: true }]);
		const gone = await run('gone', [{}], [operation('Account', 'account.get', {}, { credentials: withSecond })]);
		expect(gone.errorOf('Account')?.message).toMatch(/^UGSMS did not accept the credential: Invalid API key/);
		expect(sandbox.violations(provider).map(({ kind }) => kind)).toEqual(['auth']);
		// A new key is nowhere but in the output.
		const logs = await n8nLogs();
		for (const key of [first, second].map((row) => String(row?.['apiKey']))) {
			expect(JSON.stringify([gone.runs, gone.error])).not.toContain(key);
			expect(logs).not.toContain(key);
		}
		sandbox.reset();
	});

	test('a key whose answer was lost is not made twice, and stands in no text', async () => {
		for (const kind of ['500-after', 'malformed-after', 'truncated-after', 'reset-after'] as const) {
			sandbox.addFault({ provider, kind, path: '/api/generate-key' });
			const lost = await run(kind, [{}], [operation('Generate', 'apiKey.generate', { options: {} }, { credentials: byPassword, retryOnFail: true, maxTries: 2, waitBetweenTries: 10 })]);
			expect(lost.error?.message).toMatch(/^It is not known whether this was done/);
			// The new key, as the sandbox makes it.
			expect(JSON.stringify([lost.runs, lost.error])).not.toMatch(/[0-9a-f]{40}/);
		}
		expect(requests().filter((request) => request === 'POST /api/generate-key')).toHaveLength(4);
	});

	test('a revocation is repeated when its answer was lost', async () => {
		sandbox.addFault({ provider, kind: 'reset-after', path: '/api/revoke-key' });
		const revoked = await runWell('revoke', [{}], [operation('Revoke', 'apiKey.revoke', {}, { credentials: byPassword })]);
		expect(revoked.json('Revoke')).toEqual([{ deleted: true }]);
		expect(requests()).toEqual(['POST /api/revoke-key', 'POST /api/revoke-key']);
	});

	test('where only the dashboard may do it, the node says so', async () => {
		set({ keyAccess: 'session' });
		const refused = await run('session', [{}], [operation('Generate', 'apiKey.generate', { options: {} })]);
		expect(refused.errorOf('Generate')).toMatchObject({ message: 'UGSMS did not accept the credential: Unauthenticated. [item 1]', description: expect.stringContaining('Settings > API Settings') });
	});
});

describe('the editor', () => {
	test('tests a credential with a key by the balance', async () => {
		expect(await n8n.testCredential(byKey)).toMatchObject({ status: 'OK' });
		expect(requests()).toEqual(['GET /api/v2/account/balance']);
		const wrong = await n8n.createCredential('ugSmsApi', { authentication: 'apiKey', apiKey: 'other', baseUrl: `${sandbox.baseUrl(provider)}/` });
		expect(await n8n.testCredential(wrong)).toEqual({ status: 'Error', message: expect.stringContaining('UGSMS did not accept the API key, or the user name and password') });
		for (const httpStatus of [403, 404, 500]) {
			sandbox.addFault({ provider, kind: 'error-before', httpStatus });
			expect(await n8n.testCredential(byKey)).toMatchObject({ status: 'Error' });
		}
		// n8n asks twice when it is told 401.
		expect(new Set(sandbox.violations(provider).map(({ kind }) => kind))).toEqual(new Set(['auth']));
		sandbox.reset();
	});

	test('tests one with a password by asking to send nothing to nobody', async () => {
		for (const refusal of ['error', 'success'] as const) {
			set({ refusal });
			expect(await n8n.testCredential(byPassword)).toMatchObject({ status: 'OK' });
		}
		expect(requests()).toEqual(['POST /v1/sms/send', 'POST /v1/sms/send']);
		expect(sandbox.log(provider).map(({ query }) => query)).toEqual([{}, {}]);
		expect(sandbox.messages(provider)).toEqual([]);
		const wrong = await n8n.createCredential('ugSmsApi', { authentication: 'password', username: ugUsername, password: 'other', baseUrl: sandbox.baseUrl(provider) });
		expect(await n8n.testCredential(wrong)).toEqual({ status: 'Error', message: expect.stringContaining('UGSMS did not accept the API key, or the user name and password') });
		for (const httpStatus of [404, 429, 500]) {
			sandbox.addFault({ provider, kind: 'error-before', httpStatus });
			expect(await n8n.testCredential(byPassword)).toMatchObject({ status: 'Error' });
		}
		// A number and a text are missing on purpose, and the wrong password is refused.
		expect(new Set(sandbox.violations(provider).map(({ kind, text }) => `${kind} ${text}`))).toEqual(new Set(['missing-field numbers', 'auth wrong or missing username or password']));
		sandbox.reset();
	});

	test('offers the node as an AI tool, and the countries', async () => {
		const names = (await n8n.nodeTypes()).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['ugSms', 'ugSmsTool'].map((name) => `n8n-nodes-sms-hub.${name}`)));
		expect((await n8n.searchList({ type: 'ugSms', method: 'searchCountries', path: 'options.defaultCountry', credentials: byKey })).results).toContainEqual({ name: 'Uganda (+256)', value: 'UG' });
	});
});

test('every operation was run', () => {
	const all = resources.flatMap(({ value, operations }) => operations.map((each) => `${value}.${each.value}`));
	// Questions have tests of their own.
	expect(all.filter((each) => !used.has(each) && !each.endsWith('.sendAndWait'))).toEqual([]);
});
