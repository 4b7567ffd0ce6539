import { sandboxCredential, type CredentialType } from '../start/credentials';
import { hintOf } from '../start/examples';

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
