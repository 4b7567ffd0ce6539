import { byReference, contentOf, recent, recentLists, rowsFor, sentOutcome, sentRow } from '../../nodes/MobileMessage/messages';
import { listing } from '../listing';

const to = '61412345678';
const other = '61412345679';
const row = (id: string, more: object = {}) => ({
	message_id: id,
	recipient_number: to,
	sender_id: 'CompanyABC',
	message_content: 'Hi',
	status: 'sent',
	cost: 1,
	cust_ref: 'n8n-abc-0',
	requested_at: '2026-01-15 09:35:00',
	scheduled_for: null,
	...more,
});
const since = Date.parse('2026-01-15T09:00:00Z');

describe('what a retry without its ledger finds', () => {
	test('is by number, text, time and reference', async () => {
		const { send, requests } = listing(() => ({
			status: 'complete',
			results: [row('a'), row('b', { recipient_number: other, message_content: 'Ho', status: 'scheduled', cust_ref: null, scheduled_for: '2026-02-01 09:00:00' })],
		}));
		const { posted, whole } = await recent(send, since);
		expect(whole).toBe(true);
		expect(posted).toEqual([
			{
				ids: ['a'],
				to,
				text: 'Hi',
				at: Date.parse('2026-01-15T09:35:00Z'),
				reference: 'n8n-abc-0',
				outcome: expect.objectContaining({ accepted: true, output: expect.objectContaining({ messageId: 'a', status: 'sent', accepted: true }) }),
			},
			{
				ids: ['b'],
				to: other,
				text: 'Ho',
				at: Date.parse('2026-01-15T09:35:00Z'),
				reference: undefined,
				outcome: expect.objectContaining({ output: expect.objectContaining({ status: 'scheduled', scheduledFor: '2026-02-01T09:00:00Z' }) }),
			},
		]);
		expect(requests.map(({ query }) => query)).toEqual([{ from: '2026-01-15', limit: 200, offset: 0 }]);
	});

	test('is without what reached nobody, and without what is older', async () => {
		const rows = [
			row('failed', { status: 'failed' }),
			row('cancelled', { status: 'Cancelled ' }),
			row('old', { requested_at: '2026-01-15 08:59:59' }),
			row('in time', { requested_at: '2026-01-15 09:00:00' }),
			row('no time', { requested_at: null }),
			row('no status', { status: null }),
		];
		const { posted } = await recent(listing(() => ({ results: rows })).send, since);
		expect(posted.map(({ ids, at }) => [ids, at])).toEqual([[['in time'], since], [['no time'], undefined], [['no status'], Date.parse('2026-01-15T09:35:00Z')]]);
	});

	test('is read page by page, up to ten thousand', async () => {
		const page = (offset: string, length: number) => ({ results: Array.from({ length }, (_, index) => row(`${offset}-${index}`)) });
		const pages = (last: number) => listing(({ query = {} }) => page(String(query['offset']), Number(query['offset']) < 9_800 ? 200 : last));
		const some = pages(199);
		const many = pages(200);
		expect([await recent(some.send, since), await recent(many.send, since)].map(({ posted, whole }) => [posted.length, whole])).toEqual([[9_999, true], [10_000, false]]);
		expect(many.requests.map(({ query }) => query?.['offset'])).toEqual(Array.from({ length: 50 }, (_, page) => page * 200));
	});

	test('is read to its total, also where pages are shorter than was asked for', async () => {
		const all = Array.from({ length: 120 }, (_, index) => row(`id-${index}`));
		const by = (total: unknown, there: object[]) => listing(({ query = {} }) => ({ total, results: there.slice(Number(query['offset']), Number(query['offset']) + 50) }));
		const [told, asText, ended] = [by(120, all), by('120', all), by(120, all.slice(0, 100))];
		const found = [await recent(told.send, since), await recent(asText.send, since), await recent(ended.send, since)];
		expect(found.map(({ posted, whole }) => [posted.length, whole])).toEqual([[120, true], [120, true], [100, false]]);
		expect(told.requests.map(({ query }) => query?.['offset'])).toEqual([0, 50, 100]);
	});

	test('has a number in one form, however the provider writes it', async () => {
		const { posted } = await recent(listing(() => ({ results: [row('a', { recipient_number: '0412 345 678' }), row('b', { recipient_number: '+61412345678' })] })).send, since);
		expect(posted.map((one) => one.to)).toEqual([contentOf('0412345678', '', undefined).to, to]);
	});

	test('of sends to lists is one for all messages with one reference', async () => {
		const toWei = row('c', { cust_ref: 'sale', recipient_number: other, message_content: 'Hi Wei', requested_at: '2026-01-15 09:36:00' });
		const rows = [toWei, row('b', { cust_ref: 'sale', message_content: 'Hi Jane' }), row('a'), row('none', { cust_ref: null })];
		expect(await recentLists(listing(() => ({ results: rows })).send, since)).toEqual({
			whole: true,
			posted: [
				{ ids: ['c', 'b'], text: 'Hi Wei', reference: 'sale', at: Date.parse('2026-01-15T09:35:00Z'),
					outcome: { accepted: true, output: expect.objectContaining({ recipients: 2, reference: 'sale', accepted: true }) } },
				{ ids: ['a'], text: 'Hi', reference: 'n8n-abc-0', at: Date.parse('2026-01-15T09:35:00Z'), outcome: { accepted: true, output: expect.objectContaining({ recipients: 1, reference: 'n8n-abc-0' }) } },
			],
		});
	});

	test('of a send to a list that is still to go is told with its time', async () => {
		const send = async (status: string) => await recentLists(listing(() => ({ results: [row('a', { status, scheduled_for: '2099-02-01 09:00:00' }), row('b', { status })] })).send, since);
		expect([await send('scheduled'), await send('sent')].map(({ posted }) => posted[0]?.outcome?.output)).toMatchObject([
			{ status: 'scheduled', scheduledFor: '2099-02-01T09:00:00Z', recipients: 2 },
			{ status: 'queued', scheduledFor: null, recipients: 2 },
		]);
	});

	test('a row without an ID is a message all the same', async () => {
		const { posted } = await recent(listing(() => ({ results: [row('', { message_id: null, recipient_number: 61412345678, message_content: 123 })] })).send, since);
		expect(posted).toMatchObject([{ ids: [], to, text: '123' }]);
	});
});

test('a text with placeholders is filled in by the provider, so that its history holds another', () => {
	expect(['Hi', 'Hi {first_name}', 'Sale{optout}', 'Hi { name }', 'a {} b'].map((text) => contentOf(to, text, 'r'))).toEqual([
		{ to, text: 'Hi', isFilledIn: false, reference: 'r' },
		{ to, text: 'Hi {first_name}', isFilledIn: true, reference: 'r' },
		{ to, text: 'Sale{optout}', isFilledIn: true, reference: 'r' },
		{ to, text: 'Hi { name }', isFilledIn: false, reference: 'r' },
		{ to, text: 'a {} b', isFilledIn: false, reference: 'r' },
	]);
});

test('a text whose characters are taken out by the provider is another in its history as well', () => {
	const isOther = (text: string, keepsCharacters: boolean) => contentOf(to, text, 'r', keepsCharacters).isFilledIn;
	expect(['Жди нас, order 5', 'zwykły', 'Hi 🌏', '“you”'].map((text) => [isOther(text, false), isOther(text, true)])).toEqual([[true, false], [true, false], [true, false], [true, false]]);
	expect(['Hi', 'Hi Ödön, é 5 €', '[x] {y z}'].map((text) => isOther(text, false))).toEqual([false, false, false]);
});

describe('a message is looked for by a reference that was made for it', () => {
	const look = async (...rows: object[]) => await byReference(listing(() => ({ results: rows })).send, to, 'n8n-abc-0');

	test('it is there, whatever became of it', async () => {
		const { send, requests } = listing(() => ({ results: [row('a', { recipient_number: other }), row('b', { status: 'failed' })] }));
		expect(await byReference(send, to, 'n8n-abc-0')).toMatchObject({ accepted: true, output: { messageId: 'b', status: 'failed', accepted: true }, raw: { message_id: 'b' } });
		expect(requests).toEqual([{ method: 'GET', path: '/v1/messages', query: { custom_ref: 'n8n-abc-0' } }]);
	});

	test.each([
		['its number in another form', row('a', { recipient_number: '0412 345 678' })],
		['its number as a number', row('a', { recipient_number: 412345678 })],
		['no number', row('a', { recipient_number: null })],
		['blanks around its reference', row('a', { cust_ref: ' N8N-abc-0 ' })],
		['no reference, since it was asked for by it', row('a', { cust_ref: null })],
		['no status', row('a', { status: undefined })],
	])('it is there with %s', async (_name, one) => {
		expect(await look(one)).toMatchObject({ accepted: true, output: { messageId: 'a' } });
	});

	test('it is absent: none, somebody else\'s, or a list that overlooked the reference', async () => {
		expect([await look(), await look(row('a', { recipient_number: other })), await look(row('a', { cust_ref: 'n8n-abc-01' }), row('b', { cust_ref: 'n8n-abc-' }))]).toEqual([
			'absent',
			'absent',
			'absent',
		]);
	});

	test('a reference that the user typed is not looked for: others may have it too', async () => {
		const { send, requests } = listing(() => ({ results: [row('a')] }));
		expect([await byReference(send, to, undefined), requests]).toEqual(['unknown', []]);
	});
});

describe('rows of a response go to their messages', () => {
	const sent = [{ to, custom_ref: 'n8n-abc-1' }, { to, custom_ref: 'n8n-abc-10' }, { to: other, custom_ref: 'n8n-abc-2' }];
	const rows = (...given: object[]) => rowsFor(given.map((one) => sentRow.parse(one)), sent).map((found) => found?.message_id);
	const [a, b, c] = sent.map(({ to: number, custom_ref }, index) => ({ to: number, custom_ref, message_id: 'abc'[index] })) as [object, object, object];

	test.each([
		['in their order', [a, b, c], ['a', 'b', 'c']],
		['in another order', [c, a, b], ['a', 'b', 'c']],
		['where one is missing', [b, c], [undefined, 'b', 'c']],
		['by their place, where they name nobody and none is missing', [{ message_id: 'a' }, { message_id: 'b' }, { message_id: 'c' }], ['a', 'b', 'c']],
		['but not by their place where one is missing', [{ message_id: 'a' }, { message_id: 'b' }], [undefined, undefined, undefined]],
		['also with references cut short', [{ ...a, custom_ref: 'n8n-abc' }, { ...b, custom_ref: 'n8n-abc' }, { ...c, custom_ref: 'n8n-abc' }], ['a', 'b', 'c']],
		['but not with one cut short to another\'s', [{ ...a, custom_ref: 'n8n-abc-' }, { ...b, custom_ref: 'n8n-abc-1' }, c], ['a', undefined, 'c']],
		['also with a reference in other letters', [c, { ...a, custom_ref: ' N8N-ABC-1' }, { ...b, to: '0412 345 678' }], ['a', 'b', 'c']],
		['and to nobody where the number is somebody else\'s', [{ ...a, to: '61499999999' }, b, c], [undefined, 'b', 'c']],
		['and to nobody where the reference is another', [{ ...a, custom_ref: 'order-7' }, b, c], [undefined, 'b', 'c']],
		['each once', [a, a, a], ['a', undefined, undefined]],
	])('%s', (_name, given, expected) => {
		expect(rows(...given)).toEqual(expected);
	});
});

test('rows with references cut short, in another order, are not given to messages with another text', () => {
	const sent = ['one', 'two'].map((message, index) => ({ to, message, custom_ref: `n8n-abc-${index}` }));
	const rows = (...texts: string[]) => rowsFor(texts.map((message) => sentRow.parse({ to, message, custom_ref: 'n8n-abc', message_id: message })), sent).map((found) => found?.message_id);
	expect([rows('one', 'two'), rows('two', 'one')]).toEqual([['one', 'two'], [undefined, undefined]]);
});

describe('messages to one number with one reference are told apart by their texts', () => {
	const sent = ['Doors open at 8', 'Bring your ticket'].map((message) => ({ to, message, custom_ref: 'gig' }));
	const row = (message: string | null, message_id: string) => ({ to, message, custom_ref: 'GIG', message_id });
	const rows = (...given: object[]) => rowsFor(given.map((one) => sentRow.parse(one)), sent).map((found) => found?.message_id);
	const [a, b] = [row('Doors open at 8', 'a'), row(' Bring your ticket', 'b')];

	test.each([
		['in their order', [a, b], ['a', 'b']],
		['in another order', [b, a], ['a', 'b']],
		['where the first is missing', [b], [undefined, 'b']],
		['where the last is missing', [a], ['a', undefined]],
		['by their place, where their texts were changed', [row('Doors open at 8pm', 'a'), row(null, 'b')], ['a', 'b']],
		['and not at all, where one is missing and its text was changed', [row('Bring your ticket!', 'b')], [undefined, undefined]],
		['nor by the place of one that is there twice', [row('Bring your ticket', 'b'), b], [undefined, 'b']],
		['nor by a reference cut short', [{ ...b, custom_ref: 'gi' }], [undefined, undefined]],
	])('%s', (_name, given, expected) => {
		expect(rows(...given)).toEqual(expected);
	});
});

describe('a row says whether its message was accepted', () => {
	const outcome = (more: object) => sentOutcome(sentRow.parse({ to, message_id: 'a', ...more }), undefined);

	test.each(['success', 'Success', ' SUCCESS ', 'queued', 'pending', 'scheduled', 'sent'])('%j: it was', (status) => {
		expect(outcome({ status })).toMatchObject({ accepted: true, output: { messageId: 'a', status: 'queued', accepted: true } });
	});

	test.each([
		['error', 'failed'], ['ERROR', 'failed'], ['blocked', 'blocked'], [' Blocked', 'blocked'], ['failed', 'failed'],
	])('%j: it was not', (status, shown) => {
		expect(outcome({ status })).toMatchObject({ accepted: false, reason: `The provider answered "${status}"`, output: { status: shown, accepted: false } });
		expect(outcome({ status, error: 'Invalid phone number format' })).toMatchObject({ reason: 'Invalid phone number format', advice: 'Check the number, and whether its country is right.' });
	});

	test('what a refused row leaves out is as it was sent; of an accepted one it is not known', () => {
		const sent = { to, sender: 'CompanyABC', message: 'Hi', custom_ref: 'r' };
		const output = (status: string, more: object = {}) => sentOutcome(sentRow.parse({ status, ...more }), undefined, sent)?.output;
		expect(output('blocked')).toMatchObject({ to, from: 'CompanyABC', text: 'Hi', reference: 'r', status: 'blocked', segments: null });
		expect(output('error', { message: 'Hi Jane', sender: '' })).toMatchObject({ from: 'CompanyABC', text: 'Hi Jane', reference: 'r' });
		expect(output('success')).toMatchObject({ from: null, text: null, reference: null });
	});

	test('a text of what went wrong says so too, where the status is another', () => {
		expect(outcome({ status: 'skipped', error: 'Too long' })).toMatchObject({ accepted: false, reason: 'Too long' });
		expect(outcome({ error: 'Too long' })).toMatchObject({ accepted: false });
		expect(outcome({ status: 'success', error: 'none' })).toMatchObject({ accepted: true });
	});

	test.each([undefined, null, '', 'skipped', 'ok', 1, true, {}])('%j: it does not say', (status) => {
		expect(outcome({ status })).toBeUndefined();
		expect(outcome({ status, error: '' })).toBeUndefined();
	});

	test('a scheduled one is told with its time', () => {
		expect(sentOutcome(sentRow.parse({ status: 'success', cost: '2' }), '2026-02-01T09:00:00Z')).toMatchObject({
			output: { status: 'scheduled', scheduledFor: '2026-02-01T09:00:00Z', segments: 2, cost: 2 },
		});
	});
});
