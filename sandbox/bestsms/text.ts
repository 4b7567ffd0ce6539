/** What becomes of a message's text before it is sent: personal fields, links to files, the alphabet, the number of parts. */
import { SegmentedMessage } from 'sms-segments-calculator';
import { personalFields, type PersonalDetails } from './account';

/** Characters that GSM-7 holds in one septet; such a text needs no calculator (which takes 0.3 ms a message). */
const plainGsm7 = /^[A-Za-z0-9 .,:;!?'"()/+\-*#@&%=<>_$\n]*$/;

export function partsOf(text: string): number {
	if (plainGsm7.test(text)) return text.length <= 160 ? 1 : Math.ceil(text.length / 153);
	return new SegmentedMessage(text).segmentsCount;
}

/**
 * Fills `[[FirstName]]` and its like (the document calls the fields "personalisation" and is silent about how; the SDKs' documents
 * have these, https://github.com/tnzgroup/tnzapi-dotnet `docs/email.md`) and `[[File1]]`, by what `linkTo` gives for the file's number.
 */
export function fillText(text: string, details: PersonalDetails, linkTo: (file: number) => string | undefined): string {
	return text.replace(/\[\[(\w+)\]\]/g, (command, name: string) => {
		const field = personalFields.find((one) => one === name);
		if (field) return details[field] ?? '';
		const file = /^File([1-9]\d*)$/.exec(name)?.[1];
		return (file === undefined ? undefined : linkTo(Number(file))) ?? command;
	});
}

/** The document has one example, "© to (C)"; the others follow it. */
const replacements = new Map([
	...Object.entries({ '©': '(C)', '®': '(R)', '™': '(TM)', '…': '...', '•': '*', '\u00a0': ' ' }),
	...['‘', '’', '‚', '‛'].map((quote): [string, string] => [quote, "'"]),
	...['“', '”', '„', '‟'].map((quote): [string, string] => [quote, '"']),
	...['‐', '‑', '‒', '–', '—', '―'].map((dash): [string, string] => [dash, '-']),
]);

const isGsm7 = (text: string): boolean => new SegmentedMessage(text).encodingName === 'GSM-7';

/** "Convert multi-byte characters into normalised GSM character format". What has no such form becomes a question mark. */
export function convertCharacters(text: string): string {
	if (plainGsm7.test(text)) return text;
	return new SegmentedMessage(text).graphemes
		.map((grapheme) => {
			if (isGsm7(grapheme)) return grapheme;
			const plain = replacements.get(grapheme) ?? grapheme.normalize('NFKD').replace(/\p{M}/gu, '');
			return isGsm7(plain) ? plain : '?';
		})
		.join('');
}
