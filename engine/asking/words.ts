/** What a typed answer means: its first word, in any case and any script. */

/** One word, one number, or one emoji with what belongs to it. */
const wordPattern = /[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic})*/gu;

/** The words of a text in a form in which equal words are equal: full-width letters, digits of any script, colours of skin and case make no difference. */
function wordsIn(text: string): string[] {
	const plain = text.normalize('NFKC').replace(/[\ufe0e\ufe0f\u20e3]|\p{Emoji_Modifier}/gu, '').replace(/\p{Nd}/gu, valueOf);
	// By way of capitals, since "ß" and "SS", or the two small sigmas, differ only in small letters; a Turkish "İ" keeps its dot as a mark.
	return [...plain.matchAll(wordPattern)].map(([word]) => word.toUpperCase().toLowerCase().replace(/i\u0307/g, 'i'));
}

/** A digit of any script as 0 to 9: Unicode has the ten of a script in a row, from zero on. */
function valueOf(digit: string): string {
	const code = digit.codePointAt(0) ?? 0;
	let before = 0;
	while (/\p{Nd}/u.test(String.fromCodePoint(code - 1 - before))) before++;
	return String(before % 10);
}

function beginsWith(words: string[], wanted: string): boolean {
	const sought = wordsIn(wanted);
	return sought.length > 0 && sought.every((word, index) => word === words[index]);
}

/** With these people want no more messages, whatever they were asked ("Reply STOP to opt out"). */
const optOutWords = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'OPTOUT', 'OPT-OUT'];

/** Whether a text is an opt-out and nothing else. */
export function isOptOut(text: string): boolean {
	const words = wordsIn(text);
	return optOutWords.some((word) => wordsIn(word).length === words.length && beginsWith(words, word));
}

export interface AnswerWords {
	yes: string[];
	no: string[];
}

/** What a typed answer to a yes-or-no question is; `undefined` where it is neither. Where a word stands in both lists, nobody can tell. */
export function readAnswer(text: string, { yes, no }: AnswerWords): 'yes' | 'no' | 'optOut' | undefined {
	const words = wordsIn(text);
	if (optOutWords.some((word) => beginsWith(words, word))) return 'optOut';
	const [isYes, isNo] = [yes, no].map((some) => some.some((word) => beginsWith(words, word)));
	return isYes === isNo ? undefined : isYes ? 'yes' : 'no';
}

/** Whether a word stands anywhere in a text. */
export function says(text: string, word: string): boolean {
	const words = wordsIn(text);
	return words.some((_, index) => beginsWith(words.slice(index), word));
}

/** Words that no answer could be recognised by, and words that would mean both. */
export function unclearWords({ yes, no }: AnswerWords): string[] {
	const key = (word: string): string => wordsIn(word).join(' ');
	const both = new Set(yes.map(key));
	return [...yes, ...no].filter((word) => key(word) === '').concat(no.filter((word) => both.has(key(word))));
}
