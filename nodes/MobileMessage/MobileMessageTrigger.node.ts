import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { registration } from '../../engine/triggers/registration';
import { receive } from '../../engine/triggers/webhook';
import { mobileMessageEvents } from './events';

export class MobileMessageTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Mobile Message Trigger',
		name: 'mobileMessageTrigger',
		icon: { light: 'file:mobileMessage.svg', dark: 'file:mobileMessage.dark.svg' },
		group: ['trigger'],
		// Under version 1, n8n evaluates an expression of its own for every call, and sets up an isolate for it where it need not.
		version: [1, 2],
		subtitle: '={{$parameter["events"].join(", ")}}',
		// n8n shows this below the provider's name in its list, where node and trigger are one entry.
		description: 'Send SMS and react to replies, opt-outs and delivery reports through Mobile Message',
		defaults: { name: 'Mobile Message Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'mobileMessageApi', required: true }],
		// The node registers its address itself, so that there is nothing to copy.
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook', ndvHideUrl: true }],
		properties: [
			{
				displayName:
					'There is nothing to copy: the address is set at Mobile Message while the workflow is active (published). To test, click "Execute step" and reply to a message from your phone. '
					+ 'An account has one address for replies and one for delivery reports, so one active workflow can receive each; further workflows can use the Mobile Message Inbox Trigger for replies.',
				name: 'oneAddress',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['inbound'],
				description: 'What starts the workflow',
				hint: whatComesOut,
				options: [
					{ name: 'Message Delivered', value: 'delivered', description: 'A message, or a part of a long one, reached the phone' },
					{ name: 'Message Failed', value: 'failed', description: 'A message, or a part of a long one, could not be delivered' },
					{ name: 'Message Received', value: 'inbound', description: 'Somebody replied or wrote to one of your numbers' },
					{ name: 'Message Sent', value: 'sent', description: 'A message left Mobile Message. Not every account gets these reports.' },
					{ name: 'Opt-Out Received', value: 'unsubscribe', description: 'Somebody does not want any more messages' },
					{ name: 'Unrecognised Call', value: 'unknown', description: 'A call of a kind that this node does not know yet, passed on as it came' },
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
					{
						displayName: 'Replace Existing Webhook',
						name: 'replaceExisting',
						type: 'boolean',
						default: false,
						description: 'Whether to take the place of an address that another system registered. It is put back when the workflow is deactivated (unpublished).',
					},
					{
						displayName: 'Wait for All Parts',
						name: 'waitForAllParts',
						type: 'boolean',
						default: false,
						description: 'Whether to report a long message as delivered once, when all its parts were. Without it, each part is reported. A part that failed reports the message as failed at once.',
					},
				],
			},
		],
	};

	webhookMethods = { default: registration(mobileMessageEvents) };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, mobileMessageEvents);
	}
}
