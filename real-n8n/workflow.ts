import { randomUUID } from 'node:crypto';

/** A value as it stands in JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What n8n does when a node fails; "stopWorkflow" when left out. */
export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';

/** A credential as a node refers to it; what `createCredential` hands back fits. */
export interface CredentialReference {
	id: string;
	name: string;
	type: string;
}

/** A node as n8n saves it. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: JsonObject;
	credentials?: Record<string, { id: string; name: string }>;
	webhookId?: string;
	onError?: OnError;
	retryOnFail?: boolean;
	/** Total number of tries, 2 to 5. */
	maxTries?: number;
	/** Milliseconds, at most 5000. */
	waitBetweenTries?: number;
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
	disabled?: boolean;
}

/** A workflow as n8n's API takes it. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Connections;
	settings: JsonObject;
	pinData?: Record<string, Array<{ json: JsonObject }>>;
}

interface Target {
	node: string;
	type: string;
	index: number;
}
type Connections = Record<string, Record<string, Array<Target[] | null>>>;

/** A node together with what hangs on it. The next step of the list is connected to its output `next`. */
export interface Step {
	node: WorkflowNode;
	/** Output that leads on to the next step (0 when left out). */
	next?: number;
	/** Steps behind another output; `back` leads their last step back into this node (loops). */
	branches?: Array<{ output: number; steps: Step[]; back?: boolean }>;
	/** Sub-nodes of an AI node, by connection type ("ai_tool", "ai_languageModel"). */
	subNodes?: Array<{ type: string; step: Step }>;
	/** Pinned output of this node; only manual runs use it. */
	pinned?: JsonObject[];
}

/** Settings of a step that every kind of node knows. */
export interface StepOptions {
	/** Shown name, unique in the workflow; made from the type when left out. */
	name?: string;
	typeVersion?: number;
	credentials?: CredentialReference | CredentialReference[];
	onError?: OnError;
	/** n8n's Retry On Fail. */
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
	disabled?: boolean;
	webhookId?: string;
	/** Steps behind the error output; sets `onError` to "continueErrorOutput". */
	errorOutput?: Step[];
	/** Number of the error output (1 for a node with one ordinary output). */
	errorOutputIndex?: number;
	subNodes?: Array<{ type: string; step: Step }>;
	pinned?: JsonObject[];
}

const OWN_PACKAGE = 'n8n-nodes-sms-hub';

/** Full name of a node type: one without a dot is this package's own ("mobileMessage"). */
export function nodeTypeName(type: string): string {
	return type.includes('.') ? type : `${OWN_PACKAGE}.${type}`;
}

/**
 * A step with any node.
 * @param type a full type name, or the short name of one of this package's ("mobileMessage")
 */
export function node(type: string, parameters: JsonObject = {}, options: StepOptions = {}): Step {
	const fullType = nodeTypeName(type);
	const {
		name,
		typeVersion = 1,
		credentials = [],
		errorOutput,
		errorOutputIndex = 1,
		subNodes,
		pinned,
		webhookId,
		...settings
	} = options;
	const references = Array.isArray(credentials) ? credentials : [credentials];
	return {
		node: {
			id: randomUUID(),
			name: name ?? fullType.slice(fullType.lastIndexOf('.') + 1),
			type: fullType,
			typeVersion,
			position: [0, 0],
			parameters,
			...settings,
			...(webhookId === undefined ? {} : { webhookId }),
			...(errorOutput === undefined ? {} : { onError: 'continueErrorOutput' as const }),
			...(references.length === 0
				? {}
				: { credentials: Object.fromEntries(references.map((entry) => [entry.type, { id: entry.id, name: entry.name }])) }),
		},
		...(errorOutput === undefined ? {} : { branches: [{ output: errorOutputIndex, steps: errorOutput }] }),
		...(subNodes === undefined ? {} : { subNodes }),
		...(pinned === undefined ? {} : { pinned }),
	};
}

/** "When clicking Execute workflow". With `items`, the run starts with these (manual runs only; fastest way for many). */
export function manualTrigger(items?: JsonObject[]): Step {
	return node('n8n-nodes-base.manualTrigger', {}, { name: 'Start', ...(items === undefined ? {} : { pinned: items }) });
}

/** A webhook that starts a workflow in production; its only item holds `headers`, `query` and `body` of the call. */
export function webhookTrigger(options: { path?: string; respond?: 'onReceived' | 'lastNode' } = {}): Step {
	const id = randomUUID();
	return node(
		'n8n-nodes-base.webhook',
		{ httpMethod: 'POST', path: options.path ?? id, responseMode: options.respond ?? 'onReceived', options: {} },
		{ name: 'Webhook', typeVersion: 2, webhookId: id },
	);
}

/**
 * Turns whatever comes in into exactly these items, in manual and production runs alike. Two nodes without code,
 * so that no code runner has to start: one that writes the list, one that splits it.
 */
export function setItems(items: JsonObject[], name = 'Items'): Step[] {
	return [
		node('n8n-nodes-base.set', { mode: 'raw', jsonOutput: JSON.stringify({ items }), options: {} }, { name: `${name} list`, typeVersion: 3.4, executeOnce: true }),
		node('n8n-nodes-base.splitOut', { fieldToSplitOut: 'items', options: {} }, { name }),
	];
}

/** Runs JavaScript once for all items ("return $input.all()"). The first use in an n8n waits for its code runner. */
export function code(jsCode: string, options: StepOptions = {}): Step {
	return node('n8n-nodes-base.code', { jsCode }, { name: 'Code', typeVersion: 2, ...options });
}

/** Does nothing; good as the end of a branch, where a test looks at what arrived. */
export function noOperation(name: string): Step {
	return node('n8n-nodes-base.noOp', {}, { name });
}

/** Loop Over Items: `body` runs once per `batchSize` items and leads back; the next step gets everything at the end. */
export function loopOverItems(body: Step[], options: { batchSize?: number; name?: string } = {}): Step {
	const loop = node(
		'n8n-nodes-base.splitInBatches',
		{ batchSize: options.batchSize ?? 1, options: {} },
		{ name: options.name ?? 'Loop Over Items', typeVersion: 3 },
	);
	return { ...loop, branches: [{ output: 1, steps: body, back: true }] };
}

/** Poll times of a polling trigger: every minute, the shortest that n8n allows. */
export const everyMinute: JsonObject = { item: [{ mode: 'everyMinute' }] };

/**
 * A workflow from steps: each is connected to the one before it. Names must be unique; a second node of the same name gets a number.
 * @param settings workflow settings over the default `{ executionOrder: 'v1' }`
 */
export function workflow(name: string, steps: Array<Step | Step[]>, settings: JsonObject = {}): Workflow {
	const nodes: WorkflowNode[] = [];
	const connections: Connections = {};
	const pinData: Record<string, Array<{ json: JsonObject }>> = {};

	const connect = (from: string, to: string, output: number, type = 'main') => {
		const byType = (connections[from] ??= {});
		const outputs = (byType[type] ??= []);
		while (outputs.length <= output) outputs.push(null);
		outputs[output] = [...(outputs[output] ?? []), { node: to, type, index: 0 }];
	};

	/** Adds the steps one after the other; hands back the first and the last of them. */
	const add = (list: Step[], x: number, y: number): { first?: Step; last?: Step } => {
		let previous: Step | undefined;
		for (const [index, step] of list.entries()) {
			place(step, x + index * 220, y);
			if (previous !== undefined) connect(previous.node.name, step.node.name, previous.next ?? 0);
			previous = step;
		}
		return { first: list[0], last: previous };
	};

	const place = (step: Step, x: number, y: number) => {
		step.node.position = [x, y];
		const taken = nodes.filter((other) => other.name === step.node.name || other.name.replace(/ \d+$/, '') === step.node.name);
		if (nodes.some((other) => other.name === step.node.name)) step.node.name = `${step.node.name} ${taken.length}`;
		nodes.push(step.node);
		if (step.pinned !== undefined) pinData[step.node.name] = step.pinned.map((json) => ({ json }));
		for (const [index, branch] of (step.branches ?? []).entries()) {
			const { first, last } = add(branch.steps, x + 220, y + (index + 1) * 180);
			if (first !== undefined) connect(step.node.name, first.node.name, branch.output);
			if (branch.back === true && last !== undefined) connect(last.node.name, step.node.name, last.next ?? 0);
		}
		for (const [index, sub] of (step.subNodes ?? []).entries()) {
			place(sub.step, x + index * 150, y + 260);
			connect(sub.step.node.name, step.node.name, 0, sub.type);
		}
	};

	add(steps.flat(), 0, 0);
	return {
		name,
		nodes,
		connections,
		settings: { executionOrder: 'v1', ...settings },
		...(Object.keys(pinData).length === 0 ? {} : { pinData }),
	};
}
