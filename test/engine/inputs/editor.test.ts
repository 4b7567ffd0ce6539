/** What each kind of input gives to n8n's editor, and the inputs that operations have in common. */
import type { Field, Reading } from '../../../engine/inputs/fields';
import * as inputs from '../../../engine/inputs/fields';

const now = Date.parse('2030-01-01T00:00:00Z');
const reading: Reading = { field: 'It', phone: { region: 'AU', form: 'digits' }, timezone: 'Australia/Sydney', now, binary: () => ({ names: [] }) };
const read = <V>(field: Field<V>, raw: unknown) => field.read(raw, reading);
const refused = (field: Field<unknown>, raw: unknown): unknown => {
	try {
		read(field, raw);
	} catch (thrown) {
		return thrown;
	}
	return 'It was read';
};
const it = { label: 'It' };
const choiceOf = (...names: string[]) => names.map((name) => ({ value: name.toLowerCase(), label: name }));

describe('the editor', () => {
	test('shows the texts that there are, and no empty ones', () => {
		expect(inputs.text(it).property).toStrictEqual({ type: 'string', default: '' });
		const texts = { description: 'What it is', hint: 'Below it', placeholder: 'e.g. this' };
		expect(inputs.text({ ...it, ...texts, rows: 4 }).property).toStrictEqual({ type: 'string', default: '', typeOptions: { rows: 4 }, ...texts });
	});

	test('shows a line of text where a text is meant, whatever becomes of it, and a calendar for times', () => {
		const { text, texts, url, phone, phones, writtenPhones, dateTime, day, files, file } = inputs;
		const required = { ...it, required: true as const };
		for (const field of [text(it), texts(it), url(it), phone(it), phones(required), writtenPhones(required)]) expect(field.property).toStrictEqual({ type: 'string', default: '' });
		for (const field of [dateTime(it), day(it)]) expect(field.property).toStrictEqual({ type: 'dateTime', default: '' });
		for (const field of [files(it), file(it)]) expect([field.property, field.ofItem]).toStrictEqual([{ type: 'string', default: 'data' }, true]);
	});

	test('holds a number within its bounds, and begins with the smallest', () => {
		const bounds = (minValue?: number, maxValue?: number) => ({ minValue, maxValue });
		expect(inputs.integer({ ...it, min: 2, max: 9 }).property).toEqual({ type: 'number', default: 2, typeOptions: bounds(2, 9) });
		expect(inputs.integer({ ...it, min: 2, default: 5 }).property).toEqual({ type: 'number', default: 5, typeOptions: bounds(2) });
		expect(inputs.integer(it).property).toMatchObject({ default: 0 });
	});

	test('has a switch where it was left, and choices in their order, but sorts five and more', () => {
		expect([inputs.flag(it), inputs.flag({ ...it, default: true })].map(({ property }) => property)).toStrictEqual([{ type: 'boolean', default: false }, { type: 'boolean', default: true }]);
		const names = (...given: string[]) => (inputs.choice({ ...it, choices: choiceOf(...given), default: 'a' }).property.options ?? []).map(({ name }) => name);
		expect([names('B', 'A', 'D', 'C'), names('B', 'A', 'D', 'C', 'E')]).toEqual([['B', 'A', 'D', 'C'], ['A', 'B', 'C', 'D', 'E']]);
		const choices = [{ value: 'a', label: 'A', description: 'The first' }, { value: 'b', label: 'B' }];
		const options = [{ name: 'A', value: 'a', description: 'The first' }, { name: 'B', value: 'b' }];
		expect(inputs.choice({ ...it, choices, default: 'b' }).property).toStrictEqual({ type: 'options', default: 'b', options });
		expect(inputs.choices({ ...it, choices, default: ['b'] }).property).toStrictEqual({ type: 'multiOptions', default: ['b'], options });
	});

	test('looks for countries and IDs, or takes them as they are typed', () => {
		const modes = (searchListMethod: string, typed: object) => [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod, searchable: true } },
			{ name: 'id', type: 'string', ...typed },
		];
		expect(inputs.countryField({ region: 'AU', label: 'Australia (+61)' }).property).toMatchObject({
			type: 'resourceLocator',
			default: { mode: 'list', value: 'AU', cachedResultName: 'Australia (+61)' },
			modes: modes('searchCountries', { displayName: 'By Code', placeholder: 'e.g. AU' }),
		});
		const located = (byId: string) => inputs.locator({ ...it, search: 'searchGroups', byId }).property;
		expect(located('12')).toEqual({ type: 'resourceLocator', default: { mode: 'list', value: '' }, modes: modes('searchGroups', { displayName: 'By ID', placeholder: 'e.g. 12' }) });
		expect(located('').modes?.[1]).toStrictEqual({ displayName: 'By ID', name: 'id', type: 'string' });
	});

	test('adds rows, each with its inputs', () => {
		const { rows, text, integer } = inputs;
		const field = rows({ label: 'Contacts', row: 'Contact', fields: { name: text({ label: 'Name', required: true }), age: integer({ label: 'Age', min: 1 }) } });
		expect(field.required).toBe(false);
		expect(field.property).toEqual({
			type: 'fixedCollection',
			default: {},
			placeholder: 'Add Contact',
			typeOptions: { multipleValues: true },
			options: [{
				name: 'values',
				displayName: 'Contact',
				values: [{ displayName: 'Name', name: 'name', type: 'string', default: '', required: true }, { displayName: 'Age', name: 'age', type: 'number', default: 1, typeOptions: { minValue: 1 } }],
			}],
		});
		const [list] = field.property.options ?? [];
		expect(list && 'values' in list && list.values.map((one) => 'required' in one)).toEqual([true, false]);
		expect(refused(field, [{ age: 1 }])).toMatchObject({ message: 'is empty', field: 'Contacts: Name' });
		expect(read(field, [{ name: 'Jane' }])).toEqual([{ name: 'Jane', age: 1 }]);
		expect(read(field, null)).toEqual([]);
	});
});

describe('inputs that operations have in common', () => {
	test('are called as other texts call them', () => {
		expect([inputs.allowLandlines.label, inputs.maxSegments.label, inputs.when.label]).toEqual(['Allow Landlines', 'Max Segments', 'When']);
		expect(refused(inputs.phone({ ...it, required: true, getsSms: true }), '02 9374 4000')).toMatchObject({ advice: expect.stringContaining(`"${inputs.allowLandlines.label}"`) });
	});

	test('send now unless "Later" is picked; then a time is asked for', () => {
		const { when, later, schedule, dateTime } = inputs;
		expect(['', 'now', 'Later'].map((raw) => read(when, raw))).toEqual(['now', 'now', 'later']);
		expect(when.property.options).toMatchObject([{ name: 'Now', value: 'now' }, { name: 'Later', value: 'later' }]);
		const { scheduledFor, timeZone } = schedule(dateTime({ label: 'At' }));
		expect([scheduledFor.showWhen, timeZone.showWhen, scheduledFor.required]).toEqual([later, later, true]);
		expect(later).toEqual({ when: [read(when, 'later')] });
		expect(refused(scheduledFor, '')).toMatchObject({ message: 'is empty', advice: 'Pick the date and time, or set "When" to "Now".' });
		expect(read(scheduledFor, '2030-06-01T09:00:00')?.toUTC().toISO()).toBe('2030-05-31T23:00:00.000Z');
	});

	test('a time zone has a name', () => {
		expect(read(inputs.timeZone, ' Pacific/Auckland ')).toBe('Pacific/Auckland');
		expect(inputs.timeZone).toMatchObject({ label: 'Time Zone', property: { placeholder: 'e.g. Australia/Sydney', default: '={{ $now.zoneName }}' } });
		expect(refused(inputs.timeZone, 'Mars/Base')).toMatchObject({ message: 'is "Mars/Base", which is no time zone', advice: 'Write it like Australia/Sydney.' });
	});

	test('a retry that finds earlier sends stops, unless it is told otherwise', () => {
		const { earlierSends, earlierSendsUnseen } = inputs;
		expect(['', 'stop', 'skip', 'sendAgain'].map((raw) => read(earlierSends, raw))).toEqual(['stop', 'stop', 'skip', 'sendAgain']);
		expect(earlierSends.property.options).toMatchObject([{ name: 'Stop' }, { name: 'Skip Them' }, { name: 'Send Again' }]);
		const unseen = earlierSendsUnseen('Nobody can be asked.');
		expect(['', 'stop', 'sendAgain'].map((raw) => read(unseen, raw))).toEqual(['stop', 'stop', 'sendAgain']);
		expect(refused(unseen, 'skip')).toMatchObject({ message: 'is "skip", which is not one of its choices' });
	});

	test('the balance is shown in a preview only', () => {
		expect(inputs.showBalanceInPreview.showBalance).toMatchObject({ label: inputs.showBalance.label, showWhen: { onlyPreview: [true] } });
		expect([read(inputs.onlyPreview, ''), inputs.onlyPreview.label]).toEqual([false, 'Only Preview']);
	});
});

describe('values at the edge', () => {
	test('what an expression left is told, a text around it is not', () => {
		const { text } = inputs;
		for (const raw of ['[object Object]', '[object Promise]', '[Array: [1,2]]', '[DateTime: 2030]', 'NaN']) {
			expect(refused(text(it), raw)).toMatchObject({ message: `is "${raw}": its expression went wrong` });
		}
		for (const raw of ['x[object Object]', '[object Object] x', '[object]', '[Array]', 'NaN x']) expect(read(text(it), raw)).toBe(raw);
		expect([read(text(it), true), read(text(it), 12n)]).toEqual(['true', '12']);
		expect(refused(text(it), { a: 1 })).toMatchObject({ advice: 'Its expression gives an object or a list; pick the one value that is meant.' });
	});

	test('web addresses with blanks, or with https:// somewhere else, are none', () => {
		expect(refused(inputs.url(it), 'https://example.com/a b')).toMatchObject({ message: 'is "https://example.com/a b", which is not a web address' });
		const url = 'http://example.com/?next=https://example.com';
		const advice = 'The provider calls only addresses that are encrypted.';
		expect(refused(inputs.url({ ...it, https: true }), url)).toMatchObject({ message: `is "${url}", which does not begin with https://`, advice });
		expect(read(inputs.url({ ...it, https: true }), 'HTTPS://example.com')).toBe('HTTPS://example.com');
	});

	test('numbers with one bound, and as spreadsheets write them', () => {
		const { integer } = inputs;
		const both = integer({ ...it, min: 1, max: 9 });
		expect([read(integer({ ...it, min: 1 }), 1e9), read(integer({ ...it, max: 9 }), -5), read(both, '9.000'), read(both, 1)]).toEqual([1e9, -5, 9, 1]);
		expect(refused(integer(it), 'x')).toMatchObject({ advice: 'Write it in digits, or look at what its expression gives for this item.' });
		expect(read(inputs.numberedLocator({ ...it, required: true, search: 'x', byId: '5' }), '0')).toBe(0);
	});

	test('switches, choices and countries with blanks around them; a choice to the letter before any other', () => {
		expect([read(inputs.flag(it), ' YES '), read(inputs.flag({ ...it, default: true }), ' no\n')]).toEqual([true, false]);
		const field = inputs.choice({ ...it, choices: [{ value: 'A', label: 'Large' }, { value: 'a', label: 'Small' }], default: 'A' });
		expect(['a', ' a ', 'A'].map((raw) => read(field, raw))).toEqual(['a', 'a', 'A']);
		expect(read(inputs.countryField({ region: 'AU', label: 'Australia (+61)' }), ' nz ')).toBe('NZ');
	});

	test('a preview reads nothing as nothing', () => {
		const field = inputs.orEmpty(inputs.phones({ ...it, required: true }), []);
		expect(['', undefined, [], ['', [null]], '0412 345 678'].map((raw) => read(field, raw))).toEqual([[], [], [], [], ['61412345678']]);
		expect([field.label, field.required]).toEqual(['It', true]);
	});

	test('times at the very bounds are within them', () => {
		const at = (minutes: number, future: { minMinutes: number; maxMinutes?: number }) => read(inputs.dateTime({ ...it, future }), new Date(now + minutes * 60_000).toISOString())?.toMillis();
		expect([at(0, { minMinutes: 0 }), at(5, { minMinutes: 5, maxMinutes: 5 })]).toEqual([now, now + 300_000]);
	});

	test('the user\'s word about Unicode goes before the provider\'s usual', () => {
		const message = 'я'.repeat(71);
		const needs = (unicode: boolean | undefined, unicodeDefault: boolean) => inputs.segmentsOf({ to: ['1', '2'], message, unicode }, { unicodeDefault });
		expect([needs(undefined, true), needs(true, false), needs(undefined, false), needs(false, true)]).toEqual([4, 4, 2, 2]);
		expect(() => inputs.checkSegments({ message, maxSegments: 1, unicode: true }, { unicodeDefault: false })).toThrow('needs 2 segments (UCS-2)');
		expect(() => inputs.checkSegments({ message, maxSegments: 1 }, { unicodeDefault: false })).not.toThrow();
	});
});
