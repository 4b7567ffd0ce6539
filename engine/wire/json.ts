/** JSON as providers write it. */

/** Texts, which stay as they are, and whole numbers of more digits than a JavaScript number holds: ids, which become texts. */
const longNumbers = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** `JSON.parse`, but whole numbers of sixteen digits and more become texts, so that no ID changes. @throws SyntaxError */
export function parseJson(text: string): unknown {
	const read: unknown = JSON.parse(text);
	return /\d{16}/.test(text) ? JSON.parse(text.replace(longNumbers, (found) => (found.startsWith('"') ? found : `"${found}"`))) : read;
}
