import type { ProviderRequest } from '../../engine/operation';
import { batchesSince, bookmark, contentOf, idsOf, isSameNumber, isSought, messageRow, postedSince, recent, recentBatches, sentOutcome, statusOf } from '../../nodes/Sms160/messages';
import { listing } from '../listing';

const to = '61412345678';
const other = '61412345679';
const row = (messageId: unknown, more: object = {}) => ({ messageId, recipient: to, message: 'Hi A', statusCode: '-1', status: 'Queued', ...more });

/** Both lists, each with its rows on pages of `size`, filtered by ID as documented. */
function lists({ usual = [], delayed = [], size = 100, links = true }: { usual?: object[]; delayed?: object[]; size?: number; links?: boolean }) {
	return listing(({ query = {} }: ProviderRequest) => {
		const from = query['messageIdFrom'];
		const rows = (query['delayed'] === '1' ? delayed : usual).filter(
			(one) => from === undefined || !('messageId' in one) || !/^\d+$/.test(String(one.messageId)) || BigInt(String(one.messageId)) >= BigInt(String(from)),
		);
		const page = Number(query['page']);
		const more = rows.length > page * size;
		const next = new URLSearchParams({ ...Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])), page: String(page + 1) });
		return { messages: rows.slice((page - 1) * size, page * size), ...(links && { links: more ? [{ rel: 'next', href: `https://api.160.com.au/v1/messages?${next.toString()}` }] : [] }) };
	});
}

describe('a bookmark', () => {
	test('is the highest ID of both lists, asked for in two small requests', async () => {
		const { send, requests } = lists({ usual: [row(7), row('6')], delayed: [row('12'), row(9)] });
		expect(await bookmark(send)).toBe('12');
		expect(requests.map(({ query }) => query)).toEqual([{ page: 1, limit: 10, delayed: undefined }, { page: 1, limit: 10, delayed: '1' }]);
	});

	test.each([
		['no messages at all', {}, '0'],
		['one list that holds both kinds', { usual: [row(8), row(7)], delayed: [row(8)] }, '8'],
		['IDs of 18 digits, also where they differ only in the last', { usual: [row('912345678901234567'), row('912345678901234566')], delayed: [row('912345678901234568')] }, '912345678901234568'],
		['IDs of different lengths', { usual: [row('1000'), row('999')] }, '1000'],
	])('of %s', async (_name, given, expected) => {
		expect(await bookmark(lists(given).send)).toBe(expected);
	});

	test.each([
		['ascend', { usual: [row(6), row(7)] }],
		['ascend in the scheduled list', { usual: [row(9)], delayed: [row(7), row(8)] }],
		['repeat', { usual: [row(7), row(7)] }],
		['are no numbers', { usual: [row('7a')] }],
		['are missing', { usual: [{ recipient: to }] }],
		['are null', { delayed: [row(null)] }],
		['have a sign', { usual: [row(-7)] }],
	])('is none where IDs %s', async (_name, given) => {
		await expect(bookmark(lists(given).send)).rejects.toThrow('IDs do not descend');
	});
});

describe('what was posted since a bookmark', () => {
	const everybody = [{ recipient: to }, { recipient: other }];

	test('comes from both lists, oldest first, each message once, and none that was there before', async () => {
		// A provider that overlooks the filter must not turn old messages into new ones.
		const { send, requests } = listing(({ query = {} }) => ({ messages: query['delayed'] === '1' ? [row(12), row(9)] : [row(11, { recipient: other }), row(10), row(9), row(8)], links: [] }));
		const posted = await postedSince(send, '9', everybody);
		expect(posted?.map(({ ids, to: number, text, outcome }) => [ids, number, text, outcome?.accepted])).toEqual([
			[['10'], to, 'Hi A', true],
			[['11'], other, 'Hi A', true],
			[['12'], to, 'Hi A', true],
		]);
		expect(requests.map(({ query }) => query)).toEqual([
			{ page: 1, limit: 100, messageIdFrom: '10', delayed: undefined },
			{ page: 1, limit: 100, messageIdFrom: '10', delayed: '1' },
		]);
	});

	test('is told apart by IDs of 18 digits', async () => {
		const { send, requests } = lists({ usual: [row('912345678901234568'), row('912345678901234567')] });
		expect((await postedSince(send, '912345678901234567', everybody))?.map(({ ids }) => ids)).toEqual([['912345678901234568']]);
		expect(requests[0]?.query).toMatchObject({ messageIdFrom: '912345678901234568' });
	});

	test.each([true, false])('is read on all pages, with links: %s', async (links) => {
		const usual = Array.from({ length: 250 }, (_, index) => row(1000 - index));
		expect(await postedSince(lists({ usual, links }).send, '1', everybody)).toHaveLength(250);
	});

	test('is not told when it is too much to look through', async () => {
		const usual = Array.from({ length: 2001 }, (_, index) => row(10_000 - index));
		const { send, requests } = lists({ usual });
		expect(await postedSince(send, '1', everybody)).toBeUndefined();
		expect(requests).toHaveLength(21);
	});

	test.each([
		['without an ID', row(null)],
		['without an ID', row('x1')],
		['without its recipient', row(10, { recipient: null })],
		['without its recipient', row(10, { recipient: '' })],
		['to this number without its text', row(10, { message: null })],
	])('cannot be told where a message is listed %s', async (how, one) => {
		await expect(postedSince(lists({ usual: [one] }).send, '9', everybody)).rejects.toThrow(`160.com.au lists a message ${how}`);
	});

	test('may hold messages to others without their text, such as codes', async () => {
		expect(await postedSince(lists({ usual: [row(10, { recipient: '61499999999', message: '' })] }).send, '9', everybody)).toHaveLength(1);
	});

	test('a message of a group is not free when its batch is claimed; a batch 0 is none', async () => {
		const posted = await postedSince(lists({ usual: [row(11, { batchId: 0 }), row(10, { batchId: '912345678901234567' })] }).send, '9', everybody);
		expect(posted?.map(({ partOf }) => partOf)).toEqual([['batch 912345678901234567'], undefined]);
	});
});

describe('sends to groups since a bookmark', () => {
	const batch = (batchId: unknown, ...rows: object[]) => rows.map((one) => ({ ...one, batchId }));

	test('are batches, known by all their messages, and there when nobody is missing', async () => {
		const usual = [...batch(8, row(14, { recipient: other })), ...batch(77, row(13, { recipient: other }), row(12))];
		const posted = await batchesSince(lists({ usual, delayed: batch('78', row(11, { message: 'Later' }), row(10, { message: 'Later' })) }).send, '9', 2);
		expect(posted).toEqual([
			{
				ids: ['10', 'batch 78', '11', 'batch 78'],
				text: 'Later',
				outcome: expect.objectContaining({ accepted: true, output: [expect.objectContaining({ messageId: '10', to }), expect.objectContaining({ messageId: '11' })] }),
			},
			{
				ids: ['12', 'batch 77', '13', 'batch 77'],
				text: 'Hi A',
				outcome: expect.objectContaining({ raw: [expect.objectContaining({ messageId: '12' }), expect.objectContaining({ messageId: '13', recipient: other })] }),
			},
			{ ids: ['14', 'batch 8'], text: 'Hi A' },
		]);
	});

	test('are not whole where nobody knows how large the group is', async () => {
		expect(await batchesSince(lists({ usual: batch(77, row(10)) }).send, '9', Number.POSITIVE_INFINITY)).toEqual([{ ids: ['10', 'batch 77'], text: 'Hi A' }]);
	});

	test.each([null, '', 0, '0'])('may hold a message of batch %j, so that is a part of something unknown', async (batchId) => {
		expect(await batchesSince(lists({ usual: batch(batchId, row(11), row(10)) }).send, '9', 1)).toEqual([{ ids: ['10'], text: 'Hi A' }, { ids: ['11'], text: 'Hi A' }]);
	});

	test('are none of several texts', async () => {
		expect(await batchesSince(lists({ usual: batch(77, row(11), row(10, { message: 'Hi B' })) }).send, '9', 2)).toEqual([]);
	});

	test('cannot be told where a text is missing, and are not told when there are too many', async () => {
		await expect(batchesSince(lists({ usual: batch(77, row(10, { message: undefined })) }).send, '9', 1)).rejects.toThrow('160.com.au lists a message of a batch without its text');
		expect(await batchesSince(lists({ usual: [row(10, { message: null })] }).send, '9', 1)).toEqual([{ ids: ['10'], text: '' }]);
		expect(await batchesSince(lists({ usual: Array.from({ length: 2001 }, (_, index) => row(10_000 - index)) }).send, '1', 1)).toBeUndefined();
	});
});

describe('what a retry without its ledger finds', () => {
	const since = Date.parse('2026-01-15T09:00:00Z');

	test('is from both lists, from so early on that any time zone is covered', async () => {
		const { send, requests } = lists({ usual: [row(11), row(10)], delayed: [row(12, { message: 'Later' }), row(11)] });
		const { posted, whole } = await recent(send, since);
		expect(posted.map(({ ids, text }) => [ids, text])).toEqual([[['11'], 'Hi A'], [['10'], 'Hi A'], [['12'], 'Later']]);
		expect(whole).toBe(true);
		expect(requests.map(({ query }) => query)).toEqual([
			{ page: 1, limit: 100, dateFrom: '2026-01-14 19:00:00', delayed: undefined },
			{ page: 1, limit: 100, dateFrom: '2026-01-14 19:00:00', delayed: '1' },
		]);
	});

	test('is without what was not delivered', async () => {
		expect((await recent(lists({ usual: [row(11, { statusCode: 2 }), row(10, { statusCode: '1' })] }).send, since)).posted.map(({ ids }) => ids)).toEqual([['10']]);
	});

	test.each([[10_000, true], [10_001, false]])('is the newest 10,000 of a list of %i (whole: %s)', async (length, isWhole) => {
		const { send, requests } = lists({ usual: Array.from({ length }, (_, index) => row(20_000 - index)), delayed: [row(30_000)] });
		const { posted, whole } = await recent(send, since);
		expect([posted.length, posted[0]?.ids, whole, requests.length]).toEqual([10_001, ['20000'], isWhole, 101]);
	});

	test('of sends to groups is one for all messages of a batch, also where they are not all there', async () => {
		const usual = [row(12, { batchId: 78, message: 'Sale' }), row(11, { batchId: 77 }), row(10, { batchId: 77 }), row(9)];
		const { posted, whole } = await recentBatches(lists({ usual }).send, since);
		expect(whole).toBe(true);
		expect(posted.map(({ ids, text, to: one, outcome }) => [ids, text, one, outcome?.accepted])).toEqual([
			[['12', 'batch 78'], 'Sale', undefined, true],
			[['11', 'batch 77', '10', 'batch 77'], 'Hi A', undefined, true],
		]);
	});
});

describe('a number is the same', () => {
	test.each([
		['61412345678', true], ['+61 412 345 678', true], ['0412345678', true], ['0412 345 678', true], ['412345678', true], [' 61412345678 ', true], ['0061412345678', true],
		['61412345679', false], ['2345678', false], ['', false], [null, false], [undefined, false], ['64412345678', false],
	])('written %j: %s', (written, expected) => {
		expect(isSameNumber(written, to)).toBe(expected);
		expect(isSameNumber(to, written)).toBe(expected);
		expect(contentOf(written ?? '', 'x').to === contentOf(to, 'x').to).toBe(expected);
	});

	test('for landlines and other countries too, and for test numbers', () => {
		expect([
			isSameNumber('0298765432', '61298765432'),
			isSameNumber('64211234567', '64211234567'),
			isSameNumber('0211234567', '64211234567'),
			isSameNumber('1', '+0-000-000-000-1'),
			isSameNumber('00000000002', '+0-000-000-000-1'),
		]).toEqual([true, true, false, true, false]);
	});
});

test('a row is sought by number and text, however blanks, case and punctuation came through', () => {
	const sought = { recipient: to, message: 'Hi Zoë: 5 € off!' };
	const isFound = (more: object) => isSought(sought, messageRow.parse(row(1, more)));
	expect(
		[{ message: 'Hi Zoë: 5 € off!' }, { message: ' hi zoë 5  off', recipient: '0412345678' }, { message: 'Hi Zoë: 5 € off!', recipient: other }, { message: 'Hi Zo: 5 off' }, { message: null }, {}].map(
			isFound,
		),
	).toEqual([true, true, false, false, false, false]);
});

test('what a message is known by: its ID and its batch, where it has them', () => {
	const ids = (more: object) => idsOf(messageRow.parse(more));
	expect([ids({ messageId: 7, batchId: 77 }), ids({ messageId: '7' }), ids({ batchId: 77 }), ids({ messageId: 0, batchId: '0' }), ids({ messageId: null, batchId: '' })]).toEqual([
		['7', 'batch 77'],
		['7'],
		['batch 77'],
		[],
		[],
	]);
});

describe('a row of an accepted request', () => {
	const outcome = (more: object) => sentOutcome(messageRow.parse(row(7, more)));

	test.each([
		['-1', 'queued'],
		[' 0', 'sent'],
		[1, 'delivered'],
		[2, 'failed'],
		['4', 'unknown'],
		[null, 'unknown'],
		[true, 'unknown'],
	])('with an ID is accepted, whatever its status code %j says', (statusCode, status) => {
		expect(outcome({ statusCode })).toMatchObject({ accepted: true, output: { messageId: '7', status, accepted: true } });
	});

	test.each([null, undefined, '', ' ', 0, '0', {}])('with the ID %j says nothing', (messageId) => {
		expect(outcome({ messageId })).toBeUndefined();
		expect(outcome({ messageId, statusCode: '4' })).toBeUndefined();
	});

	test('without an ID is refused where its status says so', () => {
		expect(outcome({ messageId: null, statusCode: 2, status: 'Barred' })).toMatchObject({ accepted: false, reason: 'Barred', output: { to, status: 'failed', accepted: false } });
		expect(outcome({ messageId: 0, statusCode: 2, status: '' })).toMatchObject({ reason: 'The provider gave the message no ID', output: { reason: 'The provider gave the message no ID' } });
		expect(outcome({ messageId: 0, statusCode: 2 })?.output).toHaveProperty('messageId', null);
	});

	test('codes that are not listed are unknown', () => {
		expect(['3', '', undefined, null, 'Sent'].map(statusOf)).toEqual(Array(5).fill('unknown'));
	});
});
