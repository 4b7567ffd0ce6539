import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { methods } from '../../engine/editor/lookup';
import { execute } from '../../engine/run/execute';
import { resources } from './actions/resources';
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
		properties: properties(resources),
	};

	methods = methods(bestSms, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, bestSms, resources);
	}
}
