/** Fetches pages until there are enough records or no more. */
import type { IDataObject } from 'n8n-workflow';

import { digest } from '../digest';
import { isFailure } from '../failure';
import type { OperationOfKind } from '../operation';
import type { Connection } from '../wire/request';
import { bodyOf, readResponse } from '../wire/request';

/**
 * @param limit most records wanted; `undefined` for all
 * @returns the records, at most `limit`
 */
export async function fetchPages(operation: OperationOfKind<'paged'>, values: never, limit: number | undefined, connection: Connection): Promise<IDataObject[]> {
	const records: IDataObject[] = [];
	const size = operation.numbered ? evenSize(operation.pageSize, limit) : operation.pageSize;
	let previous = '';
	for (let number = 1; ; number++) {
		const page = { size: operation.numbered || limit === undefined ? size : Math.min(size, limit - records.length), offset: records.length, number };
		const response = await connection.request(operation.request(values, page), 'read').catch((thrown: unknown) => {
			if (operation.goneIsEmpty && isFailure(thrown) && thrown.gone) return undefined;
			throw thrown;
		});
		if (!response) return records;
		const read = readResponse(connection.provider, bodyOf(response), operation.response);
		const found = operation.records(read);
		// A provider that ignores the page number would be asked for ever.
		const print = digest(JSON.stringify(found));
		if (print === previous) return records;
		previous = print;
		records.push(...found);
		if (limit !== undefined && records.length >= limit) return records.slice(0, limit);
		if (found.length === 0 || !(operation.more ? operation.more(read, page) : found.length >= page.size)) return records;
	}
}

/** The one size for all pages that brings the fewest records too many. */
function evenSize(most: number, limit: number | undefined): number {
	if (limit === undefined) return most;
	return Math.ceil(limit / Math.ceil(limit / most));
}
