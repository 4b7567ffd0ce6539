/** Measures sending inside a real n8n: how long, how many requests, how many of them the provider refuses. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atEnd, removedAtEnd } from './cleanup';
import { inThousands, median, progress, seconds, spread, times, type Row } from './figures';
import { installLoopPackage } from './loopPackage';
import { benchProviders, recipients, type BenchProvider } from './providers';
import { measuredNode, ways, type Credentials, type WayName } from './ways';
import { installPackage, type InstalledN8n } from '../e2e/install';
import { startN8n } from '../e2e/n8n';
import { connect, type N8nClient } from '../e2e/rest';
import { manualTrigger, workflow } from '../e2e/workflow';
import { startSandbox, type Sandbox } from '../sandbox/server';

const LATENCY_MS = 20;
/** Later than any run, so that delivery reports cost the sandbox nothing. */
const DELIVER_AFTER_MS = 3_600_000;
const RUN_TIMEOUT_MS = 900_000;
const WARM_UP = 5;

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
	await installLoopPackage(userFolder);
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
	const measure = async (way: WayName, messages: number, runs: number, enforceLimits: boolean): Promise<Figures> =>
		await repeat(bench, provider, credentials, { way, messages, runs, enforceLimits });
	const rows: Row[] = [];
	if (provider.onePerRequestMeasured !== undefined) {
		if (options.speed) rows.push(...(await speedUnderRate(provider, measure, provider.onePerRequestMeasured, quick)));
	} else if (options.speed) {
		rows.push(...(await speed(provider, measure, quick, full)));
	}
	if (options.limits) rows.push(...(await losses(provider, measure, quick)));
	return rows;
}

type Measure = (way: WayName, messages: number, runs: number, enforceLimits: boolean) => Promise<Figures>;

/** (a) with the limit switched off, so that speed alone is compared. */
async function speed(provider: BenchProvider, measure: Measure, quick: boolean, full: boolean): Promise<Row[]> {
	const name = (count: number): string => `${provider.title}: ${inThousands(count)} messages`;
	const own = await measure('package', 1_000, quick ? 3 : 5, false);
	const onePerItem = await measure('onePerItem', quick ? 100 : 1_000, 1, false);
	const others = [onePerItem, await measure('httpBatched', 1_000, 1, false), await measure('httpAtOnce', 1_000, 1, false)];
	const labels: WayName[] = ['onePerItem', 'httpBatched', 'httpAtOnce'];
	const rows = others.map((other, index): Row => {
		const way = labels[index] ?? 'onePerItem';
		return { ...compare(name(1_000), own, other, 1_000, ways[way].label(provider)), ...(way === 'onePerItem' && { target: 'at least 25x faster' }) };
	});
	if (quick) return rows;
	const ownMany = await measure('package', 10_000, 3, false);
	rows.push({
		measured: name(10_000),
		own: time(ownMany),
		comparedWith: 'this package, 1,000 messages',
		other: time(own),
		ratio: `node ${times(ownMany.nodeMs / own.nodeMs)}, run ${times(ownMany.runMs / own.runMs)} the time`,
		target: 'at most 11x the time',
	});
	if (full) rows.push(compare(name(10_000), ownMany, await measure('onePerItem', 10_000, 1, false), 10_000, ways.onePerItem.label(provider)));
	return rows;
}

/** (a) where the limit is so many requests per time: nothing can be compared without it, and one message a request takes minutes. */
async function speedUnderRate(provider: BenchProvider, measure: Measure, sample: number, quick: boolean): Promise<Row[]> {
	const own = await measure('package', 1_000, quick ? 1 : 3, true);
	const other = await measure('httpBatched', sample, 1, true);
	return [{ ...compare(`${provider.title} (${provider.limit}): 1,000 messages`, own, other, 1_000, ways.httpBatched.label(provider)) }];
}

/** (b) what arrives while the provider refuses what is above its limit. */
async function losses(provider: BenchProvider, measure: Measure, quick: boolean): Promise<Row[]> {
	const messages = 1_000;
	const own = await measure('package', messages, 1, true);
	const rows: Row[] = [];
	const slow: WayName[] = ['onePerItem', 'httpBatched'];
	for (const way of [...slow, 'httpAtOnce' as const]) {
		const isReckoned = provider.onePerRequestMeasured !== undefined && way === 'httpBatched';
		// What is measured in (a) under the same limit needs no second run.
		if (isReckoned || (quick && slow.includes(way))) continue;
		const other = await measure(way, messages, 1, true);
		rows.push({
			measured: `${provider.title}: ${inThousands(messages)} messages, limit of ${provider.limit} enforced`,
			own: counts(own),
			comparedWith: ways[way].label(provider),
			other: counts(other),
			ratio: `${percent(own)} against ${percent(other)} accepted`,
			...(way === 'onePerItem' && { target: 'all accepted' }),
		});
	}
	return rows;
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

interface Given {
	way: WayName;
	messages: number;
	runs: number;
	enforceLimits: boolean;
}

async function repeat(bench: Bench, provider: BenchProvider, credentials: Credentials, given: Given): Promise<Figures> {
	const { way, messages, runs, enforceLimits } = given;
	// Loads the node's code and opens connections.
	await run(bench, provider, credentials, way, WARM_UP, false);
	const all: Measured[] = [];
	for (let round = 0; round < runs; round++) {
		const measured = await run(bench, provider, credentials, way, messages, enforceLimits);
		all.push(measured);
		progress(`${provider.title}, ${ways[way].label(provider)}, ${inThousands(messages)}: node ${seconds(measured.nodeMs)}, run ${seconds(measured.runMs)}, ${measured.accepted} accepted, ${measured.tooMany} of ${measured.requests} requests answered 429, ${measured.status}`);
	}
	const last = all.at(-1);
	if (last === undefined) throw new Error('No runs');
	return { ...last, messages, nodeTimes: all.map(({ nodeMs }) => nodeMs), nodeMs: median(all.map(({ nodeMs }) => nodeMs)), runMs: median(all.map(({ runMs }) => runMs)) };
}

async function run({ client, sandbox, answers }: Bench, provider: BenchProvider, credentials: Credentials, way: WayName, messages: number, enforceLimits: boolean): Promise<Measured> {
	sandbox.reset();
	sandbox.changeSettings({ enforceLimits, deliverAfterMs: DELIVER_AFTER_MS });
	answers.clear();
	const steps = [manualTrigger(recipients(messages)), ways[way].step(provider, credentials)];
	const stored = await client.createWorkflow(workflow(`${way} ${messages}`, steps));
	const execution = await client.runWorkflow(stored.id, { timeout: RUN_TIMEOUT_MS });
	await client.deleteWorkflow(stored.id);
	const node = execution.runs[measuredNode]?.[0];
	if (node === undefined || execution.duration === undefined) throw new Error(`The run of "${way}" has no data: ${execution.error?.message ?? execution.status}`);
	const accepted = sandbox.messages(provider.name).length;
	if (!enforceLimits && accepted !== messages) throw new Error(`"${way}" sent ${accepted} of ${messages} messages although nothing limits it: ${execution.error?.message ?? ''}`);
	return {
		nodeMs: node.executionTime,
		runMs: execution.duration,
		requests: [...answers.values()].reduce((sum, count) => sum + count, 0),
		tooMany: answers.get('429') ?? 0,
		accepted,
		status: execution.status,
	};
}
