/** Time that passes only when everybody waits for it: tests of hours run in milliseconds, and always the same. */
import type { Clock } from '../../engine/wire/clock';

export interface VirtualClock extends Clock {
	/** Every sleep that was asked for, in ms, in order. */
	readonly sleeps: number[];
}

export function virtualClock(start = Date.parse('2030-01-01T00:00:00Z'), random: () => number = () => 0.5): VirtualClock {
	let now = start;
	const sleepers: Array<{ due: number; wake(): void }> = [];
	const sleeps: number[] = [];
	let pumping = false;

	const pump = (): void => {
		if (pumping) return;
		pumping = true;
		setImmediate(() => {
			pumping = false;
			sleepers.sort((a, b) => a.due - b.due);
			const next = sleepers.shift();
			if (!next) return;
			now = Math.max(now, next.due);
			next.wake();
			if (sleepers.length > 0) pump();
		});
	};

	return {
		sleeps,
		now: () => now,
		random,
		sleep: async (milliseconds, cancel) => {
			cancel?.throwIfAborted();
			sleeps.push(milliseconds);
			await new Promise<void>((resolve, reject) => {
				sleepers.push({ due: now + milliseconds, wake: resolve });
				cancel?.addEventListener('abort', () => reject(new Error('Stopped')), { once: true });
				pump();
			});
		},
	};
}
