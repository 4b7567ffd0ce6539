import { createNewestSeen, lowest, untilSure } from '../../../engine/run/doubt';
import type { Connection } from '../../../engine/wire/request';
import { examplePhone } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

describe('the newest message of an account', () => {
	test('is asked for once a minute, and not at all while messages are accepted', async () => {
		const clock = virtualClock();
		const newest = createNewestSeen(clock);
		let asked = 0;
		const ask = async () => await Promise.resolve(String(++asked));
		expect(await Promise.all([newest.of('a', ask), newest.of('a', ask), newest.of('b', ask)])).toEqual(['1', '1', '2']);
		await clock.sleep(40_000);
		newest.saw('a', '70');
		newest.saw('a', '60');
		await clock.sleep(40_000);
		expect(await newest.of('a', ask)).toBe('70');
		await clock.sleep(61_000);
		expect(await newest.of('a', ask)).toBe('3');
	});

	test('may be unknown: then it is asked for again the next time', async () => {
		const newest = createNewestSeen(virtualClock());
		expect(await newest.of('a', async () => await Promise.reject(new Error('down')))).toBeUndefined();
		expect(await newest.of('a', async () => await Promise.resolve('5'))).toBe('5');
	});

	test('of several attempts the lowest counts, and none when one is unknown', () => {
		expect([lowest(['100', '20']), lowest(['7', undefined]), lowest([undefined, '7'])]).toEqual(['20', undefined, undefined]);
	});
});

test('what is absent is looked for until the provider\'s patience is over', async () => {
	const clock = virtualClock();
	const connection = { provider: { ...examplePhone, patience: 20_000 }, clock } as unknown as Connection;
	const isAbsent = (found: string) => found === 'absent';
	let looks = 0;
	expect(await untilSure(connection, async () => await Promise.resolve(++looks === 3 ? 'found' : 'absent'), isAbsent)).toBe('found');
	expect(clock.sleeps).toEqual([2_000, 4_000]);
	expect(await untilSure(connection, async () => await Promise.resolve('absent'), isAbsent)).toBe('absent');
	expect(clock.sleeps.slice(2).reduce((sum, sleep) => sum + sleep, 0)).toBe(20_000);
});
