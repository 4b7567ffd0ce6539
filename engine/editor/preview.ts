/** Shows what a send would do, without sending: every provider has it. */
import type { IDataObject } from 'n8n-workflow';

import { asFailure } from '../failure';
import type { Field, Fields } from '../inputs/fields';
import { allowLandlines, fillIn, flag, includeInput, orEmpty, segmentsHint, showBalance, text, writtenPhones } from '../inputs/fields';
import type { Send, UnnamedOperation, Values } from '../operation';
import { customOperation } from '../operation';
import { amount } from '../output/wording';
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

/** How a preview asks what is left, where the account can be asked. */
export type AskBalance = (send: Send) => Promise<{ balance: number | null; unit: string | null }>;

const answerLink = flag({ label: 'Answer Link', description: 'Whether the message ends with the link of "Send and Wait for Response", so that its length is counted' });

const balanceOption = { showBalance };

/** Dear characters that people hardly miss, and what is written instead of them in GSM-7. */
const cheaper: Record<string, string> = {
	...Object.fromEntries(['\u201c', '\u201d', '\u201e', '\u201f', '\u00ab', '\u00bb', '\u2033'].map((quote) => [quote, '"'])),
	...Object.fromEntries(['\u2018', '\u2019', '\u201a', '\u201b', '\u00b4', '\u0060', '\u2032'].map((quote) => [quote, "'"])),
	...Object.fromEntries(['\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212'].map((dash) => [dash, '-'])),
	...Object.fromEntries(['\u00a0', '\u2007', '\u2009', '\u202f'].map((blank) => [blank, ' '])),
	...Object.fromEntries(['\u200b', '\u200c', '\u200d', '\ufeff', '\ufe0f'].map((nothing) => [nothing, ''])),
	'\u2026': '...',
	'\u2022': '-',
	'\u00b7': '.',
	'\u00d7': 'x',
	'\u2122': 'TM',
	'\u00a9': '(C)',
	'\u00ae': '(R)',
};

/** A cheaper wording of what makes a text dear: which characters to what, and how many segments it needs then. None where that saves no segment. */
function cheaperWording(message: string, counted: Segments, rules: TextRules): string | null {
	const dear = counted.encoding === 'UCS-2' ? counted.unicodeCharacters : [];
	const known = dear.filter((character) => character in cheaper);
	if (dear.length === 0) return null;
	const rest = dear.filter((character) => !(character in cheaper));
	const then = countSegments(dear.reduce((text, character) => text.replaceAll(character, cheaper[character] ?? ''), message), rules).segments;
	if (then >= counted.segments) return null;
	const parts = [...(known.length > 0 ? [`${known.join(' ')} to ${known.map((character) => cheaper[character] || '(nothing)').join(' ')}`] : []),
		...(rest.length > 0 ? [`without ${rest.join(' ')}`] : [])];
	return `${parts.join(', ')}: ${then} ${then === 1 ? 'segment' : 'segments'}`;
}

/** The operation `message.preview` under a provider's rules. It sends no request, unless it is to show the balance. */
export function previewOperation<O extends Fields = {}>(rules: TextRules, defaultCountry: Field<Region | undefined>, more?: PreviewMore<O>, askBalance?: AskBalance): UnnamedOperation {
	const { unicodeDefault, example = '0412 345 678' } = rules;
	const unicodeOption = { unicode: flag({ label: 'Unicode', default: unicodeDefault, description: 'Whether emoji and other characters beyond GSM-7 are kept. They make a message more expensive.' }) };
	return customOperation({
		label: 'Preview',
		action: 'Preview an SMS',
		description: 'Check numbers and cost without sending anything',
		effect: 'read',
		fields: {
			to: orEmpty(writtenPhones({ label: 'To', required: true, placeholder: `e.g. ${example}`, description: 'One or several phone numbers, separated by commas, semicolons or new lines' }), []),
			message: orEmpty(text({ label: 'Message', required: true, rows: 3, verbatim: true, hint: segmentsHint }), ''),
		},
		options: {
			allowLandlines,
			answerLink,
			defaultCountry,
			// Whose number it is that cannot be sent to.
			includeInputFields: includeInput(true),
			...(askBalance === undefined ? ({} as typeof balanceOption) : balanceOption),
			...(unicodeDefault === undefined ? ({} as typeof unicodeOption) : unicodeOption),
			...(more?.options as {}),
		},
		async run(asked, { phone, answerLink: link }) {
			const values = asked.answerLink ? { ...asked, message: `${asked.message.trimEnd()}\n${link()}` } : asked;
			const unicode = values.unicode ?? unicodeDefault ?? true;
			const counted = countSegments(values.message, { ...rules, unicode });
			const given = values as unknown as Values<{ message: Field<string> }, O>;
			const notes = [...warningsOf({ message: values.message, unicode, counted }, rules), ...(more?.warnings(given) ?? [])];
			const isSilent = values.message.trim() === '';
			const rowOf = (to: string | null): IDataObject => ({
				to,
				reason: null,
				advice: null,
				segments: isSilent ? 0 : counted.segments,
				dearer: counted.encoding === 'UCS-2' ? counted.unicodeCharacters.join(' ') : null,
				cheaper: cheaperWording(values.message, counted, rules),
				notes: notes.length > 0 ? notes.join(' ') : null,
				text: isSilent ? null : values.message,
				...more?.columns(given),
			});
			const rows = (values.to.length > 0 ? values.to : [undefined]).map((written): IDataObject => {
				if (written === undefined || isSilent) return { ...rowOf(written ?? null), reason: `${isSilent ? 'Message' : 'To'} is empty`, advice: fillIn };
				const parsed = parsePhone(written, phone, values.defaultCountry);
				const landline = 'number' in parsed && !values.allowLandlines ? parsed.landline : undefined;
				const reason = 'refusal' in parsed ? `"${written}" ${parsed.refusal}` : landline === undefined ? null : `"${written}" ${landline}, which gets no SMS`;
				return {
					...rowOf('number' in parsed ? parsed.number : written),
					reason,
					advice: 'refusal' in parsed ? parsed.advice : landline === undefined ? null : 'Leave it out, or add the option "Allow Landlines".',
				};
			});
			// As in a send, each number gets it once.
			return [...new Map(rows.map((row) => [row['to'], row])).values()];
		},
		async finish(outputs, values, { send }) {
			const sendable = outputs.filter(({ reason }) => reason === null);
			const run = { runMessages: sendable.length, runSegments: sendable.reduce((sum, { segments }) => sum + Number(segments), 0), runRefused: outputs.length - sendable.length };
			const repeated = noteRepeats(sendable);
			const left = askBalance && values.showBalance ? await leftIn(askBalance, send) : undefined;
			for (const output of outputs) Object.assign(output, run, left && { balance: left.balance, balanceUnit: left.unit });
			const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
			const balance = typeof left?.balance === 'number' ? `; ${amount(left.balance, left.unit ?? '').trimEnd()} left` : '';
			const numbers = [
				`${many(run.runMessages, 'message')}, ${many(run.runSegments, 'segment')}`,
				...(repeated > 0 ? [`${many(repeated, 'number')} in more than one item`] : []),
				...(run.runRefused > 0 ? [`${many(run.runRefused, 'number')} cannot be sent to`] : []),
			].join('; ');
			return left && 'unknown' in left ? `${numbers}. Nothing was sent. The balance could not be asked: ${left.unknown}` : `${numbers}${balance}. Nothing was sent.`;
		},
	});
}

/** Says in the rows of a number that an earlier item has, too, that it does. @returns how many such numbers there are */
function noteRepeats(rows: IDataObject[]): number {
	const seen = new Set<unknown>();
	const repeated = new Set<unknown>();
	for (const row of rows) {
		const { to, notes } = row;
		if (seen.has(to)) {
			repeated.add(to);
			row['notes'] = [...(typeof notes === 'string' ? [notes] : []), 'An earlier item has this number, too.'].join(' ');
		}
		seen.add(to);
	}
	return repeated.size;
}

/** A preview is one also where the balance is not told. */
async function leftIn(askBalance: AskBalance, send: Send): Promise<Awaited<ReturnType<AskBalance>> & { unknown?: string }> {
	try {
		return await askBalance(send);
	} catch (thrown) {
		const { message, advice } = asFailure(thrown);
		return { balance: null, unit: null, unknown: `${message}. ${advice}`.trim() };
	}
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
