import { run } from '../examplePhoneCompany';
import type { Answer, Seen } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const table = (total: number) => Array.from({ length: total }, (_, id) => ({ id }));
const byOffset = (total: number) => ({ query }: Seen): Answer => ({ body: { rows: table(total).slice(Number(query['offset']), Number(query['offset']) + Number(query['limit'])) } });
const byNumber = (total: number) => ({ query }: Seen): Answer => {
	const end = Number(query['page']) * Number(query['limit']);
	return { body: { rows: table(total).slice(end - Number(query['limit']), end), next: end < total } };
};
const ask = async (operation: string, parameters: Record<string, unknown>, answer: (seen: Seen) => Answer) => {
	const { items, requests } = await run({ operation, parameters: parameters as never, answer, clock: virtualClock() });
	return { ids: items.map(({ json }) => json['id']), asked: requests.map(({ query }) => [query['offset'] ?? query['page'], query['limit']]) };
};
const ids = (count: number) => table(count).map(({ id }) => id);

test('Return All goes on to the end', async () => {
	expect(await ask('thing.getAll', { returnAll: true }, byOffset(250))).toEqual({ ids: ids(250), asked: [[0, 100], [100, 100], [200, 100]] });
});

test('a last page that is exactly full costs one request that finds nothing', async () => {
	expect(await ask('thing.getAll', { returnAll: true }, byOffset(200))).toEqual({ ids: ids(200), asked: [[0, 100], [100, 100], [200, 100]] });
});

test('a limit never fetches more than it needs', async () => {
	expect(await ask('thing.getAll', { returnAll: false, limit: 130 }, byOffset(250))).toEqual({ ids: ids(130), asked: [[0, 100], [100, 30]] });
	expect(await ask('thing.getAll', { returnAll: false, limit: 7 }, byOffset(250))).toEqual({ ids: ids(7), asked: [[0, 7]] });
});

test('the default limit is 50', async () => {
	expect((await ask('thing.getAll', {}, byOffset(250))).ids).toHaveLength(50);
});

test('numbered pages: all of one size, the one that brings the fewest too many', async () => {
	expect(await ask('thing.getNumbered', { returnAll: false, limit: 130 }, byNumber(250))).toEqual({ ids: ids(130), asked: [[1, 65], [2, 65]] });
	expect(await ask('thing.getNumbered', { returnAll: true }, byNumber(250))).toEqual({ ids: ids(250), asked: [[1, 100], [2, 100], [3, 100]] });
});

test('a page that repeats ends the loop', async () => {
	const same = (): Answer => ({ body: { rows: table(100), next: true } });
	expect((await ask('thing.getNumbered', { returnAll: true }, same)).asked).toEqual([[1, 100], [2, 100]]);
	expect((await ask('thing.getAll', { returnAll: true }, same)).ids).toHaveLength(100);
});

test('a refusal that says that there is nothing is an empty list where nothing else can be missing; any other is none', async () => {
	const refused = async (operation: string, error: string) => await ask(operation, { returnAll: true }, () => ({ status: 400, body: { error } }));
	expect(await refused('thing.getNumbered', 'No such things')).toEqual({ ids: [], asked: [[1, 100]] });
	await expect(refused('thing.getAll', 'No such things')).rejects.toThrow('No such things');
	await expect(refused('thing.getNumbered', 'Bad page')).rejects.toThrow('Bad page');
	const second = ({ query }: Seen): Answer => (query['page'] === 1 ? { body: { rows: table(100), next: true } } : { status: 400, body: { error: 'No such things' } });
	expect(await ask('thing.getNumbered', { returnAll: true }, second)).toEqual({ ids: ids(100), asked: [[1, 100], [2, 100]] });
});

test('an empty list is an empty list', async () => {
	expect(await ask('thing.getAll', { returnAll: true }, byOffset(0))).toEqual({ ids: [], asked: [[0, 100]] });
});
