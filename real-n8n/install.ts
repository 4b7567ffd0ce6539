import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runCommand, runNpm } from './npm';

/** The package's own folder. */
export const packageFolder = join(__dirname, '..');

/** The kinds of n8n that people run: its newest release, and the long-term release that still gets fixes. Each has a folder of its name here. */
export const n8nLines = ['current', 'longTerm'] as const;
export type N8nLine = (typeof n8nLines)[number];

/** Where an installed n8n is; all paths absolute. */
export interface InstalledN8n {
	/** Folder with n8n's `node_modules`. */
	folder: string;
	/** The Node.js that n8n is run with (24, whatever runs these scripts). */
	nodeBinary: string;
	/** n8n's start script, to be run with `nodeBinary`. */
	n8nBinary: string;
	/** Folder of the n8n-core that this n8n uses. */
	n8nCore: string;
	/** n8n's version, for example "2.41.1". */
	version: string;
	line: N8nLine;
}

const COMPLETE_MARKER = '.complete';
const MEASURE_EVERY_MS = 5_000;

/** Folder in which the installations are kept; `XDG_CACHE_HOME` or ~/.cache. */
export function cacheFolder(): string {
	const cache = process.env.XDG_CACHE_HOME;
	return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'n8n-nodes-sms-hub');
}

/** Whether that n8n is installed already. */
export function isN8nInstalled(line: N8nLine = 'current'): boolean {
	return isComplete(targetOf(line).target);
}

function targetOf(line: N8nLine): { target: string; lockFile: string } {
	const lockFile = join(__dirname, line, 'package-lock.json');
	const name = `n8n-${createHash('sha256').update(readFileSync(lockFile)).digest('hex').slice(0, 12)}`;
	return { target: join(cacheFolder(), name), lockFile };
}

/**
 * Installs the n8n of a line's package-lock.json (2.4 GB, some minutes) unless it is there already.
 * Safe when started twice at once: one installs, the other waits for it.
 * @param line the newest release when left out
 * @param onProgress is told now and then how many megabytes there are so far, while it installs
 * @returns paths of the installation
 * @throws Error with npm's last lines when npm fails
 */
export async function installN8n(line: N8nLine = 'current', onProgress?: (megabytes: number) => void): Promise<InstalledN8n> {
	const { target, lockFile } = targetOf(line);
	if (!isComplete(target)) {
		mkdirSync(cacheFolder(), { recursive: true });
		await installOnce(target, lockFile, onProgress);
	}
	const modules = join(target, 'node_modules');
	const manifest: unknown = JSON.parse(readFileSync(join(modules, 'n8n', 'package.json'), 'utf8'));
	const version =
		typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
	return {
		folder: target,
		nodeBinary: join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		n8nBinary: join(modules, 'n8n', 'bin', 'n8n'),
		n8nCore: join(modules, 'n8n-core'),
		version,
		line,
	};
}

function isComplete(folder: string): boolean {
	return existsSync(join(folder, COMPLETE_MARKER));
}

async function installOnce(target: string, lockFile: string, onProgress?: (megabytes: number) => void): Promise<void> {
	const lock = `${target}.lock`;
	while (!tryLock(lock)) {
		await sleep(1000);
		if (isComplete(target)) return;
	}
	try {
		if (isComplete(target)) return;
		removeLeftovers(target);
		const temporary = `${target}.${process.pid}.tmp`;
		mkdirSync(temporary, { recursive: true });
		copyFileSync(lockFile, join(temporary, 'package-lock.json'));
		copyFileSync(join(dirname(lockFile), 'package.json'), join(temporary, 'package.json'));
		if (onProgress === undefined) process.stdout.write(`Installing n8n into ${target} (once; this takes some minutes) ...\n`);
		const watch = onProgress && setInterval(() => void megabytesOf(temporary).then((megabytes) => megabytes !== undefined && onProgress(megabytes)), MEASURE_EVERY_MS);
		// "npm ci" refuses a lock file that lacks optional packages of other platforms; "npm install" takes the same locked versions.
		// n8n's own tree has native parts that nothing here uses and whose build fails, so only the needed three are built.
		try {
			await runNpm(['install', '--legacy-peer-deps', '--ignore-scripts', '--loglevel=error'], temporary);
			await runNpm(['rebuild', 'node', 'sqlite3', 'isolated-vm', '--ignore-scripts=false', '--loglevel=error'], temporary);
		} finally {
			clearInterval(watch);
		}
		writeFileSync(join(temporary, COMPLETE_MARKER), `${new Date().toISOString()}\n`);
		rmSync(target, { recursive: true, force: true });
		renameSync(temporary, target);
	} finally {
		rmSync(lock, { force: true });
	}
}

/** How much a folder takes; undefined where nothing can tell (Windows has no `du`). */
export async function megabytesOf(folder: string): Promise<number | undefined> {
	try {
		const { stdout } = await runCommand('du', ['-sk', folder], { cwd: dirname(folder) });
		return Math.round(Number.parseInt(stdout, 10) / 1024);
	} catch {
		// A file may go while it counts.
		return undefined;
	}
}

/** True when this process now holds the lock; a lock whose process is gone is taken over. */
function tryLock(lock: string): boolean {
	try {
		writeFileSync(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch {
		if (!isHeld(lock)) rmSync(lock, { force: true });
		return false;
	}
}

function isHeld(lock: string): boolean {
	try {
		const pid = Number(readFileSync(lock, 'utf8'));
		// A lock that was just created may still be empty.
		if (!Number.isInteger(pid) || pid <= 0) return Date.now() - statSync(lock).mtimeMs < 10_000;
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function removeLeftovers(target: string): void {
	const folder = cacheFolder();
	for (const entry of readdirSync(folder)) {
		const path = join(folder, entry);
		if (path.startsWith(`${target}.`) && path.endsWith('.tmp')) rmSync(path, { recursive: true, force: true });
	}
}

/**
 * Builds the package and packs it as npm would publish it.
 * @returns path of the tarball, in a fresh temporary folder of its own
 * @throws Error with the last lines of the build or of `npm pack` when either fails
 */
export async function packPackage(): Promise<string> {
	const destination = mkdtempSync(join(tmpdir(), 'sms-hub-pack-'));
	mkdirSync(join(packageFolder, '.sandbox'), { recursive: true });
	// Two builds at once would clear each other's dist.
	const lock = join(packageFolder, '.sandbox', 'build.lock');
	while (!tryLock(lock)) await sleep(200);
	try {
		await runNpm(['run', 'build', '--silent'], packageFolder);
		await runNpm(['pack', '--silent', '--pack-destination', destination], packageFolder);
	} finally {
		rmSync(lock, { force: true });
	}
	const tarball = readdirSync(destination).find((file) => file.endsWith('.tgz'));
	if (tarball === undefined) throw new Error(`npm pack left no tarball in ${destination}`);
	return join(destination, tarball);
}

/**
 * Installs packed packages, and nothing else, into an n8n user folder as n8n itself would (`<userFolder>/.n8n/nodes`).
 * Needs no network: the package has no dependencies, and its peer n8n-workflow is the one inside n8n.
 * @throws Error with npm's last lines
 */
export async function installPackage(userFolder: string, ...tarballs: string[]): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	mkdirSync(nodes, { recursive: true });
	writeFileSync(
		join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }, null, 2),
	);
	// A tarball of the same version would otherwise be taken for installed already.
	rmSync(join(nodes, 'package-lock.json'), { force: true });
	rmSync(join(nodes, 'node_modules'), { recursive: true, force: true });
	await runNpm(
		['install', ...tarballs, '--legacy-peer-deps', '--ignore-scripts', '--no-package-lock', '--prefer-offline', '--loglevel=error'],
		nodes,
	);
}
