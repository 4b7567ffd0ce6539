/** Mistakes that must not compile. The type-check fails when one of these lines is no mistake any more. */
import { choice, text } from '../../engine/inputs/fields';
import { batchOperation, itemOperation } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

const parts = { label: 'x', action: 'x', description: 'x', effect: 'read' as const };
const response = z.object({ id: z.string() });

test('what does not compile', () => {
	const declared = [
		itemOperation({
			...parts,
			fields: { name: text({ label: 'Name', required: true }) },
			response,
			// @ts-expect-error -- a misspelt field
			request: ({ nmae }) => ({ method: 'GET', path: `/${String(nmae)}` }),
			output: ({ id }) => ({ id }),
		}),
		itemOperation({
			...parts,
			fields: {},
			response,
			request: () => ({ method: 'GET', path: '/' }),
			// @ts-expect-error -- a misspelt key of the response
			output: ({ idd }) => ({ id: String(idd) }),
		}),
		itemOperation({
			...parts,
			fields: {},
			response,
			// @ts-expect-error -- a method that does not exist
			request: () => ({ method: 'FETCH', path: '/' }),
			output: ({ id }) => ({ id }),
		}),
		itemOperation({
			...parts,
			fields: {},
			options: { note: text({ label: 'Note', required: true }) },
			response,
			request: ({ note }) => ({
				method: 'GET',
				// @ts-expect-error -- an option may be absent, also one that may not be empty
				path: note.trim(),
			}),
			output: ({ id }) => ({ id }),
		}),
		itemOperation({
			...parts,
			fields: { name: text({ label: 'Name' }) },
			response,
			request: ({ name }) => ({
				method: 'GET',
				// @ts-expect-error -- a field that is not required may be empty
				path: name.trim(),
			}),
			output: ({ id }) => ({ id }),
		}),
		batchOperation({
			...parts,
			effect: 'once',
			batchSize: 10,
			fields: { name: text({ label: 'Name', required: true }) },
			shared: () => undefined,
			entries: ({ name }) => [{ name }],
			// @ts-expect-error -- an entry has no such key
			recipient: (entry): string => String(entry.to),
			request: (entries) => ({ method: 'POST', path: '/', body: { entries } }),
			response,
			outcomes: () => [],
			unanswered: () => ({}),
		}),
	];
	// @ts-expect-error -- a default outside of the choices
	const by = choice({ label: 'By', choices: [{ value: 'a', label: 'A' }], default: 'b' });
	declared.push(itemOperation({ ...parts, fields: { by }, response, request: () => ({ method: 'GET', path: '/' }), output: () => ({}) }));
	expect(declared).toHaveLength(7);
});
