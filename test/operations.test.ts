/** Runs every fixture, and fails when an operation has none. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { createClaims } from '../engine/run/claims';
import { execute } from '../engine/run/execute';
import { createPacer } from '../engine/wire/pacing';
import { connect } from '../engine/wire/request';
import { virtualClock } from './engine/virtualClock';
import { executeContext } from './n8nContext';
import { providers } from './providers';
import type { Exchange } from './recordedServer';
import { playBack } from './recordedServer';

interface Case {
	name: string;
	parameters: INodeParameters;
	items: IDataObject[];
	onError?: INode['onError'];
	/** Values of the credential that differ from the provider's usual test credential. */
	credential?: Record<string, string>;
	exchanges: Exchange[];
	/** Either the output items ... */
	output?: Array<{ json: IDataObject; pairedItem: { item: number } }>;
	/** ... or what the user is told. */
	fails?: { message: string; description?: string };
}

const filesOf = (folder: string, resource: string, operation: string): string => path.join(__dirname, folder, resource, `${operation}.fixture.json`);

describe.each(providers)('$folder', ({ folder, nodeType, provider, resources, credential, credentialType, authorization }) => {
	const all = resources.flatMap((resource) => resource.operations.map((operation) => ({ name: `${resource.value} ${operation.value}`, resource: resource.value, operation: operation.value })));

	describe.each(all)('$name', ({ resource, operation }) => {
		const file = filesOf(folder, resource, operation);
		const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : [];

		test('has a fixture with at least two different items', () => {
			expect(cases.some(({ items, output }) => output !== undefined && new Set(items.map((item) => JSON.stringify(item))).size >= 2)).toBe(true);
		});

		if (cases.length === 0) return;
		test.each(cases)('$name', async ({ parameters, items, onError, exchanges, output, fails, credential: changed }) => {
			const server = await playBack(exchanges, authorization);
			try {
				const clock = virtualClock(Date.now());
				const context = executeContext({
					nodeType,
					parameters: { resource, operation, ...parameters },
					items: items.map((json): INodeExecutionData => ({ json })),
					credentialType,
					credential: { ...credential, ...changed, baseUrl: server.url },
					onError,
				});
				const run = await execute(context, provider, resources, { connect: async (opened, of) => await connect(opened, of, { clock, pacer: createPacer(clock) }), claims: createClaims(clock) }).then(
					(result) => ({ result }),
					(thrown: unknown) => ({ fails: { message: (thrown as Error).message, description: (thrown as { description?: string }).description } }),
				);
				expect(server.unexpected).toEqual([]);
				// As n8n saves it: what JSON leaves out was never there.
				const outcome: unknown = JSON.parse(JSON.stringify(run));
				if (fails) expect(outcome).toMatchObject({ fails });
				else expect(outcome).toEqual({ result: [output] });
				expect(server.unused()).toEqual([]);
			} finally {
				await server.close();
			}
		});
	});
});
