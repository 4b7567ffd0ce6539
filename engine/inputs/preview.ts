/** Shows what a send would do, without sending: every provider has it. */
import type { IDataObject } from 'n8n-workflow';

import { defaultCountry, flag, text, writtenPhones } from './fields';
import type { UnnamedOperation } from '../operation';
import { customOperation } from '../operation';
import { parsePhone } from './phone';
import { countSegments } from './segments';

export interface PreviewRules {
	/** Placeholders that the provider fills in, by name, with what is known of their length. */
	placeholders?: Record<string, string>;
	/** For a provider that can be told to strip what GSM-7 lacks: whether it keeps it where it is told nothing. Others keep it. */
	unicodeDefault?: boolean;
	/** Most segments that the provider takes. */
	maxSegments?: number;
}

/** The operation `message.preview` under a provider's rules. It sends no request. */
export function previewOperation({ placeholders = {}, unicodeDefault, maxSegments }: PreviewRules): UnnamedOperation {
	const unicodeOption = { unicode: flag({ label: 'Unicode', default: unicodeDefault, description: 'Whether emoji and other characters beyond GSM-7 are kept. They make a message more expensive.' }) };
	return customOperation({
		label: 'Preview',
		action: 'Preview a message',
		description: 'Check numbers, encoding and segments without sending anything',
		effect: 'read',
		fields: {
			to: writtenPhones({ label: 'To', required: true, placeholder: 'e.g. 0412 345 678', description: 'One or several phone numbers, separated by commas, semicolons or new lines' }),
			message: text({ label: 'Message', required: true, rows: 3 }),
		},
		options: {
			defaultCountry,
			...(unicodeDefault === undefined ? ({} as typeof unicodeOption) : unicodeOption),
		},
		async run(values, { phone }) {
			const unicode = values.unicode ?? unicodeDefault ?? true;
			const counted = countSegments(values.message, unicode);
			const warnings = warningsOf(values.message, placeholders, unicode, counted.unicodeCharacters);
			if (maxSegments !== undefined && counted.segments > maxSegments) warnings.push(`The message needs ${counted.segments} segments; at most ${maxSegments} are sent.`);
			return values.to.map((written): IDataObject => {
				const parsed = parsePhone(written, phone, values.defaultCountry);
				return {
					to: 'number' in parsed ? parsed.number : written,
					valid: 'number' in parsed,
					...('refusal' in parsed && { reason: `"${written}" ${parsed.refusal}` }),
					segments: counted.segments,
					encoding: counted.encoding,
					length: counted.length,
					unicodeCharacters: counted.unicodeCharacters,
					warnings,
					text: values.message,
				};
			});
		},
		finish(outputs) {
			const sendable = outputs.filter(({ valid }) => valid === true);
			const run = { messages: sendable.length, segments: sendable.reduce((sum, { segments }) => sum + Number(segments), 0), invalid: outputs.length - sendable.length };
			for (const output of outputs) output['run'] = run;
		},
	});
}

function warningsOf(message: string, placeholders: Record<string, string>, unicode: boolean, unicodeCharacters: string[]): string[] {
	const unknown = [...message.matchAll(/\{(\w+)\}/g)].map(([whole, name = '']) => ({ whole, name })).filter(({ name }) => !(name in placeholders));
	const used = Object.keys(placeholders).filter((name) => message.includes(`{${name}}`));
	return [
		...unknown.map(({ whole }) => `${whole} is not a placeholder that the provider fills in; it will be sent as it stands.`),
		...used.map((name) => `{${name}} is counted as it is written; ${placeholders[name] ?? ''}`.trim()),
		...(!unicode && unicodeCharacters.length > 0 ? [`The provider removes ${unicodeCharacters.join(' ')} because Unicode is off.`] : []),
	];
}
