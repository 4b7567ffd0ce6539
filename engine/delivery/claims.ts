/**
 * Whose is what the provider lists? A message in doubt is recognised by its content only where no better means exists, and
 * others may have sent the same text to the same number. So every message that any execution of this process knows to be
 * its own is claimed, once, and requests with equal content that overlap are known to each other.
 */
import { randomUUID } from 'node:crypto';

import type { Content, Posted } from '../operation';
import { essence, mayBeAltered } from '../output/essence';
import type { Clock } from '../wire/clock';
import { sleepUnlessCancelled } from '../wire/retrying';
import type { Bookmark, Pages } from './ledger';

/** A request whose rows nobody has told apart yet. */
export interface Stay {
	/** How many entries of other requests may own a row with this content. */
	rivals(content: Content): number;
	/** One entry with this content is told apart now. */
	drop(content: Content): void;
	/** @param isKnown false: what became of it will never be known, so that its rows may turn up unclaimed */
	leave(isKnown: boolean): void;
}

export interface Claims {
	/** Names this process: what another one claimed is not known here. */
	readonly process: string;
	/** The newest ID at the provider; `undefined`: it could not be had, and the send goes without. */
	bookmark(account: string, ask: () => Promise<string>): Promise<Bookmark | undefined>;
	/**
	 * @param id the request's own; one that is looked for again is no rival of itself
	 * @param since when the bookmark of the request was taken, in ms since the epoch
	 */
	enter(account: string, request: { id: string; contents: Content[]; since: number }): Stay;
	isClaimed(account: string, ids: string[]): boolean;
	claim(account: string, ids: string[]): void;
	/** Whether all claims since then are still known. */
	reachesBackTo(account: string, time: number): boolean;
	/** A send leaves. @returns what to tell when it has ended: whether its answer is there */
	depart(account: string): (isAnswered: boolean) => void;
	/** Sends that have left and are not answered, now or ever. */
	unanswered(account: string): readonly Sending[];
	/** What retries of an execution sent, by the nonce of their ledgers. */
	readonly retried: Map<string, Pages>;
	/** Waits until no other retry of the same is at work. @returns what to call when this one has ended */
	turn(nonce: string, cancel?: AbortSignal): Promise<() => void>;
	/** Since when sends are known here, in ms since the epoch: whatever an earlier process sent had left before. */
	readonly began: number;
}

/** It changes as the send goes on. */
export interface Sending {
	/** When its answer was lost, in ms since the epoch. */
	readonly lost?: number;
	readonly isAnswered: boolean;
}

/** A bookmark this old, in ms, serves another request as well, so that a run of many batches asks seldom. */
const bookmarkServes = 10_000;
/** Sends without an answer are of use while any provider may still be at work on them, in ms. */
const unansweredRemembered = 60 * 60 * 1000;
/** Claims are of use while a request in doubt may still be looked for, in ms. */
const remembered = 24 * 60 * 60 * 1000;
const mostRemembered = 100_000;
/** How often it looks whether the other retry has ended, in ms. */
const often = 500;

interface Open {
	id: string;
	contents: Content[];
	since: number;
	left?: number;
}

interface Account {
	claimed: Map<string, number>;
	/** Claims from before this time may be forgotten. */
	since: number;
	open: Set<Open>;
	unanswered: Array<{ lost?: number; isAnswered: boolean }>;
	bookmark?: { asked: Promise<Bookmark | undefined>; at: number };
}

export function createClaims(clock: Clock): Claims {
	const accounts = new Map<string, Account>();
	const retried = new Map<string, Pages>();
	const atWork = new Set<string>();

	const accountOf = (name: string): Account => {
		const account = accounts.get(name) ?? { claimed: new Map(), since: Number.NEGATIVE_INFINITY, open: new Set(), unanswered: [] };
		accounts.set(name, account);
		return account;
	};

	const forgetOld = (account: Account): void => {
		const oldest = clock.now() - remembered;
		for (const [id, at] of account.claimed) {
			if (at >= oldest && account.claimed.size <= mostRemembered) break;
			account.claimed.delete(id);
			account.since = at + 1;
		}
		for (const open of account.open) if (open.left !== undefined && open.left < oldest) account.open.delete(open);
	};

	return {
		process: randomUUID(),
		async bookmark(name, ask) {
			const account = accountOf(name);
			if (account.bookmark && clock.now() - account.bookmark.at < bookmarkServes) {
				const found = await account.bookmark.asked;
				if (found) return found;
			}
			// The time before it was asked: what comes later may be newer than the answer.
			const at = clock.now();
			const asked = ask().then(
				(after) => ({ after, at }),
				() => undefined,
			);
			account.bookmark = { asked, at };
			return await asked;
		},
		enter(name, { id, contents, since }) {
			const account = accountOf(name);
			const mine: Open = { id, contents: [...contents], since };
			for (const earlier of account.open) if (earlier.id === id) account.open.delete(earlier);
			account.open.add(mine);
			return {
				rivals(content) {
					const others = [...account.open].filter((other) => other !== mine && (other.left === undefined || other.left >= since));
					return others.reduce((sum, other) => sum + other.contents.filter((each) => mayBeSame(each, content)).length, 0);
				},
				drop(content) {
					mine.contents.splice(mine.contents.findIndex((each) => isEqual(each, content)), 1);
				},
				leave(isKnown) {
					if (isKnown) account.open.delete(mine);
					else mine.left = clock.now();
				},
			};
		},
		isClaimed: (name, ids) => ids.some((id) => accountOf(name).claimed.has(id)),
		claim(name, ids) {
			const account = accountOf(name);
			for (const id of ids) account.claimed.set(id, clock.now());
			forgetOld(account);
		},
		reachesBackTo: (name, time) => accountOf(name).since <= time,
		depart(name) {
			const account = accountOf(name);
			const sending: { lost?: number; isAnswered: boolean } = { isAnswered: false };
			account.unanswered.push(sending);
			return (isAnswered) => {
				const now = clock.now();
				if (isAnswered) sending.isAnswered = true;
				else sending.lost = now;
				account.unanswered = account.unanswered.filter((one) => !one.isAnswered && (one.lost ?? now) >= now - unansweredRemembered);
			};
		},
		unanswered: (name) => [...accountOf(name).unanswered],
		retried,
		async turn(nonce, cancel) {
			while (atWork.has(nonce)) await sleepUnlessCancelled(often, clock, cancel);
			atWork.add(nonce);
			// One that sent nothing takes room as well.
			const room = ({ marks }: Pages): number => 1 + Object.keys(marks).length;
			let count = [...retried.values()].reduce((sum, pages) => sum + room(pages), 0);
			// The oldest go first.
			for (const [other, pages] of retried) {
				if (count <= mostRemembered) break;
				if (atWork.has(other)) continue;
				retried.delete(other);
				count -= room(pages);
			}
			return () => void atWork.delete(nonce);
		},
		began: clock.now(),
	};
}

/** Whether both may be the same message; a send to a group has a message for everybody. */
function mayBeSame(one: Content, other: Content): boolean {
	return (one.to === undefined || other.to === undefined || one.to === other.to) && essence(one.text) === essence(other.text);
}

/** Whether both are the same to whoever only sees recipient and text. */
export function isEqual(one: Content, other: Content): boolean {
	return one.to === other.to && essence(one.text) === essence(other.text);
}

/** What the rows say about each wanted content: its row, nothing there, or rows that may be this message or another one. */
export type Match = Posted | 'absent' | 'contested' | 'altered';

/** Gives each content its row, each row once. Equal contents of one request take any of the equal rows, a row with the very same text first. */
export function match(wanted: Content[], posted: Posted[], rivals: (content: Content) => number): Match[] {
	const matches: Match[] = wanted.map(() => 'absent');
	const kinds = new Map<string, number[]>();
	wanted.forEach((content, index) => {
		const kind = JSON.stringify([content.to, essence(content.text)]);
		kinds.set(kind, [...(kinds.get(kind) ?? []), index]);
	});
	const byKind = new Map<string, Posted[]>();
	for (const row of posted) {
		const kind = JSON.stringify([row.to, essence(row.text)]);
		byKind.set(kind, [...(byKind.get(kind) ?? []), row]);
	}
	for (const [kind, indexes] of kinds) {
		const [first = 0] = indexes;
		const content = wanted[first];
		const rows = byKind.get(kind) ?? [];
		if (!content || rows.length === 0) continue;
		const others = rivals(content);
		const isCertain = others === 0 || rows.length >= indexes.length + others;
		const own = assign(indexes.map((index) => wanted[index]?.text ?? ''), rows);
		indexes.forEach((index, place) => (matches[index] = isCertain ? (own[place] ?? 'absent') : 'contested'));
	}
	return matches.map((one, index) => (one === 'absent' && posted.some((row) => isAltered(row, wanted[index])) ? 'altered' : one));
}

/** Gives each text a row, the same text first: "$1.50" and "$150" are alike to whoever compares letters and digits. */
export function assign(texts: string[], rows: Posted[]): Array<Posted | undefined> {
	const free = [...rows];
	const take = (fits: (row: Posted) => boolean): Posted | undefined => {
		const place = free.findIndex(fits);
		return place < 0 ? undefined : free.splice(place, 1)[0];
	};
	const exact = texts.map((text) => take((row) => isSameText(row.text, text)));
	return exact.map((row) => row ?? take(() => true));
}

function isSameText(one: string, other: string): boolean {
	return one.normalize('NFKC').trim() === other.normalize('NFKC').trim();
}

/** Whether a row may be that message with characters replaced on the way: then nobody can tell. */
function isAltered(row: Posted, content: Content | undefined): boolean {
	return content !== undefined && row.to === content.to && mayBeAltered(row.text, content.text);
}
