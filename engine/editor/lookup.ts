/** Searches behind the pickers of resource locators. */
import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asFailure, isFailure } from '../failure';
import type { Provider, Send } from '../operation';
import { regions } from '../values/phone';
import { connect, sender } from '../wire/request';

/** One page of a list, with the token of the next. */
export interface FoundPage {
	results: INodeListSearchItems[];
	next?: string;
}

/**
 * @param filter what the user typed, or an empty text
 * @param token what the page before gave as `next`
 */
export type Lookup = (send: Send, filter: string, token: string | undefined) => Promise<FoundPage>;

type ListSearch = (this: ILoadOptionsFunctions, filter?: string, token?: string) => Promise<INodeListSearchResult>;

interface Methods {
	listSearch: Record<string, ListSearch>;
}

/** n8n's `methods` of a node: its lookups, and that of the countries for "Default Country". */
export function methods(provider: Provider, lookups: Record<string, Lookup>): Methods {
	const listSearch = Object.entries(lookups).map(([name, lookup]): [string, ListSearch] => [
		name,
		async function (filter = '', token) {
			try {
				const { results, next } = await lookup(sender(await connect(this, provider), 'read'), filter, token);
				return { results, paginationToken: next };
			} catch (thrown) {
				// Providers refuse a search that is too short; the person is still typing.
				if (filter !== '' && isFailure(thrown) && thrown.failureCause === 'refused') return { results: [] };
				const { message, advice } = asFailure(thrown);
				throw new NodeOperationError(this.getNode(), message, { description: advice });
			}
		},
	]);
	const searchCountries: ListSearch = async (filter = '') => ({ results: containing(filter, regions().map(({ region, label }) => ({ name: label, value: region }))) });
	return { listSearch: { ...Object.fromEntries(listSearch), searchCountries } };
}

/** Keeps the entries whose name or value contains what the user typed, for lists that the provider cannot search. */
export function containing(filter: string, results: INodeListSearchItems[]): INodeListSearchItems[] {
	const wanted = filter.toLowerCase();
	return results.filter(({ name, value }) => name.toLowerCase().includes(wanted) || String(value).toLowerCase().includes(wanted));
}
