import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { methods } from '../../engine/editor/lookup';
import { sendAndWait } from './actions/message/sendAndWait.operation';
import { resources } from './actions/resources';
import { sms160Events } from './events';
import { lookups } from './lookups';
import { sms160 } from './provider';

export class Sms160 implements INodeType {
	description: INodeTypeDescription = {
		displayName: '160.com.au',
		name: 'sms160',
		icon: { light: 'file:sms160.svg', dark: 'file:sms160.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Send SMS and one-time codes through 160.com.au, many at a time, and manage contacts and groups',
		defaults: { name: '160.com.au' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sms160Api', required: true }],
		webhooks: answerWebhooks,
		properties: properties(resources),
	};

	methods = methods(sms160, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, sms160, resources);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this, { provider: sms160, operation: sendAndWait, events: sms160Events });
	}
}
