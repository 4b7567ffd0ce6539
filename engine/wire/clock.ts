/** Time and chance, in one place so that tests can hold both still. */
import { sleep } from 'n8n-workflow';

export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** @throws when `cancel` is aborted meanwhile */
	sleep(milliseconds: number, cancel?: AbortSignal): Promise<void>;
	/** A number from 0 up to, but without, 1. */
	random(): number;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (milliseconds, cancel) => {
		if (!cancel) {
			await sleep(milliseconds);
			return;
		}
		cancel.throwIfAborted();
		let stop = (): void => undefined;
		const aborted = new Promise<never>((_, reject) => {
			stop = () => reject(new Error('Stopped'));
			cancel.addEventListener('abort', stop, { once: true });
		});
		try {
			await Promise.race([sleep(milliseconds), aborted]);
		} finally {
			cancel.removeEventListener('abort', stop);
		}
	},
	random: () => Math.random(),
};
