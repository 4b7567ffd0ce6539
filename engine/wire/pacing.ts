/** Keeps every account below its provider's limit, across all executions of this process. */
import type { Clock } from './clock';
import type { Failure, FailureCause } from '../failure';
import { asFailure, failure } from '../failure';
import type { Limits } from './limits';
import type { Share } from './sharing';
import { openFor, tryForMore, wasRefused, wasTaken, wholeShare } from './sharing';

export interface Pacer {
	/**
	 * Runs `request` as soon as the account's limits allow; first come, first served. A request that fails as `throttled`
	 * holds the account's others; one that fails as `input` or `unreachable` did not count.
	 * @throws Failure (`cancelled`) at once when `cancel` is aborted while it waits; (`throttled`) when the account is held for too long to wait
	 */
	run<T>(account: string, limits: Limits, request: () => Promise<T>, cancel?: AbortSignal): Promise<T>;
	/** Holds every request of the account for that many ms, also those that wait already. */
	pause(account: string, limits: Limits, milliseconds: number): void;
}

interface Waiting {
	go(): void;
	refuse(failed: Failure): void;
}

/** What a request was when it left. */
interface Departure {
	at: number;
	/** That of the account's share. */
	round: number;
}

/** The line in which an account's requests wait, and what is known of those that left. */
export interface Lane {
	limits: Limits;
	share: Share;
	active: number;
	/** When each of the last requests left, and was answered, in ms; as many as the rate has places. */
	departed: number[];
	answered: number[];
	/** Requests that left since the account was last quiet. */
	sinceQuiet: number;
	/** No request leaves before. */
	heldUntil: number;
	waiting: Waiting[];
	/** When the next look at the line is due. */
	wakeAt: number;
	/** Since when it was never idle or held for more than a second. */
	busySince: number;
	usedAt: number;
}

/** A longer pause is told to the user instead of holding the execution, in ms. */
export const longestWait = 300_000;
/** No account is held for longer, in ms: "Retry-After: 1000000000" is a slip more likely than meant. */
const longestPause = 3_600_000;
/** What is known of an account that nobody used for so long helps no more, in ms. */
const forgetAfter = 60_000;
/** The first request may reach the provider later than the second; whoever counts from departure waits for its answer, but no longer, in ms. */
const longestConnecting = 1_000;

export function createPacer(clock: Clock, lanes = new Map<string, Lane>()): Pacer {
	const laneOf = (account: string, limits: Limits): Lane => {
		const now = clock.now();
		for (const [name, lane] of lanes) {
			if (isIdle(lane) && now > Math.max(lane.usedAt + forgetAfter + (lane.limits.rate?.milliseconds ?? 0), lane.heldUntil)) lanes.delete(name);
		}
		const known = lanes.get(account);
		if (known) return known;
		const lane: Lane = { limits, share: wholeShare(limits), active: 0, departed: [], answered: [], sinceQuiet: 0, heldUntil: 0, waiting: [], wakeAt: Infinity, busySince: now, usedAt: now };
		lanes.set(account, lane);
		return lane;
	};

	/** Milliseconds until the next request may leave; Infinity: when another one is answered. */
	const delay = ({ limits, share, active, departed, answered, sinceQuiet, heldUntil, busySince }: Lane): number => {
		const { atOnce, rate, countedFrom = 'answer' } = limits;
		const now = clock.now();
		tryForMore(share, limits, now);
		const isWhole = share.level === share.most;
		const open = openFor(share, limits, busySince, now);
		const left = open > 0 ? 1 : 0;
		let wait = Math.max(0, heldUntil - now);
		if (atOnce !== undefined) {
			const places = Math.max(1, Math.floor(share.level));
			if (active >= places - left) wait = Math.max(wait, active < places ? open : Infinity);
		}
		if (rate) {
			const connecting = countedFrom === 'departure' && sinceQuiet === 1 ? (departed.at(-1) ?? -Infinity) + longestConnecting - now : 0;
			const fromAnswer = isWhole && (countedFrom === 'answer' || connecting > 0);
			const requests = (rate.requests * share.level) / share.most;
			const places = Math.max(1, Math.floor(requests));
			const window = ((rate.milliseconds + (fromAnswer ? 0 : margin(rate.milliseconds, sinceQuiet))) * places) / requests;
			const recent = (fromAnswer ? answered : departed).filter((time) => time + window > now);
			const used = recent.length + (fromAnswer ? active : 0);
			if (used >= places - left) wait = Math.max(wait, Math.min((recent[used - places + left] ?? Infinity) + window - now, open || Infinity, connecting > 0 ? connecting : Infinity));
			// One by one, so that a refusal is heard of before the next one would get it too.
			if (!isWhole) wait = Math.max(wait, (departed.at(-1) ?? -Infinity) + window / places / 2 - now);
		}
		return share.tryAt > now ? Math.min(wait, Math.max(heldUntil, share.tryAt) - now) : wait;
	};

	const wake = (lane: Lane, wait: number): void => {
		const at = clock.now() + wait;
		if (at >= lane.wakeAt) return;
		lane.wakeAt = at;
		void clock.sleep(Math.ceil(wait)).then(() => {
			if (lane.wakeAt === at) lane.wakeAt = Infinity;
			advance(lane);
		});
	};

	const advance = (lane: Lane): void => {
		const held = lane.heldUntil - clock.now();
		if (held > longestWait) for (const one of lane.waiting.splice(0)) one.refuse(pauseFailure(held));
		while (lane.waiting.length > 0) {
			const wait = delay(lane);
			if (wait > 0) return wake(lane, wait);
			lane.waiting.shift()?.go();
		}
	};

	const hold = (lane: Lane, milliseconds: number): void => {
		lane.heldUntil = Math.max(lane.heldUntil, clock.now() + Math.min(milliseconds, longestPause));
		lane.busySince = Math.max(lane.busySince, lane.heldUntil);
	};

	/** Waits in the line. */
	const departure = async (lane: Lane, cancel?: AbortSignal): Promise<Departure> => {
		if (cancel?.aborted) throw stoppedFailure();
		return await new Promise<Departure>((resolve, reject) => {
			const stop = (): void => {
				lane.waiting.splice(lane.waiting.indexOf(one), 1);
				one.refuse(stoppedFailure());
			};
			const one: Waiting = {
				go() {
					cancel?.removeEventListener('abort', stop);
					lane.sinceQuiet++;
					lane.active++;
					remember(lane.departed, clock.now(), lane);
					resolve({ at: clock.now(), round: lane.share.round });
				},
				refuse(failed) {
					cancel?.removeEventListener('abort', stop);
					reject(failed);
				},
			};
			cancel?.addEventListener('abort', stop, { once: true });
			lane.waiting.push(one);
			advance(lane);
		});
	};

	return {
		async run(account, limits, request, cancel) {
			const lane = laneOf(account, limits);
			if (isIdle(lane) && clock.now() > lane.usedAt + 1_000) {
				lane.busySince = Math.max(lane.busySince, clock.now());
				lane.sinceQuiet = 0;
			}
			const { at, round } = await departure(lane, cancel);
			let outcome: FailureCause | 'answered' = 'answered';
			try {
				if (cancel?.aborted) throw stoppedFailure();
				return await request();
			} catch (thrown) {
				const { failureCause, retryAfter = 0 } = asFailure(thrown);
				outcome = failureCause;
				if (outcome === 'throttled') hold(lane, Math.max(retryAfter * 1000, wasRefused(lane.share, limits, { at, round }, clock.now(), clock.random())));
				throw thrown;
			} finally {
				lane.active--;
				lane.usedAt = clock.now();
				if (isPlaceless(outcome, limits)) forget(lane.departed, at);
				else remember(lane.answered, clock.now(), lane);
				if (outcome === 'answered' || outcome === 'refused') wasTaken(lane.share, limits, round, clock.now());
				advance(lane);
			}
		},
		pause(account, limits, milliseconds) {
			const lane = laneOf(account, limits);
			hold(lane, milliseconds);
			advance(lane);
		},
	};
}

/**
 * Whether a request took no place in the provider's window. Counted from departure, one that was refused keeps it: it came
 * too soon after another one, and whatever left in its place at once would do so too.
 */
function isPlaceless(outcome: FailureCause | 'answered', { countedFrom }: Limits): boolean {
	return outcome === 'throttled' ? countedFrom !== 'departure' : ['input', 'unreachable', 'cancelled'].includes(outcome);
}

function isIdle({ active, waiting }: Lane): boolean {
	return active === 0 && waiting.length === 0;
}

function remember(times: number[], time: number, { limits: { rate } }: Lane): void {
	if (rate) times.push(time);
	if (rate && times.length > rate.requests) times.shift();
}

function forget(times: number[], time: number): void {
	const index = times.lastIndexOf(time);
	if (index >= 0) times.splice(index, 1);
}

/**
 * What is added to a window that is counted from departure, since requests do not all travel equally long: 15 ms, about what
 * they differ by between two machines that are well connected, but after the first twenty no more than 6 % (50 ms
 * become 53), so that little of the rate is given away. What meets on its way all the same is refused, and goes again.
 */
function margin(milliseconds: number, sinceQuiet: number): number {
	return Math.min(sinceQuiet > 20 ? milliseconds * 0.06 : milliseconds / 3, 15);
}

function stoppedFailure(): Failure {
	return failure('cancelled', 'The execution was stopped before this request');
}

function pauseFailure(milliseconds: number): Failure {
	const retryAfter = Math.ceil(milliseconds / 1000);
	return failure('throttled', `The provider asked to wait for ${Math.ceil(retryAfter / 60)} minutes`, 'Nothing was sent by this request. Run again after that.', { retryAfter });
}
