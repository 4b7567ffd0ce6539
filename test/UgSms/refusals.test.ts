import { isAboutNumbers, refusalText, ugSms } from '../../nodes/UgSms/provider';
import { keyOutput, revokedResponse } from '../../nodes/UgSms/keys';
import { outcomesOf, sendResponse } from '../../nodes/UgSms/messages';

const refusal = (body: unknown, httpStatus = 400) => ugSms.refusal({ httpStatus, headers: {}, body });
const byPassword = { authentication: 'password', username: 'user', password: 'secret', baseUrl: 'https://ugsms.com' };
const byKey = { authentication: 'apiKey', apiKey: 'key', username: 'user', baseUrl: 'https://ugsms.com' };

describe('a refusal', () => {
	test.each([
		[{ error: 'Invalid phone number format.' }, 'Invalid phone number format.'],
		[{ error: 'API key is required', help: 'Provide X-API-Key header or api_key parameter' }, 'API key is required (Provide X-API-Key header or api_key parameter)'],
		[{ success: false, message: 'Insufficient balance' }, 'Insufficient balance'],
		[{ success: false, error: { message: 'Inside' }, message: 'Outside' }, 'Inside'],
		[{ message: 'The given data was invalid.', errors: { numbers: ['The numbers field is required.', 'Too many.'] } }, 'The given data was invalid.; The numbers field is required.; Too many.'],
		[{ message: 'The numbers field is required.', errors: { numbers: ['The numbers field is required.'] } }, 'The numbers field is required.'],
		[{ message: 'Server Error' }, 'Server Error'],
		['<html>', ''],
		[undefined, ''],
	])('%j is told as: %s', (body, text) => {
		expect(refusalText(body)).toBe(text);
	});

	test.each([
		[{ error: 'No' }, true],
		[{ success: false, message: 'No' }, true],
		[{ success: 'false', message: 'No' }, true],
		[{ success: 0 }, true],
		[{ error: true, message: 'No' }, true],
		[{ success: true, message: 'Message sent successfully', error: false }, false],
		[{ success: true, error: null, data: {} }, false],
		[{ message: 'Message Sent Successfully.' }, false],
		[{ success: true, error: 'Both' }, false],
		['text', false],
	])('with HTTP 200, %j is one: %s', (body, isRefused) => {
		expect(refusal(body, 200) !== undefined).toBe(isRefused);
	});

	test.each([
		['Insufficient balance.', 400, true],
		['Your credit is too low', 403, true],
		['Invalid API key', 401, true],
		['Unauthorized.', 200, true],
		['Credentials are required. Provide username and password', 400, true],
		['Your account is suspended', 403, true],
		['Invalid phone number format.', 400, false],
		['Sender ID is not approved.', 403, false],
		['The message body field is required.', 422, false],
	])('"%s" (HTTP %d) is about the account: %s', (error, httpStatus, account) => {
		expect(refusal({ error }, httpStatus)).toMatchObject({ text: error, account });
	});

	test.each([
		['Invalid phone number format.', true],
		['Recipient 0701234567 is blocked', true],
		['Insufficient balance for 3 recipients', false],
		['The sender number is not yours', false],
		['Verify the phone number of your account: it is disabled. Account disabled.', false],
		['Message is too long', false],
	])('"%s" is about numbers of the request: %s', (error, about) => {
		expect(isAboutNumbers({ error })).toBe(about);
	});

	test('that there is no key is what a revocation that had worked is told; a key that is refused says no such thing', () => {
		expect(refusal({ error: 'There is no API key.' })).toMatchObject({ gone: true });
		expect(refusal({ error: 'No active API key found' }, 404)).toMatchObject({ gone: true });
		expect(refusal({ error: 'Invalid API key' }, 401)).not.toHaveProperty('gone');
		expect(refusal({ error: 'There is no such API key' }, 401)).not.toHaveProperty('gone');
	});

	const others = ['No permission to revoke this API key', 'No API key provided', 'You have no access: the API key is read-only', 'No. The API key is locked.'];
	test.each(others)('"%s" is not that there is no key', (error) => {
		expect(refusal({ error }, 403)).not.toHaveProperty('gone');
	});
});

test.each([
	[{ success: true, message: 'API key revoked successfully' }, true],
	[{ success: 'true' }, true],
	[{ message: 'Done' }, true],
	[{ message: 'API key deleted.' }, true],
	[{ message: 'The API key was revoked and can no longer be used' }, true],
	['', true],
	[undefined, true],
	[{ message: 'Unauthenticated.' }, false],
	[{ message: 'The API key could not be revoked' }, false],
	[{ message: 'No API key revoked' }, false],
	[{ success: 'pending' }, false],
	[{ success: true, error: 'Locked' }, false],
	[{ revoked: false, message: 'Done' }, false],
	[{ data: [] }, false],
	['Please sign in', false],
])('%j says that the key is revoked: %s', (body, isRevoked) => {
	expect(revokedResponse.safeParse(body).success).toBe(isRevoked);
});

test.each([
	[{ success: true, data: { api_key: 'k', expires_at: 1767225600, name: 'n8n' } }, { apiKey: 'k', expiresAt: '2026-01-01T00:00:00.000Z', name: 'n8n' }],
	[{ success: true, message: 'Made', api_key: 'k', expiry_date: '2026-01-01', expiry_days: 3 }, { apiKey: 'k', expiresAt: '2026-01-01', expiryDays: 3 }],
	// One of them is a name; which one, nobody says, and the key is shown once.
	[{ data: { key: 'n8n', token: 'k' } }, { apiKey: 'n8n', expiresAt: null, token: 'k' }],
	[{ success: true, data: 'k' }, { apiKey: 'k', expiresAt: null }],
	[{ message: 'Unauthenticated.' }, { apiKey: null, expiresAt: null, response: { message: 'Unauthenticated.' } }],
])('of a new key, %j is told as %j', (body, output) => {
	expect(keyOutput(body)).toEqual(output);
});

test.each([
	[{ success: true }, true],
	[{ success: ' True ' }, true],
	[{ success: 1, data: null }, true],
	[{ message: 'Message Sent Successfully.' }, true],
	[{ data: { message_id: 17 } }, true],
	[{ message: 'Queued', data: { message_id: 17 } }, true],
	[{ message: 'Message not sent', data: { message_id: 17 } }, false],
	[{ data: { message_id: 17, status: 'failed' } }, false],
	[{ message: 'Queue is full' }, false],
	[{ message: 'Message not sent: insufficient balance' }, false],
	[{ message: 'Messages could not be sent' }, false],
	[{ message: '0 messages sent' }, false],
	[{ message: 'Sending was unsuccessful' }, false],
	[{ success: 'failed', data: { message_id: '17' } }, false],
	[{ success: {}, message: 'Message sent successfully' }, true],
	[{ data: { recipients: 2 } }, false],
	[{ success: true, error: 'Both' }, false],
	[{}, false],
	['OK', false],
	[undefined, false],
])('%j can be read as a success: %s', (body, isRead) => {
	expect(sendResponse.safeParse(body).success).toBe(isRead);
});

test('when the key is used up, also by others, all requests are held until places are free again', () => {
	const headersOf = (remaining?: string): Record<string, string> => (remaining === undefined ? {} : { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': remaining });
	const pause = (remaining?: string, httpStatus = 200) => ugSms.pause?.({ httpStatus, headers: headersOf(remaining), body: {} });
	expect([pause('0'), pause('1'), pause('59'), pause('none'), pause()]).toEqual([60_000, undefined, undefined, undefined, undefined]);
	// The engine itself waits after 429, as long as it is told.
	expect(pause('0', 429)).toBeUndefined();
});

describe('the way by the credential', () => {
	const send = { method: 'POST' as const, path: '/api/v2/sms/send', body: { numbers: '0701234567', message_body: 'Hi', sender_id: undefined } };

	test('with a key nothing is changed', () => {
		expect(ugSms.prepare?.(send, byKey)).toBe(send);
	});

	test('with a password it is v1, unsigned, with the password in the form and nowhere else', () => {
		const { path, authentication, body, form, query } = ugSms.prepare?.(send, byPassword) ?? {};
		expect({ path, authentication, body, query }).toEqual({ path: '/v1/sms/send', authentication: 'query', body: undefined, query: undefined });
		expect(form).toEqual({ numbers: '0701234567', message_body: 'Hi', sender_id: undefined, username: 'user', password: 'secret' });
	});

	test('limits are counted per key, or per user', () => {
		expect(ugSms.account(byKey)).not.toBe(ugSms.account({ ...byKey, apiKey: 'other' }));
		expect(ugSms.account(byPassword)).toBe(ugSms.account({ ...byPassword, apiKey: 'left over' }));
		expect(ugSms.secrets({ ...byKey, password: 'left over' })).toEqual(['key', 'left over']);
	});
});

test.each([
	[2, [true, true]],
	['2', [true, true]],
	[['0701234567', '0701234568'], [true, true]],
	[1, [null, null]],
	[['0701234567'], [null, null]],
	[0, [false, false]],
	[[], [false, false]],
	[null, [true, true]],
])('of two numbers, "recipients": %j were taken', (recipients, accepted) => {
	const entries = ['0701234567', '0701234568'].map((to) => ({ to, from: undefined, text: 'Hi' }));
	expect(outcomesOf(sendResponse.parse({ success: true, data: { recipients } }), entries).map((outcome) => outcome.accepted)).toEqual(accepted);
});

describe('an answer that names who was not taken, as that of the bulk call does', () => {
	const entries = ['0701234567', '0701234568', '0701234569'].map((to) => ({ to, from: undefined, text: 'Hi' }));
	const read = (data: object) => outcomesOf(sendResponse.parse({ success: true, data }), entries).map(({ accepted, reason }) => [accepted, reason]);
	const failed = [{ index: 1, number: '256701234568', error: 'Invalid number' }];
	const unnamed = 'UGSMS did not take all numbers of this request, and says nothing of this one';

	test('they are refused, and those that it names, or all others where their number fits, are taken', () => {
		const expected = [[true, undefined], [false, 'Invalid number'], [true, undefined]];
		expect(read({ recipients: 2, failed_messages: failed })).toEqual(expected);
		expect(read({ successful_messages: [{ number: '0701234567' }, { number: 256701234569 }], failed_messages: failed })).toEqual(expected);
	});

	test('what it does not name is in doubt', () => {
		expect(read({ successful_messages: [{ number: '0701234567' }], failed_messages: failed })).toEqual([[true, undefined], [false, 'Invalid number'], [null, unnamed]]);
		expect(read({ failed_messages: [{ error: 'Invalid number' }] })).toEqual([[null, unnamed], [null, unnamed], [null, unnamed]]);
		expect(read({ recipients: 3, failed_messages: null })).toEqual([[true, undefined], [true, undefined], [true, undefined]]);
	});
});

test('an answer that names only others as taken says nothing of the rest', () => {
	const entries = ['0701234567', '0701234568'].map((to) => ({ to, from: undefined, text: 'Hi' }));
	const read = (rows: unknown) => outcomesOf(sendResponse.parse({ success: true, data: { successful_messages: rows } }), entries).map(({ accepted }) => accepted);
	expect(read([{ number: '256701234567' }])).toEqual([true, null]);
	expect(read([{ index: 0 }])).toEqual([true, true]);
	expect(read([])).toEqual([true, true]);
});

test.each([
	[{ success: false, message: 'Some recipients failed', data: { message_id: 'id-1' } }, true],
	[{ success: false, data: { successful_messages: [{ number: '0701234567' }] } }, true],
	[{ success: false, data: { message_id: null, successful_messages: [], recipients: 2 } }, false],
	[{ success: false, data: { message_id: 0, successful_messages: null } }, false],
	[{ error: 'Invalid phone number format.' }, false],
])('%j is a refusal that tells of messages that were taken: %s', (body, unsure) => {
	expect(ugSms.refusal({ httpStatus: 200, headers: {}, body })).toMatchObject({ unsure });
});

test('Simplify off gives the answer as it came, whatever is read from it', () => {
	const body = { success: 'true', data: { message_id: 17, recipients: ['0701234567'], estimated_cost: '10.00', successful_messages: [{ number: 701234567 }] }, own: ' x ' };
	const [outcome] = outcomesOf(sendResponse.parse(body), [{ to: '0701234567', from: undefined, text: 'Hi' }]);
	expect(outcome).toMatchObject({ accepted: true, output: { messageId: '17', cost: 10 } });
	expect(outcome?.raw).toEqual(body);
	const sum = { success: true, data: { recipients: 1, estimated_cost: '1,020.50', remaining_balance: ' 12,000 ' } };
	expect(outcomesOf(sendResponse.parse(sum), [{ to: '0701234567', from: undefined, text: 'Hi' }])[0]?.output).toMatchObject({ cost: 1020.5, remainingBalance: 12000 });
	const text = { success: true, data: 'taken' };
	expect(outcomesOf(sendResponse.parse(text), [{ to: '0701234567', from: undefined, text: 'Hi' }])[0]?.raw).toEqual(text);
});
