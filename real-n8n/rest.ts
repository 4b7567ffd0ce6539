import { parse as parseFlatted } from 'flatted';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod/v3';

import { nodeTypeName, type CredentialReference, type Json, type JsonObject, type Workflow } from './workflow';

/** Who signs in; the owner that `connect` makes when the instance has none. */
export interface Account {
	email: string;
	password: string;
}

/** The account that tests use; the password satisfies n8n's rule (8 characters, a number, a capital). */
export const defaultAccount: Account = { email: 'demo@example.com', password: 'Sandbox-2026' };

/** n8n said no. `status` is the HTTP status, `message` n8n's own words. */
export class N8nError extends Error {
	constructor(
		readonly status: number,
		message: string,
		/** n8n's hint below the message, when it gave one. */
		readonly hint: string | undefined,
	) {
		super(message);
		this.name = 'N8nError';
	}
}

const errorSchema = z
	.object({ message: z.string().optional(), description: z.string().nullish(), name: z.string().optional(), httpCode: z.string().nullish() })
	.passthrough();
/** An error as an execution keeps it. */
export type NodeError = z.infer<typeof errorSchema>;

const itemSchema = z
	.object({ json: z.record(z.unknown()), pairedItem: z.unknown().optional(), error: z.unknown().optional(), binary: z.record(z.unknown()).optional() })
	.passthrough();
/** An item as an execution keeps it. */
export type Item = z.infer<typeof itemSchema>;

const outputsSchema = z.array(z.array(itemSchema).nullable());
const taskSchema = z
	.object({
		startTime: z.number(),
		executionTime: z.number(),
		executionStatus: z.string().optional(),
		error: errorSchema.optional(),
		data: z.record(outputsSchema).optional(),
		hints: z.array(z.object({ message: z.string() }).passthrough()).optional(),
		source: z.array(z.unknown()).optional(),
	})
	.passthrough();
/** One run of one node. */
export type NodeRun = z.infer<typeof taskSchema>;

const runDataSchema = z
	.object({
		resultData: z
			.object({ runData: z.record(z.array(taskSchema)).default({}), error: errorSchema.optional(), lastNodeExecuted: z.string().optional() })
			.passthrough(),
		executionData: z.object({ contextData: z.record(z.unknown()).optional() }).passthrough().nullish(),
	})
	.passthrough();

const executionSchema = z
	.object({
		id: z.union([z.string(), z.number()]).transform(String),
		status: z.string(),
		mode: z.string().optional(),
		workflowId: z.string().optional(),
		startedAt: z.string().nullish(),
		stoppedAt: z.string().nullish(),
		retryOf: z.union([z.string(), z.number()]).nullish(),
		data: z.unknown(),
	})
	.passthrough();

/** A finished or running execution. */
export interface Execution {
	id: string;
	/** new | running | waiting | success | error | canceled | crashed | unknown */
	status: string;
	/** manual | webhook | trigger | retry ... */
	mode: string;
	workflowId: string;
	/** Milliseconds from start to end as n8n noted them; undefined while it runs. */
	duration: number | undefined;
	/** The error that ended the run. */
	error: NodeError | undefined;
	/** Every run of every node, by node name. Empty while it runs, unless progress is saved. */
	runs: Record<string, NodeRun[]>;
	/** Items of a node's output (the last run's first output when left out); empty when the node did not run. */
	items(nodeName: string, options?: { output?: number; run?: number; type?: string }): Item[];
	/** The `json` of those items. */
	json(nodeName: string, options?: { output?: number; run?: number; type?: string }): Array<Record<string, unknown>>;
	/** Error of a node's last run. */
	errorOf(nodeName: string): NodeError | undefined;
	/** What nodes kept with getContext, by "node:<name>" and "flow". */
	context: Record<string, unknown>;
}

/** One line of the executions list. */
export interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
	workflowId: string;
}

/** A workflow as n8n stored it. */
export interface StoredWorkflow {
	id: string;
	name: string;
	active: boolean;
	/** Version of the draft. */
	versionId: string;
	nodes: Array<{ id: string; name: string; type: string; webhookId?: string; parameters: Record<string, unknown> }>;
	connections: Record<string, Record<string, Array<Array<{ node: string }> | null>>>;
}

/** What a publication came to (n8n 2.x activates in the background). */
export interface PublicationStatus {
	/** not_published | in_progress | published | partially_published | failed ... */
	status: string;
	triggers: Array<{ nodeId: string; status: string; errorMessage?: string | null | undefined }>;
}

/** A node type as the editor gets it. */
export type NodeTypeDescription = z.infer<typeof nodeTypeSchema>;

/** n8n's verdict on a credential. */
export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

/** A choice of a resource locator's list. */
export interface LocatorResults {
	results: Array<{ name: string; value: string | number | boolean; url?: string }>;
	paginationToken?: string;
}

/** A connection kept open may be closed by a busy n8n in the moment of the next request. */
const ownConnection = { connection: 'close' };
const WEBHOOK_NODE = 'n8n-nodes-base.webhook';
const TERMINAL = new Set(['success', 'error', 'canceled', 'crashed']);

/** Waiting times in milliseconds. */
export interface WaitOptions {
	/** Default 120,000. */
	timeout?: number;
}

/** A signed-in connection to n8n's own REST API. All functions throw `N8nError` when n8n refuses. */
export type N8nClient = Awaited<ReturnType<typeof connect>>;

/**
 * Signs in to an n8n, making the owner first when it has none.
 * @param url base address without a slash at the end
 */
export async function connect(url: string, account: Account = defaultAccount) {
	let cookie = '';

	/** Any call to /rest; `path` begins after it. Hands back what is in n8n's `data`. */
	async function call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
		const { response, text } = await waitFor({ timeout: 60_000 }, `${method} ${path}`, async () => {
			const answer = await fetch(`${url}/rest${path}`, {
				method,
				headers: {
					...ownConnection,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
					...(cookie === '' ? {} : { cookie }),
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			const words = await answer.text();
			// A busy n8n says so before it looks at the call.
			return answer.status === 503 && words.includes('Database is not ready') ? undefined : { response: answer, text: words };
		});
		const parsed = parseJson(text);
		if (!response.ok) {
			const problem = errorBodySchema.safeParse(parsed);
			throw new N8nError(
				response.status,
				(problem.success ? problem.data.message : undefined) ?? (text.slice(0, 500) || response.statusText),
				problem.success ? (problem.data.hint ?? undefined) : undefined,
			);
		}
		const setCookie = response.headers.getSetCookie().find((entry) => entry.startsWith('n8n-auth='));
		if (setCookie !== undefined) cookie = setCookie.split(';')[0] ?? '';
		return typeof parsed === 'object' && parsed !== null && 'data' in parsed ? parsed.data : parsed;
	}

	const settings = z
		.object({ userManagement: z.object({ showSetupOnFirstLoad: z.boolean().optional() }).passthrough() })
		.passthrough()
		.parse(await call('GET', '/settings'));
	if (settings.userManagement.showSetupOnFirstLoad === true) {
		await call('POST', '/owner/setup', { ...account, firstName: 'Demo', lastName: 'Owner' });
	} else {
		await call('POST', '/login', { emailOrLdapLoginId: account.email, password: account.password });
	}
	// Only somebody who is signed in is told.
	const { versionCli: version } = z.object({ versionCli: z.string() }).passthrough().parse(await call('GET', '/settings'));
	/** n8n 1.x activates while it is asked, and a manual run brings its workflow along; 2.x publishes in the background and runs what is stored. */
	const isVersion1 = version.startsWith('1.');

	// --- credentials ---

	/** Stores a credential. @param data its fields as the editor would send them */
	async function createCredential(type: string, data: JsonObject, name = type): Promise<CredentialReference> {
		const stored = idSchema.parse(await call('POST', '/credentials', { name, type, data }));
		return { id: stored.id, name, type };
	}

	/** Replaces a credential's fields. */
	async function updateCredential(credential: CredentialReference, data: JsonObject): Promise<void> {
		await call('PATCH', `/credentials/${credential.id}`, { name: credential.name, type: credential.type, data });
	}

	async function deleteCredential(credential: CredentialReference): Promise<void> {
		await call('DELETE', `/credentials/${credential.id}`);
	}

	/** All stored credentials, without their fields. */
	async function listCredentials(): Promise<CredentialReference[]> {
		return z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })).parse(await call('GET', '/credentials'));
	}

	/** n8n's own "Test" of a stored credential, with other fields in place of the stored ones when `data` is given. */
	async function testCredential(credential: CredentialReference, data?: JsonObject): Promise<CredentialTest> {
		const stored = z
			.object({ data: z.record(z.unknown()) })
			.passthrough()
			.parse(await call('GET', `/credentials/${credential.id}?includeData=true`));
		const result = await call('POST', '/credentials/test', { credentials: { ...credential, data: data ?? stored.data } });
		return z.object({ status: z.enum(['OK', 'Error']), message: z.string() }).parse(result);
	}

	// --- workflows ---

	async function createWorkflow(workflow: Workflow): Promise<StoredWorkflow> {
		return storedWorkflowSchema.parse(await call('POST', '/workflows', { ...workflow, active: false }));
	}

	async function getWorkflow(id: string): Promise<StoredWorkflow> {
		return storedWorkflowSchema.parse(await call('GET', `/workflows/${id}`));
	}

	/** Id and name of every workflow that is not archived. */
	async function listWorkflows(): Promise<Array<{ id: string; name: string; active: boolean }>> {
		const query = encodeURIComponent(JSON.stringify({ isArchived: false }));
		return z
			.array(z.object({ id: z.string(), name: z.string(), active: z.boolean() }))
			.parse(await call('GET', `/workflows?filter=${query}`));
	}

	/** Saves a new draft. What is published stays as it is until `activateWorkflow` is called again. */
	async function updateWorkflow(id: string, changes: Partial<Workflow>): Promise<StoredWorkflow> {
		return storedWorkflowSchema.parse(await call('PATCH', `/workflows/${id}`, changes));
	}

	async function publicationStatus(id: string): Promise<PublicationStatus> {
		return publicationSchema.parse(await call('GET', `/workflows/${id}/publication-status`));
	}

	/**
	 * Publishes the draft and waits until n8n has registered its triggers (2.x does so in the background and tries five times).
	 * @throws Error with the trigger's own message when a trigger could not be activated
	 */
	async function activateWorkflow(id: string, options: WaitOptions = {}): Promise<void> {
		const { versionId } = await getWorkflow(id);
		await call('POST', `/workflows/${id}/activate`, { versionId });
		if (isVersion1) return;
		const publication = await waitForPublication(id, options, (status) => status !== 'not_published');
		const failed = publication.triggers.filter((trigger) => trigger.status === 'failed');
		if (failed.length > 0) throw new Error(failed.map((trigger) => trigger.errorMessage ?? 'unknown').join('\n'));
	}

	/** Unpublishes and waits until n8n has let go of the triggers. */
	async function deactivateWorkflow(id: string, options: WaitOptions = {}): Promise<void> {
		await call('POST', `/workflows/${id}/deactivate`, {});
		if (isVersion1) return;
		await waitForPublication(id, options, () => true);
	}

	async function waitForPublication(id: string, options: WaitOptions, isDone: (status: string) => boolean): Promise<PublicationStatus> {
		return await waitFor(options, `publication of workflow ${id}`, async () => {
			const publication = await publicationStatus(id);
			return publication.status !== 'in_progress' && isDone(publication.status) ? publication : undefined;
		});
	}

	/** Archives and deletes a workflow, active or not. */
	async function deleteWorkflow(id: string): Promise<void> {
		const { active } = await getWorkflow(id);
		if (active) await deactivateWorkflow(id);
		await call('POST', `/workflows/${id}/archive`, {});
		await call('DELETE', `/workflows/${id}`);
	}

	// --- executions ---

	/**
	 * Starts a manual run as the editor's button does.
	 * @param trigger name of the trigger node to start from; the only one when left out
	 * @returns id of the execution
	 * @throws Error when the run waits for a webhook call instead (use `listenForTestEvent`)
	 */
	async function startWorkflow(id: string, trigger?: string): Promise<string> {
		const started = await run(id, trigger);
		if (started.executionId === undefined) throw new Error('The run waits for a test webhook call');
		return started.executionId;
	}

	async function run(id: string, trigger: string | undefined) {
		let start = trigger;
		if (start === undefined) {
			start = firstNode(await getWorkflow(id));
		}
		if (start === undefined) throw new Error(`Workflow ${id} has no node to start from`);
		return z
			.object({ executionId: z.string().optional(), waitingForWebhook: z.boolean().optional() })
			.parse(await call('POST', `/workflows/${id}/run`, { triggerToStartFrom: { name: start }, ...(isVersion1 ? { workflowData: await call('GET', `/workflows/${id}`) } : {}) }));
	}

	/** Runs a workflow by hand and waits for its end; a failing run is a result, not an exception. */
	async function runWorkflow(workflow: string | Workflow, options: WaitOptions & { trigger?: string } = {}): Promise<Execution> {
		const id = typeof workflow === 'string' ? workflow : (await createWorkflow(workflow)).id;
		return await waitForExecution(await startWorkflow(id, options.trigger), options);
	}

	/**
	 * Calls the production URL of the workflow's Webhook node (activating the workflow when it is not) and waits for the execution it started.
	 * @param body becomes `body` of the first item
	 */
	async function runInProduction(workflow: string | Workflow, body: Json = {}, options: WaitOptions = {}): Promise<Execution> {
		const id = typeof workflow === 'string' ? workflow : (await createWorkflow(workflow)).id;
		const stored = await getWorkflow(id);
		if (!stored.active) await activateWorkflow(id, options);
		const webhook = stored.nodes.find((entry) => entry.type === WEBHOOK_NODE);
		if (webhook === undefined) throw new Error(`Workflow ${id} has no Webhook node`);
		const before = new Set((await listExecutions(id)).map((entry) => entry.id));
		const response = await fetch(await webhookUrl(id, webhook.name), {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		await response.text();
		if (response.status === 404) throw new Error('n8n does not know the webhook');
		return await waitForNewExecution(id, before, options);
	}

	/** Waits for an execution of the workflow that is not among `before`, and for its end. */
	async function waitForNewExecution(workflowId: string, before: ReadonlySet<string>, options: WaitOptions = {}): Promise<Execution> {
		const started = await waitFor(options, `an execution of workflow ${workflowId}`, async () =>
			(await listExecutions(workflowId)).find((entry) => !before.has(entry.id)),
		);
		return await waitForExecution(started.id, options);
	}

	/** @returns the execution as it is now, its data unpacked */
	async function getExecution(id: string): Promise<Execution> {
		return toExecution(await call('GET', `/executions/${id}`));
	}

	/** Waits until the execution has ended. @throws Error when it has not within `timeout` */
	async function waitForExecution(id: string, options: WaitOptions = {}): Promise<Execution> {
		return await waitFor(options, `the end of execution ${id}`, async () => {
			const execution = await getExecution(id);
			// n8n 1.x may be asked between its two steps of saving: one that succeeded has run at least one node.
			const isSaved = execution.status !== 'success' || Object.keys(execution.runs).length > 0;
			return TERMINAL.has(execution.status) && isSaved ? execution : undefined;
		});
	}

	/** The newest executions (at most 100), newest first. */
	async function listExecutions(workflowId?: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify(workflowId === undefined ? {} : { workflowId }));
		const page = await call('GET', `/executions?limit=100&filter=${filter}`);
		const { results } = z.object({ results: z.array(summarySchema) }).parse(page);
		// n8n asks for the running and the ended ones apart: one that ends in between is in both.
		return [...new Map(results.map((each) => [each.id, each])).values()];
	}

	/**
	 * "Retry" of a failed execution; waits for its end.
	 * @param loadWorkflow true: with the workflow as it is saved now; false: as it was then
	 */
	async function retryExecution(id: string, loadWorkflow: boolean, options: WaitOptions = {}): Promise<Execution> {
		const retried = idSchema.parse(await call('POST', `/executions/${id}/retry`, { loadWorkflow }));
		return await waitForExecution(retried.id, options);
	}

	/** Presses Stop. */
	async function stopExecution(id: string): Promise<void> {
		await call('POST', `/executions/${id}/stop`, {});
	}

	// --- node types and lookups ---

	/** Every node type that the editor is offered, AI tool variants included. */
	async function nodeTypes(): Promise<NodeTypeDescription[]> {
		const response = await fetch(`${url}/types/nodes.json`, { headers: { ...ownConnection, cookie } });
		if (!response.ok) throw new N8nError(response.status, 'No node types', undefined);
		const list: unknown = await response.json();
		return z.array(nodeTypeSchema).parse(list);
	}

	/** One node type as the editor is offered it, or undefined when it is not. @param type as in `node` */
	async function nodeType(type: string): Promise<NodeTypeDescription | undefined> {
		const name = nodeTypeName(type);
		return (await nodeTypes()).find((entry) => entry.name === name);
	}

	interface LookupRequest {
		/** Node type as in `node`. */
		type: string;
		/** `searchListMethod` or `loadOptionsMethod`. */
		method: string;
		/** Path of the parameter ("parameters.list" or just "list"). */
		path: string;
		credentials?: CredentialReference;
		parameters?: JsonObject;
		version?: number;
	}

	function lookupBody(request: LookupRequest): JsonObject {
		const { credentials } = request;
		return {
			path: request.path.startsWith('parameters.') ? request.path : `parameters.${request.path}`,
			nodeTypeAndVersion: { name: nodeTypeName(request.type), version: request.version ?? 1 },
			methodName: request.method,
			currentNodeParameters: request.parameters ?? {},
			...(credentials === undefined ? {} : { credentials: { [credentials.type]: { id: credentials.id, name: credentials.name } } }),
		};
	}

	/** What the editor shows when a resource locator's list is opened. */
	async function searchList(request: LookupRequest & { filter?: string; paginationToken?: string }): Promise<LocatorResults> {
		const body = {
			...lookupBody(request),
			...(request.filter === undefined ? {} : { filter: request.filter }),
			...(request.paginationToken === undefined ? {} : { paginationToken: request.paginationToken }),
		};
		return locatorSchema.parse(await call('POST', '/dynamic-node-parameters/resource-locator-results', body));
	}

	/** What the editor shows in a dropdown with a `loadOptionsMethod`. */
	async function loadOptions(request: LookupRequest): Promise<Array<{ name: string; value: unknown }>> {
		const result = await call('POST', '/dynamic-node-parameters/options', lookupBody(request));
		return z.array(z.object({ name: z.string(), value: z.unknown() }).passthrough()).parse(result).map(({ name, value }) => ({ name, value }));
	}

	// --- test webhooks ---

	/**
	 * "Listen for test event": n8n registers the trigger's test webhook (120 s).
	 * @param trigger name of the trigger node; the only one when left out
	 * @returns a function that waits for the execution which the test event starts
	 * @throws N8nError with the trigger's message when it could not register
	 */
	async function listenForTestEvent(id: string, trigger?: string): Promise<(options?: WaitOptions) => Promise<Execution>> {
		const before = new Set((await listExecutions(id)).map((entry) => entry.id));
		const started = await run(id, trigger);
		if (started.waitingForWebhook !== true) throw new Error('The workflow ran at once instead of waiting for a test event');
		return async (options) => await waitForNewExecution(id, before, options);
	}

	/** "Stop listening". */
	async function cancelTestWebhook(id: string): Promise<void> {
		await call('DELETE', `/test-webhook/${id}`);
	}

	/**
	 * Address of a trigger's webhook.
	 * @param path the `path` of the trigger's webhook description, "webhook" by convention (n8n's Webhook node has its own)
	 */
	async function webhookUrl(id: string, nodeName: string, options: { test?: boolean; path?: string } = {}): Promise<string> {
		const found = (await getWorkflow(id)).nodes.find((entry) => entry.name === nodeName);
		if (found?.webhookId === undefined) throw new Error(`Node "${nodeName}" has no webhook`);
		const path = found.type === WEBHOOK_NODE ? String(found.parameters.path) : `${found.webhookId}/${options.path ?? 'webhook'}`;
		return `${url}/${options.test === true ? 'webhook-test' : 'webhook'}/${path}`;
	}

	return {
		url,
		account,
		/** n8n's version, for example "2.41.1". */
		version,
		/** The session cookie, for a browser that is to be signed in already ("n8n-auth=..."). */
		cookie: () => cookie,
		call,
		createCredential,
		updateCredential,
		deleteCredential,
		listCredentials,
		testCredential,
		createWorkflow,
		getWorkflow,
		listWorkflows,
		updateWorkflow,
		publicationStatus,
		activateWorkflow,
		deactivateWorkflow,
		deleteWorkflow,
		startWorkflow,
		runWorkflow,
		runInProduction,
		waitForNewExecution,
		waitForExecution,
		getExecution,
		listExecutions,
		retryExecution,
		stopExecution,
		nodeTypes,
		nodeType,
		searchList,
		loadOptions,
		listenForTestEvent,
		cancelTestWebhook,
		webhookUrl,
	};
}

/**
 * Asks again and again until `check` gives something.
 * @throws Error naming `what` when `timeout` (default 120 s) is over
 */
export async function waitFor<T>(options: WaitOptions, what: string, check: () => Promise<T | undefined>): Promise<T> {
	const deadline = Date.now() + (options.timeout ?? 120_000);
	for (let pause = 20; ; pause = Math.min(pause * 1.4, 300)) {
		const found = await check();
		if (found !== undefined) return found;
		if (Date.now() > deadline) throw new Error(`Waited too long for ${what}`);
		await sleep(pause);
	}
}

const errorBodySchema = z.object({ message: z.string().optional(), hint: z.string().nullish() }).passthrough();
const idSchema = z.object({ id: z.union([z.string(), z.number()]).transform(String) }).passthrough();
const summarySchema = z
	.object({ id: z.union([z.string(), z.number()]).transform(String), status: z.string(), mode: z.string(), workflowId: z.string(), stoppedAt: z.string().nullish() })
	.passthrough();
const publicationSchema = z.object({
	status: z.string(),
	triggers: z.array(z.object({ nodeId: z.string(), status: z.string(), errorMessage: z.string().nullish() })).default([]),
});
const storedWorkflowSchema = z
	.object({
		id: z.string(),
		name: z.string(),
		active: z.boolean(),
		versionId: z.string(),
		nodes: z.array(
			z
				.object({ id: z.string(), name: z.string(), type: z.string(), webhookId: z.string().optional(), parameters: z.record(z.unknown()) })
				.passthrough(),
		),
		connections: z.record(z.record(z.array(z.array(z.object({ node: z.string() }).passthrough()).nullable()))),
	})
	.passthrough();
const nodeTypeSchema = z
	.object({
		name: z.string(),
		displayName: z.string(),
		version: z.unknown(),
		usableAsTool: z.unknown().optional(),
		properties: z.array(z.record(z.unknown())),
	})
	.passthrough();
const locatorSchema = z
	.object({
		results: z.array(
			z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]), url: z.string().optional() }).passthrough(),
		),
		paginationToken: z.string().optional(),
	})
	.passthrough();

/** The node that leads somewhere and that nothing leads to. */
function firstNode(stored: StoredWorkflow): string | undefined {
	const reached = new Set(
		Object.values(stored.connections).flatMap((byType) => (byType.main ?? []).flatMap((targets) => (targets ?? []).map(({ node }) => node))),
	);
	const starts = stored.nodes.filter((entry) => !reached.has(entry.name));
	return (starts.find((entry) => stored.connections[entry.name]?.main !== undefined) ?? starts[0])?.name;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function toExecution(raw: unknown): Execution {
	const execution = executionSchema.parse(raw);
	const unpacked: unknown = typeof execution.data === 'string' ? parseFlatted(execution.data) : execution.data;
	const data = runDataSchema.safeParse(unpacked);
	const runs = data.success ? data.data.resultData.runData : {};
	const items: Execution['items'] = (nodeName, { output = 0, run, type = 'main' } = {}) => {
		const list = runs[nodeName] ?? [];
		return list[run ?? list.length - 1]?.data?.[type]?.[output] ?? [];
	};
	const { startedAt, stoppedAt } = execution;
	return {
		id: execution.id,
		status: execution.status,
		mode: execution.mode ?? '',
		workflowId: execution.workflowId ?? '',
		duration:
			typeof startedAt === 'string' && typeof stoppedAt === 'string' ? Date.parse(stoppedAt) - Date.parse(startedAt) : undefined,
		error: data.success ? data.data.resultData.error : undefined,
		runs,
		items,
		json: (nodeName, options) => items(nodeName, options).map((item) => item.json),
		errorOf: (nodeName) => runs[nodeName]?.at(-1)?.error,
		context: (data.success ? data.data.executionData?.contextData : undefined) ?? {},
	};
}
