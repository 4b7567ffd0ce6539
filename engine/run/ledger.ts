/**
 * Remembers, inside an execution, what was already accepted.
 *
 * n8n re-runs a whole node with all its items under "Retry On Fail" and "Retry execution". What `getContext('node')`
 * holds survives both, so a re-run finds the stored outcome here instead of sending again.
 */
import { createHash, randomUUID } from 'node:crypto';

import type { Outcome } from '../operation';

/** One entry's page in the ledger. */
interface Mark {
	/** Hash of what makes it this message. */
	is: string;
	/** When its last attempt began, in ms since the epoch. */
	since: number;
	/** ID of a message that was there before it began. */
	after?: string;
	/** Absent while nobody knows: the attempt is under way, or ended in doubt. */
	outcome?: Outcome;
}

export interface Ledger {
	/** The same text in every re-run of this node in this execution and its retries; another for everything else. */
	readonly nonce: string;
	/** Changes when a request surely failed, so that the next attempt is not taken for a repeat of that one. */
	readonly generation: number;
	find(key: string, is: string): Readonly<Mark> | undefined;
	/** Called before a request leaves, so that an execution that dies in between is in doubt and not forgotten. */
	begin(key: string, is: string, since: number, after?: string): void;
	record(key: string, outcome: Outcome): void;
	/** Surely not accepted: the entry may be sent again. */
	forget(key: string): void;
	/** Begins another generation. */
	renew(): void;
	/** IDs of all messages accepted so far, by this node in this execution. */
	known(): ReadonlySet<string>;
	/** Every entry came through, nothing will be retried: keeps saved executions small. */
	close(): void;
}

/** What is kept of one iteration. */
interface Pages {
	nonce: string;
	generation: number;
	marks: Record<string, Mark>;
}

type Store = { smsHubLedger?: Record<string, Pages>; smsHubToolCalls?: Record<string, number> };

/**
 * @param store the node's context, an object that n8n keeps with the execution
 * @param run which iteration of a loop this is: n8n's run index, or what `toolRun` gives
 * @param origin what tells this node in this execution from all others; `undefined` where nothing does
 */
export function openLedger(store: object, run: string, origin: string | undefined): Ledger {
	const runs = ((store as Store).smsHubLedger ??= {});
	// A worker that takes over a stalled job has no ledger, but comes to the same nonce, by which a provider knows a repeat.
	// A retry is another execution, but has the ledger: its look-ups need the references of the first.
	const pages = (runs[run] ??= { nonce: (origin === undefined ? randomUUID().replaceAll('-', '') : digest(`${origin} ${run}`)).slice(0, 12), generation: 0, marks: {} });
	const { marks } = pages;
	return {
		nonce: pages.nonce,
		get generation() {
			return pages.generation;
		},
		find: (key, is) => (marks[key]?.is === is ? marks[key] : undefined),
		begin(key, is, since, after) {
			// A first attempt in doubt began earlier than its re-run; a look-up has to reach back to it.
			const earlier = marks[key];
			marks[key] = earlier?.is === is ? { is, since: earlier.since, after: earlier.after } : { is, since, after };
		},
		record(key, outcome) {
			const mark = marks[key];
			if (mark) mark.outcome = outcome;
		},
		forget(key) {
			delete marks[key];
		},
		renew() {
			pages.generation++;
		},
		known() {
			const ids = Object.values(runs).flatMap((each) => Object.values(each.marks).map(({ outcome }) => outcome?.output['messageId']));
			return new Set(ids.filter((id) => typeof id === 'string'));
		},
		close() {
			delete runs[run];
		},
	};
}

/**
 * The run of an AI tool. n8n gives every try of a tool call a run index of its own, so a call is known by its input; it
 * is another call as soon as one with this input has come to its end, since a model may mean to send a text twice.
 */
export function toolRun(store: object, input: string): { run: string; ended(): void } {
	const calls = ((store as Store).smsHubToolCalls ??= {});
	const print = digest(input);
	const count = calls[print] ?? 0;
	return {
		run: `tool ${print} ${count}`,
		ended() {
			calls[print] = count + 1;
		},
	};
}

/** SHA-256 in hexadecimal. */
export function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
