/** Fixtures: an operation's parameters and items, the requests that they lead to with their answers, and what comes out. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { createClaims } from '../engine/delivery/claims';
import { execute } from '../engine/run/execute';
import { createPacer } from '../engine/wire/pacing';
import type { Provider } from '../engine/operation';
import type { Connection, ConnectionParts, SendingContext } from '../engine/wire/request';
import { connect } from '../engine/wire/request';
import { virtualClock } from './engine/virtualClock';
import { executeContext } from './n8nContext';
import type { TestedProvider } from './providers';
import type { Exchange } from './recordedServer';

export interface Case {
	name: string;
	/** The answers are other than documented. */
	isOdd?: true;
	parameters: INodeParameters;
	items: IDataObject[];
	onError?: INode['onError'];
	/** Values of the credential that differ from the provider's usual test credential. */
	credential?: Record<string, string>;
	exchanges: Exchange[];
	/** Either the output items; of an item's own `error` only `message` and `description` ... */
	output?: OutputItem[];
	/** ... or what the user is told. */
	fails?: { message: string; description?: string };
}

export interface OutputItem {
	json: IDataObject;
	pairedItem: { item: number };
	error?: { message: string; description?: string };
}

/** What running a case came to, in the form in which the case says it. */
export type Outcome = Pick<Case, 'output' | 'fails'>;

export function casesOf(folder: string, resource: string, operation: string): Case[] {
	const file = path.join(__dirname, folder, resource, `${operation}.fixture.json`);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : [];
}

/** How a case gets to its provider. */
export type Opening = (context: SendingContext, parts: Pick<ConnectionParts, 'clock' | 'pacer'>) => Promise<Connection>;

/** Over n8n's own HTTP helper. */
const overNetwork = (provider: Provider): Opening => async (context, parts) => await connect(context, provider, parts);

/** Runs a case in n8n's own context, on a clock of its own. */
export async function runCase(tested: TestedProvider, chosen: { resource: string; operation: string }, given: Case, url: string, opening = overNetwork(tested.provider)): Promise<Outcome> {
	const { nodeType, provider, resources, credential, credentialType } = tested;
	const { parameters, items, onError, credential: changed } = given;
	const clock = virtualClock(Date.now());
	const parts = { clock, pacer: createPacer(clock) };
	const context = executeContext({
		nodeType,
		parameters: { ...chosen, ...parameters },
		items: items.map((json): INodeExecutionData => ({ json })),
		credentialType,
		credential: { ...credential, ...changed, baseUrl: url },
		onError,
	});
	try {
		const outputs = await execute(context, provider, resources, { connect: async (opened) => await opening(opened, parts), claims: createClaims(clock) });
		return asSaved({ output: outputs.flat().map(({ error, ...item }) => ({ ...item, ...(error && { error: told(error) }) })) });
	} catch (thrown) {
		return asSaved({ fails: told(thrown) });
	}
}

function told(thrown: unknown): { message: string; description?: string } {
	const { message, description } = thrown as { message: string; description?: string };
	return { message, description };
}

/** As n8n saves it: what JSON leaves out was never there. */
function asSaved(outcome: unknown): Outcome {
	return JSON.parse(JSON.stringify(outcome)) as Outcome;
}
