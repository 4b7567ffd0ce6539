/**
 * What webhook triggers share: registering an address with the provider and giving the place back, telling genuine
 * calls from forged ones, dropping repeats, and answering. A provider's `events.ts` is data and pure functions.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { IDataObject, IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Clock } from './clock';
import { systemClock } from './clock';
import { asFailure, failure } from './failure';
import { digest } from './ledger';
import type { Credential, Provider, Send } from './operation';
import { connect, sender } from './request';

/** A place at the provider that holds one address. */
export interface Slot {
	/** Its key in what n8n keeps for the node. */
	name: string;
	/** What comes from there, as it stands in a sentence: "inbound messages". */
	label: string;
	/** The events for which it is needed. */
	events: readonly string[];
	current(send: Send): Promise<string | undefined>;
	set(send: Send, url: string): Promise<unknown>;
	remove(send: Send): Promise<unknown>;
}

/**
 * How a call proves where it comes from.
 * - `signature` lower-case hex HMAC-SHA256 over timestamp, "." and the exact body; `freshFor` in seconds, either way
 * - `fields`    fields of the payload that only the provider knows; they are taken out of the output
 * - `token`     the secret part of the address
 */
export type Proof =
	| { kind: 'signature'; secret: string; timestampHeader: string; signatureHeader: string; freshFor: number }
	| { kind: 'fields'; values: Record<string, string> }
	| { kind: 'token' };

/** One part of a long message: the event comes with the `first` or the `last` part when the user wants one for all. */
export interface Part {
	/** The same for all parts of a message, and other for other kinds of event. */
	of: string;
	number: number;
	total: number;
	emit: 'first' | 'last';
}

export interface EventRead {
	event: string;
	/** The same text when the provider repeats itself, another one for everything else. */
	identity: string;
	output: IDataObject;
	part?: Part;
}

export interface Events {
	provider: Provider;
	/** Empty where users put the address into the provider's dashboard, or into each message. */
	slots: readonly Slot[];
	/** The secret part of the address, if it has one. @param path what is unique about the node's address */
	token?(credential: Credential, path: string): string;
	proof(credential: Credential): Proof;
	/** Turns an XML body into an object, where the provider sends XML. */
	xml?(text: string): unknown;
	/** What a payload says; empty when it is of no known shape. A payload is the fields of query and body together. */
	read(payload: unknown): EventRead[];
}

/** The event of a genuine call that `read` makes nothing of. */
export const unknownEvent = 'unknown';

/** What the node keeps with the workflow (n8n's static data). */
interface Kept {
	/** By slot: the address that was registered, and the one that stood there before. */
	registered?: Record<string, { url: string; previous?: string }>;
	/** Registered by activation, not by "listen for test event". */
	production?: boolean;
	/** Identity of an event or of a message in parts -> when (ms since the epoch), and the parts so far. */
	marks?: Record<string, string>;
}

function kept(context: IHookFunctions | IWebhookFunctions): Kept {
	return context.getWorkflowStaticData('node');
}

/** A secret for an address that is the same after a restart or a loss of data, and tells nothing about `secret`. */
export function derivedToken(secret: string, path: string): string {
	return createHmac('sha256', secret).update(path).digest('hex').slice(0, 24);
}

interface Address {
	/** The address to register. */
	url: string;
	/** The part that a node's test and production address have in common and no other node's address has. */
	path: string;
}

function addressOf(context: IHookFunctions | IWebhookFunctions, events: Events, credential: Credential): Address {
	const plain = context.getNodeWebhookUrl('default') ?? '';
	// n8n writes <base>/<webhookId>/<path>, or <base>/<workflow>/<node>/<path> for a node without a webhook ID.
	const path = plain.split('/').slice(context.getNode().webhookId === undefined ? -3 : -2).join('/');
	const token = events.token?.(credential, path);
	return { url: token === undefined ? plain : `${plain}?token=${token}`, path };
}

// Registering

/** The address before that of the key `<slot> <address>`: n8n forgets what a failing registration kept, its process does not. */
const displaced = new Map<string, string>();
const turns = new Map<string, Promise<unknown>>();

/** Look-up and change of an account's addresses belong together; n8n starts triggers side by side. */
async function inTurn<T>(account: string, work: () => Promise<T>): Promise<T> {
	const mine = (turns.get(account) ?? Promise.resolve()).then(work, work);
	turns.set(account, mine);
	try {
		return await mine;
	} finally {
		if (turns.get(account) === mine) turns.delete(account);
	}
}

interface Registering extends Address {
	send: Send;
	/** Whether an address is this node's, test or production. */
	isOwn(url: string): boolean;
	/** Whether it is also the same of the two: it may differ in its token. */
	isSame(url: string): boolean;
	isOfThisN8n(url: string): boolean;
	/** A provider on this machine (a sandbox) can reach what nobody else can. */
	isLocalProvider: boolean;
}

async function registering<T>(context: IHookFunctions, events: Events, work: (tools: Registering) => Promise<T>): Promise<T> {
	try {
		const connection = await connect(context, events.provider);
		const { credential } = connection;
		const { url, path } = addressOf(context, events, credential);
		const origins = [url, context.getRestApiUrl(), context.getInstanceBaseUrl()].map(originOf);
		const isOfThisN8n = (other: string): boolean => origins.includes(originOf(other) ?? '');
		const isOwn = (other: string): boolean => isOfThisN8n(other) && withoutQuery(other).endsWith(`/${path}`);
		return await inTurn(`${events.provider.name} ${events.provider.account(credential)}`, async () =>
			await work({
				url,
				path,
				send: sender(connection, 'repeatable'),
				isOwn,
				isSame: (other) => isOwn(other) && withoutQuery(other) === withoutQuery(url),
				isOfThisN8n,
				isLocalProvider: isLoopback(events.provider.baseUrl(credential)),
			}),
		);
	} catch (thrown) {
		const { message, advice } = asFailure(thrown);
		// n8n shows only the message of an activation that did not work.
		throw new NodeOperationError(context.getNode(), advice ? `${message}. ${advice}` : message);
	}
}

function wantedSlots(context: IHookFunctions, { slots }: Events): Slot[] {
	const chosen = context.getNodeParameter('events', []) as string[];
	return slots.filter((slot) => slot.events.some((event) => chosen.includes(event)));
}

/** n8n's `checkExists`: whether every place that the chosen events need holds this node's address. */
export async function checkExists(context: IHookFunctions, events: Events): Promise<boolean> {
	return await registering(context, events, async ({ send, url }) => {
		for (const slot of wantedSlots(context, events)) {
			if (kept(context).registered?.[slot.name]?.url !== url || (await slot.current(send)) !== url) return false;
		}
		return true;
	});
}

/**
 * n8n's `create`: takes the places that the chosen events need. A place that somebody else has is taken only with the
 * option "Replace Existing Webhook". Doing it again changes nothing.
 * @throws NodeOperationError before anything was changed, when a place is taken or n8n's address cannot be reached
 */
export async function create(context: IHookFunctions, events: Events): Promise<boolean> {
	return await registering(context, events, async ({ send, url, isOwn, isSame, isOfThisN8n, isLocalProvider }) => {
		const { name } = events.provider;
		const slots = wantedSlots(context, events);
		if (!isLocalProvider && slots.length > 0) throwIfUnreachable(url, name);
		const mayReplace = context.getNodeParameter('options.replaceExisting', false) === true;
		const isTest = context.getMode() === 'manual';
		const before = { ...kept(context).registered };

		const found: Array<{ slot: Slot; current?: string; previous?: string }> = [];
		for (const slot of slots) {
			const current = (await slot.current(send)) || undefined;
			const own = before[slot.name];
			const inherited = own?.previous ?? displaced.get(`${slot.name} ${current}`);
			if (current === undefined) found.push({ slot });
			// A test gives the place back to production, but never the other way round: a test's address is soon dead.
			else if (isOwn(current) && !isSame(current) && isTest) found.push({ slot, current, previous: current });
			else if (isOwn(current) || current === own?.url) found.push({ slot, current, previous: inherited !== undefined && isOwn(inherited) && !isTest ? undefined : inherited });
			else if (mayReplace) found.push({ slot, current, previous: current });
			else throw takenFailure(name, slot, current, isOfThisN8n(current));
		}

		for (const { slot, current, previous } of found) {
			// Kept before the request: when that ends in doubt, n8n calls delete, which then knows what to put back.
			kept(context).registered = { ...kept(context).registered, [slot.name]: { url, ...(previous !== undefined && { previous }) } };
			kept(context).production = !isTest;
			if (previous === undefined) displaced.delete(`${slot.name} ${url}`);
			else displaced.set(`${slot.name} ${url}`, previous);
			if (current !== url) await slot.set(send, url);
		}
		return true;
	});
}

/** n8n's `delete`: gives back the places that this node still has, and puts back what stood there before. */
export async function remove(context: IHookFunctions, events: Events): Promise<boolean> {
	return await registering(context, events, async ({ send, url, isOwn, isSame }) => {
		const { registered, production } = kept(context);
		for (const slot of events.slots) {
			const own = registered?.[slot.name];
			const current = (await slot.current(send)) || undefined;
			// Production takes the place back from its own test, too: else the test would put a dead address back.
			const isStillOurs = current !== undefined && (isSame(current) || current === own?.url || (production === true && isOwn(current)));
			const previous = own?.previous ?? displaced.get(`${slot.name} ${url}`);
			if (isStillOurs && previous !== undefined) await slot.set(send, previous);
			else if (isStillOurs) await slot.remove(send);
			displaced.delete(`${slot.name} ${url}`);
		}
		delete kept(context).registered;
		delete kept(context).production;
		return true;
	});
}

function originOf(url: string): string | undefined {
	return URL.canParse(url) ? new URL(url).origin : undefined;
}

function withoutQuery(url: string): string {
	return url.replace(/[?#].*$/, '');
}

function isLoopback(url: string): boolean {
	return URL.canParse(url) && /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1?\])$/.test(new URL(url).hostname);
}

function throwIfUnreachable(url: string, provider: string): void {
	if (url.startsWith('https://') && !isLoopback(url)) return;
	throw failure(
		'input',
		`${provider} calls only public HTTPS addresses, and n8n's address is ${originOf(url) ?? 'not set'}`,
		'Set WEBHOOK_URL of this n8n to its public https:// address, or use the polling trigger, which needs none.',
	);
}

function takenFailure(provider: string, { label }: Slot, current: string, isOfThisN8n: boolean): Error {
	// The path of somebody else's address may be its password.
	const shown = URL.canParse(current) ? `${new URL(current).origin}${new URL(current).pathname.slice(0, 5)}…` : `${current.slice(0, 5)}…`;
	const whose = isOfThisN8n ? `${shown} (another workflow of this n8n)` : shown;
	return failure(
		'refused',
		`${provider} sends the ${label} of this account to ${whose} already, and it knows one address only`,
		'Nothing was changed. To use this workflow instead, turn on "Replace Existing Webhook": the address is put back when the workflow is deactivated.',
	);
}

// Receiving

/** What is used of the request and response that n8n hands over (Express). */
interface HttpRequest {
	rawBody?: Buffer;
	readRawBody?(): Promise<void>;
}
interface HttpResponse {
	statusCode: number;
	status(code: number): HttpResponse;
	send(body: string): HttpResponse;
	once(event: 'finish', listener: () => void): unknown;
}

/**
 * n8n's `webhook`: one item per event that the user chose. A call that is not genuine is answered 401; one that is
 * repeated, or of no interest, 200. Neither starts an execution.
 */
export async function receive(context: IWebhookFunctions, events: Events, clock: Clock = systemClock): Promise<IWebhookResponseData> {
	const response = context.getResponseObject() as unknown as HttpResponse;
	const credential: Credential = await context.getCredentials(events.provider.credential);
	const proof = events.proof(credential);
	const raw = await rawBody(context);
	const { token, ...query } = context.getQueryData() as Record<string, unknown>;
	const body = raw === undefined ? (context.getBodyData()['data'] ?? context.getBodyData()) : parsed(raw.toString('utf8'), events.xml);
	const payload = isRecord(body) ? { ...query, ...body } : body;

	const { url, path } = addressOf(context, events, credential);
	const registered = Object.values(kept(context).registered ?? {}).map((slot) => slot.url);
	// The token that was registered counts as well: a changed password must not make every call a forged one.
	const tokens = [events.token?.(credential, path), ...[url, ...registered].map((address) => (URL.canParse(address) ? new URL(address).searchParams.get('token') : null))];
	if (!isGenuine(proof, { headers: context.getHeaderData(), raw, payload, token, tokens }, clock.now())) {
		response.status(401).send('This call does not carry the proof that it comes from the provider.');
		return { noWebhookResponse: true };
	}

	const shown = proof.kind === 'fields' && isRecord(payload) ? without(payload, Object.keys(proof.values)) : payload;
	const read = events.read(shown);
	const happened = read.length > 0 ? read : [{ event: unknownEvent, identity: JSON.stringify(shown), output: { event: unknownEvent } }];
	const chosen = context.getNodeParameter('events', []) as string[];
	const waits = context.getNodeParameter('options.waitForAllParts', false) === true;
	const memory = openMemory(context, clock.now());
	const due = happened.filter(({ event }) => chosen.includes(event)).filter((event) => memory.isDue(event, waits));
	memory.close();
	if (due.length === 0) return {};
	// n8n answers 500 when it could not start the execution; the repeat that follows must not be taken for a repeat.
	response.once('finish', () => {
		if (response.statusCode >= 300) due.forEach(memory.forget);
	});
	const items = due.map(({ output, part }) => ({
		json: { ...output, ...(part && !waits && { partNumber: part.number }), ...(part && { totalParts: part.total }), raw: shown as IDataObject },
	}));
	return { workflowData: [items] };
}

async function rawBody(context: IWebhookFunctions): Promise<Buffer | undefined> {
	const request = context.getRequestObject() as unknown as HttpRequest;
	// n8n has read it already, but for forms with files, which it hands over parsed.
	if (request.rawBody === undefined && !String(context.getHeaderData()['content-type']).startsWith('multipart/')) await request.readRawBody?.();
	return request.rawBody;
}

/** A body by what it looks like: providers do not always say, or say it wrong. */
function parsed(text: string, xml: Events['xml']): unknown {
	const body = text.replace(/^\uFEFF/, '').trim();
	if (body === '') return {};
	try {
		if (/^[{[]/.test(body)) return JSON.parse(body) as unknown;
		if (xml && body.startsWith('<')) return xml(body);
	} catch {
		return { body };
	}
	return /^[^\s=<]+=/.test(body) ? Object.fromEntries(new URLSearchParams(body)) : { body };
}

interface Call {
	headers: Record<string, unknown>;
	raw: Buffer | undefined;
	payload: unknown;
	token: unknown;
	tokens: Array<string | null | undefined>;
}

function isGenuine(proof: Proof, { headers, raw, payload, token, tokens }: Call, now: number): boolean {
	switch (proof.kind) {
		case 'signature': {
			const timestamp = String(headers[proof.timestampHeader.toLowerCase()]);
			if (raw === undefined || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > proof.freshFor) return false;
			const wanted = createHmac('sha256', proof.secret).update(`${timestamp}.`).update(raw).digest('hex');
			return isEqual(headers[proof.signatureHeader.toLowerCase()], wanted);
		}
		case 'fields':
			return isRecord(payload) && Object.entries(proof.values).every(([field, wanted]) => isEqual(payload[field], wanted));
		case 'token':
			return tokens.some((wanted) => isEqual(token, wanted ?? ''));
	}
}

/** Compares in a time that tells nothing about the secret. An empty secret equals nothing. */
function isEqual(given: unknown, wanted: string): boolean {
	const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
	return typeof given === 'string' && wanted !== '' && timingSafeEqual(hash(given), hash(wanted));
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(record: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

// Repeats and parts

/** Providers repeat for hours; phones that are off report a part days later. In ms. */
const markAge = 3 * 24 * 60 * 60 * 1000;
const marksInMemory = 5_000;
/** n8n writes them all with every event, so fewer. */
const marksKept = 500;

/** A mark is when it was made, and the parts of a message so far. */
type Marks = Map<string, number[]>;
/** By node. Calls that come side by side each get a copy of what n8n keeps; only the process sees them all. */
const processMarks = new Map<string, Marks>();

interface Memory {
	/** Whether this event is to be emitted, and remembers it. */
	isDue(event: EventRead, waits: boolean): boolean;
	forget(event: EventRead): void;
	/** Hands what was remembered over to n8n. */
	close(): void;
}

function openMemory(context: IWebhookFunctions, now: number): Memory {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	// Every "listen for test event" begins anew, so that one can send the same event again.
	const marks: Marks = (context.getMode() === 'manual' ? undefined : processMarks.get(node)) ?? new Map<string, number[]>();
	if (context.getMode() !== 'manual') processMarks.set(node, marks);
	for (const [key, text] of Object.entries(kept(context).marks ?? {})) {
		const [at = 0, ...parts] = text.split(' ').map(Number);
		const known = marks.get(key);
		marks.set(key, known ? [...new Set([...known, ...parts])] : [at, ...parts]);
	}
	for (const [key, [at = 0]] of marks) if (now - at > markAge || marks.size > marksInMemory) marks.delete(key);

	const keyOf = (identity: string): string => digest(identity).slice(0, 16);
	const partsKey = ({ of }: Part): string => keyOf(`parts ${of}`);
	let isChanged = false;
	return {
		isDue({ identity, part }, waits) {
			const key = keyOf(identity);
			if (marks.has(key)) return false;
			isChanged = true;
			marks.set(key, [now]);
			if (!waits || !part || part.total <= 1) return true;
			const [, ...parts] = marks.get(partsKey(part)) ?? [];
			if (parts.includes(part.number)) return false;
			marks.delete(partsKey(part));
			marks.set(partsKey(part), [now, ...parts, part.number]);
			return part.emit === 'first' ? parts.length === 0 : parts.length + 1 === part.total;
		},
		forget({ identity, part }) {
			marks.delete(keyOf(identity));
			const parts = part && marks.get(partsKey(part));
			if (part && parts) marks.set(partsKey(part), [parts[0] ?? now, ...parts.slice(1).filter((number) => number !== part.number)]);
		},
		close() {
			if (!isChanged) return;
			kept(context).marks = Object.fromEntries([...marks].slice(-marksKept).map(([key, mark]) => [key, mark.join(' ')]));
		},
	};
}
