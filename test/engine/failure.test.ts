import http from 'node:http';

import { asFailure, connectionFailure, redactor, redactValue } from '../../engine/failure';

const coded = (code: string, cause?: unknown, syscall?: string) => Object.assign(new Error('x'), { code, cause, syscall });

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED', 'ERR_UNESCAPED_CHARACTERS'])('%s surely sent nothing', (code) => {
	expect(connectionFailure(coded(code), 'Example').failureCause).toBe('unreachable');
});

test.each(['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_BAD_RESPONSE', 'SOMETHING_NEW'])('%s may have sent it', (code) => {
	expect(connectionFailure(coded(code), 'Example').failureCause).toBe('ambiguous');
});

test.each([
	['EHOSTUNREACH', 'read', 'ambiguous'],
	['ENETUNREACH', 'write', 'ambiguous'],
	['ETIMEDOUT', 'read', 'ambiguous'],
	['ETIMEDOUT', 'connect', 'unreachable'],
	['EHOSTUNREACH', 'connect', 'unreachable'],
])('%s of a %s is %s: a connection that stood may have carried the request', (code, syscall, expected) => {
	expect(connectionFailure(coded('ERR_NETWORK', coded(code, undefined, syscall)), 'Example').failureCause).toBe(expected);
});

test.each(['Unsupported protocol ftp:', 'write EPROTO 80C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number'])('a Base URL with the wrong scheme surely sent nothing: %s', (message) => {
	expect(connectionFailure(Object.assign(new Error('n8n'), { cause: new Error(message) }), 'Example').failureCause).toBe('unreachable');
});

test('what n8n itself does not let out surely sent nothing, and n8n\'s reason is told', () => {
	class UserError extends Error {}
	const failed = connectionFailure(Object.assign(new Error('n8n'), { cause: new UserError('Domain not allowed') }), 'Example');
	expect(failed).toMatchObject({ failureCause: 'account', message: 'n8n did not let the request out: Domain not allowed' });
	const blocked = Object.assign(new Error('restricted IP address'), { name: 'SsrfBlockedIpError' });
	expect(connectionFailure(blocked, 'Example').failureCause).toBe('account');
});

test('a key that no header can hold surely sent nothing, and would send nothing in any request of the account', () => {
	for (const key of ['a\u200bkey', 'a-key\n']) {
		let thrown: unknown;
		try {
			new http.ClientRequest({ host: '127.0.0.1', headers: { APIKey: key } });
		} catch (fault) {
			thrown = fault;
		}
		const failed = connectionFailure(Object.assign(new Error('n8n'), { cause: thrown }), 'Example');
		expect(failed).toMatchObject({ failureCause: 'account', message: 'The credential has a character that no request can carry' });
		// As n8n gives it.
		expect(connectionFailure(new Error((thrown as Error).message), 'Example')).toEqual(failed);
	}
});

test('the code is found below what n8n wraps around it', () => {
	expect(connectionFailure(Object.assign(new Error('n8n'), { cause: coded('ERR_NETWORK', coded('ECONNREFUSED')) }), 'Example').failureCause).toBe('unreachable');
	expect(connectionFailure(Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])), 'Example').failureCause).toBe('unreachable');
});

test('whatever is thrown can be classified', () => {
	for (const thrown of [undefined, null, 'text', 7, Object.create(null), { code: 12 }]) expect(connectionFailure(thrown, 'Example').failureCause).toBe('ambiguous');
});

test('an answer that did not come in time is told from a connection that was cut', () => {
	for (const code of ['ECONNABORTED', 'ESOCKETTIMEDOUT']) expect(connectionFailure(coded(code), 'Example').message).toBe('Example did not answer in time');
	expect(connectionFailure(Object.assign(coded('ETIMEDOUT'), { syscall: 'read' }), 'Example').message).toBe('Example did not answer in time');
	expect(connectionFailure(coded('ECONNRESET'), 'Example').message).toBe('The connection to Example was cut before its response was complete');
});

test('texts name no code, which n8n would replace by a text of its own', () => {
	for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT']) expect(connectionFailure(coded(code), 'Example').message).not.toMatch(/E[A-Z]{5}/);
});

test('an exception that nobody foresaw is never a "no": what it interrupted may have been done', () => {
	for (const thrown of [new TypeError('x is not a function'), 'text', undefined]) expect(asFailure(thrown).failureCause).toBe('ambiguous');
});

describe('redaction', () => {
	test('secrets are replaced as typed, URL-encoded and in base64; an empty one replaces nothing', () => {
		const redact = redactor(['a b/c', '']);
		expect(redact('a b/c|a%20b%2Fc|a+b%2Fc|YSBiL2M=|other')).toBe('•••|•••|•••|•••|other');
	});

	test.each([
		['form', (secret: string) => new URLSearchParams({ secret }).toString().slice('secret='.length)],
		['URL', (secret: string) => encodeURIComponent(secret)],
		['URL in lower case', (secret: string) => encodeURIComponent(secret).toLowerCase()],
		// axios leaves these readable.
		['query of axios', (secret: string) => encodeURIComponent(secret).replace(/%3A/g, ':').replace(/%24/g, '$').replace(/%2C/g, ',').replace(/%20/g, '+')],
		['JSON', (secret: string) => JSON.stringify(secret).slice(1, -1)],
		['JSON within JSON', (secret: string) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
		['JSON of PHP', (secret: string) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/').replaceAll('é', '\\u00e9')],
		['XML', (secret: string) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\'', '&apos;')],
		['XML by numbers', (secret: string) => Array.from(secret, (one) => (/\w/.test(one) ? one : `&#${one.codePointAt(0)};`)).join('')],
		['Basic header', (secret: string) => Buffer.from(secret).toString('base64')],
		['Basic header in a query', (secret: string) => encodeURIComponent(Buffer.from(secret).toString('base64'))],
	])('in the form of a %s', (_name, encode) => {
		const secret = 'xé$y:,"pass word\'/\\<&>~!(*)z';
		// In lower case a secret without capitals stays itself.
		expect(redactor([secret])(`before ${encode(secret)} after`)).toBe('before ••• after');
	});

	test('the pair of HTTP Basic, whose base64 holds neither part\'s', () => {
		const header = `Basic ${Buffer.from('bob:p@ss word/42').toString('base64')}`;
		expect(redactor(['p@ss word/42', 'bob:p@ss word/42'])(`authorization: ${header}`)).toBe('authorization: Basic •••');
	});

	test('a short secret counts where it stands alone, and one of up to three characters not at all', () => {
		const redact = redactor(['1234', 'a', 'abc', 'me:abc']);
		expect(redact('code 1234, key=1234&x, 61234567, "id":"a1234", a cab abc, me:abc, bWU6YWJj')).toBe('code •••, key=•••&x, 61234567, "id":"a1234", a cab abc, •••, •••');
		expect(redact('%20' + '1234' + '\\n1234')).toBe('%20•••\\n•••');
	});

	test('a secret that begins another one leaves nothing of it; one of eight characters counts inside of words as well', () => {
		const redact = redactor(['abcd-123', 'abcd-123-and-more']);
		expect(redact('abcd-123-and-more abcd-123 xabcd-123y')).toBe('••• ••• x•••y');
		expect(redactor(['left-right-1'])('left+right+1')).toBe('left+right+1');
	});

	test('in every text of a value, at any depth; what holds no secret stays the same object', () => {
		const redact = redactor(['p"ss\nword']);
		const value = { id: 7, ok: true, none: null, rows: [{ text: 'say p"ss\nword', raw: { echo: ['p%22ss%0Aword'] } }] };
		expect(redactValue(value, redact)).toEqual({ id: 7, ok: true, none: null, rows: [{ text: 'say •••', raw: { echo: ['•••'] } }] });
		const clean = { rows: [{ text: 'nothing' }] };
		expect(redactValue(clean, redact)).toBe(clean);
		expect(redactValue(undefined, redact)).toBeUndefined();
	});

	test('a short secret at the beginning of a line is found too', () => {
		expect(redactValue({ text: 'Key:\nab12' }, redactor(['ab12']))).toEqual({ text: 'Key:\n•••' });
	});
});
