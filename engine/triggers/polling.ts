/** What polling triggers share: every record of a list that grows, once each, whatever its order. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Clock } from '../wire/clock';
import { systemClock } from '../wire/clock';
import { asFailure } from '../failure';
import { digest } from '../digest';
import type { Provider, UnnamedOperation } from '../operation';
import { fetchPages } from '../run/paging';
import type { Lead } from '../calls/events';
import type { HandingContext } from '../answers/handOver';
import { handOver, leads } from '../answers/handOver';
import type { Connection } from '../wire/request';
import { connect } from '../wire/request';

export interface FeedEvent {
	event: string;
	/** The same text whenever the record is listed, another for every other record. */
	identity: string;
	/** ms since the epoch; NaN when the provider did not say. */
	time: number;
	output: IDataObject;
}

export interface Feed {
	provider: Provider;
	/** The provider's own list of these records. */
	operation: UnnamedOperation;
	/** The list's values that ask for records from `time` on, or from earlier. Both in ms since the epoch. */
	since(time: number, now: number): Record<string, unknown>;
	read(record: IDataObject): FeedEvent;
	lead?: Lead;
}

/** What an inbox trigger keeps with its workflow (n8n's static data). */
interface PollingStaticData {
	/** Whose records these are: another account begins anew. */
	account?: string;
	/** Older records do not count any more; ms since the epoch. */
	floor?: number;
	/** The floor after the next one: a record that slips through between two pages has one more poll in which to be seen. */
	nextFloor?: number;
	/** The records from the floor on that were seen: hash -> time. */
	seen?: Record<string, number>;
	/** Answers that could not be handed over yet: hash -> when that was tried first, ms since the epoch. */
	tried?: Record<string, number>;
}

/** A record may turn up in the list this much later than a newer one, in ms. */
const latest = 60 * 60 * 1000;
/** How long an answer is tried to be handed over, in ms. By n8n's clock: the provider's times may name no zone. */
const patience = 30 * 60 * 1000;
/** How far back the first poll looks for what is old; more than two clocks can differ, in ms. */
const firstLook = 24 * 60 * 60 * 1000;
/** What a run by hand shows: the newest few, from further back only when there is nothing. */
const sample = { size: 5, look: 30 * firstLook, most: 200 };
/** n8n writes them all with every poll that finds something. */
const mostSeen = 5_000;

/**
 * n8n's `poll`. The first one emits nothing, since all it finds is old; a later one what is new and chosen, oldest first.
 * Run by hand it gives the newest few, and remembers nothing.
 * @returns `null` when there is nothing to emit
 * @throws NodeOperationError with nothing remembered, so that the next poll tries again
 */
export async function poll(context: IPollFunctions, feed: Feed, clock: Clock = systemClock): Promise<INodeExecutionData[][] | null> {
	const chosen = context.getNodeParameter('events', []) as string[];
	const isChosen = ({ event }: FeedEvent): boolean => chosen.includes(event);
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	// A slow poll that the next one overtakes would let both emit the same.
	if (polling.has(node)) return null;
	polling.add(node);
	try {
		const connection = await connect(context, feed.provider);
		const now = clock.now();
		if (context.getMode() === 'manual') {
			const today = (await list(feed, connection, { now, from: now - firstLook })).filter(isChosen);
			const found = today.length > 0 ? today : (await list(feed, connection, { now, from: now - sample.look, limit: sample.most })).filter(isChosen);
			return items(found.slice(-sample.size));
		}
		const kept: PollingStaticData = context.getWorkflowStaticData('node');
		const account = digest(feed.provider.account(connection.credential)).slice(0, 16);
		const known = together(account, [kept, processMemory.get(node)]);
		const isFirst = known === undefined;
		const { floor = now - firstLook, nextFloor: keptNextFloor = floor, seen = {}, tried = {} } = known ?? {};

		const found = (await list(feed, connection, { now, from: floor })).filter(({ time }) => !(time < floor));
		const isNew = ({ identity }: FeedEvent): boolean => !(keyOf(identity) in seen);
		const { fresh, later } = isFirst ? { fresh: [], later: [] } : await withoutAnswers(context, feed, found.filter(isNew), { account, tried, clock });
		const newest = found.reduce((most, { time }) => (time > most ? time : most), floor);
		// A record without a time stays as long as it is listed.
		const times = found.filter((event) => !later.includes(event)).map(({ identity, time }): [string, number] => [keyOf(identity), Number.isNaN(time) ? newest : time]);
		const all = Object.entries({ ...seen, ...Object.fromEntries(times) }).filter(([, time]) => time >= floor).sort(([, a], [, b]) => a - b);
		// Never fewer than from the floor on, or a record would come twice: when there are too many, the floor rises.
		const risen = all.length > mostSeen ? (all.at(-mostSeen)?.[1] ?? floor) : floor;

		const nextFloor = Math.max(risen, keptNextFloor);
		// What is still to be handed over has to be found again.
		const held = Math.min(nextFloor, ...later.map(({ time }) => time).filter((time) => !Number.isNaN(time)));
		kept.account = account;
		kept.floor = held;
		kept.nextFloor = Math.max(nextFloor, newest - latest);
		kept.seen = Object.fromEntries(all.filter(([, time]) => time >= held));
		kept.tried = Object.fromEntries(later.map(({ identity }) => [keyOf(identity), tried[keyOf(identity)] ?? now]));
		processMemory.set(node, { ...kept });
		return items(fresh.filter(isChosen));
	} catch (thrown) {
		const { message, advice } = asFailure(thrown);
		throw new NodeOperationError(context.getNode(), message, { description: advice });
	} finally {
		polling.delete(node);
	}
}

const polling = new Set<string>();

/**
 * By node, what it kept last. n8n 2.41.1 writes the data of a workflow when a poll emits something, and not otherwise: an activation
 * anew would bring back answers that were handed over, and what was not chosen. After a restart it does.
 */
const processMemory = new Map<string, PollingStaticData>();

/** What is known of an account by any of several memories; `undefined`: nothing. */
function together(account: string, memories: Array<PollingStaticData | undefined>): PollingStaticData | undefined {
	const own = memories.filter((one) => one?.account === account);
	if (own.length === 0) return undefined;
	const highest = (name: 'floor' | 'nextFloor'): number | undefined => {
		const all = own.flatMap((one) => one?.[name] ?? []);
		return all.length === 0 ? undefined : Math.max(...all);
	};
	const merged = (name: 'seen' | 'tried'): Record<string, number> => Object.assign({}, ...own.map((one) => one?.[name])) as Record<string, number>;
	return { account, floor: highest('floor'), nextFloor: highest('nextFloor'), seen: merged('seen'), tried: merged('tried') };
}

/** By account and record: what came of handing it over, so that a reply answers once however many triggers poll it. */
const handedOver = new Map<string, ReturnType<typeof handOver>>();
const mostRemembered = 5_000;

/** Hands a record over, unless a trigger of this process does so right now, or it was one's answer already. */
async function handOverOnce(key: string, work: () => ReturnType<typeof handOver>): ReturnType<typeof handOver> {
	const known = handedOver.get(key);
	if (known) return await known;
	const mine = work();
	handedOver.set(key, mine);
	const verdict = await mine.catch((thrown: unknown) => {
		handedOver.delete(key);
		throw thrown;
	});
	if (verdict === 'later' || verdict === 'none') handedOver.delete(key);
	for (const old of [...handedOver.keys()].slice(0, Math.max(0, handedOver.size - mostRemembered))) handedOver.delete(old);
	return verdict;
}

/**
 * Hands over what answers a question of this n8n, and gives the rest; all of it where the user wants both. What cannot be handed
 * over, since the execution does not wait yet, is left to later polls; after half an hour it is emitted, so that it is not lost.
 */
async function withoutAnswers<T extends FeedEvent>(
	context: IPollFunctions,
	{ provider, lead }: Feed,
	events: T[],
	{ account, tried, clock }: { account: string; tried: Record<string, number>; clock: Clock },
): Promise<{ fresh: T[]; later: T[] }> {
	if (!lead) return { fresh: events, later: [] };
	const alsoStarts = context.getNodeParameter('options.alsoStart', false) === true;
	const leadOf = leads(context, provider, lead);
	const fresh: T[] = [];
	const later: T[] = [];
	for (const event of events) {
		// With what was written, since only the feed of one trigger is sure to give no ID twice.
		const verdict = await handOverOnce(keyOf(JSON.stringify([account, event.identity, event.output])), async () => {
			const reference = await leadOf(event).catch((): 'later' => 'later');
			if (reference === 'later') return reference;
			return reference === undefined ? 'none' : await handOver(context as unknown as HandingContext, event, reference, clock);
		});
		if (verdict === 'later' && clock.now() - (tried[keyOf(event.identity)] ?? clock.now()) < patience) later.push(event);
		else if (alsoStarts || verdict === 'none' || verdict === 'later') fresh.push(event);
	}
	return { fresh, later };
}

/** Oldest first, each once. */
async function list(
	{ operation, since, read }: Feed,
	connection: Connection,
	{ now, from, limit }: { now: number; from: number; limit?: number },
): Promise<Array<FeedEvent & { record: IDataObject }>> {
	if (operation.kind !== 'paged') throw new Error('A feed needs a paged operation');
	const records = await fetchPages({ ...operation, value: 'poll' }, since(from, now) as never, limit, connection);
	const found = [...new Map(records.map((record) => ({ ...read(record), record })).map((each) => [each.identity, each])).values()];
	// Equal times keep the order of the list, once it is known which way it runs.
	if ((found[0]?.time ?? 0) > (found.at(-1)?.time ?? 0)) found.reverse();
	return found.sort((a, b) => (a.time || 0) - (b.time || 0) || byNumber(a.identity, b.identity));
}

/** Times are whole seconds; IDs that are numbers tell which of two came first. */
function byNumber(a: string, b: string): number {
	if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return 0;
	// An ID may have more digits than a number holds.
	return Number(BigInt(a) > BigInt(b)) - Number(BigInt(a) < BigInt(b));
}

function items(found: Array<FeedEvent & { record: IDataObject }>): INodeExecutionData[][] | null {
	return found.length === 0 ? null : [found.map(({ output, record }) => ({ json: { ...output, raw: record } }))];
}

function keyOf(identity: string): string {
	return digest(identity).slice(0, 16);
}
