import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { methods } from '../../engine/editor/lookup';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { sendAndWait } from './actions/message/sendAndWait.operation';
import { resources } from './actions/resources';
import { bestSmsEvents } from './events';
import { lookups } from './lookups';
import { bestSms } from './provider';

export class BestSms implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'BestSMS',
		name: 'bestSms',
		icon: { light: 'file:bestSms.svg', dark: 'file:bestSms.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Send SMS with links to files through BestSMS, many at a time, follow them up, and manage the address book',
		defaults: { name: 'BestSMS' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bestSmsApi', required: true }],
		webhooks: answerWebhooks,
		properties: properties(resources),
	};

	methods = methods(bestSms, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, bestSms, resources);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this, { provider: bestSms, operation: sendAndWait, events: bestSmsEvents });
	}
}
