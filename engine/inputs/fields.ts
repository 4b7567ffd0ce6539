/** Kinds of input: how each looks in the editor, and how what the user gave is read and checked. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { tryToParseDateTime } from 'n8n-workflow';

import { badValue } from '../failure';
import type { PhoneRules, Region } from './phone';
import { isRegion, parsePhone, splitPhones } from './phone';
import { countSegments } from './segments';

type DateTime = ReturnType<typeof tryToParseDateTime>;

/** What reading a value needs to know beyond the value. */
export interface Reading {
	/** Name of the field, for `badValue`. */
	field: string;
	phone: PhoneRules;
	/** The "Default Country" that the user picked, if any. */
	country?: Region;
	/** IANA zone of the workflow. */
	timezone: string;
	/** Now, in ms since the epoch. */
	now: number;
}

/** One input of an operation. `V` is the type in which the operation gets its value. */
export interface Field<V> {
	label: string;
	/** The n8n property without its name and conditions. */
	property: Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;
	required: boolean;
	/** Shown, and read, only while these other fields have one of these values. */
	showWhen?: Record<string, Array<string | boolean>>;
	/** @throws Failure (`input`) whose text continues a sentence that starts with the label */
	read(raw: unknown, reading: Reading): V;
}

export type Fields = Record<string, Field<unknown>>;
export type ValuesOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer V> ? V : never };

interface Common {
	label: string;
	description?: string;
	hint?: string;
	placeholder?: string;
	showWhen?: Record<string, Array<string | boolean>>;
}
type Required = { required: true };

function shown(given: Common): Pick<INodeProperties, 'description' | 'hint' | 'placeholder'> {
	const { description, hint, placeholder } = given;
	return { ...(description && { description }), ...(hint && { hint }), ...(placeholder && { placeholder }) };
}

function isEmpty(raw: unknown): boolean {
	return raw === undefined || raw === null || raw === '';
}

/** Runs `parse` on what is there; nothing there is `undefined`, or a bad value where one is required. */
function read<V>(required: boolean, parse: (raw: unknown, reading: Reading) => V): (raw: unknown, reading: Reading) => V {
	return (raw, reading) => {
		if (!isEmpty(raw)) return parse(raw, reading);
		if (required) throw badValue(reading.field, 'is empty', 'Fill it in, or check that its expression gives a value for this item.');
		return undefined as V;
	};
}

function asText(raw: unknown, reading: Reading): string {
	if (typeof raw === 'string') return raw;
	if (typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint') return String(raw);
	throw badValue(reading.field, 'is not a text', 'Its expression gives an object or a list; pick the one value that is meant.');
}

/** A text. Numbers are taken as text, since spreadsheets turn codes into numbers. */
export function text(given: Common & Required & { rows?: number; maxLength?: number }): Field<string>;
export function text(given: Common & { rows?: number; maxLength?: number }): Field<string | undefined>;
export function text(given: Common & { required?: true; rows?: number; maxLength?: number }): Field<string | undefined> {
	const required = given.required === true;
	return {
		label: given.label,
		showWhen: given.showWhen,
		required,
		property: { type: 'string', default: '', ...(given.rows && { typeOptions: { rows: given.rows } }), ...shown(given) },
		read: read(required, (raw, reading) => {
			const value = asText(raw, reading);
			if (required && value.trim() === '') throw badValue(reading.field, 'is empty');
			if (given.maxLength !== undefined && value.length > given.maxLength) {
				throw badValue(reading.field, `has ${value.length} characters, but at most ${given.maxLength} are allowed`, 'Shorten it.');
			}
			return value;
		}),
	};
}

interface Bounds {
	min?: number;
	max?: number;
}

/** A whole number within bounds. */
export function integer(given: Common & Bounds & Required & { default: number }): Field<number>;
export function integer(given: Common & Bounds & { default?: number }): Field<number | undefined>;
export function integer(given: Common & Bounds & { required?: true; default?: number }): Field<number | undefined> {
	const { min, max } = given;
	const required = given.required === true;
	return {
		label: given.label,
		showWhen: given.showWhen,
		required,
		property: { type: 'number', default: given.default ?? min ?? 0, typeOptions: { minValue: min, maxValue: max }, ...shown(given) },
		read: read(required, (raw, reading) => {
			const value = Number(raw);
			if (!Number.isInteger(value)) throw badValue(reading.field, 'is not a whole number');
			if (min !== undefined && value < min) throw badValue(reading.field, `is ${value}, but must be at least ${min}`);
			if (max !== undefined && value > max) throw badValue(reading.field, `is ${value}, but must be at most ${max}`);
			return value;
		}),
	};
}

/** A switch. */
export function flag(given: Common & { default?: boolean }): Field<boolean> {
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: false,
		property: { type: 'boolean', default: given.default ?? false, ...shown(given) },
		read: (raw, reading) => {
			if (isEmpty(raw)) return given.default ?? false;
			if (typeof raw === 'boolean') return raw;
			const word = String(raw).trim().toLowerCase();
			if (['true', '1', 'yes'].includes(word)) return true;
			if (['false', '0', 'no'].includes(word)) return false;
			throw badValue(reading.field, 'is neither true nor false');
		},
	};
}

export interface Choice<V extends string> {
	value: V;
	label: string;
	description?: string;
}

/** A few choices stay in the order of their meaning; from five on they are searched by eye, so n8n wants them sorted. */
function toOptions(choices: ReadonlyArray<Choice<string>>): INodePropertyOptions[] {
	const options = choices.map(({ value, label, description }) => ({ name: label, value, ...(description && { description }) }));
	return options.length < 5 ? options : options.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** One of a closed list. A value outside of it can only come from an expression. */
export function choice<const V extends string>(given: Common & { choices: ReadonlyArray<Choice<V>>; default: NoInfer<V> }): Field<V> {
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: false,
		property: { type: 'options', default: given.default, options: toOptions(given.choices), ...shown(given) },
		read: (raw, reading) => {
			const found = given.choices.find(({ value }) => value === (isEmpty(raw) ? given.default : raw));
			if (found) return found.value;
			const allowed = given.choices.map(({ value }) => value).join(', ');
			throw badValue(reading.field, `is "${String(raw)}", which is not one of its choices`, `Use one of: ${allowed}.`);
		},
	};
}

/** Any number of a closed list. */
export function choices<const V extends string>(given: Common & { choices: ReadonlyArray<Choice<V>>; default: NoInfer<V>[] }): Field<V[]> {
	const one = choice<V>({ ...given, default: given.default[0] as NoInfer<V> });
	return {
		label: given.label,
		required: false,
		property: { type: 'multiOptions', default: given.default, options: toOptions(given.choices), ...shown(given) },
		read: (raw, reading) => (Array.isArray(raw) ? raw : isEmpty(raw) ? [] : [raw]).map((value) => one.read(value, reading)),
	};
}

const phoneAdvice = 'Write it with its country code, or pick the country in the option "Default Country".';

function readPhone(written: string, reading: Reading): string {
	const parsed = parsePhone(written, reading.phone, reading.country);
	if ('number' in parsed) return parsed.number;
	throw badValue(reading.field, `"${written}" ${parsed.refusal}`, phoneAdvice);
}

/** One phone number, given to the operation in the provider's form. */
export function phone(given: Common & Required): Field<string>;
export function phone(given: Common): Field<string | undefined>;
export function phone(given: Common & { required?: true }): Field<string | undefined> {
	const required = given.required === true;
	return {
		label: given.label,
		showWhen: given.showWhen,
		required,
		property: { type: 'string', default: '', ...shown(given) },
		read: read(required, (raw, reading) => readPhone(asText(raw, reading), reading)),
	};
}

/** One or several phone numbers (comma, semicolon, new line or a list), each once, in the provider's form. */
export function phones(given: Common & Required): Field<string[]> {
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: true,
		property: { type: 'string', default: '', ...shown(given) },
		read: read(true, (raw, reading) => {
			const written = splitPhones(raw);
			if (written.length === 0) throw badValue(reading.field, 'is empty');
			return [...new Set(written.map((one) => readPhone(one, reading)))];
		}),
	};
}

/** Phone numbers as written, for a preview that tells of each whether it is one. */
export function writtenPhones(given: Common & Required): Field<string[]> {
	return { ...phones(given), read: read(true, (raw) => splitPhones(raw)) };
}

/** The "Default Country" of a send: where numbers without a country code belong. */
export const defaultCountry: Field<Region | undefined> = {
	label: 'Default Country Name or ID',
	required: false,
	property: {
		type: 'options',
		default: '',
		typeOptions: { loadOptionsMethod: 'countries' },
		description:
			'The country of numbers that are written without a country code. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	read: read(false, (raw, reading) => {
		const code = asText(raw, reading).trim().toUpperCase();
		if (isRegion(code)) return code;
		throw badValue(reading.field, `is "${code}", which is no country`, 'Use a two-letter code such as AU.');
	}),
};

/** Refuses a text that would cost more than the user allowed. */
export const maxSegments = integer({
	label: 'Max Segments',
	description: 'A message that needs more segments than this is not sent. One segment is 160 characters, or 70 with emoji or other Unicode; every segment is charged.',
	min: 1,
	max: 99,
	default: 1,
});

/** Turns refused recipients into a failed run, after everything else was sent. */
export const failOnRefused = flag({
	label: 'Fail on Refused Recipients',
	description: 'Whether to stop the workflow when the provider refuses a recipient. All other messages are sent first.',
});

/** What a retry does that finds messages of an earlier run, of which n8n kept nothing. */
export const earlierSends = choice({
	label: 'When a Retry Finds Earlier Sends',
	choices: [
		{ value: 'stop', label: 'Stop', description: 'Send nothing, and say how many were found' },
		{ value: 'skip', label: 'Skip Them', description: 'Send only what was not found' },
		{ value: 'sendAgain', label: 'Send Again', description: 'Send everything, without looking' },
	],
	default: 'stop',
	description: 'What to do when an execution that was stopped or crashed is retried, and its messages of the last 24 hours are at the provider already',
});

/** A point in time, typed in the workflow's zone unless it names its own. */
export function dateTime(given: Common & { future?: { minMinutes: number; maxMinutes?: number } }): Field<DateTime | undefined> {
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: false,
		property: { type: 'dateTime', default: '', ...shown(given) },
		read: read(false, (raw, reading) => {
			let time: DateTime;
			try {
				time = tryToParseDateTime(raw, reading.timezone);
			} catch {
				throw badValue(reading.field, `is "${String(raw)}", which is not a date and time`, 'Write it like 2026-04-01T09:00:00.');
			}
			const minutes = (time.toMillis() - reading.now) / 60_000;
			const written = time.setZone(reading.timezone).toFormat('yyyy-MM-dd HH:mm');
			if (given.future && minutes < 0) throw badValue(reading.field, `is ${written}, which is in the past`, 'Pick a time in the future.');
			if (given.future && minutes < given.future.minMinutes) {
				throw badValue(reading.field, `is ${written}, but must be at least ${given.future.minMinutes} minute(s) ahead`, 'Pick a later time, or leave it empty to send now.');
			}
			if (given.future?.maxMinutes !== undefined && minutes > given.future.maxMinutes) {
				const days = Math.floor(given.future.maxMinutes / 1440);
				throw badValue(reading.field, `is ${written}, but may be at most ${days} days ahead`, 'Pick an earlier time.');
			}
			return time;
		}),
	};
}

/** A calendar day as YYYY-MM-DD. A moment that names its zone becomes its day in UTC; the date picker's does not, and is the day picked. */
export function day(given: Common): Field<string | undefined> {
	const moment = dateTime(given);
	return {
		...moment,
		read: (raw, reading) => {
			const picked = typeof raw === 'string' ? /^\s*(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]*)?\s*$/.exec(raw)?.[1] : undefined;
			if (picked !== undefined && !Number.isNaN(Date.parse(picked))) return picked;
			return moment.read(raw, reading)?.toUTC().toFormat('yyyy-MM-dd');
		},
	};
}

/**
 * Something that the provider can list: picked from a searchable list, or given by ID.
 * @param search name of the lookup in the provider's `lookups.ts`
 */
export function locator(given: Common & Required & { search: string; byId: string }): Field<string>;
export function locator(given: Common & { search: string; byId: string }): Field<string | undefined>;
export function locator(given: Common & { required?: true; search: string; byId: string }): Field<string | undefined> {
	const required = given.required === true;
	const parse = read(required, (raw, reading) => asText(raw, reading).trim());
	return {
		label: given.label,
		showWhen: given.showWhen,
		required,
		property: {
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			...shown(given),
			modes: [
				{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: given.search, searchable: true } },
				{ displayName: 'By ID', name: 'id', type: 'string', ...(given.byId && { placeholder: `e.g. ${given.byId}` }) },
			],
		},
		read: (raw, reading) => parse(typeof raw === 'object' && raw !== null && 'value' in raw ? raw.value : raw, reading),
	};
}

/** A locator whose ID is a whole number on the wire. */
export function numberedLocator(given: Common & Required & { search: string; byId: string }): Field<number> {
	const inner = locator(given);
	return {
		...inner,
		read: (raw, reading) => {
			const written = inner.read(raw, reading);
			const id = Number(written);
			if (!Number.isSafeInteger(id)) throw badValue(reading.field, `is "${written}", but an ID is a whole number`);
			return id;
		},
	};
}

/** Any number of rows of the same inputs. n8n takes expressions in a row's inputs, but none for the rows as a whole. */
export function rows<F extends Fields>(given: Common & { row: string; fields: F }): Field<Array<ValuesOf<F>>> {
	const inputs = Object.entries(given.fields);
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: false,
		property: {
			type: 'fixedCollection',
			default: {},
			placeholder: `Add ${given.row}`,
			typeOptions: { multipleValues: true },
			options: [{ name: 'values', displayName: given.row, values: inputs.map(([name, { label, required, property }]) => ({ displayName: label, name, ...property, ...(required && { required }) })) }],
			...shown(given),
		},
		read: (raw, reading) => {
			const values: unknown = Array.isArray(raw) || typeof raw !== 'object' || raw === null ? raw : (raw as Record<string, unknown>)['values'];
			if (isEmpty(values)) return [];
			return (Array.isArray(values) ? values : [values]).map((row: unknown) => {
				if (typeof row !== 'object' || row === null) throw badValue(reading.field, 'is not a list of rows');
				const read = inputs.map(([name, field]) => [name, field.read((row as Record<string, unknown>)[name] ?? field.property.default, { ...reading, field: `${given.label}: ${field.label}` })]);
				return Object.fromEntries(read) as ValuesOf<F>;
			});
		},
	};
}

/** A text that an update may also empty: what the user leaves empty is emptied, which a text otherwise cannot say. */
export function clearable(field: Field<string | undefined>): Field<string | undefined> {
	const description = field.property.description;
	return {
		...field,
		property: { ...field.property, description: description ? `${description}. Leave it empty to remove what is there.` : 'Leave it empty to remove what is there' },
		read: (raw, reading) => (raw === '' ? '' : field.read(raw, reading)),
	};
}

/**
 * Holds a text against the user's "Max Segments", with placeholders as they are written.
 * @param unicode whether characters beyond GSM-7 are kept
 * @throws Failure (`input`)
 */
export function checkSegments({ message, maxSegments: most }: { message: string; maxSegments?: number }, unicode = true): void {
	if (most === undefined) return;
	const { segments, encoding } = countSegments(message, unicode);
	if (segments <= most) return;
	throw badValue('Message', `needs ${segments} segments (${encoding}), but at most ${most} are allowed`, 'Shorten it, or raise the option "Max Segments".');
}

/** A sentence on screen; nothing is read. */
export function notice(sentence: string): Field<undefined> {
	return { label: sentence, required: false, property: { type: 'notice', default: '' }, read: () => undefined };
}
