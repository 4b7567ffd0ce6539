/** Reads and checks every item's values before anything is sent. */
import type { IBinaryData, IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { Failure } from '../failure';
import { asFailure, failure } from '../failure';
import type { Field, GivenFile, Reading } from './fields';
import type { Plain } from './plain';
import { plainOf, readPlain } from './plain';
import { digest } from '../digest';
import type { Operation, Provider } from '../operation';
import type { Region } from '../values/phone';
import type { Clock } from '../wire/clock';

export type ItemValues = Record<string, unknown>;
export type ReadItem = { values: ItemValues } | { failed: Failure };

/** Options that the engine itself understands, besides the operation's own. */
export const engineOptions = { country: 'defaultCountry', landlines: 'allowLandlines', failOnRefused: 'failOnRefused', simplify: 'simplify', earlierSends: 'earlierSends', when: 'when',
	timeZone: 'timeZone', includeInput: 'includeInputFields', mostSegments: 'maxSegmentsPerRun', onlyPreview: 'onlyPreview' } as const;

/** Where n8n keeps an option: what belongs to the run stands apart from the data of a contact and from filters. */
export function collectionOf({ optionsLabel }: Operation, name: string): 'options' | 'settings' {
	return optionsLabel !== undefined && settings.has(name) ? 'settings' : 'options';
}
const settings = new Set<string>(Object.values(engineOptions));

/** n8n takes up to 1 ms for two expressions, and answers no webhook, health check or Stop while thousands are read in one go; in ms. */
const longestHold = 50;

type ParameterContext = Pick<IExecuteFunctions, 'getNodeParameter' | 'getNode' | 'getTimezone' | 'getInputData' | 'helpers'>;

export interface ItemsToRead {
	context: ParameterContext;
	provider: Provider;
	operation: Operation;
	clock: Pick<Clock, 'now'>;
	cancel?: AbortSignal;
}

interface Source {
	name: string;
	/** Where n8n keeps it: the name, or `options.name`. */
	path: string;
	field: Field<unknown>;
	/** A default exists also where a workflow file leaves the parameter out; an option exists only when added. */
	fallback: unknown;
	constant: boolean;
	/** Read without n8n's evaluation, where the item allows. */
	plain?: Plain;
}

/**
 * Reads all items. A parameter without an expression is evaluated and checked once, whatever the number of items;
 * one with an expression once per item.
 * @throws Failure (`cancelled`) when `cancel` is aborted meanwhile
 */
export async function readItems({ context, provider, operation, clock, cancel }: ItemsToRead): Promise<ReadItem[]> {
	const sources = sourcesOf(operation, context.getNode());
	const given = { phone: provider.phone, timezone: context.getTimezone(), now: clock.now() };
	const known = new Map<string, { value: unknown } | { failed: Failure }>();
	const input = context.getInputData();

	const valueOf = (source: Source, item: number, reading: Reading): unknown => {
		if (!source.constant) return source.field.read((source.plain && readPlain(source.plain, input[item]?.json)) ?? context.getNodeParameter(source.path, item, source.fallback), reading);
		// A constant number still depends on options, which may come from an expression.
		const key = [source.name, reading.country, reading.allowLandlines, reading.timezone].join(' ');
		let found = known.get(key);
		if (found === undefined) {
			found = attempt(() => ({ value: source.field.read(context.getNodeParameter(source.path, item, source.fallback), reading) }));
			known.set(key, found);
		}
		if ('failed' in found) throw found.failed;
		return found.value;
	};

	const readItem = (item: number, binary: Reading['binary']): ReadItem => {
		const values: ItemValues = {};
		return attempt(() => {
			for (const source of sources) {
				if (!isShown(source.field, values)) continue;
				const country = values[engineOptions.country] as Region | undefined;
				const timezone = (values[engineOptions.timeZone] as string | undefined) ?? given.timezone;
				values[source.name] = valueOf(source, item, { ...given, timezone, field: source.field.label, country, allowLandlines: values[engineOptions.landlines] === true, binary });
			}
			operation.check?.(values);
			return { values };
		});
	};

	const hasFiles = sources.some(({ field }) => field.ofItem);
	const count = input.length;
	const items: ReadItem[] = [];
	let since = clock.now();
	for (let item = 0; item < count; item++) {
		items.push(readItem(item, hasFiles ? await filesOf(context, item) : () => ({ names: [] })));
		if (clock.now() - since < longestHold) continue;
		await sleep(0);
		since = clock.now();
		if (cancel?.aborted) throw failure('cancelled', 'The execution was stopped before anything was sent');
	}
	return items;
}

function attempt<T>(job: () => T): T | { failed: Failure } {
	try {
		return job();
	} catch (thrown) {
		return { failed: asFailure(thrown) };
	}
}

/** The item's files by the names of their binary fields, with their sizes; nothing of what is in them is loaded. */
async function filesOf(context: ParameterContext, item: number): Promise<Reading['binary']> {
	const { json = {}, binary = {} } = context.getInputData()[item] ?? {};
	// A workflow can be set to keep files among the other values of an item.
	const inJson = Object.entries(json).filter((entry): entry is [string, IBinaryData] => isBinaryValue(entry[1]));
	const all = new Map<string, Omit<GivenFile, 'identity'> & { data: IBinaryData }>();
	for (const [field, data] of [...inJson, ...Object.entries(binary)]) {
		const name = data.fileName ?? field;
		const base64 = async () => {
			try {
				return (await context.helpers.getBinaryDataBuffer(item, field in binary ? field : data)).toString('base64');
			} catch (thrown) {
				throw failure('input', `The file "${name}" could not be read: ${asFailure(thrown).message}`, 'n8n may have deleted it already. Run the node again that made it.');
			}
		};
		all.set(field, { name, mimeType: data.mimeType, size: await sizeOf(data, context.helpers), base64, data });
	}
	return (field) => {
		const found = all.get(field);
		if (!found) return { names: [...all.keys()] };
		const { data, ...file } = found;
		return { ...file, identity: identityOfFile(data) };
	};
}

const knownIdentities = new WeakMap<IBinaryData, string>();

/** n8n's ID of a file that it stores apart; what it holds in memory is told by what is in it, once for items that share it. */
function identityOfFile(data: IBinaryData): string {
	const identity = data.id ?? knownIdentities.get(data) ?? digest(data.data);
	knownIdentities.set(data, identity);
	return identity;
}

function isBinaryValue(value: unknown): boolean {
	return typeof value === 'object' && value !== null && 'mimeType' in value && ('id' in value || 'data' in value);
}

async function sizeOf({ bytes, id, data }: IBinaryData, helpers: ParameterContext['helpers']): Promise<number> {
	if (bytes !== undefined) return bytes;
	// Older n8n keeps only a size for people ("1.2 kB") with a file that it stores apart from the item.
	return id === undefined ? Buffer.byteLength(data, 'base64') : (await helpers.getBinaryMetadata(id)).fileSize;
}

/**
 * What makes an item's message this message, as the user wrote it: a hash of the named fields before their expressions.
 * A text with the time of day in it stays the same text in a re-run; a text that the user changed is another one.
 */
export function identityOf(node: INode, operation: Operation): string {
	const names = operation.identity ?? Object.keys(operation.fields);
	return digest(JSON.stringify([node.parameters['resource'], operation.value, ...names.map((name) => written(node, name))]));
}

function written(node: INode, name: string): unknown {
	const raw = node.parameters[name];
	return typeof raw === 'object' && raw !== null && 'value' in raw ? raw.value : (raw ?? null);
}

function sourcesOf(operation: Operation, node: INode): Source[] {
	const fromOptions = Object.entries(operation.options ?? {}).flatMap(([name, field]) => {
		const collection = collectionOf(operation, name);
		const added = node.parameters[collection];
		return typeof added === 'object' && added !== null && name in added ? [source(name, `${collection}.${name}`, field, (added as IDataObject)[name])] : [];
	});
	const fromFields = Object.entries(operation.fields)
		.filter(([, field]) => field.property.type !== 'notice')
		.map(([name, field]) => source(name, name, field, node.parameters[name]));
	// First those that decide how others are read, then options.
	const deciding: string[] = [engineOptions.timeZone, engineOptions.when, engineOptions.landlines, engineOptions.country];
	return [...fromOptions, ...fromFields].sort((a, b) => deciding.indexOf(b.name) - deciding.indexOf(a.name));
}

function source(name: string, path: string, field: Field<unknown>, raw: unknown): Source {
	const constant = !field.ofItem && (!hasExpression(raw) || raw === field.property.default);
	// n8n checks and changes values of other kinds.
	const plain = constant || field.property.type !== 'string' ? undefined : plainOf(raw);
	return { name, path, field, fallback: field.property.default, constant, ...(plain && { plain }) };
}

/** n8n marks an expression by a leading '='; a locator holds it inside. */
function hasExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(hasExpression);
}

function isShown(field: Field<unknown>, values: ItemValues): boolean {
	return Object.entries(field.showWhen ?? {}).every(([name, allowed]) => allowed.some((value) => value === values[name]));
}
