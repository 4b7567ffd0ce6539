/** From what became of each item to n8n's output items. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Failure } from '../failure';
import { isFailure } from '../failure';
import type { Outcome } from '../operation';
import { sentence } from './wording';

/** What one item came to: outcomes in the order of its entries, output rows, or why there are none. */
export type Result = { outcomes: Array<Outcome | Failure> } | { rows: IDataObject[] } | { failed: Failure };

/** How an item's rows are to be shown. */
export interface Showing {
	node: INode;
	/** Whether the provider's own rows were asked for. */
	isRaw: boolean;
	/** Whether refused rows count as failed. */
	failsOnRefused: boolean;
}

/** The output items of one input item, each paired with it. Refused and failed ones carry n8n's item-level `error`, not enumerable, where there is an output for them. */
export function rowsOf(result: Result, item: number, { node, isRaw, failsOnRefused }: Showing): INodeExecutionData[] {
	const pairedItem = { item };
	const hasErrorOutput = node.onError === 'continueErrorOutput';

	const failed = (columns: IDataObject, message: string, advice: string | undefined): INodeExecutionData => {
		const row: INodeExecutionData = { json: { ...columns, error: message, ...(advice && { advice }) }, pairedItem };
		// n8n copies what carries an error to the error output, beside the columns of its input, and then empties whatever carries one still: its copy must not.
		if (hasErrorOutput) Object.defineProperty(row, 'error', { value: itemError(node, item, message, advice), enumerable: false });
		return row;
	};
	const ofFailure = (failure: Failure): INodeExecutionData => failed(failure.httpStatus === undefined ? {} : { httpStatus: failure.httpStatus }, sentence(failure), failure.advice);

	if ('failed' in result) return [ofFailure(result.failed)];
	if ('rows' in result) return result.rows.map((json) => ({ json: withoutError(json), pairedItem }));
	return result.outcomes.flatMap((outcome): INodeExecutionData[] => {
		if (isFailure(outcome)) return [ofFailure(outcome)];
		const { accepted, output, raw, reason, advice } = outcome;
		if (accepted === true) return [isRaw ? (raw ?? output) : output].flat().map((json) => ({ json: withoutError(json), pairedItem }));
		const shown = { ...withReason(outcome), ...(isRaw && raw && { response: raw as IDataObject }) };
		if (hasErrorOutput || failsOnRefused) return [failed(shown, reason ?? 'Refused', advice)];
		return [{ json: shown, pairedItem }];
	});
}

/** n8n takes a top-level `error` for a failed item, whatever its value: what the provider says under that name gets another. */
function withoutError(json: IDataObject): IDataObject {
	if (!('error' in json)) return json;
	const { error, ...rest } = json;
	return error === null || error === false || error === '' ? rest : { ...rest, providerError: error };
}

/** The reason stands where it is seen in a table: beside what it is the reason for. */
function withReason({ output, accepted, reason }: Outcome): IDataObject {
	const { messageId, to, from, text, status, accepted: _accepted, reason: _reason, ...rest } = [output].flat()[0] ?? {};
	const first = Object.entries({ messageId, to, from, text, status, accepted, reason }).filter(([, value]) => value !== undefined);
	return { ...Object.fromEntries(first), ...withoutError(rest) };
}

function itemError(node: INode, itemIndex: number, message: string, description: string | undefined): NodeOperationError {
	const error = new NodeOperationError(node, message, { itemIndex, description });
	// n8n saves it with every row, and a stack tells a user nothing.
	delete error.stack;
	return error;
}
