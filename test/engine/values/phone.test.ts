import type { PhoneRules, Region } from '../../../engine/values/phone';
import { parsePhone, regions, splitPhones } from '../../../engine/values/phone';

const australia: PhoneRules = { region: 'AU', form: 'digits' };
const read = (written: string, region: Region = 'AU'): string => {
	const parsed = parsePhone(written, { region, form: 'digits' });
	return 'number' in parsed ? `${parsed.number}${parsed.landline === undefined ? '' : ` ${parsed.landline}`}` : parsed.refusal;
};

test.each([
	['0412 345 678'],
	['+61 412-345-678'],
	['61412345678'],
	['(04) 1234 5678'],
	['0061 412 345 678'],
	['0011 61 412 345 678'],
	['+61 (0)412 345 678'],
	['+610412345678'],
	['61 0412 345 678'],
	['(+61) 412 345 678'],
	['0412.345.678'],
	['0412\u00a0345\u202f678'],
	['0412\u2011345\u2013678'],
	['\u202a+61 412 345 678\u202c'],
	['０４１２３４５６７８'],
	['＋６１ ４１２ ３４５ ６７８'],
	['٠٤١٢٣٤٥٦٧٨'],
	['۰۴۱۲۳۴۵۶۷۸'],
	['tel:+61-412-345-678'],
	["'0412345678"],
])('%s is 61412345678', (written) => {
	expect(read(written)).toBe('61412345678');
});

test.each([
	['412345678', 'has neither a country code nor a leading 0'],
	['04123456789', 'is too long to be a phone number'],
	['041234567', 'is too short to be a phone number'],
	['12', 'is too short to be a phone number'],
	['0412345678901234', 'is too long to be a phone number'],
	['+61', 'is too short to be a phone number'],
	['+614123456789', 'is too long to be a phone number'],
	['-61412345678', 'has a minus sign in front'],
	['\u221261412345678', 'has a minus sign in front'],
	['+0412345678', 'has a 0 after the +'],
	['++61412345678', 'has a + inside'],
	['+999 123 456 789', 'has no country code that exists'],
	['6.1412345678E10', 'is in scientific notation, which loses digits'],
	['6.14E+10', 'is in scientific notation, which loses digits'],
	['61412345678.0', 'is a decimal number'],
	['1300 FLOWER', 'has letters in it'],
	['call me', 'is not a phone number'],
	['0412345678 ext 5', 'has an extension, which gets no SMS'],
	['0412345678 0413456789', 'looks like 2 numbers'],
	['0412345678/9', 'has "/" in it'],
	['-', 'is not a phone number'],
	['0000000000', 'is not a phone number in use in Australia'],
	['0123456789', 'is not a phone number in use in Australia'],
	['64211234567', 'is not a phone number in use in Australia'],
])('%s %s', (written, refusal) => {
	expect(read(written)).toBe(refusal);
});

test('a refusal says how to write the number', () => {
	const advice = (written: string, region: Region = 'AU') => parsePhone(written, { region, form: 'digits' });
	expect(advice('412345678')).toHaveProperty('advice', 'Write it with its country code, e.g. +61 412 345 678, or with its leading 0, e.g. 0412 345 678.');
	expect(advice('64211234567')).toHaveProperty('advice', 'If it belongs to New Zealand, write it with a + in front: +64 21 123 4567.');
	expect(advice('61412345678.0')).toHaveProperty('advice', 'Format the column as text in the spreadsheet, so that all digits of the number stay.');
	expect(advice('0811', 'ID')).toHaveProperty('advice', 'Digits are missing. Compare it with where it comes from. A number of another country needs its country code and '
		+ 'a + in front, or the option "Default Country".');
});

test.each<[Region, string, string]>([
	// The digits fit Sweden, Switzerland, Singapore or Russia, where a stranger lives.
	['AU', '46701234567', 'is too long to be a phone number'],
	['AU', '41791234567', 'is too long to be a phone number'],
	['UG', '61412345678', 'is too long to be a phone number'],
	['US', '011 61 412 345 678', 'is not a phone number in use in United States'],
	// An own calling code in front is none of another country.
	['ID', '6281234567890', '6281234567890'],
	['ID', '62081234567890', '6281234567890'],
	['ID', '622157930000', '622157930000 is a landline'],
	['UG', '256701234567', '256701234567'],
	['UG', '00701234567', 'is not a phone number in use in Uganda'],
	// Where the 0 in front is optional, or there is none.
	['IN', '9876543210', '919876543210'],
	['SG', '8123 4567', '6581234567'],
	['US', '(212) 555-1234', '12125551234'],
	['RU', '8 912 345-67-89', '79123456789'],
	['CI', '07 12 34 56 78', '2250712345678'],
	// 0011 is how Australians dial abroad: this is Singapore, not +1 1 658...
	['AU', '0011 65 8123 4567', '6581234567'],
	['IT', '3906123456', 'can be read as +39 390 612 3456 and as +39 06 123456'],
	['ID', '0811234567-8', 'can be read with and without its last digit'],
	['ID', '62 8123456789.0', 'is a decimal number'],
])('in %s, %s: %s', (region, written, expected) => {
	expect(read(written, region)).toBe(expected);
});

test.each<[Region, string, string | undefined]>([
	['AU', '0412 345 678', undefined],
	['AU', '02 9374 4000', 'is a landline'],
	['AU', '13 14 44', 'is a service number'],
	['AU', '1300 123 456', 'is a service number'],
	['AU', '1800 123 456', 'is a freecall number'],
	['AU', '1900 123 456', 'is a premium-rate number'],
	['ID', '021 5793 0000', 'is a landline'],
	['UG', '0312 123 456', 'is a landline'],
	['NZ', '09 302 1234', 'is a landline'],
	// Nobody can tell.
	['US', '212 555 1234', undefined],
	// A range that the library does not know yet, beside those of mobiles.
	['AU', '0441 234 567', undefined],
])('in %s, %s gets an SMS unless it %s', (region, written, landline) => {
	const parsed = parsePhone(written, { region, form: 'digits' });
	expect(parsed).toEqual({ number: expect.any(String), landline });
});

test('each provider gets its own form', () => {
	expect(parsePhone('0412345678', { region: 'AU', form: 'e164' })).toMatchObject({ number: '+61412345678' });
	expect(parsePhone('+256 701 234567', { region: 'UG', form: 'national' })).toMatchObject({ number: '0701234567' });
	// A national form means nothing abroad.
	expect(parsePhone('+61412345678', { region: 'UG', form: 'national' })).toMatchObject({ number: '61412345678' });
});

test('a provider of one country refuses the others', () => {
	const uganda: PhoneRules = { region: 'UG', form: 'national', only: 'UG' };
	expect(parsePhone('256701234567', uganda)).toMatchObject({ number: '0701234567' });
	expect(parsePhone('+61412345678', uganda)).toMatchObject({ refusal: 'is a number of Australia, but messages can only be sent to Uganda' });
	expect(parsePhone('0412 345 678', uganda, 'AU')).toHaveProperty('refusal');
});

test('the country that the user picked decides for numbers without one', () => {
	expect(parsePhone('021 123 4567', australia, 'NZ')).toMatchObject({ number: '64211234567' });
	expect(parsePhone('+61412345678', australia, 'NZ')).toMatchObject({ number: '61412345678' });
	expect(parsePhone('61412345678', australia, 'NZ')).toHaveProperty('refusal');
});

test('documented test numbers pass', () => {
	expect(parsePhone('+0-000-000-000-1', { ...australia, testNumbers: /^\+0-000-000-000-[1-9]$/ })).toEqual({ number: '+0-000-000-000-1' });
});

test('lists in any usual form', () => {
	expect(splitPhones('0412,0413;0414\n0415\t0416，0417')).toEqual(['0412', '0413', '0414', '0415', '0416', '0417']);
});

test('every country can be picked, by its name', () => {
	expect(regions()).toEqual(expect.arrayContaining([{ region: 'AU', label: 'Australia (+61)' }, { region: 'UG', label: 'Uganda (+256)' }]));
});
