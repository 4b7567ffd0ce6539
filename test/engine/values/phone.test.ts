import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import mobiles from 'libphonenumber-js/mobile/examples';

import type { PhoneRules, Region } from '../../../engine/values/phone';
import { isRegion, parsePhone, regions, splitPhones } from '../../../engine/values/phone';

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
	['’0412345678'],
	['"0412345678"'],
	['TEL: 0412345678'],
	['（04）1234 5678'],
	['0412。345．678'],
	['0412·345·678'],
	['0412ー345－678'],
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
	['0412+345678', 'has a + inside'],
	['+999 123 456 789', 'has no country code that exists'],
	['6.1412345678E10', 'is in scientific notation, which loses digits'],
	['6.14E+10', 'is in scientific notation, which loses digits'],
	['+6.1E10', 'is in scientific notation, which loses digits'],
	['614E8', 'is in scientific notation, which loses digits'],
	['6,14e10', 'is in scientific notation, which loses digits'],
	['61412345678.0', 'is a decimal number'],
	['0412345678.00', 'is a decimal number'],
	['61E5 FLOWER', 'has letters in it'],
	['1300 FLOWER', 'has letters in it'],
	['call me', 'is not a phone number'],
	['0412345678 ext 5', 'has an extension, which gets no SMS'],
	['0412345678x5', 'has an extension, which gets no SMS'],
	['0412345678#5', 'has an extension, which gets no SMS'],
	['0412345678;ext=5', 'has an extension, which gets no SMS'],
	['0412345678 Extension: 12', 'has an extension, which gets no SMS'],
	['0412345678 ext5 home', 'has letters in it'],
	['0412345678 0413456789', 'looks like 2 numbers'],
	['0412345678  0413456789 0414567890', 'looks like 3 numbers'],
	['tel: 0412345678 0413456789', 'looks like 2 numbers'],
	['0061412345678 0061413456789', 'looks like 2 numbers'],
	['0412345678 12', 'is too long to be a phone number'],
	['0412 345 678 9', 'is too long to be a phone number'],
	['+999123', 'is too short to be a phone number'],
	['+9991234', 'has no country code that exists'],
	['$0412345678', 'has "$" in it'],
	['(-0412345678)', 'has a minus sign in front'],
	['', 'is not a phone number'],
	['0412345678/9', 'has "/" in it'],
	['-', 'is not a phone number'],
	['0000000000', 'is not a phone number in use in Australia'],
	['0123456789', 'is not a phone number in use in Australia'],
	['64211234567', 'is not a phone number in use in Australia'],
])('%s %s', (written, refusal) => {
	expect(read(written)).toBe(refusal);
});

const abroad = ' A number of another country needs its country code and a + in front, or the option "Default Country".';

const keepsIt = 'A spreadsheet that dropped it keeps it in a column that is formatted as text.';

test.each<[Region, string, string]>([
	['AU', 'call me', 'It has no digits. Check which column of your data the field takes its value from.'],
	['AU', '61412345678.0', 'Format the column as text in the spreadsheet, so that all digits of the number stay.'],
	['AU', '6.1E10', 'Format the column as text in the spreadsheet, so that all digits of the number stay.'],
	['AU', '0412345678 ext 5', 'Leave the extension out.'],
	['AU', '1300 FLOWER', 'Write one phone number, in digits.'],
	['AU', '-61412345678', 'Leave it out, or write a + instead if a country code follows.'],
	['AU', '0412345678/9', 'Write one phone number. Several are separated by commas, where a field takes several.'],
	['AU', '++61412345678', 'Write one phone number, with the + in front.'],
	['AU', '+0412345678', 'Write the country code after the +, or leave the + out.'],
	['AU', '0412345678 0413456789', 'Separate them by commas, where the field takes several.'],
	['AU', '+9991234', 'Check the digits after the + or 00.'],
	['AU', '+999123', 'Digits are missing. Compare it with where it comes from.'],
	['AU', '+61 412 345 67', 'Digits are missing. Compare it with where it comes from.'],
	['AU', '+614123456789', 'It has a digit too many, or is several numbers, which are separated by commas where the field takes several.'],
	['AU', '+61 123 456 789', 'Check its digits.'],
	['AU', '0123456789', `Check its digits.${abroad}`],
	['ID', '0811', `Digits are missing. Compare it with where it comes from.${abroad}`],
	['AU', '64211234567', 'If it belongs to New Zealand, write it with a + in front: +64 21 123 4567.'],
	['IT', '3906123456', 'Write the one that is meant, with the + in front.'],
	['ID', '0811234567-8', 'Write it without a gap before the last digit, or one number at a time.'],
	['AU', '412345678', `Write it with its country code, e.g. +61 412 345 678, or with its leading 0, e.g. 0412 345 678. ${keepsIt}`],
	['HU', '201234567', `Write it with its country code, e.g. +36 20 123 4567, or with its leading 06, e.g. 06 20 123 4567. ${keepsIt}`],
	['BY', '294911911', `Write it with its country code, e.g. +375 29 491 19 11, or with its leading 80, e.g. 8 029 491-19-11. ${keepsIt}`],
	// Its mobiles are written in another way than they are dialled.
	['AR', '91123456789', `Write it with its country code, e.g. +54 9 11 2345 6789, or with its leading 0, e.g. 011 15-2345-6789. ${keepsIt}`],
])('in %s, what to do about %s', (region, written, advice) => {
	expect(parsePhone(written, { region, form: 'digits' })).toHaveProperty('advice', advice);
});

test('in every country a mobile is read as people write it there, with its country code, and as it came out', () => {
	const examples = getCountries().flatMap((region) => getExampleNumber(region, mobiles) ?? []);
	expect(examples.length).toBeGreaterThan(200);
	for (const one of examples) {
		const { country: region = 'AU', number } = one;
		const written = [one.formatNational(), one.formatInternational(), number, number.slice(1), one.getURI()];
		expect([region, ...written.map((each) => read(each, region))]).toEqual([region, ...written.map(() => number.slice(1))]);
		// With a + it is the same wherever it is read.
		const abroadIn = region === 'AU' ? 'ID' : 'AU';
		expect([region, read(number, abroadIn)]).toEqual([region, number.slice(1)]);
	}
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
	// A number of no country.
	expect(parsePhone('+800 1234 5678', uganda)).toEqual({ refusal: 'is a number of the country code +800, but messages can only be sent to Uganda', advice: 'Leave it out.' });
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
	expect(splitPhones('0412、0413，0414；0415،0416؛0417\u20280418\u20290419\r\n0420')).toEqual(['0412', '0413', '0414', '0415', '0416', '0417', '0418', '0419', '0420']);
	expect(splitPhones('0412,0413;0414\n0415\t0416，0417')).toEqual(['0412', '0413', '0414', '0415', '0416', '0417']);
});

test('every country can be picked, by its name', () => {
	expect(regions()).toEqual(expect.arrayContaining([{ region: 'AU', label: 'Australia (+61)' }, { region: 'UG', label: 'Uganda (+256)' }]));
	const labels = regions().map(({ label }) => label);
	expect([labels[0], labels.at(-1)]).toEqual(['Afghanistan (+93)', 'Zimbabwe (+263)']);
	expect(regions().map(({ region }) => isRegion(region))).not.toContain(false);
	expect(['ZZ', 'au', ''].map(isRegion)).toEqual([false, false, false]);
});
