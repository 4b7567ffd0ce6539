/**
 * The one doubt loop: sends the entries of a request, and finds out what became of each. A request whose answer was lost is
 * in doubt; that ends only by what this attempt alone can have made (see `Doubt`), and until then nothing is sent again.
 */
import type { Failure } from '../failure';
import { asFailure, failure, isFailure, redactValue } from '../failure';
import type { Content, Departure, Doubt, Outcome, Provider, ProviderRequest, Seeking, Settled } from '../operation';
import type { Connection } from '../wire/request';
import { bodyOf, readResponse, sender } from '../wire/request';
import { sleepUnlessCancelled } from '../wire/retrying';
import type { Claims, Stay } from './claims';
import { match } from './claims';
import type { Kept, Ledger, Underway } from './ledger';
import { digest } from '../digest';
import type { Way } from './way';

/** One entry on its way. `result` is filled when it is known. */
export interface Planned extends Kept {
	item: number;
	entry: unknown;
	shared: unknown;
	/** What it has in common with the entries that it may travel with. */
	group: string;
	result?: Outcome | Failure;
}

/** What the entries of one node in one execution are delivered with. */
export interface Desk {
	way: Way;
	connection: Connection;
	ledger: Ledger;
	claims: Claims;
	/** Whether the provider's own rows are shown, and so have to be kept. */
	showsRaw(item: number): boolean;
	/** Told when a request leaves for the first time. */
	departed?(): void;
	/** Told of every request whose answer was lost. */
	doubted(isSettled: boolean): void;
	/** Says something to the user beside the rows. */
	tell(sentence: string): void;
}

/** How often what surely did not arrive, or a repeat without an answer, goes again. */
const rounds = 3;
/** A provider whose answer was lost may still be at work as long as gateways keep a request open (60 s), and a little more; in ms. */
const usualPatience = 65_000;
const firstPause = 2_000;
const longestPause = 16_000;

/**
 * Fills the `result` of every entry. Never throws.
 * @param batch entries of one request: new ones, or all that an earlier run left in doubt together
 */
export async function deliver(desk: Desk, batch: Planned[]): Promise<void> {
	try {
		const [first] = batch;
		const id = first && desk.ledger.find(first)?.request;
		const order = id === undefined ? [] : (desk.ledger.underway(id)?.entries ?? []);
		// As they were sent, whatever their order is now.
		let open = [...batch].sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
		// An earlier run of this node was cut off while these were on their way, or could not find out.
		// Looking for it may take long; the next one need not wait.
		if (id !== undefined) desk.departed?.();
		if (id !== undefined) open = await settle(desk, { id, entries: open, why: 'An earlier attempt was cut off while it was under way' });
		for (let round = 0; open.length > 0; round++) {
			const doubts: Doubted[] = [];
			// What was one request may be several now: its entries were evaluated anew.
			for (const part of groups(open)) doubts.push(...(await attempt(desk, part)));
			open = [];
			for (const doubt of doubts) {
				const absent = await settle(desk, doubt);
				if (round + 1 < rounds) open.push(...absent);
				else for (const one of absent) one.result = failure('refused', doubt.why, `${desk.connection.provider.name} was asked: nothing of this arrived. Run again later.`);
			}
		}
	} catch (thrown) {
		// Whatever nobody foresaw: what left is in doubt, and not to be sent again.
		for (const one of batch) one.result ??= desk.ledger.find(one)?.request === undefined ? asFailure(thrown) : unknown(desk, one, asFailure(thrown).message);
	}
}

/** Entries that may travel together. */
function groups(open: Planned[]): Planned[][] {
	return [...new Set(open.map(({ group }) => group))].map((group) => open.filter((one) => one.group === group));
}

/** Entries of one request whose answer was lost. */
interface Doubted {
	id: string;
	entries: Planned[];
	why: string;
	stay?: Stay;
	/** What was sent, as long as this run knows it. */
	sent?: ProviderRequest;
}

/** One request, or as many as it takes where one bad entry refuses all. What is known goes into the results. @returns what is in doubt */
async function attempt(desk: Desk, open: Planned[]): Promise<Doubted[]> {
	const { way, connection, ledger, claims } = desk;
	const entries = open.map((one) => one.entry);
	const shared = open[0]?.shared;
	const { clock, account } = connection;
	const id = idOf(desk, open);
	const { doubt } = way;
	const send = sender(connection, 'read');
	const bookmark = doubt?.by === 'content' ? await claims.bookmark(account, async () => await doubt.bookmark(send)) : undefined;
	const contents = contentsOf(way, entries);
	const stay = contents && claims.enter(account, { id, contents, since: bookmark?.at ?? clock.now() });
	// A secret among its values must not be saved with the execution.
	const sentEntries = doubt && !way.secrets ? { sentEntries: JSON.parse(JSON.stringify(entries)) as unknown[] } : {};
	const underway: Underway = { id, entries: open.map(({ key }) => key), since: clock.now(), process: claims.process, account: accountPrint(connection), bookmark, ...sentEntries };
	const arrived = way.effect === 'once' ? claims.depart(account) : () => undefined;

	const depart = async (): Promise<ProviderRequest> => {
		if (underway.sent) return underway.sent;
		const departure: Departure = { id, now: clock.now() };
		underway.since = departure.now;
		const request = await way.request(entries, shared, departure);
		// Byte for byte the same in every repeat, whatever the time is then.
		if (doubt?.by === 'repeat') underway.sent = request;
		// For the same reason a re-run can not send it again then.
		ledger.begin(way.secrets ? { ...underway, sent: undefined } : underway, open);
		desk.departed?.();
		return request;
	};
	try {
		const answer = await ask(desk, open, id, depart);
		arrived(!('doubt' in answer));
		if ('doubt' in answer && way.effect === 'repeatable') {
			// Doing it again changes nothing, so a re-run simply does.
			for (const one of answer.doubt) {
				one.result = { accepted: null, reason: ended(answer.why), advice: 'Look it up, or run it again.', output: way.unanswered(one.entry, 'unknown') };
				ledger.free(one);
			}
			return [];
		}
		if ('doubt' in answer) {
			ledger.ended(id, clock.now());
			return [{ id, entries: answer.doubt, why: answer.why, stay, sent: underway.sent }];
		}
		stay?.leave(true);
		return 'sift' in answer ? await sift(desk, open, answer.sift, answer.failed) : [];
	} catch (thrown) {
		arrived(false);
		stay?.leave(false);
		throw thrown;
	}
}

function contentsOf({ doubt }: Way, entries: unknown[] | undefined): Content[] | undefined {
	return doubt?.by === 'content' ? entries?.map(doubt.content) : undefined;
}

/** An entry as it was sent, which is what there is to look for. */
function asSent({ ledger }: Desk, { key, is, entry }: Planned): unknown {
	const underway = ledger.underway(ledger.find({ key, is })?.request ?? '');
	const place = underway?.entries.indexOf(key) ?? -1;
	return underway?.sentEntries?.[place] ?? entry;
}

function accountPrint({ account }: Connection): string {
	return digest(account).slice(0, 12);
}

/** What an answer came to: all is known; some entries are in doubt; or one bad entry refused all. */
type Answer = { known: true } | { doubt: Planned[]; why: string } | { sift: Map<number, string>; failed: Failure };

/** Sends a request, and writes down what its answer says. Refusals and faults become results or doubt, never exceptions. */
async function ask(desk: Desk, open: Planned[], id: string, request: () => Promise<ProviderRequest>): Promise<Answer> {
	const { way, connection } = desk;
	const entries = open.map((one) => one.entry);
	try {
		const gone = way.gone && (async () => await way.gone?.(entries[0], sender(connection, 'read')));
		const response = await connection.request(request, way.effect, gone);
		// Nothing from here on may count as refused: the provider has answered, and may well have done its work.
		return await unforeseenIsDoubt(async (): Promise<Answer> => {
			const read = 'done' in response ? undefined : readResponse(connection.provider, bodyOf(response), way.response);
			const outcomes = 'done' in response ? [response.done as Outcome] : way.outcomes(read, entries, { id, now: connection.clock.now() });
			for (const [index, one] of open.entries()) conclude(desk, one, outcomes[index] && (await readOn(desk, one, outcomes[index], read)));
			const left = open.filter((one) => one.result === undefined);
			return left.length === 0 ? { known: true } : { doubt: left, why: `${connection.provider.name} did not answer for every entry of the request` };
		});
	} catch (thrown) {
		const failed = asFailure(thrown);
		const [only] = open;
		if (failed.failureCause === 'ambiguous' && way.effect === 'once') return { doubt: open, why: failed.message };
		const answered = failed.failureCause === 'refused' && only ? way.answered?.(failed, only.entry) : undefined;
		if (only && answered) {
			conclude(desk, only, answered);
			return { known: true };
		}
		const culprits = failed.failureCause === 'refused' ? way.culprits?.(failed.body, entries) : undefined;
		if (culprits) return { sift: new Map([...culprits].filter(([index]) => index in open)), failed };
		fail(desk, open, failed);
		return { known: true };
	}
}

/** The outcome with the rows of the response's further pages. The request did its work, so what goes wrong there is only told. */
async function readOn({ way, connection, tell }: Desk, { entry }: Planned, outcome: Outcome, first: unknown): Promise<Outcome> {
	const rows = [outcome.output].flat();
	const ids = [...(outcome.ids ?? [])];
	const asked = new Set<string>();
	try {
		for (let next = way.next?.(first, entry); next && !asked.has(JSON.stringify(next)); ) {
			asked.add(JSON.stringify(next));
			const read = readResponse(connection.provider, bodyOf(await connection.request(next, 'read')), way.response);
			const [more] = way.outcomes(read, [entry], { id: '', now: connection.clock.now() });
			rows.push(...[more?.output ?? []].flat());
			ids.push(...(more?.ids ?? []));
			next = way.next?.(read, entry);
		}
	} catch (thrown) {
		tell(`Not all results could be read, although the request did its work: ${asFailure(thrown).message}`);
	}
	return asked.size === 0 ? outcome : { ...outcome, output: rows, ...(outcome.ids && { ids }) };
}

async function unforeseenIsDoubt<T>(job: () => Promise<T>): Promise<T> {
	try {
		return await job();
	} catch (thrown) {
		const { message, advice } = asFailure(thrown);
		throw failure('ambiguous', message, advice);
	}
}

/** A refused request queued nothing, so all but the refused entries may go again at once. */
async function sift(desk: Desk, open: Planned[], culprits: Map<number, string>, failed: Failure): Promise<Doubted[]> {
	const { way, connection, ledger } = desk;
	if (open.length === 1) culprits.set(0, culprits.get(0) ?? failed.message);
	// Of several entries it may be about another one.
	const advice = open.length === 1 ? failed.advice : '';
	for (const one of open) ledger.free(one);
	for (const [index, reason] of culprits) {
		const one = open[index];
		if (one) one.result = { accepted: false, reason, ...(advice !== '' && { advice }), output: way.unanswered(one.entry, 'failed') };
	}
	const rest = open.filter((one) => one.result === undefined);
	const middle = culprits.size > 0 ? rest.length : Math.ceil(rest.length / 2);
	const doubts: Doubted[] = [];
	for (const part of [rest.slice(0, middle), rest.slice(middle)]) {
		if (part.length === 0) continue;
		if (connection.cancel?.aborted) fail(desk, part, failure('cancelled', 'The execution was stopped before this item was sent'));
		else doubts.push(...(await attempt(desk, part)));
	}
	return doubts;
}

/** Finds out about entries in doubt. @returns those that are surely not there, and may go again */
async function settle(desk: Desk, doubted: Doubted): Promise<Planned[]> {
	const { ledger, way, connection } = desk;
	const underway = ledger.underway(doubted.id);
	const waiting = doubted.entries.filter((one) => one.result === undefined);
	const { account, provider } = connection;
	const contents = contentsOf(way, underway?.sentEntries);
	const stay = doubted.stay ?? (underway && contents && desk.claims.enter(account, { id: underway.id, contents, since: underway.bookmark?.at ?? underway.since }));
	let found: Verdict[];
	try {
		if (!underway || !way.doubt) found = unknowns(waiting, `${provider.name} cannot be asked whether it arrived.`);
		// The user changed the credential meanwhile: what is not in the new account says nothing of the old one.
		else if (underway.account !== accountPrint(connection)) found = unknowns(waiting, 'It was sent through another account');
		else found = await means[way.doubt.by](desk, { ...doubted, entries: waiting.map((one) => ({ ...one, entry: asSent(desk, one) })), stay }, underway, way.doubt as never);
	} catch (thrown) {
		found = unknowns(waiting, asFailure(thrown).message);
	}
	waiting.forEach((one, index) => {
		const verdict = found[index] ?? 'unknown';
		if (verdict === 'absent') ledger.free(one);
		else if (verdict === 'unknown') one.result = unknown(desk, one, `${ended(doubted.why)} ${connection.provider.name} could not tell whether it arrived`);
		else if ('why' in verdict) one.result = unknown(desk, one, `${ended(doubted.why)} ${verdict.why === doubted.why ? '' : verdict.why}`.trim());
		else conclude(desk, one, verdict);
	});
	stay?.leave(!found.some((verdict) => verdict === 'unknown' || (typeof verdict === 'object' && 'why' in verdict)));
	desk.doubted(!found.some((verdict) => verdict === 'unknown' || (typeof verdict === 'object' && 'why' in verdict)));
	return waiting.filter((_, index) => found[index] === 'absent');
}

/** What became of an entry in doubt, or why that cannot be known. */
type Verdict = Exclude<Settled, 'unfinished'> | { why: string; waits?: true };
type DoubtBy<K extends Doubt<unknown>['by']> = Extract<Doubt<unknown>, { by: K }>;

function unknowns(entries: Planned[], why: string): Verdict[] {
	return entries.map(() => ({ why }));
}

const means: { [K in Doubt<unknown>['by']]: (desk: Desk, doubted: Doubted, underway: Readonly<Underway>, doubt: DoubtBy<K>) => Promise<Verdict[]> } = {
	async repeat(desk, { id, entries, why, sent: kept }, underway, { hours, patience, isAnswer }) {
		const { connection, ledger } = desk;
		const { clock, cancel, provider } = connection;
		// What is repeated has to be, to the last entry, what was sent.
		const isWhole = underway.entries.every((key) => entries.some((one) => one.key === key));
		const sent = kept ?? underway.sent;
		if (!isWhole || !sent) return unknowns(entries, 'It was part of a request that cannot go again as it was');
		for (let round = 0, reason = why; ; round++) {
			if (round >= rounds) return unknowns(entries, reason);
			await sleepUnlessCancelled(Math.max(0, endOf(desk, underway, patience) - clock.now()), clock, cancel);
			if (clock.now() - underway.since > hours * 3_600_000) return unknowns(entries, `${provider.name} no longer knows a repeat of this request`);
			const tried = entries.map((one) => ({ ...one, result: undefined as Planned['result'] }));
			const answer = await askAgain(desk, tried, id, sent);
			if (answer === 'known') return tried.map(({ result }) => (result && 'accepted' in result && (isAnswer?.(result) ?? true) ? result : { why }));
			ledger.ended(id, clock.now());
			reason = answer;
		}
	},
	async mark(desk, { id, entries }, underway, { look }) {
		const seeking: Seeking = { send: sender(desk.connection, 'read'), id, since: underway.since };
		const unfinished: Verdict = { why: partly(desk), waits: true };
		// All that was sent, also when only some of it is still asked for: the provider may tell of the request as a whole.
		const all = underway.sentEntries ?? entries.map((one) => one.entry);
		const places = entries.map(({ key }, index) => (underway.sentEntries ? underway.entries.indexOf(key) : index));
		return await untilSure(desk, underway, async () => {
			const found = await look(all, seeking).catch(ifGone(all));
			return places.map((place) => {
				const one = found[place] ?? 'unknown';
				return one === 'unfinished' ? unfinished : one;
			});
		});
	},
	async content(desk, { entries, stay }, underway, { content, posted }) {
		const { connection, claims } = desk;
		const { account } = connection;
		const { bookmark } = underway;
		if (!bookmark) return unknowns(entries, `It cannot be told from older messages at ${connection.provider.name}.`);
		const wanted = entries.map(({ entry }) => content(entry));
		const isOwnProcess = underway.process === claims.process && claims.reachesBackTo(account, bookmark.at);
		const verdicts: Verdict[] = entries.map(() => 'absent');
		// What was found is claimed: whoever looks again does not find it.
		const orElse = (why: string): Verdict[] => verdicts.map((verdict) => (isSure(verdict) ? verdict : { why }));
		const look = async (): Promise<Verdict[]> => {
			const rows = await posted(sender(connection, 'read'), bookmark.after, entries.map((one) => one.entry));
			if (!rows) return orElse(`Too many messages were sent through ${connection.provider.name} since then to look through.`);
			const open = verdicts.flatMap((verdict, index) => (isSure(verdict) ? [] : [index]));
			const contents = open.flatMap((index) => wanted[index] ?? []);
			const found = match(contents, rows.filter(({ ids, partOf = [] }) => !claims.isClaimed(account, [...ids, ...partOf])), (content) => stay?.rivals(content) ?? 0);
			open.forEach((index, place) => {
				const one = found[place] ?? 'absent';
				if (one === 'absent') verdicts[index] = one;
				else if (one === 'contested') verdicts[index] = { why: 'Another workflow sent the same text to the same number at that time, and not all of these messages are there.', waits: true };
				else if (one === 'altered') verdicts[index] = { why: `${connection.provider.name} lists a message to this number whose characters may have been replaced.`, waits: true };
				else if (!one.outcome) verdicts[index] = { why: partly(desk), waits: true };
				// n8n was restarted since, or this is another worker: whose message this is, is not known here.
				else if (!isOwnProcess) verdicts[index] = { why: 'A message like it is there, but it may be another workflow\'s.' };
				else {
					// At once: whoever looks next must not find it free.
					claims.claim(account, one.ids);
					const own = contents[place];
					if (own) stay?.drop(own);
					verdicts[index] = { ...one.outcome, ids: one.ids };
				}
			});
			return verdicts;
		};
		return await untilSure(desk, underway, look).catch((thrown: unknown) => orElse(asFailure(thrown).message));
	},
};

/** "There is no such thing", in the provider's own words, is an answer: nothing of it arrived (yet). */
function ifGone(entries: unknown[]): (thrown: unknown) => Settled[] {
	return (thrown) => {
		if (isFailure(thrown) && thrown.gone === true) return entries.map(() => 'absent');
		throw thrown;
	};
}

function partly({ connection: { provider } }: Desk): string {
	return `${provider.name} lists only a part of it.`;
}

/** Whether a verdict will not change while the provider is at work. */
function isSure(verdict: Verdict): boolean {
	return verdict !== 'absent' && !(typeof verdict === 'object' && 'waits' in verdict);
}

/** Looks until nothing is absent any more, or until the provider is surely not at work any more. A look that fails is made again. */
async function untilSure(desk: Desk, underway: Readonly<Underway>, look: () => Promise<Verdict[]>): Promise<Verdict[]> {
	const { clock, cancel } = desk.connection;
	const end = endOf(desk, underway);
	for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
		// Only a look that begins when the provider has surely ended says that something is absent.
		const isLast = clock.now() >= end;
		const found = await look().catch((thrown: unknown) => asFailure(thrown));
		const isOpen = !Array.isArray(found) ? found.failureCause !== 'cancelled' : !found.every(isSure);
		if (isLast || !isOpen) {
			if (Array.isArray(found)) return found;
			throw found;
		}
		await sleepUnlessCancelled(Math.min(pause, Math.max(0, end - clock.now())), clock, cancel);
	}
}

/** When the provider is surely not at work any more. */
function endOf({ connection: { provider } }: Desk, { since, ended: attemptEnded }: Readonly<Underway>, patience = patienceOf(provider)): number {
	return (attemptEnded ?? since + provider.timeout) + patience;
}

/** How long after an answer was lost the provider may still be at work, in ms. */
export function patienceOf({ patience = usualPatience }: Provider): number {
	return patience;
}

/** HTTP statuses that speak about the request; others (401, 429 ...) may come before the provider looks for a first one. */
const statusesOfAnswers = new Set([400, 404, 410, 413, 422]);

/** The same request again. @returns why its answer says nothing of the first attempt, unless it is known now */
async function askAgain(desk: Desk, entries: Planned[], id: string, sent: ProviderRequest): Promise<string> {
	const { way, connection, claims } = desk;
	const arrived = claims.depart(connection.account);
	try {
		const response = await connection.request(sent, 'once');
		const outcomes = way.outcomes(readResponse(connection.provider, bodyOf(response), way.response), entries.map(({ entry }) => entry), { id, now: connection.clock.now() });
		entries.forEach((one, index) => (one.result = outcomes[index]));
		arrived(true);
		return 'known';
	} catch (thrown) {
		const failed = asFailure(thrown);
		arrived(failed.failureCause !== 'ambiguous');
		if (failed.failureCause === 'cancelled') throw failed;
		const [only] = entries;
		const answered = failed.failureCause === 'refused' && only ? way.answered?.(failed, only.entry) : undefined;
		if (only && answered) {
			only.result = answered;
			return 'known';
		}
		if (failed.failureCause !== 'refused' || !statusesOfAnswers.has(failed.httpStatus ?? 0)) return failed.message;
		for (const one of entries) one.result = { accepted: false, reason: failed.message, advice: failed.advice, output: way.unanswered(one.entry, 'failed') };
		return 'known';
	}
}

/** The same text for the same request in every attempt that may be a repeat, and another for every other request. */
function idOf({ ledger }: Desk, open: Planned[]): string {
	const entries = open.map((one) => [one.key, one.is, ledger.find(one)?.failed ?? 0, one.entry]);
	return digest(JSON.stringify([ledger.nonce, entries, open[0]?.group])).slice(0, 40);
}

/** Writes down what an entry came to. `undefined`: that is not known yet. */
export function conclude(desk: Desk, one: Planned, told: Outcome | undefined): void {
	if (told === undefined) return;
	const { ledger, claims, connection } = desk;
	// A provider may repeat what it was sent, credential included.
	const outcome = redactValue(told, connection.redact);
	one.result = outcome;
	if (outcome.accepted === false) ledger.free(one);
	else if (outcome.accepted === true) {
		const ids = outcome.ids ?? [outcome.output].flat().flatMap(({ messageId }) => (typeof messageId === 'string' ? [messageId] : []));
		claims.claim(connection.account, ids);
		const { accepted, output, raw } = outcome;
		ledger.record(one, { accepted, output, ...(desk.showsRaw(one.item) && raw && { raw }) });
	}
}

function fail({ ledger }: Desk, entries: Planned[], failed: Failure): void {
	for (const one of entries) {
		one.result = failed;
		ledger.free(one);
	}
}

/** Stays in doubt in the ledger: a re-run looks again, and sends only what is surely not there. */
function unknown(desk: Desk, one: Planned, why: string): Outcome {
	const { way, connection, ledger } = desk;
	const { subject, verb } = way;
	return {
		accepted: null,
		reason: `It is not known whether this ${verb === 'done' ? '' : `${subject} `}was ${verb}. ${ended(why)}`,
		advice: `It was not ${verb} again, so that it cannot happen twice. Look it up at ${connection.provider.name}, and run it again only if it is not there.`,
		output: way.unanswered(asSent(desk, one), 'unknown', ledger.find(one)?.request),
	};
}

function ended(sentence: string): string {
	return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
