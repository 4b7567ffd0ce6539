/**
 * Measures the engine alone, in a process of its own: the built node on n8n's own ExecuteContext, over a transport that answers at
 * once. Prints its figures as JSON.
 *
 * `node --import tsx bench/engineCost.ts <folder of the unpacked package> <items>`
 */
import { join, resolve } from 'node:path';
import type { INodeExecutionData, INodeParameters, INodeProperties, INodeType } from 'n8n-workflow';

import { median } from './figures';
import { benchProviders, messageText, recipients } from './providers';
import type * as Claiming from '../engine/delivery/claims';
import type * as Execute from '../engine/run/execute';
import type { Provider, Resource } from '../engine/operation';
import type * as Pacing from '../engine/wire/pacing';
import type * as Requesting from '../engine/wire/request';
import type * as Clocks from '../engine/wire/clock';
import { executeContext } from '../test/n8nContext';

const ROUNDS = 5;
/** As many inputs as the design was measured with. */
const MANY_PROPERTIES = 160;

/** Milliseconds of processor time per item, medians. */
export interface EngineFigures {
	properties: number;
	manyProperties: number;
	nodeVersion: string;
	items: number;
	rounds: number;
	/** Two expressions, with the node's own inputs and with as many as the design was measured with. */
	expressions: number;
	expressionsManyProperties: number;
	constants: number;
	/** What n8n itself takes to evaluate these two expressions. */
	evaluation: number;
}

const [, , packageFolder = join(__dirname, '..'), givenItems = '10000'] = process.argv;
const ITEMS = Number(givenItems);
const built = resolve(packageFolder, 'dist');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- which files these are is only known when this runs
const load = (file: string): unknown => require(join(built, file));

const { execute } = load('engine/run/execute.js') as typeof Execute;
const { createConnection, credentialOf } = load('engine/wire/request.js') as typeof Requesting;
const { createClaims } = load('engine/delivery/claims.js') as typeof Claiming;
const { createPacer } = load('engine/wire/pacing.js') as typeof Pacing;
const { systemClock } = load('engine/wire/clock.js') as typeof Clocks;
const { mobileMessage } = load('nodes/MobileMessage/provider.js') as { mobileMessage: Provider };
const { resources } = load('nodes/MobileMessage/actions/resources.js') as { resources: Resource[] };
const { MobileMessage } = load('nodes/MobileMessage/MobileMessage.node.js') as { MobileMessage: new () => INodeType };

interface SentEntry {
	to: string;
	message: string;
	sender: string;
	custom_ref: string;
}

/** Inputs of other operations, as many as are missing. */
function withProperties(nodeType: INodeType, count: number): INodeType {
	const { properties } = nodeType.description;
	const more = Array.from({ length: Math.max(0, count - properties.length) }, (_, index): INodeProperties => ({
		displayName: `More ${index}`,
		name: `more${index}`,
		type: 'string',
		default: '',
		displayOptions: { show: { resource: ['more'], operation: [`more${index}`] } },
	}));
	return { ...nodeType, description: { ...nodeType.description, properties: [...properties, ...more] } };
}

interface Given {
	nodeType: INodeType;
	parameters: INodeParameters;
	items: INodeExecutionData[];
}

function contextOf({ nodeType, parameters, items }: Given) {
	return executeContext({ nodeType, parameters, items, credential: { username: 'u', password: 'p', baseUrl: 'http://127.0.0.1:9' } });
}

/** Processor time of this process in milliseconds: unlike the clock, it does not run while others have the processor. */
function processorTime(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** Milliseconds per item of one execution; the provider's part is taken off. */
async function once(given: Given): Promise<number> {
	const context = contextOf(given);
	let inTransport = 0;
	let nextId = 0;
	const transport: Requesting.Transport = async ({ body }) => {
		const since = processorTime();
		const { messages } = body as unknown as { messages: SentEntry[] };
		const results = messages.map(({ to, message, sender, custom_ref }) => ({ to, message, sender, custom_ref, status: 'success', cost: 1, encoding: 'gsm7', message_id: `id-${nextId++}` }));
		const answer = { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ status: 'complete', results }) };
		inTransport += processorTime() - since;
		return await Promise.resolve(answer);
	};
	const surroundings: Parameters<typeof execute>[3] = {
		connect: async (opened, provider) => createConnection({ provider, credential: credentialOf(await opened.getCredentials(provider.credential)), transport, pacer: createPacer(systemClock) }),
		claims: createClaims(systemClock),
	};
	const since = processorTime();
	const [output = []] = await execute(context, mobileMessage, resources, surroundings);
	const took = processorTime() - since - inTransport;
	if (output.length !== given.items.length || output.at(-1)?.json['accepted'] !== true) throw new Error(`The engine gave ${output.length} items: ${JSON.stringify(output.at(-1)?.json)}`);
	return took / given.items.length;
}

/** Milliseconds per item of n8n's own part. */
async function evaluation(given: Given): Promise<number> {
	const context = contextOf(given);
	const since = processorTime();
	for (let item = 0; item < given.items.length; item++) {
		context.getNodeParameter('to', item);
		context.getNodeParameter('message', item);
	}
	return await Promise.resolve((processorTime() - since) / given.items.length);
}

/** Medians of some rounds. The measures take turns, so that a machine that becomes busier burdens all alike. */
async function medians<Name extends string>(measures: Record<Name, () => Promise<number>>): Promise<Record<Name, number>> {
	const names = Object.keys(measures) as Name[];
	const all = new Map<Name, number[]>(names.map((name) => [name, []]));
	// The first round compiles the code.
	for (let round = 0; round <= ROUNDS; round++) {
		for (const name of names) {
			const measured = await measures[name]();
			if (round > 0) all.get(name)?.push(measured);
		}
	}
	return Object.fromEntries([...all].map(([name, values]) => [name, median(values)])) as Record<Name, number>;
}

async function main(): Promise<void> {
	const parameters = benchProviders.find(({ nodeType }) => nodeType === 'mobileMessage')?.parameters as INodeParameters;
	const nodeType = new MobileMessage();
	const items = recipients(ITEMS).map((json): INodeExecutionData => ({ json }));
	const given: Given = { nodeType, parameters, items };
	const many = withProperties(nodeType, MANY_PROPERTIES);
	const measured = await medians({
		expressions: async () => await once(given),
		expressionsManyProperties: async () => await once({ ...given, nodeType: many }),
		constants: async () => await once({ ...given, parameters: { ...parameters, to: '0412 000 000', message: messageText.slice(1) } }),
		evaluation: async () => await evaluation(given),
	});
	const figures: EngineFigures = {
		...measured,
		properties: nodeType.description.properties.length,
		manyProperties: many.description.properties.length,
		nodeVersion: process.version,
		items: ITEMS,
		rounds: ROUNDS,
	};
	// n8n's core keeps a timer of its own, which would keep this process.
	process.stdout.write(JSON.stringify(figures), () => process.exit());
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exitCode = 1;
});
