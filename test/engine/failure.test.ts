import { connectionFailure, redactor } from '../../engine/failure';

const coded = (code: string, cause?: unknown) => Object.assign(new Error('x'), { code, cause });

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED'])('%s surely sent nothing', (code) => {
	expect(connectionFailure(coded(code), 'Example').failureCause).toBe('unsent');
});

test.each(['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_BAD_RESPONSE', 'SOMETHING_NEW'])('%s may have sent it', (code) => {
	expect(connectionFailure(coded(code), 'Example').failureCause).toBe('ambiguous');
});

test('the code is found below what n8n wraps around it', () => {
	expect(connectionFailure(Object.assign(new Error('n8n'), { cause: coded('ERR_NETWORK', coded('ECONNREFUSED')) }), 'Example').failureCause).toBe('unsent');
	expect(connectionFailure(Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])), 'Example').failureCause).toBe('unsent');
});

test('texts name no code, which n8n would replace by a text of its own', () => {
	for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT']) expect(connectionFailure(coded(code), 'Example').message).not.toMatch(/E[A-Z]{5}/);
});

test('secrets are replaced as typed, URL-encoded and in base64; an empty one replaces nothing', () => {
	const redact = redactor(['a b/c', '']);
	expect(redact('a b/c|a%20b%2Fc|a+b%2Fc|YSBiL2M=|other')).toBe('•••|•••|•••|•••|other');
});
