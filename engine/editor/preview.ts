/** Shows what a send would do, without sending: every provider has it. */
import type { IDataObject } from 'n8n-workflow';

import type { Field, Fields } from '../inputs/fields';
import { flag, text, writtenPhones } from '../inputs/fields';
import type { UnnamedOperation, Values } from '../operation';
import { customOperation } from '../operation';
import type { Region } from '../values/phone';
import { parsePhone } from '../values/phone';
import type { Segments, TextRules } from '../values/segments';
import { countSegments, written as asWritten } from '../values/segments';

/** What travels with a provider's messages besides their text. */
export interface PreviewMore<O extends Fields> {
	/** The options of its send that are about it. */
	options: O;
	/** What a send would refuse about it, as sentences. */
	warnings(values: Values<{ message: Field<string> }, O>): string[];
	/** What is to be seen of it in every row. */
	columns(values: Values<{ message: Field<string> }, O>): IDataObject;
}

/** The operation `message.preview` under a provider's rules. It sends no request. */
export function previewOperation<O extends Fields = {}>(rules: TextRules, defaultCountry: Field<Region | undefined>, more?: PreviewMore<O>): UnnamedOperation {
	const { unicodeDefault, example = '0412 345 678' } = rules;
	const unicodeOption = { unicode: flag({ label: 'Unicode', default: unicodeDefault, description: 'Whether emoji and other characters beyond GSM-7 are kept. They make a message more expensive.' }) };
	return customOperation({
		label: 'Preview',
		action: 'Preview an SMS',
		description: 'Check numbers, encoding and segments without sending anything',
		effect: 'read',
		fields: {
			to: writtenPhones({ label: 'To', required: true, placeholder: `e.g. ${example}`, description: 'One or several phone numbers, separated by commas, semicolons or new lines' }),
			message: text({ label: 'Message', required: true, rows: 3, verbatim: true }),
		},
		options: {
			defaultCountry,
			...(unicodeDefault === undefined ? ({} as typeof unicodeOption) : unicodeOption),
			...(more?.options as {}),
		},
		async run(values, { phone }) {
			const unicode = values.unicode ?? unicodeDefault ?? true;
			const counted = countSegments(values.message, { ...rules, unicode });
			const given = values as unknown as Values<{ message: Field<string> }, O>;
			const warnings = [...warningsOf({ message: values.message, unicode, counted }, rules), ...(more?.warnings(given) ?? [])];
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
					...more?.columns(given),
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

function warningsOf({ message, unicode, counted }: { message: string; unicode: boolean; counted: Segments }, rules: TextRules): string[] {
	const { placeholders = {}, maxSegments, maxCharacters = Infinity } = rules;
	const { segments, unicodeCharacters } = counted;
	const [before = '', after = ''] = asWritten(' ', rules).split(' ').map(literally);
	const unknown = new Set([...message.matchAll(new RegExp(`${before}(\\w+)${after}`, 'g'))].filter(([, name = '']) => !(name in placeholders)).map(([whole]) => whole));
	const varying = Object.entries(placeholders).filter(([name, becomes]) => typeof becomes === 'string' && message.includes(asWritten(name, rules)));
	return [
		...[...unknown].map((whole) => `${whole} is not a placeholder that the provider fills in; it will be sent as it stands.`),
		...varying.map(([name, filledBy]) => `${asWritten(name, rules)} is counted as it is written; ${filledBy}`),
		...(!unicode && unicodeCharacters.length > 0 ? [`The provider removes ${unicodeCharacters.join(' ')} because Unicode is off.`] : []),
		...(maxSegments !== undefined && segments > maxSegments ? [`The message needs ${segments} segments; at most ${maxSegments} are sent.`] : []),
		...(Array.from(message).length > maxCharacters
			? [`The message has ${Array.from(message).length} characters; only up to ${maxCharacters} are sent, unless the option "Max Segments" says otherwise.`]
			: []),
	];
}

function literally(text: string): string {
	return text.replace(/\W/g, '\\$&');
}
