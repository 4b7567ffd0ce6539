import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { installN8n, type InstalledN8n } from './install';
import { cleanEnvironment } from './npm';

/** What `startN8n` may be told. */
export interface StartOptions {
	/** Folder that holds `.n8n` (database, key, installed packages); kept between starts. */
	userFolder: string;
	/** Port on 127.0.0.1; a free one when left out. */
	port?: number;
	/** Further settings, for example `{ EXECUTIONS_MODE: 'queue' }`; they win over ours. */
	env?: Record<string, string>;
	/** File that n8n's output is appended to, besides being kept for `logs()`. */
	log?: string;
	/** n8n's command; `start` when left out, `webhook` for a process that takes calls only, `worker` for a queue worker (which is ready when it says so). */
	command?: string[];
	/** The n8n to run; `installN8n()`'s when left out. */
	installed?: InstalledN8n;
	/** Called when a started n8n ends without having been told to. */
	onUnexpectedEnd?: () => void;
	/** How long n8n may take until it answers, in milliseconds (default 120,000). */
	startTimeout?: number;
}

/** A running n8n. */
export interface RunningN8n {
	/** Base address without a slash at the end, for example `http://127.0.0.1:5678`. */
	url: string;
	port: number;
	/** Process id of the n8n that runs now. */
	readonly pid: number;
	userFolder: string;
	/** Milliseconds from the start of the process until n8n answered. */
	readonly startedIn: number;
	/** Asks n8n to end and waits; after 20 s it is killed. */
	stop(): Promise<void>;
	/** Kills n8n at once, as a power cut would. */
	kill(): Promise<void>;
	/** Stops n8n and starts it with the same folder, port and settings, plus `env`. */
	restart(env?: Record<string, string>): Promise<void>;
	/** Everything n8n printed since the first start. */
	logs(): string;
}

const STOP_PATIENCE_MS = 20_000;

/** A port on 127.0.0.1 that nothing listens on right now. */
export async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => {
				if (address === null || typeof address === 'string') reject(new Error('No free port'));
				else resolve(address.port);
			});
		});
	});
}

/** True when nothing listens on that port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

/** n8n's settings for an unattended instance on 127.0.0.1 that talks to nobody. */
export function n8nSettings(options: { port: number; brokerPort: number; userFolder: string }): Record<string, string> {
	return {
		N8N_USER_FOLDER: options.userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(options.port),
		N8N_WEBHOOK_URL: `http://127.0.0.1:${options.port}/`,
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${options.port}/`,
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
		GENERIC_TIMEZONE: 'Australia/Sydney',
		N8N_PYTHON_ENABLED: 'false',
		NO_COLOR: '1',
	};
}

/**
 * Starts n8n and waits until its editor's API answers.
 * @throws Error with n8n's last lines when it ends or stays silent for `startTimeout`
 */
export async function startN8n(options: StartOptions): Promise<RunningN8n> {
	const installed = options.installed ?? (await installN8n());
	const port = options.port ?? (await freePort());
	const brokerPort = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const command = options.command ?? ['start'];
	const output: string[] = [];
	let child: ChildProcess | undefined;
	let startedIn = 0;
	let extraEnv = options.env ?? {};
	mkdirSync(options.userFolder, { recursive: true });
	if (options.log !== undefined) {
		mkdirSync(dirname(options.log), { recursive: true });
		writeFileSync(options.log, '');
	}

	const keep = (text: string) => {
		output.push(text);
		if (options.log !== undefined) appendFileSync(options.log, text);
	};
	const killOnExit = () => {
		child?.kill('SIGKILL');
	};

	async function launch(): Promise<void> {
		const started = Date.now();
		const environment = cleanEnvironment();
		// n8n starts its code runner as plain "node", which has to be the same Node.js.
		environment.PATH = `${join(installed.nodeBinary, '..')}${process.platform === 'win32' ? ';' : ':'}${environment.PATH ?? ''}`;
		const launched = spawn(installed.nodeBinary, [installed.n8nBinary, ...command], {
			cwd: options.userFolder,
			env: {
				...environment,
				...n8nSettings({ port, brokerPort, userFolder: options.userFolder }),
				...extraEnv,
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child = launched;
		launched.stdout.setEncoding('utf8').on('data', keep);
		launched.stderr.setEncoding('utf8').on('data', keep);
		process.once('exit', killOnExit);
		const from = output.length;
		const deadline = started + (options.startTimeout ?? 120_000);
		const ready: Record<string, () => Promise<boolean>> = { start: async () => await answers(url), webhook: async () => await isHealthy(url) };
		const isReady = ready[command[0] ?? ''] ?? (async () => isWorkerReady(output.slice(from)));
		while (!(await isReady())) {
			if (hasEnded(launched) || Date.now() > deadline) {
				launched.kill('SIGKILL');
				const tail = output.join('').trim().split('\n').slice(-30).join('\n');
				throw new Error(`n8n ${hasEnded(launched) ? 'ended while starting' : 'did not answer in time'}:\n${tail}`);
			}
			await sleep(100);
		}
		startedIn = Date.now() - started;
		launched.once('exit', () => {
			if (child === launched) options.onUnexpectedEnd?.();
		});
	}

	async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
		const ending = child;
		child = undefined;
		process.removeListener('exit', killOnExit);
		if (ending === undefined || hasEnded(ending)) return;
		const below = signal === 'SIGKILL' ? childrenOf(ending.pid) : [];
		const closed = new Promise<void>((resolve) => ending.once('close', () => resolve()));
		ending.kill(signal);
		const patience = setTimeout(() => {
			below.push(...childrenOf(ending.pid));
			ending.kill('SIGKILL');
		}, STOP_PATIENCE_MS);
		const killBelow = () => {
			for (const pid of below) endQuietly(pid);
		};
		// The code runner holds n8n's output open, so it has to go before "close" can come.
		ending.once('exit', killBelow);
		await closed;
		clearTimeout(patience);
	}

	await launch();
	return {
		url,
		port,
		userFolder: options.userFolder,
		get pid() {
			return child?.pid ?? -1;
		},
		get startedIn() {
			return startedIn;
		},
		stop: async () => await end('SIGTERM'),
		kill: async () => await end('SIGKILL'),
		restart: async (env) => {
			await end('SIGTERM');
			extraEnv = { ...extraEnv, ...env };
			await launch();
		},
		logs: () => output.join(''),
	};
}

function hasEnded(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null;
}

async function isHealthy(url: string): Promise<boolean> {
	try {
		return (await fetch(`${url}/healthz`)).ok;
	} catch {
		return false;
	}
}

async function answers(url: string): Promise<boolean> {
	try {
		if (!(await isHealthy(url))) return false;
		const settings = await fetch(`${url}/rest/settings`);
		// While it migrates, n8n answers every path with a page.
		return settings.ok && (settings.headers.get('content-type') ?? '').includes('json');
	} catch {
		return false;
	}
}

function isWorkerReady(lines: string[]): boolean {
	return lines.join('').includes('n8n worker is now ready');
}

/** Processes that n8n itself started (its code runner); only needed when n8n cannot end them any more. */
function childrenOf(pid: number | undefined): number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number).filter(Boolean);
	} catch {
		return [];
	}
}

function endQuietly(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// Already gone.
	}
}
