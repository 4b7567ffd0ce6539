/**
 * Remembers which events came already, and which parts of a long message.
 *
 * The process remembers all, so while n8n runs a repeat is one event, exactly, whatever comes at the same time. For the
 * time after a restart, and for other processes of the same n8n, marks are kept with the workflow. n8n writes the data of
 * the whole workflow to its database for that, before it answers, so marks of calls that come within a second are written
 * together, with the first call after it. Hence, when n8n is restarted, a repeat of a call passes as new if that call came
 * in the last second before the restart or was the last of several within a second. The parts of a long message are
 * written at once, since a lost one would hold back its message for good.
 *
 * n8n 2.41.1 also keeps less than nodes give it, for two reasons:
 * - While it starts an execution, it makes a second workflow object of the same data, and by that forgets that they were
 *   changed. What `webhook` itself changes is then not written, but for the first time ever. So the data are changed once
 *   more a moment later: n8n is then writing the execution to its database, and the data follow. (n8n 1.123 writes the data
 *   as soon as `webhook` returns, before it starts the execution.)
 * - Calls, polls and activations of one workflow each load the data of all its nodes, and write them back whole: the last
 *   one wins. What another one put back is noticed by the next call, and written again.
 */
import type { IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { digest } from '../digest';
import type { EventRead, Part, WebhookStaticData } from '../calls/events';

/** Providers repeat for hours; a phone that is off reports a part days later. In ms. */
const longest = 3 * 24 * 60 * 60 * 1000;
const keepEvery = 1_000;
const mostInMemory = 5_000;
/** n8n writes them all each time, so fewer. */
const mostKept = 500;

/** What came under one identity, or of one message in parts. */
interface Mark {
	/** When it first came, in ms since the epoch. */
	at: number;
	/** The numbers of the parts so far. */
	parts: number[];
	/** How many events of this identity started; more than one, or none, only without an ID. */
	events: number;
	/** How many n8n could not start: they come again, and are no repeats then. */
	owed: number;
}

interface Memory {
	/** By a hash of what came, the oldest first. */
	marks: Map<string, Mark>;
	/** Marks that must not come back from what n8n kept: the event never started. */
	dropped: Set<string>;
	/** When marks were last handed to n8n, in ms since the epoch. */
	keptAt: number;
}

/** By node. n8n gives calls that come side by side a copy each of what it keeps; only the process sees them all. */
const processMemory = new Map<string, Memory>();

export interface Repeats {
	/** Whether this event is to be emitted; it is remembered. @param waits one event for all parts of a message */
	isDue(event: EventRead, waits: boolean): boolean;
	/** The event could not be started: when it comes again, it is no repeat. */
	forget(event: EventRead): void;
	/** The same call asks for this event once more: that it asked before counts for nothing. */
	takeBack(event: EventRead): void;
	/** Hands what was remembered over to n8n, for the time after a restart. @param isStarting n8n is about to start an execution */
	keep(isStarting: boolean): void;
}

/** @param soonestRepeat see `Events` */
export function openRepeats(context: IWebhookFunctions, now: number, soonestRepeat = Infinity): Repeats {
	const data: WebhookStaticData = context.getWorkflowStaticData('node');
	const memory = memoryOf(context);
	const { marks, dropped } = memory;
	let isPartNew = false;
	recall(data, memory, now);
	for (const [key, { at }] of marks) {
		if (now - at > longest || marks.size > mostInMemory) marks.delete(key);
	}
	if (dropped.size > mostInMemory) dropped.clear();

	/** A repeat would come later. */
	const isTooSoon = (mark: Mark): boolean => now - mark.at < soonestRepeat;
	/** Whether an event without an ID is another one than those that came with the same content. */
	const isAnother = (mark: Mark): boolean => {
		if (isTooSoon(mark)) return true;
		if (mark.owed === 0) return false;
		mark.owed--;
		return true;
	};
	/** @param isOwed whether an event without an ID is owed from now on */
	const undo = ({ identity, withoutId, part }: EventRead, isOwed: (mark: Mark) => boolean): void => {
		const key = keyOf(identity);
		const mark = marks.get(key);
		if (!mark) return;
		mark.events--;
		if (!withoutId) marks.delete(key);
		else if (isOwed(mark)) mark.owed++;
		if (mark.events === 0) dropped.add(key);
		const whole = part && marks.get(partsKey(part));
		if (whole) whole.parts = whole.parts.filter((number) => number !== part.number);
	};
	return {
		isDue({ identity, withoutId, part }, waits) {
			if (withoutId && soonestRepeat === Infinity) return true;
			const key = keyOf(identity);
			const mark = marks.get(key);
			if (mark && !(withoutId && isAnother(mark))) return false;
			if (mark) mark.events++;
			else marks.set(key, { at: now, parts: [], events: 1, owed: 0 });
			dropped.delete(key);
			if (!waits || !part || part.total <= 1) return true;
			const before = marks.get(partsKey(part))?.parts ?? [];
			if (before.includes(part.number)) return false;
			isPartNew = true;
			// Set anew, so that the oldest stay in front.
			marks.delete(partsKey(part));
			marks.set(partsKey(part), { at: now, parts: [...before, part.number], events: 1, owed: 0 });
			return part.emit === 'first' ? before.length === 0 : before.length + 1 === part.total;
		},
		forget(event) {
			undo(event, () => true);
		},
		takeBack(event) {
			undo(event, (mark) => !isTooSoon(mark));
		},
		keep(isStarting) {
			if (!isPartNew && Math.abs(now - memory.keptAt) < keepEvery) return;
			const newest = Object.fromEntries([...marks].filter(([, { events }]) => events > 0).slice(-mostKept).map(([key, { at, parts }]) => [key, [at, ...parts].join(' ')]));
			const kept = data.marks ?? {};
			const isKept = Object.entries(newest).every(([key, text]) => kept[key] === text) && !Object.keys(kept).some((key) => dropped.has(key));
			if (isKept) return;
			memory.keptAt = now;
			data.marks = newest;
			if (isStarting) void sleep(0).then(() => (data.marks = newest));
		},
	};
}

function memoryOf(context: IWebhookFunctions): Memory {
	const empty: Memory = { marks: new Map(), dropped: new Set(), keptAt: -Infinity };
	// Every "listen for test event" begins anew, so that the same event can be sent again.
	if (context.getMode() === 'manual') return empty;
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const memory = processMemory.get(node) ?? empty;
	processMemory.set(node, memory);
	return memory;
}

/** Takes over what was kept before a restart, or by another process. */
function recall(data: WebhookStaticData, { marks, dropped }: Memory, now: number): void {
	for (const [key, text] of Object.entries(data.marks ?? {})) {
		const [at = now, ...parts] = text.split(' ').map(Number);
		const known = marks.get(key);
		if (known) known.parts = [...new Set([...known.parts, ...parts])];
		else if (!dropped.has(key)) marks.set(key, { at, parts, events: 1, owed: 0 });
	}
}

function keyOf(identity: string): string {
	return digest(identity).slice(0, 16);
}

function partsKey({ of }: Part): string {
	return keyOf(`parts of ${of}`);
}
