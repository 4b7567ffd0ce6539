import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { poll } from '../../engine/triggers/polling';
import { sms160Inbox } from './events';

export class Sms160InboxTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: '160.com.au Inbox Trigger',
		name: 'sms160InboxTrigger',
		icon: { light: 'file:sms160Inbox.svg', dark: 'file:sms160Inbox.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		description: 'Looks for new messages at 160.com.au in intervals. Needs no public address.',
		defaults: { name: '160.com.au Inbox Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sms160Api', required: true }],
		properties: [
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['inbound'],
				description: 'What starts the workflow. Messages that were there before its first activation do not; those that came while it was inactive do.',
				hint: `To test, click "Fetch Test Event": the newest messages come out. ${whatComesOut}`,
				options: [{ name: 'Message Received', value: 'inbound', description: 'Somebody replied or wrote to one of your numbers' }],
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Also Start the Workflow',
						name: 'alsoStart',
						type: 'boolean',
						default: false,
						description: 'Whether a reply that answers a question of "Send and Wait for Response" starts this workflow, too',
					},
				],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this, sms160Inbox);
	}
}
