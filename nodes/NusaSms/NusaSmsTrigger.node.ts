import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { noRegistration } from '../../engine/triggers/registration';
import { receive } from '../../engine/triggers/webhook';
import { nusaSmsEvents } from './events';

export class NusaSmsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'NusaSMS Trigger',
		name: 'nusaSmsTrigger',
		icon: { light: 'file:nusaSms.svg', dark: 'file:nusaSms.dark.svg' },
		group: ['trigger'],
		// Under version 1, n8n evaluates an expression of its own for every call, and sets up an isolate for it where it need not.
		version: [1, 2],
		subtitle: '={{$parameter["events"].join(", ")}}',
		// n8n shows this below the provider's name in its list, where node and trigger are one entry.
		description: 'Send SMS and WhatsApp messages, and react to replies and delivery reports, through NusaSMS',
		defaults: { name: 'NusaSMS Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
			// The same address: which method the provider calls it with is not documented.
			{ name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: 'webhook', ndvHideUrl: true },
		],
		properties: [
			{
				displayName:
					'Copy the production URL above. For the status of SMS, set it as callback URL under Account Setting at app.nusasms.com; for received SMS, as push inbox under SMS Inbox > Activity; ' +
					'for WhatsApp, ask the NusaSMS support to set it. ' +
					'For number checks, put it into "Callback URL" of WhatsApp: Check Numbers. Anybody who knows this URL can call it, so keep it to yourself. To test, '
						+ 'click "Execute step", use the test URL instead, and reply to a message from your phone.',
				name: 'whereTheUrlGoes',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['delivered', 'failed', 'inbound', 'numberChecked', 'read', 'unknown'],
				description: 'What starts the workflow',
				hint: whatComesOut,
				options: [
					{ name: 'Message Delivered', value: 'delivered', description: 'An SMS or WhatsApp message reached the phone' },
					{ name: 'Message Failed', value: 'failed', description: 'A message was not delivered, or was aborted' },
					{ name: 'Message Queued', value: 'queued', description: 'A message waits at NusaSMS' },
					{ name: 'Message Read', value: 'read', description: 'A WhatsApp message was read' },
					{ name: 'Message Received', value: 'inbound', description: 'Somebody wrote to a number of yours, by SMS or WhatsApp' },
					{ name: 'Message Sent', value: 'sent', description: 'A message left NusaSMS' },
					{ name: 'Number Checked', value: 'numberChecked', description: 'Whether a number is on WhatsApp, one event for each number' },
					{ name: 'Unrecognised Call', value: 'unknown', description: 'A call that this node does not recognise, passed on as it came. NusaSMS does not document most of its calls.' },
				],
			},
		],
	};

	webhookMethods = { default: noRegistration };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, nusaSmsEvents);
	}
}
