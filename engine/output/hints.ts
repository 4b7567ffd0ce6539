/** Lines above a node's output. */
import type { IExecuteFunctions } from 'n8n-workflow';

export function hint(context: IExecuteFunctions, message: string): void {
	// Missing in older n8n.
	(context as Partial<IExecuteFunctions>).addExecutionHints?.call(context, { message, location: 'outputPane' });
}
