/** Measures queue mode: several worker processes that send for one account, each without knowing of the others. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atEnd, removedAtEnd } from './cleanup';
import { inThousands, progress, seconds, times, type Row } from './figures';
import { benchProviders, recipients, type BenchProvider } from './providers';
import { installPackage, type InstalledN8n } from '../real-n8n/install';
import { missingForQueueMode, startQueueMode } from '../real-n8n/queue';
import type { RunningN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { node, webhookTrigger, workflow, type CredentialReference, type Json } from '../real-n8n/workflow';
import { startSandbox, type Sandbox } from '../sandbox/server';

const WORKERS = 2;
const RUN_TIMEOUT_MS = 600_000;

/** So many executions at once, so many messages in each. */
export interface Load {
	provider: BenchProvider;
	runs: number;
	messages: number;
	/** How long an answer takes, in ms: long enough that the provider's limit is the narrowest place, and not the processor. */
	latencyMs: number;
	/** Requests a second that the provider's limit allows, with that latency. */
	allowed: number;
}

const [mobileMessage, sms160] = ['mobile-message', 'sms160'].map((name) => benchProviders.find((provider) => provider.name === name));
if (mobileMessage === undefined || sms160 === undefined) throw new Error('A provider is gone');

export const loads: Load[] = [
	// "2 req/sec"
	{ provider: sms160, runs: 4, messages: 1_000, latencyMs: 200, allowed: 2 },
	// Five at once, each for as long as an answer takes.
	{ provider: mobileMessage, runs: 8, messages: 1_500, latencyMs: 800, allowed: 5 / 0.8 },
];

/** What became of a load, as the provider saw it. */
export interface QueueFigures {
	/** Status of each execution. */
	statuses: string[];
	/** What ended the executions that failed. */
	messages: string[];
	/** Numbers that got no message, and numbers that got more than one. */
	lost: number;
	doubled: number;
	accepted: number;
	/** Sends, those answered 429 included. */
	requests: number;
	tooMany: number;
	/** From the first send to the last answer. */
	durationMs: number;
	/** Milliseconds that the limit asks for, for all requests that were accepted, look-ups included. */
	leastMs: number;
	/** What part of the allowed rate was used while all workers were sending: after the first seconds, until the first of them had nothing left. */
	steady: number;
	/** How long that was, in ms. */
	steadyMs: number;
	/** Executions that each worker ran. */
	shares: number[];
}

/** Where a load runs. */
export interface Stage {
	client: N8nClient;
	workers: readonly RunningN8n[];
	sandbox: Sandbox;
	credential: CredentialReference;
}

/** In which processes that know nothing of each other find their shares, in ms. */
const FINDING_MS = 3_000;

/** @param at when requests were accepted, in ms, ascending; @param until when the first process had nothing left to send; @param allowed requests a second */
function steadyPart(at: number[], until: number, allowed: number): { steady: number; steadyMs: number } {
	const [first = NaN] = at;
	const steady = at.filter((time) => time >= first + FINDING_MS && time <= until);
	const [begin = NaN] = steady;
	const steadyMs = (steady.at(-1) ?? NaN) - begin;
	return { steady: (steady.length - 1) / (steadyMs / 1_000) / allowed, steadyMs };
}

/** When the worker's last execution ended, and how many it ran of those given. */
function lastOf(worker: RunningN8n, ended: ReadonlyArray<{ id: string; stoppedAt?: string | null }>): { at: number; executions: number } {
	const own = new Set([...worker.logs().matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id));
	const ends = ended.filter(({ id }) => own.has(id)).map(({ stoppedAt }) => Date.parse(stoppedAt ?? ''));
	return { at: Math.max(...ends), executions: ends.length };
}

/** Starts all executions of a load together and waits for their end. Counts in the sandbox, which is reset before. */
export async function runLoad({ client, workers, sandbox, credential }: Stage, load: Load): Promise<QueueFigures> {
	const { provider, runs, messages, latencyMs, allowed } = load;
	sandbox.reset();
	sandbox.changeSettings({ latencyMs });
	const split = node('n8n-nodes-base.splitOut', { fieldToSplitOut: 'body.rows' }, { name: 'Rows' });
	const step = node(provider.nodeType, provider.parameters, { name: 'Send', credentials: credential });
	const { id } = await client.createWorkflow(workflow(`queue ${provider.name}`, [webhookTrigger(), split, step]));
	await client.activateWorkflow(id);
	const url = await client.webhookUrl(id, 'Webhook');
	const people = recipients(runs * messages);
	await Promise.all(Array.from({ length: runs }, async (_, run) => await post(url, { rows: people.slice(run * messages, (run + 1) * messages) })));
	const ended = await waitFor({ timeout: RUN_TIMEOUT_MS }, `${runs} executions`, async () => {
		const list = await client.listExecutions(id);
		return list.length === runs && list.every(({ status }) => !['new', 'running', 'waiting'].includes(status)) ? list : undefined;
	});
	const errors = await Promise.all(ended.filter(({ status }) => status !== 'success').map(async (each) => (await client.getExecution(each.id)).error?.message ?? each.status));
	await client.deactivateWorkflow(id);

	const counts = new Map<string, number>();
	const accepted = sandbox.messages(provider.name);
	for (const { to } of accepted) counts.set(to, (counts.get(to) ?? 0) + 1);
	const sends = sandbox.log(provider.name).filter(({ method, path }) => method === 'POST' && path === provider.oneMessage.path);
	const at = sends.map((each) => Date.parse(each.at));
	// Look-ups (where the list ended before a send) count in the limit as well.
	const taken = sandbox
		.log(provider.name)
		.filter(({ httpStatus }) => httpStatus !== 429)
		.map((each) => Date.parse(each.at));
	const lasts = workers.map((worker) => lastOf(worker, ended));
	return {
		statuses: ended.map(({ status }) => status),
		messages: errors,
		lost: people.filter(({ number }) => !counts.has(number)).length,
		doubled: [...counts.values()].filter((count) => count > 1).length,
		accepted: accepted.length,
		requests: sends.length,
		tooMany: sends.filter(({ httpStatus }) => httpStatus === 429).length,
		durationMs: Math.max(...at) - Math.min(...at) + latencyMs,
		leastMs: (taken.length / allowed) * 1_000,
		...steadyPart(
			taken.sort((a, b) => a - b),
			Math.min(...lasts.map((last) => last.at)) - latencyMs,
			allowed,
		),
		shares: lasts.map(({ executions }) => executions),
	};
}

async function post(url: string, body: Json): Promise<void> {
	const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`n8n answered the webhook call with ${response.status}`);
}

/** "2,000 messages in 4 executions, 2 workers: ..." */
export function describeLoad({ provider, runs, messages }: Load): string {
	return `${provider.title}: ${runs} executions of ${inThousands(messages)} messages at once on ${WORKERS} workers`;
}

/** "12.4 s for 2,000 accepted messages (0 lost, 0 doubled), 96 % of the allowed rate while both sent, 7 of 27 requests answered 429" */
export function describeFigures({ durationMs, accepted, tooMany, requests, lost, doubled, steady, steadyMs, shares }: QueueFigures): string {
	const part = `${Math.round(steady * 100)} % of the allowed rate in the ${seconds(steadyMs)} while both sent (${shares.join(' and ')} executions)`;
	return `${seconds(durationMs)} for ${inThousands(accepted)} accepted messages (${lost} lost, ${doubled} doubled), ${part}, ${tooMany} of ${requests} requests answered 429`;
}

/** @returns lines of the table; none where Redis or PostgreSQL are missing */
export async function measureQueue({ installed, tarball }: { installed: InstalledN8n; tarball: string }): Promise<Row[]> {
	const missing = missingForQueueMode();
	if (missing.length > 0) {
		progress(`Queue mode left out: it needs the Debian packages ${missing.join(' and ')}`);
		return [];
	}
	const sandbox = await startSandbox();
	const closeSandbox = atEnd(async () => await sandbox.close());
	const userFolder = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-queue-')));
	await installPackage(userFolder, tarball);
	const queue = await startQueueMode({ userFolder, workers: WORKERS, installed });
	const stopQueue = atEnd(queue.stop);
	const client = await connect(queue.main.url);
	const rows: Row[] = [];
	for (const load of loads) {
		const { provider } = load;
		const credential = await client.createCredential(provider.credentialType, { ...provider.credential, baseUrl: sandbox.baseUrl(provider.name) }, provider.title);
		const figures = await runLoad({ client, workers: queue.workers, sandbox, credential }, load);
		progress(`${describeLoad(load)}: ${describeFigures(figures)}`);
		rows.push({
			measured: describeLoad(load),
			own: describeFigures(figures),
			comparedWith: `the least that ${provider.limit} allow, answers in ${load.latencyMs} ms`,
			other: seconds(figures.leastMs),
			ratio: `${times(figures.durationMs / figures.leastMs)} the time`,
			target: 'nobody lost, nobody twice',
		});
	}
	await stopQueue();
	await closeSandbox();
	return rows;
}
