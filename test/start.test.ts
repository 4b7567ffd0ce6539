import { join } from 'node:path';

import { sandboxCredential, type CredentialType } from '../start/credentials';
import { opener } from '../start/browser';
import { addressHolders, hintOf, readExamples } from '../start/examples';
import { clockOf, createProgress } from '../start/progress';

const note = (content: string) => ({ name: 'Note', type: 'n8n-nodes-base.stickyNote', parameters: { content } });

test('an example says what to do in its meta, or else on its first sticky note', () => {
	expect(hintOf({ nodes: [note('one')], meta: { hint: 'Click it' } })).toBe('Click it');
	expect(hintOf({ nodes: [note('## Title\n\n**Open** the [phone](http://localhost)\nmore'), note('other')], meta: null })).toBe('Open the phone');
	expect(hintOf({ nodes: [], meta: undefined })).toBe('');
});

describe('the credential for a simulated provider', () => {
	const type = (name: string, ...fields: Array<[string, string]>): CredentialType => ({
		name,
		displayName: name,
		properties: fields.map(([field, displayName]) => ({ name: field, displayName })),
	});
	const types = [type('mobileMessageApi', ['username', 'API Username'], ['password', 'API Password']), type('sms160Api', ['secret', 'API Key'])];

	test('is found by the name of the provider, its fields by their labels', () => {
		const provider = { name: 'mobile-message', title: 'Mobile Message', signIn: { Username: 'u', Password: 'p' } };
		expect(sandboxCredential(provider, 'http://x', types)).toEqual({
			type: 'mobileMessageApi',
			name: 'Mobile Message (sandbox)',
			data: { baseUrl: 'http://x', username: 'u', password: 'p' },
		});
		expect(sandboxCredential({ name: '160', title: '160', signIn: { 'API Key': 'k' } }, 'http://x', types)?.data).toEqual({ baseUrl: 'http://x', secret: 'k' });
	});

	test('is missing while the package has none, and a label without a field is said', () => {
		expect(sandboxCredential({ name: 'other', title: 'Other', signIn: {} }, 'http://x', types)).toBeUndefined();
		expect(() => sandboxCredential({ name: '160', title: '160', signIn: { Token: 'k' } }, 'http://x', types)).toThrow('no field for "Token"');
	});
});

test('those examples are named that hold the one address of an account', () => {
	expect(addressHolders(readExamples(join(__dirname, '..', 'examples')))).toEqual(['Delivery report log', 'Reply auto-responder']);
});

describe('the steps of a start', () => {
	afterEach(() => jest.useRealTimers());

	test('are told one by one with their time, and on a terminal while they last', async () => {
		jest.useFakeTimers();
		const lines: string[] = [];
		const { step } = createProgress(2, { write: (text) => lines.push(text), isTerminal: true });
		const first = step(
			'Installing',
			async ({ tell }) => {
				await new Promise((resolve) => setTimeout(resolve, 1500));
				tell('1,240 MB');
				await new Promise((resolve) => setTimeout(resolve, 74_000));
				return 'n8n';
			},
			(result) => `${result} installed`,
		);
		await jest.advanceTimersByTimeAsync(75_500);
		expect(await first).toBe('n8n');
		expect(lines.map((line) => line.trim())).toEqual(expect.arrayContaining(['[1/2] Installing ... 0:00', '[1/2] Installing ... 1,240 MB, 0:01', '[1/2] Installing ... 1,240 MB, 1:10']));
		expect(lines.at(-1)).toMatch(/^\r\[1\/2\] n8n installed: 1:15 *\n$/);

		await expect(step('Building', async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
		const said = lines.length;
		await jest.advanceTimersByTimeAsync(5_000);
		expect(lines).toHaveLength(said);
	});

	test('are lines of their own in a log, a long one every half minute', async () => {
		jest.useFakeTimers();
		const lines: string[] = [];
		const { step } = createProgress(1, { write: (text) => lines.push(text), isTerminal: false });
		const done = step('Installing', async () => await new Promise((resolve) => setTimeout(resolve, 70_000)));
		await jest.advanceTimersByTimeAsync(70_000);
		await done;
		expect(lines).toEqual(['[1/1] Installing ...\n', '[1/1] Installing ... 0:30\n', '[1/1] Installing ... 1:00\n', '[1/1] Installing: 1:10\n']);
	});

	test('know minutes and seconds', () => {
		expect([0, 59_999, 60_000, 605_000].map(clockOf)).toEqual(['0:00', '0:59', '1:00', '10:05']);
	});
});

test('a browser is opened where there is somebody to see it', () => {
	expect(opener('linux', { DISPLAY: ':0' }, true)?.command).toBe('xdg-open');
	expect(opener('linux', { WAYLAND_DISPLAY: 'wayland-0' }, true)?.command).toBe('xdg-open');
	expect(opener('darwin', {}, true)?.command).toBe('open');
	expect(opener('win32', {}, true)).toEqual({ command: 'cmd', args: ['/c', 'start', ''] });
	expect(opener('linux', {}, true)).toBeUndefined();
	expect(opener('linux', { DISPLAY: '' }, true)).toBeUndefined();
	expect(opener('darwin', { SSH_CONNECTION: '1' }, true)).toBeUndefined();
	expect(opener('darwin', { CI: 'true' }, true)).toBeUndefined();
	expect(opener('darwin', {}, false)).toBeUndefined();
});
