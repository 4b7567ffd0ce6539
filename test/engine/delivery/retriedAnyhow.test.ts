/**
 * Retries in any order, several at once, of lists and texts that change meanwhile, at a provider that refuses, loses answers and
 * takes a request in part: nobody gets a message twice, and nothing is told to be sent that was not.
 */
import { createClaims } from '../../../engine/delivery/claims';
import { newExecution } from '../../n8nContext';
import type { Answer, RunGiven, Seen } from '../examplePhoneCompany';
import { networkFault, run } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';
import { dice } from '../wire/dice';

interface Row {
	id: string;
	to: string;
	text: string;
	ok: true;
	ref: string;
	/** Of its request. */
	key: string;
	/** When the provider lists it, in ms since the epoch. */
	at: number;
}

interface Message {
	to: string;
	text: string;
}

type Saved = ReturnType<typeof newExecution>;

const phones = ['0412000100', '0412000101', '0412000102', '0412000103', '0412000104'];
const retries = 4;
const copy = (data: Saved): Saved => JSON.parse(JSON.stringify(data)) as Saved;
const told = ({ to, text }: Message): string => `${text} to ${to}`;

/** @returns what went wrong */
async function story(operation: string, seed: number): Promise<string[]> {
	const roll = dice(seed * 7919 + 1);
	const chance = (of: number): boolean => roll() < of;
	const below = (most: number): number => Math.floor(roll() * most);
	const oneOf = <T>(first: T, ...others: T[]): T => [first, ...others][below(others.length + 1)] ?? first;
	const clock = virtualClock();
	const claims = createClaims(clock);
	const taken: Row[] = [];
	const answers = new Map<string, Answer>();
	const wrong: string[] = [];
	let isFaulty = true;

	const send = ({ body, headers }: Seen): Answer => {
		const key = String(headers['key'] ?? '');
		const before = operation === 'message.sendKeyed' ? answers.get(key) : undefined;
		const isLost = isFaulty && chance(0.35);
		if (before) return isLost ? networkFault('ECONNRESET') : before;
		if (isFaulty && chance(0.3)) return oneOf<Answer>({ status: 403, body: { error: 'No credits' } }, { status: 400, body: { error: 'Bad' } }, { status: 503, body: {} }, networkFault('ECONNREFUSED'));
		const most = isLost && operation !== 'message.sendKeyed' ? oneOf(0, 1, 9, 9) : 9;
		const at = clock.now() + (isLost ? oneOf(0, 30_000, 58_000) : 0);
		const rows = body.messages.slice(0, most).map(({ to, text, ref }) => {
			if (isFaulty && chance(0.1)) return { to, ok: false, why: 'Blocked' };
			const row: Row = { id: String(1000 + taken.length), to, text, ok: true, ref, key, at };
			taken.push(row);
			return row;
		});
		answers.set(key, { body: { rows } });
		return isLost ? networkFault('ECONNRESET') : { body: { rows } };
	};
	const answer = async (seen: Seen): Promise<Answer> => {
		await clock.sleep(100 + 100 * below(3));
		if (seen.path === '/send') return send(seen);
		if (isFaulty && chance(0.5)) return { status: oneOf(403, 500), body: { error: 'Not now' } };
		const listed = taken.filter(({ at }) => at <= clock.now());
		if (seen.path === '/sent') return { body: { rows: listed } };
		const count = listed.filter(({ key }) => seen.path === `/requests/${key}`).length;
		return count === 0 ? { status: 404, body: { error: 'No such request' } } : { body: { count } };
	};

	let version = 1;
	const some = (of: number): string[] => phones.filter(() => chance(of)).sort(() => roll() - 0.5);
	// Items stay where they are: n8n gives a retry the same ones.
	let lists = Array.from({ length: 1 + below(3) }, () => [oneOf('0412000105', '0412000106'), ...some(0.4)]);
	const edit = (): void => {
		lists = lists.map(([first = '', ...others]) => [...new Set([...others.filter(() => chance(0.7)), first, ...some(0.2)])]);
		if (chance(0.2)) version++;
	};
	const wanted = (): Message[] => lists.flatMap((list, item) => list.map((phone) => ({ to: `61${phone.slice(1)}`, text: `Text ${version} of ${item}` })));
	const everWanted = new Set<string>();

	/** Looks whether what is told to be sent was sent: that very text to that very number. */
	const check = (rows: Array<Record<string, unknown>>): void => {
		wanted().forEach((message, index) => {
			const { accepted, messageId } = rows[index] ?? {};
			if (accepted !== true) return;
			// An ID of a whole request stands for all of it.
			const isThere = taken.some((row) => (row.id === messageId || row.key === messageId) && told(row) === told(message));
			if (!isThere) wrong.push(`not sent: ${told(message)}`);
		});
	};
	const saved: Saved[] = [];
	let executions = 0;
	const runIn = async (runData: Saved, mode: RunGiven['mode']): Promise<void> => {
		const items = lists.map((list, item) => ({ item, to: list.join(', ') }));
		for (const message of wanted()) everWanted.add(told(message));
		const parameters = { to: '={{ $json.to }}', message: `=Text ${version} of {{ $json.item }}`, options: { failOnRefused: true } };
		const given: RunGiven = { operation, parameters, items, clock, answer, claims, runData, executionId: String(++executions), mode };
		const tries = oneOf(1, 2);
		for (let index = 0; index < tries; index++) {
			const result = await run(given).catch(() => undefined);
			if (result) return check(result.items.map(({ json }) => json));
		}
		saved.push(copy(runData));
	};

	await runIn(newExecution(), 'manual');
	for (let index = 0; index <= retries && saved.length > 0; index++) {
		if (chance(0.5)) edit();
		isFaulty = index < retries;
		const begun = Array.from({ length: oneOf(1, 1, 2) }, () => copy(saved[below(saved.length)] ?? newExecution()));
		await Promise.all(begun.map(async (runData) => await runIn(runData, 'retry')));
		if (chance(0.3)) await clock.sleep(100_000);
	}
	const sent = taken.map(told);
	const twice = sent.filter((one, index) => sent.indexOf(one) !== index);
	return [...wrong, ...twice.map((one) => `sent twice: ${one}`), ...sent.filter((one) => !everWanted.has(one)).map((one) => `never wanted: ${one}`)];
}

/** Enough for every kind of fault that thousands of them ever found. */
const seeds = Array.from({ length: 20 }, (_, index) => 15 + index);

test.each(['message.send', 'message.sendKeyed', 'message.sendTogether', 'message.sendAlike', 'message.sendBlind', 'message.sendWhole'])('%s', async (operation) => {
	for (const seed of seeds) expect({ seed, wrong: await story(operation, seed) }).toEqual({ seed, wrong: [] });
});
