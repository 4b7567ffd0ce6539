/** A provider that exists only in tests, small enough to hold in one's head, with one operation of every kind. */
import type { IDataObject, INode, INodeExecutionData, INodeParameters, INodeType, IRunExecutionData, WorkflowExecuteMode } from 'n8n-workflow';
import type { ExecuteContext } from 'n8n-core';
import { NodeConnectionTypes } from 'n8n-workflow';

import type { Clock } from '../../engine/wire/clock';
import { askOperation } from '../../engine/asking/operation';
import { listFields, properties, simplify } from '../../engine/editor/description';
import type { Claims } from '../../engine/delivery/claims';
import { createClaims } from '../../engine/delivery/claims';
import { execute } from '../../engine/run/execute';
import { answer, answerWebhooks } from '../../engine/answers/answering';
import { badValue } from '../../engine/failure';
import { countryField, earlierSends, failOnRefused, flag, phones, text } from '../../engine/inputs/fields';
import { message } from '../../engine/output/message';
import type { Posted, Provider, Resource, Send, Settled } from '../../engine/operation';
import { batchOperation, itemOperation, pagedOperation, resource } from '../../engine/operation';
import { createPacer } from '../../engine/wire/pacing';
import type { Transport } from '../../engine/wire/request';
import { createConnection, credentialOf } from '../../engine/wire/request';
import { z } from '../../engine/wire/schema';
import { executeContext } from '../n8nContext';

export const secret = 'p@ss word/42';

export const examplePhone: Provider = {
	name: 'Example Phone',
	credential: 'exampleApi',
	phone: { region: 'AU', form: 'digits' },
	limits: { atOnce: 2 },
	timeout: 1000,
	baseUrl: ({ baseUrl = '' }) => baseUrl,
	account: ({ username = '' }) => username,
	secrets: ({ password = '' }) => [password],
	refusal: ({ httpStatus, body }) => {
		if (httpStatus < 400) return undefined;
		const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : '';
		const advice = typeof body === 'object' && body !== null && 'advice' in body ? String(body.advice) : undefined;
		return { text: said, advice, account: said.startsWith('Closed account'), ...(said.startsWith('No such') && { gone: true }) };
	},
};

const row = z.object({ id: z.string().optional(), to: z.string(), text: z.string().optional(), ok: z.boolean(), why: z.string().optional(), ref: z.string().optional() });

const to = phones({ label: 'To', required: true });
const defaultCountry = countryField({ region: 'AU', label: 'Australia (+61)' });
const messageText = text({ label: 'Message', required: true });

const sendParts = {
	label: 'Send',
	action: 'Send',
	description: 'Send',
	effect: 'once' as const,
	fields: { to, message: messageText },
	options: { defaultCountry, earlierSends, failOnRefused, flash: flag({ label: 'Flash' }), reference: text({ label: 'Reference' }), ...simplify },
	identity: ['message' as const],
	batchSize: 3,
};
type Entry = { to: string; text: string; ref: string };

function entriesOf(values: { to: string[]; message: string }, tag: (index: number) => { reference: string }): Entry[] {
	return values.to.map((number, index) => ({ to: number, text: values.message, ref: tag(index).reference }));
}

const contentOf = ({ to: number, text: words, ref }: Entry) => ({ to: number, text: words, isFilledIn: words.includes('{'), reference: ref });
/** `more`: it lists only the newest. */
const listed = z.object({ more: z.boolean().optional(), rows: z.array(row.extend({ group: z.string().optional() })) });

async function posted(ask: Send, after: string): Promise<Posted[] | undefined> {
	const { rows } = await ask({ method: 'GET', path: '/sent' }, listed);
	return rows
		.filter(({ id }) => Number(id) > Number(after))
		.map(({ id = '', to: number, text: words = '', ref }) => ({
			ids: [id],
			to: number,
			text: words,
			reference: ref,
			outcome: { accepted: true, output: message({ messageId: id, to: number, status: 'queued', accepted: true }) },
		}));
}

function outcomes({ rows }: { rows: Array<z.infer<typeof row>> }, entries: Entry[]) {
	return entries.map((_entry, index) => {
		const found = rows[index];
		if (!found) return undefined;
		const { id, to: number, ok, why, ref } = found;
		return { accepted: ok, reason: why, output: message({ messageId: id, to: number, status: ok ? 'queued' : 'failed', accepted: ok, reason: why, reference: ref }), raw: found };
	});
}

const send = batchOperation({
	...sendParts,
	shared: ({ flash }) => ({ flash: flash || undefined }),
	entries: (values, tag): Entry[] => {
		if (values.message.length > 200) throw badValue('Message', 'is too long');
		return values.to.map((number, index) => ({ to: number, text: values.message, ref: values.reference ?? tag(index).reference }));
	},
	recipient: (entry) => entry.to,
	request: (entries, shared, { id }) => ({ method: 'POST', path: '/send', body: { ...shared, messages: entries }, headers: { key: id } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
	doubt: {
		by: 'mark',
		async look(entries, { send: ask }): Promise<Settled[]> {
			const { rows } = await ask({ method: 'GET', path: '/sent' }, listed);
			return entries.map((entry) => {
				const found = rows.find(({ ref }) => ref === entry.ref);
				return found ? { accepted: true, output: message({ messageId: found.id, to: found.to, status: 'queued', accepted: true, reference: found.ref }) } : 'absent';
			});
		},
	},
	history: {
		content: contentOf,
		recent: async (ask, since) => ({ posted: (await posted(ask, '0')) ?? [], whole: (await ask({ method: 'GET', path: '/sent', query: { since } }, listed)).more !== true }),
	},
});

/** Keeps a reference of up to 100 characters with each message, and hands it to a trigger with replies and reports. */
export const sendAndWait = askOperation(send, {
	replies: 'trigger',
	reports: 'trigger',
	options: ['reference'],
	addressed: (values, { reference }) => ({ ...values, reference }),
	isKept: ({ reference }, address) => reference === address.reference,
	statusOf: async (ask, id) => (await ask({ method: 'GET', path: `/messages/${id}` }, z.object({ status: z.string().optional() }))).status,
});

/** Drops a repeat under the same key. */
const sendKeyed = batchOperation({
	...sendParts,
	shared: ({ flash }) => ({ flash: flash || undefined }),
	entries: entriesOf,
	recipient: (entry) => entry.to,
	request: (entries, shared, { id, now }) => ({ method: 'POST', path: '/send', body: { ...shared, messages: entries, at: now }, headers: { key: id } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
	doubt: { by: 'repeat', hours: 24 },
});

/** Knows a request as a whole, by the ID that came with it, and tells how many it has of it. */
const sendTogether = batchOperation({
	...sendParts,
	shared: () => undefined,
	entries: entriesOf,
	recipient: (entry) => entry.to,
	request: (entries, _shared, { id }) => ({ method: 'POST', path: '/send', body: { messages: entries }, headers: { key: id } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status, id) => message({ messageId: id, to: entry.to, status }),
	doubt: {
		by: 'mark',
		async look(entries, { send: ask, id }): Promise<Settled[]> {
			const { count } = await ask({ method: 'GET', path: `/requests/${id}` }, z.object({ count: z.number() }));
			return entries.map((entry) => (count < entries.length ? 'unfinished' : { accepted: true, output: message({ messageId: id, to: entry.to, status: 'queued', accepted: true }) }));
		},
	},
});

/** Knows neither keys nor references: only its list tells. */
const sendAlike = batchOperation({
	...sendParts,
	shared: () => undefined,
	entries: entriesOf,
	recipient: (entry) => entry.to,
	request: (entries) => ({ method: 'POST', path: '/send', body: { messages: entries } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
	doubt: {
		by: 'content',
		content: contentOf,
		bookmark: async (ask) => (await ask({ method: 'GET', path: '/sent' }, listed)).rows.at(-1)?.id ?? '0',
		posted,
	},
});

/** One request for everybody in a group. */
const sendToAll = itemOperation({
	label: 'Send to All',
	action: 'Send to all',
	description: 'Send to all',
	effect: 'once',
	subject: 'group message',
	fields: { group: messageText, message: messageText },
	options: { earlierSends },
	request: ({ group, message: words }, { id }) => ({ method: 'POST', path: '/send', body: { group, messages: [{ to: group, text: words, ref: id }] } }),
	response: z.object({ rows: z.array(row) }),
	output: ({ rows }) => rows.map(({ id, to: number }) => message({ messageId: id, to: number, status: 'queued' })),
	ids: ({ rows }) => rows.flatMap(({ id }) => id ?? []),
	doubt: {
		by: 'content',
		content: ({ values }) => ({ text: values.message }),
		bookmark: async (ask) => (await ask({ method: 'GET', path: '/sent' }, listed)).rows.at(-1)?.id ?? '0',
		async posted(ask, after, [entry]) {
			const { rows } = await ask({ method: 'GET', path: '/sent' }, listed);
			const mine = rows.filter(({ id, group }) => Number(id) > Number(after) && group !== undefined);
			const size = entry?.values.group === 'big' ? 3 : 2;
			const batches = [...new Set(mine.map(({ group }) => group))].map((group) => mine.filter((one) => one.group === group));
			return batches.map((batch) => ({
				ids: batch.flatMap(({ id }) => id ?? []),
				text: batch[0]?.text ?? '',
				...(batch.length >= size && { outcome: { accepted: true, output: batch.map(({ id, to: number }) => message({ messageId: id, to: number, status: 'queued' })) } }),
			}));
		},
	},
	history: {
		content: ({ values }) => ({ text: values.message }),
		async recent(ask) {
			const { rows } = await ask({ method: 'GET', path: '/sent' }, listed);
			return { posted: [...new Set(rows.map(({ group }) => group))].map((group) => ({ ids: [String(group)], text: rows[0]?.text ?? '' })), whole: true };
		},
	},
});

/** Cannot be asked afterwards whether a message arrived. */
const sendBlind = batchOperation({
	...sendParts,
	shared: () => undefined,
	entries: (values, tag): Entry[] => values.to.map((number, index) => ({ to: number, text: values.message, ref: tag(index).reference })),
	recipient: (entry) => entry.to,
	request: (entries) => ({ method: 'POST', path: '/send', body: { messages: entries } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
});

/** One text for a list of recipients. */
const sendListed = batchOperation({
	...sendParts,
	shared: ({ message: words }) => ({ text: words }),
	entries: entriesOf,
	recipient: (entry) => entry.to,
	distinct: true,
	request: (entries, shared) => ({ method: 'POST', path: '/send', body: { ...shared, messages: entries } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
});

/** Accepted whole or not at all. */
const sendWhole = batchOperation({
	...sendParts,
	batchSize: 8,
	shared: () => undefined,
	entries: (values, tag): Entry[] => values.to.map((number, index) => ({ to: number, text: values.message, ref: tag(index).reference })),
	recipient: (entry) => entry.to,
	request: (entries) => ({ method: 'POST', path: '/send', body: { messages: entries } }),
	response: z.object({ rows: z.array(row) }),
	outcomes,
	unanswered: (entry, status) => message({ to: entry.to, status }),
	culprits: (body, entries) => {
		const bad = z.object({ culprit: z.string(), why: z.string().optional() }).safeParse(body);
		return new Map(bad.success ? entries.flatMap((entry, index) => (entry.to === bad.data.culprit ? [[index, bad.data.why ?? 'named by the provider'] as const] : [])) : []);
	},
});

/** A campaign, whose messages the provider lists page by page. */
const sendCampaign = itemOperation({
	label: 'Send Campaign',
	action: 'Send a campaign',
	description: 'Send a campaign',
	effect: 'once',
	subject: 'message',
	fields: { message: messageText },
	options: simplify,
	secret: ['message'],
	request: ({ message: words }) => ({ method: 'POST', path: '/send', body: { messages: [{ to: 'all', text: words, ref: 'all' }] } }),
	response: z.object({ rows: z.array(row), next: z.string().optional() }),
	output: ({ rows }) => rows.map(({ id, to: number }) => message({ messageId: id, to: number, status: 'queued' })),
	raw: ({ rows }) => rows as IDataObject[],
	ids: ({ rows }) => rows.flatMap(({ id }) => id ?? []),
	next: ({ next }) => (next === undefined ? undefined : { method: 'GET', path: next }),
});

/** Several changes in one request; each is a thing's new name. */
const rename = batchOperation({
	label: 'Rename',
	action: 'Rename things',
	description: 'Rename things',
	effect: 'repeatable',
	subject: 'thing',
	fields: { id: messageText, name: messageText },
	batchSize: 3,
	shared: () => undefined,
	entries: ({ id, name }) => [{ id, name }],
	recipient: ({ id }) => id,
	request: (entries) => ({ method: 'PATCH', path: '/things', body: { things: entries } }),
	response: z.object({ rows: z.array(z.object({ id: z.string(), name: z.string(), ok: z.boolean(), why: z.string().optional() })) }),
	outcomes: ({ rows }) => rows.map(({ id, name, ok, why }) => ({ accepted: ok, reason: why, output: { id, name, accepted: ok } })),
	unanswered: ({ id }) => ({ id }),
});

const create = itemOperation({
	label: 'Create',
	action: 'Create',
	description: 'Create',
	effect: 'once',
	fields: { name: messageText },
	request: ({ name }) => ({ method: 'POST', path: '/things', body: { name } }),
	response: z.object({ id: z.string() }),
	output: ({ id }) => ({ id }),
});

const remove = itemOperation({
	label: 'Delete',
	action: 'Delete',
	description: 'Delete',
	effect: 'repeatable',
	fields: { name: messageText },
	request: ({ name }) => ({ method: 'DELETE', path: `/things/${name}` }),
	response: z.unknown(),
	output: (_response, { name }) => ({ deleted: true, name }),
	gone: ({ name }) => ({ deleted: true, name }),
});

const get = itemOperation({
	label: 'Get',
	action: 'Get',
	description: 'Get',
	effect: 'read',
	fields: { name: messageText },
	request: ({ name }) => ({ method: 'GET', path: `/things/${name}` }),
	response: z.object({ id: z.string() }).passthrough(),
	output: (found) => found as IDataObject,
});

const pageResponse = z.object({ rows: z.array(z.object({ id: z.number() })), next: z.boolean().optional() });

const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many',
	description: 'Get many',
	fields: listFields,
	pageSize: 100,
	request: (_values, { size, offset }) => ({ method: 'GET', path: '/things', query: { limit: size, offset } }),
	response: pageResponse,
	records: ({ rows }) => rows,
});

const getNumbered = pagedOperation({
	label: 'Get Many Numbered',
	action: 'Get many numbered',
	description: 'Get many numbered',
	fields: listFields,
	pageSize: 100,
	numbered: true,
	request: (_values, { size, number }) => ({ method: 'GET', path: '/things', query: { limit: size, page: number } }),
	response: pageResponse,
	records: ({ rows }) => rows,
	more: ({ next }) => next === true,
	goneIsEmpty: true,
});

export const resources = [
	resource('Message', 'message', { send, sendAndWait, sendKeyed, sendTogether, sendAlike, sendToAll, sendBlind, sendListed, sendWhole, sendCampaign }),
	resource('Thing', 'thing', { create, rename, delete: remove, get, getAll, getNumbered }),
];

export const exampleNode: INodeType = {
	description: {
		displayName: 'Example',
		name: 'example',
		group: ['output'],
		version: 1,
		description: 'Example',
		defaults: { name: 'Example' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'exampleApi', required: true }],
		properties: properties(resources),
		webhooks: answerWebhooks,
	},
	async webhook() {
		return await answer(this, { provider: examplePhone, operation: sendAndWait });
	},
};

export interface Seen {
	method: string;
	path: string;
	query: Record<string, unknown>;
	body: { messages: Entry[]; flash?: boolean; name?: string; at?: number; group?: string; things?: Array<{ id: string; name: string }> };
	headers: Record<string, unknown>;
}
export type Answer = { status?: number; headers?: Record<string, string>; body?: unknown } | Error;

export interface RunGiven {
	operation: string;
	parameters: INodeParameters;
	items?: IDataObject[];
	answer(request: Seen, number: number): Answer | Promise<Answer>;
	clock: Clock;
	onError?: INode['onError'];
	runData?: IRunExecutionData;
	runIndex?: number;
	cancel?: AbortController;
	executionId?: string;
	/** Shared by the executions of one process. */
	claims?: Claims;
	/** Another node of the same workflow. */
	nodeId?: string;
	mode?: WorkflowExecuteMode;
	provider?: Provider;
	/** Its own operations unless given. */
	resources?: Resource[];
	retryOnFail?: boolean;
	/** Whether an AI agent calls the node. */
	isTool?: boolean;
	/** Node types that n8n knows. */
	known?: IDataObject;
	/** The account; "me" unless given. */
	username?: string;
}

/** Runs one operation of the example provider over a made-up network. */
export async function run(given: RunGiven): Promise<{ items: INodeExecutionData[]; requests: Seen[]; hints: string[] }> {
	const requests: Seen[] = [];
	try {
		return { ...(await runInto(requests, given)), requests };
	} catch (thrown) {
		throw Object.assign(thrown as Error, { requests });
	}
}

/** As `run`, for a run that must not succeed. */
export async function runFailing(given: RunGiven): Promise<{ message: string; description: string; requests: Seen[] }> {
	return await run(given).then(
		() => {
			throw new Error('It succeeded');
		},
		(thrown: unknown) => thrown as { message: string; description: string; requests: Seen[] },
	);
}

/** `hints`: the lines above the output. */
async function runInto(requests: Seen[], given: RunGiven): Promise<{ items: INodeExecutionData[]; hints: string[] }> {
	const [resourceValue = '', operation = ''] = given.operation.split('.');
	const { resources: offered = resources } = given;
	const context = executeContext({
		nodeType: { ...exampleNode, description: { ...exampleNode.description, properties: properties(offered) } },
		parameters: { resource: resourceValue, operation, ...given.parameters },
		items: (given.items ?? [{}]).map((json) => ({ json })),
		credential: { username: given.username ?? 'me', password: secret, baseUrl: 'https://localhost/' },
		onError: given.onError,
		runData: given.runData,
		runIndex: given.runIndex,
		executionId: given.executionId,
		nodeId: given.nodeId,
		mode: given.mode,
		retryOnFail: given.retryOnFail,
		known: given.known,
		cancel: given.cancel?.signal,
	});
	if (given.isTool) Object.assign(context, { isToolExecution: () => true });
	const transport: Transport = async (request) => {
		const seen: Seen = {
			method: String(request.method),
			path: request.url.replace('https://localhost', ''),
			query: request.qs ?? {},
			body: request.body as Seen['body'],
			headers: request.headers ?? {},
		};
		requests.push(JSON.parse(JSON.stringify(seen)) as Seen);
		const answered = await given.answer(seen, requests.length);
		if (answered instanceof Error) throw answered;
		const { status = 200, headers = {}, body } = answered;
		return { statusCode: status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
	};
	const [items = []] = await execute(context, given.provider ?? examplePhone, offered, {
		async connect(_context, provider) {
			const credential = credentialOf(await context.getCredentials(provider.credential));
			return createConnection({ provider, credential, transport, clock: given.clock, pacer: createPacer(given.clock), cancel: given.cancel?.signal });
		},
		claims: given.claims ?? createClaims(given.clock),
	});
	return { items, hints: (context as unknown as ExecuteContext).hints.map(({ message: line }) => line) };
}

/** Accepts every message of a request. */
export function acceptAll({ body }: Seen): Answer {
	return { body: { rows: body.messages.map(({ to, ref }) => ({ id: `id-${ref}`, to, ok: true })) } };
}

/** A fault of the network, as axios throws it and n8n wraps it. */
export function networkFault(code: string): Error {
	return Object.assign(new Error('wrapped'), { cause: Object.assign(new Error(code), { code }) });
}
