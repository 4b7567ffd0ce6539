/** Which question a reply belongs to: the provider lists messages newest first, with times of no zone. */
import type { Send } from '../../engine/operation';
import { questionTo } from '../../nodes/Sms160/messages';

const jane = '61412345678';
const address = (id: string) => `https://n8n.example.com/webhook-waiting/${id}/node?q=w0-abcdef&signature=ab`;
const row = (id: string, datePosted: string, more: object = {}) => ({ messageId: id, recipient: jane, datePosted, statusCode: '1', callbackURL: address(id), ...more });
const listOf = (...messages: object[]): Send => async (_request, schema) => schema.parse(await Promise.resolve({ messages, links: [] }));

test.each([
	['the newest', [row('2', '2026-01-15 09:34:00'), row('1', '2026-01-15 09:30:00')], address('2')],
	['none that was asked after the reply, which was polled late', [row('2', '2026-01-15 09:36:00'), row('1', '2026-01-15 09:30:00')], address('1')],
	['one of a list whose times are of another zone', [row('2', '2026-01-15 19:34:00')], address('2')],
	['none, where another message came after the question', [row('2', '2026-01-15 09:34:00', { callbackURL: null }), row('1', '2026-01-15 09:30:00')], undefined],
	['one, where the message after it did not arrive', [row('2', '2026-01-15 09:34:00', { callbackURL: null, statusCode: '2' }), row('1', '2026-01-15 09:30:00')], address('1')],
	['none of somebody else', [row('1', '2026-01-15 09:30:00', { recipient: '61412345679' })], undefined],
])('%s', async (_name, messages, wanted) => {
	expect(await questionTo(listOf(...messages), jane, '2026-01-15 09:35:00')).toBe(wanted);
});
