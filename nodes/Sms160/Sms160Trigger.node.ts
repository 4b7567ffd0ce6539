import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { noRegistration } from '../../engine/triggers/registration';
import { receive } from '../../engine/triggers/webhook';
import { sms160Events } from './events';

export class Sms160Trigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: '160.com.au Trigger',
		name: 'sms160Trigger',
		icon: { light: 'file:sms160.svg', dark: 'file:sms160.dark.svg' },
		group: ['trigger'],
		// Under version 1, n8n evaluates an expression of its own for every call, and sets up an isolate for it where it need not.
		version: [1, 2],
		subtitle: '={{$parameter["events"].join(", ")}}',
		// n8n shows this below the provider's name in its list, where node and trigger are one entry.
		description: 'Send SMS and one-time codes, and react to replies and delivery reports, through 160.com.au',
		defaults: { name: '160.com.au Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		// Only replies to questions need it: which message was a question is looked up.
		credentials: [{ name: 'sms160Api', required: false }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
			// The same address: which method the provider calls it with is not documented.
			{ name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: 'webhook', ndvHideUrl: true },
		],
		properties: [
			{
				displayName:
					'Copy the production URL above. For replies, set it as the callback of a virtual number on the 160.com.au web site. For delivery reports, '
					+ 'put it into the option "Callback URL" of the messages that you send. Anybody who knows this URL can call it, so keep it to yourself. To test, click '
						+ '"Execute step", use the test URL instead, and reply to a message from your phone.',
				name: 'whereTheUrlGoes',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['delivered', 'failed', 'inbound', 'unknown'],
				description: 'What starts the workflow',
				hint: whatComesOut,
				options: [
					{ name: 'Message Delivered', value: 'delivered', description: 'A message reached the phone' },
					{ name: 'Message Failed', value: 'failed', description: 'A message could not be delivered' },
					{ name: 'Message Queued', value: 'queued', description: 'A message waits at 160.com.au' },
					{ name: 'Message Received', value: 'inbound', description: 'Somebody replied or wrote to a virtual number of yours' },
					{ name: 'Message Sent', value: 'sent', description: 'A message left 160.com.au' },
					{ name: 'Unrecognised Call', value: 'unknown', description: 'A call that this node does not recognise, passed on as it came. 160.com.au does not document its calls.' },
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

	webhookMethods = { default: noRegistration };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, sms160Events);
	}
}
