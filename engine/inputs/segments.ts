/** A thin front on sms-segments-calculator: how a text travels, and what it costs. */
import type * as Library from 'sms-segments-calculator';

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
 * Counts the segments of a text.
 * @param unicode false: the provider strips what GSM-7 lacks, so the text is counted without these characters
 */
export function countSegments(text: string, unicode = true): Segments {
	const { SegmentedMessage } = load();
	const whole = new SegmentedMessage(text);
	const unicodeCharacters = [...new Set(whole.getNonGsmCharacters())];
	const counted = unicode || unicodeCharacters.length === 0 ? whole : new SegmentedMessage(withoutUnicode(text, unicodeCharacters));
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
