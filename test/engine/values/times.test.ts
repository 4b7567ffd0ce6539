import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { runInNewContext } from 'node:vm';

import { DateTime } from 'luxon';

import { isTimeZone, parseDay, parseTime } from '../../../engine/values/times';

const utc = (raw: unknown, zone = 'Australia/Sydney'): string | null => {
	const parsed = parseTime(raw, zone);
	return 'time' in parsed ? parsed.time.toUTC().toISO() : parsed.refusal;
};
const day = (raw: unknown): string => {
	const parsed = parseDay(raw, 'Australia/Sydney');
	return 'day' in parsed ? parsed.day : parsed.refusal;
};

const unread = 'is not a date and time in ISO form';

test.each([
	['what the picker gives', '2026-06-05T09:00:00', '2026-06-04T23:00:00.000Z'],
	['SQL', '2026-06-05 09:00:00', '2026-06-04T23:00:00.000Z'],
	['without seconds', '2026-06-05 09:00', '2026-06-04T23:00:00.000Z'],
	['a date alone', '2026-06-05', '2026-06-04T14:00:00.000Z'],
	['UTC', '2026-06-05T09:00:00.123Z', '2026-06-05T09:00:00.123Z'],
	['an offset', '2026-06-05T09:00:00-05:00', '2026-06-05T14:00:00.000Z'],
	['SQL with an offset', '2026-06-05 09:00:00.000 +10:00', '2026-06-04T23:00:00.000Z'],
	['milliseconds', 1780650000000, '2026-06-05T09:00:00.000Z'],
	['milliseconds as a text', '1780650000000', '2026-06-05T09:00:00.000Z'],
	['a JavaScript date', new Date('2026-06-05T09:00:00Z'), '2026-06-05T09:00:00.000Z'],
	['a JavaScript date of a Code node', runInNewContext('new Date("2026-06-05T09:00:00Z")'), '2026-06-05T09:00:00.000Z'],
	['small letters, and blanks around it', ' 2026-06-05t09:00:00z ', '2026-06-05T09:00:00.000Z'],
	['an offset without minutes', '2026-06-05T09:00:00+10', '2026-06-04T23:00:00.000Z'],
	['an offset without a colon', '2026-06-05T09:00:00+0930', '2026-06-04T23:30:00.000Z'],
	['a comma before the fraction', '2026-06-05T09:00:00,5Z', '2026-06-05T09:00:00.500Z'],
	['a Luxon time in another zone', DateTime.fromISO('2026-06-05T09:00:00', { zone: 'Asia/Tokyo' }), '2026-06-05T00:00:00.000Z'],
])('%s', (_name, raw, expected) => {
	expect(utc(raw)).toBe(expected);
});

const others = [
	'05/06/2026 09:00', '05/06/2026', '2026/06/05', '1 April 2026', 'Wed, 01 Apr 2026 09:00:00 GMT',
 '2026-06-05T09:00:60', '2026-06-05T25:00', '2026-06-05 at 09:00', '0026-06-05', ['2026-06-05'],
	'2026-06-05T09:00:00+15:00', '2026-06-05T09:00:00+10:60', '2026-06-05+10:00', 'on 2026-06-05', undefined, null, '',
	'4', '2026', '2026-06', '20260605', 46178, '2026-06-05T24:00', '2026-06-05T09:60', '2026-6-5', true, {},
];

test.each(others)('%p is not guessed at', (raw) => {
	expect(utc(raw)).toBe(unread);
	expect(day(raw)).toBe('is not a date in ISO form');
});

test('the advice shows how to convert it', () => {
	expect(parseTime('05/06/2026 09:00', 'UTC')).toHaveProperty('advice', "Write it like 2026-04-01T09:00:00, or convert it: {{ DateTime.fromFormat($json.date, 'dd/MM/yyyy HH:mm') }}.");
	expect(parseDay('05/06/2026', 'UTC')).toHaveProperty('advice', "Write it like 2026-04-01, or convert it: {{ DateTime.fromFormat($json.date, 'dd/MM/yyyy') }}.");
	expect(parseTime(1780650000, 'UTC')).toEqual({ refusal: 'can be read as seconds or as milliseconds', advice: 'Convert seconds since 1970: {{ DateTime.fromSeconds(Number($json.date)) }}.' });
});

test('a date that is none', () => {
	expect(parseTime(new Date('soon'), 'UTC')).toEqual({ refusal: 'is not a date', advice: expect.stringContaining('dd/MM/yyyy HH:mm') });
	expect(parseDay(new Date('soon'), 'UTC')).toEqual({ refusal: 'is not a date in ISO form', advice: expect.stringContaining("'dd/MM/yyyy'") });
	expect([utc(DateTime.fromISO('soon')), utc('1780650000'), utc('1780650000.5'), day(1780650000)]).toEqual([
		unread, ...Array.from({ length: 3 }, () => 'can be read as seconds or as milliseconds'),
	]);
});

test('the name of a zone', () => {
	expect(['Australia/Sydney', 'UTC', 'Nowhere/City', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});

test('what to do about a day or a time that does not exist', () => {
	expect([parseTime('2026-02-30', 'UTC'), parseDay('2026-02-30', 'UTC')]).toMatchObject([{ advice: 'Check the date.' }, { advice: 'Check the date.' }]);
	expect(parseTime('2026-10-04T02:30:00', 'Australia/Sydney')).toHaveProperty('advice', 'Pick an earlier or a later time.');
});

test('days and times that do not exist', () => {
	expect([utc('2026-02-30'), utc('2026-02-30T09:00:00Z'), day('2026-02-30'), day('2026-13-01T09:00:00+10:00')]).toEqual(Array.from({ length: 4 }, () => 'is a day that does not exist'));
	expect([utc('2028-02-29'), day('2028-02-29')]).toEqual(['2028-02-28T13:00:00.000Z', '2028-02-29']);
	expect(utc('2026-10-04T02:30:00')).toBe('is a time that does not exist in Australia/Sydney, where clocks go forward then');
	expect(utc('2026-10-04T02:15:00', 'Australia/Lord_Howe')).toContain('does not exist in Australia/Lord_Howe');
	// The day is there all the same.
	expect(day('2026-10-04T02:30:00')).toBe('2026-10-04');
});

test('of an hour that the clocks go through twice, the first', () => {
	expect(utc('2026-04-05T02:30:00')).toBe('2026-04-04T15:30:00.000Z');
	expect(utc('2026-04-05T02:30:00+10:00')).toBe('2026-04-04T16:30:00.000Z');
	expect(utc('2026-11-01T01:30:00', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
});

test('a day is the one that was written; of a moment it is the one in UTC', () => {
	expect(['2026-06-05', '2026-06-05T00:00:00', '2026-06-05 09:00:00'].map(day)).toEqual(['2026-06-05', '2026-06-05', '2026-06-05']);
	expect([day('2026-06-05T09:00:00+10:00'), day(1780650000000), day(DateTime.fromISO('2026-06-05T08:00:00', { zone: 'Asia/Tokyo' }))]).toEqual(['2026-06-04', '2026-06-05', '2026-06-04']);
});

test.each(['America/New_York', 'Pacific/Apia'])('a server in %s reads the same', (zone) => {
	const code = `const { parseDay, parseTime } = require(${JSON.stringify(path.resolve(__dirname, '../../../engine/values/times.ts'))});
		const given = ['2026-06-05T09:00:00', '2026-06-05 09:00', '2026-06-05', '2026-10-04T02:30:00', '2026-02-30', '05/06/2026 09:00', '2026-6-5'];
		console.log(JSON.stringify(given.map((raw) => [parseTime(raw, 'Australia/Sydney'), parseDay(raw, 'Australia/Sydney')].map((read) => read.time?.toUTC().toISO() ?? read.day ?? 'refused'))));`;
	const told = execFileSync(process.execPath, [require.resolve('tsx/cli'), '-e', code], { encoding: 'utf8', env: { ...process.env, TZ: zone } });
	expect(JSON.parse(told)).toEqual([
		['2026-06-04T23:00:00.000Z', '2026-06-05'],
		['2026-06-04T23:00:00.000Z', '2026-06-05'],
		['2026-06-04T14:00:00.000Z', '2026-06-05'],
		['refused', '2026-10-04'],
		['refused', 'refused'],
		['refused', 'refused'],
		['refused', 'refused'],
	]);
});
