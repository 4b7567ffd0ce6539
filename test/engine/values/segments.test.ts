import { countSegments } from '../../../engine/values/segments';

test.each([
	['GSM-7 fits 160 in one', 'a'.repeat(160), { encoding: 'GSM-7', segments: 1, length: 160 }],
	['and 153 in each of several', 'a'.repeat(161), { encoding: 'GSM-7', segments: 2, length: 161 }],
	['characters of the extension table count twice', '€'.repeat(80), { encoding: 'GSM-7', segments: 1, length: 160 }],
	['one more is two segments', '€'.repeat(81), { encoding: 'GSM-7', segments: 2 }],
	['UCS-2 fits 70 in one', 'я'.repeat(70), { encoding: 'UCS-2', segments: 1, length: 70 }],
	['and 67 in each of several', 'я'.repeat(71), { encoding: 'UCS-2', segments: 2 }],
	['an emoji takes two', '🌏'.repeat(35), { encoding: 'UCS-2', segments: 1, length: 70 }],
])('%s', (_name, text, expected) => {
	expect(countSegments(text)).toMatchObject(expected);
});

test('says which characters force Unicode, each once', () => {
	expect(countSegments('“Hi” 🌏🌏').unicodeCharacters).toEqual(['“', '”', '🌏']);
});

test('without Unicode these characters are not sent, and not counted', () => {
	expect(countSegments(`${'a'.repeat(160)}🌏`, { unicode: false })).toMatchObject({ encoding: 'GSM-7', segments: 1, length: 160, unicodeCharacters: ['🌏'] });
});

test('a placeholder counts as long as it always becomes, or else as it is written', () => {
	const placeholders = { optout: 20, first_name: 'the recipient\'s contact fills it in.' };
	expect(countSegments(`${'a'.repeat(140)}{optout}`, { placeholders })).toMatchObject({ segments: 1, length: 160 });
	expect(countSegments(`${'a'.repeat(141)}{optout}`, { placeholders })).toMatchObject({ segments: 2, length: 161 });
	expect(countSegments('{optout}{optout}', { placeholders }).length).toBe(40);
	// Braces take two septets each.
	expect(countSegments('{first_name}', { placeholders }).length).toBe(14);
});

test('a provider may mark placeholders in its own way', () => {
	const placeholders = { Link: 20, Name: 'the send fills it in.' };
	expect(countSegments('[[Link]]', { placeholders, marks: ['[[', ']]'] }).length).toBe(20);
	// Brackets take two septets each, as braces do.
	expect(countSegments('{Link}[[Name]]', { placeholders, marks: ['[[', ']]'] }).length).toBe(8 + 12);
});
