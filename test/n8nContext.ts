/** n8n's own execution context around a node, outside of a server: real parameters, expressions, credentials and HTTP. */
import 'reflect-metadata';

import { tmpdir } from 'node:os';

import { Container } from '@n8n/di';
import { ExecuteContext, InstanceSettings, WebhookContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	ICredentialType,
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRunExecutionData,
	IWebhookData,
	IWebhookFunctions,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';

// References in requests are made from the ID, so it must be the same on every machine. n8n asks for the folder also for a file that it holds in memory.
Container.set(InstanceSettings, { instanceId: 'test-instance', n8nFolder: tmpdir(), hmacSignatureSecret: 'a-secret-of-n8n' } as InstanceSettings);

export interface Given {
	nodeType: INodeType;
	parameters: INodeParameters;
	items?: INodeExecutionData[];
	credential: ICredentialDataDecryptedObject;
	onError?: INode['onError'];
	/** What n8n keeps with an execution; give the same one again for a re-run. */
	runData?: IRunExecutionData;
	runIndex?: number;
	executionId?: string;
	cancel?: AbortSignal;
	timezone?: string;
	/** Node types that n8n knows, with where it found them. */
	known?: IDataObject;
	/** Another node of the same workflow. */
	nodeId?: string;
	mode?: WorkflowExecuteMode;
	retryOnFail?: boolean;
	/** Signs requests as n8n does with it; without it by user name and password. */
	credentialType?: ICredentialType;
}

/** A fresh execution, as n8n keeps it. */
export function newExecution(): IRunExecutionData {
	// Newer n8n makes a random one, which would reach addresses.
	return { ...createRunExecutionData(), resumeToken: '' } as IRunExecutionData;
}

/** The context that n8n gives to `execute`. Requests go over the network to the credential's base URL. */
export function executeContext(given: Given): IExecuteFunctions {
	const { runData = newExecution(), runIndex = 0, cancel = new AbortController().signal } = given;
	const { workflow, node, additionalData, executeData, items } = surroundingsOf(given);
	return new ExecuteContext(workflow, node, additionalData, given.mode ?? 'manual', runData, runIndex, items, { main: [items] }, executeData, [], cancel);
}

/** What a call at the address of a waiting execution is made of. */
export interface Call {
	method: string;
	query: Record<string, string>;
	/** As n8n parsed it, for forms; JSON otherwise. */
	body?: IDataObject;
	/** What becomes of the response. */
	respond(httpStatus: number, body: unknown): void;
	/** What is done when the response is on its way. */
	closed?: Array<() => Promise<void>>;
}

/** The context that n8n gives to `webhook` of a node that an execution waits with. */
export function webhookContext(given: Given & { runData: IRunExecutionData }, { method, query, body = {}, respond, closed }: Call): IWebhookFunctions {
	const { workflow, node, additionalData } = surroundingsOf(given);
	const response = {
		statusCode: 200,
		writableFinished: true,
		once: (_event: 'close', listener: () => Promise<void>) => closed?.push(listener),
		status(code: number) {
			this.statusCode = code;
			return this;
		},
		setHeader: () => undefined,
		send(text: unknown) {
			respond(this.statusCode, text);
			return this;
		},
		json(value: unknown) {
			return this.send(value);
		},
	};
	const httpRequest = { method, query, body, headers: { 'content-type': 'application/json' }, rawBody: Buffer.from(JSON.stringify(body)) };
	const withCall = { ...additionalData, httpRequest, httpResponse: response } as unknown as IWorkflowExecuteAdditionalData;
	return new WebhookContext(workflow, node, withCall, 'manual', {} as IWebhookData, [], given.runData);
}

function surroundingsOf(given: Given) {
	const { nodeType, parameters, credential, executionId = '1' } = given;
	const items = given.items ?? [{ json: {} }];
	const credentialName = nodeType.description.credentials?.[0]?.name ?? '';
	const node: INode = {
		id: given.nodeId ?? 'b1c2d3e4-0000-4000-8000-000000000001',
		name: 'Node',
		type: nodeType.description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { [credentialName]: { id: '1', name: 'Test' } },
		onError: given.onError,
		retryOnFail: given.retryOnFail,
	};
	const source: INode = { id: 'b1c2d3e4-0000-4000-8000-000000000002', name: 'Source', type: 'source', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes = { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => given.known ?? {} } as unknown as INodeTypes;
	const workflow = new Workflow({
		id: 'workflow1',
		nodes: [source, node],
		connections: { Source: { main: [[{ node: 'Node', type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes,
		settings: { timezone: given.timezone ?? 'Australia/Sydney' },
	});
	const credentialsHelper = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async () => await Promise.resolve(credential),
		preAuthentication: async () => await Promise.resolve(undefined),
		authenticate: async (_data: unknown, _type: string, request: IHttpRequestOptions) =>
			await signedBy(given.credentialType, credential, request),
	} as unknown as ICredentialsHelper;
	const additionalData = {
		credentialsHelper,
		executionId,
		instanceBaseUrl: 'http://127.0.0.1/',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		restApiUrl: 'http://127.0.0.1/rest',
		variables: {},
		currentNodeParameters: parameters,
	} as unknown as IWorkflowExecuteAdditionalData;
	const executeData: IExecuteData = { node, data: { main: [items] }, source: { main: [{ previousNode: 'Source' }] } };
	return { workflow, node, additionalData, executeData, items };
}

/** What n8n's CredentialsHelper does with a credential class's own `authenticate`. */
async function signedBy(type: ICredentialType | undefined, credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	if (type === undefined) return { ...request, auth: { username: credential['username'], password: credential['password'] } as IHttpRequestOptions['auth'] };
	if (typeof type.authenticate !== 'function') throw new Error(`${type.name} does not sign requests itself`);
	return await type.authenticate(credential, request);
}
