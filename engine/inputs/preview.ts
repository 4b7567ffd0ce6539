/** Shows what a send would do, without sending: every provider has it. */
import type { IDataObject } from 'n8n-workflow';

import { defaultCountry, flag, text, writtenPhones } from './fields';
import type { UnnamedOperation } from '../operation';
import { customOperation } from '../operation';
import { parsePhone } from './phone';
import type { Segments, TextRules } from './segments';
import { countSegments } from './segments';

/**
 * The operation `message.preview` under a provider's rules. It sends no request.
 * @param example a number as people of the provider's region write it
 */
export function previewOperation(rules: TextRules, example = '0412 345 678'): UnnamedOperation {
	const { placeholders, unicodeDefault } = rules;
	const unicodeOption = { unicode: flag({ label: 'Unicode', default: unicodeDefault, description: 'Whether emoji and other characters beyond GSM-7 are kept. They make a message more expensive.' }) };
	return customOperation({
		label: 'Preview',
		action: 'Preview a message',
		description: 'Check numbers, encoding and segments without sending anything',
		effect: 'read',
		fields: {
			to: writtenPhones({ label: 'To', required: true, placeholder: `e.g. ${example}`, description: 'One or several phone numbers, separated by commas, semicolons or new lines' }),
			message: text({ label: 'Message', required: true, rows: 3, verbatim: true }),
		},
		options: {
			defaultCountry,
			...(unicodeDefault === undefined ? ({} as typeof unicodeOption) : unicodeOption),
		},
		async run(values, { phone }) {
			const unicode = values.unicode ?? unicodeDefault ?? true;
			const counted = countSegments(values.message, { placeholders, unicode });
			const warnings = warningsOf({ message: values.message, unicode, counted }, rules);
			const rows = values.to.map((written): IDataObject => {
				const parsed = parsePhone(written, phone, values.defaultCountry);
				const landline = 'number' in parsed ? parsed.landline : undefined;
				return {
					to: 'number' in parsed ? parsed.number : written,
					valid: 'number' in parsed,
					...('refusal' in parsed && { reason: `"${written}" ${parsed.refusal}`, advice: parsed.advice }),
					landline: landline !== undefined,
					segments: counted.segments,
					encoding: counted.encoding,
					length: counted.length,
					unicodeCharacters: counted.unicodeCharacters,
					warnings: landline === undefined ? warnings : [`"${written}" ${landline}, which gets no SMS. It is only sent to when the option "Allow Landlines" is on.`, ...warnings],
					text: values.message,
				};
			});
			// As in a send, each number gets it once.
			return [...new Map(rows.map((row) => [row['to'], row])).values()];
		},
		finish(outputs) {
			const sendable = outputs.filter(({ valid }) => valid === true);
			const run = { messages: sendable.length, segments: sendable.reduce((sum, { segments }) => sum + Number(segments), 0), invalid: outputs.length - sendable.length };
			for (const output of outputs) output['run'] = run;
		},
	});
}

function warningsOf({ message, unicode, counted }: { message: string; unicode: boolean; counted: Segments }, { placeholders = {}, maxSegments }: TextRules): string[] {
	const { segments, unicodeCharacters } = counted;
	const unknown = new Set([...message.matchAll(/\{(\w+)\}/g)].filter(([, name = '']) => !(name in placeholders)).map(([whole]) => whole));
	const varying = Object.entries(placeholders).filter(([name, becomes]) => typeof becomes === 'string' && message.includes(`{${name}}`));
	return [
		...[...unknown].map((whole) => `${whole} is not a placeholder that the provider fills in; it will be sent as it stands.`),
		...varying.map(([name, filledBy]) => `{${name}} is counted as it is written; ${filledBy}`),
		...(!unicode && unicodeCharacters.length > 0 ? [`The provider removes ${unicodeCharacters.join(' ')} because Unicode is off.`] : []),
		...(maxSegments !== undefined && segments > maxSegments ? [`The message needs ${segments} segments; at most ${maxSegments} are sent.`] : []),
	];
}
