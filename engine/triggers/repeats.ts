/** Remembers which events came already, and which parts of a long message. */
import type { IWebhookFunctions } from 'n8n-workflow';

import { digest } from '../run/ledger';
import type { EventRead, Kept, Part } from './webhook';

/** Providers repeat for hours; a phone that is off reports a part days later. In ms. */
const longest = 3 * 24 * 60 * 60 * 1000;
const mostInMemory = 5_000;
/** n8n writes all of them with every event, so fewer. */
const mostKept = 500;

/** By a hash of what came, or of a message in parts: when (ms since the epoch), and the numbers of its parts so far. */
type Marks = Map<string, number[]>;

/** By node. n8n gives calls that come side by side a copy each of what it keeps; only the process sees them all. */
const processMarks = new Map<string, Marks>();

export interface Repeats {
	/** Whether this event is to be emitted; it is remembered. @param waits one event for all parts of a message */
	isDue(event: EventRead, waits: boolean): boolean;
	forget(event: EventRead): void;
	/** Hands what was remembered over to n8n, for the time after a restart. */
	close(): void;
}

export function openRepeats(context: IWebhookFunctions, now: number): Repeats {
	const kept: Kept = context.getWorkflowStaticData('node');
	const marks = marksOf(context);
	for (const [key, text] of Object.entries(kept.marks ?? {})) {
		const [at = now, ...parts] = text.split(' ').map(Number);
		const known = marks.get(key);
		if (!known || parts.length > 0) marks.set(key, known ? [...new Set([...known, ...parts])] : [at, ...parts]);
	}
	for (const [key, [at = now]] of marks) {
		if (now - at > longest || marks.size > mostInMemory) marks.delete(key);
	}

	let isChanged = false;
	return {
		isDue({ identity, part }, waits) {
			const key = keyOf(identity);
			if (marks.has(key)) return false;
			isChanged = true;
			marks.set(key, [now]);
			if (!waits || !part || part.total <= 1) return true;
			const [, ...before] = marks.get(partsKey(part)) ?? [];
			if (before.includes(part.number)) return false;
			// Set anew, so that the oldest stay in front.
			marks.delete(partsKey(part));
			marks.set(partsKey(part), [now, ...before, part.number]);
			return part.emit === 'first' ? before.length === 0 : before.length + 1 === part.total;
		},
		forget({ identity, part }) {
			marks.delete(keyOf(identity));
			const [at, ...parts] = (part && marks.get(partsKey(part))) ?? [];
			if (part && at !== undefined) marks.set(partsKey(part), [at, ...parts.filter((number) => number !== part.number)]);
		},
		close() {
			if (isChanged) kept.marks = Object.fromEntries([...marks].slice(-mostKept).map(([key, mark]) => [key, mark.join(' ')]));
		},
	};
}

function marksOf(context: IWebhookFunctions): Marks {
	// Every "listen for test event" begins anew, so that the same event can be sent again.
	if (context.getMode() === 'manual') return new Map();
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const marks = processMarks.get(node) ?? new Map<string, number[]>();
	processMarks.set(node, marks);
	return marks;
}

function keyOf(identity: string): string {
	return digest(identity).slice(0, 16);
}

function partsKey({ of }: Part): string {
	return keyOf(`parts of ${of}`);
}
