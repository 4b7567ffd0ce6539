/** After all tests: n8n and the sandbox are stopped and their folder is removed. */
export default async function globalTeardown(): Promise<void> {
	await globalThis.endOfE2e?.();
}
