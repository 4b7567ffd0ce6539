/** `npm run sandbox [-- --port 4010]`: the simulated providers and the virtual phone, until Ctrl+C. */
import { parseArgs } from 'node:util';
import { startSandbox } from './server';

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
	const sandbox = await startSandbox({ port: Number(values.port), log: (line) => console.log(line) });
	console.log(`Virtual phone: ${sandbox.url}/`);
	for (const { name, title, signIn } of sandbox.providers) {
		const fields = Object.entries(signIn).map(([label, value]) => `${label} ${value}`);
		console.log(`${title}: Base URL ${sandbox.baseUrl(name)}, ${fields.join(', ')}`);
	}
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

main().catch((error: unknown) => {
	const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
	console.error(taken ? 'The port is taken. Choose another: npm run sandbox -- --port 4011' : error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
