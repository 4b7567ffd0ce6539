/**
 * Reads times, and refuses what could be another day: 05/06/2026 is May to some and June to others, and a date without
 * a zone would be read in that of the server.
 */
import { tryToParseDateTime } from 'n8n-workflow';

import type { Refused } from './refused';

/** n8n's own Luxon time. */
export type DateTime = ReturnType<typeof tryToParseDateTime>;

/** Date, time and offset of ISO 8601 and SQL. A time without seconds, and a date alone, are what n8n's pickers and database nodes give. */
const form = /^([1-9]\d{3}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?) ?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?$/;

const convert = (like: string, pattern: string): string => `Write it like ${like}, or convert it: {{ DateTime.fromFormat($json.date, '${pattern}') }}.`;
const timeAdvice = convert('2026-04-01T09:00:00', 'dd/MM/yyyy HH:mm');
const dayAdvice = convert('2026-04-01', 'dd/MM/yyyy');

/**
 * Reads a point in time: ISO 8601 (2026-06-05T09:00:00+10:00), SQL (2026-06-05 09:00:00), a date alone (its midnight),
 * Luxon and JavaScript dates, or milliseconds since 1970 (13 digits). Whatever the server's zone is, a time that names
 * none is in `timezone`. Of the two readings of an hour that clocks go through twice, the first is taken.
 */
export function parseTime(raw: unknown, timezone: string): { time: DateTime } | Refused {
	if (isLuxon(raw)) return { time: raw };
	if (raw instanceof Date || Object.prototype.toString.call(raw) === '[object Date]') return fromMillis(Number(raw), timezone);
	const written = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : '';
	if (/^[1-9]\d{12}$/.test(written)) return fromMillis(Number(written), timezone);
	if (/^\d{10}(?:\.\d+)?$/.test(written)) {
		return { refusal: 'can be read as seconds or as milliseconds', advice: 'Convert seconds since 1970: {{ DateTime.fromSeconds(Number($json.date)) }}.' };
	}
	const [, date, clock, offset] = form.exec(written.toUpperCase()) ?? [];
	if (date === undefined) return { refusal: 'is not a date and time in ISO form', advice: timeAdvice };
	if (!exists(date)) return { refusal: 'is a day that does not exist', advice: 'Check the date.' };
	const local = `${date}T${clock?.replace(',', '.') ?? '00:00'}`;
	const time = tryToParseDateTime(`${local}${offset ?? ''}`, timezone);
	if (offset !== undefined) return { time };
	// Luxon moves a time that does not exist to one that does.
	if (!local.startsWith(time.toFormat("yyyy-MM-dd'T'HH:mm"))) {
		return { refusal: `is a time that does not exist in ${timezone}, where clocks go forward then`, advice: 'Pick an earlier or a later time.' };
	}
	return { time: time.getPossibleOffsets()[0] ?? time };
}

/** Reads a calendar day as YYYY-MM-DD: of what names no zone the date as written, of a moment its day in UTC. */
export function parseDay(raw: unknown, timezone: string): { day: string } | Refused {
	const [, date, , offset] = form.exec(typeof raw === 'string' ? raw.trim().toUpperCase() : '') ?? [];
	if (date !== undefined && offset === undefined) return exists(date) ? { day: date } : { refusal: 'is a day that does not exist', advice: 'Check the date.' };
	const parsed = parseTime(raw, timezone);
	if ('time' in parsed) return { day: parsed.time.toUTC().toFormat('yyyy-MM-dd') };
	return parsed.advice === timeAdvice ? { refusal: 'is not a date in ISO form', advice: dayAdvice } : parsed;
}

/** Also of another copy of Luxon: n8n's and that of a Code node may differ. */
function isLuxon(raw: unknown): raw is DateTime {
	return typeof raw === 'object' && raw !== null && 'isLuxonDateTime' in raw && 'isValid' in raw && raw.isValid === true;
}

function fromMillis(milliseconds: number, timezone: string): { time: DateTime } | Refused {
	if (Number.isNaN(milliseconds)) return { refusal: 'is not a date', advice: timeAdvice };
	return { time: tryToParseDateTime(new Date(milliseconds), timezone) };
}

/** JavaScript turns 30 February into 2 March. */
function exists(date: string): boolean {
	const time = new Date(`${date}T00:00:00Z`);
	return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
}

/** Whether it is the name of a zone that this machine knows (Australia/Sydney, UTC). */
export function isTimeZone(name: string): boolean {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}
