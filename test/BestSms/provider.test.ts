/** How BestSMS's answers are judged, whatever their HTTP status, and what of a credential may be shown. */
import { bestSms } from '../../nodes/BestSms/provider';

const judged = (httpStatus: number, body: unknown) => bestSms.refusal({ httpStatus, headers: {}, body });

test.each([
	[200, { Result: 'Success', MessageID: 'x' }],
	[200, { Result: ' success ' }],
	[200, { MessageID: 'x' }],
	[200, undefined],
	[200, 'text'],
	[200, []],
])('HTTP %d with %j is no refusal', (httpStatus, body) => expect(judged(httpStatus, body)).toBeUndefined());

test.each([
	[200, { Result: 'Failed', Message: 'Missing Sender' }, { text: 'Missing Sender', account: false }],
	[400, { Result: 'Failed', ErrorMessage: ['One', 'Two', 'One'] }, { text: 'One; Two', account: false }],
	[200, { Result: 'Failed', ErrorMessage: 'Text', Message: 'Other' }, { text: 'Text' }],
	[200, { Result: 'Failed', ErrorMessage: null, Message: 'Other' }, { text: 'Other' }],
	[200, { Result: 'Failed', ErrorMessage: {}, Message: 7 }, { text: '' }],
	[400, { Result: 'Failed', ErrorMessage: [], Message: 'Other' }, { text: 'Other' }],
	[400, { Result: 'Failed', ErrorMessage: '', Message: ['', 'Other'] }, { text: 'Other' }],
	// Of a web server, or a proxy.
	[400, { Message: 'The request is invalid.' }, { text: 'The request is invalid.' }],
	[400, { ErrorMessage: ['Missing Sender'] }, { text: 'Missing Sender', advice: expect.stringContaining('Sender') }],
	[200, { Result: 'Unauthorized', Message: 'Invalid Auth Token' }, { account: true, advice: expect.stringContaining('Auth Token') }],
	[401, { Result: 'Failed' }, { account: true, advice: expect.stringContaining('Auth Token') }],
	[403, { Result: 'Failed' }, { account: true, advice: expect.stringContaining('address book') }],
	[403, undefined, { text: '', account: true }],
	[500, '<html>', { text: '' }],
])('HTTP %d with %j is one', (httpStatus, body, expected) => expect(judged(httpStatus, body)).toMatchObject(expected));

test.each([
	[{ Result: 'RecordNotFound', ErrorMessage: 'Anything' }, true],
	[{ Result: 'Failed', Message: 'Message not found' }, true],
	[{ Result: 'Failed', Message: 'MessageID could not be found' }, true],
	[{ Result: 'Failed', Message: 'The message does not exist' }, true],
	[{ Result: 'Failed', Message: 'Message is not Delayed' }, true],
	[{ Result: 'Failed', Message: 'Contact is already in this group' }, true],
	[{ Result: 'Failed', Message: 'Message not found in this account' }, true],
	[{ Result: 'Failed', Message: 'Account 102030: Message not found' }, true],
	[{ Result: 'Failed', Message: 'Missing Sender' }, undefined],
	// What is not there is the user, and says nothing of the message.
	[{ Result: 'Failed', Message: 'Sender not found' }, undefined],
	[{ Result: 'Failed', ErrorMessage: ['User name@example.com does not exist'] }, undefined],
	[{ Result: 'Failed', Message: 'No such user' }, undefined],
	[{ Result: 'Failed', Message: 'No such message' }, true],
	[{ Result: 'recordnotfound' }, true],
	[{ Message: 'Not Found' }, undefined],
	[{ Message: 'The service is already stopped' }, undefined],
	[{ Result: 'Failed', Message: 'Foundation is closed' }, undefined],
	[{ Result: 'Failed' }, undefined],
	[{ error: 'not found' }, undefined],
	['not found', undefined],
])('only in its own words does BestSMS say that there is no such thing: %j', (body, gone) => expect(judged(400, body)?.gone).toBe(gone));

test.each([
	['API Server Fault', true],
	['Internal error', true],
	['The request timed out', true],
	['Invalid destination', undefined],
	['The server is not known', undefined],
])('"%s" leaves open what was done: %s', (Message, unsure) => expect(judged(200, { Result: 'Failed', Message })?.unsure).toBe(unsure));

test('a 404 in the words of a web server says of nothing that it is gone', () => {
	const message = 'No HTTP resource was found that matches the request URI';
	expect(judged(404, { Message: message })).toEqual({ text: message, account: false, gone: false });
	expect(judged(404, { Result: 'Failed', Message: 'Contact not found' })?.gone).toBe(true);
});

test('whom BestSMS does not let in hears nothing of a message', () => {
	for (const httpStatus of [401, 403]) expect(judged(httpStatus, { Result: 'Failed', Message: 'Not found' })).not.toHaveProperty('gone');
});

test('a token is secret in the form in which it travels, whatever was copied along with it', () => {
	for (const authToken of ['eyJ0.token', ' Basic eyJ0.token\n', 'basic  eyJ0.token']) expect(bestSms.secrets({ authToken, webhookApiKey: ' key ' })).toEqual(['eyJ0.token', 'key']);
});
