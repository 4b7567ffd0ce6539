import { isSameNumber } from '../../nodes/Sms160/messages';
import { refusedCode } from '../../nodes/Sms160/otp';
import { nextPage } from '../../nodes/Sms160/pages';
import { sms160 } from '../../nodes/Sms160/provider';
import { culpritsOf, rowsOf } from '../../nodes/Sms160/refusals';

const errors = (...objects: unknown[]) => ({ errors: objects.map((object, index) => ({ statusCode: 400, status: `no. ${index}`, object })) });
const entries = [{ recipient: '61412345678', message: 'A' }, { recipient: '61412345679', message: 'B' }, { recipient: '61412345678', message: 'B' }, { recipient: '61412345679', message: 'B' }];
const culprits = (body: unknown) => [...culpritsOf(body, entries, ['recipient'])];

describe('the culprits of a refused request', () => {
	test('are known by their recipient, and by the rest where several have it', () => {
		expect(culprits(errors({ recipient: '+61 412 345 678', message: 'B', delay: 1 }))).toEqual([[2, 'no. 0']]);
		expect(culprits(errors({ recipient: 61412345678 }))).toEqual([[0, 'no. 0']]);
	});

	test('of two alike, an object stands for one', () => {
		expect(culprits(errors(entries[1]))).toEqual([[1, 'no. 0']]);
		expect(culprits(errors(entries[1], entries[1], entries[1]))).toEqual([[1, 'no. 0'], [3, 'no. 1']]);
	});

	test('are none where nothing is named', () => {
		for (const body of [errors(undefined), errors(null), errors({}), errors({ messages: entries }), errors({ recipient: '61400000000' }), 'text', undefined]) expect(culprits(body)).toEqual([]);
	});
});

test('rows go to their entries by place, by likeness, or by the weaker likeness that is given', () => {
	const exact = (row: string, entry: string) => row === entry;
	const alike = (row: string, entry: string) => row[0] === entry[0];
	expect(rowsOf(['b1', 'a1'], ['a1', 'b1'], exact)).toEqual(['a1', 'b1']);
	expect(rowsOf(['a2', 'a1', 'c'], ['a1', 'a9', 'b'], exact, alike)).toEqual(['a1', 'a2', undefined]);
	const twice = [{ text: 'a' }, { text: 'a' }];
	expect(rowsOf(twice, ['a', 'a', 'a'], (row, entry) => row.text === entry)).toEqual([...twice, undefined]);
});

test('a number is the same with and without its country code', () => {
	expect([
		isSameNumber('0412345678', '61412345678'),
		isSameNumber('+61 412 345 678', '61412345678'),
		isSameNumber('61412345679', '61412345678'),
		isSameNumber('5678', '61412345678'),
		isSameNumber('', '61412345678'),
	]).toEqual([true, true, false, false, false]);
});

test.each([
	[400, errors(undefined), false],
	[401, errors(undefined), true],
	[403, errors(undefined), true],
	[403, errors({ recipient: 'x' }), false],
	[400, { errors: [{ statusCode: 400, status: 'Insufficient BALANCE' }] }, true],
	[400, { errors: [{ statusCode: 400, status: 'No credit for this recipient', object: {} }] }, false],
])('HTTP %d %j is about the account: %s', (httpStatus, body, account) => {
	expect(sms160.refusal({ httpStatus, headers: {}, body })).toMatchObject({ account });
});

test.each([[400, 'refused'], ['404', 'refused'], [2, 'refused'], [null, 'refused'], [500, 'no refusal'], ['503', 'no refusal'], [429, 'no refusal'], [408, 'no refusal']])(
	'an answer of errors under HTTP 200 with the code %j is %s for sure',
	(statusCode, verdict) => {
		const read = () => sms160.refusal({ httpStatus: 200, headers: {}, body: { errors: [{ statusCode, status: 'no' }] } });
		if (verdict === 'refused') expect(read()).toMatchObject({ text: 'no' });
		else expect(read).toThrow();
	},
);

test('many texts are cut short', () => {
	expect(sms160.refusal({ httpStatus: 400, headers: {}, body: errors({}, {}, {}, {}, {}) })?.text).toBe('no. 0; no. 1; no. 2 and 2 more');
	expect(sms160.refusal({ httpStatus: 404, headers: {}, body: '<html>' })).toEqual({
		text: '', advice: 'It may have been deleted. Check the ID of this item; if it has none, check the Base URL in the credential.', account: false,
	});
});

test.each([
	['https://api.160.com.au/v1/messages?page=2&limit=100', { path: '/v1/messages', query: { page: '2', limit: '100' } }],
	['/v1/groups?page=3', { path: '/v1/groups', query: { page: '3' } }],
	['https://evil.example/proxy/v1/messages?batchId=1', { path: '/v1/messages', query: { batchId: '1' } }],
	['https://api.160.com.au/v2/other', undefined],
	['', undefined],
])('the link %s leads to the credential\'s own host', (href, expected) => {
	expect(nextPage([{ rel: 'prev', href: 'x' }, { rel: 'next', href }])).toEqual(expected && { method: 'GET', ...expected });
});

test.each([
	['Failed code', 'failed'], ['Wrong OTP code', 'failed'], ['The code does not match', 'failed'], ['Code is invalid', 'failed'], ['Expired code', 'expired'], ['The code was already used', 'used'],
	['Phone is invalid', undefined], ['Unused parameter', undefined], ['', undefined],
])('"%s" says of a code: %s', (status, result) => {
	expect(refusedCode({ errors: [{ statusCode: 400, status }] })).toBe(result);
});

test('HTTP 400 never lets anybody in', () => {
	expect(refusedCode({ verify: { statusCode: 3 } })).toBeUndefined();
	expect(refusedCode({ errors: [{ statusCode: 400, status: 'x', object: { statusCode: '5' } }] })).toBe('expired');
});
