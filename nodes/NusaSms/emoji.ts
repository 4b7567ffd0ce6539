/**
 * WhatsApp texts carry emoji as codes: "Use the emoji code as API message parameter", where 😀 (U+1F600) is written
 * "\\U0001F600" in JSON: one backslash, U, and eight hexadecimal digits for every code point.
 */

/**
 * What is drawn as an emoji: by itself, or because a variation selector says so; with what joins it to the next one. Other
 * symbols (™, →) and the letters of all languages are text.
 */
const one = String.raw`(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\u{10000}-\u{10FFFF}])\uFE0F?`;
const emoji = new RegExp(String.raw`${one}(?:\u200D\p{Extended_Pictographic}\uFE0F?)*|[0-9#*]\uFE0F\u20E3`, 'gu');

/** The text as the API wants it. Codes that a user has written already stay as they are. */
export function withCodes(text: string): string {
	return text.replace(emoji, (found) => Array.from(found, (character) => (/[0-9#*]/.test(character) ? character : codeOf(character))).join(''));
}

function codeOf(character: string): string {
	return `\\U${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The text as people read it. */
export function withEmoji(text: string): string {
	return text.replace(/\\U([0-9A-Fa-f]{8})/g, (code, digits: string) => {
		const point = parseInt(digits, 16);
		return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? code : String.fromCodePoint(point);
	});
}
