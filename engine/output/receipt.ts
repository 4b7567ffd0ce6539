/** One line after each send: what became of its messages, and what they cost. */
import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../failure';
import { isFailure } from '../failure';
import type { Outcome } from '../operation';
import { amount } from './wording';

/** What a run came to, item by item. */
export interface Ended {
	outcomes: Array<Outcome | Failure>;
	/** Items that were never tried: bad rows, and what a stop left. */
	left: number;
	/** Requests whose answer was lost, by whether it is known now what became of them. */
	doubts: { settled: number; open: number };
	hasErrorOutput: boolean;
}

function counted(count: number, word: string): string[] {
	return count === 0 ? [] : [`${count} ${word}`];
}

/** What all of them cost together, where every message says it in the same unit. */
function costOf(rows: IDataObject[]): string[] {
	const units = new Set(rows.map(({ costUnit }) => costUnit));
	const [unit] = units;
	if (rows.length === 0 || units.size !== 1 || typeof unit !== 'string' || !rows.every(({ cost }) => typeof cost === 'number')) return [];
	const sum = rows.reduce((total, { cost }) => total + Number(cost), 0);
	return [amount(Math.round(sum * 10_000) / 10_000, unit)];
}

/** The one reason that all of them have, and what to do about it: rows that are no failures have no column for that. */
function sameReason(refused: Outcome[]): string | undefined {
	const [first] = refused;
	if (!first?.reason || refused.some(({ reason, advice }) => reason !== first.reason || advice !== first.advice)) return undefined;
	return `Reason: ${first.reason.replace(/\.$/, '')}.${first.advice ? ` ${first.advice}` : ''}`;
}

/** "246 sent, 4 refused, 246 credits; one request was in doubt and confirmed", "0 of 5 sent: see the error output". */
export function receipt({ outcomes, left, doubts, hasErrorOutput }: Ended): string {
	const known = outcomes.filter((outcome): outcome is Outcome => !isFailure(outcome));
	const rows = known.filter(({ accepted }) => accepted === true).flatMap(({ output }) => [output].flat());
	// A group that was taken may have members that were not.
	const taken = rows.filter(({ accepted }) => accepted !== false);
	const scheduled = taken.filter(({ status }) => status === 'scheduled').length;
	const members = rows.length - taken.length;
	const refused = known.filter(({ accepted }) => accepted === false).length + members;
	const unknown = known.filter(({ accepted }) => accepted === null).length;
	const notSent = outcomes.length - known.length + left;
	const missing = refused + unknown + notSent;
	const sent = taken.length - scheduled;
	const parts = [
		...(taken.length === 0 ? [`0${missing > 0 ? ` of ${missing}` : ''} sent`] : [...counted(sent, 'sent'), ...counted(scheduled, 'scheduled')]),
		...counted(refused, 'refused'),
		...counted(unknown, 'of which nobody knows'),
		...(taken.length === 0 && refused + unknown === 0 ? [] : counted(notSent, 'not sent')),
		...costOf(taken),
	];
	const doubt = [
		...(doubts.settled === 0 ? [] : [doubts.settled === 1 ? 'one request was in doubt and confirmed' : `${doubts.settled} requests were in doubt and confirmed`]),
		...(doubts.open === 0 ? [] : [doubts.open === 1 ? 'one request stays in doubt' : `${doubts.open} requests stay in doubt`]),
	];
	const why = members === 0 && unknown + notSent === 0 ? sameReason(known.filter(({ accepted }) => accepted === false)) : undefined;
	const where = missing === 0 ? '' : hasErrorOutput && missing > members ? ': see the error output' : `. ${why ?? 'The column "reason" says why'}`;
	return `${[parts.join(', '), ...doubt].join('; ')}${where}`;
}
