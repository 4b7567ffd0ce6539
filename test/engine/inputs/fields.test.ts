import type { Failure } from '../../../engine/failure';
import type { Field, GivenFile, Reading } from '../../../engine/inputs/fields';
import {
	allowLandlines, checkSegments, choice, choices, clearable, dateTime, day, countryField, file, files, flag, integer, locator, numberedLocator, phone, phones, rows, text, texts, url, writtenPhones,
} from '../../../engine/inputs/fields';

const photo: GivenFile = { name: 'cat.png', mimeType: 'image/png', identity: 'a', size: 3, base64: async () => 'AQID' };
const reading: Reading = {
	field: 'It',
	phone: { region: 'AU', form: 'digits' },
	timezone: 'Australia/Sydney',
	now: Date.parse('2030-01-01T00:00:00Z'),
	binary: (name) => (name === 'data' ? photo : { names: ['data', 'photo'] }),
};
const read = <V>(field: Field<V>, raw: unknown, more: Partial<Reading> = {}) => field.read(raw, { ...reading, ...more });
const refused = (field: Field<unknown>, raw: unknown, more: Partial<Reading> = {}): Failure | undefined => {
	try {
		read(field, raw, more);
	} catch (thrown) {
		return thrown as Failure;
	}
	return undefined;
};
const refusal = (field: Field<unknown>, raw: unknown) => refused(field, raw)?.message;

test('a text takes numbers, which spreadsheets make of codes, and refuses lists', () => {
	expect(read(text({ label: 'It' }), 42)).toBe('42');
	expect(read(text({ label: 'It' }), '')).toBeUndefined();
	expect(refusal(text({ label: 'It' }), ['a'])).toBe('is not a text');
	expect(refusal(text({ label: 'It', required: true }), '  ')).toBe('is empty');
	expect(refusal(text({ label: 'It', required: true }), null)).toBe('is empty');
	expect(refusal(text({ label: 'It', maxLength: 3 }), 'abcd')).toBe('has 4 characters, but at most 3 are allowed');
});

test('half of an emoji is told: on the wire it would become another character, or spoil a whole request', () => {
	const message = text({ label: 'It', verbatim: true });
	expect(refused(message, 'Hi 😀'.slice(0, -1))).toMatchObject({ message: 'has half of an emoji in it', failureCause: 'input' });
	expect(refusal(message, '😀'.slice(1))).toBe('has half of an emoji in it');
	for (const whole of ['Hi 😀', '👨‍👩‍👧', '1️⃣ ™ é', Array.from('Hi 😀').slice(0, 4).join('')]) expect(read(message, whole)).toBe(whole);
});

test('blanks around a text are taken off, but for those of a message', () => {
	expect(read(text({ label: 'It' }), ' order-1042\n')).toBe('order-1042');
	expect(read(text({ label: 'It', maxLength: 3 }), ' abc ')).toBe('abc');
	expect(read(text({ label: 'It' }), '  ')).toBeUndefined();
	expect(read(text({ label: 'It', verbatim: true }), ' Hi\n')).toBe(' Hi\n');
});

test('a number that JavaScript has rounded is no ID', () => {
	expect(refusal(text({ label: 'It' }), 123456789012345678)).toBe('is a number of more digits than n8n keeps exactly');
	expect(read(text({ label: 'It' }), '123456789012345678')).toBe('123456789012345678');
});

test.each(['undefined', 'null', ' null ', 'NaN', '[object Object]', 'Invalid Date', 'Invalid DateTime', '[Object: {"a":1}]', Number.NaN])('%p is what an expression left that went wrong', (raw) => {
	const it = { label: 'It' };
	const fields = [text(it), text({ ...it, verbatim: true }), integer(it), phone(it), phones({ ...it, required: true }), dateTime(it), day(it), url(it)];
	const told = fields.map((field) => refusal(field, raw));
	expect(told).toEqual(fields.map(() => `is "${String(raw).trim()}": its expression went wrong`));
	expect(refusal(choice({ label: 'It', choices: [{ value: 'a', label: 'A' }], default: 'a' }), raw)).toBe(told[0]);
	expect(refusal(locator({ label: 'It', search: 'x', byId: '5' }), { mode: 'id', value: raw })).toBe(told[0]);
});

test('inside a longer text these words are meant', () => {
	expect(read(text({ label: 'It' }), 'The result is null')).toBe('The result is null');
	expect(read(text({ label: 'It' }), 'Null')).toBe('Null');
});

test('a whole number within bounds', () => {
	const field = integer({ label: 'It', min: 1, max: 99 });
	expect(['7', ' 7 ', 7, '7.0', '+7'].map((raw) => read(field, raw))).toEqual([7, 7, 7, 7, 7]);
	expect([1.5, 'x', '0x10', '1e3', true, [7], '1,000', '1_0', new Date(7)].map((raw) => refusal(field, raw))).toEqual(Array.from({ length: 9 }, () => 'is not a whole number'));
	expect(refusal(field, 0)).toBe('is 0, but must be at least 1');
	expect(refusal(field, 100)).toBe('is 100, but must be at most 99');
	expect(refusal(integer({ label: 'It' }), '12345678901234567890')).toBe('is not a whole number');
});

test('a switch understands words that an expression may give', () => {
	expect([true, 'true', 'Yes', 1, '1'].map((raw) => read(flag({ label: 'It' }), raw))).toEqual([true, true, true, true, true]);
	expect([false, 'false', 'no', 0].map((raw) => read(flag({ label: 'It', default: true }), raw))).toEqual([false, false, false, false]);
	expect(read(flag({ label: 'It', default: true }), '')).toBe(true);
	expect(refusal(flag({ label: 'It' }), 'perhaps')).toBe('is neither true nor false');
});

test('a choice outside its list can only come from an expression, and is told', () => {
	const field = choice({ label: 'It', choices: [{ value: 'a', label: 'A' }, { value: '-1', label: 'Queued' }], default: 'a' });
	expect(['', ' A ', 'a', -1, '-1'].map((raw) => read(field, raw))).toEqual(['a', 'a', 'a', '-1', '-1']);
	expect(refusal(field, 'c')).toBe('is "c", which is not one of its choices');
	const several = choices({ label: 'It', choices: [{ value: 'sent', label: 'Sent' }, { value: 'failed', label: 'Failed' }], default: [] });
	expect(read(several, ['Sent', ' failed'])).toEqual(['sent', 'failed']);
	expect([read(several, ''), read(several, 'sent'), refusal(several, ['lost'])]).toEqual([[], ['sent'], 'is "lost", which is not one of its choices']);
});

test('texts come as a list, or with commas or new lines between them', () => {
	const field = texts({ label: 'It', required: true });
	expect(read(field, 'a, b\nc d,,')).toEqual(['a', 'b', 'c d']);
	expect(read(field, ['a', null, 42, ['b,c']])).toEqual(['a', '42', 'b', 'c']);
	const told = [' , ', [], [{}], ['a', 'undefined']].map((raw) => refusal(field, raw));
	expect(told).toEqual(['is empty', 'is empty', 'is not a text', 'is "undefined": its expression went wrong']);
	expect(read(texts({ label: 'It' }), '')).toBeUndefined();
});

test('a web address in full', () => {
	expect(read(url({ label: 'It' }), ' https://example.com/sms?a=b ')).toBe('https://example.com/sms?a=b');
	const none = ['example.com/sms', 'ftp://example.com', 'https://', 'https://exa mple.com', 'see https://example.com', 'javascript:alert(1)'];
	expect(none.map((raw) => refusal(url({ label: 'It' }), raw))).toEqual(none.map((raw) => `is "${raw}", which is not a web address`));
	expect(read(url({ label: 'It' }), 'http://example.com')).toBe('http://example.com');
	expect(refusal(url({ label: 'It', https: true }), 'http://example.com')).toBe('is "http://example.com", which does not begin with https://');
});

test('files by the names of the fields that hold them', async () => {
	const field = files({ label: 'It', required: true });
	expect(read(field, 'data')).toEqual([photo]);
	expect(read(field, ['data', 'data'])).toEqual([photo, photo]);
	expect(await read(file({ label: 'It', required: true }), ' data ').base64()).toBe('AQID');
	expect(field.property.default).toBe('data');
	expect(refused(field, 'data, invoice')).toMatchObject({ message: 'names the file "invoice", which this item does not have', advice: 'Its files are: data, photo.' });
	expect(refused(field, 'data', { binary: () => ({ names: [] }) })?.advice).toBe('It has no files. Check that the node before gives its output as a file, and that no node in between drops it.');
	expect([refusal(field, ''), read(files({ label: 'It' }), ''), read(file({ label: 'It' }), undefined)]).toEqual(['is empty', undefined, undefined]);
});

test('what is known to be no mobile is refused where it is to get an SMS, unless the user allows it', () => {
	const field = phones({ label: 'It', required: true, getsSms: true });
	expect(refused(field, '0412 345 678, 02 9374 4000')).toMatchObject({
		message: '"02 9374 4000" is a landline, which gets no SMS',
		advice: 'Leave it out, or add the option "Allow Landlines".',
	});
	expect(read(field, '0412 345 678, 02 9374 4000', { allowLandlines: true })).toEqual(['61412345678', '61293744000']);
	expect(read(phone({ label: 'It', required: true }), '02 9374 4000')).toBe('61293744000');
	expect(read(field, '+0-000-000-000-1', { phone: { ...reading.phone, testNumbers: /^\+0-000-000-000-1$/ } })).toEqual(['+0-000-000-000-1']);
	expect(read(allowLandlines, '')).toBe(false);
});

test('a field may want another form of numbers than its provider', () => {
	expect(read(phone({ label: 'It', required: true, form: 'e164' }), '0412345678')).toBe('+61412345678');
	expect(read(phones({ label: 'It', required: true, form: 'national' }), '+61412345678')).toEqual(['0412345678']);
});

test('numbers come as a list or as a text, each once; none is passed over', () => {
	const field = phones({ label: 'It', required: true });
	expect(read(field, ['0412345678', '+61 412 345 678; 0413456789', 61414567890, '', null])).toEqual(['61412345678', '61413456789', '61414567890']);
	expect(refusal(field, ['0412345678', { phone: '0413456789' }])).toBe('is not a text');
	expect(refusal(field, -61412345678)).toBe('"-61412345678" has a minus sign in front');
	expect(read(writtenPhones({ label: 'It', required: true }), '0412345678, call me')).toEqual(['0412345678', 'call me']);
});

test('a time is the workflow\'s own unless it names a zone', () => {
	const field = dateTime({ label: 'It' });
	expect(read(field, '2030-06-01T09:00:00')?.toUTC().toISO()).toBe('2030-05-31T23:00:00.000Z');
	expect(read(field, '2030-06-01T09:00:00+02:00')?.toUTC().toISO()).toBe('2030-06-01T07:00:00.000Z');
	expect(read(field, '')).toBeUndefined();
	expect(refused(field, '05/06/2030 09:00')).toMatchObject({
		message: 'is "05/06/2030 09:00", which is not a date and time in ISO form',
		advice: "Write it like 2026-04-01T09:00:00, or convert it: {{ DateTime.fromFormat($json.date, 'dd/MM/yyyy HH:mm') }}.",
	});
});

test('a schedule in the past, too soon or too far away is told in the workflow\'s zone', () => {
	const field = dateTime({ label: 'It', future: { minMinutes: 5, maxMinutes: 44640 } });
	expect(refusal(field, '2029-12-31T23:59:00Z')).toBe('is 2030-01-01 10:59 (Australia/Sydney), which is in the past');
	expect(refusal(field, '2030-01-01T00:04:00Z')).toBe('is 2030-01-01 11:04 (Australia/Sydney), but must be at least 5 minute(s) ahead');
	expect(refusal(field, '2030-03-01T00:00:00Z')).toBe('is 2030-03-01 11:00 (Australia/Sydney), but may be at most 31 days ahead');
	expect(refusal(field, '2030-01-02T00:00:00Z')).toBeUndefined();
});

test('a day stays the day that was typed or picked; a moment with a zone becomes its day in UTC', () => {
	expect(read(day({ label: 'It' }), '2030-06-01')).toBe('2030-06-01');
	expect(read(day({ label: 'It' }), '2030-06-01T00:00:00')).toBe('2030-06-01');
	expect(read(day({ label: 'It' }), '2030-06-01T09:00:00+10:00')).toBe('2030-05-31');
	expect(refusal(day({ label: 'It' }), '2030-13-45')).toBe('is "2030-13-45", which is a day that does not exist');
});

test('an ID from the list or typed', () => {
	const field = numberedLocator({ label: 'It', required: true, search: 'x', byId: '5' });
	expect(read(field, { __rl: true, mode: 'list', value: 5 })).toBe(5);
	expect(read(field, { __rl: true, mode: 'id', value: ' 5 ' })).toBe(5);
	expect(read(field, '5')).toBe(5);
	expect(refusal(field, { mode: 'id', value: 'five' })).toBe('is "five", but an ID is a whole number');
	expect(refusal(field, { mode: 'list', value: '100000000000000001' })).toBe('is 100000000000000001, which has more digits than n8n keeps exactly');
	expect([{ mode: 'list', value: '' }, { mode: 'id', value: ' ' }].map((raw) => refusal(field, raw))).toEqual(['is empty', 'is empty']);
	expect(['0x10', '1e3', '-5'].map((value) => refusal(field, { mode: 'id', value }))).toEqual(['0x10', '1e3', '-5'].map((value) => `is "${value}", but an ID is a whole number`));
	expect(read(locator({ label: 'It', required: true, search: 'x', byId: 'x' }), { mode: 'id', value: ' MyBrand ' })).toBe('MyBrand');
});

test('a country by its code', () => {
	const country = countryField({ region: 'AU', label: 'Australia (+61)' });
	expect(read(country, 'nz')).toBe('NZ');
	expect(read(country, { __rl: true, mode: 'list', value: 'ID', cachedResultName: 'Indonesia (+62)' })).toBe('ID');
	expect(refusal(country, 'XX')).toBe('is "XX", which is no country');
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
	expect([read(field, ''), read(field, '  '), read(field, ' x'), read(field, undefined)]).toEqual(['', '', 'x', undefined]);
	expect(field.property.description).toBe('A note. Leave it empty to remove what is there.');
});

test('a text longer than its provider documents needs the user\'s word', () => {
	const check = (message: string, maxSegments?: number) => () => checkSegments({ message, maxSegments }, { maxCharacters: 160 });
	expect(check('a'.repeat(160))).not.toThrow();
	expect(check('🌏'.repeat(160))).not.toThrow();
	expect(check('a'.repeat(161))).toThrow('has 161 characters, but the provider documents at most 160');
	expect(check('a'.repeat(161), 2)).not.toThrow();
	expect(check('a'.repeat(161), 1)).toThrow('needs 2 segments (GSM-7), but at most 1 are allowed');
});

test('a text is held against the segments that the user allows, by the rules of its provider', () => {
	const check = (message: string, unicode?: boolean) => {
		try {
			checkSegments({ message, maxSegments: 1, unicode }, { placeholders: { optout: 20 }, unicodeDefault: true });
		} catch (thrown) {
			return (thrown as Error).message;
		}
		return 'fits';
	};
	expect([check(`${'a'.repeat(140)}{optout}`), check(`${'a'.repeat(141)}{optout}`)]).toEqual(['fits', 'needs 2 segments (GSM-7), but at most 1 are allowed']);
	expect([check('я'.repeat(71)), check('я'.repeat(71), false)]).toEqual(['needs 2 segments (UCS-2), but at most 1 are allowed', 'fits']);
});
