/** Turns operations into n8n properties: the Resource and Operation pickers, and every field under its conditions. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Field } from '../inputs/fields';
import { flag, integer } from '../inputs/fields';
import type { Operation, Resource } from '../operation';
import { engineOptions } from '../inputs/reading';

/** All properties of a node, in the order in which the editor shows them. */
export function properties(resources: Resource[]): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: sorted(resources.map(({ label, value }) => ({ name: label, value }))),
			default: resources[0]?.value ?? '',
		},
		...resources.map(operationPicker),
		...merged(resources.flatMap((resource) => resource.operations.flatMap((operation) => inputs(resource.value, operation)))),
	];
}

function operationPicker({ value, operations }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: sorted(operations.map((operation) => ({ name: operation.label, value: operation.value, action: operation.action, description: operation.description }))),
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
	if (operation.options === undefined) return fields;
	const options = Object.entries(operation.options).map(([name, field]) => toProperty(name, field));
	return [
		...fields,
		{
			displayName: operation.optionsLabel ?? 'Options',
			name: 'options',
			type: 'collection',
			placeholder: operation.optionsLabel === 'Filters' ? 'Add filter' : operation.optionsLabel ? 'Add field' : 'Add option',
			default: {},
			displayOptions: { show: show() },
			options: options.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')),
		},
	];
}

function toProperty(name: string, { label, property }: Field<unknown>): INodeProperties {
	return { displayName: label, name, ...property };
}

/** Inputs that are the same in several operations of a resource become one, so that the editor has fewer to look at. */
function merged(all: INodeProperties[]): INodeProperties[] {
	const byShape = new Map<string, INodeProperties>();
	for (const property of all) {
		const operations = property.displayOptions?.show?.['operation'];
		const shape = JSON.stringify({ ...property, displayOptions: { show: { ...property.displayOptions?.show, operation: [] } } });
		const same = byShape.get(shape)?.displayOptions?.show?.['operation'];
		if (Array.isArray(same) && Array.isArray(operations)) same.push(...operations);
		else byShape.set(shape, property);
	}
	return [...byShape.values()];
}

function sorted(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return [...options].sort((a, b) => a.name.localeCompare(b.name, 'en'));
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
