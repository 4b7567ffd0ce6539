/** Only reads what a sending node has to read, so that n8n's own part of a run is known. */
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

export class BenchRead implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Read',
		name: 'benchRead',
		group: ['output'],
		version: 1,
		description: 'Reads two parameters per item and sends nothing',
		defaults: { name: 'Bench Read' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			{ displayName: 'To', name: 'to', type: 'string', default: '', required: true },
			{ displayName: 'Message', name: 'message', type: 'string', default: '', required: true },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output = this.getInputData().map((_, item): INodeExecutionData => ({
			json: { to: this.getNodeParameter('to', item), message: this.getNodeParameter('message', item) },
			pairedItem: { item },
		}));
		return await Promise.resolve([output]);
	}
}
