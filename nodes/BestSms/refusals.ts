/** Which recipients a refused request is about. */
import { textOf } from './provider';

/**
 * A refused request sent nothing ("400 BAD REQUEST - Invalid Variables"), and its text may name a number, or only say that
 * one of them is bad. A text about anything else is about the request as a whole.
 */
export function refusedRecipients(body: unknown, entries: Array<{ to: string }>): Map<number, string> | undefined {
	const text = textOf(body);
	// Numbers are of several lengths, so that one may begin like another.
	const isNamed = (number: string): boolean => new RegExp(`(?<!\\d)(?:00)?${number}(?!\\d)`).test(text);
	const named = entries.flatMap(({ to }, index) => (isNamed(to.slice(1)) ? [[index, text] as const] : []));
	if (named.length > 0) return new Map(named);
	return /\b(recipients?|destinations?|phone numbers?|mobile numbers?)\b/i.test(text) ? new Map() : undefined;
}
