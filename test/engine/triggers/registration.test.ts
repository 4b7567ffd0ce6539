/** Whose address stands at the provider, through everything that n8n and its users do. */
import type { Events } from '../../../engine/calls/events';
import type { Loaded } from './fakeN8n';
import { fakeAccount, startProcess, triggerNode } from './fakeN8n';

const foreign = 'https://hooks.example.org/s3cr3t/path';
const all = { events: ['inbound', 'delivered'] };

describe('activation', () => {
	test('takes the free places that the chosen events need, and no other', async () => {
		for (const [events, expected] of [
			[['inbound'], ['inbound']],
			[['unsubscribe'], ['inbound']],
			[['delivered'], ['status']],
			[['failed', 'sent'], ['status']],
			[['inbound', 'failed'], ['inbound', 'status']],
			[['unknown'], ['inbound', 'status']],
		] as const) {
			const account = fakeAccount();
			const node = triggerNode(account, { parameters: { events } });
			await node.activate();
			const taken = Object.entries(account.webhooks).filter(([, url]) => url === node.url.production);
			expect(taken.map(([type]) => type)).toEqual(expected);
			await node.deactivate();
			expect(account.webhooks).toEqual({ inbound: null, status: null });
		}
	});

	test('takes no notice of what else the provider tells of its addresses, and takes no place whose address it cannot read', async () => {
		const account = fakeAccount({ inbound: null, status: null, settings: { retries: 10 } as unknown as string });
		const node = triggerNode(account);
		await node.activate();
		expect(account.webhooks.inbound).toBe(node.url.production);
		const other = fakeAccount({ inbound: { url: foreign } as unknown as string, status: null });
		await expect(triggerNode(other).activate()).rejects.toThrow('could not be read');
		expect(other.webhooks.inbound).toEqual({ url: foreign });
	});

	test('adopts what is its own already, without a change at the provider', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.activate();
		node.restart();
		node.loseData();
		account.requests.length = 0;
		await node.activate();
		await node.activate();
		expect(account.requests.filter((request) => request !== 'GET')).toEqual([]);
		// What is in order takes one look.
		account.requests.length = 0;
		await node.activate();
		expect(account.requests).toEqual(['GET']);
		expect(node.kept()).toEqual({ registered: { inbound: { url: node.url.production } }, production: true });
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
		expect(node.kept()).toEqual({});
	});

	test('takes its own place again after n8n moved to another address', async () => {
		const account = fakeAccount({ inbound: foreign });
		const node = triggerNode(account, { parameters: { events: ['inbound'], options: { replaceExisting: true } } });
		await node.activate();
		node.now.parameters = { events: ['inbound'] };
		node.now.base = node.now.editor = 'https://moved.example.com';
		node.restart();
		await node.activate();
		expect(account.webhooks.inbound).toContain('https://moved.example.com/webhook/');
		node.now.base = node.now.editor = 'https://again.example.com';
		await node.deactivate();
		expect(account.webhooks.inbound).toBe(foreign);
	});

	test('registers anew when only the token is of yesterday', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.activate();
		node.now.credential.password = 'another';
		node.loseData();
		await node.activate();
		expect(account.webhooks.inbound).not.toBe(node.url.production);
		expect(account.webhooks.inbound).toContain(node.url.production.split('?')[0]);
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('leaves somebody else\'s address alone, says where it leads but not its secret, and changes nothing', async () => {
		const account = fakeAccount({ inbound: null, status: foreign });
		const node = triggerNode(account, { parameters: all });
		const refusal = await node.activate().catch((thrown: unknown) => thrown);
		expect(refusal).toBeInstanceOf(Error);
		const { message } = refusal as Error;
		expect(message).toContain('Mobile Message sends the delivery reports of this account to https://hooks.example.org/s3cr… already');
		expect(message).toContain('Replace Existing Webhook');
		expect(message).not.toContain('s3cr3t');
		expect(message).not.toMatch(/error|problem|failure|mistake/i);
		expect(account.webhooks).toEqual({ inbound: null, status: foreign });
		expect(account.requests.filter((request) => request !== 'GET')).toEqual([]);
	});

	test('takes its place again when somebody emptied it, without the option', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.activate();
		account.webhooks.inbound = null;
		await node.activate();
		expect(account.webhooks.inbound).toBe(node.url.production);
	});

	test('says of what is no address only how it begins', async () => {
		const refusal: unknown = await triggerNode(fakeAccount({ inbound: 'a-secret-that-is-no-address' })).activate().catch((thrown: unknown) => thrown);
		const { message } = refusal as Error;
		expect(message).toContain('to a-sec… already. An account has one address');
		expect(message).not.toContain('a-secr');
	});

	test('lets one of two have the place that a third gives back, when all come together', async () => {
		const account = fakeAccount();
		const process = startProcess();
		const [leaving, second, third] = [triggerNode(account, { process }), triggerNode(account, { process }), triggerNode(account, { process })];
		await leaving.activate();
		const left = leaving.deactivate();
		const results = await Promise.allSettled([second.activate(), left.then(async () => await third.activate())]);
		expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(account.webhooks.inbound).toBe(results[0].status === 'fulfilled' ? second.url.production : third.url.production);
	});

	test('says when the place is taken by another workflow of the same n8n', async () => {
		const account = fakeAccount();
		await triggerNode(account).activate();
		await expect(triggerNode(account).activate()).rejects.toThrow('another workflow of this n8n');
	});

	test('lets one of two triggers that start together have the place, and tells the other', async () => {
		const account = fakeAccount();
		const process = startProcess();
		const [first, second] = [triggerNode(account, { process }), triggerNode(account, { process })];
		const results = await Promise.allSettled([first.activate(), second.activate()]);
		expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(account.webhooks.inbound).toBe(results[0].status === 'fulfilled' ? first.url.production : second.url.production);
	});

	test('tells apart nodes without a webhook ID, which n8n addresses by workflow', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { webhookId: null });
		await node.activate();
		expect(account.webhooks.inbound).toBe(node.url.production);
		await expect(triggerNode(account, { webhookId: null }).activate()).rejects.toThrow('already');
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('asks nothing of the address of n8n where no event is chosen that needs a place', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { parameters: { events: [] }, base: 'http://127.0.0.1:5678' });
		await node.activate();
		expect(account.webhooks).toEqual({ inbound: null, status: null });
	});

	test.each(['http://n8n.example.com', 'https://localhost:5678', 'http://127.0.0.1:5678'])('says before registering that nobody can call %s', async (base) => {
		const account = fakeAccount();
		await expect(triggerNode(account, { base }).activate()).rejects.toThrow(`the address of this n8n is ${base}. Set WEBHOOK_URL`);
		expect(account.webhooks.inbound).toBeNull();
	});

	test('takes such an address when the provider is on this machine as well', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { base: 'http://127.0.0.1:5678', credential: { baseUrl: 'http://127.0.0.1:4010/mobile-message' } });
		await node.activate();
		expect(account.webhooks.inbound).toBe(node.url.production);
	});
});

describe('"Replace Existing Webhook"', () => {
	const parameters = { events: ['inbound', 'delivered'], options: { replaceExisting: true } };

	test('puts the old address back, also after a restart', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		const node = triggerNode(account, { parameters });
		await node.activate();
		expect(account.webhooks).toEqual({ inbound: node.url.production, status: node.url.production });
		node.restart();
		await node.activate();
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: foreign, status: null });
	});

	test('does not touch a place that somebody took since', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		const node = triggerNode(account, { parameters });
		await node.activate();
		account.webhooks.inbound = 'https://third.example.net/';
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: 'https://third.example.net/', status: null });
	});

	test('does not bring back an address whose place was emptied since', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		const node = triggerNode(account, { parameters });
		await node.activate();
		account.webhooks.inbound = null;
		await node.activate();
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('puts all back when half of it did not work, and again when it is tried again', async () => {
		const account = fakeAccount({ inbound: foreign, status: 'https://third.example.net/' });
		const node = triggerNode(account, { parameters });
		for (let attempt = 0; attempt < 5; attempt++) {
			account.refuses = (request) => request === 'POST status';
			await expect(node.activate()).rejects.toThrow('Mobile Message refused the request: No');
			expect(account.webhooks).toEqual({ inbound: foreign, status: 'https://third.example.net/' });
		}
		await expect(node.listen()).rejects.toThrow('No');
		expect(account.webhooks).toEqual({ inbound: foreign, status: 'https://third.example.net/' });
		account.refuses = undefined;
		await node.activate();
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: foreign, status: 'https://third.example.net/' });
	});

	test('survives a deactivation that could not be told to the provider', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		const node = triggerNode(account, { parameters });
		await node.activate();
		account.refuses = (request) => request === 'POST inbound';
		await expect(node.deactivate()).rejects.toThrow('No');
		account.refuses = undefined;
		await node.activate();
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: foreign, status: null });
	});
});

describe('deactivation', () => {
	test('twice, or twice at once, is the same as once', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		const node = triggerNode(account, { parameters: { ...all, options: { replaceExisting: true } } });
		await node.activate();
		await Promise.all([node.deactivate(), node.deactivate()]);
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: foreign, status: null });
	});

	test('does not touch what it never had', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		await triggerNode(account, { parameters: all }).deactivate();
		expect(account.webhooks).toEqual({ inbound: foreign, status: null });
		expect(account.requests.filter((request) => request !== 'GET')).toEqual([]);
	});
});

describe('listening for a test event', () => {
	test('leaves a free place free', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.listen();
		expect(account.webhooks.inbound).toBe(node.url.test);
		await node.stopListening();
		expect(account.webhooks.inbound).toBeNull();
	});

	test.each([
		['at the same address', undefined],
		['at an editor with an address of its own', 'https://editor.example.com'],
	])('takes over from the active workflow without the option, and gives back: %s', async (_, editor) => {
		const account = fakeAccount();
		const node = triggerNode(account, { parameters: all, editor });
		await node.activate();
		await node.listen();
		expect(account.webhooks).toEqual({ inbound: node.url.test, status: node.url.test });
		await node.stopListening();
		expect(account.webhooks).toEqual({ inbound: node.url.production, status: node.url.production });
		await node.deactivate();
		expect(account.webhooks).toEqual({ inbound: null, status: null });
	});

	test('gives back to production when a part of the test could not be registered', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { parameters: all });
		await node.activate();
		account.refuses = (request) => request === 'POST status';
		await expect(node.listen()).rejects.toThrow('No');
		account.refuses = undefined;
		expect(account.webhooks).toEqual({ inbound: node.url.production, status: node.url.production });
	});

	test('for fewer events leaves production\'s other place alone', async () => {
		const account = fakeAccount();
		const node = triggerNode(account, { parameters: all });
		await node.activate();
		node.now.parameters = { events: ['inbound'] };
		await node.listen();
		expect(account.webhooks).toEqual({ inbound: node.url.test, status: node.url.production });
		await node.stopListening();
		expect(account.webhooks).toEqual({ inbound: node.url.production, status: node.url.production });
	});

	test('ends when the workflow is activated meanwhile, and its address never comes back', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.listen();
		await node.activate();
		expect(account.webhooks.inbound).toBe(node.url.production);
		await node.stopListening();
		expect(account.webhooks.inbound).toBe(node.url.production);
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('ends when the workflow is activated once more meanwhile, and then nothing is left behind', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		for (const step of ['activate', 'listen', 'activate', 'stopListening'] as const) await node[step]();
		expect(account.webhooks.inbound).toBe(node.url.production);
		await node.deactivate();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('leaves nothing behind when the workflow is deactivated meanwhile', async () => {
		const account = fakeAccount();
		const node = triggerNode(account);
		await node.activate();
		await node.listen();
		await node.deactivate();
		await node.stopListening();
		expect(account.webhooks.inbound).toBeNull();
	});

	test('keeps somebody else\'s address through test, activation and deactivation in any order', async () => {
		const steps = ['listen', 'stopListening', 'activate', 'deactivate'] as const;
		const options = { parameters: { ...all, options: { replaceExisting: true } } };
		// All ways to listen and stop, and to activate and deactivate, one pair inside, before, after or across the other.
		const orders = [
			[0, 2, 1, 3],
			[0, 2, 3, 1],
			[2, 0, 1, 3],
			[2, 0, 3, 1],
			[0, 1, 2, 3],
			[2, 3, 0, 1],
			[2, 0, 1, 0, 1, 3],
			[2, 2, 0, 0, 1, 3, 3],
		];
		for (const order of orders) {
			const account = fakeAccount({ inbound: foreign, status: null });
			const node = triggerNode(account, options);
			for (const step of order) await node[steps[step] ?? 'activate']();
			expect([order, account.webhooks]).toEqual([order, { inbound: foreign, status: null }]);
		}
	});

	test('that a power cut ended is made good by the next activation or deactivation', async () => {
		for (const step of ['activate', 'deactivate'] as const) {
			const account = fakeAccount({ inbound: foreign, status: null });
			const node = triggerNode(account, { parameters: { events: ['inbound'], options: { replaceExisting: true } } });
			await node.activate();
			await node.listen();
			node.restart();
			expect(account.webhooks.inbound).toBe(node.url.test);
			await node[step]();
			expect(account.webhooks.inbound).toBe(step === 'activate' ? node.url.production : foreign);
			await node.deactivate();
			expect(account.webhooks.inbound).toBe(foreign);
		}
	});

	test('does not take somebody else\'s address without the option', async () => {
		const account = fakeAccount({ inbound: foreign, status: null });
		await expect(triggerNode(account).listen()).rejects.toThrow('https://hooks.example.org/s3cr…');
		expect(account.webhooks.inbound).toBe(foreign);
	});
});

describe('a trigger that registers nothing, but whose calls prove themselves by the credential', () => {
	const node = (credential: Record<string, string>) =>
		triggerNode(fakeAccount(), {
			credential,
			registration: ({ registration, mobileMessage: { mobileMessageEvents } }) =>
				registration.noRegistrationButProof({ ...mobileMessageEvents, proof: ({ who = '', key = '' }) => ({ kind: 'fields', values: { Who: who, Key: key } }) }),
		});

	test('is activated, and asks for nothing at the provider', async () => {
		const ready = node({ who: 'me', key: 'k' });
		await ready.activate();
		await ready.deactivate();
		await ready.listen();
		expect(ready.kept()).toEqual({});
	});

	test.each([
		[{ who: 'me' }, 'by which Key the calls'],
		[{}, 'by which Who and Key the calls'],
	])('is not activated while the credential lacks them: %j', async (credential, told) => {
		await expect(node(credential as Record<string, string>).activate()).rejects.toThrow(told);
		await expect(node(credential as Record<string, string>).listen()).rejects.toThrow('Fill it in');
	});

	test.each([
		['a signature', { kind: 'signature', secret: '', timestampHeader: 'T', signatureHeader: 'S', freshFor: 300 } as const],
		['a token', { kind: 'token', token: '' } as const],
		['nothing', undefined],
	])('is activated when they prove themselves by %s', async (_name, proof) => {
		const events = ({ mobileMessage: { mobileMessageEvents } }: Loaded): Events => ({ ...mobileMessageEvents, proof: proof && (() => proof) });
		const ready = triggerNode(fakeAccount(), { registration: (loaded) => loaded.registration.noRegistrationButProof(events(loaded)) });
		await expect(ready.activate()).resolves.toBeUndefined();
	});
});
