import { createLimiter } from '../../sandbox/limits';
import { defaultSettings } from '../../sandbox/settings';

describe('a limit on requests in a window of time', () => {
	it('refuses what is over it, whether the others are answered or not', () => {
		const limiter = createLimiter({ window: { requests: 2, perMs: 60_000 } }, defaultSettings());
		const leave = limiter.enter();
		if (typeof leave === 'function') leave();
		expect(limiter.enter()).toEqual(expect.any(Function));
		expect(limiter.enter()).toBe('rate');
	});

	it('lets requests in again once the window has passed', () => {
		jest.useFakeTimers();
		try {
			const limiter = createLimiter({ window: { requests: 1, perMs: 1_000 } }, defaultSettings());
			limiter.enter();
			jest.advanceTimersByTime(999);
			expect(limiter.enter()).toBe('rate');
			jest.advanceTimersByTime(1);
			expect(limiter.enter()).toEqual(expect.any(Function));
		} finally {
			jest.useRealTimers();
		}
	});

	it('knows how many requests there is still room for', () => {
		jest.useFakeTimers();
		try {
			const limiter = createLimiter({ window: { requests: 3, perMs: 1_000 } }, defaultSettings());
			limiter.enter();
			jest.advanceTimersByTime(600);
			limiter.enter();
			expect(limiter.remaining()).toBe(1);
			limiter.enter();
			limiter.enter();
			expect(limiter.remaining()).toBe(0);
			jest.advanceTimersByTime(400);
			expect(limiter.remaining()).toBe(1);
			expect(createLimiter({}, defaultSettings()).remaining()).toBe(Infinity);
		} finally {
			jest.useRealTimers();
		}
	});

	it('gives a place back once', () => {
		const limiter = createLimiter({ atOnce: 1 }, defaultSettings());
		const leave = limiter.enter();
		expect(limiter.enter()).toBe('too-many-at-once');
		if (typeof leave === 'function') {
			leave();
			leave();
		}
		limiter.enter();
		expect(limiter.enter()).toBe('too-many-at-once');
	});
});
