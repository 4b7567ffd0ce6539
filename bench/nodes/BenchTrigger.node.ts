/** The least that a trigger can be: it starts the workflow with what came, or refuses it, so that n8n's own part of a call is known. */
import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

export class BenchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Trigger',
		name: 'benchTrigger',
		group: ['trigger'],
		// As this package's triggers; version 1 would cost n8n an expression for every call.
		version: [1, 2],
		description: 'Starts the workflow with whatever comes, unless the query says "refuse"',
		defaults: { name: 'Bench Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		properties: [],
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		if ('refuse' in this.getQueryData()) {
			// Express, whose types are no dependency here.
			(this.getResponseObject() as unknown as { status(code: number): { send(text: string): void } }).status(401).send('Refused');
			return await Promise.resolve({ noWebhookResponse: true });
		}
		return await Promise.resolve({ workflowData: [[{ json: { body: this.getBodyData() } }]] });
	}
}
