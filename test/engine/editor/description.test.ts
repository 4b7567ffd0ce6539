/** What the editor shows, made from operations. */
import type { INodeProperties } from 'n8n-workflow';

import { listFields, properties, simplify } from '../../../engine/editor/description';
import { flag, text } from '../../../engine/inputs/fields';
import type { UnnamedOperation } from '../../../engine/operation';
import { itemOperation, resource } from '../../../engine/operation';
import { z } from '../../../engine/wire/schema';

const operation = (label: string, more: object): UnnamedOperation =>
	itemOperation({
		label, action: `${label} a thing`, description: `${label}s it`, effect: 'read', fields: {},
		request: () => ({ method: 'GET', path: '/' }), response: z.unknown(), output: () => ({}), ...more,
	});
const shown = ({ displayOptions }: INodeProperties) => displayOptions?.show;
/** The inputs without the pickers. */
const inputs = (operations: Record<string, UnnamedOperation>) => properties([resource('Thing', 'thing', operations)]).slice(2);

const id = text({ label: 'ID', required: true, description: 'Which one' });
const name = text({ label: 'Name' });

test('the pickers offer all operations in their order, and the first one at first', () => {
	const [resources, things, people] = properties([resource('Thing', 'thing', { get: operation('Get', {}), add: operation('Add', {}) }), resource('Person', 'person', { ask: operation('Ask', {}) })]);
	expect(resources).toEqual({ displayName: 'Resource', name: 'resource', type: 'options', noDataExpression: true, default: 'thing', options: [
		{ name: 'Thing', value: 'thing' }, { name: 'Person', value: 'person' },
	] });
	expect(things).toEqual({
		displayName: 'Operation', name: 'operation', type: 'options', noDataExpression: true, default: 'get', displayOptions: { show: { resource: ['thing'] } },
		options: [{ name: 'Get', value: 'get', action: 'Get a thing', description: 'Gets it' }, { name: 'Add', value: 'add', action: 'Add a thing', description: 'Adds it' }],
	});
	expect(people).toMatchObject({ default: 'ask', displayOptions: { show: { resource: ['person'] } } });
});

test('a field is shown with its operation, and says whether it has to be filled in', () => {
	expect(inputs({ get: operation('Get', { fields: { id, name } }) })).toEqual([
		{ displayName: 'ID', name: 'id', required: true, ...id.property, displayOptions: { show: { resource: ['thing'], operation: ['get'] } } },
		{ displayName: 'Name', name: 'name', ...name.property, displayOptions: { show: { resource: ['thing'], operation: ['get'] } } },
	]);
});

test('a field under a condition is shown with it; of an option the condition is a field that stands outside', () => {
	const [returnAll, limit, options] = inputs({ list: operation('List', { fields: listFields, options: { more: text({ label: 'More', showWhen: { returnAll: [true] } }), ...simplify } }) });
	expect(returnAll).toMatchObject({ name: 'returnAll', type: 'boolean', default: false });
	expect([limit?.name, limit && shown(limit)]).toEqual(['limit', { resource: ['thing'], operation: ['list'], returnAll: [false] }]);
	expect(options).toMatchObject({ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {} });
	expect(options?.options).toMatchObject([{ name: 'more', displayOptions: { show: { '/returnAll': [true] } } }, { name: 'simplify', default: true }]);
	expect(options?.options?.[1]).not.toHaveProperty('displayOptions');
});

test('options stand in the order of their labels, and what is about the run stands apart', () => {
	const options = { zip: text({ label: 'A ZIP' }), city: text({ label: 'City' }), area: text({ label: 'Area' }), ...simplify };
	const collections = (optionsLabel?: string) =>
		inputs({ add: operation('Add', { options, ...(optionsLabel && { optionsLabel }) }) }).map(({ displayName, name: own, placeholder, options: of = [] }) => [
			displayName, own, placeholder, of.map((one) => ('name' in one ? one.name : '')),
		]);
	expect(collections()).toEqual([['Options', 'options', 'Add option', ['zip', 'area', 'city', 'simplify']]]);
	expect(collections('Filters')).toEqual([['Filters', 'options', 'Add filter', ['zip', 'area', 'city']], ['Options', 'settings', 'Add option', ['simplify']]]);
	expect(collections('Additional Fields')).toEqual([['Additional Fields', 'options', 'Add field', ['zip', 'area', 'city']], ['Options', 'settings', 'Add option', ['simplify']]]);
});

test('an input of several operations is there once, as long as each keeps its order', () => {
	const other = flag({ label: 'Other' });
	const merged = (...operations: object[]) =>
		inputs(Object.fromEntries(operations.map((fields, index) => [String(index), operation('Do', { fields })]))).map((property) => [property.name, shown(property)?.['operation']]);
	expect(merged({ id, name }, { id, other, name })).toEqual([['id', ['0', '1']], ['other', ['1']], ['name', ['0', '1']]]);
	// The second has them the other way round.
	expect(merged({ id, name }, { name, id })).toEqual([['id', ['0']], ['name', ['0', '1']], ['id', ['1']]]);
	// They differ in what they say, or in when they are shown.
	expect(merged({ id }, { id: text({ label: 'ID', required: true, description: 'Another' }) })).toEqual([['id', ['1']], ['id', ['0']]]);
	expect(merged({ other, id }, { other, id: { ...id, showWhen: { other: [true] } } })).toEqual([['other', ['0', '1']], ['id', ['1']], ['id', ['0']]]);
	expect(merged({ id, name }, { id }, { name })).toEqual([['id', ['0', '1']], ['name', ['0', '2']]]);
});

test('one operation more changes nothing of another resource', () => {
	const things = resource('Thing', 'thing', { get: operation('Get', { fields: { id } }) });
	const people = resource('Person', 'person', { get: operation('Get', { fields: { id } }) });
	expect(properties([things, people]).slice(3).map((property) => shown(property)?.['resource'])).toEqual([['thing'], ['person']]);
});
