/** Kinds of input: how each looks in the editor, and how what the user gave is read and checked. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { badValue } from '../failure';
import type { PhoneForm, PhoneRules, Region } from '../values/phone';
import { isRegion, parsePhone, splitPhones } from '../values/phone';
import type { TextRules } from '../values/segments';
import { countSegments } from '../values/segments';
import type { DateTime } from '../values/times';
import { isTimeZone, parseDay, parseTime } from '../values/times';

/** A file of the item. What is in it is loaded when it is asked for. */
export interface GivenFile {
	/** Its file name, or that of the binary field where it has none. */
	name: string;
	mimeType: string;
	/** In bytes. */
	size: number;
	/** The same for the same content only, so that messages with different files never share a request. */
	identity: string;
	/** @throws Failure (`input`) when it cannot be read */
	base64(): Promise<string>;
}

/** What reading a value needs to know beyond the value. */
export interface Reading {
	/** Name of the field, for `badValue`. */
	field: string;
	phone: PhoneRules;
	/** The "Default Country" that the user picked, if any. */
	country?: Region;
	/** The user's "Allow Landlines". */
	allowLandlines?: boolean;
	/** IANA zone of the workflow. */
	timezone: string;
	/** Now, in ms since the epoch. */
	now: number;
	/** The item's file in the binary field of that name; without one, the names that there are. */
	binary(name: string): GivenFile | { names: string[] };
}

/** One input of an operation. `V` is the type in which the operation gets its value. */
export interface Field<V> {
	label: string;
	/** The n8n property without its name and conditions. */
	property: Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;
	required: boolean;
	/** Shown, and read, only while these other fields have one of these values. */
	showWhen?: Record<string, Array<string | boolean>>;
	/** It names something of the item, so that the same text means something else for every item. */
	ofItem?: true;
	/** @throws Failure (`input`) whose text continues a sentence that starts with the label */
	read(raw: unknown, reading: Reading): V;
}

export type Fields = Record<string, Field<unknown>>;
export type ValuesOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer V> ? V : never };

/** How an input shows itself in the editor. */
interface Appearance {
	label: string;
	description?: string;
	hint?: string;
	placeholder?: string;
	showWhen?: Record<string, Array<string | boolean>>;
}
type Mandatory = { required: true };
type MaybeMandatory = { required?: true };

function shown(given: Appearance): Pick<INodeProperties, 'description' | 'hint' | 'placeholder'> {
	const { description, hint, placeholder } = given;
	return { ...(description && { description }), ...(hint && { hint }), ...(placeholder && { placeholder }) };
}

/** What to do where a value is missing. */
export const fillIn = 'Fill it in, or check that its expression gives a value for this item.';

/** An input that may be left empty unless it is mandatory; `parse` reads what is there. */
function field<V>(given: Appearance & MaybeMandatory, property: Field<V>['property'], parse: (raw: unknown, reading: Reading) => V): Field<V> {
	const required = given.required === true;
	return {
		label: given.label,
		showWhen: given.showWhen,
		required,
		property: { ...property, ...shown(given) },
		read(raw, reading) {
			if (!isEmpty(raw)) return parse(sane(raw, reading), reading);
			if (required) throw badValue(reading.field, 'is empty', fillIn);
			return undefined as V;
		},
	};
}

function isEmpty(raw: unknown): boolean {
	return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');
}

/** What JavaScript and n8n make of a value that is not there, or is no text, where an expression puts it into one. */
const residue = /^(?:NaN|undefined|null|Invalid Date(?:Time)?|\[object \w+\]|\[(?:Object|Array|DateTime): [^]*\])$/;

function sane(raw: unknown, reading: Reading): unknown {
	const text = raw instanceof Date || typeof raw === 'number' || typeof raw === 'string' ? String(raw).trim() : '';
	if (residue.test(text)) throw badValue(reading.field, `is "${text}": its expression went wrong`, 'Check that the expression gives a value for this item, and nothing around it.');
	return raw;
}

function asText(raw: unknown, reading: Reading): string {
	if (typeof raw === 'string') {
		// On the wire it would become another character, or make a whole request unreadable.
		const isCut = /\p{Surrogate}/u.test(raw);
		if (isCut) throw badValue(reading.field, 'has half of an emoji in it', 'An expression cuts it off. Cut a text like this: {{ Array.from($json.text).slice(0, 160).join("") }}.');
		return raw;
	}
	if (typeof raw === 'number' && !Number.isSafeInteger(Math.trunc(raw))) {
		throw badValue(reading.field, 'is a number of more digits than n8n keeps exactly', 'Pass it on as a text, so that no digit changes.');
	}
	if (typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint') return String(raw);
	throw badValue(reading.field, 'is not a text', 'Its expression gives an object or a list; pick the one value that is meant.');
}

interface TextShape {
	rows?: number;
	maxLength?: number;
	/** Blanks around it belong to it, as in the text of a message; they are taken off everything else. */
	verbatim?: true;
}

/** A text. Numbers are taken as text, since spreadsheets turn codes into numbers. */
export function text(given: Appearance & Mandatory & TextShape): Field<string>;
export function text(given: Appearance & TextShape): Field<string | undefined>;
export function text(given: Appearance & MaybeMandatory & TextShape): Field<string | undefined> {
	return field(given, { type: 'string', default: '', ...(given.rows && { typeOptions: { rows: given.rows } }) }, (raw, reading) => {
		const value = given.verbatim ? asText(raw, reading) : asText(raw, reading).trim();
		if (given.maxLength !== undefined && value.length > given.maxLength) {
			throw badValue(reading.field, `has ${value.length} characters, but at most ${given.maxLength} are allowed`, 'Shorten it.');
		}
		return value;
	});
}

/** Any number of texts: a list, or one text with commas or new lines between them. */
export function texts(given: Appearance & Mandatory): Field<string[]>;
export function texts(given: Appearance): Field<string[] | undefined>;
export function texts(given: Appearance & MaybeMandatory): Field<string[] | undefined> {
	return field(given, { type: 'string', default: '' }, (raw, reading) => listed(raw, reading, (one) => one.split(/[,\n\r]+/)));
}

/** The texts of a list, or of one text taken apart; gaps are left out. */
function listed(raw: unknown, reading: Reading, apart: (text: string) => string[]): string[] {
	const given = Array.isArray(raw) ? (raw as unknown[]).flat() : [raw];
	const parts = given.filter((one) => !isEmpty(one)).flatMap((one) => apart(asText(sane(one, reading), reading)));
	const found = parts.map((part) => part.trim()).filter((part) => part !== '');
	if (found.length === 0) throw badValue(reading.field, 'is empty', fillIn);
	return found;
}

/** A web address (http or https). */
export function url(given: Appearance & Mandatory & { https?: true }): Field<string>;
export function url(given: Appearance & { https?: true }): Field<string | undefined>;
export function url(given: Appearance & MaybeMandatory & { https?: true }): Field<string | undefined> {
	return field(given, { type: 'string', default: '' }, (raw, reading) => {
		const value = asText(raw, reading).trim();
		if (!/^https?:\/\/\S+$/i.test(value) || !URL.canParse(value)) throw badValue(reading.field, `is "${value}", which is not a web address`, 'Write it in full, with https:// in front.');
		if (given.https && !/^https:/i.test(value)) throw badValue(reading.field, `is "${value}", which does not begin with https://`, 'The provider calls only addresses that are encrypted.');
		return value;
	});
}

interface Bounds {
	min?: number;
	max?: number;
}

/** Digits only: JavaScript would also take 0x10, 1e3, true and an empty list for numbers. A spreadsheet's 7.0 is 7. */
function wholeNumber(raw: unknown): number | undefined {
	const written = typeof raw === 'number' || typeof raw === 'bigint' || typeof raw === 'string' ? String(raw).trim() : '';
	const value = /^[+-]?\d+(?:\.0+)?$/.test(written) ? Number(written) : Number.NaN;
	return Number.isSafeInteger(value) ? value : undefined;
}

/** A whole number within bounds. */
export function integer(given: Appearance & Bounds & Mandatory & { default: number }): Field<number>;
export function integer(given: Appearance & Bounds & { default?: number }): Field<number | undefined>;
export function integer(given: Appearance & Bounds & MaybeMandatory & { default?: number }): Field<number | undefined> {
	const { min, max } = given;
	return field(given, { type: 'number', default: given.default ?? min ?? 0, typeOptions: { minValue: min, maxValue: max } }, (raw, reading) => {
		const value = wholeNumber(raw);
		if (value === undefined) throw badValue(reading.field, 'is not a whole number', 'Write it in digits, or look at what its expression gives for this item.');
		if (min !== undefined && value < min) throw badValue(reading.field, `is ${value}, but must be at least ${min}`);
		if (max !== undefined && value > max) throw badValue(reading.field, `is ${value}, but must be at most ${max}`);
		return value;
	});
}

/** A switch. */
export function flag(given: Appearance & { default?: boolean }): Field<boolean> {
	const otherwise = given.default ?? false;
	return withDefault(
		field(given, { type: 'boolean', default: otherwise }, (raw, reading) => {
			const word = String(raw).trim().toLowerCase();
			if (['true', '1', 'yes'].includes(word)) return true;
			if (['false', '0', 'no'].includes(word)) return false;
			throw badValue(reading.field, 'is neither true nor false', 'Look at what its expression gives for this item.');
		}),
		otherwise,
	);
}

/** A field whose value is `otherwise` where it is empty. */
function withDefault<V>(one: Field<V>, otherwise: V): Field<V> {
	return { ...one, read: (raw, reading) => (isEmpty(raw) ? otherwise : one.read(raw, reading)) };
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

function chosen<V extends string>(raw: unknown, reading: Reading, choices: ReadonlyArray<Choice<V>>): V {
	const written = asText(raw, reading).trim();
	const found = choices.find(({ value }) => value === written) ?? choices.find(({ value }) => value.toLowerCase() === written.toLowerCase());
	if (found) return found.value;
	const allowed = choices.map(({ value }) => value).join(', ');
	throw badValue(reading.field, `is "${written}", which is not one of its choices`, `Use one of: ${allowed}.`);
}

/** One of a closed list. A value outside of it can only come from an expression. */
export function choice<const V extends string>(given: Appearance & { choices: ReadonlyArray<Choice<V>>; default: NoInfer<V> }): Field<V> {
	const options = toOptions(given.choices);
	return withDefault(field(given, { type: 'options', default: given.default, options }, (raw, reading) => chosen(raw, reading, given.choices)), given.default);
}

/** Any number of a closed list. */
export function choices<const V extends string>(given: Appearance & { choices: ReadonlyArray<Choice<V>>; default: NoInfer<V>[] }): Field<V[]> {
	const property: Field<V[]>['property'] = { type: 'multiOptions', default: given.default, options: toOptions(given.choices) };
	return withDefault(field(given, property, (raw, reading) => [raw].flat().map((one: unknown) => chosen(sane(one, reading), reading, given.choices))), []);
}

interface PhoneShape {
	/** The form that is wanted here, where it is not the provider's usual one. */
	form?: PhoneForm;
	/** It gets an SMS: what cannot get one is refused unless the user allows landlines. */
	getsSms?: true;
}

function readPhone(written: string, reading: Reading, { form, getsSms }: PhoneShape): string {
	const parsed = parsePhone(written, { ...reading.phone, ...(form && { form }) }, reading.country);
	if ('refusal' in parsed) throw badValue(reading.field, `"${written}" ${parsed.refusal}`, parsed.advice);
	if (getsSms && parsed.landline !== undefined && !reading.allowLandlines) {
		throw badValue(reading.field, `"${written}" ${parsed.landline}, which gets no SMS`, 'Leave it out, or add the option "Allow Landlines".');
	}
	return parsed.number;
}

/** One phone number, given to the operation in the provider's form. */
export function phone(given: Appearance & Mandatory & PhoneShape): Field<string>;
export function phone(given: Appearance & PhoneShape): Field<string | undefined>;
export function phone(given: Appearance & MaybeMandatory & PhoneShape): Field<string | undefined> {
	return field(given, { type: 'string', default: '' }, (raw, reading) => readPhone(asText(raw, reading).trim(), reading, given));
}

/** One or several phone numbers (comma, semicolon, tab, new line or a list), each once, in the provider's form. */
export function phones(given: Appearance & Mandatory & PhoneShape): Field<string[]> {
	return field(given, { type: 'string', default: '' }, (raw, reading) => [...new Set(listed(raw, reading, splitPhones).map((one) => readPhone(one, reading, given)))]);
}

/** Reads nothing as an empty value, for a preview that tells where something is missing. */
export function orEmpty<V>(of: Field<V>, empty: V): Field<V> {
	const isNothing = (raw: unknown): boolean => (Array.isArray(raw) ? raw.every(isNothing) : isEmpty(raw));
	return { ...of, read: (raw, reading) => (isNothing(raw) ? empty : of.read(raw, reading)) };
}

/** Phone numbers as written, for a preview that tells of each whether it is one. */
export function writtenPhones(given: Appearance & Mandatory): Field<string[]> {
	return field(given, { type: 'string', default: '' }, (raw, reading) => listed(raw, reading, splitPhones));
}

/**
 * The "Default Country": where numbers without a country code belong.
 * @param own the provider's own country, which is used while nothing else is picked; its label as `regions` gives it
 */
export function countryField(own: { region: Region; label: string }): Field<Region | undefined> {
	const property: Field<string>['property'] = {
		type: 'resourceLocator',
		default: { mode: 'list', value: own.region, cachedResultName: own.label },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchCountries', searchable: true } },
			{ displayName: 'By Code', name: 'id', type: 'string', placeholder: `e.g. ${own.region}` },
		],
	};
	return located(
		field({ label: 'Default Country', description: `The country of numbers that are written without a country code; ${own.label} without this option` }, property, (raw, reading) => {
			const code = asText(raw, reading).trim().toUpperCase();
			if (isRegion(code)) return code;
			throw badValue(reading.field, `is "${code}", which is no country`, 'Use a two-letter code such as AU.');
		}),
	);
}

/** Sends also to numbers that are known to be no mobiles. */
export const allowLandlines = flag({
	label: 'Allow Landlines',
	description: 'Whether to send also to landlines, and to service numbers such as 13, 1300 or 1800. Most of them get no SMS, but it may be charged.',
});

/** Below every text: what it costs. */
export const segmentsHint = 'One segment holds 160 characters, or 70 with emoji. Each segment is charged.';

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

/** Puts the columns of the item that a message was made of beside its result. */
export function includeInput(otherwise: boolean): Field<boolean> {
	return flag({
		label: 'Include Input Fields',
		default: otherwise,
		description: 'Whether the fields of the input item stand behind the result, such as the name that a message was for. Where both have a field of the same name, it is that of the result.',
	});
}

/** A budget for the whole run. */
export const maxSegmentsPerRun = integer({
	label: 'Max Segments per Run',
	min: 1,
	default: 100,
	description: 'When all messages of this run together need more segments than this, none is sent. The value of the first item counts.',
});

/** Looks instead of sending. */
export const onlyPreview = flag({ label: 'Only Preview', description: 'Whether to send nothing, and to show for each number what would be sent, whether it can be, and what it costs' });

/** For a preview, and for a send that only previews. */
export const showBalance = flag({ label: 'Show Balance', description: 'Whether to ask the account what is left, which takes a request. Without it a preview sends none.' });
export const showBalanceInPreview = { showBalance: { ...showBalance, showWhen: { onlyPreview: [true] } } };

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

/**
 * The same for a provider without a list of messages: what cannot be looked for cannot be skipped either.
 * @param why one sentence, e.g. "The provider cannot be asked what that execution sent."
 */
export function earlierSendsUnseen(why: string): Field<'stop' | 'sendAgain'> {
	return choice({
		label: 'When a Retry Finds Earlier Sends',
		choices: [
			{ value: 'stop', label: 'Stop', description: 'Send nothing, since some may have been sent already' },
			{ value: 'sendAgain', label: 'Send Again', description: 'Send everything' },
		],
		default: 'stop',
		description: `What to do when an execution that was stopped or crashed is retried. ${why}`,
	});
}

/**
 * A point in time in any form that can be read in one way only (see `parseTime`); where it names no zone, in the
 * workflow's. Of the two readings of an hour that the clocks go through twice, the first is taken.
 */
export function dateTime(given: Appearance & { future?: { minMinutes: number; maxMinutes?: number } }): Field<DateTime | undefined> {
	return field(given, { type: 'dateTime', default: '' }, (raw, reading): DateTime | undefined => {
		const parsed = parseTime(raw, reading.timezone);
		if ('refusal' in parsed) throw badValue(reading.field, `is "${String(raw)}", which ${parsed.refusal}`, parsed.advice);
		const { time } = parsed;
		if (!given.future) return time;
		const { minMinutes, maxMinutes = Infinity } = given.future;
		const minutes = (time.toMillis() - reading.now) / 60_000;
		const written = `${time.setZone(reading.timezone).toFormat('yyyy-MM-dd HH:mm')} (${reading.timezone})`;
		if (minutes < 0) throw badValue(reading.field, `is ${written}, which is in the past`, 'Pick a time in the future, or another time zone.');
		if (minutes < minMinutes) throw badValue(reading.field, `is ${written}, but must be at least ${minMinutes} minute(s) ahead`, 'Pick a later time.');
		if (minutes > maxMinutes) throw badValue(reading.field, `is ${written}, but may be at most ${Math.floor(maxMinutes / 1440)} days ahead`, 'Pick an earlier time.');
		return time;
	});
}

/** Now or later, as a choice of its own: `scheduledFor` is asked for only by who picks "Later". */
export const when = choice({
	label: 'When',
	choices: [
		{ value: 'now', label: 'Now' },
		{ value: 'later', label: 'Later', description: 'At the date and time below' },
	],
	default: 'now',
});
export const later = { when: ['later'] };

/** The zone that a date and time without one is read in. n8n shows what the expression gives: the workflow's own. */
export const timeZone: Field<string | undefined> = field(
	{ label: 'Time Zone', placeholder: 'e.g. Australia/Sydney', hint: 'The zone of the workflow, unless you write another one' },
	{ type: 'string', default: '={{ $now.zoneName }}' },
	(raw, reading) => {
		const zone = asText(raw, reading).trim();
		if (isTimeZone(zone)) return zone;
		throw badValue(reading.field, `is "${zone}", which is no time zone`, 'Write it like Australia/Sydney.');
	},
);

/**
 * The three fields of a send that can wait: when, at what time, in which zone.
 * @param scheduledFor how the provider reads the time
 */
export function schedule<V>(scheduledFor: Field<V | undefined>): { when: typeof when; scheduledFor: Field<V | undefined>; timeZone: typeof timeZone } {
	return { when, scheduledFor: mandatory({ ...scheduledFor, showWhen: later }, 'Pick the date and time, or set "When" to "Now".'), timeZone: { ...timeZone, showWhen: later } };
}

function mandatory<V>(inner: Field<V | undefined>, advice: string): Field<V | undefined> {
	return {
		...inner,
		required: true,
		read(raw, reading) {
			if (isEmpty(raw)) throw badValue(reading.field, 'is empty', advice);
			return inner.read(raw, reading);
		},
	};
}

/** A calendar day as YYYY-MM-DD. A moment that names its zone becomes its day in UTC; the date picker's does not, and is the day picked. */
export function day(given: Appearance): Field<string | undefined> {
	return field(given, { type: 'dateTime', default: '' }, (raw, reading): string | undefined => {
		const parsed = parseDay(raw, reading.timezone);
		if ('day' in parsed) return parsed.day;
		throw badValue(reading.field, `is "${String(raw)}", which ${parsed.refusal}`, parsed.advice);
	});
}

/** Files of the item, by the names of the binary fields that hold them. */
export function files(given: Appearance & Mandatory): Field<GivenFile[]>;
export function files(given: Appearance): Field<GivenFile[] | undefined>;
export function files(given: Appearance & MaybeMandatory): Field<GivenFile[] | undefined> {
	const read = field(given, { type: 'string', default: 'data' }, (raw, reading) => listed(raw, reading, (one) => one.split(',')).map((name) => fileOf(name, reading)));
	return { ...read, ofItem: true };
}

/** One file of the item. */
export function file(given: Appearance & Mandatory): Field<GivenFile>;
export function file(given: Appearance): Field<GivenFile | undefined>;
export function file(given: Appearance & MaybeMandatory): Field<GivenFile | undefined> {
	return { ...field(given, { type: 'string', default: 'data' }, (raw, reading) => fileOf(asText(raw, reading).trim(), reading)), ofItem: true };
}

function fileOf(name: string, reading: Reading): GivenFile {
	const found = reading.binary(name);
	if ('base64' in found) return found;
	const { names } = found;
	throw badValue(
		reading.field,
		`names the file "${name}", which this item does not have`,
		names.length > 0 ? `Its files are: ${names.join(', ')}.` : 'It has no files. Check that the node before gives its output as a file, and that no node in between drops it.',
	);
}

/**
 * Something that the provider can list: picked from a searchable list, or given by ID.
 * @param given `search`: name of the lookup in the provider's `lookups.ts`
 */
export function locator(given: Appearance & Mandatory & { search: string; byId: string }): Field<string>;
export function locator(given: Appearance & { search: string; byId: string }): Field<string | undefined>;
export function locator(given: Appearance & MaybeMandatory & { search: string; byId: string }): Field<string | undefined> {
	const property: Field<string>['property'] = {
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: given.search, searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', ...(given.byId && { placeholder: `e.g. ${given.byId}` }) },
		],
	};
	return located(field(given, property, (raw, reading) => asText(raw, reading).trim()));
}

/** n8n keeps what a locator has picked inside of an object. */
function located<V>(inner: Field<V>): Field<V> {
	return { ...inner, read: (raw, reading) => inner.read(typeof raw === 'object' && raw !== null && 'value' in raw ? raw.value : raw, reading) };
}

/** A locator whose ID is a whole number on the wire. */
export function numberedLocator(given: Appearance & Mandatory & { search: string; byId: string }): Field<number> {
	const inner = locator(given);
	return {
		...inner,
		read: (raw, reading) => {
			const written = inner.read(raw, reading);
			const id = wholeNumber(written);
			if (id === undefined && /^\d+$/.test(written)) throw badValue(reading.field, `is ${written}, which has more digits than n8n keeps exactly`, 'It cannot be used here.');
			if (id === undefined || id < 0) throw badValue(reading.field, `is "${written}", but an ID is a whole number`);
			return id;
		},
	};
}

/** Any number of rows of the same inputs. n8n takes expressions in a row's inputs, but none for the rows as a whole. */
export function rows<F extends Fields>(given: Appearance & { row: string; fields: F }): Field<Array<ValuesOf<F>>> {
	const inputs = Object.entries(given.fields);
	const inRow = inputs.map(([name, { label, required, property }]) => ({ displayName: label, name, ...property, ...(required && { required }) }));
	const readRow = (row: unknown, reading: Reading): ValuesOf<F> => {
		if (typeof row !== 'object' || row === null) throw badValue(reading.field, 'is not a list of rows');
		const values = row as Record<string, unknown>;
		const read = inputs.map(([name, one]) => [name, one.read(values[name] ?? one.property.default, { ...reading, field: `${given.label}: ${one.label}` })]);
		return Object.fromEntries(read) as ValuesOf<F>;
	};
	return {
		label: given.label,
		showWhen: given.showWhen,
		required: false,
		property: {
			type: 'fixedCollection',
			default: {},
			placeholder: `Add ${given.row}`,
			typeOptions: { multipleValues: true },
			options: [{ name: 'values', displayName: given.row, values: inRow }],
			...shown(given),
		},
		read: (raw, reading) => {
			const values: unknown = Array.isArray(raw) || typeof raw !== 'object' || raw === null ? raw : (raw as Record<string, unknown>)['values'];
			return isEmpty(values) ? [] : [values].flat().map((row) => readRow(row, reading));
		},
	};
}

/** A text that an update may also empty: what the user leaves empty is emptied, which a text otherwise cannot say. */
export function clearable(inner: Field<string | undefined>): Field<string | undefined> {
	const description = inner.property.description;
	return {
		...inner,
		property: { ...inner.property, description: description ? `${description}. Leave it empty to remove what is there.` : 'Leave it empty to remove what is there' },
		read: (raw, reading) => (typeof raw === 'string' && isEmpty(raw) ? '' : inner.read(raw, reading)),
	};
}

/**
 * Holds a text against the user's "Max Segments", or else against the provider's own limit.
 * @throws Failure (`input`)
 */
export function checkSegments({ message, maxSegments: most, unicode }: { message: string; maxSegments?: number; unicode?: boolean }, rules: TextRules = {}): void {
	const { unicodeDefault, maxCharacters = Infinity } = rules;
	if (most === undefined) {
		const { length } = Array.from(message);
		if (length <= maxCharacters) return;
		throw badValue(
			'Message',
			`has ${length} characters, but the provider documents at most ${maxCharacters}`,
			'Shorten it, or add the option "Max Segments" to send it as it is. The provider then takes it in several segments, or refuses it.',
		);
	}
	const { segments, encoding } = countSegments(message, { ...rules, unicode: unicode ?? unicodeDefault });
	if (segments <= most) return;
	throw badValue('Message', `needs ${segments} segments (${encoding}), but at most ${most} are allowed`, 'Shorten it, or raise the option "Max Segments".');
}

/** How many segments a text needs for all its recipients. Placeholders count as in `countSegments`. */
export function segmentsOf({ to, message, unicode }: { to: string[]; message: string; unicode?: boolean }, rules: TextRules): number {
	return to.length * countSegments(message, { ...rules, unicode: unicode ?? rules.unicodeDefault }).segments;
}

/** A sentence on screen; nothing is read. */
export function notice(sentence: string): Field<undefined> {
	return { label: sentence, required: false, property: { type: 'notice', default: '' }, read: () => undefined };
}
