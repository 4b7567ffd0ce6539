/** The provider's times: local, without an offset, in several forms. */
import { DateTime } from 'luxon';

/** The names that `TimeZone` takes: the document has "AUS Eastern", provider facts (section 4b) the others. */
const zones = {
	'New Zealand': 'Pacific/Auckland',
	'AUS Eastern': 'Australia/Sydney',
	'E. Australia': 'Australia/Brisbane',
	'W. Australia': 'Australia/Perth',
	'Cen. Australia': 'Australia/Adelaide',
	'Central Pacific': 'Pacific/Guadalcanal',
} as const;

export type TimeZone = keyof typeof zones;

export const timeZoneNames: [TimeZone, ...TimeZone[]] = ['AUS Eastern', 'New Zealand', 'E. Australia', 'W. Australia', 'Cen. Australia', 'Central Pacific'];

/** "{date}T{time}"; the document's samples have minutes, the SDKs also write seconds. */
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;

/** A time of that zone in milliseconds since 1970; undefined: not in the documented form. */
export function readLocalTime(text: string, timeZone: TimeZone): number | undefined {
	const time = LOCAL.test(text) ? DateTime.fromISO(text, { zone: zones[timeZone] }) : undefined;
	return time?.isValid ? time.toMillis() : undefined;
}

/** `yyyy-mm-dd HH:mm:ss`, as in all answers; null stays null. */
export function localTime(ms: number | null, timeZone: TimeZone): string | null {
	return ms === null ? null : written(ms, timeZone, 'yyyy-MM-dd HH:mm:ss');
}

export function utcTime(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `SentTime` of a webhook call: four forms in the document's four samples, by what is reported and in which format. */
export function sentTime(ms: number, timeZone: TimeZone, isReply: boolean, format: 'JSON' | 'XML'): string {
	if (isReply) return written(ms, timeZone, format === 'JSON' ? 'yyyy-MM-dd HH:mm:ss' : 'yyyy-MM-dd HH:mm');
	const half = Number(written(ms, timeZone, 'H')) < 12 ? 'a.m.' : 'p.m.';
	return `${written(ms, timeZone, format === 'JSON' ? 'dd/MM/yyyy HH:mm' : 'yyyy-MM-dd HH:mm')} ${half}`;
}

function written(ms: number, timeZone: TimeZone, form: string): string {
	return DateTime.fromMillis(ms, { zone: zones[timeZone] }).toFormat(form);
}
