import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { poll } from '../../engine/triggers/polling';
import { bestSmsInbox } from './events';

export class BestSmsInboxTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'BestSMS Inbox Trigger',
		name: 'bestSmsInboxTrigger',
		icon: { light: 'file:bestSmsInbox.svg', dark: 'file:bestSmsInbox.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		description: 'Looks for new messages at BestSMS in intervals. Needs no public address.',
		defaults: { name: 'BestSMS Inbox Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bestSmsApi', required: true }],
		properties: [
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['inbound'],
				description: 'What starts the workflow. Messages that were there before its first activation do not; those that came while it was inactive do, if it was for less than 7 days.',
				hint: `To test, click "Fetch Test Event": the newest messages come out. ${whatComesOut}`,
				options: [{ name: 'Message Received', value: 'inbound', description: 'Somebody replied or wrote to you' }],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this, bestSmsInbox);
	}
}
