/** What the fields of 160.com.au make of what is written in them. */
import type { Reading } from '../../engine/inputs/fields';
import { delayUntil, phonePart, scheduling, senderFields } from '../../nodes/Sms160/fields';
import { sms160 } from '../../nodes/Sms160/provider';

const now = Date.parse('2026-01-15T09:35:00Z');
const reading: Reading = { field: 'Scheduled For', phone: sms160.phone, timezone: 'UTC', now, binary: () => ({ names: [] }) };
const inMinutes = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const delay = (minutes: number): number | undefined => delayUntil(scheduling.scheduledFor.read(inMinutes(minutes), reading)?.toMillis(), now);

test('a time becomes whole minutes, never too early, up to 31 days that were worked out a moment later', () => {
	expect([delay(1), delay(1.01), delay(90), delay(44_640), delay(44_640 + 0.5 / 60)]).toEqual([1, 2, 90, 44_640, 44_640]);
	expect(() => delay(44_640 + 2 / 60)).toThrow('at most 31 days ahead');
	expect(() => delay(0.9)).toThrow('at least 1 minute');
});

test.each([
	['0412 345', '412345'],
	['+61 412 345 678', '61412345678'],
	['0061 412 345', '61412345'],
	['+61 (0)412 345', '61412345'],
	['412-345', '412345'],
	[undefined, undefined],
])('a part of a number, written %j, is searched as %j', (written, part) => expect(phonePart(written)).toBe(part));

test('a virtual number that was copied with invisible signs and other hyphens is read', () => {
	const read = (written: string): string => senderFields.virtualNumber.read(written, { ...reading, field: 'Virtual Number' });
	expect(['\u202a+61480000003\u202c', '61 480\u2011000\u2011003', '0480 000 003'].map(read)).toEqual(Array.from({ length: 3 }, () => '61480000003'));
	expect(() => read('MyBrand')).toThrow('not a phone number');
});
