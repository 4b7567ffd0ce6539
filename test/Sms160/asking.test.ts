/** Which question a reply belongs to: the provider lists messages newest first, with times of no zone. */
import type { Send } from '../../engine/operation';
import { sms160Inbox } from '../../nodes/Sms160/events';
import { isFollowed, questionTo } from '../../nodes/Sms160/messages';

const jane = '61412345678';
const address = (id: string) => `https://n8n.example.com/webhook-waiting/${id}/node?q=w0-abcdef&signature=ab`;
const row = (id: string, datePosted: string, more: object = {}) => ({ messageId: id, recipient: jane, datePosted, statusCode: '1', callbackURL: address(id), ...more });
const listOf = (...messages: object[]): Send => async (_request, schema) => schema.parse(await Promise.resolve({ messages, links: [] }));

test.each([
	['the newest', [row('2', '2026-01-15 09:34:00'), row('1', '2026-01-15 09:30:00')], address('2')],
	['none that was asked after the reply, which was polled late', [row('2', '2026-01-15 09:36:00'), row('1', '2026-01-15 09:30:00')], address('1')],
	// Asked since, and polled late; or written down by a clock of another zone.
	['none, where one seems hours newer than the reply', [row('2', '2026-01-15 19:34:00')], undefined],
	['one that is followed by its own clarification, of whatever time', [row('3', '2026-01-15 09:35:00', { callbackURL: address('1') }), row('1', '2026-01-15 09:30:00')], address('1')],
	['none of the second in which the reply was written', [row('2', '2026-01-15 09:35:00'), row('1', '2026-01-15 09:30:00')], undefined],
	['none, where two are of one second', [row('2', '2026-01-15 09:34:00'), row('1', '2026-01-15 09:34:00')], undefined],
	['none, where a message has no time', [row('2', '', { callbackURL: null }), row('1', '2026-01-15 09:30:00')], undefined],
	['none, where an older message was sent later, maybe after it', [row('2', '2026-01-15 09:30:00'), row('1', '2026-01-15 08:00:00', { callbackURL: null, dateSent: '2026-01-15 09:33:00' })], undefined],
	['one from the number that was written to, whatever others sent later', [
		row('3', '2026-01-15 09:34:00', { sender: '61480000009' }), row('2', '2026-01-15 09:33:00', { sender: 'MyBrand', callbackURL: null }), row('1', '2026-01-15 09:30:00', { sender: '0480 000 003' }),
	], address('1')],
	['none, where another message came after the question', [row('2', '2026-01-15 09:34:00', { callbackURL: null }), row('1', '2026-01-15 09:30:00')], undefined],
	['one, where the message after it did not arrive', [row('2', '2026-01-15 09:34:00', { callbackURL: null, statusCode: '2' }), row('1', '2026-01-15 09:30:00')], address('1')],
	['one, where the message after it is still to go', [
		row('2', '2026-01-15 09:34:00', { callbackURL: null, statusCode: '-1', dateScheduled: '2026-02-01 09:00:00' }), row('1', '2026-01-15 09:30:00'),
	], address('1')],
	['none, where the message after it goes at once', [row('2', '2026-01-15 09:34:00', { callbackURL: null, statusCode: '-1', delayFor: '0' }), row('1', '2026-01-15 09:30:00')], undefined],
	['none, where the message after it was put off by no time', [
		row('2', '2026-01-15 09:34:00', { callbackURL: null, statusCode: '-1', dateScheduled: '2026-01-15 09:34:00' }), row('1', '2026-01-15 09:30:00'),
	], undefined],
	['one whose date of sending is none', [row('1', '2026-01-15 09:30:00', { dateSent: '0000-00-00 00:00:00' })], address('1')],
	['none of somebody else', [row('1', '2026-01-15 09:30:00', { recipient: '61412345679' })], undefined],
])('%s', async (_name, messages, wanted) => {
	expect(await questionTo(listOf(...messages), { from: jane, to: '61480000003', writtenAt: '2026-01-15 09:35:00' })).toBe(wanted);
});

test('a call that names no time is of now; what is polled without one belongs to nothing', async () => {
	const send = listOf(row('2', '2026-01-15 09:34:00'), row('1', '2026-01-15 09:30:00'));
	expect(await questionTo(send, { from: jane, writtenAt: undefined })).toBe(address('2'));
	expect(await sms160Inbox.lead?.({ event: 'inbound', output: { from: jane, receivedAt: null } }, send)).toBeUndefined();
	expect(await sms160Inbox.lead?.({ event: 'inbound', output: { from: jane, receivedAt: '2026-01-15 09:33:00' } }, send)).toBe(address('1'));
});

describe('a text that followed the question', () => {
	const question = row('5', '2026-01-15 09:30:00');
	const clarification = row('9', '2026-01-15 09:35:00', { callbackURL: address('5') });
	const other = row('8', '2026-01-15 09:34:00');

	test.each([
		['is there, by the address that only this question has', [clarification, other, question], '5', true],
		['is not there', [other, question], '5', false],
		['is there beside a question whose ID is not known', [clarification, question], undefined, true],
		['is not there, where the only one may be the question', [other, question], undefined, false],
	])('%s', async (_name, messages, id, wanted) => {
		expect(await isFollowed(listOf(...messages), address('5'), id)).toBe(wanted);
	});

	test.each([
		['the question is not listed', [other]],
		['callbacks are not listed', [row('5', '2026-01-15 09:30:00', { callbackURL: null })]],
	])('cannot be told of where %s', async (_name, messages) => {
		await expect(isFollowed(listOf(...messages), address('5'), '5')).rejects.toThrow('cannot be told');
	});

	test('is looked for back to the question, whatever the order of IDs', async () => {
		const pages = [[other], [clarification], [question], [row('1', '2026-01-15 09:00:00')]];
		const asked: unknown[] = [];
		const send: Send = async ({ query }, schema) => {
			const page = Number(query?.['page'] ?? 1);
			asked.push(page);
			return schema.parse(await Promise.resolve({ messages: pages[page - 1], links: [{ rel: 'next', href: `/v1/messages?page=${page + 1}` }] }));
		};
		expect([await isFollowed(send, address('5'), '5'), asked]).toEqual([true, [1, 2, 3]]);
	});
});
