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

test('a search for nothing in particular gives all, and a value counts like a name', async () => {
	const items = [{ name: 'Jane', value: 'GRP-1' }, { name: 'John', value: 2 }];
	expect([containing('', items), containing('grp', items), containing('2', items), containing('x', items)]).toEqual([items, [items[0]], [items[1]], []]);
	let seen: unknown;
	await search(async (_send, ...given) => ((seen = given), await Promise.resolve({ results: [] })));
	expect(seen).toEqual(['', undefined]);
});

test('what a search comes to says what to do about it', async () => {
	const context = executeContext({ nodeType: exampleNode, parameters: {}, credential: { username: 'me', password: 'secret', baseUrl: 'https://example.test/' } }) as unknown as ILoadOptionsFunctions;
	const { listSearch } = methods(examplePhone, { search: async () => await Promise.reject(failure('account', 'No', 'Check the credential.')) });
	await expect(listSearch['search']?.call(context)).rejects.toMatchObject({ name: 'NodeOperationError', description: 'Check the credential.' });
});

test('a country is found by its name or its calling code', async () => {
	const { listSearch } = methods(examplePhone, {});
	const countries = async (filter?: string) => (await listSearch['searchCountries']?.call({} as ILoadOptionsFunctions, filter))?.results ?? [];
	expect(await countries('ugan')).toEqual([{ name: 'Uganda (+256)', value: 'UG' }]);
	expect((await countries('+62)')).map(({ value }) => value)).toEqual(['ID']);
	expect(await countries()).toEqual(expect.arrayContaining([{ name: 'Australia (+61)', value: 'AU' }, { name: 'Uganda (+256)', value: 'UG' }]));
});
