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

/**
 * The first failed item as n8n shows it, the others and whatever else is to be said below. Items are counted from 1, as people
 * count. Told which item it is, n8n would add a number of its own, which counts from 0.
 */
export function nodeError(node: INode, { index, failed }: FailedItem, more: string[] = [], count = 1): NodeOperationError {
	const description = [failed.advice, ...more].filter((text) => text !== '').join(' ');
	return new NodeOperationError(node, `${sentence(failed)} [item ${index + 1}${count > 1 ? ` of ${count}` : ''}]`, { description });
}

/** What is about the whole run, and no item of it. */
export function runError(node: INode, failed: Failure): NodeOperationError {
	return new NodeOperationError(node, sentence(failed), { description: failed.advice });
}

/** "246 credits", "1 credit", "20 UGX". */
export function amount(value: number, unit: string): string {
	return `${value} ${value === 1 && unit === 'credits' ? 'credit' : unit}`;
}

const mostSentences = 10;

/** All of them: the first ten in a sentence each, the rest by their numbers. */
export function others(failed: FailedItem[]): string {
	if (failed.length === 0) return '';
	const shown = failed.slice(0, mostSentences).map((each) => `[item ${each.index + 1}] ${sentence(each.failed).replace(/\.$/, '')}`);
	const rest = failed.slice(mostSentences).map(({ index }) => index + 1);
	return `Also: ${shown.join('; ')}${rest.length === 0 ? '' : `, and ${rest.length === 1 ? 'item' : 'items'} ${ranges(rest)}`}.`;
}

/** "3, 5-9, 12" of numbers in ascending order. */
export function ranges(numbers: number[]): string {
	const runs: Array<{ first: number; last: number }> = [];
	for (const number of numbers) {
		const run = runs.at(-1);
		if (run && number <= run.last + 1) run.last = number;
		else runs.push({ first: number, last: number });
	}
	return runs.map(({ first, last }) => (first === last ? String(first) : `${first}${last === first + 1 ? ', ' : '-'}${last}`)).join(', ');
}
