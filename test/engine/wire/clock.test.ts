/** The real clock. */
import { getEventListeners } from 'node:events';

import { systemClock } from '../../../engine/wire/clock';

test('tells the time of the machine, and a chance from 0 up to 1', () => {
	const before = Date.now();
	const now = systemClock.now();
	expect(now).toBeGreaterThanOrEqual(before);
	expect(now).toBeLessThanOrEqual(Date.now());
	const rolls = Array.from({ length: 100 }, () => systemClock.random());
	expect(rolls.filter((roll) => roll >= 0 && roll < 1)).toHaveLength(100);
	expect(new Set(rolls).size).toBeGreaterThan(1);
});

test.each([['without', undefined], ['with', new AbortController().signal]])('sleeps until the time is over, %s a stop that may come', async (_name, cancel) => {
	const order: string[] = [];
	const asleep = systemClock.sleep(30, cancel).then(() => order.push('awake'));
	await systemClock.sleep(0);
	order.push('meanwhile');
	await asleep;
	expect(order).toEqual(['meanwhile', 'awake']);
	if (cancel) expect(getEventListeners(cancel, 'abort')).toEqual([]);
});

test('a stop wakes it before its time, and nothing is left listening', async () => {
	const cancel = new AbortController();
	// Were the stop passed over, this would end all the same, and well.
	const asleep = systemClock.sleep(200, cancel.signal);
	expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(1);
	cancel.abort();
	await expect(asleep).rejects.toThrow('Stopped');
	expect(getEventListeners(cancel.signal, 'abort')).toEqual([]);
});

test('who was stopped before does not fall asleep', async () => {
	await expect(systemClock.sleep(0, AbortSignal.abort(new Error('long since')))).rejects.toThrow('long since');
});
