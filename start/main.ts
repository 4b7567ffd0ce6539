import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { readCredentialTypes, sandboxCredential, storeCredential } from './credentials';
import { importExamples, readExamples, type ImportedExample } from './examples';
import { installN8n, installPackage, packageFolder, packPackage } from '../real-n8n/install';
import { freePort, isPortFree, startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, defaultAccount, N8nError } from '../real-n8n/rest';
import { startSandbox, type Sandbox } from '../sandbox/server';

const SANDBOX_PORT = 4010;
const N8N_PORT = 5678;

/** What runs. */
interface Demo {
	n8n: RunningN8n;
	sandbox: Sandbox;
	examples: ImportedExample[];
	stop(): Promise<void>;
}

/** Builds and installs the package into an n8n user folder, starts sandbox and n8n, and fills n8n with account, credentials and examples. */
async function startDemo(userFolder: string, onUnexpectedEnd: () => void): Promise<Demo> {
	const installed = await installN8n();
	process.stdout.write('Building and installing the package ...\n');
	const tarball = await packPackage();
	await installPackage(userFolder, tarball);
	rmSync(dirname(tarball), { recursive: true, force: true });

	const sandbox = await startSandbox({ port: (await isPortFree(SANDBOX_PORT)) ? SANDBOX_PORT : 0 });
	let n8n: RunningN8n | undefined;
	const stop = async () => {
		await n8n?.stop();
		await sandbox.close();
	};
	try {
		process.stdout.write(`Starting n8n ${installed.version} ...\n`);
		n8n = await startN8n({
			userFolder,
			installed,
			port: (await isPortFree(N8N_PORT)) ? N8N_PORT : await freePort(),
			log: join(userFolder, 'n8n.log'),
			onUnexpectedEnd,
		});
		return { n8n, sandbox, stop, examples: await fill(n8n.url, sandbox) };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Account, credentials and examples; what is there already stays. */
async function fill(url: string, sandbox: Sandbox): Promise<ImportedExample[]> {
	const client = await connect(url).catch((error: unknown) => {
		const isOtherPassword = error instanceof N8nError && error.status === 401;
		throw isOtherPassword ? new Error('This n8n has another password than ours. "npm start -- --fresh" begins with an empty one.') : error;
	});
	const types = readCredentialTypes(packageFolder);
	const credentials = [];
	for (const provider of sandbox.providers) {
		const wanted = sandboxCredential(provider, sandbox.baseUrl(provider.name), types);
		if (wanted !== undefined) credentials.push(await storeCredential(client, wanted));
	}
	return await importExamples(client, readExamples(join(packageFolder, 'examples')), credentials);
}

function describe({ n8n, sandbox, examples }: Demo): string {
	const lines = [
		'',
		`n8n            ${n8n.url}   sign in: ${defaultAccount.email} / ${defaultAccount.password}`,
		`Virtual phone  ${sandbox.url}/`,
		'',
		examples.length === 0 ? 'No examples yet.' : 'Examples (open, then "Execute workflow"):',
	];
	for (const { id, name, hint, problem } of examples) {
		lines.push(`- ${name}   ${n8n.url}/workflow/${id}`);
		if (hint !== '') lines.push(`  ${hint}`);
		if (problem !== undefined) lines.push(`  Not active: ${problem}`);
	}
	return `${lines.join('\n')}\n`;
}

/** `--check`: everything twice over on a folder of its own; the second start must find what the first one left. */
async function check(): Promise<void> {
	const userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-start-'));
	try {
		const wanted = readExamples(join(packageFolder, 'examples')).map(({ name }) => name);
		for (const round of ['first', 'second']) {
			const demo = await startDemo(userFolder, () => undefined);
			try {
				process.stdout.write(describe(demo));
				const there = (await (await connect(demo.n8n.url)).listWorkflows()).map(({ name }) => name);
				if (JSON.stringify([...there].sort()) !== JSON.stringify([...wanted].sort())) {
					throw new Error(`After the ${round} start n8n has the workflows ${there.join(', ')} instead of ${wanted.join(', ')}`);
				}
				const inactive = demo.examples.find(({ problem }) => problem !== undefined);
				if (inactive !== undefined) throw new Error(`"${inactive.name}" could not be activated: ${inactive.problem ?? ''}`);
				const page = await fetch(`${demo.sandbox.url}/`);
				if (!page.ok) throw new Error(`The virtual phone answers ${page.status}`);
			} finally {
				await demo.stop();
			}
		}
		process.stdout.write(`\nChecked: ${wanted.length} example(s), two starts\n`);
	} finally {
		rmSync(userFolder, { recursive: true, force: true });
	}
}

/**
 * `npm start`: the package in a real n8n beside the sandbox, until Ctrl+C. `--fresh` forgets earlier starts; `--check` starts, looks, and stops.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, fresh: { type: 'boolean', default: false } } });
	if (values.check) {
		await check();
		return;
	}
	const userFolder = join(packageFolder, '.sandbox', 'n8n');
	if (values.fresh) rmSync(userFolder, { recursive: true, force: true });

	const demo = await startDemo(userFolder, () => {
		process.stderr.write(`n8n ended by itself; its last words are in ${join('.sandbox', 'n8n', 'n8n.log')}\n`);
		void demo.sandbox.close();
		process.exitCode = 1;
	});
	process.stdout.write(`${describe(demo)}\nCtrl+C stops both.\n`);
	let isStopping = false;
	const stop = () => {
		if (isStopping) return;
		isStopping = true;
		process.stdout.write('Stopping ...\n');
		void demo.stop();
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
