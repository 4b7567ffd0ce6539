/** Accounts at sandboxes of their own, so that many faults can strike side by side: doubt waits for a minute. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution, N8nClient } from '../real-n8n/rest';
import type { CredentialReference, JsonObject, Step, StepOptions, Workflow } from '../real-n8n/workflow';
import { node } from '../real-n8n/workflow';
import type { FaultInput } from '../sandbox/faults';
import { mobileMessagePassword, mobileMessageSenders, mobileMessageUsername } from '../sandbox/mobile-message/account';
import type { Sandbox } from '../sandbox/server';
import { startSandbox } from '../sandbox/server';
import { sms160Password, sms160Username } from '../sandbox/sms160/account';

/** What a provider's Send is called and needs. */
const kinds = {
	'mobile-message': {
		nodeType: 'mobileMessage',
		credentialType: 'mobileMessageApi',
		username: mobileMessageUsername,
		password: mobileMessagePassword,
		from: { sender: { __rl: true, mode: 'id', value: mobileMessageSenders.alpha } },
	},
	sms160: { nodeType: 'sms160', credentialType: 'sms160Api', username: sms160Username, password: sms160Password, from: { sendFrom: 'registered' } },
} as const;
export type ProviderName = keyof typeof kinds;

export interface Account {
	n8n: N8nClient;
	sandbox: Sandbox;
	provider: ProviderName;
	credentials: CredentialReference;
	/** Texts every row's `phone` its `text`. */
	send(options?: StepOptions, parameters?: JsonObject): Step;
	/** What goes wrong with the next sends. */
	addFault(fault: FaultInput): void;
	/** How many sends were asked for so far. */
	requests(): number;
	/** Waits for everything that the provider is still at work on, and says what the phones show that the rows do not, and the other way round. */
	audit(rows: Array<Record<string, unknown>>): string[];
	/** How often each text came to each phone. */
	received(): Record<string, number>;
}

const opened: Sandbox[] = [];

/** To be called when all tests of a file are over. */
export async function closeAccounts(): Promise<void> {
	for (const sandbox of opened.splice(0)) await sandbox.close();
}

/** A fresh account, with a credential for it. */
export async function openAccount(n8n: N8nClient, provider: ProviderName): Promise<Account> {
	const sandbox = await startSandbox({ latencyMs: 5 });
	opened.push(sandbox);
	const { nodeType, credentialType, username, password, from } = kinds[provider];
	const credentials = await n8n.createCredential(credentialType, { username, password, baseUrl: sandbox.baseUrl(provider) });
	const received = (): Record<string, number> => {
		const counts: Record<string, number> = {};
		for (const { to, text } of sandbox.messages(provider)) counts[`${to} ${text}`] = (counts[`${to} ${text}`] ?? 0) + 1;
		return counts;
	};
	/** After a 429 an account counts as one that others use as well, and requests may meet on their way: refused, and made again. */
	let mayMeet = false;
	return {
		n8n,
		sandbox,
		provider,
		credentials,
		send: (options = {}, parameters = {}) =>
			node(nodeType, { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: '={{ $json.text }}', ...from, options: {}, ...parameters }, { name: 'Send', credentials, ...options }),
		addFault(fault) {
			mayMeet ||= fault.kind === '429';
			return sandbox.addFault({ provider, method: 'POST', path: '/v1/messages', ...fault });
		},
		requests: () => sandbox.log(provider).filter(({ method, path }) => method === 'POST' && path === '/v1/messages').length,
		received,
		audit(rows) {
			sandbox.advance(120_000);
			return [...differences(rows, received()), ...sandbox.violations(provider).filter(({ kind }) => !(mayMeet && kind === 'rate')).map(({ kind, text }) => `violation ${kind}: ${text}`)];
		},
	};
}

/** Rows of a table, each with a text of its own unless said otherwise. */
export function people(count: number, text: (row: number) => string = (row) => `Hi Name ${row}`): JsonObject[] {
	return Array.from({ length: count }, (_, row) => ({ phone: `0412 ${String(100_000 + row)}`, text: text(row) }));
}

function digits(phone: unknown): string {
	const all = String(phone).replace(/\D/g, '');
	return all.startsWith('61') ? all : `61${all.slice(1)}`;
}

/** Accepted: there exactly once. Unknown: at most once. Refused: never. */
function differences(rows: Array<Record<string, unknown>>, received: Record<string, number>): string[] {
	const told = new Map<string, { accepted: number; unknown: number; ids: Set<unknown> }>();
	for (const row of rows) {
		const key = `${digits(row['to'] ?? row['phone'])} ${String(row['text'])}`;
		const sums = told.get(key) ?? { accepted: 0, unknown: 0, ids: new Set() };
		told.set(key, sums);
		if (row['accepted'] === true) {
			sums.accepted++;
			sums.ids.add(row['messageId']);
		} else if (row['accepted'] === null) sums.unknown++;
	}
	return [...new Set([...told.keys(), ...Object.keys(received)])].flatMap((key) => {
		const { accepted, unknown, ids } = told.get(key) ?? { accepted: 0, unknown: 0, ids: new Set() };
		const there = received[key] ?? 0;
		const isRight = there >= accepted && there <= accepted + unknown && ids.size === accepted;
		return isRight ? [] : [`${key}: ${there} came; ${accepted} rows say accepted, with ${ids.size} IDs, and ${unknown} unknown`];
	});
}

/** Runs a workflow by hand. Asks seldom whether it has ended, since many are waited for at once. */
export async function runPatiently(n8n: N8nClient, workflow: string | Workflow): Promise<Execution> {
	const id = typeof workflow === 'string' ? workflow : (await n8n.createWorkflow(workflow)).id;
	return await endOf(n8n, await n8n.startWorkflow(id));
}

/** The execution when it has ended; asked for as seldom. */
export async function endOf(n8n: N8nClient, id: string): Promise<Execution> {
	for (;;) {
		await sleep(2_000);
		const execution = await n8n.getExecution(id);
		if (['success', 'error', 'canceled', 'crashed'].includes(execution.status)) return execution;
	}
}

/** Rows of all runs of these nodes. */
export function rowsOf(execution: Execution, ...nodes: string[]): Array<Record<string, unknown>> {
	return nodes.flatMap((name) => (execution.runs[name] ?? []).flatMap((_, run) => execution.json(name, { run })));
}
