/** A thin front on sms-segments-calculator: how a text travels, and what it costs. */
import type * as Library from 'sms-segments-calculator';

/** What a provider does to a text before it sends it. */
export interface TextRules {
	/** Placeholders that it fills in, by name: how many characters one always becomes or, where that varies, who fills it in. */
	placeholders?: Record<string, number | string>;
	/** What stands before and after a placeholder's name; braces unless said otherwise. */
	marks?: readonly [string, string];
	/** For a provider that can be told to strip what GSM-7 lacks: whether it keeps it where it is told nothing. Others keep it. */
	unicodeDefault?: boolean;
	/** Most segments that it takes. */
	maxSegments?: number;
	/** As long as a text may be by its document, which does not say what becomes of a longer one: that goes only with the user's "Max Segments". */
	maxCharacters?: number;
	/** A number as people of its region write it. */
	example?: string;
}

/** A placeholder as it stands in a text. */
export function written(name: string, { marks: [before, after] = ['{', '}'] }: Pick<TextRules, 'marks'>): string {
	return `${before}${name}${after}`;
}

export interface Segments {
	/** GSM-7 carries 160 characters in one segment (153 in each of several), UCS-2 70 (67). */
	encoding: 'GSM-7' | 'UCS-2';
	segments: number;
	/** GSM-7 septets or UCS-2 code units, as the segment limits count them. */
	length: number;
	/** The characters that no GSM-7 alphabet has, each once; these force UCS-2. */
	unicodeCharacters: string[];
}

let library: typeof Library | undefined;

function load(): typeof Library {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with the node
	library ??= require('sms-segments-calculator') as typeof Library;
	return library;
}

/**
 * Counts the segments of a text. A placeholder counts as long as it always becomes, or else as it is written.
 * @param how `unicode` false: the provider strips what GSM-7 lacks, so the text is counted without these characters
 */
export function countSegments(text: string, how: Pick<TextRules, 'placeholders' | 'marks'> & { unicode?: boolean } = {}): Segments {
	const { placeholders = {}, unicode = true } = how;
	const { SegmentedMessage } = load();
	const filled = Object.entries(placeholders).reduce((rest, [name, becomes]) => (typeof becomes === 'number' ? rest.replaceAll(written(name, how), 'x'.repeat(becomes)) : rest), text);
	const whole = new SegmentedMessage(filled);
	const unicodeCharacters = [...new Set(whole.getNonGsmCharacters())];
	const counted = unicode || unicodeCharacters.length === 0 ? whole : new SegmentedMessage(withoutUnicode(filled, unicodeCharacters));
	return {
		encoding: counted.encodingName,
		segments: counted.segmentsCount,
		length: counted.encodingName === 'GSM-7' ? counted.messageSize / 7 : counted.messageSize / 16,
		unicodeCharacters,
	};
}

function withoutUnicode(text: string, unicodeCharacters: string[]): string {
	return unicodeCharacters.reduce((rest, character) => rest.replaceAll(character, ''), text);
}
