import { startSandbox, type Sandbox } from '../sandbox/server';

/**
 * Runs that wait for a minute each, all at the same time. A lost answer makes a node wait until the provider has surely done what it does;
 * that wait is real, but one wait is enough for all. To be called inside of `describe`; the runs begin with its first test.
 * @param run what to do for a case, against a sandbox that no other case uses
 * @returns a function that waits for a case's run, and hands back its result and its sandbox
 */
export function sideBySide<Case, Result>(cases: readonly Case[], run: (given: Case, sandbox: Sandbox) => Promise<Result>): (given: Case) => Promise<{ result: Result; sandbox: Sandbox }> {
	const begun = new Map<Case, { sandbox: Sandbox; result: Promise<Result> }>();

	beforeAll(async () => {
		for (const each of cases) {
			const sandbox = await startSandbox({ latencyMs: 5 });
			const result = run(each, sandbox);
			// Its own test tells.
			result.catch(() => undefined);
			begun.set(each, { sandbox, result });
		}
	});
	afterAll(async () => {
		for (const { sandbox, result } of begun.values()) {
			await result.catch(() => undefined);
			await sandbox.close();
		}
	}, 300_000);

	return async (given) => {
		const found = begun.get(given);
		if (found === undefined) throw new Error('This case was not begun');
		return { result: await found.result, sandbox: found.sandbox };
	};
}
