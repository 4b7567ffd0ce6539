import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { whatComesOut } from '../../engine/output/message';
import { noRegistrationButProof } from '../../engine/triggers/registration';
import { receive } from '../../engine/triggers/webhook';
import { bestSmsEvents } from './events';

export class BestSmsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'BestSMS Trigger',
		name: 'bestSmsTrigger',
		icon: { light: 'file:bestSms.svg', dark: 'file:bestSms.dark.svg' },
		group: ['trigger'],
		// Under version 1, n8n evaluates an expression of its own for every call, and sets up an isolate for it where it need not.
		version: [1, 2],
		subtitle: '={{$parameter["events"].join(", ")}}',
		// n8n shows this below the provider's name in its list, where node and trigger are one entry.
		description: 'Send SMS with links to files, and react to replies and delivery reports, through BestSMS',
		defaults: { name: 'BestSMS Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bestSmsApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		properties: [
			{
				displayName:
					'Give the production URL above to BestSMS as the webhook of your Sender (JSON or XML). Then messages can name it, too. Calls count only with the credential\'s Webhook Sender and API Key. '
					+ 'To test, put the test URL there instead, click "Execute step", and reply to a message from your phone.',
				name: 'whereTheUrlGoes',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['delivered', 'failed', 'inbound', 'reply'],
				description: 'What starts the workflow',
				hint: whatComesOut,
				options: [
					{ name: 'Message Delivered', value: 'delivered', description: 'A message reached the phone (SUCCESS)' },
					{ name: 'Message Failed', value: 'failed', description: 'A message could not be delivered (FAILED)' },
					{ name: 'Message Pending', value: 'pending', description: 'A message is on its way (PENDING)' },
					{ name: 'Message Received', value: 'inbound', description: 'Somebody wrote to you, or replied after more than 7 days (SMSInbound)' },
					{ name: 'Message Updated', value: 'updated', description: 'More about a message, such as that its link was opened (UPDATED)' },
					{ name: 'Reply Received', value: 'reply', description: 'Somebody replied to a message of yours (SMSReply)' },
					{ name: 'Unrecognised Call', value: 'unknown', description: 'A call of BestSMS that this node does not recognise, such as a report on an email, passed on as it came' },
				],
			},
		],
	};

	webhookMethods = { default: noRegistrationButProof(bestSmsEvents) };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, bestSmsEvents);
	}
}
