/** One request of a made-up operation, from its send to what is known of each entry, whatever the operation answers. */
import type { Claims } from '../../../engine/delivery/claims';
import { createClaims } from '../../../engine/delivery/claims';
import type { Desk, Planned } from '../../../engine/delivery/deliver';
import { deliver } from '../../../engine/delivery/deliver';
import { openLedger } from '../../../engine/delivery/ledger';
import type { Way } from '../../../engine/delivery/way';
import { failure, isFailure } from '../../../engine/failure';
import type { Posted } from '../../../engine/operation';
import { createPacer } from '../../../engine/wire/pacing';
import { createConnection } from '../../../engine/wire/request';
import { z } from '../../../engine/wire/schema';
import type { Answer } from '../examplePhoneCompany';
import { examplePhone, networkFault, secret } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const account = 'Example Phone me';
const usual: Way = {
	subject: 'message',
	isItem: false,
	verb: 'sent',
	effect: 'once',
	batchSize: 9,
	request: (entries) => ({ method: 'POST', path: '/send', body: { entries } }),
	response: z.unknown(),
	outcomes: (_response, entries) => entries.map((entry) => ({ accepted: true, output: { messageId: `id of ${String(entry)}` } })),
	unanswered: (entry, status) => ({ to: entry as string, status }),
	recipient: String,
};
const lost = (): Answer => networkFault('ECONNRESET');
const taken = (): Answer => ({ body: {} });

/** @param answer of sends, by their number from 1; what else is asked for is none of the company's */
function office(way: Partial<Way>, answer: (send: number) => Answer = taken, more: { claims?: Claims; clock?: ReturnType<typeof virtualClock>; showsRaw?: boolean; cancel?: AbortSignal } = {}) {
	const clock = more.clock ?? virtualClock();
	const sent: unknown[][] = [];
	const connection = createConnection({
		provider: examplePhone,
		credential: { username: 'me', password: secret, baseUrl: 'https://localhost/' },
		clock,
		pacer: createPacer(clock),
		cancel: more.cancel,
		transport: async ({ body }) => {
			sent.push((body as { entries: unknown[] }).entries);
			const given = answer(sent.length);
			if (given instanceof Error) throw given;
			return await Promise.resolve({ statusCode: given.status ?? 200, headers: {}, body: JSON.stringify(given.body) });
		},
	});
	const ledger = openLedger({ store: {}, run: '0', origin: { instance: 'i', workflow: 'w', node: 'n', execution: '1' }, isRetry: false });
	const claims = more.claims ?? createClaims(clock);
	const told: string[] = [];
	const doubts: boolean[] = [];
	const desk: Desk = {
		way: { ...usual, ...way }, connection, ledger, claims, showsRaw: () => more.showsRaw ?? false,
		doubted: (isSettled) => void doubts.push(isSettled), tell: (line) => void told.push(line),
	};
	const planned = (...entries: unknown[]): Planned[] => entries.map((entry, item) => ({ item, key: `${item}.0`, is: String(entry), entry, shared: undefined, group: '[null]' }));
	const send = async (...entries: unknown[]) => {
		const batch = planned(...entries);
		await deliver(desk, batch);
		return batch.map(({ result }) => result);
	};
	return { clock, claims, ledger, sent, told, doubts, planned, send };
}

const acceptedOf = (results: Awaited<ReturnType<ReturnType<typeof office>['send']>>) => results.map((result) => (isFailure(result) ? result.failureCause : result?.accepted));
const reasonOf = ([result]: Awaited<ReturnType<ReturnType<typeof office>['send']>>) => (result && 'accepted' in result ? result.reason : undefined);

describe('what the operation does not foresee', () => {
	test('before anything left is told as it came, and nothing is sent', async () => {
		const content = () => {
			throw new TypeError('No text');
		};
		const { send, sent, ledger, planned } = office({ doubt: { by: 'content', content, bookmark: async () => await Promise.resolve('0'), posted: async () => await Promise.resolve([]) } });
		const [result] = await send('a');
		expect(result).toMatchObject({ message: 'No text' });
		expect(sent).toEqual([]);
		expect(ledger.find(planned('a')[0] as Planned)?.outcome).toBeUndefined();
	});

	test('half-way through an answer leaves what was read before: the request is looked for as it was, and only the rest is sent again', async () => {
		const looked: unknown[][] = [];
		const circular: Record<string, unknown> = {};
		circular['self'] = circular;
		let answers = 0;
		const { send, sent } = office({
			outcomes: (_response, entries) => entries.map((entry) => ({ accepted: true, output: entry === 'b' && ++answers === 1 ? (circular as never) : { messageId: String(entry) } })),
			doubt: { by: 'mark', look: async (entries) => (looked.push(entries), await Promise.resolve(entries.map(() => 'absent' as const))) },
		});
		expect(acceptedOf(await send('a', 'b'))).toEqual([true, true]);
		expect(new Set(looked.map(String))).toEqual(new Set(['a,b']));
		expect(sent).toEqual([['a', 'b'], ['b']]);
	});

	test('a look that says nothing of an entry leaves it unknown, and it is not sent again', async () => {
		for (const verdicts of [[], ['unknown' as const]]) {
			const { send, sent, doubts } = office({ doubt: { by: 'mark', look: async () => await Promise.resolve(verdicts) } }, lost);
			const results = await send('a');
			expect(acceptedOf(results)).toEqual([null]);
			expect(reasonOf(results)).toContain('Example Phone could not tell whether it arrived');
			expect(sent).toHaveLength(1);
			if (verdicts.length > 0) expect(doubts).toEqual([false]);
		}
	});

	test('a culprit that is none of the entries refuses nobody: the bad one is found by halving', async () => {
		const { send, sent } = office({ culprits: () => new Map([[7, 'Bad']]) }, (number) => (number === 1 || number === 3 ? { status: 400, body: { error: 'Bad number' } } : taken()));
		expect(acceptedOf(await send('a', 'b'))).toEqual([true, false]);
		expect(sent).toEqual([['a', 'b'], ['a'], ['b']]);
	});
});

test('what never arrives, however often it is sent, is said to be sent by nobody', async () => {
	const { send, sent, doubts } = office({ doubt: { by: 'mark', look: async (entries) => await Promise.resolve(entries.map(() => 'absent' as const)) } }, lost);
	const [result] = await send('a');
	expect(result).toMatchObject({ failureCause: 'refused', advice: 'Example Phone was asked: nothing of this arrived. Run again later.' });
	expect(sent).toHaveLength(3);
	expect(doubts).toEqual([true, true, true]);
});

test('an outcome that nobody can tell is no outcome to remember', async () => {
	const { send, ledger, planned } = office({ outcomes: () => [{ accepted: null, output: { to: 'a' } }, { accepted: true, output: { to: 'b' } }] });
	expect(acceptedOf(await send('a', 'b'))).toEqual([null, true]);
	expect(planned('a', 'b').map((one) => ledger.find(one)?.outcome)).toEqual([undefined, { accepted: true, output: { to: 'b' } }]);
});

test.each([true, false])('the provider\'s own rows are kept where they are shown (%s), and no secret with them', async (showsRaw) => {
	const { send, ledger, planned } = office({ outcomes: () => [{ accepted: true, output: { to: 'a' }, raw: { said: secret }, reason: 'none' }] }, taken, { showsRaw });
	await send('a');
	expect(planned('a').map((one) => ledger.find(one)?.outcome)).toEqual([{ accepted: true, output: { to: 'a' }, ...(showsRaw && { raw: { said: '•••' } }) }]);
});

test('whose message a row is, is known by all IDs of an answer, on all its pages', async () => {
	const { send, claims, told } = office({
		outcomes: (response) => [{ accepted: true, output: { page: (response as { page: number }).page }, ids: [`id-${(response as { page: number }).page}`] }],
		next: (response) => ((response as { page: number }).page < 3 ? { method: 'POST', path: '/more', body: { entries: [(response as { page: number }).page] } } : undefined),
	}, (send) => ({ body: { page: send } }));
	const [result] = await send('a');
	expect(result).toMatchObject({ output: [{ page: 1 }, { page: 2 }, { page: 3 }] });
	expect(['id-1', 'id-2', 'id-3', 'id-4'].map((id) => claims.isClaimed(account, [id]))).toEqual([true, true, true, false]);
	expect(told).toEqual([]);
});

test('only a refusal of the request itself is asked whether it is an answer', async () => {
	const answered = () => ({ accepted: true, output: { was: 'there' } });
	expect(acceptedOf(await office({ answered }, () => ({ status: 409, body: {} })).send('a'))).toEqual([true]);
	expect(acceptedOf(await office({ answered }, () => ({ status: 401, body: {} })).send('a'))).toEqual(['account']);
	expect(acceptedOf(await office({ answered }, () => networkFault('ENOTFOUND')).send('a'))).toEqual(['unreachable']);
});

describe('content newer than a bookmark', () => {
	const by = (posted: () => Promise<Posted[] | undefined>): Partial<Way> => ({
		doubt: { by: 'content', content: (entry) => ({ to: String(entry), text: 'Hi' }), bookmark: async () => await Promise.resolve('0'), posted },
	});
	const row = (id: string, to: string): Posted => ({ ids: [id], to, text: 'Hi', outcome: { accepted: true, output: { messageId: id } } });

	test('that is too much to look through tells nothing, and nothing goes again', async () => {
		const { send, sent, doubts } = office(by(async () => await Promise.resolve(undefined)), lost);
		const results = await send('a');
		expect(doubts).toEqual([false]);
		expect([acceptedOf(results), sent.length]).toEqual([[null], 1]);
		expect(reasonOf(results)).toContain('Too many messages were sent through Example Phone since then to look through.');
	});

	test('that was found is nobody\'s rival any more; that was not, is one for whoever sends the same', async () => {
		const rivals = async (posted: () => Promise<Posted[] | undefined>, answer = lost) => {
			const { send, claims, clock } = office(by(posted), answer);
			await send('a', 'b');
			return claims.enter(account, { id: 'another', contents: [], since: clock.now() - 200_000 }).rivals({ to: 'a', text: 'Hi' });
		};
		expect(await rivals(async () => await Promise.resolve([row('1', 'a'), row('2', 'b')]))).toBe(0);
		expect(await rivals(async () => await Promise.resolve(undefined))).toBe(1);
		expect(await rivals(async () => await Promise.resolve([]), taken)).toBe(0);
		// Surely not there.
		expect(await rivals(async () => await Promise.resolve([]))).toBe(0);
	});

	test('is not looked for any longer when the execution is stopped', async () => {
		let looks = 0;
		const { send, clock, sent } = office(by(async () => (looks++, await Promise.reject(failure('cancelled', 'Stopped')))), lost);
		expect(acceptedOf(await send('a'))).toEqual([null]);
		expect([looks, sent.length, clock.sleeps]).toEqual([1, 1, []]);
	});
});

describe('the same request again', () => {
	const repeat: Partial<Way> = { doubt: { by: 'repeat', hours: 24 } };

	test('whose answer leaves somebody out leaves only that one unknown', async () => {
		const { send, sent } = office({ ...repeat, outcomes: (_response, entries) => entries.slice(0, 1).map(() => ({ accepted: true, output: {} })) }, (send) => (send === 1 ? lost() : taken()));
		expect(acceptedOf(await send('a', 'b'))).toEqual([true, null]);
		expect(sent).toEqual([['a', 'b'], ['a', 'b']]);
	});

	test('is under way, for whoever retries, as long as none of its tries was answered', async () => {
		const { send, claims } = office(repeat, lost);
		expect(acceptedOf(await send('a'))).toEqual([null]);
		expect(claims.unanswered(account)).toHaveLength(4);
		const answered = office(repeat, (send) => (send === 1 ? lost() : taken()));
		await answered.send('a');
		expect(answered.claims.unanswered(account)).toHaveLength(1);
	});

	test('is answered by a refusal that says so, and by nothing else', async () => {
		const answered = () => ({ accepted: true, output: { was: 'there' } });
		const refused = office({ ...repeat, answered }, (send) => (send === 1 ? lost() : { status: 409, body: {} }));
		expect(acceptedOf(await refused.send('a'))).toEqual([true]);
		expect(refused.claims.unanswered(account)).toHaveLength(1);
		expect(acceptedOf(await office({ ...repeat, answered }, (send) => (send === 1 ? lost() : { status: 500, body: {} })).send('a'))).toEqual([null]);
	});

	test('goes again three times, and not once more after a stop', async () => {
		const cancel = new AbortController();
		const { send, sent } = office(repeat, (send) => (send === 2 && cancel.abort(), lost()), { cancel: cancel.signal });
		expect(acceptedOf(await send('a'))).toEqual([null]);
		expect(sent).toHaveLength(2);
		const whole = office(repeat, lost);
		await whole.send('a');
		expect(whole.sent).toHaveLength(4);
	});
});

test('what may be done twice is done by a re-run, and nobody waits for it', async () => {
	const { send, claims, ledger, planned } = office({ effect: 'repeatable', verb: 'saved', outcomes: () => [] });
	expect(await send('a')).toEqual([expect.objectContaining({ accepted: null, advice: 'Look it up, or run it again.', output: { to: 'a', status: 'unknown' } })]);
	expect(claims.unanswered(account)).toEqual([]);
	expect(ledger.find(planned('a')[0] as Planned)?.request).toBeUndefined();
});
