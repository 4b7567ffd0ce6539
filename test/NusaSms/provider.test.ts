import type { INode, INodeTypes } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { NusaSmsApi } from '../../credentials/NusaSmsApi.credentials';
import { redactor } from '../../engine/failure';
import { nusaSms } from '../../nodes/NusaSms/provider';

const addresses: Array<[Record<string, string>, string]> = [
	[{ environment: 'production', baseUrl: '' }, 'https://api.nusasms.com'],
	[{ environment: 'development', baseUrl: '' }, 'https://dev.nusasms.com'],
	[{ environment: 'development', baseUrl: ' http://127.0.0.1:4010/nusasms/ ' }, 'http://127.0.0.1:4010/nusasms'],
	[{ environment: 'production', baseUrl: 'https://api.nusasms.com/nusasms_api/1.0/' }, 'https://api.nusasms.com'],
	[{}, 'https://api.nusasms.com'],
];

test.each(addresses)('%j is reached at %s', (credential, url) => {
	expect(nusaSms.baseUrl(credential)).toBe(url);
});

test.each(addresses)('the credential test of %j goes there as well', ($credentials, url) => {
	const { baseURL } = new NusaSmsApi().test.request;
	const node: INode = { id: '1', name: 'Node', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes = { getByName: () => undefined, getByNameAndVersion: () => undefined, getKnownTypes: () => ({}) } as unknown as INodeTypes;
	const { expression } = new Workflow({ id: '1', nodes: [node], connections: {}, active: false, nodeTypes });
	const resolved = expression.getSimpleParameterValue(node, baseURL, 'internal', { $credentials });
	expect(resolved).toBe(url);
});

test('an account is told from another by its host, key and user', () => {
	const one = { environment: 'production', apiKey: 'a', username: 'u' };
	const accounts = [one, { ...one, environment: 'development' }, { ...one, apiKey: 'b' }, { ...one, username: 'v' }].map((credential) => nusaSms.account(credential));
	expect(new Set(accounts).size).toBe(4);
	expect(nusaSms.account({ ...one, password: 'new' })).toBe(accounts[0]);
});

test('key, password, and the user in an address are shown nowhere; a user name that is a word of a message is', () => {
	const redact = redactor(nusaSms.secrets({ apiKey: 'the-secret-key', username: 'toko budi', password: 'p&ss word/42' }));
	const shown = redact('?user=toko%20budi&password=p%26ss%20word%2F42 ?user=toko+budi&password=p%26ss+word%2F42 user=toko budi APIKey: the-secret-key {"password":"p&ss word/42"}');
	expect(shown).not.toMatch(/budi|word.*42|secret/);
	expect(redact('Selamat datang di toko budi')).toBe('Selamat datang di toko budi');
});

test.each([
	[200, '-5', true],
	[200, '-13', undefined],
	[400, '-13', false],
	[401, '-5', true],
	[403, '-40', true],
])('HTTP %d around status %s', (httpStatus, status, account) => {
	const refusal = nusaSms.refusal({ httpStatus, headers: {}, body: { results: [{ status, messageid: '' }] } });
	expect(refusal?.account).toBe(account);
	if (refusal) expect(refusal.text).toContain(`(status ${status},`);
});

test.each([
	[{ error: true, error_code: 504, message: 'Gateway Time-out', data: null }, true],
	[{ error: true, error_code: '408' }, true],
	[{ error: true, error_code: 17, message: 'Rejected', data: { ref_no: '175041319203754627' } }, true],
	[{ error: true, error_code: 17, message: 'Number is blocked', data: { ref_no: '' } }, false],
	[{ error: true, error_code: 600, message: 'Number is blocked', data: null }, false],
	[{ error: true, message: 'Number is blocked' }, false],
])('%j leaves open whether the message was taken: %s', (body, unsure) => {
	expect(nusaSms.refusal({ httpStatus: 200, headers: {}, body })).toMatchObject({ unsure });
});

test('a key is secret in the form in which it travels', () => {
	expect(nusaSms.secrets({ apiKey: ' a-secret-key ' })).toEqual(['a-secret-key', '']);
});
