/** Whose is what a provider lists: what the executions of one process know of each other. */
import { createClaims, match, type Claims } from '../../../engine/delivery/claims';
import type { Pages } from '../../../engine/delivery/ledger';
import type { Posted } from '../../../engine/operation';
import { virtualClock } from '../virtualClock';

const hour = 3_600_000;
const sale = (to?: string) => ({ to, text: 'Sale today' });

describe('a bookmark', () => {
	test('is of the time before it was asked for, and serves every request of the next ten seconds', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const start = clock.now();
		let asked = 0;
		const ask = async () => {
			await clock.sleep(100);
			return String(++asked);
		};
		const first = { after: '1', at: start };
		expect(await Promise.all([claims.bookmark('me', ask), claims.bookmark('me', ask)])).toEqual([first, first]);
		await clock.sleep(9_899);
		expect(await claims.bookmark('me', ask)).toEqual(first);
		await clock.sleep(1);
		expect(await claims.bookmark('me', ask)).toEqual({ after: '2', at: start + 10_000 });
		expect(await claims.bookmark('you', ask)).toMatchObject({ after: '3' });
	});

	test('that could not be had is asked for again by the next', async () => {
		const claims = createClaims(virtualClock());
		expect(await claims.bookmark('me', async () => await Promise.reject(new Error('no')))).toBeUndefined();
		expect(await claims.bookmark('me', async () => await Promise.resolve('7'))).toMatchObject({ after: '7' });
	});
});

describe('rivals', () => {
	const open = () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const enter = (id: string, contents: Array<ReturnType<typeof sale>>, account = 'me') => claims.enter(account, { id, contents, since: clock.now() });
		return { clock, enter };
	};

	test('are the entries of other requests of the account with the same text to the same number, or to everybody', () => {
		const { enter } = open();
		const mine = enter('1', [sale('a'), sale('b')]);
		enter('2', [sale('a'), sale('a'), { to: 'a', text: 'Another' }]);
		enter('3', [sale(), { to: 'b', text: 'sale TODAY!' }]);
		enter('4', [sale('a')], 'you');
		expect([mine.rivals(sale('a')), mine.rivals(sale('b')), mine.rivals(sale('c')), mine.rivals(sale())]).toEqual([3, 2, 1, 4]);
	});

	test('are so until they are told apart, each by itself', () => {
		const { enter } = open();
		const mine = enter('1', [sale('a'), sale('b')]);
		const other = enter('2', [sale('a'), sale('b'), sale('b')]);
		other.drop(sale('b'));
		expect([mine.rivals(sale('a')), mine.rivals(sale('b'))]).toEqual([1, 1]);
		other.drop({ to: 'a', text: 'sale TODAY!' });
		expect([mine.rivals(sale('a')), mine.rivals(sale('b'))]).toEqual([0, 1]);
		other.leave(true);
		expect([mine.rivals(sale('a')), mine.rivals(sale('b'))]).toEqual([0, 0]);
	});

	test('stay so when nobody knows what became of them, for all that had begun by then', async () => {
		const { clock, enter } = open();
		const before = enter('1', [sale('a')]);
		const lost = enter('2', [sale('a')]);
		await clock.sleep(1);
		lost.leave(false);
		const atOnce = enter('3', [sale('a')]);
		expect(before.rivals(sale('a'))).toBe(2);
		expect(atOnce.rivals(sale('a'))).toBe(2);
		await clock.sleep(1);
		expect(enter('4', [sale('a')]).rivals(sale('a'))).toBe(2);
	});

	test('a request that is looked for again is none of itself', () => {
		const { enter } = open();
		enter('1', [sale('a')]);
		expect(enter('1', [sale('a')]).rivals(sale('a'))).toBe(0);
	});

	test('that were lost a day ago are forgotten', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const since = clock.now();
		const mine = claims.enter('me', { id: '1', contents: [sale('a')], since });
		claims.enter('me', { id: '2', contents: [sale('a')], since }).leave(false);
		await clock.sleep(24 * hour);
		claims.claim('me', ['x']);
		expect(mine.rivals(sale('a'))).toBe(1);
		await clock.sleep(1);
		claims.claim('me', ['x']);
		expect(mine.rivals(sale('a'))).toBe(0);
	});
});

describe('what is claimed', () => {
	test('is nobody else\'s, by any of its IDs, for a day', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const start = clock.now();
		claims.claim('me', ['1', '2']);
		expect([claims.isClaimed('me', ['3', '2']), claims.isClaimed('me', ['3']), claims.isClaimed('you', ['1'])]).toEqual([true, false, false]);
		expect(claims.reachesBackTo('me', start)).toBe(true);
		await clock.sleep(24 * hour);
		claims.claim('me', ['3']);
		expect(claims.isClaimed('me', ['1'])).toBe(true);
		await clock.sleep(1);
		claims.claim('me', ['4']);
		expect([claims.isClaimed('me', ['1']), claims.isClaimed('me', ['3'])]).toEqual([false, true]);
		// A request that began while they were still known can be told from them; one from before cannot.
		expect([claims.reachesBackTo('me', start), claims.reachesBackTo('me', start + 1)]).toEqual([false, true]);
	});

	test('is forgotten from the oldest on when it is too much, and then nothing from before is certain', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		claims.claim('me', ['first']);
		await clock.sleep(5);
		const later = clock.now();
		claims.claim('me', Array.from({ length: 99_999 }, (_, index) => String(index)));
		expect(claims.isClaimed('me', ['first'])).toBe(true);
		claims.claim('me', ['one more']);
		expect([claims.isClaimed('me', ['first']), claims.isClaimed('me', ['0'])]).toEqual([false, true]);
		expect([claims.reachesBackTo('me', later - 5), claims.reachesBackTo('me', later)]).toEqual([false, true]);
	});
});

test('sends without an answer are known for an hour, others until they are answered', async () => {
	const clock = virtualClock();
	const claims = createClaims(clock);
	const [answered, lost] = [claims.depart('me'), claims.depart('me')];
	claims.depart('you');
	expect(claims.unanswered('me').map(({ isAnswered, lost: at }) => [isAnswered, at])).toEqual([[false, undefined], [false, undefined]]);
	answered(true);
	lost(false);
	const at = clock.now();
	expect(claims.unanswered('me')).toEqual([{ isAnswered: false, lost: at }]);
	await clock.sleep(hour);
	claims.depart('me')(true);
	expect(claims.unanswered('me')).toHaveLength(1);
	await clock.sleep(1);
	claims.depart('me')(true);
	expect(claims.unanswered('me')).toEqual([]);
});

describe('retries of the same execution', () => {
	const pages = (nonce: string, marks: number): Pages => ({ nonce, marks: Object.fromEntries(Array.from({ length: marks }, (_, index) => [`${index}.0`, { is: 'this', failed: 0 }])), requests: {} });
	const remember = (claims: Claims, ...all: Pages[]) => all.forEach((each) => claims.retried.set(each.nonce, each));

	test('send one after another; another execution does not wait', async () => {
		const clock = virtualClock();
		const claims = createClaims(clock);
		const start = clock.now();
		const end = await claims.turn('a');
		await claims.turn('b');
		const next = claims.turn('a').then(() => clock.now() - start);
		await clock.sleep(700);
		end();
		expect(await next).toBe(1000);
	});

	test('are forgotten also when they sent nothing', async () => {
		const claims = createClaims(virtualClock());
		remember(claims, pages('a', 0), pages('b', 99_998), pages('c', 0));
		await claims.turn('d');
		expect([...claims.retried.keys()]).toEqual(['b', 'c']);
	});

	test('are forgotten from the oldest on when they sent too much, but not one that is at work', async () => {
		const claims = createClaims(virtualClock());
		remember(claims, pages('a', 39_999), pages('b', 39_999), pages('c', 19_999));
		await claims.turn('a');
		expect([...claims.retried.keys()]).toEqual(['a', 'b', 'c']);
		remember(claims, pages('d', 0));
		await claims.turn('e');
		expect([...claims.retried.keys()]).toEqual(['a', 'c', 'd']);
		remember(claims, pages('f', 39_999), pages('g', 39_999));
		await claims.turn('h');
		expect([...claims.retried.keys()]).toEqual(['a', 'g']);
	});
});

describe('which row is whose', () => {
	const row = (id: string, to: string, text: string): Posted => ({ ids: [id], to, text });
	const found = (wanted: Array<{ to: string; text: string }>, rows: Posted[], rivals = 0) => match(wanted, rows, () => rivals).map((one) => (typeof one === 'string' ? one : one.ids[0]));

	test('that of the same number, with the very same text first', () => {
		const wanted = [{ to: 'a', text: '$150' }, { to: 'a', text: '$1.50' }, { to: 'b', text: '$150' }];
		expect(found(wanted, [row('1', 'a', '$1.50'), row('2', 'c', '$150'), row('3', 'a', ' $150 ')])).toEqual(['3', '1', 'absent']);
		// Blanks around it are the provider's.
		expect(found(wanted.slice(0, 2), [row('1', 'a', ' $1.50 '), row('2', 'a', ' $150 ')])).toEqual(['2', '1']);
		// Or they took ours off.
		expect(found([{ to: 'a', text: '$1.50\n' }, { to: 'a', text: '$15.0\n' }], [row('1', 'a', '$15.0'), row('2', 'a', '$1.50')])).toEqual(['2', '1']);
	});

	test('with as many rows as all rivals have entries each gets its own; with fewer nobody can tell', () => {
		const wanted = [sale('a'), sale('a')].map((one) => ({ ...one, to: 'a' }));
		const rows = ['1', '2', '3'].map((id) => row(id, 'a', 'Sale today'));
		expect(found(wanted, rows, 1)).toEqual(['1', '2']);
		expect(found(wanted, rows, 2)).toEqual(['contested', 'contested']);
		expect(found(wanted, [], 2)).toEqual(['absent', 'absent']);
		expect(found(wanted, rows.slice(0, 1))).toEqual(['1', 'absent']);
	});

	test('one whose characters may have been replaced on the way is not surely absent, at the same number', () => {
		expect(found([{ to: 'a', text: 'Größe' }], [row('1', 'a', 'Gr??e')])).toEqual(['altered']);
		expect(found([{ to: 'a', text: 'Größe' }], [row('1', 'b', 'Gr??e')])).toEqual(['absent']);
		// One that is there unchanged is found, whatever else may have been it.
		expect(found([{ to: 'a', text: 'Größe' }], [row('1', 'a', 'Gr??e'), row('2', 'a', 'Größe')])).toEqual(['2']);
	});
});
