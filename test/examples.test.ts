/** What can be seen of the examples without running them; e2e/examples.test.ts runs them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { INode, INodeParameters, INodeProperties, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { ordinaryAustralianNumbers, specialAustralianNumbers } from '../sandbox/australianNumbers';
import { mobileMessageSenders } from '../sandbox/mobile-message/account';
import type { Example } from '../start/examples';
import { hintOf, readExamples } from '../start/examples';

const root = path.join(__dirname, '..');
const folder = path.join(root, 'examples');
const packageName = 'n8n-nodes-sms-hub';
const stickyNote = 'n8n-nodes-base.stickyNote';

/** n8n's own nodes that examples use; e2e/examples.test.ts shows that they exist. */
const ownNodesOfN8n = new Set(
	[
		'code',
		'dataTable',
		'filter',
		'form',
		'formTrigger',
		'if',
		'manualTrigger',
		'merge',
		'noOp',
		'removeDuplicates',
		'scheduleTrigger',
		'set',
		'splitOut',
		'stickyNote',
		'stopAndError',
		'switch',
		'wait',
	].map((name) => `n8n-nodes-base.${name}`).concat(['agent', 'lmChatOpenAi', 'toolCalculator'].map((name) => `@n8n/n8n-nodes-langchain.${name}`)),
);

/** The human-review tool that n8n makes of a node with Send and Wait for Response (hitl-tools.ts in n8n 2.41.1). */
function reviewTool({ properties, name, ...rest }: INodeTypeDescription): INodeTypeDescription {
	const fixed: Record<string, string> = { resource: 'message', operation: 'sendAndWait', responseType: 'approval' };
	const message: INodeProperties = { displayName: 'Message', name: 'message', type: 'string', default: '', required: true };
	const own = properties
		.filter((property) => property.name !== 'message')
		.map((property): INodeProperties => (property.name in fixed ? { displayName: property.displayName, name: property.name, type: 'hidden', default: fixed[property.name] ?? '' } : property));
	return { ...rest, name: `${name}HitlTool`, properties: [message, ...own] };
}

/** Every node that the package tells n8n of, by the type that workflows save. */
const packageNodes = new Map(
	(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { n8n: { nodes: string[] } }).n8n.nodes.map((built): [string, INodeTypeDescription] => {
		const file = path.join(root, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known only now
		const module = require(file) as Record<string, new () => INodeType>;
		const NodeClass = module[path.basename(file, '.node.ts')];
		if (!NodeClass) throw new Error(`${file} has no class of its name`);
		const { description } = new NodeClass();
		return [`${packageName}.${description.name}`, description];
	}),
);
for (const description of [...packageNodes.values()]) {
	const tool = reviewTool(description);
	if (description.webhooks?.some(({ restartWebhook }) => restartWebhook)) packageNodes.set(`${packageName}.${tool.name}`, tool);
}

const examples = readExamples(folder);

/** Targets of a workflow's connections with the node that each comes from. */
function connectionsOf({ connections }: Example): Array<{ from: string; to: string }> {
	const byType = Object.entries(connections as Record<string, Record<string, Array<Array<{ node: string }> | null>>>);
	return byType.flatMap(([from, types]) =>
		Object.values(types).flatMap((outputs) => outputs.flatMap((targets) => (targets ?? []).map(({ node }) => ({ from, to: node })))),
	);
}

/** Names of given parameters that the node does not show for the choices made in it. */
function unknownParameters(given: INodeParameters, complete: INodeParameters, description: INodeTypeDescription, typeVersion: number): string[] {
	const shown: INodeProperties[] = description.properties.filter((property) => NodeHelpers.displayParameter(complete, property, { typeVersion }, description));
	return Object.entries(given).flatMap(([name, value]) => {
		const property = shown.find((candidate) => candidate.name === name);
		if (!property) return [name];
		if (property.type !== 'collection' || typeof value !== 'object' || value === null) return [];
		const offered = new Set((property.options ?? []).map((option) => option.name));
		return Object.keys(value).flatMap((option) => (offered.has(option) ? [] : [`${name}.${option}`]));
	});
}

test('there are examples, each with a name of its own, and the README tells of each', () => {
	const names = examples.map(({ name }) => name);
	expect(names.length).toBeGreaterThan(0);
	expect(new Set(names).size).toBe(names.length);
	const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
	expect(examples.map(({ file }) => file).filter((file) => !readme.includes(file))).toEqual([]);
});

describe.each(examples.map((example): [string, Example] => [example.file, example]))('%s', (_file, example) => {
	const text = JSON.stringify(example);
	const names = example.nodes.map(({ name }) => name);
	const ours = example.nodes.filter(({ type }) => type.startsWith(`${packageName}.`));

	test('says what to do in one line, and on a sticky note what to click and what to expect', () => {
		expect(hintOf(example)).toMatch(/^\S.{20,200}$/);
		const notes = example.nodes.filter(({ type }) => type === stickyNote).map(({ parameters }) => String(parameters['content']));
		expect(notes.join('\n')).toMatch(/\*\*What to (click|do):?\*\*/);
		expect(notes.join('\n')).toMatch(/\*\*What you see/);
	});

	test('has notes that stand over no node and no name of one', () => {
		const boxOf = ({ parameters, ...node }: (typeof example.nodes)[number]) => {
			const [x = NaN, y = NaN] = node['position'] as number[];
			return node.type === stickyNote ? { x, y, right: x + Number(parameters['width']), bottom: y + Number(parameters['height']) } : { x, y, right: x + 96, bottom: y + 136 };
		};
		const isNote = ({ type }: { type: string }) => type === stickyNote;
		const over = example.nodes.filter(isNote).flatMap((note) => {
			const box = boxOf(note);
			return example.nodes.filter((node) => !isNote(node)).filter((node) => {
				const { x, y, right, bottom } = boxOf(node);
				return box.x < right && x < box.right && box.y < bottom && y < box.bottom;
			}).map(({ name }) => `${note.name} over ${name}`);
		});
		expect(over).toEqual([]);
	});

	test('has nodes that exist', () => {
		expect(ours.length).toBeGreaterThan(0);
		const known = new Set([...ownNodesOfN8n, ...packageNodes.keys()]);
		expect(example.nodes.map(({ type }) => type).filter((type) => !known.has(type))).toEqual([]);
		expect(new Set(names).size).toBe(names.length);
		const ids = example.nodes.map((node) => node['id']);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('uses parameters that the nodes have for what was picked, and leaves no required one out', () => {
		for (const node of ours) {
			const description = packageNodes.get(node.type);
			if (!description) throw new Error(`No node ${node.type}`);
			const typeVersion = Number(node['typeVersion']);
			const versions = [description.version].flat();
			expect(versions).toContain(typeVersion);
			const given = node.parameters as INodeParameters;
			const parameters = NodeHelpers.getNodeParameters(description.properties, given, true, false, { typeVersion }, description) ?? {};
			expect([node.name, unknownParameters(given, parameters, description, typeVersion)]).toEqual([node.name, []]);
			const asNode: INode = { id: '1', name: node.name, type: node.type, typeVersion, position: [0, 0], parameters };
			expect([node.name, NodeHelpers.getNodeParametersIssues(description.properties, asNode, description)]).toEqual([node.name, null]);
		}
	});

	test('asks for the credential that each node needs, and holds none', () => {
		for (const node of ours) {
			const needed = packageNodes.get(node.type)?.credentials?.filter(({ required }) => required).map(({ name }) => name) ?? [];
			expect([node.name, Object.keys(node.credentials ?? {})]).toEqual([node.name, needed]);
			for (const reference of Object.values(node.credentials ?? {})) expect(reference.id ?? '').toBe('');
		}
		expect(text).not.toMatch(/"(password|apiKey|api_key|secret|authorization|instanceId)"/i);
		expect(text).not.toMatch(/\b(Basic|Bearer) [A-Za-z0-9+/=._-]{8,}/);
		expect(example.pinData).toBeUndefined();
	});

	test('names no machine and texts nobody: all Australian mobile numbers are reserved for fiction', () => {
		expect(text).not.toMatch(/\/(home|root|Users|work|tmp|var)\//);
		expect(text).not.toMatch(/[A-Z]:\\\\/);
		const reserved = new Set([...ordinaryAustralianNumbers, ...specialAustralianNumbers.map(({ number }) => number), mobileMessageSenders.dedicated]);
		const written = [...text.matchAll(/(?:\+?61 ?|\b0)4\d\d ?\d{3} ?\d{3}/g)].map(([number]) => number.replace(/\D/g, '').replace(/^0/, '61'));
		expect(written.filter((number) => !reserved.has(number))).toEqual([]);
	});

	test('is connected throughout, and its expressions name its nodes', () => {
		const connections = connectionsOf(example);
		expect(connections.flatMap(({ from, to }) => [from, to]).filter((name) => !names.includes(name))).toEqual([]);
		const reached = new Set(connections.flatMap(({ from, to }) => [from, to]));
		expect(example.nodes.filter(({ name, type }) => type !== stickyNote && !reached.has(name)).map(({ name }) => name)).toEqual([]);
		const mentioned = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);
		expect(mentioned.filter((name) => name !== undefined && !names.includes(name))).toEqual([]);
	});

	test('runs on its own when it is active, and by hand otherwise', () => {
		const triggers = ours.filter(({ type }) => packageNodes.get(type)?.group.includes('trigger'));
		const byHand = example.nodes.filter(({ type }) => type === 'n8n-nodes-base.manualTrigger' || type === 'n8n-nodes-base.formTrigger');
		expect((example.active ? triggers : [...triggers, ...byHand]).map(({ name }) => name)).not.toEqual([]);
	});
});
