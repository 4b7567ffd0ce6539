/** What of a text survives the way through a provider. */

/**
 * A text as it can be found again, should the provider trim it, change its case or drop what it cannot send: its letters
 * and digits, of all alphabets; where it has none, the text itself.
 */
export function essence(text: string): string {
	const normal = text.normalize('NFKC');
	return normal.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '') || normal.trim();
}

const asciiLetters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const withoutAccents = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');

/** Whether `found` may be `sent` after a provider replaced, or left out, what is not in its alphabet ("Ödön" as "?d?n" or "Odon"), or cut it short. */
export function mayBeAltered(found: string, sent: string): boolean {
	const beginning = essence(found);
	if (beginning !== '' && beginning !== essence(sent) && essence(sent).startsWith(beginning)) return true;
	const isPlain = /^[\u0000-\u007f\ufffd]*$/;
	if (!isPlain.test(found) || isPlain.test(sent)) return false;
	return [asciiLetters(sent), asciiLetters(withoutAccents(sent))].includes(asciiLetters(found));
}
