/**
 * A retry whose ledger is gone. After Stop, a crash or a kill n8n keeps nothing of the node, and a retry would send everything
 * again: so before it sends, it looks at the provider for what an earlier execution sent.
 */
import { failure } from '../failure';
import type { Content, History, Outcome, Posted } from '../operation';
import { essence } from '../output/essence';
import { sender } from '../wire/request';
import { sleepUnlessCancelled } from '../wire/retrying';
import { assign } from './claims';
import type { Desk, Planned } from './deliver';
import { conclude, patienceOf } from './deliver';
import type { Lost } from './ledger';

/** What to do with messages that seem to be there already. */
export type EarlierSends = 'stop' | 'skip' | 'sendAgain';

/** How far back it looks, in ms. */
const lookBack = 24 * 60 * 60 * 1000;
/** What the clocks of n8n and the provider may differ by, in ms. */
const clocksApart = 5 * 60 * 1000;
/** How often it looks whether the sends that were under way have ended, in ms. */
const often = 1_000;

const before = 'This is a retry, and n8n may not have kept all of the first run';
const choices = 'Set the option "When a Retry Finds Earlier Sends"';

/**
 * Looks for entries at the provider. Under `skip`, found ones get their outcome.
 * @param began when the first execution began, in ms since the epoch, where n8n knows that: what is older is not of it
 * @returns a sentence for the user, where there is something to say
 * @throws Failure (`input`) when nothing may be sent: something was found under `stop`, or it cannot be told what was sent
 */
export async function findEarlier(desk: Desk, lost: Lost, planned: Planned[], choice: EarlierSends, began = 0): Promise<string | undefined> {
	const { way, connection, ledger } = desk;
	if (choice === 'sendAgain') ledger.recovered();
	if (choice === 'sendAgain' || planned.length === 0) return undefined;
	const { name } = connection.provider;
	const { history } = way;
	if (!history) throw cannotTell(`${name} cannot be asked what that run sent`);

	const since = Math.max(connection.clock.now() - lookBack, began - clocksApart);
	let found = await look(desk, history, lost, planned, since);
	if (found.size < planned.length && !lost.isFinal && !(choice === 'stop' && found.size > 0)) {
		await quiet(desk);
		lost.isFinal = true;
		lost.found = undefined;
		found = await look(desk, history, lost, planned, since);
	}

	if (choice === 'stop' && found.size > 0) {
		const oldest = Math.min(...[...found.values()].flatMap(({ at }) => at ?? []));
		const when = Number.isFinite(oldest) ? `, the first on ${new Date(oldest).toISOString()}` : '';
		throw failure(
			'input',
			`${found.size} of ${planned.length} messages of this run seem to have been sent already${when}`,
			`${before}, so nothing was sent now. ${choices} to send only the others, or to send all again, and retry.`,
		);
	}
	if (found.size < planned.length && lost.found?.whole === false) throw cannotTell(`${name} took more messages since then than can be looked through (${lost.found.posted.length})`);
	// Once each: to count the characters of thousands of texts for every pair would take minutes.
	const left = planned.filter((one) => !found.has(one)).map(({ entry }) => history.content(entry));
	const given = [...found].map(([{ entry }, row]) => ({ content: history.content(entry), row }));
	const unclear = left.some((one) => one.to === undefined && given.some(({ content }) => isAlikeForAll(one, content)));
	if (unclear) throw cannotTell(`Of several sends with the same text, only some were found at ${name}, and nobody can tell which`);
	const ofReference = groups(given, ({ content }) => sharedKey(content));
	const mixed = left.some((one) => sharedKey(one).some((key) => (ofReference.get(key) ?? []).some(({ content, row }) => mayBeOther(row, one, content))));
	if (mixed) throw cannotTell(`Of several sends with the same reference, only some were found at ${name}, and nobody can tell which`);

	// Into the ledger as well: should the node fail after this, its next try must know them.
	for (const [one, row] of found) conclude(desk, one, rowOutcome(row));
	ledger.recovered();
	if (lost.found) lost.found.posted = lost.found.posted.filter((row) => ![...found.values()].includes(row));
	return found.size === 0 ? undefined : `${found.size} of ${planned.length} messages were found at ${name} from an earlier run, and not sent again.`;
}

function cannotTell(why: string): Error {
	return failure('input', `${before}. ${why}`, `Nothing was sent now. Look up what was sent. ${choices} to "Send Again" to send all of this, and retry.`);
}

/** Asks the provider, unless that was done in an earlier iteration of this retry: what it sent since is its own. */
async function look({ connection, claims, ledger }: Desk, history: History<unknown>, lost: Lost, planned: Planned[], since: number): Promise<Map<Planned, Posted>> {
	const { clock, account, provider } = connection;
	const isQuiet = quietFrom(claims.unanswered(account), claims.began, patienceOf(provider)) <= clock.now();
	if (!lost.found) {
		const { posted, whole } = await history.recent(sender(connection, 'read'), since);
		lost.found = { posted: onlyOnce(posted), whole };
		lost.isFinal ||= isQuiet;
	}
	return pair(planned, lost.found.posted, history.content, `n8n-${ledger.place}`);
}

/** Pages move on while they are read, so that a message may be on two of them. */
function onlyOnce(posted: Posted[]): Posted[] {
	const seen = new Set<string>();
	return posted.filter(({ ids }) => {
		const isNew = !ids.some((id) => seen.has(id));
		for (const id of ids) seen.add(id);
		return isNew;
	});
}

/**
 * Waits until nothing that an earlier execution sent can turn up any more: a request that n8n was stopped over goes on, and
 * the provider may be at work on one whose answer nobody got.
 */
async function quiet({ connection, claims, tell }: Desk): Promise<void> {
	const { clock, cancel, account, provider } = connection;
	const sends = claims.unanswered(account);
	tell(`${before}. ${provider.name} may have been at work on it still, so this waited until that was surely over.`);
	for (;;) {
		const wait = quietFrom(sends, claims.began, patienceOf(provider)) - clock.now();
		if (wait <= 0) return;
		await sleepUnlessCancelled(Math.min(wait, often), clock, cancel);
	}
}

/** In ms since the epoch; `Infinity` as long as one of the sends is under way. */
function quietFrom(sends: ReturnType<Desk['claims']['unanswered']>, began: number, patience: number): number {
	return Math.max(began, ...sends.filter(({ isAnswered }) => !isAnswered).map(({ lost = Infinity }) => lost)) + patience;
}

function isAlikeForAll(one: Content, other: Content): boolean {
	return one.to === undefined && one.isFilledIn !== true && essence(one.text) === essence(other.text);
}

/** What says whose a row is, where the text does not. */
function sharedKey({ to, isFilledIn, reference }: Content): string[] {
	return isFilledIn === true && reference !== undefined ? [referenceKey(to, reference)] : [];
}

/** Whether a row that was given to one of two entries with the same reference may be the other's. */
function mayBeOther({ text }: Posted, one: Content, given: Content): boolean {
	// Of a group's messages one row stands for all.
	return one.to === undefined || (essence(one.text) !== essence(given.text) && essence(text) !== essence(given.text));
}

function rowOutcome({ outcome, to, text }: Posted): Outcome {
	return outcome ?? { accepted: true, output: { ...(to !== undefined && { to }), text } };
}

/**
 * Pairs entries with rows, each row once: by recipient and text, or, where the provider fills in the text, by the reference:
 * the one that this node makes for the item, or the one that the user typed.
 */
function pair(planned: Planned[], posted: Posted[], contentOf: (entry: unknown) => Content, prefix: string): Map<Planned, Posted> {
	const rowsOf = groups(posted, (row) => {
		const item = row.reference?.startsWith(prefix) ? itemOf.exec(row.reference)?.[1] : undefined;
		return [textKey(row), referenceKey(row.to, row.reference), ...(item === undefined ? [] : [itemKey(row.to, item)])];
	});
	const wanted = groups(planned, (one) => {
		const content = contentOf(one.entry);
		if (content.isFilledIn !== true) return [textKey(content)];
		return [content.reference === undefined || content.reference.startsWith(prefix) ? itemKey(content.to, String(one.item)) : referenceKey(content.to, content.reference)];
	});
	// A reference that texts share which stand there as they were sent leaves them their rows; else it is surer than a text.
	const shared = new Set(planned.map((one) => contentOf(one.entry)).filter(({ isFilledIn }) => isFilledIn !== true).map(({ to, reference }) => referenceKey(to, reference)));
	const rank = ([key]: [string, Planned[]]): number => (shared.has(key) ? 2 : key.startsWith('text ') ? 1 : 0);
	const used = new Set<Posted>();
	const found = new Map<Planned, Posted>();
	for (const [key, entries] of [...wanted].sort((one, other) => rank(one) - rank(other))) {
		const rows = (rowsOf.get(key) ?? []).filter((row) => !used.has(row));
		assign(entries.map(({ entry }) => contentOf(entry).text), rows).forEach((row, index) => {
			const one = entries[index];
			if (!row || !one) return;
			used.add(row);
			found.set(one, row);
		});
	}
	return found;
}

/** The item in a reference of this node: what follows counts its entries, in the order that they had in that run. */
const itemOf = /^n8n-[^-]*-(\d+)(?:-\d+)?$/;

const textKey = ({ to = '', text }: Content): string => `text ${to} ${essence(text)}`;
const itemKey = (to: string | undefined, item: string): string => `item ${to ?? ''} ${item}`;
const referenceKey = (to: string | undefined, reference: string | undefined): string => `reference ${to ?? ''} ${reference?.trim().toLowerCase() ?? ''}`;

function groups<T>(all: T[], keysOf: (one: T) => string[]): Map<string, T[]> {
	const found = new Map<string, T[]>();
	for (const one of all) {
		for (const key of keysOf(one)) {
			const present = found.get(key);
			if (present) present.push(one);
			else found.set(key, [one]);
		}
	}
	return found;
}
