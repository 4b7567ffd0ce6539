/** Reads and checks every item's values before anything is sent. */
import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { Failure } from '../failure';
import { asFailure, failure } from '../failure';
import type { Field, Reading } from './fields';
import { digest } from '../run/ledger';
import type { Operation, Provider } from '../operation';
import type { Region } from './phone';

export type ItemValues = Record<string, unknown>;
export type ReadItem = { values: ItemValues } | { failed: Failure };

/** Options that the engine itself understands, besides the operation's own. */
export const engineOptions = { country: 'defaultCountry', failOnRefused: 'failOnRefused', simplify: 'simplify', earlierSends: 'earlierSends' } as const;

/** n8n takes up to 1 ms for two expressions, and answers no webhook, health check or Stop while thousands are read in one go; in ms. */
const longestHold = 50;

type ParameterContext = Pick<IExecuteFunctions, 'getNodeParameter' | 'getNode' | 'getTimezone'>;

interface Source {
	name: string;
	/** Where n8n keeps it: the name, or `options.name`. */
	path: string;
	field: Field<unknown>;
	/** A default exists also where a workflow file leaves the parameter out; an option exists only when added. */
	fallback: unknown;
	constant: boolean;
}

/**
 * Reads all items. A parameter without an expression is evaluated and checked once, whatever the number of items;
 * one with an expression once per item.
 * @throws Failure (`cancelled`) when `cancel` is aborted meanwhile
 */
export async function readItems(context: ParameterContext, provider: Provider, operation: Operation, count: number, now: number, cancel?: AbortSignal): Promise<ReadItem[]> {
	const node = context.getNode();
	const timezone = context.getTimezone();
	const sources = sourcesOf(operation, node);
	const constants = new Map<string, { value: unknown } | { failed: Failure }>();

	const readOne = (source: Source, item: number, country: Region | undefined): unknown => {
		const reading: Reading = { field: source.field.label, phone: provider.phone, timezone, now, country };
		return source.field.read(context.getNodeParameter(source.path, item, source.fallback), reading);
	};

	const readItem = (item: number): ReadItem => {
		const values: ItemValues = {};
		for (const source of sources) {
			if (!isShown(source.field, values)) continue;
			const country = values[engineOptions.country] as Region | undefined;
			// A constant number still depends on the country, which may come from an expression.
			const memory = source.constant ? `${source.name} ${country ?? ''}` : undefined;
			try {
				const known = memory === undefined ? undefined : constants.get(memory);
				if (known && 'failed' in known) throw known.failed;
				const value = known ? known.value : readOne(source, item, country);
				if (memory !== undefined && !known) constants.set(memory, { value });
				values[source.name] = value;
			} catch (thrown) {
				const failed = asFailure(thrown);
				if (memory !== undefined) constants.set(memory, { failed });
				return { failed };
			}
		}
		try {
			operation.check?.(values);
			return { values };
		} catch (thrown) {
			return { failed: asFailure(thrown) };
		}
	};

	const items: ReadItem[] = [];
	let since = Date.now();
	for (let item = 0; item < count; item++) {
		items.push(readItem(item));
		if (Date.now() - since < longestHold) continue;
		await sleep(0);
		since = Date.now();
		if (cancel?.aborted) throw failure('cancelled', 'The execution was stopped before anything was sent');
	}
	return items;
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
	const options = node.parameters['options'];
	const added = typeof options === 'object' && options !== null ? (options as IDataObject) : {};
	const fromOptions = Object.entries(operation.options ?? {})
		.filter(([name]) => name in added)
		.map(([name, field]) => source(name, `options.${name}`, field, added[name]));
	const fromFields = Object.entries(operation.fields)
		.filter(([, field]) => field.property.type !== 'notice')
		.map(([name, field]) => source(name, name, field, node.parameters[name]));
	// Options first: the default country decides how numbers are read.
	return [...fromOptions, ...fromFields];
}

function source(name: string, path: string, field: Field<unknown>, raw: unknown): Source {
	return { name, path, field, fallback: field.property.default, constant: !hasExpression(raw) };
}

/** n8n marks an expression by a leading '='; a locator holds it inside. */
function hasExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(hasExpression);
}

function isShown(field: Field<unknown>, values: ItemValues): boolean {
	return Object.entries(field.showWhen ?? {}).every(([name, allowed]) => allowed.some((value) => value === values[name]));
}
