/**
 * A thin front on libphonenumber-js: any usual way to write a number in, the provider's form out.
 *
 * A number belongs to the default country, or says which country it belongs to. What could be the number of two people
 * is refused with the way to write it: a message to a stranger cannot be taken back.
 */
import type * as Library from 'libphonenumber-js/max';

import type { Refused } from './refused';

/** ISO 3166-1 alpha-2 code of the region that a number without a country code belongs to. */
export type Region = Library.CountryCode;

/** `digits` 61412345678 · `e164` +61412345678 · `national` 0412345678 (only inside the provider's own region). */
export type PhoneForm = 'digits' | 'e164' | 'national';

export interface PhoneRules {
	region: Region;
	form: PhoneForm;
	/** The only country that the provider sends to. */
	only?: Region;
	/** Numbers that pass as they are although no numbering plan has them (a provider's documented test numbers). */
	testNumbers?: RegExp;
}

export interface ReadPhone {
	/** In the provider's form. */
	number: string;
	/** Why it gets no SMS, as the end of a sentence; `undefined` where it is a mobile, or where nobody can tell (United States). */
	landline?: string;
}

let library: typeof Library | undefined;

/**
 * Loaded on first use, because the metadata of all countries costs 20 ms that a node without numbers need not pay. Only
 * `max` knows landlines of every country: `min` (73 KB less) has them for few, `mobile` takes them for no numbers at all.
 */
function load(): typeof Library {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with the node
	library ??= require('libphonenumber-js/max') as typeof Library;
	return library;
}

function parse(text: string, region?: Region): Library.PhoneNumber | undefined {
	return load().parsePhoneNumberFromString(text, { defaultCountry: region, extract: false });
}

/**
 * Reads one phone number in any usual form: local or with country code, with or without '+', with spaces, dots, dashes,
 * brackets, a "(0)" after the country code, full-width or Arabic digits, as a tel: link.
 *
 * Without '+' or 00 it is read in `region` only, written as people there write it, or with that country's own calling
 * code in front. Scientific notation (6.1E10) and decimals (61412345678.0) are refused: digits may have been lost.
 *
 * @param region where a number without a country code belongs
 */
export function parsePhone(written: string, rules: PhoneRules, region: Region = rules.region): ReadPhone | Refused {
	if (rules.testNumbers?.test(written.trim())) return { number: written.trim() };
	const plain = plainOf(written);
	const refused = refusedForm(plain);
	if (refused) return refused;
	const found = foundIn(writtenAs(plain, region));
	if ('refusal' in found) return found;
	if (rules.only !== undefined && found.countryCallingCode !== callingCode(rules.only)) {
		return { refusal: `is a number of ${whereOf(found)}, but messages can only be sent to ${countryName(rules.only)}`, advice: 'Leave it out.' };
	}
	return { number: inForm(found, rules), landline: landlineOf(found) };
}

function inForm(found: Library.PhoneNumber, { form, region }: PhoneRules): string {
	if (form === 'e164') return found.number;
	if (form === 'national' && found.countryCallingCode === callingCode(region)) return digitsOf(found.formatNational());
	return found.number.slice(1);
}

// --- how it is written -------------------------------------------------------------------------------------------

/** Code points of the zeros of the digits that libphonenumber reads besides 0-9: full-width, Arabic-Indic, Eastern Arabic. */
const zeros = [0xff10, 0x0660, 0x06f0];

/** The same number in ASCII, without what cannot be seen (marks of direction and of no width travel along when a number is copied). */
function plainOf(written: string): string {
	return written
		.replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
		.replace(/[０-９٠-٩۰-۹]/g, (digit) => String(Math.min(...zeros.map((zero) => digit.charCodeAt(0) - zero).filter((value) => value >= 0))))
		.replace(/[‐‑‒–—―−－﹣ー]/g, '-')
		.replace(/[．。·]/g, '.')
		.replace(/＋/g, '+')
		.replace(/（/g, '(')
		.replace(/）/g, ')')
		.replace(/\s+/g, ' ')
		.trim()
		// A spreadsheet's mark that a cell is a text.
		.replace(/^['’]/, '')
		.replace(/^"(.*)"$/, '$1')
		.replace(/^tel:/i, '')
		.trim();
}

const checkDigits = 'Check its digits.';
const abroad = 'A number of another country needs its country code and a + in front, or the option "Default Country".';
const tooShort = 'is too short to be a phone number';
const tooLong = 'is too long to be a phone number';
/** What to do about a number of the wrong length. */
const adviceOnLength: Record<string, string> = {
	[tooShort]: 'Digits are missing. Compare it with where it comes from.',
	[tooLong]: 'It has a digit too many, or is several numbers, which are separated by commas where the field takes several.',
};
const keepDigits = 'Format the column as text in the spreadsheet, so that all digits of the number stay.';

/** What can be told from the characters alone. */
function refusedForm(plain: string): Refused | undefined {
	if (!/\d/.test(plain)) return { refusal: 'is not a phone number', advice: 'It has no digits. Check which column of your data the field takes its value from.' };
	if (/^[+-]?\d+([.,]\d+)?e[+-]?\d+$/i.test(plain)) return { refusal: 'is in scientific notation, which loses digits', advice: keepDigits };
	if (/^[^.]*\d{3}\.\d{1,2}$/.test(plain)) return { refusal: 'is a decimal number', advice: keepDigits };
	if (/(?:\d|\s|;)(?:x|ext\.?|extension|#)[ .:=]*\d{1,6}$/i.test(plain)) return { refusal: 'has an extension, which gets no SMS', advice: 'Leave the extension out.' };
	if (/\p{L}/u.test(plain)) return { refusal: 'has letters in it', advice: 'Write one phone number, in digits.' };
	if (/^[^\d]*-/.test(plain)) return { refusal: 'has a minus sign in front', advice: 'Leave it out, or write a + instead if a country code follows.' };
	const odd = /[^\d\s+().-]/u.exec(plain)?.[0];
	if (odd !== undefined) return { refusal: `has "${odd}" in it`, advice: 'Write one phone number. Several are separated by commas, where a field takes several.' };
	if (!/^\(?\+?[\d\s().-]+$/.test(plain)) return { refusal: 'has a + inside', advice: 'Write one phone number, with the + in front.' };
	return undefined;
}

/** Takes a text with several numbers apart: commas, semicolons, tabs or new lines, in any script. */
export function splitPhones(text: string): string[] {
	return text.split(/[,;，、；،؛\t\n\r\u2028\u2029]+/);
}

function digitsOf(text: string): string {
	return text.replace(/\D/g, '');
}

// --- whose it is -------------------------------------------------------------------------------------------------

/** A number as it is written, and where. */
interface Written {
	plain: string;
	digits: string;
	region: Region;
	/** With + in front. */
	hasPlus: boolean;
}

function writtenAs(plain: string, region: Region): Written {
	return { plain, digits: digitsOf(plain), region, hasPlus: plain.includes('+') };
}

function foundIn(written: Written): Library.PhoneNumber | Refused {
	const { plain, digits, region } = written;
	const readings = readingsOf(written);
	const numbers = readings.filter(isNumber).filter(({ number }, index, all) => all.findIndex((one) => one.number === number) === index);
	const [found, other] = numbers.filter((one) => !lacksPrefix(one, digits));
	if (found && other) {
		return { refusal: `can be read as ${found.formatInternational()} and as ${other.formatInternational()}`, advice: 'Write the one that is meant, with the + in front.' };
	}
	if (found && hasTail(plain, region)) return { refusal: 'can be read with and without its last digit', advice: 'Write it without a gap before the last digit, or one number at a time.' };
	if (found) return found;
	return numbers[0] ? lackingPrefix(numbers[0]) : refusedReading(written, readings[0]);
}

/** "0811 234 567-8" is a number that ends in 678, or two that end in 7 and 8. */
function hasTail(plain: string, region: Region): boolean {
	const [, rest] = /^(.*\d)[ -]+\d$/.exec(plain) ?? [];
	return rest !== undefined && readingsOf(writtenAs(rest, region)).some(isNumber);
}

/** The ways in which a number can be meant. Only one of them may turn out to be a number. */
function readingsOf({ digits, region, hasPlus }: Written): Library.PhoneNumber[] {
	const inRegion = parse(digits, region);
	const own = callingCode(region);
	const readings = () => {
		if (hasPlus) return [parse(`+${digits}`)];
		// Some countries dial abroad by more than 00: in Australia 0011 65 is Singapore, not +1 165.
		if (digits.startsWith('00')) return [inRegion, parse(`+${digits.slice(2)}`)];
		// What the library takes for a region's own way to dial abroad (011 in the United States) is none that others know.
		return [inRegion?.countryCallingCode === own ? inRegion : undefined, digits.startsWith(own) ? parse(`+${digits}`) : undefined];
	};
	return readings().filter((one) => one !== undefined);
}

/**
 * In a range that is in use. New ranges open faster than packages are updated, so a number of an unknown range passes
 * where numbers that differ from it in the second and third digit are mobiles.
 */
function isNumber(found: Library.PhoneNumber): boolean {
	if (found.isValid()) return true;
	if (!found.isPossible()) return false;
	const { countryCallingCode, nationalNumber } = found;
	return Array.from({ length: 100 }, (_, digits) => `${nationalNumber.charAt(0)}${String(digits).padStart(2, '0')}${nationalNumber.slice(3)}`).some((national) => {
		const neighbour = parse(`+${countryCallingCode}${national}`);
		return neighbour?.nationalNumber === national && neighbour.getType() === 'MOBILE';
	});
}

/** 412345678 instead of 0412345678: a spreadsheet has dropped the 0, or the first digits are another country's code. */
function lacksPrefix(found: Library.PhoneNumber, digits: string): boolean {
	return digits === found.nationalNumber && ![found.formatNational(), found.formatNational({ nationalPrefix: false })].map(digitsOf).includes(digits);
}

function lackingPrefix(found: Library.PhoneNumber): Refused {
	const local = found.formatNational();
	const prefix = digitsOf(local).endsWith(found.nationalNumber) ? digitsOf(local).slice(0, -found.nationalNumber.length) : digitsOf(local).charAt(0);
	return {
		refusal: `has neither a country code nor a leading ${prefix}`,
		advice: `Write it with its country code, e.g. ${found.formatInternational()}, or with its leading ${prefix}, e.g. ${local}. `
			+ `A spreadsheet that dropped it keeps it in a column that is formatted as text.`,
	};
}

/** @param nearest what it comes closest to */
function refusedReading({ plain, digits, region, hasPlus }: Written, nearest: Library.PhoneNumber | undefined): Refused {
	const parts = plain.split(' ');
	if (parts.length > 1 && parts.every((part) => /\d{6}/.test(part) && readingsOf(writtenAs(part, region)).some(isNumber))) {
		return { refusal: `looks like ${parts.length} numbers`, advice: 'Separate them by commas, where the field takes several.' };
	}
	if (hasPlus && digits.startsWith('0')) return { refusal: 'has a 0 after the +', advice: 'Write the country code after the +, or leave the + out.' };
	if (hasPlus || digits.startsWith('00')) {
		if (nearest === undefined && digits.length < 7) return { refusal: tooShort, advice: adviceOnLength[tooShort] ?? checkDigits };
		if (nearest === undefined) return { refusal: 'has no country code that exists', advice: 'Check the digits after the + or 00.' };
		const length = lengthRefusal(nearest.number, region);
		return { refusal: length ?? `is not a phone number in use in ${whereOf(nearest)}`, advice: adviceOnLength[length ?? ''] ?? checkDigits };
	}
	const elsewhere = parse(`+${digits}`);
	const length = lengthRefusal(digits, region);
	return {
		refusal: length ?? `is not a phone number in use in ${countryName(region)}`,
		advice: elsewhere?.isValid() ? `If it belongs to ${whereOf(elsewhere)}, write it with a + in front: ${elsewhere.formatInternational()}.` : `${adviceOnLength[length ?? ''] ?? checkDigits} ${abroad}`,
	};
}

/** Too short or too long, if fewer or more digits would make it a number. */
function lengthRefusal(text: string, region: Region): string | undefined {
	const isOne = (candidate: string): boolean => parse(candidate, region)?.isValid() === true;
	const length = load().validatePhoneNumberLength(text, region);
	if (length === 'TOO_SHORT' || ['0', '00', '000'].some((more) => isOne(text + more))) return tooShort;
	if (length === 'TOO_LONG' || [1, 2, 3].some((fewer) => isOne(text.slice(0, -fewer)))) return tooLong;
	return undefined;
}

// --- what it gets ------------------------------------------------------------------------------------------------

/** Kinds of number that get no SMS. A kind that is not named may get one: mobiles, and what could be either (United States, new ranges). */
const landlines: Partial<Record<Library.PhoneNumberType, string>> = {
	FIXED_LINE: 'is a landline',
	TOLL_FREE: 'is a freecall number',
	SHARED_COST: 'is a service number',
	UAN: 'is a service number',
	PREMIUM_RATE: 'is a premium-rate number',
	VOICEMAIL: 'is a voicemail number',
};

function landlineOf(found: Library.PhoneNumber): string | undefined {
	const type = found.getType();
	return type && landlines[type];
}

// --- countries ---------------------------------------------------------------------------------------------------

export function isRegion(code: string): code is Region {
	return load().isSupportedCountry(code);
}

function callingCode(region: Region): string {
	return load().getCountryCallingCode(region);
}

let names: Intl.DisplayNames | undefined;

function countryName(region: Region): string {
	names ??= new Intl.DisplayNames(['en'], { type: 'region' });
	return names.of(region) ?? region;
}

function whereOf({ country, countryCallingCode }: Library.PhoneNumber): string {
	return country ? countryName(country) : `the country code +${countryCallingCode}`;
}

/** Every region with its name in English and calling code, for a "Default Country" picker. */
export function regions(): Array<{ region: Region; label: string }> {
	return load()
		.getCountries()
		.map((region) => ({ region, label: `${countryName(region)} (+${callingCode(region)})` }))
		.sort((a, b) => a.label.localeCompare(b.label, 'en'));
}
