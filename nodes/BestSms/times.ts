/** BestSMS's times: a date and a time of a zone that has a name of its own. */
import { badValue } from '../../engine/failure';
import type { Field } from '../../engine/inputs/fields';
import { dateTime, text } from '../../engine/inputs/fields';
import type { DateTime } from '../../engine/values/times';
import { parseTime } from '../../engine/values/times';

/**
 * The names that `TimeZone` takes ("AUS Eastern"; the others by the vendor's SDKs, github.com/tnzgroup/tnzapi-python), and
 * the zones that they stand for: they are Windows' names without "Standard Time" (CLDR, windowsZones.xml).
 */
const zones = {
	'AUS Eastern': 'Australia/Sydney',
	'Cen. Australia': 'Australia/Adelaide',
	'Central Pacific': 'Pacific/Guadalcanal',
	'E. Australia': 'Australia/Brisbane',
	'New Zealand': 'Pacific/Auckland',
	'W. Australia': 'Australia/Perth',
} as const;
export type TimeZone = keyof typeof zones;

/** Zones of n8n in which clocks show the same as in one that has a name. */
const sameClocks: Record<string, TimeZone> = {
	...(Object.fromEntries(Object.entries(zones).map(([name, zone]) => [zone, name])) as Record<string, TimeZone>),
	...Object.fromEntries(
		['Melbourne', 'Canberra', 'ACT', 'NSW', 'Victoria', 'Hobart', 'Tasmania', 'Currie'].map((city): [string, TimeZone] => [`Australia/${city}`, 'AUS Eastern']),
	),
	'Australia/Lindeman': 'E. Australia',
	'Australia/Queensland': 'E. Australia',
	'Australia/West': 'W. Australia',
	'Australia/South': 'Cen. Australia',
	'Australia/Broken_Hill': 'Cen. Australia',
	'Australia/Yancowinna': 'Cen. Australia',
	'Antarctica/McMurdo': 'New Zealand',
	'Antarctica/South_Pole': 'New Zealand',
	NZ: 'New Zealand',
	'Pacific/Noumea': 'Central Pacific',
	'Pacific/Efate': 'Central Pacific',
	'Pacific/Pohnpei': 'Central Pacific',
	'Pacific/Ponape': 'Central Pacific',
	'Pacific/Kosrae': 'Central Pacific',
};

/** A moment, and BestSMS's name of the zone that it was given in, if it has one. */
interface Scheduled {
	time: DateTime;
	ownZone?: TimeZone;
}

/** `SendTime`, "in a combined date and time representation ({date}T{time})". */
export function sendAt(description: string): Field<Scheduled | undefined> {
	const field = dateTime({ label: 'Scheduled For', description, future: { minMinutes: 1 } });
	return {
		...field,
		read(raw, reading) {
			const time = field.read(raw, reading);
			return time && { time, ownZone: sameClocks[reading.timezone] };
		},
	};
}

const given = sendAt('The new time');
export const newSendAt: Field<Scheduled> = {
	...given,
	required: true,
	read(raw, reading) {
		const time = given.read(raw, reading);
		if (time === undefined) throw badValue(reading.field, 'is empty', 'Pick the new time.');
		return time;
	},
};

/**
 * The moment as BestSMS takes it: whole minutes, rounded up so that nothing leaves too early. An hour that clocks go through
 * twice cannot be told from its repetition; then it is said in the time of Brisbane, where clocks never change.
 */
export function sendTime({ scheduledFor }: { scheduledFor?: Scheduled }): { SendTime?: string; TimeZone?: TimeZone } {
	if (!scheduledFor) return {};
	// The moment stays the same in whichever zone it is said.
	const zone = scheduledFor.ownZone ?? 'AUS Eastern';
	const minute = wholeMinute(scheduledFor.time);
	const isTwice = minute.setZone(zones[zone]).getPossibleOffsets().length > 1;
	const said = isTwice ? 'E. Australia' : zone;
	return { SendTime: minute.setZone(zones[said]).toFormat("yyyy-MM-dd'T'HH:mm"), TimeZone: said };
}

function wholeMinute(time: DateTime): DateTime {
	return time.plus({ milliseconds: 59_999 }).startOf('minute');
}

/** The moment for the output, in ISO 8601. */
export function isoTime(scheduledFor: Scheduled | undefined): string | undefined {
	return scheduledFor && (wholeMinute(scheduledFor.time).toUTC().toISO() ?? undefined);
}

/** Sent as it is written: what was received is asked for in the time zone of the account's user, which nobody tells. */
export function localTime(label: string, description: string): Field<string | undefined> {
	const field = text({ label, description: `${description}, in the time zone of your BestSMS user` });
	return {
		...field,
		property: { ...field.property, type: 'dateTime' },
		read(raw, reading) {
			const written = field.read(raw, reading);
			if (written === undefined) return undefined;
			const parsed = /^[\d-]+([ T][\d:]+)?$/i.test(written) ? parseTime(written, 'UTC') : undefined;
			if (parsed && 'time' in parsed) return parsed.time.toFormat("yyyy-MM-dd'T'HH:mm:ss");
			throw badValue(reading.field, `is "${written}", but must look like 2026-01-31T09:00:00`, 'Write it without a time zone.');
		},
	};
}
