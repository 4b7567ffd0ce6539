/** Which question a reply belongs to, where the provider does not say. */
import { asking, questionTo } from '../../nodes/MobileMessage/asking';
import type { Send } from '../../engine/operation';

const jane = '61412345678';
const question = (id: string) => `n8nq.${id}.AAAAAAAAAAAAAAAAAAAAAA.t0-abcdef.${'A'.repeat(43)}`;
const row = (cust_ref: string, requested_at: string, more: object = {}) => ({ message_id: cust_ref, recipient_number: '0412345678', cust_ref, requested_at, status: 'delivered', ...more });

/** Answers with these rows, page by page. */
function historyOf(rows: object[]) {
	const offsets: unknown[] = [];
	const send: Send = async ({ query }, schema) => {
		const offset = Number(query?.['offset']);
		offsets.push(offset);
		return schema.parse(await Promise.resolve({ results: rows.slice(offset, offset + 200) }));
	};
	return { send, offsets };
}

const writtenAt = '2026-01-15T09:35:00Z';

test.each([
	['the newest of two, in any order of the list', [row(question('1'), '2026-01-15 09:30:00'), row(question('2'), '2026-01-15 09:34:00')], question('2')],
	['none that was asked after the reply', [row(question('2'), '2026-01-15 09:35:01'), row(question('1'), '2026-01-15 09:30:00')], question('1')],
	['none, where another message came after the question', [row('n8n-1', '2026-01-15 09:34:00'), row(question('1'), '2026-01-15 09:30:00')], undefined],
	['one, where the message after it did not arrive', [row('n8n-1', '2026-01-15 09:34:00', { status: 'failed' }), row(question('1'), '2026-01-15 09:30:00')], question('1')],
	['one, where the message after it is still to go', [row('n8n-1', '2026-01-15 09:31:00', { status: 'scheduled' }), row(question('1'), '2026-01-15 09:30:00')], question('1')],
	['none of somebody else', [row(question('1'), '2026-01-15 09:30:00', { recipient_number: '61412345679' })], undefined],
	['one from the number that was written to, whatever others sent later', [
		row(question('2'), '2026-01-15 09:34:00', { sender_id: '61412345690' }),
		row('n8n-1', '2026-01-15 09:33:00', { sender_id: 'CompanyABC' }),
		row(question('1'), '2026-01-15 09:30:00', { sender_id: '0412345678' }),
	], question('1')],
	['none, where two are of one second', [row(question('1'), '2026-01-15 09:34:00'), row(question('2'), '2026-01-15 09:34:00')], undefined],
	['one that has two texts of one second', [row(question('1'), '2026-01-15 09:34:00'), row(question('1'), '2026-01-15 09:34:00')], question('1')],
	['none of the second in which the reply was written', [row(question('2'), '2026-01-15 09:35:00'), row(question('1'), '2026-01-15 09:30:00')], undefined],
	['one of rows that are not scheduled, whose place for that is empty', [
		row('n8n-1', '2026-01-15 09:20:00', { scheduled_for: '' }), row(question('1'), '2026-01-15 09:30:00', { scheduled_for: '' }),
	], question('1')],
	['none, where a message has no time', [row(question('1'), '2026-01-15 09:34:00'), row('n8n-1', '')], undefined],
	['none, where the question has no time', [row('n8n-1', '2026-01-15 09:34:00'), row(question('1'), '')], undefined],
])('%s', async (_name, rows, wanted) => {
	expect(await questionTo(historyOf(rows).send, { from: jane, to: jane, writtenAt })).toBe(wanted);
});

test('a thousand messages are looked through', async () => {
	const reply = { from: jane, writtenAt };
	const others = (count: number, minute: number) => Array.from({ length: count }, (_, index) => row(`n8n-${index}`, `2026-01-15 09:${minute}:00`, { recipient_number: '61412345679' }));
	const found = historyOf([...others(900, 34), row(question('1'), '2026-01-15 09:30:00'), ...others(600, 29)]);
	expect([await questionTo(found.send, reply), found.offsets]).toEqual([question('1'), [0, 200, 400, 600, 800]]);
	// Of a list in another order, what was not read may be newer.
	for (const rows of [[...others(900, 29), row(question('1'), '2026-01-15 09:30:00'), ...others(600, 34)], [row(question('1'), '2026-01-15 09:30:00'), ...others(998, 29), ...others(1, 34)]]) {
		expect(await questionTo(historyOf(rows).send, reply)).toBeUndefined();
	}
	const few = historyOf([row(question('1'), '2026-01-15 09:30:00'), ...others(9, 34)]);
	expect([await questionTo(few.send, reply), few.offsets]).toEqual([question('1'), [0]]);
});

test('a question is found behind pages that are shorter than was asked for', async () => {
	const rows = [...Array.from({ length: 60 }, (_, index) => row(`n8n-${index}`, '2026-01-15 09:34:00', { recipient_number: '61412345679' })), row(question('1'), '2026-01-15 09:30:00')];
	const send: Send = async ({ query }, schema) => schema.parse(await Promise.resolve({ total: rows.length, results: rows.slice(Number(query?.['offset']), Number(query?.['offset']) + 50) }));
	expect(await questionTo(send, { from: jane, writtenAt })).toBe(question('1'));
});

test('the page greets nobody by a placeholder', () => {
	expect(asking.shown?.({ message: 'Hi {first_name}, coming? {other}Reply {yes}.{optout}' })).toBe('Hi, coming? Reply {yes}.');
});

test('whether a text followed the question is told by its reference', async () => {
	const request = { method: 'POST' as const, path: '/v1/messages', body: { messages: [{ custom_ref: question('1') }] } };
	const asked: unknown[] = [];
	const followed = async (ids: string[], messageId?: string) =>
		await asking.isFollowed?.(async ({ query }, schema) => {
			asked.push(query);
			return schema.parse(await Promise.resolve({ results: ids.map((message_id) => row(question('1'), '2026-01-15 09:30:00', { message_id })) }));
		}, request, messageId);
	expect([await followed(['a'], 'a'), await followed(['a', 'b'], 'a'), await followed(['a']), await followed(['a', 'b'])]).toEqual([false, true, false, true]);
	await expect(followed([], 'a')).rejects.toThrow('cannot be told');
	expect(asked[0]).toEqual({ custom_ref: question('1') });
});
