/** What an earlier execution sent, as a provider lists it, and what is said and done about it. */
import { createClaims } from '../../../engine/delivery/claims';
import type { Desk, Planned } from '../../../engine/delivery/deliver';
import type { EarlierSends } from '../../../engine/delivery/earlier';
import { findEarlier } from '../../../engine/delivery/earlier';
import type { Lost } from '../../../engine/delivery/ledger';
import { openLedger } from '../../../engine/delivery/ledger';
import type { Content, Posted } from '../../../engine/operation';
import { createPacer } from '../../../engine/wire/pacing';
import { createConnection } from '../../../engine/wire/request';
import { examplePhone } from '../examplePhoneCompany';
import type { VirtualClock } from '../virtualClock';
import { virtualClock } from '../virtualClock';

const account = 'Example Phone me';
const patience = 65_000;

/** A retry in a process that began `age` ms ago; what is planned is its content. */
async function retry({ posted, whole = true, age = patience + 1, clock = virtualClock() }: { posted: Posted[]; whole?: boolean; age?: number; clock?: VirtualClock }) {
	const claims = createClaims(clock);
	if (age > 0) await clock.sleep(age);
	clock.sleeps.length = 0;
	const unused = async (): Promise<never> => await Promise.reject(new Error('Nothing is asked for here'));
	const connection = createConnection({ provider: examplePhone, credential: { username: 'me', password: 'x', baseUrl: 'https://localhost/' }, clock, pacer: createPacer(clock), transport: unused });
	const ledger = openLedger({ store: {}, run: '0', origin: { instance: 'i', workflow: 'w', node: 'n', execution: '2' }, isRetry: true });
	const told: string[] = [];
	let looks = 0;
	const history = { content: (entry: unknown) => entry as Content, recent: async () => (looks++, await Promise.resolve({ posted, whole })) };
	const desk = { way: { history }, connection, ledger, claims, showsRaw: () => false, doubted: () => undefined, tell: (line: string) => void told.push(line) } as unknown as Desk;
	const lost: Lost = { isFinal: false };
	/** @param from the number of the first item, and the place of its recipient */
	const find = async (contents: Content[], choice: EarlierSends = 'skip', { item: first = 0, place = 0 } = {}) => {
		const planned = contents.map((entry, index): Planned => ({ item: first + index, key: `${first + index}.${place}`, is: 'this', entry, shared: undefined, group: '' }));
		const said = await findEarlier(desk, lost, planned, choice).catch((thrown: unknown) => (thrown as Error).message);
		return { said, found: planned.map(({ result }) => (result && 'output' in result ? result.output : undefined)) };
	};
	return { clock, claims, ledger, told, find, looks: () => looks };
}

const hi = (to?: string, more: Partial<Content> = {}): Content => ({ to, text: 'Hi', ...more });
const row = (id: string, to?: string, more: Partial<Posted> = {}): Posted => ({ ids: [id], to, text: 'Hi', outcome: { accepted: true, output: { messageId: id } }, ...more });

test('when the first of them was sent is told, where the provider says so', async () => {
	const at = Date.parse('2029-12-31T10:00:00Z');
	const sent = await retry({ posted: [row('1', 'a', { at: at + 5_000 }), row('2', 'b', { at })] });
	expect((await sent.find([hi('a'), hi('b'), hi('c')], 'stop')).said).toBe('2 of 3 messages of this run seem to have been sent already, the first on 2029-12-31T10:00:00.000Z');
	const without = await retry({ posted: [row('1', 'a')] });
	expect((await without.find([hi('a'), hi('b')], 'stop')).said).toBe('1 of 2 messages of this run seem to have been sent already');
});

test('what is skipped has the outcome that the provider tells, or its number and text', async () => {
	const { find } = await retry({ posted: [row('1', 'a'), row('2', 'b', { outcome: undefined })] });
	const { said, found } = await find([hi('a'), hi('b'), hi('c')]);
	expect(said).toBe('2 of 3 messages were found at Example Phone from an earlier run, and not sent again.');
	expect(found).toEqual([{ messageId: '1' }, { to: 'b', text: 'Hi' }, undefined]);
	expect(await (await retry({ posted: [] })).find([hi('a')])).toEqual({ said: undefined, found: [undefined] });
	// A send to a group has no number.
	expect((await (await retry({ posted: [row('1', undefined, { outcome: undefined })] })).find([hi()])).found).toEqual([{ text: 'Hi' }]);
});

test('what all of it was found of is neither waited for nor looked for again, and needs no list that reaches further', async () => {
	const { find, looks, clock, told } = await retry({ posted: [row('1', 'a')], whole: false, age: 0 });
	expect((await find([hi('a')])).found).toEqual([{ messageId: '1' }]);
	expect([looks(), clock.sleeps, told]).toEqual([1, [], []]);
});

test('a row is one message\'s, also in the next iteration: who was not sent to is sent to', async () => {
	const { find } = await retry({ posted: [row('1', 'a')] });
	expect((await find([hi('a')])).found).toEqual([{ messageId: '1' }]);
	expect((await find([hi('a')])).found).toEqual([undefined]);
});

test('a row that stands on two pages is one, by any of its IDs', async () => {
	const { find } = await retry({ posted: [row('1', 'a', { ids: ['1', 'x'] }), row('1', 'a', { ids: ['x', 'y'] })] });
	expect((await find([hi('a'), hi('a')])).found).toEqual([{ messageId: '1' }, undefined]);
});

test('a new process waits until what the one before it sent is surely there, says so, and looks again', async () => {
	const { find, clock, looks, told } = await retry({ posted: [], age: 0 });
	const start = clock.now();
	await find([hi('a')]);
	expect([clock.now() - start, looks()]).toEqual([patience, 2]);
	expect(told).toEqual(['This is a retry, and n8n may not have kept all of the first run. Example Phone may have been at work on it still, so this waited until that was surely over.']);
	await find([hi('b')], 'skip', { item: 1 });
	expect(looks()).toBe(2);
	const later = await retry({ posted: [], age: patience });
	await later.find([hi('a')]);
	expect([later.clock.sleeps, later.told, later.looks()]).toEqual([[], [], 1]);
});

test('what was found of a part may be followed by more: it waits before it sends the rest, and not where it sends nothing', async () => {
	const skipping = await retry({ posted: [row('1', 'a')], age: 0 });
	const start = skipping.clock.now();
	await skipping.find([hi('a'), hi('b')], 'skip');
	expect([skipping.clock.now() - start, skipping.looks()]).toEqual([patience, 2]);
	const stopping = await retry({ posted: [row('1', 'a')], age: 0 });
	await stopping.find([hi('a'), hi('b')], 'stop');
	expect([stopping.clock.sleeps, stopping.looks()]).toEqual([[], 1]);
});

test('a send that is under way is waited for until it is answered, and no longer', async () => {
	const { find, claims, clock } = await retry({ posted: [] });
	const start = clock.now();
	const ended = claims.depart(account);
	const search = find([hi('a')]);
	await clock.sleep(10_500);
	ended(true);
	await search;
	expect(clock.now() - start).toBeLessThanOrEqual(11_500);
});

describe('a text that the provider fills in', () => {
	const filledIn = (reference?: string) => hi('a', { text: 'Hi {name}', isFilledIn: true, reference });

	test('is found by its reference, whatever its case, and by no other', async () => {
		const posted = [row('1', 'a', { text: 'Hi Anna', reference: ' Order-7 ' })];
		expect((await (await retry({ posted })).find([filledIn('order-7')])).found).toEqual([{ messageId: '1' }]);
		expect((await (await retry({ posted })).find([filledIn('order-8')])).found).toEqual([undefined]);
	});

	test('is found by its item, whatever its place there, where the reference is this node\'s own', async () => {
		// A hash of digits alone is no item.
		const posted = (place: string) => ['0', '10-11', '11'].map((item) => row(item, 'a', { text: 'Hi Anna', reference: `n8n-${place}01234567890-${item}` }));
		const { ledger } = await retry({ posted: [] });
		const found = async (item: number, place = 0, of = ledger.place) => (await (await retry({ posted: posted(of) })).find([filledIn()], 'skip', { item, place })).found;
		const its = (messageId: string) => [{ messageId }];
		expect([await found(0), await found(10), await found(1)]).toEqual([its('0'), its('10-11'), [undefined]]);
		expect([await found(10, 1), await found(11, 2)]).toEqual([its('10-11'), its('11')]);
		expect([await found(0, 0, 'other0'), await found(1, 0, '123456')]).toEqual([[undefined], [undefined]]);
		expect((await (await retry({ posted: posted(ledger.place) })).find([{ ...filledIn(), to: 'b' }], 'skip', { item: 0 })).found).toEqual([undefined]);
	});

	test('and another that is sent as it stands never share a row', async () => {
		const { find } = await retry({ posted: [row('1', 'a', { text: 'Hi {name}', reference: 'x' })] });
		const { found } = await find([hi('a', { text: 'Hi {name}' }), filledIn('x')]);
		expect(found.filter((one) => one !== undefined)).toEqual([{ messageId: '1' }]);
	});

	test('leaves the rows of others with its reference to those whose texts they have', async () => {
		const posted = [row('plain', 'a', { text: 'See you', reference: 'sale' }), row('filled', 'a', { text: 'Hi Anna', reference: 'sale' })];
		const { find } = await retry({ posted });
		expect((await find([filledIn('sale'), hi('a', { text: 'See you', reference: 'sale' })])).found).toEqual([{ messageId: 'filled' }, { messageId: 'plain' }]);
	});

	test('is not known by a reference that it shares with another text, when only one of them was sent', async () => {
		const unclear = 'This is a retry, and n8n may not have kept all of the first run. Of several sends with the same reference, only some were found at Example Phone, and nobody can tell which';
		const [one, other] = [filledIn('sale'), hi('a', { text: 'Bye {name}', isFilledIn: true, reference: 'sale' })];
		const posted = [row('1', 'a', { text: 'Bye Anna', reference: 'sale' })];
		expect(await (await retry({ posted })).find([one, other])).toEqual({ said: unclear, found: [undefined, undefined] });
		expect((await (await retry({ posted: [row('1', 'a', { text: 'Bye {name}', reference: 'sale' })] })).find([one, other])).found).toEqual([undefined, { messageId: '1' }]);
		// Of two with one text it makes no difference, and others have nothing to do with it.
		expect((await (await retry({ posted })).find([other, other])).found).toEqual([{ messageId: '1' }, undefined]);
		expect((await (await retry({ posted })).find([other, filledIn('gig'), { ...one, to: 'b' }])).found).toEqual([{ messageId: '1' }, undefined, undefined]);
		// Of sends to lists one row stands for all that have the reference.
		const list: Content = { text: 'Hi {name}', isFilledIn: true, reference: 'sale' };
		expect((await (await retry({ posted: [row('1', undefined, { text: 'Hi Anna', reference: 'sale' })] })).find([list, list])).said).toBe(unclear);
	});

	test('keeps its own row from another with the same text and no reference in common', async () => {
		const { find, ledger } = await retry({ posted: [row('filled', 'a', { text: 'Hi Anna', reference: 'x' })] });
		expect((await find([hi('a', { text: 'Hi Anna', reference: 'y' }), filledIn('x')])).found).toEqual([undefined, { messageId: 'filled' }]);
		const own = (item: number) => `n8n-${ledger.place}0123456789a-${item}`;
		const other = await retry({ posted: [row('filled', 'a', { text: 'Hi Anna', reference: own(1) })] });
		expect((await other.find([hi('a', { text: 'Hi Anna', reference: own(0) }), filledIn(own(1))])).found).toEqual([undefined, { messageId: 'filled' }]);
	});
});

test('of sends to groups with one text, nobody can tell which is there, unless their texts or references differ', async () => {
	const unclear = 'This is a retry, and n8n may not have kept all of the first run. Of several sends with the same text, only some were found at Example Phone, and nobody can tell which';
	const said = async (...contents: Content[]) => (await (await retry({ posted: [row('1', undefined, { reference: 'x' })] })).find(contents)).said;
	const one = '1 of 2 messages were found at Example Phone from an earlier run, and not sent again.';
	expect(await said(hi(), hi())).toBe(unclear);
	expect(await said(hi(), { text: 'Another' })).toBe(one);
	const more = [row('1'), row('2', undefined, { text: 'Another' })];
	expect((await (await retry({ posted: more })).find([{ text: 'Another' }, hi(), hi()])).said).toBe(unclear);
	const byReference = (reference: string): Content => ({ text: 'Hi', isFilledIn: true, reference });
	expect(await said(byReference('x'), byReference('y'))).toBe(one);
});
