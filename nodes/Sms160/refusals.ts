/** Which entries a refused request is about: a request is accepted whole or not at all. */
import { errorBody } from './provider';

type Entry = object;

/** Texts and numbers compare by what they say, phone numbers by their digits. */
function isSame(one: unknown, other: unknown): boolean {
	const written = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : JSON.stringify(value ?? ''));
	const digits = (value: unknown): string => written(value).replace(/[+\s()-]/g, '');
	return written(one) === written(other) || (/^\d+$/.test(digits(one)) && digits(one) === digits(other));
}

/**
 * The broken objects of a refusal (`errors[].object`) among the entries, by their place. An object stands for one entry, so
 * that of two alike only one is taken out; when the other is broken too, the next refusal says so.
 * @param keys what an entry is known by, the first that the object has
 */
export function culpritsOf<E extends Entry>(body: unknown, entries: E[], keys: Array<keyof E & string>): Map<number, string> {
	const culprits = new Map<number, string>();
	for (const { object, status } of errorBody.safeParse(body).data?.errors ?? []) {
		if (typeof object !== 'object' || object === null) continue;
		const broken = object as Record<string, unknown>;
		const key = keys.find((one) => one in broken);
		if (key === undefined) continue;
		const alike = (entry: E): number => Object.entries(entry).filter(([name, value]) => name in broken && isSame(value, broken[name])).length;
		const [best] = entries
			.map((entry, index) => ({ entry, index }))
			.filter(({ entry, index }) => !culprits.has(index) && isSame(entry[key], broken[key]))
			.sort((a, b) => alike(b.entry) - alike(a.entry));
		if (best) culprits.set(best.index, status ?? 'Refused');
	}
	return culprits;
}

/**
 * Gives each entry its row: by place, or else by likeness, since the document promises no order. `undefined` where none fits.
 * @param fits the first has to hold for a row to be taken at once; the later ones only for what is then left. `isWhole`: there is
 * a row for every entry, so that what a row leaves out, its place says.
 */
export function rowsOf<R, E>(rows: R[], entries: E[], ...fits: Array<(row: R, entry: E, isWhole: boolean) => boolean>): Array<R | undefined> {
	const isWhole = rows.length === entries.length;
	const left = new Set(rows);
	const found: Array<R | undefined> = entries.map(() => undefined);
	for (const fit of fits) {
		for (const candidates of [(index: number) => rows.slice(index, index + 1), () => rows]) {
			entries.forEach((entry, index) => {
				found[index] ??= candidates(index).find((row) => left.has(row) && fit(row, entry, isWhole));
				const row = found[index];
				if (row !== undefined) left.delete(row);
			});
		}
	}
	return found;
}
