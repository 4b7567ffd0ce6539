/** Measures what the installed package costs an n8n that starts: time, memory, and code loaded. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEnd, removedAtEnd } from './cleanup';
import { median, progress, seconds, spread, times, type Row } from './figures';
import { benchProviders, recipients, type BenchProvider } from './providers';
import { ways } from './ways';
import { installPackage, type InstalledN8n } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect, type N8nClient } from '../real-n8n/rest';
import { runCommand } from '../real-n8n/npm';
import { manualTrigger, workflow } from '../real-n8n/workflow';
import { startSandbox } from '../sandbox/server';

const SETTLE_MS = 5_000;
const SAMPLES = 5;

/** Appends the path of every JavaScript file of the package that Node.js loads; to be required before n8n. */
const HOOK = `
const Module = require('node:module');
const { appendFileSync } = require('node:fs');
const load = Module._extensions['.js'];
Module._extensions['.js'] = function (module, file) {
	if (/[\\\\/]node_modules[\\\\/]n8n-nodes-sms-hub[\\\\/]/.test(file)) appendFileSync(process.env.BENCH_LOADED_FILES, file + '\\n');
	return load.apply(this, arguments);
};
`;

interface Started {
	startedIn: number;
	/** Bytes. */
	memory: number;
}

/** Paths of the package's files that were loaded. */
interface Loaded {
	credentials: string[];
	others: string[];
}

export interface StartUpOptions {
	installed: InstalledN8n;
	tarball: string;
	quick: boolean;
}

/** @returns lines of the table. @throws Error when n8n loads code of the package at start-up */
export async function measureStartUp({ installed, tarball, quick }: StartUpOptions): Promise<Row[]> {
	const withPackage = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-with-')));
	const without = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-without-')));
	await installPackage(withPackage, tarball);
	const rows = [await measureLoading(withPackage, installed)];

	// The first start of a folder makes the database.
	await start(without, installed, 0);
	const figures: { with: Started[]; without: Started[] } = { with: [], without: [] };
	for (let round = 0; round < (quick ? 1 : 5); round++) {
		// Each goes first every other time, so that a machine that becomes busier burdens both.
		const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
		for (const which of order) {
			const started = await start(which === 'with' ? withPackage : without, installed, SETTLE_MS);
			figures[which].push(started);
			progress(`n8n ${which} the package: up in ${seconds(started.startedIn)}, ${megabytes(started.memory)}`);
		}
	}
	const startTimes = { with: figures.with.map(({ startedIn }) => startedIn), without: figures.without.map(({ startedIn }) => startedIn) };
	const memory = { with: figures.with.map((each) => each.memory), without: figures.without.map((each) => each.memory) };
	rows.push(
		{
			measured: 'Start of n8n until it answers',
			own: `${seconds(median(startTimes.with))}${spread(startTimes.with)}`,
			comparedWith: 'n8n without the package',
			other: `${seconds(median(startTimes.without))}${spread(startTimes.without)}`,
			ratio: `${times(median(startTimes.with) / median(startTimes.without))} the time`,
		},
		{
			measured: `Memory (RSS) of n8n ${SETTLE_MS / 1000} s after its start`,
			own: `${megabytes(median(memory.with))} (${megabytes(Math.min(...memory.with))} to ${megabytes(Math.max(...memory.with))})`,
			comparedWith: 'n8n without the package',
			other: `${megabytes(median(memory.without))} (${megabytes(Math.min(...memory.without))} to ${megabytes(Math.max(...memory.without))})`,
			ratio: `${times(median(memory.with) / median(memory.without))} the memory`,
		},
	);
	return rows;
}

async function start(userFolder: string, installed: InstalledN8n, settle: number): Promise<Started> {
	const n8n = await startN8n({ userFolder, installed });
	const stop = atEnd(async () => await n8n.stop());
	try {
		if (settle === 0) return { startedIn: n8n.startedIn, memory: 0 };
		await sleep(settle);
		return { startedIn: n8n.startedIn, memory: await residentMemory(n8n.pid) };
	} finally {
		await stop();
	}
}

/** Median of some samples, since the garbage collector may run in between. */
async function residentMemory(pid: number): Promise<number> {
	const samples: number[] = [];
	for (let index = 0; index < SAMPLES; index++) {
		const { stdout } = await runCommand('ps', ['-o', 'rss=', '-p', String(pid)], { cwd: tmpdir() });
		samples.push(Number(stdout.trim()) * 1024);
		await sleep(200);
	}
	return median(samples);
}

function megabytes(bytes: number): string {
	return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}

/** Starts n8n with a hook that lists loaded files, opens the editor's list of nodes, then runs the node once to see that the hook works. */
async function measureLoading(userFolder: string, installed: InstalledN8n): Promise<Row> {
	const folder = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-hook-')));
	const list = join(folder, 'loaded');
	const hook = join(folder, 'hook.cjs');
	writeFileSync(list, '');
	writeFileSync(hook, HOOK);
	const loaded = (): Loaded => {
		const files = [...new Set(readFileSync(list, 'utf8').split('\n').filter((file) => file !== ''))];
		const isCredential = (file: string): boolean => file.endsWith('.credentials.js');
		return { credentials: files.filter(isCredential), others: files.filter((file) => !isCredential(file)) };
	};
	const n8n: RunningN8n = await startN8n({ userFolder, installed, env: { NODE_OPTIONS: `--require "${hook}"`, BENCH_LOADED_FILES: list } });
	const stop = atEnd(async () => await n8n.stop());
	const sandbox = await startSandbox();
	const closeSandbox = atEnd(async () => await sandbox.close());
	try {
		await sleep(1_000);
		const atStart = loaded();
		const client = await connect(n8n.url);
		await client.nodeTypes();
		const inEditor = loaded();
		const [provider] = benchProviders;
		if (provider !== undefined) await sendOne(client, provider, sandbox.baseUrl(provider.name));
		const afterRun = loaded();
		progress(`Files of the package loaded, besides credentials: ${atStart.others.length} at the start, ${inEditor.others.length} with the editor open, ${afterRun.others.length} after a run`);
		if (afterRun.others.length === 0) throw new Error('The hook saw no file of the package even when its node ran, so it proves nothing');
		if (atStart.others.length > 0) throw new Error(`n8n loaded ${atStart.others.length} files of the package when it started:\n${atStart.others.join('\n')}`);
		return {
			measured: 'Code files of the package loaded when n8n starts, besides credential descriptions (n8n loads those of every package)',
			own: `${atStart.others.length}, and ${atStart.credentials.length} of credentials (${inEditor.others.length} once the editor has its list of nodes)`,
			comparedWith: 'after the first run of its node',
			other: String(afterRun.others.length),
			ratio: '',
			target: '0',
		};
	} finally {
		await stop();
		await closeSandbox();
	}
}

async function sendOne(client: N8nClient, provider: BenchProvider, baseUrl: string): Promise<void> {
	const own = await client.createCredential(provider.credentialType, { ...provider.credential, baseUrl }, provider.title);
	const step = ways.package.step(provider, { own, basic: own, baseUrl });
	const { status, error } = await client.runWorkflow(workflow('loads the node', [manualTrigger(recipients(1)), step]));
	if (status !== 'success') throw new Error(`The node did not run: ${error?.message ?? status}`);
}
