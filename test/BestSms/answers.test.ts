/** Which answers of BestSMS say something, and whose reply is whose. */
import { memberAlready, relationBody } from '../../nodes/BestSms/addressBook';
import { accepted, actionBody, receivedOutput, receivedRow, repliesOutput, statusOf, statusOutput } from '../../nodes/BestSms/messages';
import { hasMore, list, messagesOf } from '../../nodes/BestSms/pages';
import { listing } from '../listing';

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

test.each<[counts: object, status: string]>([
	[{ Count: 1, Success: 1, Failed: 0 }, 'delivered'],
	[{ Count: 2, Success: 0, Failed: 2 }, 'failed'],
	[{ Count: 2, Success: 1, Failed: 1 }, 'sent'],
	// Of one of the two nobody says anything.
	[{ Count: 2, Failed: 1 }, 'sent'],
	[{ Count: 2, Success: 1 }, 'sent'],
	[{ Failed: 1 }, 'failed'],
	[{}, 'sent'],
])('completed, with the counts %j, is %s', (counts, status) => expect(statusOf({ Status: 'Completed', ...counts })).toBe(status));

test('a count that is no number is none', () => {
	const { count, success, failed, complete, status } = statusOutput({ Result: 'Success', Status: 'Completed', Count: '', Complete: 'many', Success: ' 1 ', Failed: '0' }, 'ID');
	expect({ count, complete, success, failed, status }).toEqual({ count: null, complete: null, success: 1, failed: 0, status: 'delivered' });
});

const rows = (many: number) => Array.from({ length: many }, (_, index) => ({ ID: String(index) }));
test.each<[body: object, page: number, more: boolean]>([
	[{ PageCount: 2, Contacts: rows(100) }, 1, true],
	[{ PageCount: '2', Contacts: rows(100) }, 2, false],
	[{ Contacts: rows(100) }, 1, true],
	[{ Contacts: rows(99) }, 1, false],
	[{ Contacts: [] }, 1, false],
	...[null, '', 0, 'many'].map((PageCount): [object, number, boolean] => [{ PageCount, Contacts: rows(100) }, 1, true]),
	[{ TotalRecords: 101, Contacts: rows(100) }, 1, true],
	[{ TotalRecords: '100', Contacts: rows(100) }, 1, false],
	// Fewer a page than were asked for.
	[{ RecordsPerPage: 50, TotalRecords: 60, Contacts: rows(50) }, 1, true],
	[{ RecordsPerPage: 50, Contacts: rows(50) }, 1, true],
	[{ RecordsPerPage: 50, TotalRecords: 60, Contacts: rows(10) }, 2, false],
	[{ TotalRecords: 300, Contacts: [] }, 2, false],
])('after %j as page %d there is another: %s', (body, number, more) => {
	expect(hasMore(list.parse({ Result: 'Success', ...body }), { number, size: 100, offset: 0 })).toBe(more);
});

test('what is empty hides nothing of a message that came in', () => {
	const received = receivedOutput(receivedRow.parse({ ID: '', ReceivedID: 7, DateUTC: '', ReceivedTimeUTC: '2019-12-01 04:02:03', MessageText: 'Yes' }));
	expect(received).toMatchObject({ messageId: '7', receivedAt: '2019-12-01T04:02:03Z' });
	const [reply] = repliesOutput({ Result: 'Success', MessageReceived: { From: '', MessageText: 'Yes' } }, 'ID');
	expect(reply).toMatchObject({ from: null, text: 'Yes' });
});

test('what is no row of a list hides none of the others', () => {
	const rows = [null, 'x', { From: '+61421000001', MessageText: 'Yes' }];
	expect(repliesOutput({ MessageReceived: rows }, 'ID')).toHaveLength(1);
	expect(messagesOf(list.parse({ Messages: rows }))).toEqual([rows[2]]);
	expect(statusOutput({ Status: 'Completed', Recipients: [null, { Destination: '+61421000001', Status: 'SUCCESS' }] }, 'ID')['recipients']).toHaveLength(1);
});

test('blanks around a status make no other one', () => {
	const body = { Status: ' Completed ', Count: 1, Success: 1, Failed: 0, Recipients: [{ Destination: '+61421000001', Status: 'SUCCESS ' }] };
	expect(statusOutput(body, 'ID')).toMatchObject({ status: 'delivered', recipients: [{ status: 'delivered' }] });
});

test.each([
	[{ Contact: { ID: '1' }, Group: { GroupCode: 'Staff' } }, true],
	[{ Contact: { ID: '1' }, Group: null }, false],
	[{ Contact: { ID: '2' }, Group: { GroupCode: 'Staff' } }, false],
])('that an addition in doubt was done is shown by %j: %s', async (body, isDone) => {
	const { send } = listing(() => ({ Result: 'Success', ...body }));
	const done = await memberAlready({ contact: '1', group: 'Staff' }, send).then(({ member }) => member === true, () => false);
	expect(done).toBe(isDone);
});
