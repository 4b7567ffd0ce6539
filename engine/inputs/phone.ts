/** A thin front on libphonenumber-js: any usual way to write a number in, the provider's form out. */
import type * as Library from 'libphonenumber-js/min';

/** ISO 3166-1 alpha-2 code of the region that a number without a country code belongs to. */
export type Region = Library.CountryCode;

/** `digits` 61412345678 · `e164` +61412345678 · `national` 0412345678 (only inside the provider's own region). */
export type PhoneForm = 'digits' | 'e164' | 'national';

export interface PhoneRules {
	region: Region;
	form: PhoneForm;
	/** Numbers that pass as they are although no numbering plan has them (a provider's documented test numbers). */
	testNumbers?: RegExp;
}

let library: typeof Library | undefined;

/** Loaded on first use, because the metadata of all countries costs 20 ms that a node without numbers need not pay. */
function load(): typeof Library {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with the node
	library ??= require('libphonenumber-js/min') as typeof Library;
	return library;
}

export type ParsedPhone = { number: string } | { refusal: string };

/**
 * Reads one phone number in any usual form (local, with country code, with or without '+', spaces, dashes, brackets).
 *
 * @param text what the user wrote
 * @param region where a number without a country code belongs
 * @returns the number in the provider's form, or why it is none, as the end of a sentence ("… is too short")
 */
export function parsePhone(text: string, rules: PhoneRules, region: Region = rules.region): ParsedPhone {
	const written = text.trim();
	if (rules.testNumbers?.test(written)) return { number: written };
	const { parsePhoneNumberFromString, validatePhoneNumberLength, getCountryCallingCode } = load();
	if (/[a-z]/i.test(written)) return { refusal: 'is not a phone number' };
	let found = parsePhoneNumberFromString(written, region);
	// Digits that start with a country code, as providers report them (61412345678), are no valid local number.
	if (!found?.isValid()) {
		const international = parsePhoneNumberFromString(`+${written.replace(/^\+|^00/, '')}`);
		if (international?.isValid()) found = international;
	}
	if (!found?.isValid()) {
		const length = validatePhoneNumberLength(written, region);
		const country = `+${getCountryCallingCode(region)}`;
		if (length === 'TOO_SHORT') return { refusal: 'is too short to be a phone number' };
		if (length === 'TOO_LONG') return { refusal: 'is too long to be a phone number' };
		if (length === 'NOT_A_NUMBER') return { refusal: 'is not a phone number' };
		return { refusal: `is not a phone number in use (read with ${country} as the country)` };
	}
	if (rules.form === 'e164') return { number: found.number };
	if (rules.form === 'national' && found.country === rules.region) {
		return { number: found.formatNational().replace(/\D/g, '') };
	}
	return { number: found.number.slice(1) };
}

/**
 * Takes a list of numbers apart: commas, semicolons, new lines or a list; each number once, in the order written.
 * @param raw a text, a number, or an array of these
 */
export function splitPhones(raw: unknown): string[] {
	if (Array.isArray(raw)) return raw.flatMap(splitPhones);
	const parts = typeof raw === 'string' || typeof raw === 'number' ? String(raw).split(/[,;\n\r]+/) : [];
	return parts.map((part) => part.trim()).filter((part) => part !== '');
}

export function isRegion(code: string): code is Region {
	return load().isSupportedCountry(code);
}

/** Every region with its name in English and calling code, for a "Default Country" picker. */
export function regions(): Array<{ region: Region; label: string }> {
	const { getCountries, getCountryCallingCode } = load();
	const names = new Intl.DisplayNames(['en'], { type: 'region' });
	return getCountries()
		.map((region) => ({ region, label: `${names.of(region) ?? region} (+${getCountryCallingCode(region)})` }))
		.sort((a, b) => a.label.localeCompare(b.label, 'en'));
}
