/**
 * How processes that share no memory (n8n's queue workers) share an account's limit, told by nothing but HTTP 429.
 *
 * A process takes the whole limit until a request is refused. Then it takes less, and tries for more after a while that
 * triples with every try that is refused. Below one request per window it takes a half, a quarter, an eighth of one: such
 * rhythms fit into each other's gaps without a rest, which thirds do not, so that two requests per second are used in full.
 *
 * One that has everything never hears of one that gets nothing, since only the latter is refused. So whoever has
 * everything leaves one place open for a moment every so often, when the clock that all machines share says so, and
 * whoever is refused asks again in that moment. What it gets then, the other is refused, and takes less.
 *
 * Requests of one process that are counted from departure may meet on their way, so that one is refused now and then. Only
 * when many are, or the first one after such a moment, has somebody else come.
 */
import type { Limits } from './limits';

export interface Share {
	/** The whole limit: requests at once, or within a window. */
	readonly most: number;
	/** What this process takes of it. */
	level: number;
	/** The level before this one, which is only tried, and until when it is. */
	trial?: { from: number; until: number };
	/** When to try for more. */
	tryAt: number;
	/** How long to wait before trying for more, in ms. */
	patience: number;
	/** Grows with every change and refusal: what left before says nothing about the level now. */
	round: number;
	/** Refusals since something was accepted. */
	refusals: number;
	/** Whether something was accepted at this level; until then, further refusals say nothing new. */
	proven: boolean;
	/** About what part of the last requests was refused, from 0 to 1. */
	strain: number;
}

/** The first wait before a try for more, in ms. */
const firstPatience = 500;
/** The longest: so many requests of the full rate, of which the try may cost one. At once, a place that somebody left is lost until the try. */
const longestPatienceAtOnce = 20;
const longestPatienceInRate = 40;
/** A higher level is kept when nothing was refused for so long, in ms; in a rate others may take a turn only every few seconds. */
const trialAtOnce = 500;
const trialInRate = 3_000;
/** Between two requests that are refused in a row, in ms. */
const longestHoldAtOnce = 2_000;
const longestHoldInRate = 4_000;
/** Below the whole limit, a refused request first looks for a gap between those of others; only when it found none so often in a row, the level is too high. */
const refusalsToLower = 3;
/** Fewer refused requests than this part are no reason to take less: half the level brings half of them through. */
const leastStrain = 0.25;
/** What one request counts for in the strain: about the last twenty tell. */
const strainOfOne = 0.05;
/** About how long a request takes, in ms, where no rate tells how soon there is place again. */
const usualRequest = 250;

export function wholeShare({ atOnce, rate }: Limits): Share {
	const most = atOnce ?? rate?.requests ?? Infinity;
	return { most, level: most, tryAt: Infinity, patience: 0, round: 0, refusals: 0, proven: true, strain: 0 };
}

/** Raises the level for a trial, when it is time. */
export function tryForMore(share: Share, limits: Limits, now: number): void {
	const { level, most } = share;
	if (now < share.tryAt || share.refusals > 0) return;
	share.trial = { from: level, until: now + (limits.rate ? Math.max(trialInRate, limits.rate.milliseconds) : trialAtOnce) };
	share.tryAt = Infinity;
	share.round++;
	share.level = Math.min(most, level >= 1 ? level + Math.max(1, Math.floor(level / 4)) : level * 2);
}

/** Learns from a request that the provider took. @param round that of the share when it left */
export function wasTaken(share: Share, limits: Limits, round: number, now: number): void {
	share.proven = true;
	share.strain -= share.strain * strainOfOne;
	if (round !== share.round) return;
	share.refusals = 0;
	if (share.trial === undefined || now < share.trial.until) return;
	share.trial = undefined;
	if (share.level === share.most) return;
	share.patience = patienceAt(share, limits);
	// Where there was more, there may be more still.
	share.tryAt = now;
}

/**
 * Learns from a request that the provider refused with HTTP 429.
 * @param departure when it left, and the round of the share then
 * @returns how long to hold the others, in ms
 */
export function wasRefused(share: Share, limits: Limits, { at, round }: { at: number; round: number }, now: number, random: number): number {
	if (round !== share.round || isStray(share, limits, at)) return 0;
	share.round++;
	share.strain = 0;
	if (share.trial) {
		share.level = share.trial.from;
		share.trial = undefined;
		plan(share, limits, share.patience * 3, now, random);
		return 0;
	}
	const { every, moment } = openMoments(share, limits);
	const place = placeOf(limits);
	const hold = Math.min(limits.rate ? longestHoldInRate : longestHoldAtOnce, place * (0.5 + random) * 1.4 ** share.refusals);
	// Late in the moment: by then the place is open, and has begun to be for everybody, whatever their clocks differ.
	const late = moment * 0.9;
	const asked = Math.ceil((now - late) / every) * every + late - now;
	share.refusals++;
	if (share.proven && (share.level === share.most || share.refusals >= refusalsToLower)) {
		share.proven = false;
		share.level = lowered(share, limits);
		plan(share, limits, Math.max(share.patience, patienceAt(share, limits)), now, random);
	}
	return Math.max(Math.min(hold, asked), place / 2);
}

/** Whether a request that left at that time may have been refused because it met another one of ours. */
function isStray(share: Share, limits: Limits, at: number): boolean {
	if (limits.countedFrom !== 'departure') return false;
	share.strain += (1 - share.strain) * strainOfOne;
	const { every, moment } = openMoments(share, limits);
	const isAfterOpenMoment = at % every < moment + 2 * placeOf(limits);
	return share.strain < leastStrain && !isAfterOpenMoment;
}

/**
 * For how long, in ms, a process that has much still leaves one place open; 0 when it need not.
 * @param busySince since when it has always had something to send
 */
export function openFor(share: Share, limits: Limits, busySince: number, now: number): number {
	const { every, moment } = openMoments(share, limits);
	const began = now - (now % every);
	// Who has half of it does so every other time: two that have a half each would not hear of a third.
	const isOnTurn = share.level === share.most || (share.level * 2 >= share.most && (began / every) % 2 === 0);
	return isOnTurn && share.refusals === 0 && began > busySince ? Math.max(0, began + moment - now) : 0;
}

/** How often one place is left open, and for how long, in ms: at most one request in forty gives way to nobody. */
function openMoments({ most }: Share, { rate }: Limits): { every: number; moment: number } {
	const moment = rate?.milliseconds ?? 1_000;
	return { every: Math.max(15_000, (moment * 40) / most, moment * 2), moment };
}

function lowered({ level, most }: Share, { rate }: Limits): number {
	if (level <= 1) return rate ? Math.max(1 / 16, level / 2) : level;
	return Math.max(1, Math.floor(level === most ? level / 2 : level * 0.75));
}

function plan(share: Share, limits: Limits, patience: number, now: number, random: number): void {
	share.patience = Math.min((limits.rate ? longestPatienceInRate : longestPatienceAtOnce) * placeOf(limits), patience);
	share.tryAt = now + share.patience * (0.75 + random / 2);
}

function patienceAt({ level }: Share, limits: Limits): number {
	return Math.max(firstPatience, placeOf(limits) / Math.min(1, level));
}

/** How soon there is place for one more, in ms. */
function placeOf({ rate }: Limits): number {
	return rate ? rate.milliseconds / rate.requests : usualRequest;
}
