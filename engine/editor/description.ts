/** Turns operations into n8n properties: the Resource and Operation pickers, and every field under its conditions. */
import type { INodeProperties } from 'n8n-workflow';

import type { Field } from '../inputs/fields';
import { flag, integer } from '../inputs/fields';
import type { Operation, Resource } from '../operation';
import { collectionOf, engineOptions } from '../inputs/reading';

/** All properties of a node, in the order in which the editor shows them. n8n lists actions in the order of both pickers, so what people look for stands first. */
export function properties(resources: Resource[]): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources.map(({ label, value }) => ({ name: label, value })),
			default: resources[0]?.value ?? '',
		},
		...resources.map(operationPicker),
		...resources.flatMap(({ value, operations }) => merged(operations.map((operation) => inputs(value, operation)))),
	];
}

function operationPicker({ value, operations }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: operations.map(({ label, value: name, action, description }) => ({ name: label, value: name, action, description })),
		default: operations[0]?.value ?? '',
	};
}

function inputs(resource: string, operation: Operation): INodeProperties[] {
	// Each input gets lists of its own, since `merged` adds to them.
	const show = () => ({ resource: [resource], operation: [operation.value] });
	const fields = Object.entries(operation.fields).map(([name, field]) => ({
		...toProperty(name, field),
		...(field.required && { required: true }),
		displayOptions: { show: { ...show(), ...field.showWhen } },
	}));
	const { optionsLabel = 'Options' } = operation;
	const collection = (name: 'options' | 'settings', displayName: string): INodeProperties[] => {
		const options = Object.entries(operation.options ?? {}).filter(([option]) => collectionOf(operation, option) === name).map(([option, field]) => optionProperty(option, field));
		if (options.length === 0) return [];
		const placeholder = displayName === 'Filters' ? 'Add filter' : displayName === 'Options' ? 'Add option' : 'Add field';
		return [{ displayName, name, type: 'collection', placeholder, default: {}, displayOptions: { show: show() }, options: options.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')) }];
	};
	return [...fields, ...collection('options', optionsLabel), ...collection('settings', 'Options')];
}

/** An option's conditions are fields that stand outside of the collection. */
function optionProperty(name: string, field: Field<unknown>): INodeProperties {
	const show = Object.fromEntries(Object.entries(field.showWhen ?? {}).map(([other, values]) => [`/${other}`, values]));
	return { ...toProperty(name, field), ...(field.showWhen && { displayOptions: { show } }) };
}

function toProperty(name: string, { label, property }: Field<unknown>): INodeProperties {
	return { displayName: label, name, ...property };
}

/**
 * Inputs that are the same in several operations of a resource become one, so that the editor has fewer to look at. Each
 * operation keeps the order of its own: an input that another has at an earlier place stays one of its own.
 */
function merged(operations: INodeProperties[][]): INodeProperties[] {
	const all: INodeProperties[] = [];
	for (const own of operations) {
		let place = 0;
		for (const property of own) {
			const found = all.findIndex((other, index) => index >= place && shapeOf(other) === shapeOf(property));
			const shown = all[found]?.displayOptions?.show?.['operation'];
			if (shown) shown.push(...(property.displayOptions?.show?.['operation'] ?? []));
			else all.splice(place, 0, property);
			place = (shown ? found : place) + 1;
		}
	}
	return all;
}

/** What is equal where two inputs differ only in their operations. */
function shapeOf(property: INodeProperties): string {
	return JSON.stringify({ ...property, displayOptions: { show: { ...property.displayOptions?.show, operation: [] } } });
}

/** The inputs of every list: all of it, or so many. */
export const listFields = {
	returnAll: flag({ label: 'Return All', description: 'Whether to return all results or only up to a given limit' }),
	limit: integer({ label: 'Limit', description: 'Max number of results to return', min: 1, default: 50, showWhen: { returnAll: [false] } }),
};

/** Offered where a response has more than ten fields. */
export const simplify = {
	[engineOptions.simplify]: flag({ label: 'Simplify', default: true, description: 'Whether to return a simplified version of the response instead of the raw data' }),
};
