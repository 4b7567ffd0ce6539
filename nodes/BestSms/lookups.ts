/** Searches behind the pickers. BestSMS cannot search, so lists are read and narrowed down here. */
import type { INodeListSearchItems } from 'n8n-workflow';

import type { FoundPage, Lookup } from '../../engine/editor/lookup';
import { containing } from '../../engine/editor/lookup';
import type { Send } from '../../engine/operation';
import { contactIdOf } from './addressBook';
import type { List } from './pages';
import { contactsOf, groupsOf, hasMore, list } from './pages';
import { api } from './provider';

const pageSize = 100;
/** Pages that a search looks through at a time. */
const mostPages = 10;

function words(...values: unknown[]): string {
	return values.filter((value) => (typeof value === 'string' && value.trim() !== '') || typeof value === 'number').join(' ');
}

function contactItems(response: List): INodeListSearchItems[] {
	return contactsOf(response).flatMap((row) => {
		const id = contactIdOf(row);
		if (id === undefined) return [];
		const name = words(row['FirstName'], row['LastName']) || words(row['Attention']) || words(row['Company']);
		const number = words(row['MobilePhone']) || words(row['MainPhone']);
		return [{ name: name && number ? `${name} (${number})` : name || number || id, value: id }];
	});
}

function groupItems(response: List): INodeListSearchItems[] {
	return groupsOf(response).flatMap(({ GroupCode, GroupName }) => {
		const code = words(GroupCode);
		return code === '' ? [] : [{ name: words(GroupName) || code, value: code }];
	});
}

async function search(path: string, items: (response: List) => INodeListSearchItems[], [send, filter, token]: [Send, string, string | undefined]): Promise<FoundPage> {
	const first = Number(token ?? 1);
	const results: INodeListSearchItems[] = [];
	for (let number = first; number < first + mostPages; number++) {
		const response = await send({ method: 'GET', path: `${api}/addressbook/${path}`, query: { recordsPerPage: pageSize, page: number } }, list);
		results.push(...containing(filter, items(response)));
		if (!hasMore(response, { size: pageSize, number, offset: 0 })) return { results };
		// Without a search, one page at a time is enough.
		if (filter === '') return { results, next: String(number + 1) };
	}
	return { results, next: String(first + mostPages) };
}

export const lookups: Record<string, Lookup> = {
	searchContacts: async (...given) => await search('contact/list', contactItems, given),
	searchGroups: async (...given) => await search('group/list', groupItems, given),
};
