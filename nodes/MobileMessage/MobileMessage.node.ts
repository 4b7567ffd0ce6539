import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { methods } from '../../engine/editor/lookup';
import { sendAndWait } from './actions/message/sendAndWait.operation';
import { resources } from './actions/resources';
import { lookups } from './lookups';
import { mobileMessage } from './provider';

export class MobileMessage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Mobile Message',
		name: 'mobileMessage',
		icon: { light: 'file:mobileMessage.svg', dark: 'file:mobileMessage.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Send SMS through Mobile Message, many at a time, and manage contacts, lists and opt-outs',
		defaults: { name: 'Mobile Message' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'mobileMessageApi', required: true }],
		webhooks: answerWebhooks,
		properties: properties(resources),
	};

	methods = methods(mobileMessage, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, mobileMessage, resources);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this, { provider: mobileMessage, operation: sendAndWait });
	}
}
