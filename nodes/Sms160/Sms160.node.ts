import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { properties } from '../../engine/editor/description';
import { execute } from '../../engine/run/execute';
import { methods } from '../../engine/editor/lookup';
import { resources } from './actions/resources';
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
		properties: properties(resources),
	};

	methods = methods(sms160, lookups);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, sms160, resources);
	}
}
