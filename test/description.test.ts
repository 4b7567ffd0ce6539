/** What the editor is given: n8n's own lint rules over the generated properties, and what no lint rule looks at. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject, INodeParameters, INodeProperties, INodeType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import ts from 'typescript';

import { collectionOf } from '../engine/inputs/reading';
import { messageEvent } from '../engine/output/message';
import type { Finding, Source } from './lintNodes';
import { providers } from './providers';

const root = path.join(__dirname, '..');

interface NodeSource {
	name: string;
	file: string;
	source: string;
	nodeType: INodeType;
}

/** Every node that n8n is told of, actions and triggers. */
const nodes: NodeSource[] = (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { n8n: { nodes: string[] } }).n8n.nodes.map((built) => {
	const file = path.join(root, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
	const name = path.basename(file, '.node.ts');
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known only now
	const module = require(file) as Record<string, new () => INodeType>;
	const NodeClass = module[name];
	if (!NodeClass) throw new Error(`${file} has no class ${name}`);
	return { name, file, source: readFileSync(file, 'utf8'), nodeType: new NodeClass() };
});

/** A value as a person would write it in a node's source: lint rules look for keys without quotes. */
function literal(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map((one) => literal(one)).join(',\n')}]`;
	if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : String(value);
	const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
	return `{\n${entries.map(([key, inner]) => `${/^\w+$/.test(key) ? key : JSON.stringify(key)}: ${literal(inner)}`).join(',\n')} }`;
}

/** The node's own source with its properties written out. */
function withProperties({ name, file, source }: NodeSource, properties: INodeProperties[]): Source {
	const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
	const found: ts.Expression[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isPropertyDeclaration(node) && node.name.getText() === 'description' && node.initializer && ts.isObjectLiteralExpression(node.initializer)) {
			for (const member of node.initializer.properties) {
				if (ts.isPropertyAssignment(member) && member.name.getText() === 'properties') found.push(member.initializer);
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(parsed);
	const [expression] = found;
	if (!expression) throw new Error(`The description of ${name} has no "properties"`);
	return { file, source: `${source.slice(0, expression.getStart())}${literal(properties)}${source.slice(expression.getEnd())}` };
}

function lint(sources: Source[]): Finding[] {
	// Under NODE_ENV=test, which jest sets, the rules take every file for "Test.node.ts".
	const env = { ...process.env, NODE_ENV: 'production' };
	const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, 'lintNodes.ts')], {
		cwd: root,
		env,
		input: JSON.stringify(sources),
		encoding: 'utf8',
		maxBuffer: 2 ** 26,
	});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout) as Finding[];
}

describe('n8n\'s lint rules', () => {
	test('find nothing in any node with its properties written out', () => {
		// n8n lists actions in the order of the resources, and a send is what people look for.
		const isOwnOrder = ({ rule, message }: Finding): boolean => rule === 'n8n-nodes-base/node-param-options-type-unsorted-items' && /\bSMS\b|\bSend\b/.test(message);
		const isProperName = ({ line }: Finding): boolean => line.includes('WhatsApp');
		const findings = lint(nodes.map((node) => withProperties(node, node.nodeType.description.properties))).filter((finding) => !isOwnOrder(finding) && !isProperName(finding));
		expect(findings.map(({ file, rule, message, line }) => `${path.basename(file)}: ${rule} ${message} <${line}>`)).toEqual([]);
	}, 60_000);

	test('would find what is wrong', () => {
		const [node] = nodes;
		if (!node) throw new Error('There is no node');
		const show = { resource: ['message'], operation: ['send'] };
		const bad: INodeProperties[] = [
			{ displayName: 'the number', name: 'number', type: 'string', default: '', displayOptions: { show } },
			{ displayName: 'Fast', name: 'fast', type: 'boolean', default: false, description: 'Sends it fast', displayOptions: { show } },
			{ displayName: 'Limit', name: 'limit', type: 'number', default: 10, displayOptions: { show } },
			{ displayName: 'Status', name: 'status', type: 'options', default: 'e', options: ['Echo', 'Delta', 'Charlie', 'Bravo', 'Alpha'].map((name) => ({ name, value: name.charAt(0).toLowerCase() })) },
			{ displayName: 'Country', name: 'country', type: 'options', default: '', typeOptions: { loadOptionsMethod: 'countries' }, displayOptions: { show } },
		];
		const rules = new Set(lint([withProperties(node, bad)]).map(({ rule }) => rule));
		expect([...rules]).toEqual(
			expect.arrayContaining([
				'n8n-nodes-base/node-param-display-name-miscased',
				'n8n-nodes-base/node-param-description-boolean-without-whether',
				'n8n-nodes-base/node-param-default-wrong-for-limit',
				'n8n-nodes-base/node-param-options-type-unsorted-items',
				'n8n-nodes-base/node-param-display-name-wrong-for-dynamic-options',
			]),
		);
	}, 60_000);
});

/** A property and everything inside of it: options of collections, values of fixed collections, choices. */
function inside(property: object): object[] {
	const nested = Object.values(property).flatMap((value: unknown): unknown[] => (Array.isArray(value) ? value : [value]));
	return [property, ...nested.filter((value): value is object => typeof value === 'object' && value !== null).flatMap(inside)];
}

describe.each(nodes)('$name', ({ nodeType }) => {
	const { description, methods } = nodeType;
	const all = description.properties.flatMap(inside);

	test('has fewer than 150 properties', () => {
		expect(description.properties.length).toBeLessThan(150);
	});

	test('has every method that its pickers name', () => {
		const named = all.map((one) => one as IDataObject);
		const searches = named.flatMap(({ searchListMethod }) => (typeof searchListMethod === 'string' ? [searchListMethod] : []));
		const loads = named.flatMap(({ loadOptionsMethod }) => (typeof loadOptionsMethod === 'string' ? [loadOptionsMethod] : []));
		for (const search of searches) expect(Object.keys(methods?.listSearch ?? {})).toContain(search);
		for (const load of loads) expect(Object.keys(methods?.loadOptions ?? {})).toContain(load);
	});

	test('shows choices and options in the order of their names', () => {
		for (const one of all) {
			const { type, options, displayName } = one as Partial<INodeProperties>;
			if (!options || !['options', 'multiOptions', 'collection'].includes(type ?? '')) continue;
			const names = options.map((option) => ('displayName' in option ? option.displayName : option.name));
			// A few choices may follow their meaning (Inbound, Status), as actions do; a picker of options is searched by eye.
			if (displayName === 'Resource' || displayName === 'Operation') continue;
			if (names.length >= 5 || type === 'collection') expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
		}
	});

	test('says everything in words that do not blame', () => {
		const texts = all.flatMap((one) => {
			const { displayName, description: said, placeholder, hint, action } = one as IDataObject;
			return [displayName, said, placeholder, hint, action].filter((text) => typeof text === 'string');
		});
		expect(texts.filter((text) => /\b(errors?|problems?|failures?|mistakes?)\b/i.test(text))).toEqual([]);
	});
});

test.each(nodes.filter(({ nodeType }) => nodeType.description.group.includes('trigger')))('$name says in its panel what comes out, and how to test', ({ nodeType: { description } }) => {
	const texts = description.properties.map(({ displayName, hint }) => `${displayName} ${hint ?? ''}`).join(' ');
	expect(texts).toContain(`Output columns: ${Object.keys(messageEvent({ event: 'inbound' })).join(', ')}, raw.`);
	// The words of n8n's buttons.
	expect(texts).toMatch(new RegExp(`To test, (put the test URL there instead, )?click "${description.polling ? 'Fetch Test Event' : 'Execute step'}"`));
});

describe('what people search for', () => {
	const aliases = (file: string) => (JSON.parse(readFileSync(file.replace(/\.ts$/, '.json'), 'utf8')) as { alias: string[] }).alias;

	test.each(nodes.filter(({ nodeType }) => !nodeType.description.group.includes('trigger')))('$name', ({ file }) => {
		expect(aliases(file)).toEqual(expect.arrayContaining(['sms', 'send sms', 'text message', 'send a text', 'one-time password', 'verification code']));
	});

	test('of what receives, node and trigger are one entry, which n8n finds by the node\'s words', () => {
		const receive = nodes.filter(({ name, nodeType: { webhookMethods } }) => webhookMethods !== undefined && name.endsWith('Trigger')).map(({ file }) => file.replace('Trigger.node', '.node'));
		expect(receive).toHaveLength(4);
		for (const file of receive) expect(aliases(file)).toEqual(expect.arrayContaining(['receive sms', 'reply']));
	});
});

describe.each(providers)('$folder', ({ nodeType, resources }) => {
	const { description } = nodeType;
	const typed = { typeVersion: 1 };

	test('offers to send an SMS before anything else', () => {
		const [first] = resources;
		expect([first?.value, first?.operations[0]?.action]).toEqual(['message', 'Send an SMS']);
		const { options: listed = [] } = description.properties.find(({ name }) => name === 'resource') ?? {};
		expect(listed[0]?.name).toBe(first?.label);
	});

	test('calls things SMS, WhatsApp, codes and contacts, since a message may be an e-mail, and each action once', () => {
		const actions = resources.flatMap(({ label, operations }) => operations.map(({ action }) => `${label}: ${action}`));
		expect(actions.filter((action) => /\bmessages?\b/i.test(action.replaceAll(/WhatsApp messages?/g, '')))).toEqual([]);
		expect(actions.filter((action) => action.startsWith('WhatsApp:') && !action.slice(9).includes('WhatsApp'))).toEqual([]);
		const said = actions.map((action) => action.replace(/^.*?: /, ''));
		expect(new Set(said).size).toBe(said.length);
	});

	test('calls From and To nothing but phone numbers', () => {
		const labels = description.properties.flatMap(inside).map((one) => (one as IDataObject)['displayName']);
		expect(labels.filter((label) => typeof label === 'string' && /\b(From|To)$/.test(label) && label !== 'To' && !['Send From', 'Send To', 'Media From'].includes(label))).toEqual([]);
	});

	const all = resources.flatMap((resource) => resource.operations.map((operation) => ({ name: `${resource.value} ${operation.value}`, resource, operation })));

	test.each(all)('$name shows each of its fields once, and can show all of them', ({ resource, operation }) => {
		const chosen: INodeParameters = { resource: resource.value, operation: operation.value };
		const own = description.properties.filter(({ displayOptions }) => {
			const show = displayOptions?.show;
			return show?.['resource']?.includes(resource.value) === true && show['operation']?.includes(operation.value) === true;
		});
		const collections = ['options', 'settings'] as const;
		const names = Object.keys(operation.options ?? {});
		const inCollection = (collection: string): string[] => names.filter((name) => collectionOf(operation, name) === collection);
		const expected = [...Object.keys(operation.fields), ...collections.filter((collection) => inCollection(collection).length > 0)];
		expect(own.map(({ name }) => name).sort()).toEqual([...expected].sort());

		// In the order in which the operation says them.
		const order = own.map(({ name }) => name).filter((name) => name in operation.fields);
		expect(order).toEqual(Object.entries(operation.fields).map(([name]) => name));

		for (const [name, field] of Object.entries(operation.fields)) {
			const when = Object.fromEntries(Object.entries(field.showWhen ?? {}).map(([other, allowed]) => [other, allowed[0]]));
			// The fields that it depends on must be there, and must offer the value.
			for (const [other, value] of Object.entries(when)) {
				const property = own.find((one) => one.name === other);
				const values = property?.type === 'boolean' ? [true, false] : (property?.options ?? []).map((option) => ('value' in option ? option.value : undefined));
				expect(values).toContain(value);
			}
			const shown = description.properties.filter((property) => property.name === name && NodeHelpers.displayParameter({ ...chosen, ...when }, property, typed, description));
			expect(shown).toHaveLength(1);
		}

		for (const collection of collections) {
			const options = own.find(({ name }) => name === collection)?.options ?? [];
			expect(options.map(({ name }) => name).sort()).toEqual(inCollection(collection).sort());
		}
	});
});
