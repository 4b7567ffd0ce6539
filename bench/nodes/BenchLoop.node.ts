/** One request per item in a plain loop, as published SMS nodes do. Built into a package of its own by `nodePackage.ts`. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { benchProviders, bodyWith } from '../providers';

export class BenchLoop implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Loop',
		name: 'benchLoop',
		group: ['output'],
		version: 1,
		description: 'Sends one message per item',
		defaults: { name: 'Bench Loop' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: benchProviders.map(({ credentialType, name }) => ({ name: credentialType, required: true, displayOptions: { show: { provider: [name] } } })),
		properties: [
			{
				displayName: 'Provider',
				name: 'provider',
				type: 'options',
				options: benchProviders.map(({ name, title }) => ({ name: title, value: name })),
				default: 'mobile-message',
			},
			{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
			{ displayName: 'To', name: 'to', type: 'string', default: '', required: true },
			{ displayName: 'Message', name: 'message', type: 'string', default: '', required: true },
			{ displayName: 'Sender', name: 'sender', type: 'string', default: '' },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output: INodeExecutionData[] = [];
		for (let item = 0; item < this.getInputData().length; item++) {
			const providerName = this.getNodeParameter('provider', item) as string;
			const provider = benchProviders.find(({ name }) => name === providerName);
			if (provider === undefined) throw new Error(`No provider "${providerName}"`);
			const { path, to, message, sender, query } = provider.oneMessage;
			const entry: IDataObject = { [to]: this.getNodeParameter('to', item), [message]: this.getNodeParameter('message', item) };
			if (sender !== undefined) entry[sender] = this.getNodeParameter('sender', item);
			const request = { method: 'POST' as const, url: `${this.getNodeParameter('baseUrl', item) as string}${path}`, json: true };
			const response = (await (query
				? this.helpers.httpRequest({ ...request, qs: { ...query, ...entry } })
				: this.helpers.httpRequestWithAuthentication.call(this, provider.credentialType, { ...request, body: bodyWith(provider, entry) }))) as IDataObject;
			output.push({ json: response, pairedItem: { item } });
		}
		return [output];
	}
}
