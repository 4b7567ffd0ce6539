/** The common shapes: the same columns in the same order, whatever a provider tells. */
import { hint } from '../../../engine/output/hints';
import { message, messageEvent, utcTime, whatComesOut } from '../../../engine/output/message';
import { balance, camelCase, contact, group, membership, others } from '../../../engine/output/records';

test('a message has all its columns, with nothing where nothing is known', () => {
	const columns = ['to', 'status', 'reason', 'messageId', 'from', 'text', 'accepted', 'reference', 'segments', 'cost', 'costUnit', 'scheduledFor', 'sentAt'];
	expect(Object.entries(message({ status: 'sent' }))).toEqual(columns.map((name) => [name, name === 'status' ? 'sent' : null]));
	const all = {
		to: '1', status: 'failed' as const, reason: 'b', messageId: 'c', from: 'd', text: 'e', accepted: false,
		reference: 'f', segments: 0, cost: 0, costUnit: 'AUD', scheduledFor: 'g', sentAt: 'h',
	};
	expect(Object.entries(message(all))).toEqual(Object.entries(all));
	// An empty text would be a gap in a table.
	expect(message({ status: 'sent', from: '' })).toHaveProperty('from', null);
});

test('a unit without a cost says nothing', () => {
	expect(message({ status: 'sent', costUnit: 'credits' })).toMatchObject({ cost: null, costUnit: null });
	expect(message({ status: 'sent', cost: null, costUnit: 'credits' })).toMatchObject({ cost: null, costUnit: null });
	expect(message({ status: 'sent', cost: 2 })).toMatchObject({ cost: 2, costUnit: null });
	expect([balance({ balance: 5, unit: 'AUD' }), balance({ balance: null, unit: 'AUD' }, { plan: 'x' })]).toEqual([{ balance: 5, unit: 'AUD' }, { balance: null, unit: null, plan: 'x' }]);
});

test('an event has all its columns, and a trigger names them', () => {
	const columns = ['event', 'from', 'to', 'text', 'status', 'receivedAt', 'messageId', 'originalMessageId', 'reference'];
	expect(Object.entries(messageEvent({ event: 'reply' }))).toEqual(columns.map((name) => [name, name === 'event' ? 'reply' : null]));
	expect(whatComesOut).toBe(`Output columns: ${columns.join(', ')}, raw.`);
});

test('contacts, groups and who is in which: what else the provider tells stands behind', () => {
	expect(Object.entries(contact({ contactId: '1', firstName: 'A' }, { city: 'B', zip: '' }))).toEqual([
		['contactId', '1'], ['number', null], ['firstName', 'A'], ['lastName', null], ['company', null], ['city', 'B'], ['zip', null],
	]);
	expect(Object.entries(group({ groupId: '1', contactCount: 0 }, { color: 'red' }))).toEqual([['groupId', '1'], ['name', null], ['contactCount', 0], ['color', 'red']]);
	expect(Object.entries(membership({ contactId: '1', groupId: '2', member: false }, { since: '3' }))).toEqual([['contactId', '1'], ['groupId', '2'], ['member', false], ['since', '3']]);
});

test.each([
	['created_at', 'createdAt'],
	['CreatedAt', 'createdAt'],
	['message_ID', 'messageId'],
	['Sender  ID', 'senderId'],
	['delivery-date', 'deliveryDate'],
	['IDs', 'iDs'],
	['numberOfIDs', 'numberOfIDs'],
	['text', 'text'],
])('%s is %s in this package', (name, own) => {
	expect(camelCase(name)).toBe(own);
});

test('what a provider tells besides what is known, under names of this package', () => {
	expect(others({ id: 1, list_name: 'A', Meta: { in_side: 1 } }, ['id'])).toEqual({ listName: 'A', meta: { in_side: 1 } });
});

test.each([
	['2026-01-15 09:35:00', '2026-01-15T09:35:00Z'],
	['2026-01-15T09:35:00', '2026-01-15T09:35:00Z'],
	// It says its zone, or what it means is not known.
	['2026-01-15T09:35:00+10:00', '2026-01-15T09:35:00+10:00'],
	['on 2026-01-15 09:35:00', 'on 2026-01-15 09:35:00'],
	['2026-01-15', '2026-01-15'],
	['', undefined],
	[null, undefined],
	[undefined, undefined],
])('the UTC time %s is %s', (text, time) => {
	expect(utcTime(text)).toBe(time);
});

test('an n8n that shows no hints goes without', () => {
	const shown = jest.fn();
	hint({ addExecutionHints: shown } as unknown as Parameters<typeof hint>[0], 'Hello');
	expect(shown.mock.calls).toEqual([[{ message: 'Hello', location: 'outputPane' }]]);
	expect(() => hint({} as Parameters<typeof hint>[0], 'Hello')).not.toThrow();
});
