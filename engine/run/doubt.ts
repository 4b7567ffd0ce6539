/** How a send in doubt is told from older ones like it, at a provider that knows no repeat by a key or a reference. */
import type { Clock } from '../wire/clock';
import type { Connection } from '../wire/request';
import { sleepUnlessCancelled } from '../wire/retrying';

/** What was the newest message of each account. One for the process: what one execution saw spares another a request. */
export interface NewestSeen {
	/** The newest ID, asked for when the one last seen is old. `undefined`: it could not be had, and the send goes without. */
	of(account: string, ask: () => Promise<string>): Promise<string | undefined>;
	saw(account: string, id: string): void;
}

/** Within this time, in ms, hardly anybody else sends the same text to the same number. */
const fresh = 60_000;

export function createNewestSeen(clock: Clock): NewestSeen {
	const seen = new Map<string, { id: Promise<string | undefined>; at: number }>();
	return {
		async of(account, ask) {
			const last = seen.get(account);
			if (last && clock.now() - last.at < fresh) {
				const id = await last.id;
				if (id !== undefined) return id;
			}
			const id = ask().catch(() => undefined);
			seen.set(account, { id, at: clock.now() });
			return await id;
		},
		saw(account, id) {
			const last = seen.get(account);
			const known = last ? last.id : Promise.resolve(undefined);
			// Batches that are under way together may be answered in another order than they were numbered in.
			seen.set(account, { id: known.then((before) => (before === undefined || Number(id) > Number(before) ? id : before)), at: clock.now() });
		},
	};
}

/** The lowest of the IDs that were the newest when attempts began; `undefined` when one of them is not known. */
export function lowest(ids: Array<string | undefined>): string | undefined {
	return ids.reduce((low, id) => (low === undefined || id === undefined ? undefined : Number(id) < Number(low) ? id : low));
}

const firstPause = 2_000;

/**
 * Looks until nothing is absent any more, or until the provider's patience is over: a provider whose answer was lost may
 * still be at work, and what it has not listed yet is not surely absent.
 * @throws Failure (`cancelled`) when the execution is stopped meanwhile
 */
export async function untilSure<T>({ provider, clock, cancel }: Connection, look: () => Promise<T>, hasAbsent: (found: T) => boolean): Promise<T> {
	const end = clock.now() + (provider.patience ?? 0);
	for (let pause = firstPause; ; pause *= 2) {
		const found = await look();
		const left = end - clock.now();
		if (left <= 0 || !hasAbsent(found)) return found;
		await sleepUnlessCancelled(Math.min(pause, left), clock, cancel);
	}
}
