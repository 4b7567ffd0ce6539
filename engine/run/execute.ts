/** The only item loop: reads items, runs the chosen operation, and turns results into output items. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Failure } from '../failure';
import { asFailure, failure, isFailure, redactor, redactValue } from '../failure';
import type { ItemValues, ReadItem } from '../inputs/reading';
import { engineOptions, identityOf, readItems } from '../inputs/reading';
import type { Effect, Operation, OperationOfKind, Outcome, Provider, Resource, Tag } from '../operation';
import { hint } from '../output/hints';
import type { Result } from '../output/rows';
import { aligned, rowsOf, withInput } from '../output/rows';
import { message } from '../output/message';
import { receipt } from '../output/receipt';
import type { FailedItem } from '../output/wording';
import { nodeError, others, runError } from '../output/wording';
import { systemClock } from '../wire/clock';
import type { Connection } from '../wire/request';
import { bodyOf, connect, readResponse, redacted, sender } from '../wire/request';
import type { Claims } from '../delivery/claims';
import { createClaims } from '../delivery/claims';
import { adviceOn, claimsBeside, copiesOf } from './copies';
import type { Desk, Planned } from '../delivery/deliver';
import { deliver } from '../delivery/deliver';
import { openQuestion, sampleLink } from '../asking/question';
import type { EarlierSends } from '../delivery/earlier';
import { findEarlier } from '../delivery/earlier';
import type { Ledger } from '../delivery/ledger';
import { digest } from '../digest';
import { openLedger, toolRun } from '../delivery/ledger';
import { fetchPages } from './paging';
import type { Way } from '../delivery/way';
import { entryOf, wayOfBatch, wayOfItem } from '../delivery/way';

interface Run {
	context: IExecuteFunctions;
	connection: Connection;
	claims: Claims;
	ledger: Ledger;
	items: ReadItem[];
	results: Array<Result | undefined>;
	/** Whether other items go on when one fails. */
	goOn: boolean;
	/** Whether a refused entry counts as failed, whatever its item says. */
	failsOnRefused: boolean;
	/** What makes a message this message, besides its recipient. */
	identity: string;
	/** What an item's entries are, as users call them. */
	subject: string;
	/** Whether what it sends is told in a receipt. */
	isSend: boolean;
	doubts: { settled: number; open: number };
}

/** What a run is done with. Tests give their own. */
export interface Surroundings {
	connect(context: IExecuteFunctions, provider: Provider): Promise<Connection>;
	claims: Claims;
}

/** One for the process: parallel executions of an account know each other's messages. */
const surroundings: Surroundings = {
	connect: async (context, provider) => await connect(context, provider, { cancel: context.getExecutionCancelSignal() }),
	claims: createClaims(systemClock),
};

/**
 * Runs the operation that the node's Resource and Operation pickers name, over all input items.
 * @throws NodeOperationError with the item's number; under "On Error: Continue" it never throws but gives error items
 */
export async function execute(context: IExecuteFunctions, provider: Provider, resources: Resource[], given: Surroundings = surroundings): Promise<INodeExecutionData[][]> {
	const goOn = context.continueOnFail();
	const node = context.getNode();
	try {
		return [await runAll(context, provider, resources, given, goOn)];
	} catch (thrown) {
		if (!goOn) throw thrown instanceof NodeOperationError ? thrown : runError(node, asFailure(thrown));
		const failed = thrown instanceof NodeOperationError ? failure('input', thrown.message, thrown.description ?? '') : asFailure(thrown);
		// What a node throws under "On Error: Continue" n8n takes for success, with the input as output.
		return [aligned(context.getInputData().flatMap((_, item) => rowsOf({ failed }, item, { node, isRaw: false, failsOnRefused: false })))];
	}
}

async function runAll(context: IExecuteFunctions, provider: Provider, resources: Resource[], { connect: open, claims: own }: Surroundings, goOn: boolean): Promise<INodeExecutionData[]> {
	const operation = chosenOperation(context, resources);
	// n8n calls again after Stop while "Retry On Fail" waits; nothing may leave then.
	if (context.getExecutionCancelSignal()?.aborted) throw failure('cancelled', 'The execution was stopped before anything was sent');

	const connection = await open(context, provider);
	const read = await readItems({ context, provider, operation, clock: connection.clock, cancel: connection.cancel });
	if (!goOn) throwIfUnreadable(context, read);

	const { ledger, ended, iteration } = ledgerOf(context);
	if (context.getMode() !== 'retry') return await runItems({ context, connection, own, goOn, operation, read, ledger, ended, iteration });
	// Retries that lost their ledger do not know each other, and would look before any of them sends.
	const over = await own.turn(ledger.lost ? `lost ${ledger.place}` : ledger.nonce, connection.cancel);
	try {
		ledger.join(own.retried);
		return await runItems({ context, connection, own, goOn, operation, read, ledger, ended, iteration });
	} finally {
		over();
	}
}

interface Opened {
	context: IExecuteFunctions;
	connection: Connection;
	/** Of this copy of the node alone. */
	own: Claims;
	goOn: boolean;
	operation: Operation;
	read: ReadItem[];
	ledger: Ledger;
	ended(): void;
	iteration: string;
}

async function runItems({ context, connection, own, goOn, operation, read, ledger, ended, iteration }: Opened): Promise<INodeExecutionData[]> {
	const asks = operation.kind === 'batch' ? operation.asks : undefined;
	const question = asks && (await openQuestion({ context, connection, asks, items: read, run: iteration, holdsEarlier: ledger.holdsAny() }));
	const items = question?.items ?? read;
	const results = items.map((item): Result | undefined => ('failed' in item ? item : undefined));
	const way = operation.kind === 'batch' ? wayOfBatch(operation) : operation.kind === 'item' && operation.effect !== 'read' ? wayOfItem(operation) : undefined;
	const identity = identityOf(context.getNode(), operation);
	// Of several numbers that are asked, one is enough.
	const ofQuestion = { goOn: goOn || question !== undefined, failsOnRefused: question !== undefined };
	const ofSend = { isSend: isSend(operation), doubts: { settled: 0, open: 0 } };
	const copies = ofSend.isSend ? copiesOf(context) : [];
	if (copies.length > 0) hint(context, adviceOn(copies));
	const claims = copies.length > 0 ? claimsBeside(own) : own;
	const run: Run = { context, connection, claims, ledger, items, results, ...ofQuestion, identity, subject: way?.subject ?? 'item', ...ofSend };
	if (way) await runWrites(operation as OperationOfKind<'batch' | 'item'>, way, run);
	else await runReads(operation as OperationOfKind<'item' | 'paged' | 'custom'>, run);

	const outcomes = results.flatMap((result) => (result && 'outcomes' in result ? result.outcomes : []));
	const isAsked = question !== undefined && outcomes.some((outcome) => !isFailure(outcome) && outcome.accepted === true);
	if (!goOn && !isAsked) throwIfFailed(run);
	if (operation.kind === 'custom' && operation.finish) {
		const rows = results.flatMap((result) => (result && 'rows' in result ? result.rows : []));
		const first = items.find((item): item is { values: ItemValues } => 'values' in item);
		if (first) hint(context, await operation.finish(rows, first.values, { send: sender(connection, 'read') }));
	}
	const output = emit(run, operation);
	if (isAsked) await context.putExecutionToWait(await question.asked(outcomes));
	// n8n runs the node again only when it threw, or when the first item looks failed and "Retry On Fail" is on.
	if (context.getNode().retryOnFail !== true || !output[0]?.json['error']) ledger.close();
	ended();
	// While it waits, and when that was too long, n8n's own nodes give their input.
	return isAsked ? context.getInputData().map((item, index) => ({ ...item, pairedItem: { item: index } })) : output;
}

function chosenOperation(context: IExecuteFunctions, resources: Resource[]): Operation {
	const resourceValue = context.getNodeParameter('resource', 0);
	const operationValue = context.getNodeParameter('operation', 0);
	const operations = resources.find(({ value }) => value === resourceValue)?.operations ?? [];
	const found = operations.find(({ value }) => value === operationValue);
	// It has the fields of a send, and the same names for them.
	const preview = operations.find(({ value }) => value === 'preview');
	if (found && preview && engineOptions.onlyPreview in found.fields && isOnlyPreview(context)) return preview;
	if (found) return found;
	throw new NodeOperationError(context.getNode(), `There is no operation "${operationValue}" on the resource "${resourceValue}"`, {
		description: 'Pick the operation anew in the node. The workflow may come from another version of this package.',
	});
}

/** Nobody is texted whose item says that nothing is to be sent. @throws Failure (`input`) where items do not agree, or one gives something else than true or false */
function isOnlyPreview(context: IExecuteFunctions): boolean {
	const name = engineOptions.onlyPreview;
	const raw = context.getNode().parameters[name];
	const isExpression = typeof raw === 'string' && raw.startsWith('=');
	const given = context.getInputData().slice(0, isExpression ? undefined : 1).map((_, item): unknown => context.getNodeParameter(name, item, false));
	const [first = false] = given;
	if (typeof first === 'boolean' && given.every((each) => each === first)) return first;
	throw failure('input', '"Only Preview" has to be true for all items or false for all of them', 'Nothing was sent. Split the items with an If node, and send the one part and preview the other.');
}

/** The ledger of this node in this iteration, and what to call when the iteration came to its end. */
function ledgerOf(context: IExecuteFunctions): { ledger: Ledger; iteration: string; ended(): void } {
	const store = context.getContext('node');
	const { id, name } = context.getNode();
	const execution = (context as Partial<IExecuteFunctions>).getExecutionId?.call(context);
	const origin = execution ? { instance: context.getInstanceId(), workflow: context.getWorkflow().id ?? '', node: id || name, execution, token: tokenOf(context) } : undefined;
	const isRetry = context.getMode() === 'retry';
	// Missing in older n8n.
	if ((context as Partial<IExecuteFunctions>).isToolExecution?.call(context)) {
		const { run, ended } = toolRun(store, JSON.stringify(context.getInputData().map(({ json }) => json)));
		return { ledger: openLedger({ store, run, origin, isRetry }), iteration: run, ended };
	}
	const run = JSON.stringify(context.evaluateExpression('{{ $runIndex }}', 0));
	return { ledger: openLedger({ store, run, origin, isRetry }), iteration: run, ended: () => undefined };
}

/** n8n keeps it with the execution from before its first node on, also for a worker that takes it over; older n8n has none. */
function tokenOf(context: IExecuteFunctions): string {
	const url = context.evaluateExpression('{{ $execution.resumeUrl }}', 0);
	return typeof url === 'string' && URL.canParse(url) ? new URL(url).search : '';
}

/** When the execution began that this one repeats, in ms since the epoch. Missing in older n8n. */
function beganAt(context: IExecuteFunctions): number | undefined {
	const known: { establishedAt?: number } | undefined = (context as Partial<IExecuteFunctions>).getExecutionContext?.call(context);
	return known?.establishedAt;
}

// --- writes ------------------------------------------------------------------------------------------------------

async function runWrites(operation: OperationOfKind<'batch' | 'item'>, way: Way, run: Run): Promise<void> {
	const { connection, ledger, claims, items, results, context } = run;
	checkBudget(operation, items);
	await operation.before?.(items.flatMap((item) => ('values' in item ? [item.values] : [])), sender(connection, 'read'));
	const planned = items.flatMap((item, index) => ('values' in item ? plan(operation, run, item.values, index) : []));
	// The entries of an item may be refused by its own checks (too long a text): still nothing was sent.
	if (!run.goOn) throwIfUnreadable(context, results.map((result) => (result && 'failed' in result ? result : { values: {} })));

	for (const one of planned) one.result = ledger.find(one)?.outcome;
	const doubted = (isSettled: boolean): void => {
		run.doubts[isSettled ? 'settled' : 'open']++;
	};
	const desk: Desk = { way, connection, ledger, claims, showsRaw: (item) => isRaw(run, item), doubted, tell: (sentence) => hint(context, sentence) };
	const earlier = ledger.lost && way.effect === 'once' && isSend(operation) ? await findEarlier(desk, ledger.lost, planned, earlierChoice(run), beganAt(context)) : undefined;
	if (earlier) hint(context, earlier);

	const batches = intoBatches(desk, planned.filter(({ result }) => result === undefined));
	// The last of two updates has to win.
	await inParallel(batches, way.effect === 'once' ? mostUnderWay(connection) : 1, async (batch, departed) => {
		await deliver({ ...desk, departed }, batch);
		return mayGoOn(run, batch.map(({ result }) => result));
	});
	const { settled, open } = run.doubts;
	const asked = settled + open === 1 ? 'a request' : `${settled + open} requests`;
	if (settled + open > 0 && !run.isSend) hint(context, `The answer to ${asked} was lost on the way, so ${connection.provider.name} was asked what became of ${settled + open === 1 ? 'it' : 'them'}.`);
	collect(run, way, planned, stopReason(batches, way));
}

/** "Max Segments per Run", before anything leaves. @throws Failure (`input`) */
function checkBudget(operation: Operation, items: ReadItem[]): void {
	const all = items.flatMap((item) => ('values' in item ? [item.values] : []));
	// From an expression, items may say different ones: the smallest holds.
	const most = Math.min(...all.map((values) => values[engineOptions.mostSegments]).filter((value) => typeof value === 'number'));
	if (most === Infinity || !operation.segments) return;
	const needed = all.reduce((sum, values) => sum + (operation.segments?.(values) ?? 0), 0);
	if (needed <= most) return;
	throw failure('input', `This run needs ${needed} segments, but at most ${most} are allowed`, 'Nothing was sent. Shorten the texts, send to fewer people, or raise the option "Max Segments per Run".');
}

/** Only what offers the choice looks for earlier sends, and gets a receipt; creating a contact twice costs nobody anything. */
function isSend(operation: Operation): boolean {
	return operation.options !== undefined && engineOptions.earlierSends in operation.options;
}

function earlierChoice(run: Run): EarlierSends {
	const chosen = run.items.flatMap((item) => ('values' in item ? [(item.values[engineOptions.earlierSends] as EarlierSends | undefined) ?? 'stop'] : []));
	// From an expression, items may say different ones: the most careful holds.
	return (['stop', 'skip', 'sendAgain'] as const).find((choice) => chosen.includes(choice)) ?? 'stop';
}

function plan(operation: OperationOfKind<'batch' | 'item'>, run: Run, values: ItemValues, item: number): Planned[] {
	try {
		const shared = operation.kind === 'batch' ? operation.shared(values) : undefined;
		const entriesBy = (tag: (index: number) => Tag): unknown[] => (operation.kind === 'batch' ? operation.entries(values, tag) : [entryOf(values, tag(0))]);
		const inOrder = entriesBy((index) => tagOf(run, item, index));
		const group = JSON.stringify([shared]);
		const are = inOrder.map((entry) => digest(`${run.identity} ${operation.kind === 'batch' ? operation.recipient(entry) : ''}`));
		const keys = run.ledger.keys(item, are);
		const places = keys.map((key) => Number(key.split('.')[1]));
		// What stood there before may have its reference at the provider.
		const entries = places.every((place, index) => place === index) ? inOrder : entriesBy((index) => tagOf(run, item, places[index] ?? index));
		return entries.map((entry, index) => ({ item, key: keys[index] ?? '', is: are[index] ?? '', entry, shared, group }));
	} catch (thrown) {
		run.results[item] = { failed: asInput(thrown) };
		return [];
	}
}

/** Nothing left yet: what an operation throws while it plans is about its values, whatever it is. */
function asInput(thrown: unknown): Failure {
	return isFailure(thrown) ? thrown : failure('input', asFailure(thrown).message);
}

/**
 * Entries that share their request-level options, in order of first appearance, as many as a request takes. What an
 * earlier run left in doubt together stays together. Two changes of one thing never share a request, nor do two messages
 * to one recipient where a request only lists recipients.
 */
export function intoBatches({ way, ledger }: Pick<Desk, 'way' | 'ledger'>, planned: Planned[]): Planned[][] {
	const batches: Planned[][] = [];
	const open = new Map<string, { batch: Planned[]; recipients: Set<string> }>();
	for (const one of planned) {
		const doubted = ledger.find(one)?.request;
		const group = doubted === undefined ? one.group : `doubted ${doubted}`;
		const recipient = way.recipient(one.entry);
		const current = open.get(group);
		const isAlone = way.effect === 'repeatable' || way.distinct === true;
		const isFull = doubted === undefined && (current?.batch.length === way.batchSize || (isAlone && current?.recipients.has(recipient)));
		if (current && !isFull) {
			current.batch.push(one);
			current.recipients.add(recipient);
			continue;
		}
		const batch = [one];
		open.set(group, { batch, recipients: new Set([recipient]) });
		batches.push(batch);
	}
	return batches;
}

/** Why batches that were not sent were not: the failure that stopped the run. */
function stopReason(batches: Planned[][], { verb }: Way): Failure {
	const first = batches.flat().find((one): one is Planned & { result: Failure } => isFailure(one.result));
	return first?.result ?? failure('cancelled', `The execution was stopped before this item was ${verb}`);
}

function collect(run: Run, way: Way, planned: Planned[], stopped: Failure): void {
	for (const one of planned) {
		const known = one.result ?? (stopped.failureCause === 'cancelled' ? stopped : skipped('begun', stopped));
		const present = run.results[one.item];
		const outcomes = present && 'outcomes' in present ? present.outcomes : [];
		const asked = present && 'outcomes' in present ? (present.asked ?? []) : [];
		if (outcomes.length === 0) run.results[one.item] = { outcomes, asked };
		const result = isFailure(known) || known.accepted === true || !way.isItem ? known : failure('refused', known.reason ?? '', known.advice);
		asked.push(isFailure(result) && run.isSend && !way.isItem ? way.unanswered(one.entry, 'failed') : undefined);
		const secrets = way.secrets?.(one.entry);
		outcomes.push(secrets && isFailure(result) ? redacted(result, redactor(secrets)) : result);
	}
}

// --- reads -------------------------------------------------------------------------------------------------------

async function runReads(operation: OperationOfKind<'item' | 'paged' | 'custom'>, run: Run): Promise<void> {
	await operation.before?.(run.items.flatMap((item) => ('values' in item ? [item.values] : [])), sender(run.connection, 'read'));
	const order = run.items.flatMap((item, index) => ('values' in item ? [index] : []));
	// A custom operation that writes keeps the order of the items: the last of two changes has to win.
	const most = operation.kind === 'custom' && operation.effect !== 'read' ? 1 : mostUnderWay(run.connection);
	const stopped: { by?: Failure } = {};
	await inParallel(order, most, async (index, departed) => {
		const item = run.items[index];
		if (!item || 'failed' in item) return true;
		let failed: Failure | undefined;
		try {
			run.results[index] = { rows: redactValue(await readItem(operation, run, item.values, index, departed), run.connection.redact) };
		} catch (thrown) {
			failed = asFailure(thrown);
			run.results[index] = { failed };
		}
		const goesOn = mayGoOn(run, [failed]);
		if (!goesOn) stopped.by ??= failed;
		return goesOn;
	});
	const { by } = stopped;
	if (by) for (const index of order) run.results[index] ??= { failed: by.failureCause === 'cancelled' ? by : skipped('done', by) };
}

/** @param done what was not done to it, as a participle */
function skipped(done: string, { message: text, advice }: Failure): Failure {
	return failure('skipped', `Not ${done}, because an earlier request did not go through: ${text}`, advice);
}

async function readItem(operation: OperationOfKind<'item' | 'paged' | 'custom'>, run: Run, values: ItemValues, index: number, departed: () => void): Promise<IDataObject[]> {
	const { connection } = run;
	const isSimple = values[engineOptions.simplify] !== false;
	// Several requests, or none: the next item need not wait for any of them.
	if (operation.kind !== 'item') departed();
	switch (operation.kind) {
		case 'paged': {
			const limit = values['returnAll'] === true ? undefined : Number(values['limit'] ?? 50);
			const records = await fetchPages(operation, values as never, limit, connection);
			return operation.output && isSimple ? records.map(operation.output) : records;
		}
		case 'custom': {
			const tools = { send: sender(connection, operation.effect), as: (effect: Effect) => sender(connection, effect), phone: connection.provider.phone };
			return await operation.run(values, { ...tools, answerLink: () => sampleLink(run.context) });
		}
		case 'item': {
			const tag = tagOf(run, index, 0);
			const request = async () => {
				departed();
				return await operation.request(values, { id: '', now: connection.clock.now() }, tag);
			};
			try {
				const read = readResponse(connection.provider, bodyOf(await connection.request(request, 'read')), operation.response);
				return [operation.raw && !isSimple ? operation.raw(read) : operation.output(read, values, tag)].flat();
			} catch (thrown) {
				const failed = asFailure(thrown);
				const answer = failed.failureCause === 'refused' ? operation.answered?.(failed.body, values) : undefined;
				if (answer) return [answer];
				throw failed;
			}
		}
	}
}

/** References are the same in every re-run of the same item, and different for everything else. */
function tagOf({ ledger: { place, nonce } }: Run, item: number, index: number): Tag {
	return { reference: `n8n-${place}${nonce}-${item}${index === 0 ? '' : `-${index}`}` };
}

/** n8n opens a connection for each request. */
const mostConnections = 100;

function mostUnderWay({ provider: { limits } }: Connection): number {
	const { atOnce = Infinity, rate, countedFrom } = limits;
	// Counted from departure, as many are under way as leave while the first one is answered.
	if (countedFrom === 'departure') return Math.min(atOnce, mostConnections);
	const most = Math.min(atOnce, rate?.requests ?? Infinity);
	return most === Infinity ? 1 : most;
}

/**
 * Runs `job` over all, at most so many at a time, until one of them says that the rest is not to be begun. The next one
 * begins when the one before says that it has departed, so that few wait in the pacer's line when the rest is called off.
 */
async function inParallel<T>(all: T[], most: number, job: (one: T, departed: () => void) => Promise<boolean>): Promise<void> {
	const underWay = new Set<Promise<void>>();
	const run = { goesOn: true };
	const begin = async (one: T): Promise<void> => {
		await new Promise<void>((departed, reject) => {
			const ended = job(one, departed).then((goOn) => {
				run.goesOn &&= goOn;
				underWay.delete(ended);
				departed();
			});
			underWay.add(ended);
			ended.catch(reject);
		});
	};
	for (const one of all) {
		if (underWay.size >= most) await Promise.race(underWay);
		if (!run.goesOn) break;
		await begin(one);
	}
	await Promise.all(underWay);
}

/** What every further request of the account would come to as well. */
const causesForAll = new Set<Failure['failureCause']>(['account', 'cancelled', 'throttled', 'unreachable']);

function mayGoOn(run: Run, results: Array<Outcome | Failure | undefined>): boolean {
	const failures = results.filter(isFailure);
	return run.goOn ? !failures.some(({ failureCause }) => causesForAll.has(failureCause)) : failures.length === 0;
}

// --- what came of it ---------------------------------------------------------------------------------------------

function valuesOf(run: Run, item: number): ItemValues {
	const read = run.items[item];
	return read && 'values' in read ? read.values : {};
}

function isRaw(run: Run, item: number): boolean {
	return valuesOf(run, item)[engineOptions.simplify] === false;
}

function failsOnRefused(run: Run, item: number): boolean {
	return valuesOf(run, item)[engineOptions.failOnRefused] === true;
}

/** Whether an item's fields go with its rows. What could not be read may still say so in plain words. */
function includesInput({ context, items }: Run, { options }: Operation, item: number): boolean {
	const option = options?.[engineOptions.includeInput];
	if (!option) return false;
	const read = items[item];
	const added = context.getNode().parameters['options'];
	const written = typeof added === 'object' && added !== null && engineOptions.includeInput in added ? (added as IDataObject)[engineOptions.includeInput] : undefined;
	const given = read && 'values' in read ? read.values[engineOptions.includeInput] : written;
	return (typeof given === 'boolean' ? given : option.property.default) === true;
}

function emit(run: Run, operation: Operation): INodeExecutionData[] {
	const { context, results, isSend: isMessage } = run;
	const node = context.getNode();
	const hasErrorOutput = node.onError === 'continueErrorOutput';
	const nothing = isMessage ? (reason: string) => message({ status: 'failed', reason, accepted: false }) : undefined;
	const input = context.getInputData();
	const simple: INodeExecutionData[] = [];
	const rows = results.flatMap((result, item): INodeExecutionData[] => {
		if (!result) return [];
		const own = rowsOf(result, item, { node, isRaw: isRaw(run, item), failsOnRefused: failsOnRefused(run, item), nothing });
		// Not what the provider answered: it is shown as it came.
		if (isRaw(run, item)) return own;
		if (includesInput(run, operation, item)) for (const row of own) withInput(row, input[item]?.json ?? {});
		simple.push(...own);
		return own;
	});
	aligned(simple);
	const outcomes = results.flatMap((result) => (result && 'outcomes' in result ? result.outcomes : []));
	if (isMessage) {
		const left = results.filter((result) => result && 'failed' in result).length;
		if (results.length > 0) hint(context, receipt({ outcomes, left, doubts: run.doubts, hasErrorOutput }));
		return rows;
	}
	const refused = outcomes.filter((outcome) => !isFailure(outcome) && outcome.accepted !== true).length;
	if (refused > 0 && !hasErrorOutput) hint(context, `${refused} of ${rows.length} ${run.subject}s ${refused === 1 ? 'was' : 'were'} not accepted. The column "reason" says why.`);
	return rows;
}

function throwIfUnreadable(context: IExecuteFunctions, items: Array<{ failed: Failure } | object>): void {
	const [first, ...rest] = items.flatMap((item, index): FailedItem[] => ('failed' in item ? [{ index, failed: item.failed }] : []));
	if (!first) return;
	const hasGood = rest.length + 1 < items.length;
	const goes = rest.length === 0 ? 'this one comes' : 'these come';
	const way = hasGood ? `To send the others all the same, set On Error of this node to "Continue (using error output)": ${goes} out there.` : '';
	throw nodeError(context.getNode(), first, ['Nothing was sent.', others(rest), way], items.length);
}

function throwIfFailed(run: Run): void {
	const all = run.results.flatMap((result, index): FailedItem[] => {
		if (result && 'failed' in result) return [{ index, failed: result.failed }];
		if (!result || !('outcomes' in result)) return [];
		return result.outcomes.flatMap((outcome) => {
			if (isFailure(outcome)) return [{ index, failed: outcome }];
			const counts = run.failsOnRefused || failsOnRefused(run, index);
			return counts && outcome.accepted !== true ? [{ index, failed: failure('refused', outcome.reason ?? `The ${run.subject} was refused`, outcome.advice) }] : [];
		});
	});
	const failed = all.filter(({ failed: { failureCause } }) => failureCause !== 'skipped');
	const [first, ...rest] = failed;
	if (!first) return;
	const skipped = all.length - failed.length;
	const done = run.results.reduce(
		(sum, result) => sum + (!result || 'failed' in result ? 0 : 'rows' in result ? 1 : result.outcomes.filter((outcome) => !isFailure(outcome) && outcome.accepted === true).length),
		0,
	);
	const kept = done === 0 ? '' : `${done} ${run.subject}(s) of this run were ${run.subject === 'message' ? 'accepted' : 'done'}. A retry of this node, or of this execution, does not repeat them.`;
	throw nodeError(run.context.getNode(), first, [kept, skipped > 0 ? `Not begun: ${skipped} more.` : '', others(rest)], run.results.length);
}

