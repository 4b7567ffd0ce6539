import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { openInBrowser } from './browser';
import { readCredentialTypes, sandboxCredential, storeCredential } from './credentials';
import { addressHolders, importExamples, readExamples, type ImportedExample } from './examples';
import { createProgress } from './progress';
import { installN8n, installPackage, isN8nInstalled, packageFolder, packPackage } from '../real-n8n/install';
import { freePort, isPortFree, startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, defaultAccount, N8nError } from '../real-n8n/rest';
import { startSandbox, type Sandbox } from '../sandbox/server';

const SANDBOX_PORT = 4010;
const N8N_PORT = 5678;

/** 250 delivery reports come at once. n8n then sets up nothing for expressions in a call that has none, and the editor stays usable. */
const demoSettings = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

/** What runs. */
interface Demo {
	n8n: RunningN8n;
	sandbox: Sandbox;
	examples: ImportedExample[];
	stop(): Promise<void>;
}

/** How long installing n8n took on machines of 2 and of 8 cores, and what it takes on the disk. */
const INSTALLING = 'once; 2 to 7 minutes, 2,400 MB';

/** Builds and installs the package into an n8n user folder, starts sandbox and n8n, and fills n8n with account, credentials and examples. */
async function startDemo(userFolder: string, onUnexpectedEnd: () => void): Promise<Demo> {
	const { step } = createProgress(5, { write: (text) => process.stdout.write(text), isTerminal: process.stdout.isTTY });
	const isThere = isN8nInstalled();
	const installed = await step(
		isThere ? 'Looking for n8n' : `Installing n8n (${INSTALLING})`,
		async ({ tell }) => await installN8n('current', (megabytes) => tell(`${megabytes.toLocaleString('en')} MB`)),
		({ version }) => (isThere ? `n8n ${version} is installed already` : `n8n ${version} installed`),
	);
	const tarball = await step('Building the package', packPackage, (path) => `Package built, ${(statSync(path).size / 1024 / 1024).toFixed(1)} MB`);
	await step('Installing the package into n8n', async () => await installPackage(userFolder, tarball), () => 'Package installed into n8n');
	rmSync(dirname(tarball), { recursive: true, force: true });

	const sandbox = await startSandbox({ port: (await isPortFree(SANDBOX_PORT)) ? SANDBOX_PORT : 0 });
	let n8n: RunningN8n | undefined;
	const stop = async () => {
		await n8n?.stop();
		await sandbox.close();
	};
	try {
		const port = (await isPortFree(N8N_PORT)) ? N8N_PORT : await freePort();
		n8n = await step(
			'Starting n8n',
			async () => await startN8n({ userFolder, installed, port, log: join(userFolder, 'n8n.log'), onUnexpectedEnd, env: demoSettings }),
			() => 'n8n started',
		);
		const { url } = n8n;
		const examples = await step('Putting account, credentials and examples into n8n', async () => await fill(url, sandbox), (all) => `Account, credentials and ${all.length} examples are in n8n`);
		return { n8n, sandbox, stop, examples };
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
	return await importExamples(client, readExamples(join(packageFolder, 'examples')), credentials, sandbox.url);
}

/** n8n's own first page is about its assistant, which needs an account at n8n: the examples are on this one. */
const overview = ({ url }: RunningN8n): string => `${url}/home/workflows`;

function describe({ n8n, sandbox, examples }: Demo): string {
	const lines = [
		'',
		`n8n            ${overview(n8n)}   sign in: ${defaultAccount.email} / ${defaultAccount.password}`,
		`Virtual phone  ${sandbox.url}/`,
		'',
		examples.length === 0 ? 'No examples yet.' : 'Examples (open, then "Execute workflow"):',
	];
	for (const { id, name, hint, problem } of examples) {
		lines.push(`- ${name}   ${n8n.url}/workflow/${id}`);
		if (hint !== '') lines.push(`  ${hint}`);
		if (problem !== undefined) lines.push(`  Not active: ${problem}`);
	}
	const holders = addressHolders(readExamples(join(packageFolder, 'examples'))).map((name) => `"${name}"`);
	if (holders.length > 0) {
		lines.push(
			'',
			`${holders.join(' and ')} hold the addresses of the simulated Mobile Message account, which has one for replies and one for reports.`,
			'Unpublish them before you try a Mobile Message Trigger in a workflow of your own.',
		);
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
 * `npm start`: the package in a real n8n beside the sandbox, until Ctrl+C. `--fresh` forgets earlier starts; `--no-browser` opens none;
 * `--check` starts, looks, and stops.
 */
async function main(): Promise<void> {
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({ options: { check: flag, fresh: flag, 'no-browser': flag } });
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
	process.stdout.write(describe(demo));
	const isOpened = values['no-browser'] ? false : await openInBrowser([`${demo.sandbox.url}/`, overview(demo.n8n)]);
	process.stdout.write(`\n${isOpened ? 'Both are open in your browser. ' : ''}Ctrl+C stops both.\n`);
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
