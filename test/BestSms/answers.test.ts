/** Which answers of BestSMS say something, and whose reply is whose. */
import { relationBody } from '../../nodes/BestSms/addressBook';
import { accepted, actionBody, repliesOutput } from '../../nodes/BestSms/messages';
import { list, messagesOf } from '../../nodes/BestSms/pages';

test.each([
	[{ Result: 'Success' }, true],
	[{ Result: ' success ', MessageID: 7 }, true],
	[{}, false],
	[{ status: 'ok' }, false],
	[{ Message: 'The request is invalid.' }, false],
	[{ MessageID: 'ID-1', ErrorMessage: ['Missing Sender'] }, false],
])('%j says that a message was taken, or an action done: %s', (body, isRead) => {
	expect([accepted, actionBody].map((schema) => schema.safeParse(body).success)).toEqual([isRead, isRead]);
});

test.each([
	[{ Result: 'Success' }, true],
	[{ Contact: { ID: '1' } }, true],
	[{ Group: { GroupCode: 'Staff' } }, true],
	[{}, false],
	[{ status: 'ok' }, false],
])('%j says that a contact is in a group: %s', (body, isRead) => {
	expect(relationBody.safeParse(body).success).toBe(isRead);
});

describe('a reply goes with the message to its own phone', () => {
	const anna = { Date: '2019-12-01 13:45:54', Destination: '+61421000001', MessageText: 'Hi Anna' };
	const ben = { ...anna, Destination: '+61421000002', MessageText: 'Hi Ben' };
	const from = (From: string) => ({ Date: '2019-12-01 14:02:03', From, MessageText: 'Yes' });
	const originals = (body: object) => repliesOutput(body, 'ID').map(({ from: phone, originalTo = null, originalText = null }) => [phone, originalTo, originalText]);

	test('several messages and several replies', () => {
		const body = { MessageSent: [anna, ben], MessageReceived: [from('+61421000002'), from('61421000001')] };
		expect(originals(body)).toEqual([
			['+61421000002', '+61421000002', 'Hi Ben'],
			['61421000001', '+61421000001', 'Hi Anna'],
		]);
	});

	test('the answer of a second recipient does not belong to the message to the first', () => {
		expect(originals({ MessageSent: anna, MessageReceived: from('+61421000002') })).toEqual([['+61421000002', null, null]]);
	});

	test('one message that does not say to whom it went', () => {
		expect(originals({ MessageSent: { MessageText: 'Hi Anna' }, MessageReceived: from('+61421000001') })).toEqual([['+61421000001', null, 'Hi Anna']]);
	});
});

test('a received message may come without a list, as the table of the document has it', () => {
	const message = { Date: '2019-12-01 14:02:03', From: '+61421000001', MessageText: 'Yes' };
	const found = (body: object) => messagesOf(list.parse(body)).map(({ From, MessageText }) => [From, MessageText]);
	expect(found({ Result: 'Success', ...message })).toEqual([['+61421000001', 'Yes']]);
	expect(found({ Result: 'Success', Messages: message })).toEqual([['+61421000001', 'Yes']]);
	expect(found({ Result: 'Success', Messages: [] })).toEqual([]);
	expect(found({ Result: 'Success' })).toEqual([]);
});
