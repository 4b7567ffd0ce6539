import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { poll } from '../../engine/triggers/polling';
import { mobileMessageInbox } from './events';

export class MobileMessageInboxTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Mobile Message Inbox Trigger',
		name: 'mobileMessageInboxTrigger',
		icon: { light: 'file:mobileMessageInbox.svg', dark: 'file:mobileMessageInbox.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		description: 'Looks for new replies and opt-outs at Mobile Message in intervals. Needs no public address.',
		defaults: { name: 'Mobile Message Inbox Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'mobileMessageApi', required: true }],
		properties: [
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['inbound', 'unsubscribe'],
				description: 'What starts the workflow. Messages that were there before its first activation do not; those that came while it was inactive do.',
				hint: `To test, click "Fetch Test Event": the newest messages come out. ${whatComesOut}`,
				options: [
					{ name: 'Message Received', value: 'inbound', description: 'Somebody replied or wrote to one of your numbers' },
					{ name: 'Opt-Out Received', value: 'unsubscribe', description: 'Somebody does not want any more messages' },
				],
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
		return await poll(this, mobileMessageInbox);
	}
}
