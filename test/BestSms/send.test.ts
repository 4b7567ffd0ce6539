/** What holds of BestSMS's sends beyond single exchanges: IDs, zones, files, what travels together. */
import { tryToParseDateTime } from 'n8n-workflow';

import type { GivenFile } from '../../engine/inputs/fields';
import { intoBatches } from '../../engine/run/execute';
import type { OperationOfKind } from '../../engine/operation';
import { send as operation } from '../../nodes/BestSms/actions/message/send.operation';
import { checkFiles, fillPerson } from '../../nodes/BestSms/links';
import type { TimeZone } from '../../nodes/BestSms/times';
import { sendTime } from '../../nodes/BestSms/times';

const send = operation as OperationOfKind<'batch'>;

const at = (iso: string, ownZone?: TimeZone) => ({ scheduledFor: { time: tryToParseDateTime(iso, 'UTC'), ...(ownZone && { ownZone }) } });
const values = (more: object = {}) => ({ to: ['+61412345678'], message: 'Hi', ...more }) as never;

describe('a moment', () => {
	test.each([
		['2099-06-05T00:00:00Z', 'AUS Eastern', '2099-06-05T10:00'],
		['2099-12-05T00:00:00Z', 'AUS Eastern', '2099-12-05T11:00'],
		['2099-06-05T00:00:00Z', 'E. Australia', '2099-06-05T10:00'],
		['2099-12-05T00:00:00Z', 'E. Australia', '2099-12-05T10:00'],
		['2099-06-05T00:00:00Z', 'W. Australia', '2099-06-05T08:00'],
		['2099-12-05T00:00:00Z', 'Cen. Australia', '2099-12-05T10:30'],
		['2099-12-05T00:00:00Z', 'New Zealand', '2099-12-05T13:00'],
		['2099-12-05T00:00:00Z', 'Central Pacific', '2099-12-05T11:00'],
	] as const)('%s is said in %s as %s', (iso, timeZone, SendTime) => {
		expect(sendTime(at(iso, timeZone))).toEqual({ SendTime, TimeZone: timeZone });
	});

	test('is in its own zone where BestSMS has a name for it, in whole minutes, never too early', () => {
		expect(sendTime(at('2099-06-05T00:00:00.001Z', 'New Zealand'))).toEqual({ SendTime: '2099-06-05T12:01', TimeZone: 'New Zealand' });
		expect(sendTime(at('2099-06-05T00:00:59Z'))).toEqual({ SendTime: '2099-06-05T10:01', TimeZone: 'AUS Eastern' });
		expect(sendTime({})).toEqual({});
	});

	test('of the hour that clocks go through twice is told from its repetition', () => {
		const said = ['2099-04-04T15:30:00Z', '2099-04-04T16:30:00Z'].map((iso) => sendTime(at(iso, 'AUS Eastern')));
		expect(said).toEqual([{ SendTime: '2099-04-05T01:30', TimeZone: 'E. Australia' }, { SendTime: '2099-04-05T02:30', TimeZone: 'E. Australia' }]);
	});
});

describe('what travels together', () => {
	const file = (identity: string, loaded: string[]): GivenFile => ({
		name: 'a.pdf',
		mimeType: 'application/pdf',
		size: 3,
		identity,
		base64: async () => {
			loaded.push(identity);
			return identity;
		},
	});
	const way = { ...send, subject: 'message', isItem: false, verb: 'sent' } as never;
	const ledger = { find: () => undefined } as never;
	function batches(rows: object[]): number[][] {
		const planned = rows.flatMap((row, item) => {
			const given = values(row);
			return send.entries(given, () => ({ reference: '' })).map((entry) => ({ item, entry, group: JSON.stringify([send.shared(given)]) }));
		});
		return intoBatches({ way, ledger }, planned as never).map((batch) => batch.map(({ item }) => item));
	}
	const number = (index: number) => ({ to: [`+6141234${String(1000 + index)}`] });

	test('is what has the same text and options, whatever is said of the recipient, up to 100', () => {
		expect(batches(Array.from({ length: 101 }, (_, index) => ({ ...number(index), firstName: String(index), custom1: 'x' }))).map(({ length }) => length)).toEqual([100, 1]);
	});

	test.each([
		[{ message: 'Other' }],
		[{ messageId: 'MINE' }],
		[{ reference: 'r' }],
		[{ subAccount: 's' }],
		[{ testMode: true }],
		[{ webhookFormat: 'XML' }],
		[at('2099-06-05T00:00:00Z', 'AUS Eastern')],
		[{ files: [file('a', [])] }],
	])('is not what differs in %j', (more) => {
		expect(batches([number(1), { ...number(2), ...more }, number(3)])).toEqual([[0, 2], [1]]);
	});

	test('is not what has another file of the same name and size', () => {
		const one = { files: [file('one', [])] };
		expect(batches([{ ...number(1), ...one }, { ...number(2), files: [file('two', [])] }, { ...number(3), ...one }])).toEqual([[0, 2], [1]]);
	});

	test.each([
		['two texts', [{ ...number(1), messageId: 'MINE' }, { ...number(2), messageId: 'MINE', message: 'Other' }]],
		['101 recipients', Array.from({ length: 101 }, (_, index) => ({ ...number(index), messageId: 'MINE' }))],
		['one number twice', [{ ...number(1), messageId: 'MINE' }, { ...number(1), messageId: 'MINE' }]],
	])('of one Message ID has to: %s are refused before sending', async (_name, rows) => {
		const looked = send.before?.(rows.map((row) => values(row)), (() => undefined) as never);
		await expect(looked).rejects.toMatchObject({ failureCause: 'input', field: 'Message ID', message: expect.stringContaining('"MINE"') });
	});

	test('of one Message ID may be a hundred people, each with details of their own', async () => {
		const rows = Array.from({ length: 100 }, (_, index) => values({ ...number(index), messageId: 'MINE', firstName: String(index) }));
		await expect(send.before?.([...rows, values(number(1)), values({ ...number(1), messageId: 'OTHER' })], (() => undefined) as never)).resolves.toBeUndefined();
	});

	test('loads its files once for all', async () => {
		const loaded: string[] = [];
		const rows = Array.from({ length: 100 }, (_, index) => values({ ...number(index), files: [file('one', loaded)] }));
		const [shared] = rows.map((row) => send.shared(row));
		const entries = rows.flatMap((row) => send.entries(row, () => ({ reference: '' })));
		const { body } = await send.request(entries, shared, { id: 'f'.repeat(40), now: 0 });
		expect(loaded).toEqual(['one']);
		expect(body?.['MessageData']).toMatchObject({ MessageID: 'f'.repeat(40), Files: [{ Name: 'a.pdf', Data: 'one' }] });
		expect((body?.['MessageData'] as { Destinations: unknown[] }).Destinations).toHaveLength(100);
	});

	test('weighs no more than is allowed', () => {
		const heavy = { ...file('one', []), size: 10_000_001 };
		expect(() => checkFiles({ message: '[[File1]]', files: [heavy] })).toThrow('has 10.0 MB, but at most 10 MB are allowed');
		expect(() => checkFiles({ message: '[[File1]]', files: [heavy], maxFilesSize: 11 })).not.toThrow();
	});
});

test('a text is filled in as BestSMS fills it in, and only with what it knows', () => {
	const person = { FirstName: 'Jane', LastName: undefined };
	expect(fillPerson('[[FirstName]] [[LastName]] [[File1]] [[firstname]] [[constructor]] {FirstName}', person)).toBe('Jane  [[File1]] [[firstname]] [[constructor]] {FirstName}');
});
