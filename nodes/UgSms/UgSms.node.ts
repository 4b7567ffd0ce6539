import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { methods } from '../../engine/editor/lookup';
import { sendAndWait } from './actions/message/sendAndWait.operation';
import { resources } from './actions/resources';
import { lookups } from './lookups';
import { ugSms } from './provider';

export class UgSms implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'UGSMS',
		name: 'ugSms',
		icon: { light: 'file:ugSms.svg', dark: 'file:ugSms.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Send SMS to numbers of Uganda through UGSMS, many at a time',
		defaults: { name: 'UGSMS' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ugSmsApi', required: true }],
		webhooks: answerWebhooks,
		properties: properties(resources),
	};

	methods = methods(ugSms, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, ugSms, resources);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answer(this, { provider: ugSms, operation: sendAndWait });
	}
}
