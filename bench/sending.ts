/** Measures sending inside a real n8n: how long, how many requests, how many of them the provider refuses. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEnd, removedAtEnd } from './cleanup';
import { inThousands, median, progress, seconds, spread, times, type Row } from './figures';
import { installBenchNodes } from './nodePackage';
import { benchProviders, recipients, type BenchProvider } from './providers';
import { measuredNode, ways, type Credentials, type WayName } from './ways';
import { installPackage, type InstalledN8n } from '../real-n8n/install';
import { startN8n } from '../real-n8n/n8n';
import { connect, N8nError, type Execution, type N8nClient } from '../real-n8n/rest';
import { manualTrigger, workflow } from '../real-n8n/workflow';
import { startSandbox, type Sandbox } from '../sandbox/server';

const LATENCY_MS = 20;
/** Later than any run, so that delivery reports cost the sandbox nothing. */
const DELIVER_AFTER_MS = 3_600_000;
const RUN_TIMEOUT_MS = 900_000;
const WARM_UP = 5;
const HEALTH_EVERY_MS = 100;
/** Seldom, since n8n answers from its database while it works on what is measured. */
const ASK_EVERY_MS = 1_000;

/** One run of one workflow. */
interface Measured {
	/** n8n's own figure for the node. */
	nodeMs: number;
	/** From the start of the execution to its end, as n8n noted them. */
	runMs: number;
	requests: number;
	/** Requests answered 429. */
	tooMany: number;
	accepted: number;
	/** success or error */
	status: string;
	/** The longest that n8n took to answer anything else meanwhile, in milliseconds. */
	silentMs: number;
}

/** Runs of the same workflow; times are medians, counts are those of the last run. */
interface Figures extends Measured {
	messages: number;
	nodeTimes: number[];
}

interface Bench {
	client: N8nClient;
	sandbox: Sandbox;
	/** Answers of the sandbox since the last reset, by HTTP status. */
	answers: Map<string, number>;
}

export interface SendingOptions {
	installed: InstalledN8n;
	tarball: string;
	/** Leaves out what takes long. */
	quick: boolean;
	/** Also measures 10,000 messages with one request per item. */
	full: boolean;
	/** Which parts to measure. */
	speed: boolean;
	limits: boolean;
}

/** Measures (a) speed and (b) limits for every provider that there is. @returns lines of the table */
export async function measureSending(options: SendingOptions): Promise<Row[]> {
	const answers = new Map<string, number>();
	const sandbox = await startSandbox({
		latencyMs: LATENCY_MS,
		log: (line) => {
			const httpStatus = line.slice(line.lastIndexOf(' ') + 1);
			answers.set(httpStatus, (answers.get(httpStatus) ?? 0) + 1);
		},
	});
	const closeSandbox = atEnd(async () => await sandbox.close());
	const userFolder = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-')));
	await installPackage(userFolder, options.tarball);
	await installBenchNodes(userFolder);
	const n8n = await startN8n({ userFolder, installed: options.installed });
	const stopN8n = atEnd(async () => await n8n.stop());
	const client = await connect(n8n.url);
	const offered = new Set((await client.nodeTypes()).map(({ name }) => name));

	const rows: Row[] = [];
	for (const provider of benchProviders) {
		const isThere = sandbox.providers.some(({ name }) => name === provider.name) && offered.has(`n8n-nodes-sms-hub.${provider.nodeType}`);
		if (!isThere) {
			progress(`${provider.title}: not in this package yet, left out`);
			continue;
		}
		rows.push(...(await measureProvider({ client, sandbox, answers }, provider, options)));
	}
	await stopN8n();
	await closeSandbox();
	return rows;
}

async function measureProvider(bench: Bench, provider: BenchProvider, options: SendingOptions): Promise<Row[]> {
	const { quick, full } = options;
	const baseUrl = bench.sandbox.baseUrl(provider.name);
	const { username = '', password = '' } = provider.credential;
	const credentials: Credentials = {
		baseUrl,
		own: await bench.client.createCredential(provider.credentialType, { ...provider.credential, baseUrl }, provider.title),
		basic: await bench.client.createCredential('httpBasicAuth', { user: username, password }, `${provider.title} (basic)`),
	};
	const measure: Measure = async (series) => await measureAll(bench, provider, credentials, series);
	const rows: Row[] = [];
	if (options.speed) {
		const { onePerRequestMeasured: sample } = provider;
		rows.push(...(sample === undefined ? await speed(provider, measure, quick, full) : await speedUnderRate(provider, measure, sample, quick)));
	}
	if (options.limits) rows.push(...(await losses(provider, measure, quick)));
	return rows;
}

/** (a) with the limit switched off, so that speed alone is compared. */
async function speed(provider: BenchProvider, measure: Measure, quick: boolean, full: boolean): Promise<Row[]> {
	const name = (count: number): string => `${provider.title}: ${inThousands(count)} messages`;
	const label = (way: WayName): string => ways[way].label(provider);
	const unlimited = { messages: 1_000, enforceLimits: false };
	const { own, read, onePerItem, httpBatched, httpAtOnce } = await measure({
		own: { way: 'package', ...unlimited, runs: 5 },
		read: { way: 'readOnly', ...unlimited, runs: 3 },
		onePerItem: { way: 'onePerItem', ...unlimited, messages: quick ? 100 : 1_000, runs: 1 },
		httpBatched: { way: 'httpBatched', ...unlimited, runs: 1 },
		httpAtOnce: { way: 'httpAtOnce', ...unlimited, runs: 1 },
	});
	const rows: Row[] = [
		{ ...compare(name(1_000), own, onePerItem, 1_000, label('onePerItem')), target: 'at least 25x faster' },
		compare(name(1_000), own, httpBatched, 1_000, label('httpBatched')),
		compare(name(1_000), own, httpAtOnce, 1_000, label('httpAtOnce')),
		{ measured: name(1_000), own: time(own), comparedWith: label('readOnly'), other: time(read), ratio: slower(own, read) },
	];
	if (quick) return rows;
	// The 1,000 are measured again in between, so that both are measured while the machine is equally busy.
	const unlimitedMany = { ...unlimited, messages: 10_000, runs: 3 };
	const many = await measure({ own: { way: 'package', ...unlimited, runs: 3 }, ten: { way: 'package', ...unlimitedMany }, read: { way: 'readOnly', ...unlimitedMany } });
	rows.push(
		{ measured: name(10_000), own: time(many.ten), comparedWith: 'this package, 1,000 messages', other: time(many.own), ratio: slower(many.ten, many.own), target: 'at most 11x the time' },
		{ measured: name(10_000), own: time(many.ten), comparedWith: label('readOnly'), other: time(many.read), ratio: slower(many.ten, many.read) },
	);
	rows.push({
		measured: 'The longest that n8n answered nobody else while it sent 10,000 messages',
		own: seconds(many.ten.silentMs),
		comparedWith: `${label('onePerItem')}, 1,000 messages`,
		other: seconds(onePerItem.silentMs),
		ratio: `${times(many.ten.silentMs / onePerItem.silentMs)} the time`,
	});
	if (full) {
		const slow = await measure({ onePerItem: { way: 'onePerItem', ...unlimitedMany, runs: 1 } });
		rows.push(compare(name(10_000), many.ten, slow.onePerItem, 10_000, label('onePerItem')));
	}
	return rows;
}

/** (a) where the limit is so many requests per time: nothing can be compared without it, and one message a request takes minutes. */
async function speedUnderRate(provider: BenchProvider, measure: Measure, sample: number, quick: boolean): Promise<Row[]> {
	const own = { way: 'package', messages: 1_000, enforceLimits: true, runs: quick ? 1 : 3 } as const;
	const ofSample = { messages: sample, enforceLimits: true, runs: 1 };
	const { httpBatched, ...measured } = await measure({ own, httpBatched: { way: 'httpBatched', ...ofSample } });
	const answered = provider.latencyMs === undefined ? '' : `, answered after ${provider.latencyMs} ms`;
	const what = `${provider.title}: 1,000 messages within ${provider.limit}${answered}`;
	const rows = [compare(what, measured.own, httpBatched, 1_000, ways.httpBatched.label(provider))];
	if (!provider.oneAfterTheOther) return rows;
	const { onePerItem } = await measure({ onePerItem: { way: 'onePerItem', ...ofSample } });
	return [compare(what, measured.own, onePerItem, 1_000, ways.onePerItem.label(provider)), ...rows];
}

/** (b) what arrives while the provider refuses what is above its limit. */
async function losses(provider: BenchProvider, measure: Measure, quick: boolean): Promise<Row[]> {
	const messages = 1_000;
	const limited = { messages, enforceLimits: true, runs: 1 };
	const { own } = await measure({ own: { way: 'package', ...limited } });
	const rows: Row[] = [];
	const others: WayName[] = ['onePerItem', 'httpBatched', 'httpAtOnce'];
	for (const way of others) {
		const isSlow = way === 'httpBatched' ? quick || provider.onePerRequestMeasured !== undefined : way === 'onePerItem' && (quick || provider.oneAfterTheOther === true);
		if (isSlow) continue;
		const { other } = await measure({ other: { way, ...limited } });
		rows.push({
			measured: `${provider.title}: ${inThousands(messages)} messages, limit of ${provider.limit} enforced`,
			own: counts(own),
			comparedWith: ways[way].label(provider),
			other: counts(other),
			ratio: `${percent(own)} against ${percent(other)} accepted`,
			target: 'all accepted, no 429',
		});
	}
	return rows;
}

function slower(own: Figures, other: Figures): string {
	return `node ${times(own.nodeMs / other.nodeMs)}, run ${times(own.runMs / other.runMs)} the time`;
}

function compare(measured: string, own: Figures, other: Figures, messages: number, label: string): Row {
	const factor = messages / other.messages;
	const scaled: Figures = { ...other, nodeMs: other.nodeMs * factor, runMs: other.runMs * factor };
	const reckoned = factor === 1 ? '' : `, reckoned from ${other.messages} messages in ${seconds(other.nodeMs)}`;
	return {
		measured,
		own: time(own),
		comparedWith: label,
		other: `${time(scaled)}${reckoned}`,
		ratio: `node ${times(scaled.nodeMs / own.nodeMs)}, run ${times(scaled.runMs / own.runMs)} faster`,
	};
}

function time({ nodeMs, runMs, nodeTimes }: Figures): string {
	return `node ${seconds(nodeMs)}${spread(nodeTimes)}, run ${seconds(runMs)}`;
}

function counts({ accepted, requests, tooMany, status }: Figures): string {
	return `${inThousands(accepted)} accepted, ${inThousands(tooMany)} of ${inThousands(requests)} requests answered 429, run ${status === 'success' ? 'succeeded' : 'failed'}`;
}

function percent({ accepted, messages }: Figures): string {
	return `${Number(((100 * accepted) / messages).toFixed(1))} %`;
}

/** Some runs of one workflow. */
interface Series {
	way: WayName;
	messages: number;
	enforceLimits: boolean;
	runs: number;
}

type Measure = <Name extends string>(series: Record<Name, Series>) => Promise<Record<Name, Figures>>;

/** Runs all series in turns, so that a machine that becomes busier burdens all alike. */
async function measureAll<Name extends string>(bench: Bench, provider: BenchProvider, credentials: Credentials, series: Record<Name, Series>): Promise<Record<Name, Figures>> {
	const all = (Object.entries(series) as Array<[Name, Series]>).map(([name, given]) => ({ name, given, measured: [] as Measured[] }));
	// Loads every node's code and opens connections.
	for (const way of new Set(all.map(({ given }) => given.way))) await run(bench, provider, credentials, { way, messages: WARM_UP, enforceLimits: false });
	for (let round = 0; all.some(({ given }) => given.runs > round); round++) {
		for (const { given, measured } of all) {
			if (given.runs <= round) continue;
			const one = await run(bench, provider, credentials, given);
			measured.push(one);
			const answers = `${one.accepted} accepted, ${one.tooMany} of ${one.requests} requests answered 429, ${one.status}, n8n silent for ${seconds(one.silentMs)}`;
			const what = `${provider.title}, ${inThousands(given.messages)}, ${ways[given.way].label(provider)}`;
			progress(`${what}: node ${seconds(one.nodeMs)}, run ${seconds(one.runMs)}, ${answers}`);
		}
	}
	return Object.fromEntries(all.map(({ name, given, measured }) => [name, figuresOf(given.messages, measured)])) as Record<Name, Figures>;
}

function figuresOf(messages: number, measured: Measured[]): Figures {
	const last = measured.at(-1);
	if (last === undefined) throw new Error('No runs');
	const nodeTimes = measured.map(({ nodeMs }) => nodeMs);
	return { ...last, messages, nodeTimes, nodeMs: median(nodeTimes), runMs: median(measured.map(({ runMs }) => runMs)), silentMs: median(measured.map(({ silentMs }) => silentMs)) };
}

async function run({ client, sandbox, answers }: Bench, provider: BenchProvider, credentials: Credentials, given: Omit<Series, 'runs'>): Promise<Measured> {
	const { way, messages, enforceLimits } = given;
	sandbox.reset();
	sandbox.changeSettings({ enforceLimits, deliverAfterMs: DELIVER_AFTER_MS, latencyMs: provider.latencyMs ?? LATENCY_MS });
	answers.clear();
	const steps = [manualTrigger(recipients(messages, provider)), ways[way].step(provider, credentials)];
	const stored = await client.createWorkflow(workflow(`${way} ${messages}`, steps));
	const health = watchHealth(client.url);
	const execution = await runToEnd(client, stored.id);
	const silentMs = await health.end();
	await client.deleteWorkflow(stored.id);
	const node = execution.runs[measuredNode]?.[0];
	if (node === undefined || execution.duration === undefined) throw new Error(`The run of "${way}" has no data: ${execution.error?.message ?? execution.status}`);
	const accepted = sandbox.messages(provider.name).length;
	if (!enforceLimits && way !== 'readOnly' && accepted !== messages) throw new Error(`"${way}" sent ${accepted} of ${messages} messages although nothing limits it: ${execution.error?.message ?? ''}`);
	return {
		nodeMs: node.executionTime,
		runMs: execution.duration,
		requests: [...answers.values()].reduce((sum, count) => sum + count, 0),
		tooMany: answers.get('429') ?? 0,
		accepted,
		status: execution.status,
		silentMs,
	};
}

/** Runs a workflow by hand. n8n drops connections while a node keeps it from answering; then it is asked again. */
async function runToEnd(client: N8nClient, workflowId: string): Promise<Execution> {
	const id = await client.startWorkflow(workflowId);
	const deadline = Date.now() + RUN_TIMEOUT_MS;
	while (Date.now() < deadline) {
		await sleep(ASK_EVERY_MS);
		const execution = await client.getExecution(id).catch((error: unknown) => {
			if (error instanceof N8nError) throw error;
			return undefined;
		});
		if (execution !== undefined && !['new', 'running'].includes(execution.status)) return execution;
	}
	throw new Error(`Waited too long for the end of execution ${id}`);
}

/** Asks n8n for its health again and again. `end` gives the longest time without an answer, in milliseconds. */
function watchHealth(url: string): { end(): Promise<number> } {
	const watching = { isEnding: false };
	let longest = 0;
	const watch = async (): Promise<void> => {
		let asked = performance.now();
		while (!watching.isEnding) {
			const isAnswered = await fetch(`${url}/healthz`).then(async (response) => (await response.text()) !== '', () => false);
			// A dropped connection is no answer: the wait goes on.
			if (isAnswered) {
				longest = Math.max(longest, performance.now() - asked);
				await sleep(HEALTH_EVERY_MS);
				asked = performance.now();
			}
		}
	};
	const watched = watch();
	return {
		end: async () => {
			watching.isEnding = true;
			await watched;
			return longest;
		},
	};
}
