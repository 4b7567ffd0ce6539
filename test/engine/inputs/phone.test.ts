import type { PhoneRules } from '../../../engine/inputs/phone';
import { parsePhone, regions, splitPhones } from '../../../engine/inputs/phone';

const australia: PhoneRules = { region: 'AU', form: 'digits' };

test.each([
	['0412 345 678', '61412345678'],
	['+61 412-345-678', '61412345678'],
	['61412345678', '61412345678'],
	['(04) 1234 5678', '61412345678'],
	['0061 412 345 678', '61412345678'],
	['+44 7911 123456', '447911123456'],
	['0491 570 006', '61491570006'],
])('%s is %s', (written, number) => {
	expect(parsePhone(written, australia)).toEqual({ number });
});

test.each([
	['12', 'is too short to be a phone number'],
	['0412345678901234', 'is too long to be a phone number'],
	['call me', 'is not a phone number'],
	['-', 'is not a phone number'],
	['0000000000', 'is not a phone number in use (read with +61 as the country)'],
])('%s %s', (written, refusal) => {
	expect(parsePhone(written, australia)).toEqual({ refusal });
});

test('each provider gets its own form', () => {
	expect(parsePhone('0412345678', { region: 'AU', form: 'e164' })).toEqual({ number: '+61412345678' });
	expect(parsePhone('+256 701 234567', { region: 'UG', form: 'national' })).toEqual({ number: '0701234567' });
	expect(parsePhone('0812 3456 7890', { region: 'ID', form: 'digits' })).toEqual({ number: '6281234567890' });
	// A national form means nothing abroad.
	expect(parsePhone('+61412345678', { region: 'UG', form: 'national' })).toEqual({ number: '61412345678' });
});

test('the country that the user picked decides for numbers without one', () => {
	expect(parsePhone('021 123 4567', australia, 'NZ')).toEqual({ number: '64211234567' });
	expect(parsePhone('+61412345678', australia, 'NZ')).toEqual({ number: '61412345678' });
});

test('documented test numbers pass', () => {
	expect(parsePhone('+0-000-000-000-1', { ...australia, testNumbers: /^\+0-000-000-000-[1-9]$/ })).toEqual({ number: '+0-000-000-000-1' });
});

test('lists in any usual form', () => {
	expect(splitPhones('0412, 0413;0414\n0415\r\n, ')).toEqual(['0412', '0413', '0414', '0415']);
	expect(splitPhones(['0412', ' 0413,0414', 415])).toEqual(['0412', '0413', '0414', '415']);
	expect(splitPhones(undefined)).toEqual([]);
});

test('every country can be picked, by its name', () => {
	expect(regions()).toEqual(expect.arrayContaining([{ region: 'AU', label: 'Australia (+61)' }, { region: 'UG', label: 'Uganda (+256)' }]));
});
