import type { Field, Reading } from '../../../engine/inputs/fields';
import { choice, clearable, dateTime, day, defaultCountry, flag, integer, numberedLocator, phone, rows, text } from '../../../engine/inputs/fields';

const reading: Reading = { field: 'It', phone: { region: 'AU', form: 'digits' }, timezone: 'Australia/Sydney', now: Date.parse('2030-01-01T00:00:00Z') };
const read = <V>(field: Field<V>, raw: unknown) => field.read(raw, reading);
const refusal = (field: Field<unknown>, raw: unknown) => {
	try {
		field.read(raw, reading);
	} catch (thrown) {
		return (thrown as Error).message;
	}
	return undefined;
};

test('a text takes numbers, which spreadsheets make of codes, and refuses lists', () => {
	expect(read(text({ label: 'It' }), 42)).toBe('42');
	expect(read(text({ label: 'It' }), '')).toBeUndefined();
	expect(refusal(text({ label: 'It' }), ['a'])).toBe('is not a text');
	expect(refusal(text({ label: 'It', required: true }), '  ')).toBe('is empty');
	expect(refusal(text({ label: 'It', required: true }), null)).toBe('is empty');
	expect(refusal(text({ label: 'It', maxLength: 3 }), 'abcd')).toBe('has 4 characters, but at most 3 are allowed');
});

test('a whole number within bounds', () => {
	const field = integer({ label: 'It', min: 1, max: 99 });
	expect(read(field, '7')).toBe(7);
	expect(refusal(field, 1.5)).toBe('is not a whole number');
	expect(refusal(field, 'x')).toBe('is not a whole number');
	expect(refusal(field, 0)).toBe('is 0, but must be at least 1');
	expect(refusal(field, 100)).toBe('is 100, but must be at most 99');
});

test('a switch understands words that an expression may give', () => {
	expect([true, 'true', 'Yes', 1, '1'].map((raw) => read(flag({ label: 'It' }), raw))).toEqual([true, true, true, true, true]);
	expect([false, 'false', 'no', 0].map((raw) => read(flag({ label: 'It', default: true }), raw))).toEqual([false, false, false, false]);
	expect(read(flag({ label: 'It', default: true }), '')).toBe(true);
	expect(refusal(flag({ label: 'It' }), 'perhaps')).toBe('is neither true nor false');
});

test('a choice outside its list can only come from an expression, and is told', () => {
	const field = choice({ label: 'It', choices: [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }], default: 'a' });
	expect(read(field, '')).toBe('a');
	expect(refusal(field, 'c')).toBe('is "c", which is not one of its choices');
});

test('a time is the workflow\'s own unless it names a zone', () => {
	const field = dateTime({ label: 'It' });
	expect(read(field, '2030-06-01T09:00:00')?.toUTC().toISO()).toBe('2030-05-31T23:00:00.000Z');
	expect(read(field, '2030-06-01T09:00:00+02:00')?.toUTC().toISO()).toBe('2030-06-01T07:00:00.000Z');
	expect(read(field, new Date('2030-06-01T09:00:00Z'))?.toUTC().toISO()).toBe('2030-06-01T09:00:00.000Z');
	expect(read(field, '')).toBeUndefined();
	expect(refusal(field, 'soon')).toBe('is "soon", which is not a date and time');
});

test('a schedule in the past, too soon or too far away is told in the workflow\'s zone', () => {
	const field = dateTime({ label: 'It', future: { minMinutes: 5, maxMinutes: 44640 } });
	expect(refusal(field, '2029-12-31T23:59:00Z')).toBe('is 2030-01-01 10:59, which is in the past');
	expect(refusal(field, '2030-01-01T00:04:00Z')).toBe('is 2030-01-01 11:04, but must be at least 5 minute(s) ahead');
	expect(refusal(field, '2030-03-01T00:00:00Z')).toBe('is 2030-03-01 11:00, but may be at most 31 days ahead');
	expect(refusal(field, '2030-01-02T00:00:00Z')).toBeUndefined();
});

test('a day stays the day that was typed or picked; a moment with a zone becomes its day in UTC', () => {
	expect(read(day({ label: 'It' }), '2030-06-01')).toBe('2030-06-01');
	expect(read(day({ label: 'It' }), '2030-06-01T00:00:00')).toBe('2030-06-01');
	expect(read(day({ label: 'It' }), '2030-06-01T09:00:00+10:00')).toBe('2030-05-31');
	expect(refusal(day({ label: 'It' }), '2030-13-45')).toBe('is "2030-13-45", which is not a date and time');
});

test('an ID from the list or typed', () => {
	const field = numberedLocator({ label: 'It', required: true, search: 'x', byId: '5' });
	expect(read(field, { __rl: true, mode: 'list', value: 5 })).toBe(5);
	expect(read(field, { __rl: true, mode: 'id', value: ' 5 ' })).toBe(5);
	expect(read(field, '5')).toBe(5);
	expect(refusal(field, { mode: 'id', value: 'five' })).toBe('is "five", but an ID is a whole number');
	expect(refusal(field, { mode: 'list', value: '' })).toBe('is empty');
});

test('a country by its code', () => {
	expect(read(defaultCountry, 'nz')).toBe('NZ');
	expect(refusal(defaultCountry, 'XX')).toBe('is "XX", which is no country');
});

test('a phone number that is none names what was written', () => {
	expect(refusal(phone({ label: 'It', required: true }), '12')).toBe('"12" is too short to be a phone number');
});

test('rows are read one by one, and told by their inputs', () => {
	const field = rows({ label: 'Groups', row: 'Group', fields: { group: numberedLocator({ label: 'Group', required: true, search: 'searchGroups', byId: '5' }), isPaused: flag({ label: 'Paused' }) } });
	expect(read(field, { values: [{ group: { __rl: true, mode: 'list', value: 5 }, isPaused: true }, { group: '6' }] })).toEqual([{ group: 5, isPaused: true }, { group: 6, isPaused: false }]);
	expect(read(field, [{ group: 7 }])).toEqual([{ group: 7, isPaused: false }]);
	expect([{}, '', undefined, []].map((raw) => read(field, raw))).toEqual([[], [], [], []]);
	expect(refusal(field, { values: [{ isPaused: true }] })).toBe('is empty');
	expect(refusal(field, 'text')).toBe('is not a list of rows');
});

test('a text that may be emptied tells empty from not given', () => {
	const field = clearable(text({ label: 'It', description: 'A note' }));
	expect([read(field, ''), read(field, 'x'), read(field, undefined)]).toEqual(['', 'x', undefined]);
	expect(field.property.description).toBe('A note. Leave it empty to remove what is there.');
});
