/** Lists come in numbered pages; every list works like this. */
import type { IDataObject } from 'n8n-workflow';

import type { Page } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { count, rowsOf, tells } from './messages';

/** "If not provided, the default number (100) of records per page will be used." The most is not documented. */
export const pageSize = 100;

export function paging({ size, number }: Page): { recordsPerPage: number; page: number } {
	return { recordsPerPage: size, page: number };
}

const row = z.object({}).passthrough();
/** One row may come without the list around it. */
const rows = z.union([rowsOf(row), row.transform((one) => [one])]).nullish();

/** Lists of the vendor's SDKs: `{ Result, TotalRecords, RecordsPerPage, PageCount, Page, Contacts: [...] }`. */
export const list = z
	.object({ TotalRecords: count, RecordsPerPage: count, PageCount: count, Contacts: rows, Groups: rows, Messages: rows })
	.passthrough()
	.refine((body) => tells(body, 'TotalRecords', 'Contacts', 'Groups', 'Messages', 'From', 'MessageText'), { path: ['Result'] });
export type List = z.infer<typeof list>;

export function contactsOf({ Contacts }: List): IDataObject[] {
	return (Contacts ?? []) as IDataObject[];
}

export function groupsOf({ Groups }: List): IDataObject[] {
	return (Groups ?? []) as IDataObject[];
}

/** The document's table has `Date`, `From` and `MessageText` beside `Result`: a message without a list. */
export function messagesOf(response: List): IDataObject[] {
	const { Messages, From, MessageText } = response;
	return (Messages ?? (From || MessageText ? [response] : [])) as IDataObject[];
}

/** Whether there is another page, by whatever BestSMS gives: their number, or that of all records; otherwise when this one is full. */
export function hasMore(response: List, { number, size }: Page): boolean {
	const { TotalRecords, RecordsPerPage, PageCount } = response;
	const found = (response.Contacts ?? response.Groups ?? response.Messages ?? []).length;
	// It may give fewer a page than it was asked for.
	const given = RecordsPerPage ? Math.min(size, RecordsPerPage) : size;
	if (PageCount) return number < PageCount;
	if (TotalRecords) return found > 0 && number * given < TotalRecords;
	return found > 0 && found >= given;
}
