/** What every list of this provider takes and gives: `limit` (1 to 200, default 50) and `offset`. */
import { wholeNumber } from '../endpoint';

/** A limit over 200 is refused: the document does not say what the provider does, and a correct client never asks for it. */
export const pagingFields = {
	limit: wholeNumber(1, 200).optional(),
	offset: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
};

/** One page of `rows`, in the document's shape. */
export function page<Row, Shown>(rows: Row[], { limit = 50, offset = 0 }: { limit?: number; offset?: number }, show: (row: Row) => Shown) {
	return {
		status: 'complete',
		total: rows.length,
		limit,
		offset,
		results: rows.slice(offset, offset + limit).map(show),
	};
}
