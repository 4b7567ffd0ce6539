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
import { executeContext, newExecution, webhookContext } from './n8nContext';
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
	/** Of a question: what comes to the addresses of the waiting execution, one after the other, and what it gives. */
	answers?: GivenAnswer[];
}

export interface GivenAnswer {
	/** Which address is called: "l0" the link of the first number, "w1" the provider's for the second, "t0" the triggers' ... */
	at: string;
	/** GET unless there is a body. */
	body?: IDataObject;
	/** The item with which the execution goes on, "*" for a time; what is answered while it waits on; or a part of the page. */
	gives: { item: IDataObject } | { answer: unknown; httpStatus?: number } | { page: string };
}

export interface OutputItem {
	json: IDataObject;
	pairedItem: { item: number };
	error?: { message: string; description?: string };
}

/** What running a case came to, in the form in which the case says it. */
export type Outcome = Pick<Case, 'output' | 'fails' | 'answers'>;

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
	const { parameters, items, onError, credential: changed, answers } = given;
	const runData = newExecution();
	const clock = virtualClock(Date.now());
	const parts = { clock, pacer: createPacer(clock) };
	const surroundings = {
		nodeType,
		parameters: { ...chosen, ...parameters },
		items: items.map((json): INodeExecutionData => ({ json })),
		credentialType,
		credential: { ...credential, ...changed, baseUrl: url },
		onError,
		runData,
	};
	const context = executeContext(surroundings);
	try {
		const outputs = await execute(context, provider, resources, { connect: async (opened) => await opening(opened, parts), claims: createClaims(clock) });
		const output = outputs.flat().map(({ error, ...item }) => ({ ...item, ...(error && { error: told(error) }) }));
		if (answers === undefined) return asSaved({ output });
		const given: GivenAnswer[] = [];
		for (const one of answers) given.push(await answerOf(surroundings, one));
		return asSaved({ output, answers: given });
	} catch (thrown) {
		return asSaved({ fails: told(thrown) });
	}
}

/** Calls an address of the waiting execution. */
async function answerOf(surroundings: Parameters<typeof webhookContext>[0], { at, body, gives }: GivenAnswer): Promise<GivenAnswer> {
	const kept = Object.values(surroundings.runData.executionData?.contextData ?? {}).map(({ smsHubQuestion }) => (smsHubQuestion as { id: string } | undefined)?.id);
	const responses: Array<{ httpStatus: number; answer: unknown }> = [];
	const closed: Array<() => Promise<void>> = [];
	const respond = (httpStatus: number, answer: unknown) => void responses.push({ httpStatus, answer });
	const call = { method: body ? 'POST' : 'GET', query: { q: `${at}-${kept[0] ?? ''}` }, body, respond, closed };
	const result = await surroundings.nodeType.webhook?.call(webhookContext(surroundings, call));
	for (const listener of closed) await listener();
	const common = { at, ...(body && { body }) };
	const [item] = result?.workflowData?.flat() ?? [];
	if (item) {
		const data = item.json['data'] as IDataObject;
		return { ...common, gives: { item: { ...item.json, data: { ...data, respondedAt: typeof data['respondedAt'] === 'string' ? '*' : null } } } };
	}
	const { httpStatus = 0, answer } = responses[0] ?? {};
	if ('page' in gives) return { ...common, gives: { page: String(answer).includes(gives.page) ? gives.page : String(answer) } };
	return { ...common, gives: { answer, ...(httpStatus !== 200 && { httpStatus }) } };
}

function told(thrown: unknown): { message: string; description?: string } {
	const { message, description } = thrown as { message: string; description?: string };
	return { message, description };
}

/** As n8n saves it: what JSON leaves out was never there. */
function asSaved(outcome: unknown): Outcome {
	return JSON.parse(JSON.stringify(outcome)) as Outcome;
}
