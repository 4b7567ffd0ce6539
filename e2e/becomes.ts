import { setTimeout as sleep } from 'node:timers/promises';

/** Pages draw when they are ready: what is read of one is read again until it is as expected, and told when it never is. */
export async function becomes(read: () => Promise<unknown>, expected: unknown, patience = 20_000): Promise<void> {
	const deadline = Date.now() + patience;
	for (;;) {
		const seen = await read();
		try {
			expect(seen).toEqual(expected);
			return;
		} catch (thrown) {
			if (Date.now() > deadline) throw thrown;
		}
		await sleep(100);
	}
}
