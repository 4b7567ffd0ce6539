import { sms160Events, sms160Inbox } from '../../nodes/Sms160/events';
import { known } from '../known';

const read = (payload: unknown) => sms160Events.read(payload).map(({ output }) => known(output));

describe('a call', () => {
	test.each([
		[
			{ messageId: 7, statusCode: '1', status: 'Delivered', dateSent: '2026-01-15 09:35:00', recipient: '61412345678', sender: 'MyBrand' },
			{ event: 'delivered', messageId: '7', from: 'MyBrand', to: '61412345678', status: 'delivered', receivedAt: '2026-01-15 09:35:00', statusText: 'Delivered' },
		],
		[
			{ id: '7', status: '2' },
			{ event: 'failed', messageId: '7', status: 'failed', statusText: '2' },
		],
		[
			{ message_id: 7, status: 'Not delivered' },
			{ event: 'failed', messageId: '7', status: 'failed', statusText: 'Not delivered' },
		],
		[
			{ MessageID: 7, Status: 'DELIVERED' },
			{ event: 'delivered', messageId: '7', status: 'delivered', statusText: 'DELIVERED' },
		],
		[
			{ messageId: 7, statusCode: -1 },
			{ event: 'queued', messageId: '7', status: 'queued' },
		],
		[
			{ messageId: 7, statusCode: 0, message: 'the text' },
			{ event: 'sent', messageId: '7', text: 'the text', status: 'sent' },
		],
		[
			{ messageId: 7, statusCode: 99 },
			{ event: 'unknown', messageId: '7', status: 'unknown', statusText: '99' },
		],
		[
			{ messageId: 7, statusCode: 99, status: 'Routing' },
			{ event: 'unknown', messageId: '7', status: 'unknown', statusText: 'Routing' },
		],
	])('that reports on a message: %j', (payload, output) => expect(read(payload)).toEqual([output]));

	test.each([
		['Delivered', 'delivered'],
		['Delivered to handset', 'delivered'],
		['Delivered to carrier', 'sent'],
		['Sending message..', 'sent'],
		['Awaiting result', 'queued'],
		['Error with message', 'failed'],
		['User cancelled message delivery', 'failed'],
		['Error delivering message', 'failed'],
		['Routing error', 'failed'],
		['NOT_DELIVERED', 'failed'],
		['Undeliverable', 'failed'],
		['Failed: absent subscriber', 'failed'],
		['Pending delivery', 'unknown'],
		['Not yet delivered', 'unknown'],
		['OK', 'unknown'],
	])('that says "%s" and no code is %s', (words, status) => {
		expect(read({ messageId: 7, status: words })).toEqual([{ event: status, messageId: '7', status, statusText: words }]);
		expect(read({ messageId: 7, statusCode: 4, status: words })).toMatchObject([{ event: status }]);
	});

	test.each([
		[
			{ messageId: 8, dateReceived: '2026-01-15 09:35:00', sender: '61412345678', recipient: '61491571266', message: 'YES' },
			{ event: 'inbound', messageId: '8', from: '61412345678', to: '61491571266', text: 'YES', receivedAt: '2026-01-15 09:35:00' },
		],
		[
			{ from: '61412345678', to: 61491571266, text: 'YES' },
			{ event: 'inbound', from: '61412345678', to: '61491571266', text: 'YES' },
		],
		[
			{ messageId: 8, dateReceived: '2026-01-15 09:35:00', sender: '61412345678', recipient: '61491571266', message: 'YES', status: 'Received', statusCode: 9 },
			{ event: 'inbound', messageId: '8', from: '61412345678', to: '61491571266', text: 'YES', receivedAt: '2026-01-15 09:35:00' },
		],
		[
			{ messageId: 8, dateReceived: '2026-01-15 09:35:00', sender: '61412345678', message: '' },
			{ event: 'inbound', messageId: '8', from: '61412345678', receivedAt: '2026-01-15 09:35:00' },
		],
	])('that brings a reply: %j', (payload, output) => expect(read(payload)).toEqual([output]));

	test.each([[{}], [{ messageId: 7 }], [{ status: 'Delivered' }], [{ message: 'x' }], [{ messageId: {}, status: [] }], ['text'], [null], [[]]])('that is not recognised: %j', (payload) =>
		expect(read(payload)).toEqual([]),
	);

	test('that reports on a message without saying on which is no reply', () => {
		expect(read({ sender: 'MyBrand', recipient: '61412345678', message: 'Hi', statusCode: '1', status: 'Delivered' })).toEqual([]);
	});

	test('is the same when it is repeated, and another for another status or text', () => {
		const identities = [
			{ messageId: 7, statusCode: '1' },
			{ messageId: '7', statusCode: 1, dateSent: 'later' },
			{ messageId: 7, statusCode: 0 },
			{ sender: '1', message: 'a' },
			{ sender: '1', message: 'b' },
		].map((payload) => sms160Events.read(payload)[0]?.identity);
		expect(identities[0]).toBe(identities[1]);
		expect(new Set(identities).size).toBe(4);
	});
});

test('a received message is placed among the others by its own time, whatever the zone', () => {
	const record = { messageId: 300001, dateReceived: '2026-01-15 09:35:00', sender: '61412345678', recipient: '61491571266', message: 'YES' };
	const { time, identity, output } = sms160Inbox.read(record);
	expect(sms160Inbox.since(time, time)).toEqual({ receivedAfter: record.dateReceived });
	expect(identity).toBe('300001');
	expect(known(output)).toEqual({ event: 'inbound', messageId: '300001', from: '61412345678', to: '61491571266', text: 'YES', receivedAt: '2026-01-15 09:35:00' });
	expect(sms160Inbox.read({ ...record, dateReceived: null }).time).toBeNaN();
});
