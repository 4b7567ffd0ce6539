import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { InstalledN8n } from './install';
import { freePort, startN8n, type RunningN8n } from './n8n';
import { cleanEnvironment } from './npm';
import { waitFor } from './rest';

/** n8n in queue mode: one main that takes webhooks and triggers, workers that run the executions. */
export interface QueueMode {
	main: RunningN8n;
	workers: RunningN8n[];
	/** Takes all production calls in place of the main, where that was asked for. */
	webhook: RunningN8n | undefined;
	/** Stops everything and removes the database. */
	stop(): Promise<void>;
}

export interface QueueOptions {
	/** n8n user folder with the package installed; all processes share it. */
	userFolder: string;
	/** How many (default 2). */
	workers?: number;
	/** Executions that one worker runs at once (default 5). */
	concurrency?: number;
	env?: Record<string, string>;
	installed?: InstalledN8n;
	/** A process of its own takes the calls of webhooks. */
	webhookProcess?: true;
}

/** What the machine lacks for queue mode, as Debian package names; empty when all is there. */
export function missingForQueueMode(): string[] {
	return [
		...(findProgram('redis-server') === undefined ? ['redis-server'] : []),
		...(findProgram('postgres') === undefined ? ['postgresql'] : []),
	];
}

/**
 * Starts Redis, PostgreSQL (Debian's `redis-server` and `postgresql`, on free ports, with data of their own), a main and workers.
 * @throws Error naming the Debian packages that are missing
 */
export async function startQueueMode(options: QueueOptions): Promise<QueueMode> {
	const missing = missingForQueueMode();
	if (missing.length > 0) throw new Error(`Queue mode needs the Debian packages ${missing.join(' and ')}`);
	const endings: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const end of endings.splice(0).reverse()) await end();
	};
	try {
		const redisPort = await startRedis(endings);
		const postgresPort = await startPostgres(endings);
		const webhookPort = options.webhookProcess ? await freePort() : undefined;
		const env = {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgresPort),
			DB_POSTGRESDB_USER: DATABASE_USER,
			DB_POSTGRESDB_DATABASE: 'postgres',
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
			...(webhookPort !== undefined && { N8N_WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`, N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true' }),
			...options.env,
		};
		const { userFolder, installed } = options;
		const main = await startN8n({ userFolder, env, installed });
		endings.push(main.stop);
		const workers = await Promise.all(
			Array.from({ length: options.workers ?? 2 }, async () => {
				const worker = await startN8n({ userFolder, env, installed, command: ['worker', `--concurrency=${options.concurrency ?? 5}`] });
				endings.push(worker.stop);
				return worker;
			}),
		);
		const webhook = webhookPort === undefined ? undefined : await startN8n({ userFolder, env, installed, port: webhookPort, command: ['webhook'] });
		if (webhook) endings.push(webhook.stop);
		return { main, workers, webhook, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

const DATABASE_USER = 'n8n';

async function startRedis(endings: Array<() => Promise<void>>): Promise<number> {
	const port = await freePort();
	const redis = spawn(findProgram('redis-server') ?? 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
		stdio: 'ignore',
		env: cleanEnvironment(),
	});
	endings.push(async () => await endProcess(redis));
	await waitForPort(port, redis, 'Redis');
	return port;
}

async function startPostgres(endings: Array<() => Promise<void>>): Promise<number> {
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), 'sms-hub-postgres-'));
	endings.push(async () => rmSync(folder, { recursive: true, force: true }));
	// PostgreSQL refuses to run as root; Debian's package has made a user for it.
	const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
	if (owner.uid !== undefined) spawnSync('chown', [`${owner.uid}:${owner.gid}`, folder]);
	const data = join(folder, 'data');
	const shared = { ...owner, cwd: folder, env: { ...cleanEnvironment(), LC_ALL: 'C.UTF-8' } };
	const made = spawnSync(findProgram('initdb') ?? 'initdb', ['-D', data, '-U', DATABASE_USER, '-A', 'trust', '--no-sync'], { ...shared, encoding: 'utf8' });
	if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
	const postgres = spawn(findProgram('postgres') ?? 'postgres', ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-c', 'fsync=off'], {
		...shared,
		stdio: 'ignore',
	});
	// SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every connection to go.
	endings.push(async () => await endProcess(postgres, 'SIGINT'));
	await waitForPort(port, postgres, 'PostgreSQL');
	return port;
}

function idOf(kind: '-u' | '-g'): number {
	return Number(spawnSync('id', [kind, 'postgres'], { encoding: 'utf8' }).stdout.trim());
}

function findProgram(name: string): string | undefined {
	const postgresFolder = '/usr/lib/postgresql';
	const versions = existsSync(postgresFolder) ? readdirSync(postgresFolder).sort((a, b) => Number(b) - Number(a)) : [];
	const folders = [...versions.map((version) => join(postgresFolder, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
	return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function waitForPort(port: number, child: ChildProcess, name: string): Promise<void> {
	await waitFor({ timeout: 30_000 }, name, async () => {
		if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
		return await new Promise<true | undefined>((resolve) => {
			const socket = connectSocket(port, '127.0.0.1', () => {
				socket.destroy();
				resolve(true);
			});
			socket.once('error', () => resolve(undefined));
		});
	});
}

async function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	child.kill(signal);
	await ended;
}
