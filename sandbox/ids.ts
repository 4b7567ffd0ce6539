/** The numeric IDs of an account: given out in the order and the length that the settings ask for, and read from requests. */
import { z } from 'zod/v3';
import type { Settings } from './settings';

/** Of 18 digits: two IDs in a row are one and the same JavaScript number. */
const LONG = 100_000_000_000_000_000n;
/** IDs of an account before shuffled ones repeat. */
const RANGE = 1_000_000;
/** Has no divisor in common with the range, so that each step lands on a place of its own, far from the last. */
const STEP = 618_033;

/** Gives out one ID after the other; no two are the same, however the settings change. */
export function createIds(settings: Settings, first: number): () => bigint {
	const given = new Set<bigint>();
	let count = 0;
	return () => {
		for (;;) {
			const place = settings.idOrder === 'shuffled' ? (count * STEP) % RANGE : count;
			count++;
			const id = BigInt(first + place) + (settings.longIds ? LONG : 0n);
			if (given.has(id)) continue;
			given.add(id);
			return id;
		}
	};
}

/** An ID in a JSON body: a whole number of any length. */
export const idField = z.preprocess((value) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value), z.bigint());

/** An ID in a query. */
export const idQueryField = z.string().regex(/^\d+$/, 'not a whole number').transform(BigInt);

/** An ID in a path; a text that is none gives one that nothing has. */
export function readId(text = ''): bigint {
	return /^\d+$/.test(text) ? BigInt(text) : -1n;
}
