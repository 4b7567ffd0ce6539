/** Packs entries into requests, and finds out what became of each. */
import { lowest, untilSure } from './doubt';
import type { Failure } from '../failure';
import { asFailure, failure } from '../failure';
import type { Ledger } from './ledger';
import { digest } from './ledger';
import type { OperationOfKind, Outcome } from '../operation';
import type { Connection } from '../wire/request';
import { bodyOf, readResponse, sender } from '../wire/request';
import { backoff, sleepUnlessCancelled } from '../wire/retrying';

/** One entry on its way. `result` is filled when it is known. */
export interface Planned {
	item: number;
	/** Key in the ledger. */
	key: string;
	/** Hash of what makes it this message. */
	is: string;
	entry: unknown;
	shared: unknown;
	result?: Outcome | Failure;
}

/** How often a send that ended in doubt, and was then found surely not to have arrived, goes again. */
const rounds = 3;

/** Entries that share their request-level options, in order of first appearance, up to `size` in each batch. */
export function intoBatches(planned: Planned[], size: number): Planned[][] {
	const groups = new Map<string, Planned[]>();
	for (const one of planned) {
		const group = JSON.stringify([one.shared]);
		const members = groups.get(group);
		if (members) members.push(one);
		else groups.set(group, [one]);
	}
	return [...groups.values()].flatMap((members) => Array.from({ length: Math.ceil(members.length / size) }, (_, index) => members.slice(index * size, (index + 1) * size)));
}

/**
 * Sends one batch and fills every entry's `result`. Never throws.
 *
 * After an ambiguous failure the provider is asked first; only entries that are surely not there go again.
 */
export async function sendBatch(operation: OperationOfKind<'batch'>, batch: Planned[], connection: Connection, ledger: Ledger): Promise<void> {
	const { clock, cancel } = connection;
	// Held for all attempts of this batch, whatever becomes of others meanwhile.
	const { generation } = ledger;
	let open = batch.filter((one) => ledger.find(one.key, one.is) === undefined);
	const inDoubt = batch.filter((one) => ledger.find(one.key, one.is) !== undefined);
	try {
		// An earlier run of this node was cut off while these were on their way.
		if (inDoubt.length > 0) open = [...open, ...(await settle(operation, inDoubt, connection, ledger))];
		for (let round = 0; open.length > 0; round++) {
			const after = operation.newest && (await connection.newest(operation.newest));
			for (const one of open) ledger.begin(one.key, one.is, clock.now(), after);
			const doubt = await attempt(operation, open, connection, ledger, generation);
			if (doubt.entries.length === 0) return;
			if (operation.settle) await sleepUnlessCancelled(backoff(round, clock.random), clock, cancel);
			open = await settle(operation, doubt.entries, connection, ledger);
			if (open.length > 0 && round + 1 >= rounds) {
				fail(open, failure('refused', doubt.reason, 'The provider was asked: nothing of this arrived. Run again later.'), ledger);
				return;
			}
		}
	} catch (thrown) {
		for (const one of batch) one.result ??= ledger.find(one.key, one.is) ? unknownOutcome(operation, one, asFailure(thrown).message) : asFailure(thrown);
	}
}

interface Doubt {
	entries: Planned[];
	reason: string;
}

/** One request, or as many as it takes where one bad entry refuses all. What is known goes into the results; what is in doubt is returned. */
async function attempt(operation: OperationOfKind<'batch'>, open: Planned[], connection: Connection, ledger: Ledger, generation: number): Promise<Doubt> {
	const entries = open.map((one) => one.entry);
	const key = digest(`${ledger.nonce} ${generation} ${JSON.stringify(entries)}`);
	try {
		const response = await connection.request(operation.request(entries, open[0]?.shared, key), operation.effect);
		const outcomes = operation.outcomes(readResponse(connection.provider, bodyOf(response), operation.response), entries);
		open.forEach((one, index) => conclude(one, outcomes[index], ledger));
		if (operation.newest) connection.accepted(outcomes.findLast((outcome) => outcome?.accepted)?.output['messageId']);
		return { entries: open.filter((one) => one.result === undefined), reason: `${connection.provider.name} did not answer for every entry of the request` };
	} catch (thrown) {
		const failed = asFailure(thrown);
		if (failed.failureCause === 'ambiguous') return { entries: open, reason: failed.message };
		const culprits = failed.failureCause === 'refused' ? operation.culprits?.(failed.body, entries) : undefined;
		if (culprits) return await sift(operation, open, culprits, failed, connection, ledger, generation);
		fail(open, failed, ledger);
		return { entries: [], reason: '' };
	}
}

/** A refused request queued nothing, so all but the refused entries may go again at once. */
async function sift(operation: OperationOfKind<'batch'>, open: Planned[], culprits: Map<number, string>, failed: Failure, connection: Connection, ledger: Ledger, generation: number): Promise<Doubt> {
	if (open.length === 1) culprits.set(0, culprits.get(0) ?? failed.message);
	for (const [index, reason] of culprits) {
		const one = open[index];
		if (one) conclude(one, { accepted: false, reason, output: operation.unsent(one.entry, 'failed') }, ledger);
	}
	const rest = open.filter((one) => one.result === undefined);
	const middle = culprits.size > 0 ? rest.length : Math.ceil(rest.length / 2);
	const doubt: Doubt = { entries: [], reason: '' };
	for (const part of [rest.slice(0, middle), rest.slice(middle)]) {
		if (part.length === 0) continue;
		if (connection.cancel?.aborted) {
			fail(part, failure('cancelled', 'The execution was stopped before this item was sent'), ledger);
			continue;
		}
		const found = await attempt(operation, part, connection, ledger, generation);
		doubt.entries.push(...found.entries);
		doubt.reason ||= found.reason;
	}
	return doubt;
}

/** Asks the provider about entries in doubt. @returns those that are surely not there, and may go again */
async function settle(operation: OperationOfKind<'batch'>, doubted: Planned[], connection: Connection, ledger: Ledger): Promise<Planned[]> {
	const marks = doubted.map((one) => ledger.find(one.key, one.is));
	const since = Math.min(...marks.map((mark) => mark?.since ?? connection.clock.now()));
	const after = lowest(marks.map((mark) => mark?.after));
	let reason = 'The provider cannot be asked whether it arrived.';
	let found: Awaited<ReturnType<NonNullable<typeof operation.settle>>> = [];
	try {
		if (operation.settle) {
			reason = `${connection.provider.name} could not tell whether it arrived.`;
			const entries = doubted.map((one) => one.entry);
			const look = operation.settle;
			found = await untilSure(connection, async () => await look(entries, { send: sender(connection, 'read'), since, after, known: ledger.known() }), (all) => all.includes('absent'));
		}
	} catch (thrown) {
		reason = asFailure(thrown).message;
	}
	const absent: Planned[] = [];
	doubted.forEach((one, index) => {
		const settled = found[index] ?? 'unknown';
		if (settled === 'absent') absent.push(one);
		else if (settled === 'unknown') one.result = unknownOutcome(operation, one, reason);
		else conclude(one, settled, ledger);
	});
	return absent;
}

function conclude(one: Planned, outcome: Outcome | undefined, ledger: Ledger): void {
	if (outcome === undefined) return;
	one.result = outcome;
	if (outcome.accepted !== false) {
		ledger.record(one.key, outcome);
		return;
	}
	// A re-run may try it again, when the reason may be gone.
	ledger.forget(one.key);
	ledger.renew();
}

function fail(entries: Planned[], failed: Failure, ledger: Ledger): void {
	for (const one of entries) {
		one.result = failed;
		ledger.forget(one.key);
	}
	ledger.renew();
}

/** Stays in the ledger without an outcome: a re-run asks the provider again, and sends only what is surely not there. */
function unknownOutcome(operation: OperationOfKind<'batch'>, one: Planned, why: string): Outcome {
	const { subject } = operation;
	const what = subject === undefined ? 'message was sent. It was not sent again, so that nobody gets it twice' : `${subject} was saved. It was not sent again, so that it is not saved twice`;
	return {
		accepted: null,
		reason: `It is not known whether this ${what}. ${why}`,
		output: operation.unsent(one.entry, 'unknown'),
	};
}

