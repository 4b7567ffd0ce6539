import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { methods } from '../../engine/editor/lookup';
import { sendAndWait } from './actions/message/sendAndWait.operation';
import { resources } from './actions/resources';
import { lookups } from './lookups';
import { nusaSms } from './provider';

export class NusaSms implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'NusaSMS',
		name: 'nusaSms',
		icon: { light: 'file:nusaSms.svg', dark: 'file:nusaSms.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Send SMS and WhatsApp messages through NusaSMS, and find out which numbers are on WhatsApp',
		defaults: { name: 'NusaSMS' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'nusaSmsApi', required: true }],
		webhooks: answerWebhooks,
		properties: properties(resources),
	};

	methods = methods(nusaSms, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, nusaSms, resources);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this, { provider: nusaSms, operation: sendAndWait });
	}
}
