import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { failure } from '../../../engine/failure';
import type { Lookup } from '../../../engine/editor/lookup';
import { containing, methods } from '../../../engine/editor/lookup';
import { executeContext } from '../../n8nContext';
import { exampleNode, examplePhone } from '../examplePhoneCompany';

/** What the picker shows, or the text that it shows instead. */
async function search(lookup: Lookup, filter?: string): Promise<unknown> {
	const context = executeContext({ nodeType: exampleNode, parameters: {}, credential: { username: 'me', password: 'secret', baseUrl: 'https://example.test/' } }) as unknown as ILoadOptionsFunctions;
	const { listSearch } = methods(examplePhone, { search: lookup });
	return await listSearch['search']?.call(context, filter).catch((thrown: unknown) => (thrown as Error).message);
}

const refusing = async (): Promise<never> => await Promise.reject(failure('refused', 'Example Phone refused the request: at least 5 characters', '', { httpStatus: 400 }));

test('a search that the provider refuses finds nothing yet', async () => {
	expect(await search(refusing, 'jan')).toEqual({ results: [] });
});

test('what has nothing to do with the search is shown', async () => {
	expect(await search(refusing)).toBe('Example Phone refused the request: at least 5 characters');
	expect(await search(async () => await Promise.reject(failure('account', 'Example Phone did not accept the credential')), 'jan')).toBe('Example Phone did not accept the credential');
	expect(await search(async () => await Promise.reject(new TypeError('not a function')), 'jan')).toBe('not a function');
	expect(await search(async () => await Promise.reject(failure('unreachable', 'Example Phone could not be reached')), 'jan')).toBe('Example Phone could not be reached');
});

test('results, and the token of the next page', async () => {
	const items = [{ name: 'Jane (61412345678)', value: 1 }, { name: 'John', value: 2 }];
	expect(await search(async (_send, filter) => ({ results: containing(filter, items), next: '2' }), 'JAN')).toEqual({ results: [items[0]], paginationToken: '2' });
});
