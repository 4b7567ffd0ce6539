/** What every list of this provider takes and gives: `page` from 1, `recordsPerPage` from 1 to 999, 100 unless told (provider facts, section 4c). */
import { wholeNumber } from '../endpoint';

export const pagingFields = {
	recordsPerPage: wholeNumber(1, 999).optional(),
	page: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
};

export interface Wanted {
	recordsPerPage?: number;
	page?: number;
}

/** The counts that come with a list, and the rows of the page. */
export function pageOf<Row>(rows: Row[], { recordsPerPage = 100, page = 1 }: Wanted) {
	return {
		counts: { TotalRecords: rows.length, RecordsPerPage: recordsPerPage, PageCount: Math.ceil(rows.length / recordsPerPage), Page: page },
		rows: rows.slice((page - 1) * recordsPerPage, page * recordsPerPage),
	};
}
