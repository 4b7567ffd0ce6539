const jobs: Array<() => void> = [];

/** A test whose work begins with that of all others of its file: what waits for a minute waits beside them. */
export function alongside(name: string, work: () => Promise<void>): void {
	let running: Promise<void> | undefined;
	jobs.push(() => {
		running = work();
		// Its own test tells it.
		running.catch(() => undefined);
	});
	test(name, async () => await running, 400_000);
}

/** To be called by the file's `beforeAll`. */
export function beginAll(): void {
	for (const begin of jobs.splice(0)) begin();
}
