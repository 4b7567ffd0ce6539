/** What every list of this provider takes and gives: `page` from 1, `limit` from 1 to 100, and links to the pages around. */
import { wholeNumber } from '../endpoint';
import type { Account } from './account';

export const pagingFields = {
	page: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
	limit: wholeNumber(1, 100).optional(),
};

interface Wanted {
	page?: number;
	limit?: number;
}

/** Not documented; a client that counts on any number of rows has to say so. */
const DEFAULT_LIMIT = 20;

/** One page of `rows` under `name`, with links that repeat the request's own query. */
export function page<Row, Shown>(account: Account, path: string, query: Record<string, unknown>, name: string, rows: Row[], wanted: Wanted, show: (row: Row) => Shown) {
	const { page: number = 1, limit = DEFAULT_LIMIT } = wanted;
	const link = (rel: string, to: number) => {
		const given = Object.entries(query).flatMap(([key, value]): Array<[string, string]> => (typeof value === 'string' && key !== 'page' && key !== 'limit' ? [[key, value]] : []));
		return { rel, href: `${account.world.baseUrl}${path}?${new URLSearchParams([...given, ['page', String(to)], ['limit', String(limit)]]).toString()}` };
	};
	return {
		[name]: rows.slice((number - 1) * limit, number * limit).map(show),
		links: [...(number > 1 ? [link('prev', number - 1)] : []), ...(number * limit < rows.length ? [link('next', number + 1)] : [])],
	};
}
