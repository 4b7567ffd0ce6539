import { addressOfReference, hasMarker, isReference, markerOf, ownAddress, questionId, readMarker, referenceOf, waitingBase } from '../../../engine/asking/address';

const base = 'https://n8n.example.com/sub/webhook-waiting';
const node = 'b1c2d3e4-0000-4000-8000-000000000001';
const signature = 'eafea00325a459ec8ed6491a2ad1a6f6c71ca8a7e30e1fa02a1d598d5118f201';
const id = questionId('4711', '0');
const address = (kind: 'link' | 'webhook' | 'trigger', execution = '4711', nodeId: string = node): string =>
	`${base}/${execution}/${encodeURIComponent(nodeId)}?q=${markerOf(kind, id, 12)}&signature=${signature}`;

test('a marker says which question, to whom, and what kind of call', () => {
	expect(readMarker(markerOf('link', id, 3))).toEqual({ kind: 'link', index: 3, id });
	for (const wrong of ['', 'xl0-000000', 'x0-000000', 'l-000000', 'l0-00000', 'l0-000000x', undefined, ['l0-000000']]) expect(readMarker(wrong)).toBeUndefined();
	expect(new Set([questionId('1', '0'), questionId('1', '1'), questionId('2', '0')]).size).toBe(3);
});

test('a reference leads back to the address, byte for byte, and is short', () => {
	for (const [execution, nodeId] of [['4711', node], ['1', 'Ask a person!'], ['999999999', '0']] as const) {
		const reference = referenceOf(address('trigger', execution, nodeId));
		expect(reference).toMatch(/^[\w.~-]+$/);
		expect(isReference(reference)).toBe(true);
		expect(addressOfReference(reference, base)).toBe(address('trigger', execution, nodeId));
	}
	// Whatever another n8n signs with.
	for (const sign of ['Not.hex+', 'abc', 'ABCD', 'xab', 'abx', '']) {
		const signed = address('trigger').replace(signature, encodeURIComponent(sign));
		const back = addressOfReference(referenceOf(signed), base) ?? '';
		expect([new URL(back).searchParams.get('signature'), new URL(back).pathname]).toEqual([sign, new URL(signed).pathname]);
	}
	expect(referenceOf(address('trigger')).length).toBeLessThan(95);
});

test('whatever a reference says, the address is below this n8n\'s own', () => {
	const [first, , ...rest] = referenceOf(address('trigger')).split('.');
	for (const execution of ['../../rest', 'a/b', 'http://evil.example', '', '1?x=', '%2e%2e', '1#']) expect(addressOfReference([first, execution, ...rest].join('.'), base)).toBeUndefined();
	const other = `~${Buffer.from('../../../rest/login?x=').toString('base64url')}`;
	const [, execution = '', , mark = '', sign = ''] = referenceOf(address('trigger')).split('.');
	expect(addressOfReference([first, execution, other, mark, sign].join('.'), base)).toMatch(/^https:\/\/n8n\.example\.com\/sub\/webhook-waiting\/4711\/\.\.%2F\.\.%2F\.\.%2Frest%2Flogin%3Fx%3D\?/);
	for (const part of ['n8nq', 'n8nq.1', `n8nq.1..${mark}.ab`, 'n8nq.1.~YQ..ab']) expect(addressOfReference(part, base)).toBeUndefined();
	expect(addressOfReference([first, execution, '~YQ', mark, sign].join('.'), `${base}//`)).toMatch(/^https:\/\/n8n\.example\.com\/sub\/webhook-waiting\/4711\/a\?/);
	// A page's address is no trigger's.
	expect(addressOfReference(referenceOf(address('link')), base)).toBeUndefined();
	for (const text of ['n8n-abc-0', 'n8nq.1.2.3', 'order.1.2.3.4', undefined, 5]) expect(isReference(text)).toBe(false);
});

test('an address that a provider lists counts only below this n8n\'s own', () => {
	expect(ownAddress(address('webhook'), base)).toBe(address('webhook'));
	expect(ownAddress(address('webhook'), `${base}/`)).toBe(address('webhook'));
	expect(ownAddress(address('webhook'), `${base}//`)).toBe(address('webhook'));
	expect(ownAddress(address('webhook'), 'no address')).toBeUndefined();
	for (const foreign of [
		address('webhook').replace('n8n.example.com', 'evil.example'),
		address('webhook').replace('https:', 'http:'),
		address('webhook').replace('n8n.example.com', 'n8n.example.com:8443'),
		address('webhook').replace('n8n.example.com', 'n8n.example.com@evil.example'),
		address('webhook').replace('/sub/webhook-waiting/', '/sub/webhook/'),
		address('webhook').replace('/webhook-waiting/', '/webhook-waiting/../rest/'),
		address('webhook').replace('/4711/', '/4711/more/'),
		address('link'),
		'not an address',
		'',
	])
		expect([foreign, ownAddress(foreign, base)]).toEqual([foreign, undefined]);
	expect([hasMarker(address('webhook')), hasMarker('https://crm.example.com/in'), hasMarker(null), hasMarker('')]).toEqual([true, false, false, false]);
});

test('where executions wait, from the address that n8n would give one', () => {
	expect(waitingBase('https://n8n.example.com/sub/webhook-waiting/__UNKNOWN__')).toBe(base);
	expect(waitingBase('https://n8n.example.com/sub/webhook-waiting/12?signature=a')).toBe(base);
	expect([waitingBase(undefined), waitingBase('x')]).toEqual([undefined, undefined]);
});
