/** Runs every fixture, and fails when an operation has none. */
import { casesOf, runCase } from './fixtures';
import { providers } from './providers';
import { playBack } from './recordedServer';

describe.each(providers)('$folder', (tested) => {
	const { folder, resources, authorization } = tested;
	const all = resources.flatMap((resource) => resource.operations.map((operation) => ({ name: `${resource.value} ${operation.value}`, resource: resource.value, operation: operation.value })));

	describe.each(all)('$name', ({ resource, operation }) => {
		const cases = casesOf(folder, resource, operation);

		test('has a fixture with at least two different items', () => {
			const items = cases.filter(({ output }) => output !== undefined).map((one) => one.items);
			// An execution can wait for one answer at a time.
			const together = operation === 'sendAndWait' ? [items.flat()] : items;
			expect(together.some((some) => new Set(some.map((item) => JSON.stringify(item))).size >= 2)).toBe(true);
		});

		if (cases.length === 0) return;
		test.each(cases)('$name', async (given) => {
			const server = await playBack(given.exchanges, authorization);
			try {
				const outcome = await runCase(tested, { resource, operation }, given, server.url);
				expect(server.unexpected).toEqual([]);
				if (given.fails) expect(outcome).toMatchObject({ fails: given.fails });
				else expect(outcome).toEqual({ output: given.output, ...(given.answers && { answers: given.answers }) });
				expect(server.unused()).toEqual([]);
			} finally {
				await server.close();
			}
		});
	});
});
