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
])('%s', async (_name, rows, wanted) => {
	expect(await questionTo(historyOf(rows).send, jane, writtenAt)).toBe(wanted);
});

test('a thousand messages are looked through', async () => {
	const others = Array.from({ length: 1_500 }, (_, index) => row(`n8n-${index}`, '2026-01-15 09:34:00', { recipient_number: '61412345679' }));
	const found = historyOf([...others.slice(0, 900), row(question('1'), '2026-01-15 09:30:00'), ...others.slice(900)]);
	expect([await questionTo(found.send, jane, writtenAt), found.offsets]).toEqual([question('1'), [0, 200, 400, 600, 800]]);
	const few = historyOf([row(question('1'), '2026-01-15 09:30:00')]);
	expect([await questionTo(few.send, jane, undefined), few.offsets]).toEqual([question('1'), [0]]);
});

test('a question is found behind pages that are shorter than was asked for', async () => {
	const rows = [...Array.from({ length: 60 }, (_, index) => row(`n8n-${index}`, '2026-01-15 09:34:00', { recipient_number: '61412345679' })), row(question('1'), '2026-01-15 09:30:00')];
	const send: Send = async ({ query }, schema) => schema.parse(await Promise.resolve({ total: rows.length, results: rows.slice(Number(query?.['offset']), Number(query?.['offset']) + 50) }));
	expect(await questionTo(send, jane, writtenAt)).toBe(question('1'));
});

test('the page greets nobody by a placeholder', () => {
	expect(asking.shown?.({ message: 'Hi {first_name}, coming? {other}Reply {yes}.{optout}' })).toBe('Hi, coming? Reply {yes}.');
});
