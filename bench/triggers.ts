/** Measures what a call to a trigger costs inside a real n8n, beside n8n's own Webhook node and a trigger that does nothing. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEnd, removedAtEnd } from './cleanup';
import { median, progress, times, type Row } from './figures';
import { benchNodeTypes, installBenchNodes } from './nodePackage';
import { installPackage, type InstalledN8n } from '../real-n8n/install';
import { startN8n } from '../real-n8n/n8n';
import { connect, waitFor, type N8nClient } from '../real-n8n/rest';
import { node, noOperation, webhookTrigger, workflow, type Step } from '../real-n8n/workflow';
import { mobileMessagePassword, mobileMessageUsername } from '../sandbox/mobile-message/account';
import { startSandbox } from '../sandbox/server';

const provider = 'mobile-message';
const secret = 'the-webhook-secret';
/** Loads every node's code, and n8n's caches. */
const WARM_UP = 5;
/** Between calls that are measured one by one, so that n8n is done with the last one. */
const PAUSE_MS = 150;
const BURST = { calls: 200, everyMs: 100 };

/** What is called; each starts a workflow of two nodes, or refuses. */
type Kind = 'webhookNode' | 'emptyTrigger' | 'emptyTriggerRefuses' | 'own' | 'ownForged' | 'ownRepeated';
const titles: Record<Kind, string> = {
	webhookNode: 'n8n\'s Webhook node',
	emptyTrigger: 'a trigger node that does nothing',
	emptyTriggerRefuses: 'a trigger node that refuses every call',
	own: 'Mobile Message Trigger, signed call',
	ownForged: 'Mobile Message Trigger, forged call',
	ownRepeated: 'Mobile Message Trigger, repeated call',
};

/** Medians over calls. */
interface Figures {
	answeredInMs: number;
	/** Of n8n's process, the execution included; `undefined` where the system does not tell. */
	cpuMs: number | undefined;
}

interface Bench {
	pid: number;
	call(kind: Kind): Promise<number>;
}

export interface TriggerOptions {
	installed: InstalledN8n;
	tarball: string;
	quick: boolean;
}

/** @returns lines of the table */
export async function measureTriggers(options: TriggerOptions): Promise<Row[]> {
	const rows = await measureIn(options, '');
	if (options.quick) return rows;
	// As n8n is set up, it prepares an isolate for expressions before every call of any trigger but its Webhook node; so told, only where it needs one.
	return [...rows, ...(await measureIn(options, ' (N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true)', { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }))];
}

async function measureIn({ installed, tarball, quick }: TriggerOptions, setting: string, env: Record<string, string> = {}): Promise<Row[]> {
	progress(`Triggers${setting}`);
	const sandbox = await startSandbox();
	const closeSandbox = atEnd(async () => await sandbox.close());
	const userFolder = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-triggers-')));
	await installPackage(userFolder, tarball);
	await installBenchNodes(userFolder);
	const n8n = await startN8n({ userFolder, installed, env });
	const stopN8n = atEnd(async () => await n8n.stop());
	const client = await connect(n8n.url);
	const baseUrl = sandbox.baseUrl(provider);
	const account = { username: mobileMessageUsername, password: mobileMessagePassword, baseUrl, webhookSecret: secret };
	const credentials = await client.createCredential('mobileMessageApi', account);
	const webhookNode = await activate(client, webhookTrigger());
	const emptyTrigger = await activate(client, node(benchNodeTypes.trigger, {}, { typeVersion: 2 }));
	const own = await activate(client, node('mobileMessageTrigger', { events: ['delivered'] }, { credentials, typeVersion: 2 }));
	const repeated = report('repeated');
	const bench: Bench = {
		pid: n8n.pid,
		async call(kind) {
			const body = kind === 'ownRepeated' ? repeated : report(randomUUID());
			const url = { webhookNode, emptyTrigger, emptyTriggerRefuses: `${emptyTrigger}?refuse`, own, ownForged: own, ownRepeated: own }[kind];
			const headers = kind === 'own' || kind === 'ownRepeated' ? signed(body) : {};
			return await post(url, body, headers, kind === 'ownForged' || kind === 'emptyTriggerRefuses' ? 401 : 200);
		},
	};
	const one = await oneByOne(bench, quick ? 20 : 60);
	const burst = await bursts(bench);
	await stopN8n();
	await closeSandbox();

	const compared: Array<[Kind, Kind]> = [
		['ownForged', 'webhookNode'],
		['ownForged', 'emptyTriggerRefuses'],
		['ownRepeated', 'webhookNode'],
		['own', 'webhookNode'],
		['own', 'emptyTrigger'],
	];
	return [
		...compared.map(([kind, other]) => row(`${titles[kind]}, one after another${setting}`, one[kind], titles[other], one[other])),
		...(['webhookNode', 'emptyTrigger'] as const).map((other) => row(`${titles.own}, ${BURST.calls} at ${1000 / BURST.everyMs} a second${setting}`, burst.own, titles[other], burst[other])),
	];
}

/** @returns the address that starts the workflow */
async function activate(client: N8nClient, trigger: Step): Promise<string> {
	const stored = await client.createWorkflow(workflow(trigger.node.name, [trigger, noOperation('After')]));
	await client.activateWorkflow(stored.id);
	return await client.webhookUrl(stored.id, trigger.node.name);
}

function report(id: string): string {
	const message = { to: '61412345678', message: 'Hello', sender: 'CompanyABC', custom_ref: 'order-1042', message_id: id };
	return JSON.stringify({ ...message, status: 'delivered', received_at: '2030-01-01 00:00:00', part_number: 1, total_parts: 1 });
}

function signed(body: string): Record<string, string> {
	const timestamp = String(Math.floor(Date.now() / 1000));
	return { 'X-MM-Timestamp': timestamp, 'X-MM-Signature': createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex') };
}

/** @returns how long the answer took. @throws Error when it is another than `expected` */
async function post(url: string, body: string, headers: Record<string, string>, expected: number): Promise<number> {
	const since = performance.now();
	const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
	await response.text();
	if (response.status !== expected) throw new Error(`A call was answered ${response.status} instead of ${expected}: ${url}`);
	return performance.now() - since;
}

/** All kinds in turns, so that a machine that becomes busier burdens all alike. */
async function oneByOne({ pid, call }: Bench, calls: number): Promise<Record<Kind, Figures>> {
	const kinds = Object.keys(titles) as Kind[];
	const measured = new Map(kinds.map((kind) => [kind, { answered: [] as number[], cpu: [] as number[] }]));
	for (const kind of kinds) for (let index = 0; index < WARM_UP; index++) await call(kind);
	await untilIdle(pid);
	const rounds = 5;
	for (let round = 0; round < rounds; round++) {
		for (const [kind, { answered, cpu }] of measured) {
			const before = cpuTime(pid);
			for (let index = 0; index < calls / rounds; index++) {
				answered.push(await call(kind));
				await sleep(PAUSE_MS);
			}
			await untilIdle(pid);
			cpu.push(((cpuTime(pid) ?? NaN) - (before ?? NaN)) / (calls / rounds));
		}
	}
	return figuresOf(measured, 'one by one');
}

/** A call every tenth of a second, whether or not those before it were answered. */
async function bursts({ pid, call }: Bench): Promise<Record<'webhookNode' | 'emptyTrigger' | 'own', Figures>> {
	const measured = new Map((['webhookNode', 'emptyTrigger', 'own'] as const).map((kind) => [kind, { answered: [] as number[], cpu: [] as number[] }]));
	for (const [kind, { answered, cpu }] of measured) {
		const before = cpuTime(pid);
		const answers: Array<Promise<number>> = [];
		for (let index = 0; index < BURST.calls; index++) {
			answers.push(call(kind));
			await sleep(BURST.everyMs);
		}
		answered.push(...(await Promise.all(answers)));
		await untilIdle(pid);
		cpu.push(((cpuTime(pid) ?? NaN) - (before ?? NaN)) / BURST.calls);
	}
	return figuresOf(measured, 'burst');
}

function figuresOf<K extends Kind>(measured: Map<K, { answered: number[]; cpu: number[] }>, what: string): Record<K, Figures> {
	const figures = [...measured].map(([kind, { answered, cpu }]): [K, Figures] => {
		const cpuMs = median(cpu);
		progress(`${titles[kind]}, ${what}: answered in ${milliseconds(median(answered))} (${milliseconds(Math.min(...answered))} to ${milliseconds(Math.max(...answered))}), ${milliseconds(cpuMs)} of CPU`);
		return [kind, { answeredInMs: median(answered), cpuMs: Number.isNaN(cpuMs) ? undefined : cpuMs }];
	});
	return Object.fromEntries(figures) as Record<K, Figures>;
}

function row(measured: string, own: Figures, comparedWith: string, other: Figures): Row {
	const cpu = own.cpuMs !== undefined && other.cpuMs !== undefined ? `, CPU ${times(own.cpuMs / other.cpuMs)}` : '';
	// n8n's own share of a call is above it, unless isolates are acquired lazily.
	const target = comparedWith === titles.webhookNode ? { target: 'at most 1.5x' } : {};
	return { measured, own: shown(own), comparedWith, other: shown(other), ...target, ratio: `answer ${times(own.answeredInMs / other.answeredInMs)}${cpu} the time` };
}

function shown({ answeredInMs, cpuMs }: Figures): string {
	return `answered in ${milliseconds(answeredInMs)}${cpuMs === undefined ? '' : `, ${milliseconds(cpuMs)} of CPU`}`;
}

const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

/** Waits until the process has nothing left to do: executions go on after the answer. */
async function untilIdle(pid: number): Promise<void> {
	let before = cpuTime(pid);
	await waitFor({}, 'n8n to be idle', async () => {
		await sleep(500);
		const now = cpuTime(pid);
		const isIdle = now === undefined || now - (before ?? 0) < 50;
		before = now;
		return isIdle || undefined;
	});
}

/** CPU time that the process has used so far, in ms; `undefined` on systems without /proc. */
function cpuTime(pid: number): number | undefined {
	try {
		// The name in parentheses may hold spaces; user and system time are the 14th and 15th field, in hundredths of a second.
		const [, , , , , , , , , , , user, system] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
		return (Number(user) + Number(system)) * 10;
	} catch {
		return undefined;
	}
}
