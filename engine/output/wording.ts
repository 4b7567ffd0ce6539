/** Sentences for users: what happened, with the item and its field, and what to do next. */
import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Failure } from '../failure';

/** A failure of one item. */
export interface FailedItem {
	index: number;
	failed: Failure;
}

/** "To is empty" or 'To: "12" is too short' for a bad value, the message itself for everything else. */
export function sentence({ field, message }: Failure): string {
	return field === undefined ? message : `${field}${message.startsWith('"') ? ':' : ''} ${message}`;
}

/** The first failed item as n8n shows it, the others and whatever else is to be said below. */
export function nodeError(node: INode, { index, failed }: FailedItem, more: string[] = []): NodeOperationError {
	const description = [failed.advice, ...more].filter((text) => text !== '').join(' ');
	return new NodeOperationError(node, `${sentence(failed)} [item ${index}]`, { description, itemIndex: index });
}

/** The first ten of them in one sentence. */
export function others(failed: FailedItem[]): string {
	if (failed.length === 0) return '';
	const shown = failed.slice(0, 10).map((each) => `[item ${each.index}] ${sentence(each.failed)}`);
	const rest = failed.length > shown.length ? `, and ${failed.length - shown.length} more` : '';
	return `Also: ${shown.join('; ')}${rest}.`;
}
