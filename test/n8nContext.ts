/** n8n's own execution context around a node, outside of a server: real parameters, expressions, credentials and HTTP. */
import 'reflect-metadata';

import { Container } from '@n8n/di';
import { ExecuteContext, InstanceSettings } from 'n8n-core';
import type { ICredentialDataDecryptedObject, ICredentialsHelper, IExecuteData, IExecuteFunctions, IHttpRequestOptions, INode, INodeExecutionData, INodeParameters, INodeType, INodeTypes, IRunExecutionData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';

// References in requests are made from it, so it must be the same on every machine.
Container.set(InstanceSettings, { instanceId: 'test-instance' } as InstanceSettings);

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
}

/** A fresh execution, as n8n keeps it. */
export function newExecution(): IRunExecutionData {
	return createRunExecutionData();
}

/** The context that n8n gives to `execute`. Requests go over the network to the credential's base URL. */
export function executeContext(given: Given): IExecuteFunctions {
	const { nodeType, parameters, credential, runData = newExecution(), runIndex = 0, executionId = '1', cancel = new AbortController().signal } = given;
	const items = given.items ?? [{ json: {} }];
	const credentialName = nodeType.description.credentials?.[0]?.name ?? '';
	const node: INode = {
		id: 'b1c2d3e4-0000-4000-8000-000000000001',
		name: 'Node',
		type: nodeType.description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { [credentialName]: { id: '1', name: 'Test' } },
		onError: given.onError,
	};
	const source: INode = { id: 'b1c2d3e4-0000-4000-8000-000000000002', name: 'Source', type: 'source', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes = { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => ({}) } as unknown as INodeTypes;
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
			await Promise.resolve({ ...request, auth: { username: credential['username'], password: credential['password'] } as IHttpRequestOptions['auth'] }),
	} as unknown as ICredentialsHelper;
	const additionalData = { credentialsHelper, executionId, instanceBaseUrl: 'http://127.0.0.1/', webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting', formWaitingBaseUrl: 'http://127.0.0.1/form-waiting', restApiUrl: 'http://127.0.0.1/rest', variables: {}, currentNodeParameters: parameters } as unknown as IWorkflowExecuteAdditionalData;
	const executeData: IExecuteData = { node, data: { main: [items] }, source: { main: [{ previousNode: 'Source' }] } };
	return new ExecuteContext(workflow, node, additionalData, 'manual', runData, runIndex, items, { main: [items] }, executeData, [], cancel);
}
