/** From what became of each item to n8n's output items. */
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Failure } from '../failure';
import { isFailure } from '../failure';
import type { Outcome } from '../operation';
import { sentence } from './wording';

/** What one item came to: outcomes in the order of its entries (`asked`: what was asked for, of those that failed), output rows, or why there are none. */
export type Result = { outcomes: Array<Outcome | Failure>; asked?: Array<IDataObject | undefined> } | { rows: IDataObject[] } | { failed: Failure };

/** How an item's rows are to be shown. */
export interface Showing {
	node: INode;
	/** Whether the provider's own rows were asked for. */
	isRaw: boolean;
	/** Whether refused rows count as failed. */
	failsOnRefused: boolean;
	/** The columns of an item of which nothing came but a reason. */
	nothing?(reason: string): IDataObject;
}

/** The output items of one input item, each paired with it. Refused and failed ones carry n8n's item-level `error`, not enumerable, where there is an output for them. */
export function rowsOf(result: Result, item: number, { node, isRaw, failsOnRefused, nothing }: Showing): INodeExecutionData[] {
	const pairedItem = { item };
	const hasErrorOutput = node.onError === 'continueErrorOutput';

	const failed = (columns: IDataObject, message: string, advice: string | undefined): INodeExecutionData => {
		const row: INodeExecutionData = { json: { ...columns, error: message, ...(advice && { advice }) }, pairedItem };
		// n8n copies what carries an error to the error output, beside the columns of its input, and then empties whatever carries one still: its copy must not.
		if (hasErrorOutput) Object.defineProperty(row, 'error', { value: itemError(node, item, message, advice), enumerable: false });
		return row;
	};
	const ofFailure = (failure: Failure, asked?: IDataObject): INodeExecutionData =>
		failed({ ...nothing?.(sentence(failure)), ...(asked && { ...asked, accepted: false, reason: sentence(failure) }),
			...(failure.httpStatus !== undefined && { httpStatus: failure.httpStatus }) }, sentence(failure), failure.advice);

	if ('failed' in result) return [ofFailure(result.failed)];
	if ('rows' in result) return result.rows.map((json) => ({ json: withoutError(json), pairedItem }));
	return result.outcomes.flatMap((outcome, index): INodeExecutionData[] => {
		if (isFailure(outcome)) return [ofFailure(outcome, result.asked?.[index])];
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

/** A message has its place for the reason; everything else gets one at its end. */
function withReason({ output, accepted, reason }: Outcome): IDataObject {
	return { ...withoutError([output].flat()[0] ?? {}), accepted, reason: reason ?? null };
}

/** Of these n8n, or this node, says why an item failed: they stand behind all others, and an item that did not fail has none. */
const ofFailures = ['error', 'advice'];

/** The same columns in every row, in the order of the first rows that have them. What a row has not is `null`. */
export function aligned(rows: INodeExecutionData[]): INodeExecutionData[] {
	const whole = [...rows.filter(({ json }) => !('error' in json)), ...rows.filter(({ json }) => 'error' in json)];
	const last = rows.some(({ json }) => 'advice' in json && !('error' in json)) ? ['error'] : ofFailures;
	const isAdvised = rows.some(({ json }) => 'advice' in json);
	const names = new Set(whole.flatMap(({ json }) => Object.keys(json)).filter((name) => !last.includes(name)));
	for (const row of rows) {
		const { json } = row;
		const behind = 'error' in json ? last.filter((name) => name === 'error' || isAdvised) : [];
		row.json = Object.fromEntries([...names, ...behind].map((name) => [name, json[name] ?? null]));
	}
	return rows;
}

/** A row with the fields of its item behind it. Its own win, and an `error` would make n8n take it for a failed one. */
export function withInput(row: INodeExecutionData, { error: _error, ...input }: IDataObject): void {
	row.json = { ...row.json, ...Object.fromEntries(Object.entries(input).filter(([name]) => !(name in row.json))) };
}

function itemError(node: INode, itemIndex: number, message: string, description: string | undefined): NodeOperationError {
	const error = new NodeOperationError(node, message, { itemIndex, description });
	// n8n saves it with every row, and a stack tells a user nothing.
	delete error.stack;
	return error;
}
