/** The only item loop: reads items, runs the chosen operation, and turns results into output items. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Planned } from './batching';
import { intoBatches, sendBatch } from './batching';
import { untilSure } from './doubt';
import type { Failure } from '../failure';
import { asFailure, failure, isFailure, redactor } from '../failure';
import type { Ledger } from './ledger';
import { digest, openLedger, toolRun } from './ledger';
import type { Newest, Operation, OperationOfKind, Outcome, Provider, Resource, SettledItem, Settling, Tag } from '../operation';
import { fetchPages } from './paging';
import type { ItemValues, ReadItem } from '../inputs/reading';
import { engineOptions, identityOf, readItems } from '../inputs/reading';
import type { Connection } from '../wire/request';
import { bodyOf, connect, readResponse, redacted, sender } from '../wire/request';
import { backoff, sleepUnlessCancelled } from '../wire/retrying';

/** What one item came to: outcomes in the order of its entries (of a batch), output rows, or why there are none. */
type Result = { outcomes: Array<Outcome | Failure> } | { rows: IDataObject[] } | { failed: Failure };

interface Run {
	context: IExecuteFunctions;
	connection: Connection;
	ledger: Ledger;
	items: ReadItem[];
	results: Array<Result | undefined>;
	/** Whether other items go on when one fails. */
	goOn: boolean;
	/** What makes a message this message, besides its recipient. */
	identity: string;
	/** What an item's entries are, as users call them. */
	subject: string;
}

type Opener = (context: IExecuteFunctions, provider: Provider) => Promise<Connection>;

const openConnection: Opener = async (context, provider) => await connect(context, provider, context.getExecutionCancelSignal());

/**
 * Runs the operation that the node's Resource and Operation pickers name, over all input items.
 * @throws NodeOperationError with the item's number; under "On Error: Continue" it never throws but gives error items
 */
export async function execute(context: IExecuteFunctions, provider: Provider, resources: Resource[], open: Opener = openConnection): Promise<INodeExecutionData[][]> {
	const goOn = context.continueOnFail();
	try {
		return [await runAll(context, provider, resources, open, goOn)];
	} catch (thrown) {
		const error = thrown instanceof NodeOperationError ? thrown : nodeError(context, 0, asFailure(thrown), []);
		if (!goOn) throw error;
		// What a node throws under "On Error: Continue" n8n takes for success, with the input as output.
		return [context.getInputData().map((_, item) => ({ json: { error: error.message, details: { advice: error.description } }, pairedItem: { item } }))];
	}
}

async function runAll(context: IExecuteFunctions, provider: Provider, resources: Resource[], open: Opener, goOn: boolean): Promise<INodeExecutionData[]> {
	const operation = chosenOperation(context, resources);
	// n8n calls again after Stop while "Retry On Fail" waits; nothing may leave then.
	if (context.getExecutionCancelSignal()?.aborted) throw failure('cancelled', 'The execution was stopped before anything was sent');

	const connection = await open(context, provider);
	const items = await readItems({ context, provider, operation, clock: connection.clock, cancel: connection.cancel });
	if (!goOn) throwIfUnreadable(context, items);

	const { ledger, ended } = ledgerOf(context);
	const results = items.map((item): Result | undefined => ('failed' in item ? item : undefined));
	const run: Run = { context, connection, ledger, items, results, goOn, identity: identityOf(context.getNode(), operation), subject: (operation.kind === 'batch' && operation.subject) || 'message' };
	if (operation.kind === 'batch') await runBatches(operation, run);
	else await runItems(operation, run);

	if (!goOn) throwIfFailed(run);
	if (operation.kind === 'custom') operation.finish?.(results.flatMap((result) => (result && 'rows' in result ? result.rows : [])));
	if (results.every((result) => result && everyAccepted(result))) ledger.close();
	ended();
	return emit(run);
}

function chosenOperation(context: IExecuteFunctions, resources: Resource[]): Operation {
	const resourceValue = context.getNodeParameter('resource', 0);
	const operationValue = context.getNodeParameter('operation', 0);
	const found = resources.find(({ value }) => value === resourceValue)?.operations.find(({ value }) => value === operationValue);
	if (found) return found;
	throw new NodeOperationError(context.getNode(), `There is no operation "${operationValue}" on the resource "${resourceValue}"`, {
		description: 'Pick the operation anew in the node. The workflow may come from another version of this package.',
	});
}

/** The ledger of this node in this iteration, and what to call when the iteration came to its end. */
function ledgerOf(context: IExecuteFunctions): { ledger: Ledger; ended(): void } {
	const store = context.getContext('node');
	const { id, name } = context.getNode();
	const execution = (context as Partial<IExecuteFunctions>).getExecutionId?.call(context);
	const origin = execution ? [context.getInstanceId(), context.getWorkflow().id, id || name, execution].join(' ') : undefined;
	// Missing in older n8n.
	if ((context as Partial<IExecuteFunctions>).isToolExecution?.call(context)) {
		const { run, ended } = toolRun(store, JSON.stringify(context.getInputData().map(({ json }) => json)));
		return { ledger: openLedger(store, run, origin), ended };
	}
	return { ledger: openLedger(store, JSON.stringify(context.evaluateExpression('{{ $runIndex }}', 0)), origin), ended: () => undefined };
}

// --- running -----------------------------------------------------------------------------------------------------

async function runBatches(operation: OperationOfKind<'batch'>, run: Run): Promise<void> {
	const { connection, ledger, items, results } = run;
	const planned = items.flatMap((item, index) => ('values' in item ? plan(operation, run, item.values, index) : []));
	// The entries of an item may be refused by its own checks (too long a text): still nothing was sent.
	if (!run.goOn) throwIfUnreadable(run.context, results.map((result) => (result && 'failed' in result ? result : { values: {} })));

	const unsent = planned.filter((one) => {
		one.result = ledger.find(one.key, one.is)?.outcome;
		return one.result === undefined;
	});
	const batches = intoBatches(unsent, operation.batchSize);
	// The last of two updates has to win.
	await inParallel(batches, operation.effect === 'once' ? parallelOf(connection) : 1, async (batch) => {
		await sendBatch(operation, batch, connection, ledger);
		return mayGoOn(run, batch.map(({ result }) => result));
	});
	collect(run, planned, stopReason(batches));
}

function plan(operation: OperationOfKind<'batch'>, run: Run, values: ItemValues, item: number): Planned[] {
	try {
		const shared = operation.shared(values);
		return operation.entries(values as never, (index) => tagOf(run, item, index)).map((entry, index) => ({
			item,
			key: `${item}.${index}`,
			is: digest(`${run.identity} ${operation.recipient(entry)}`),
			entry,
			shared,
		}));
	} catch (thrown) {
		run.results[item] = { failed: asFailure(thrown) };
		return [];
	}
}

/** Why batches that were not sent were not: the failure that stopped the run. */
function stopReason(batches: Planned[][]): Failure {
	const first = batches.flat().find((one): one is Planned & { result: Failure } => isFailure(one.result));
	return first?.result ?? failure('cancelled', 'The execution was stopped before this item was sent');
}

function collect(run: Run, planned: Planned[], stopped: Failure): void {
	for (const one of planned) {
		const result = one.result ?? (stopped.failureCause === 'cancelled' ? stopped : failure('skipped', `Not sent, because an earlier request did not go through: ${stopped.message}`, stopped.advice));
		const present = run.results[one.item];
		const outcomes = present && 'outcomes' in present ? present.outcomes : [];
		if (outcomes.length === 0) run.results[one.item] = { outcomes };
		// A provider may repeat what it was sent, also in what it says of a single recipient.
		outcomes.push(isFailure(result) || result.reason === undefined ? result : { ...result, reason: run.connection.redact(result.reason) });
	}
}

async function runItems(operation: Exclude<Operation, { kind: 'batch' }>, run: Run): Promise<void> {
	const effect = operation.kind === 'paged' ? 'read' : operation.effect;
	const order = run.items.flatMap((item, index) => ('values' in item ? [index] : []));
	// Writes keep the order of the items: the last of two updates has to win.
	await inParallel(order, effect === 'read' ? parallelOf(run.connection) : 1, async (index) => {
		const item = run.items[index];
		if (!item || 'failed' in item) return true;
		let failed: Failure | undefined;
		try {
			run.results[index] = { rows: await runItem(operation, run, item.values, index) };
		} catch (thrown) {
			failed = asFailure(thrown);
			run.results[index] = { failed };
		}
		return mayGoOn(run, [failed]);
	});
	const stopped = run.results.find((result): result is { failed: Failure } => result !== undefined && 'failed' in result)?.failed;
	for (const index of order) run.results[index] ??= { failed: failure(stopped ? 'skipped' : 'cancelled', stopped ? `Not done, because an earlier request did not go through: ${stopped.message}` : 'The execution was stopped before this item', stopped?.advice) };
}

async function runItem(operation: Exclude<Operation, { kind: 'batch' }>, run: Run, values: ItemValues, index: number): Promise<IDataObject[]> {
	const { connection } = run;
	const tag = tagOf(run, index, 0);
	switch (operation.kind) {
		case 'paged': {
			const limit = values['returnAll'] === true ? undefined : Number(values['limit'] ?? 50);
			const records = await fetchPages(operation, values as never, limit, connection);
			return operation.output && values[engineOptions.simplify] !== false ? records.map(operation.output) : records;
		}
		case 'custom': {
			const job = async () => await operation.run(values, { send: sender(connection, operation.effect), tag, phone: connection.provider.phone });
			return operation.effect === 'read' ? await job() : await remembered(run, index, operation.effect === 'once', job);
		}
		case 'item': {
			const job = async () => await requestItem(operation, run, values, tag);
			if (operation.effect === 'read') return await job();
			const settle = operation.settle;
			return await remembered(
				run,
				index,
				operation.effect === 'once',
				job,
				settle && (async (when) => await settle(values, tag, { ...when, send: sender(connection, 'read'), known: run.ledger.known() })),
				operation.newest,
			);
		}
	}
}

async function requestItem(operation: OperationOfKind<'item'>, run: Run, values: ItemValues, tag: Tag): Promise<IDataObject[]> {
	const { connection } = run;
	const rowsOf = (response: unknown): IDataObject[] => {
		const output = operation.raw && values[engineOptions.simplify] === false ? operation.raw(response) : operation.output(response, values, tag);
		return Array.isArray(output) ? output : [output];
	};
	try {
		const response = await connection.request(operation.request(values, tag), operation.effect, operation.done && (() => operation.done?.(values)));
		if ('done' in response) return [response.done as IDataObject];
		const read = readResponse(connection.provider, response.body, operation.response);
		return [...rowsOf(read), ...(await furtherRows(operation, run, values, read, rowsOf))];
	} catch (thrown) {
		const failed = asFailure(thrown);
		const answer = failed.failureCause === 'refused' ? operation.answered?.(failed.body, values) : undefined;
		if (answer) return [answer];
		throw operation.secret ? redacted(failed, redactor(operation.secret.map((name) => String(values[name])))) : failed;
	}
}

/** The rows of a response's further pages, which change nothing about what the request did. */
async function furtherRows(operation: OperationOfKind<'item'>, { connection, context }: Run, values: ItemValues, first: unknown, rowsOf: (response: unknown) => IDataObject[]): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	const asked = new Set<string>();
	try {
		for (let next = operation.next?.(first, values); next && !asked.has(JSON.stringify(next)); ) {
			asked.add(JSON.stringify(next));
			const read = readResponse(connection.provider, bodyOf(await connection.request(next, 'read')), operation.response);
			rows.push(...rowsOf(read));
			next = operation.next?.(read, values);
		}
	} catch (thrown) {
		hint(context, `Not all results could be read, although the request did its work: ${asFailure(thrown).message}`);
	}
	return rows;
}

/**
 * Does a write of one item, unless an earlier run of this node in this execution has done it.
 * @param settle asks the provider whether an attempt in doubt had worked
 */
async function remembered(run: Run, item: number, onlyOnce: boolean, job: () => Promise<IDataObject[]>, settle?: (when: Pick<Settling, 'since' | 'after'>) => Promise<SettledItem>, newest?: Newest): Promise<IDataObject[]> {
	const { ledger, connection } = run;
	const key = `${item}`;
	const is = run.identity;
	const done = (rows: IDataObject[]) => {
		ledger.begin(key, is, connection.clock.now());
		ledger.record(key, { accepted: true, output: { rows } });
		return rows;
	};
	const mark = ledger.find(key, is);
	if (mark?.outcome) return mark.outcome.output['rows'] as IDataObject[];
	if (!onlyOnce) return done(await job());

	let doubt = mark ? failure('ambiguous', 'An earlier attempt was cut off while it was under way') : undefined;
	for (let round = 0; ; round++) {
		if (doubt) {
			const { since, after } = ledger.find(key, is) ?? { since: connection.clock.now() };
			const look = settle && (async () => await settle({ since, after }));
			const found = look ? await untilSure(connection, look, (settled) => settled === 'absent').catch(() => 'unknown' as const) : 'unknown';
			if (found === 'unknown') {
				throw failure('ambiguous', `It is not known whether this was done: ${doubt.message}`, 'It was not done again, so that it cannot happen twice. Look it up at the provider before you run this again.');
			}
			if (found !== 'absent') return done(Array.isArray(found) ? found : [found]);
			if (round >= 3) {
				ledger.forget(key);
				ledger.renew();
				throw failure('refused', doubt.message, 'The provider was asked: nothing of this arrived. Run again later.');
			}
		}
		ledger.begin(key, is, connection.clock.now(), newest && (await connection.newest(newest)));
		try {
			return done(await job());
		} catch (thrown) {
			doubt = asFailure(thrown);
			if (doubt.failureCause !== 'ambiguous') {
				ledger.forget(key);
				ledger.renew();
				throw doubt;
			}
			if (settle) await sleepUnlessCancelled(backoff(round, connection.clock.random), connection.clock, connection.cancel);
		}
	}
}

/** References and idempotency keys are the same in every re-run of the same item, and different for everything else. */
function tagOf({ ledger }: Run, item: number, index: number): Tag {
	const reference = `n8n-${ledger.nonce}-${item}${index === 0 ? '' : `-${index}`}`;
	return { reference, key: digest(`${reference} ${ledger.generation}`) };
}

function parallelOf({ provider: { limits } }: Connection): number {
	return limits.atOnce ?? limits.rate?.requests ?? 1;
}

/** Runs `job` over all, a few at a time, until one of them says that the rest is not to be begun. */
async function inParallel<T>(all: T[], most: number, job: (one: T) => Promise<boolean>): Promise<void> {
	let next = 0;
	let stopped = false;
	const worker = async (): Promise<void> => {
		for (let one = all[next++]; one !== undefined && !stopped; one = all[next++]) {
			if (!(await job(one))) stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(most, all.length) }, worker));
}

function mayGoOn(run: Run, results: Array<Outcome | Failure | undefined>): boolean {
	const failures = results.filter(isFailure);
	return run.goOn ? failures.every(({ failureCause }) => failureCause !== 'account' && failureCause !== 'cancelled') : failures.length === 0;
}

// --- output ------------------------------------------------------------------------------------------------------

function everyAccepted(result: Result): boolean {
	if ('rows' in result) return true;
	return 'outcomes' in result && result.outcomes.every((outcome) => !isFailure(outcome) && outcome.accepted === true);
}

function valuesOf(run: Run, item: number): ItemValues {
	const read = run.items[item];
	return read && 'values' in read ? read.values : {};
}

function emit(run: Run): INodeExecutionData[] {
	const toErrorOutput = run.context.getNode().onError === 'continueErrorOutput';
	let refused = 0;
	const outputs = run.results.flatMap((result, item): INodeExecutionData[] => {
		const pairedItem = { item };
		if (!result) return [];
		if ('rows' in result) return result.rows.map((json) => ({ json, pairedItem }));
		if ('failed' in result) return [{ json: errorJson(sentence(result.failed), result.failed), pairedItem }];
		const values = valuesOf(run, item);
		return result.outcomes.map((outcome) => {
			if (isFailure(outcome)) return { json: errorJson(sentence(outcome), outcome), pairedItem };
			if (outcome.accepted === true) return { json: values[engineOptions.simplify] === false ? (outcome.raw ?? outcome.output) : outcome.output, pairedItem };
			refused++;
			const shown = withReason(outcome);
			// n8n moves an item to the error output when its only keys are these; it then adds the input item's own.
			if (toErrorOutput || values[engineOptions.failOnRefused] === true) return { json: { error: outcome.reason ?? 'Refused', details: { ...shown, ...(outcome.advice && { advice: outcome.advice }) } }, pairedItem };
			return { json: values[engineOptions.simplify] === false ? { ...shown, response: outcome.raw } : shown, pairedItem };
		});
	});
	if (refused > 0 && !toErrorOutput) {
		hint(run.context, `${refused} of ${outputs.length} ${run.subject}s ${refused === 1 ? 'was' : 'were'} not accepted. The column "reason" says why.`);
	}
	return outputs;
}

/** The reason stands where it is seen in a table: beside what it is the reason for. */
function withReason({ output, accepted, reason }: Outcome): IDataObject {
	const { messageId, to, from, text, status, accepted: _accepted, reason: _reason, ...rest } = output;
	const first = Object.entries({ messageId, to, from, text, status, accepted, reason }).filter(([, value]) => value !== undefined);
	return { ...Object.fromEntries(first), ...rest };
}

/** A line above the node's output. */
function hint(context: IExecuteFunctions, message: string): void {
	// Missing in older n8n.
	(context as Partial<IExecuteFunctions>).addExecutionHints?.call(context, { message, location: 'outputPane' });
}

function errorJson(message: string, { advice, httpStatus }: Failure): IDataObject {
	return { error: message, details: { ...(advice && { advice }), ...(httpStatus !== undefined && { httpStatus }) } };
}

/** "To is empty" or 'To: "12" is too short' for a bad value, the message itself for everything else. */
function sentence({ field, message }: Failure): string {
	return field === undefined ? message : `${field}${message.startsWith('"') ? ':' : ''} ${message}`;
}

function throwIfUnreadable(context: IExecuteFunctions, items: Array<{ failed: Failure } | object>): void {
	const bad = items.flatMap((item, index) => ('failed' in item ? [{ index, failed: item.failed }] : []));
	const first = bad[0];
	if (!first) return;
	throw nodeError(context, first.index, first.failed, ['Nothing was sent.', others(bad.slice(1))]);
}

function throwIfFailed(run: Run): void {
	const all = run.results.flatMap((result, index) => {
		if (result && 'failed' in result) return [{ index, failed: result.failed }];
		if (!result || !('outcomes' in result)) return [];
		const strict = valuesOf(run, index)[engineOptions.failOnRefused] === true;
		return result.outcomes.flatMap((outcome) => {
			if (isFailure(outcome)) return [{ index, failed: outcome }];
			return strict && outcome.accepted !== true ? [{ index, failed: failure('refused', outcome.reason ?? 'The message was refused', outcome.advice) }] : [];
		});
	});
	const failed = all.filter(({ failed: { failureCause } }) => failureCause !== 'skipped');
	const first = failed[0];
	if (!first) return;
	const skipped = all.length - failed.length;
	const accepted = run.results.reduce((sum, result) => sum + (result && 'outcomes' in result ? result.outcomes.filter((outcome) => !isFailure(outcome) && outcome.accepted === true).length : 0), 0);
	const done = run.results.filter((result) => result && 'rows' in result).length;
	const kept = accepted > 0 ? `${accepted} message(s) of this run were accepted.` : done > 0 ? `${done} item(s) of this run were done.` : '';
	throw nodeError(run.context, first.index, first.failed, [kept && `${kept} A retry of this node, or of this execution, does not repeat them.`, skipped > 0 ? `Not begun: ${skipped} more.` : '', others(failed.slice(1))]);
}

function others(bad: Array<{ index: number; failed: Failure }>): string {
	if (bad.length === 0) return '';
	const shown = bad.slice(0, 10).map(({ index, failed }) => `[item ${index}] ${sentence(failed)}`);
	const rest = bad.length > shown.length ? `, and ${bad.length - shown.length} more` : '';
	return `Also: ${shown.join('; ')}${rest}.`;
}

function nodeError(context: IExecuteFunctions, itemIndex: number, failed: Failure, more: string[]): NodeOperationError {
	const description = [failed.advice, ...more].filter((text) => text !== '').join(' ');
	return new NodeOperationError(context.getNode(), `${sentence(failed)} [item ${itemIndex}]`, { description, itemIndex });
}
