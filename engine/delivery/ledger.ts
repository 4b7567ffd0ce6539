/**
 * Remembers, inside an execution, what was already accepted, and which requests are in doubt.
 *
 * n8n re-runs a whole node with all its items under "Retry On Fail" and "Retry execution". What `getContext('node')`
 * holds survives both, so a re-run finds the stored outcome here instead of sending again.
 */
import { randomUUID } from 'node:crypto';

import { digest } from '../digest';
import type { Outcome, Posted, ProviderRequest } from '../operation';

/** One entry's page in the ledger. */
interface Mark {
	/** Hash of what makes it this message. */
	is: string;
	/** How many attempts surely failed: the next one is not a repeat of those. */
	failed: number;
	/** The request that it is part of, while nobody knows what became of that. */
	request?: string;
	outcome?: Outcome;
}

/** A request that left, and whose answer is not known (yet). */
export interface Underway {
	id: string;
	/** Ledger keys of its entries. */
	entries: string[];
	/** When its attempt began, in ms since the epoch. */
	since: number;
	/** When the last attempt ended without an answer; absent while it is under way, and after a process died. */
	ended?: number;
	/** Which process sent it. */
	process: string;
	/** Hash of the account that it went to: another account knows nothing of it. */
	account: string;
	/** What was the newest at the provider before it left, and when that was asked. */
	bookmark?: Bookmark;
	/** What is sent again, where the provider drops repeats. It holds nothing of the credential. */
	sent?: ProviderRequest;
	/** Its entries as they were sent, in their order: a re-run may evaluate their expressions to something else, and so look for something else. */
	sentEntries?: unknown[];
}

export interface Bookmark {
	after: string;
	at: number;
}

/** An entry under its key. */
export interface Kept {
	key: string;
	is: string;
}

/** One for all iterations of a retry. It is looked up before anything is sent, so that nothing of the retry's own is in it. */
export interface Lost {
	/** What was found at the provider and is nobody's yet. */
	found?: { posted: Posted[]; whole: boolean };
	/** Whether nothing can turn up any more. */
	isFinal: boolean;
}

export interface Ledger {
	/** The same in every re-run of this node in this execution and its retries; another for everything else. */
	readonly nonce: string;
	/** The same for all executions of this node, other for other nodes; part of every reference. */
	readonly place: string;
	/** What a retry that got nothing of what the first execution kept knows of that; `undefined`: nothing is lost. */
	readonly lost?: Lost;
	/**
	 * Takes over what other retries of the first execution sent, and tells what this one sends: n8n keeps that with each of them alone, so that
	 * whoever retries the first one again begins without it.
	 * @param retried by nonce
	 */
	join(retried: Map<string, Pages>): void;
	/** It is known now what the first execution sent of this iteration, or it is to be sent in any case. */
	recovered(): void;
	/** Whether anything was accepted, or is in doubt. */
	holdsAny(): boolean;
	find(entry: Kept): Readonly<Mark> | undefined;
	/** The keys of an item's entries: of those that an earlier run knows the ones that it gave them, whatever their order is now. */
	keys(item: number, are: string[]): string[];
	underway(id: string): Readonly<Underway> | undefined;
	/** Called before a request leaves, so that an execution that dies in between is in doubt and not forgotten. */
	begin(request: Underway, entries: Kept[]): void;
	/** Called when an attempt ended without an answer. */
	ended(id: string, at: number): void;
	record(entry: Kept, outcome: Outcome): void;
	/** Surely not accepted (refused, or not there): the entry may be sent again, under another ID. */
	free(entry: Kept): void;
	/** n8n will not run the node again: keeps saved executions small. */
	close(): void;
}

/** What is kept of one iteration. */
export interface Pages {
	nonce: string;
	marks: Record<string, Mark>;
	requests: Record<string, Underway>;
	/** It is still to be found out what an execution that kept nothing sent of this. */
	isLost?: true;
}

interface Store {
	smsHubLedger?: Record<string, Pages>;
	/** The execution that wrote last. */
	smsHubExecution?: string;
	/** The first execution that wrote, with its token: all of its retries come to the same nonces. */
	smsHubFirst?: string;
	/** Nothing is known of what an execution sent that this one, or the one before it, repeats. */
	smsHubLost?: true;
	smsHubToolCalls?: Record<string, number>;
}

/** What tells this node in this execution from all others. */
export interface Origin {
	instance: string;
	workflow: string;
	node: string;
	execution: string;
	/** What n8n made up for this execution: numbers of executions begin anew with every new database. */
	token?: string;
}

export interface Opening {
	/** The node's context, an object that n8n keeps with the execution. */
	store: object;
	/** Which iteration of a loop this is: n8n's run index, or what `toolRun` gives. */
	run: string;
	/** `undefined` where nothing tells executions apart. */
	origin: Origin | undefined;
	/** Whether n8n says that this execution repeats an earlier one. */
	isRetry: boolean;
}

/** By the node's context, which lives as long as its execution is in memory. */
const lostOnes = new WeakMap<object, Lost>();

export function openLedger({ store: kept, run, origin, isRetry }: Opening): Ledger {
	const store = kept as Store;
	const runs = (store.smsHubLedger ??= {});
	const isNew = runs[run] === undefined;
	// A later iteration of a loop opens pages of its own; what was sent of them is lost when that of the first was.
	if (isRetry && isNew && store.smsHubExecution !== origin?.execution) store.smsHubLost = true;
	if (origin) store.smsHubExecution = origin.execution;
	const place = origin === undefined ? randomUUID() : `${origin.instance} ${origin.workflow} ${origin.node}`;
	// A worker that takes over a stalled job has no ledger, but comes to the same nonce, by which a provider knows a repeat.
	// A retry is another execution, but has the ledger: its look-ups need the references of the first.
	const first = origin ? (store.smsHubFirst ??= [origin.execution, ...(origin.token ? [origin.token] : [])].join(' ')) : '';
	const pages = (runs[run] ??= { nonce: digest(`${place} ${first} ${run}`).slice(0, 11), marks: {}, requests: {}, ...(isRetry && isNew && store.smsHubLost && { isLost: true }) });
	const lost = pages.isLost ? (lostOnes.get(kept) ?? { isFinal: false }) : undefined;
	if (lost) lostOnes.set(kept, lost);
	const { marks, requests } = pages;

	/** Takes an entry out of its request, and closes that when it was the last. */
	const leave = ({ key }: Kept): void => {
		const id = marks[key]?.request;
		if (id === undefined) return;
		delete marks[key]?.request;
		if (!requests[id]?.entries.some((other) => marks[other]?.request === id)) delete requests[id];
	};
	const markOf = ({ key, is }: Kept): Mark => {
		const known = marks[key];
		if (known?.is === is) return known;
		// The user changed the message: what became of the old one says nothing about this one.
		return (marks[key] = { is, failed: 0 });
	};

	/** The keys of each item, of an earlier run. */
	let ofItems: Map<string, string[]> | undefined;
	const known = (): Map<string, string[]> => {
		if (ofItems) return ofItems;
		ofItems = new Map();
		for (const key of Object.keys(marks)) {
			const [item = ''] = key.split('.');
			const keys = ofItems.get(item);
			if (keys) keys.push(key);
			else ofItems.set(item, [key]);
		}
		return ofItems;
	};

	return {
		nonce: pages.nonce,
		place: (origin === undefined ? pages.nonce : digest(place)).slice(0, 6),
		lost,
		join(retried) {
			const others = retried.get(pages.nonce);
			if (others && others !== pages) add(pages, others);
			// As the newest.
			retried.delete(pages.nonce);
			retried.set(pages.nonce, pages);
		},
		recovered() {
			delete pages.isLost;
		},
		holdsAny: () => Object.values(marks).some(({ request, outcome }) => request !== undefined || outcome !== undefined),
		find: ({ key, is }) => (marks[key]?.is === is ? marks[key] : undefined),
		keys(item, are) {
			const used = new Set<string>();
			const take = (key: string): string => {
				used.add(key);
				return key;
			};
			const isOf = (key: string, is: string): boolean => !used.has(key) && marks[key]?.is === is;
			const inPlace = are.map((is, index) => (isOf(`${item}.${index}`, is) ? take(`${item}.${index}`) : undefined));
			// By what they are: an item may have 10,000, of which none is in its place any more.
			const elsewhere = new Map<string, string[]>();
			for (const key of inPlace.includes(undefined) ? (known().get(String(item)) ?? []) : []) {
				if (used.has(key)) continue;
				const { is = '' } = marks[key] ?? {};
				const alike = elsewhere.get(is);
				if (alike) alike.push(key);
				else elsewhere.set(is, [key]);
			}
			const found = are.map((is, index) => {
				const key = inPlace[index] ?? elsewhere.get(is)?.shift();
				return key === undefined ? undefined : take(key);
			});
			// No place is given anew: other retries of the execution know it as that of the one before.
			const isFree = (key: string): boolean => !used.has(key) && marks[key] === undefined;
			let place = 0;
			return found.map((key, index) => {
				if (key !== undefined) return key;
				place = Math.max(place, index);
				while (!isFree(`${item}.${place}`)) place++;
				return take(`${item}.${place}`);
			});
		},
		underway: (id) => requests[id],
		begin(request, entries) {
			requests[request.id] = request;
			for (const entry of entries) markOf(entry).request = request.id;
		},
		ended(id, at) {
			const request = requests[id];
			if (request) request.ended = at;
		},
		record(entry, outcome) {
			leave(entry);
			markOf(entry).outcome = outcome;
		},
		free(entry) {
			leave(entry);
			markOf(entry).failed++;
		},
		close() {
			// What is in doubt is asked for again, should anything run this node again after all.
			if (Object.keys(requests).length === 0) delete runs[run];
		},
	};
}

/** Adds what another retry came to; what these pages know to be done, or of another message, stays: their execution may be the newer one. */
function add({ marks, requests }: Pages, others: Pages): void {
	const { marks: more, requests: moreRequests } = JSON.parse(JSON.stringify(others)) as Pages;
	for (const [key, mark] of Object.entries(more)) {
		const own = marks[key];
		const isOpen = own === undefined || (own.outcome === undefined && own.request === undefined);
		// What is in doubt after more attempts surely failed is the newer doubt: the one before it was found to be absent.
		const isNewer = ({ failed }: Mark): boolean => (isOpen && mark.failed >= failed) || (mark.request !== undefined && mark.failed > failed);
		const isNews = own?.is === mark.is && own.outcome === undefined && (mark.outcome !== undefined || isNewer(own));
		if (isNews || (isOpen && own?.is !== mark.is)) marks[key] = mark;
	}
	for (const [id, request] of Object.entries(moreRequests)) requests[id] = request;
	const inDoubt = new Set(Object.values(marks).map(({ request }) => request));
	for (const id of Object.keys(requests)) if (!inDoubt.has(id)) delete requests[id];
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
