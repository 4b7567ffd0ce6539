import { previewOperation } from '../../../../engine/editor/preview';
import { countSegments } from '../../../../engine/values/segments';
import { defaultCountry, keepsUnicode, maxSegments, segmentsUnlessTold, textRules, unicode } from '../../fields';
import { askBalance } from '../../responses';

/** What "max_parts" keeps back, in the send that is previewed as well. */
function tooManySegments({ message, maxSegments: most, unicode: isKept }: { message: string; maxSegments?: number; unicode?: boolean }): string[] {
	const { segments } = countSegments(message, { ...textRules, unicode: isKept ?? keepsUnicode });
	// What nobody can send is told already.
	if (segments <= (most ?? segmentsUnlessTold) || segments > (textRules.maxSegments ?? Infinity)) return [];
	if (most !== undefined) return [`The message needs ${segments} segments, more than the option "Max Segments" allows (${most}): it will not be sent.`];
	return [`The message needs ${segments} segments; only up to ${segmentsUnlessTold} are sent, unless the option "Max Segments" says otherwise.`];
}

export const preview = previewOperation(textRules, defaultCountry, { options: { maxSegments, unicode }, warnings: tooManySegments, columns: () => ({}) }, askBalance);
