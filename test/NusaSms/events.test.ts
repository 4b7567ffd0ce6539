/** Calls to the trigger. All but the first two kinds are shown by no document, so that many ways to write them are tried. */
import { nusaSmsEvents } from '../../nodes/NusaSms/events';
import { smsStatus } from '../../nodes/NusaSms/messages';
import { known } from '../known';

const read = (payload: unknown) => nusaSmsEvents.read(payload).map(({ output }) => known(output));
const id = '175041319203754627';

test('a received SMS, as its form says it', () => {
	// https://nusasms.com/en/sms-api
	const payload = { id: '500001', gateway_number: '6281100009001', originator: '6281234567890', msg: 'YA & terima kasih', receive_date: '2024-01-02 03:04:05' };
	expect(read(payload)).toEqual([{ event: 'inbound', channel: 'sms', messageId: '500001', from: '6281234567890', to: '6281100009001', text: 'YA & terima kasih', receivedAt: '2024-01-02 03:04:05' }]);
	expect(read({ originator: '6281234567890', msg: '' })).toEqual([]);
});

describe('the envelopes of WhatsApp', () => {
	test.each([
		['submitted', 'sent', 'sent'],
		['sent', 'sent', 'sent'],
		['delivered', 'delivered', 'delivered'],
		['read', 'read', 'read'],
		['failed', 'failed', 'failed'],
		['aborted', 'failed', 'cancelled'],
	])('status %s', (word, event, status) => {
		const payload = { type: 'status', status: { message_id: id, status: word, timestamp: 1700000000, gateway_id: 'g1', recipient: '6281234567890' } };
		expect(read(payload)).toEqual([{ event, channel: 'whatsApp', messageId: id, to: '6281234567890', status, receivedAt: '2023-11-14T22:13:20.000Z', statusText: word }]);
	});

	test('a received message, with emoji as characters or as codes, or a picture without a text', () => {
		const inbox = { message_id: id, gateway: { number: '6281100009002' }, sender: { number: '6281234567890' }, message: { text: { body: 'Halo \\U0001F600' } }, timestamp: 1700000000 };
		const expected = { event: 'inbound', channel: 'whatsApp', messageId: id, from: '6281234567890', to: '6281100009002', text: 'Halo 😀', receivedAt: '2023-11-14T22:13:20.000Z' };
		expect(read({ type: 'inbox', inbox })).toEqual([expected]);
		expect(read({ type: 'inbox', inbox: { ...inbox, message: { text: 'Halo 😀' } } })).toEqual([expected]);
		expect(read({ type: 'inbox', inbox: { ...inbox, message: { image: { link: 'https://example.com/a.png' } } } })).toEqual([{ ...expected, text: undefined }].map(({ text: _text, ...rest }) => rest));
	});
});

test('of a call that holds several, what is not recognised is passed on beside what is', () => {
	const rows = [{ messageid: id, status: 'SENT' }, { what: 'this is' }, 'text'];
	const expected = [['sent', undefined], ['unknown', { what: 'this is' }], ['unknown', { value: 'text' }]];
	const eventsOf = (payload: unknown) => nusaSmsEvents.read(payload).map(({ event, raw, withoutId = false }) => [event, raw, withoutId]);
	expect(eventsOf(rows)).toEqual(expected.map(([event, raw]) => [event, raw, event === 'unknown']));
	expect(eventsOf({ results: rows })).toEqual(eventsOf(rows));
});

test('a received message whose parts are plain texts or numbers is read as well', () => {
	const inbox = { message_id: 17, gateway: '6281100009002', sender: 6281234567890, message: 5, timestamp: 1700000000000 };
	const output = { event: 'inbound', channel: 'whatsApp', messageId: '17', from: '6281234567890', to: '6281100009002', text: '5', receivedAt: '2023-11-14T22:13:20.000Z' };
	expect(read({ type: 'inbox', inbox })).toEqual([output]);
	expect(read({ type: 'inbox', inbox: { ...inbox, message: { text: 5 } } })).toEqual([output]);
});

describe('a status under the names of the API', () => {
	test.each([
		[
			{ messageid: id, destination: '6281234567890', status: 'DELIVERED' },
			{ event: 'delivered', channel: 'sms', messageId: id, to: '6281234567890', status: 'delivered', statusText: 'DELIVERED' },
		],
		[
			{ message_id: id, status: 'NOT_DELIVERED' },
			{ event: 'failed', channel: 'sms', messageId: id, status: 'failed', statusText: 'NOT_DELIVERED' },
		],
		[
			{ MessageID: id, Status: 'Undeliverable' },
			{ event: 'failed', channel: 'sms', messageId: id, status: 'failed', statusText: 'Undeliverable' },
		],
		[
			{ ref_no: id, status: 'EXPIRED' },
			{ event: 'failed', channel: 'sms', messageId: id, status: 'expired', statusText: 'EXPIRED' },
		],
		[
			{ messageid: id, status: 'PENDING' },
			{ event: 'queued', channel: 'sms', messageId: id, status: 'queued', statusText: 'PENDING' },
		],
		[
			{ messageid: id, status: '7' },
			{ event: 'unknown', channel: 'sms', messageId: id, status: 'unknown', statusText: '7' },
		],
		[{ results: [{ messageid: id, status: 'SENT' }] }, { event: 'sent', channel: 'sms', messageId: id, status: 'sent', statusText: 'SENT' }],
		// XML comes without its root element.
		[{ result: { messageid: id, status: 'DELIVERED' } }, { event: 'delivered', channel: 'sms', messageId: id, status: 'delivered', statusText: 'DELIVERED' }],
		[
			{ ref_no: id, status: 'D', destination: '6281234567890', sender: '6281100009002', message: 'Halo', delivered_date: '2019-08-24T14:15:22Z' },
			{
				event: 'delivered',
				channel: 'whatsApp',
				messageId: id,
				from: '6281100009002',
				to: '6281234567890',
				text: 'Halo',
				status: 'delivered',
				receivedAt: '2019-08-24T14:15:22Z',
				statusText: 'DELIVERED',
			},
		],
		[
			{ error: false, error_code: 0, message: 'x', data: { ref_no: id, is_group: false, status: 'READ' } },
			{ event: 'read', channel: 'whatsApp', messageId: id, status: 'read', statusText: 'READ' },
		],
		[
			{ message_id: id, is_group: false, status: 'D' },
			{ event: 'delivered', channel: 'whatsApp', messageId: id, status: 'delivered', statusText: 'DELIVERED' },
		],
		[
			{ ref_no: id, status: 'A' },
			{ event: 'failed', channel: 'whatsApp', messageId: id, status: 'cancelled', statusText: 'ABORTED' },
		],
	])('%j', (payload, output) => expect(read(payload)).toEqual([output]));
});

describe('results of a number check', () => {
	const yes = { event: 'numberChecked', channel: 'whatsApp', number: '6281234567890', hasWhatsApp: true };
	const no = { ...yes, number: '6281234567891', hasWhatsApp: false };
	test.each([
		[{ error: false, data: [{ phone_number: '6281234567890', status: 'valid' }, { phone_number: '6281234567891', status: 'invalid' }] }, 'valid', 'invalid'],
		[[{ phone: 6281234567890, exists: true }, { phone: 6281234567891, exists: false }], 'true', 'false'],
		[{ results: [{ number: '6281234567890', is_whatsapp: 1 }, { number: '6281234567891', is_whatsapp: 0 }] }, '1', '0'],
		[{ phone_numbers: [{ phone_number: '6281234567890', result: 'registered' }, { phone_number: '6281234567891', result: 'not registered' }] }, 'registered', 'not registered'],
		[{ '6281234567890': true, '6281234567891': false }, 'true', 'false'],
		[{ data: { '6281234567890': { status: 'active' }, '6281234567891': { status: 'inactive' } } }, 'active', 'inactive'],
		[{ valid: ['6281234567890'], invalid: ['6281234567891'] }, 'valid', 'invalid'],
	])('%j', (payload, first, second) => expect(read(payload)).toEqual([{ ...yes, statusText: first }, { ...no, statusText: second }]));

	test.each([
		// A number may be valid and not on WhatsApp; "ok" and "1" may be about the check.
		[{ phone_number: '6281234567890', valid: true, exists: false }, null],
		[{ phone_number: '6281234567890', valid: true, exists: true }, true],
		[{ phone_number: '6281234567890', status: 'ok', is_whatsapp: false }, false],
		[{ phone_number: '6281234567890', status: 'ok' }, null],
		[{ phone_number: '6281234567890', status: 1, message: 'not registered' }, null],
		[{ phone_number: '6281234567890', status: 'not registered' }, false],
	])('%j: is on WhatsApp: %s', (payload, hasWhatsApp) => {
		expect(nusaSmsEvents.read(payload).map(({ output }) => output['hasWhatsApp'])).toEqual([hasWhatsApp]);
	});

	test('a number has its part of the call as it came, also where its name or its list says the result', () => {
		const raws = (payload: unknown) => nusaSmsEvents.read(payload).map(({ event, raw }) => [event, raw]);
		expect(raws({ '6281234567890': true, '6281234567891': { status: 'inactive' } })).toEqual([
			['numberChecked', { '6281234567890': true }],
			['numberChecked', { '6281234567891': { status: 'inactive' } }],
		]);
		expect(raws({ message: 'Checked', valid: ['6281234567890'], invalid: [{ number: '6281234567892' }, 'x'], later: ['6281234567893'] })).toEqual([
			['numberChecked', { valid: ['6281234567890'] }],
			['numberChecked', { invalid: [{ number: '6281234567892' }] }],
			['unknown', { invalid: ['x'] }],
			['unknown', { later: ['6281234567893'] }],
		]);
	});

	test('each number is an event of its own, with its own part of the call', () => {
		const rows = [{ phone_number: '6281234567890', status: 'valid', name: 'Budi' }, { phone_number: '6281234567891', status: 'perhaps' }];
		const events = nusaSmsEvents.read({ data: rows });
		expect(events.map(({ raw }) => raw)).toEqual(rows);
		expect(events.map(({ output: { hasWhatsApp } }) => hasWhatsApp)).toEqual([true, null]);
	});
});

test.each([
	{},
	{ messageid: id },
	{ status: 'DELIVERED' },
	{ msg: 'x' },
	{ type: 'status' },
	{ type: 'status', status: 'delivered' },
	{ type: 'inbox', inbox: {} },
	{ destination: '6281234567890', status: 'DELIVERED' },
	{ number: '6281234567890', status: 'DELIVERED' },
	// A status of a message as well as the result of a check.
	{ id: '77', msisdn: '6281234567890', status: '1' },
	{ number: '6281234567890', status: 'ok' },
	{ phone: '6281234567890', result: '0' },
	{ data: null },
	{ data: 'x' },
	['a'],
	'text',
	null,
	5,
])('not recognised: %j', (payload) => expect(read(payload)).toEqual([]));

test('is the same when it is repeated, and another for another status, text or number', () => {
	const identityOf = (payload: unknown) => nusaSmsEvents.read(payload)[0]?.identity;
	const delivered = { messageid: id, status: 'DELIVERED', date: '2024-01-02' };
	expect(identityOf({ ...delivered, date: '2024-01-03' })).toBe(identityOf(delivered));
	const others = [
		delivered,
		{ ...delivered, status: 'SENT' },
		{ ...delivered, messageid: '175041319203754628' },
		{ ref_no: id, status: 'D' },
		{ originator: '1', msg: 'a' },
		{ originator: '1', msg: 'b' },
		{ id: '7', originator: '1', msg: 'a' },
	];
	expect(new Set(others.map(identityOf)).size).toBe(others.length);
});

test('what comes with an ID counts once; a received text without one, and a checked number, count each time', () => {
	const withoutId = (payload: unknown) => nusaSmsEvents.read(payload)[0]?.withoutId === true;
	expect(
		[
			{ messageid: id, status: 'SENT' },
			{ id: '7', originator: '1', msg: 'a' },
			{ originator: '1', msg: 'a' },
			{ phone_number: '6281234567890', status: 'valid' },
		].map(withoutId),
	).toEqual([false, false, true, true]);
});

test.each([
	['DELIVERED', 'delivered'],
	[' Delivered to handset ', 'delivered'],
	['DELIVRD', 'delivered'],
	['DELIVERED_TO_OPERATOR', 'sent'],
	['DELIVERY_PENDING', 'queued'],
	['waiting for delivery', 'queued'],
	['UNDELIV', 'failed'],
	['Delivery failed', 'failed'],
	['UNSUCCESSFUL', 'failed'],
	['not accepted', 'failed'],
	['Delivery in progress', 'unknown'],
	['to be delivered', 'unknown'],
	['not yet delivered', 'unknown'],
	['NO_ERROR', 'unknown'],
	['UNSEEN', 'unknown'],
	['', 'unknown'],
	[undefined, 'unknown'],
])('an SMS of which is said "%s" is %s', (written, status) => {
	expect(smsStatus(written)).toBe(status);
});
