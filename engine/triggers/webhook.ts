/**
 * What webhook triggers share: telling genuine calls from forged ones, reading their bodies, and answering. A provider's
 * `events.ts` is data and pure functions; `registration.ts` puts the address in place, `repeats.ts` remembers calls.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { IDataObject, IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../wire/clock';
import { systemClock } from '../wire/clock';
import type { Credential, Provider, Send } from '../operation';
import { openRepeats } from './repeats';
import { credentialOf } from '../wire/request';

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
 * - `address`   nothing but the address, whose random part n8n makes and shows: users copy it to where the provider takes it
 */
export type Proof =
	| { kind: 'signature'; secret: string; timestampHeader: string; signatureHeader: string; freshFor: number }
	| { kind: 'fields'; values: Record<string, string> }
	| { kind: 'token' }
	| { kind: 'address' };

/** One part of a long message. One event for all parts comes with the `first` or the `last` of them. */
export interface Part {
	/** The same for all parts of a message, and another for other kinds of event. */
	of: string;
	number: number;
	total: number;
	emit: 'first' | 'last';
}

export interface EventRead {
	event: string;
	/** The same text when the provider repeats itself, another for everything else. */
	identity: string;
	output: IDataObject;
	part?: Part;
}

export interface Events {
	provider: Provider;
	/** Empty where users put the address into the provider's dashboard, or into each message. */
	slots: readonly Slot[];
	/** The secret part of the address, if it has one. @param path what is unique in the node's address */
	token?(credential: Credential, path: string): string;
	proof(credential: Credential): Proof;
	/** Turns an XML body into an object, where the provider sends XML. */
	xml?(text: string): unknown;
	/** What a payload (the fields of query and body together) says; empty when it is of no known shape. */
	read(payload: unknown): EventRead[];
}

/** The event of a genuine call that `read` makes nothing of. */
export const unknownEvent = 'unknown';

/** What a trigger node keeps with its workflow (n8n's static data). */
export interface Kept {
	/** By slot: the address that was registered, and the one that stood there before. */
	registered?: Record<string, { url: string; previous?: string }>;
	/** Registered by activation, and not by "listen for test event". */
	production?: boolean;
	/** See `repeats.ts`. */
	marks?: Record<string, string>;
}

/** A secret for an address that is the same after a restart and a loss of data, and that tells nothing about `secret`. */
export function derivedToken(secret: string, path: string): string {
	return createHmac('sha256', secret).update(path).digest('hex').slice(0, 24);
}

/** The node's address with its token, and the path that its test and production address have in common with no other node's. */
export function addressOf(context: IHookFunctions | IWebhookFunctions, events: Events, credential: Credential): { url: string; path: string } {
	const plain = context.getNodeWebhookUrl('default') ?? '';
	// n8n writes <base>/<webhookId>/<path>, or <base>/<workflow>/<node>/<path> for a node without a webhook ID.
	const path = plain.split('/').slice(context.getNode().webhookId === undefined ? -3 : -2).join('/');
	const token = events.token?.(credential, path);
	return { url: token === undefined ? plain : `${plain}?token=${token}`, path };
}

/** What is used of the request and the response that n8n hands over (Express). */
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
 * n8n's `webhook`: one item per event that the user chose. A call that is not genuine is answered 401; one that repeats
 * another, or is of no interest, 200. Neither starts an execution.
 */
export async function receive(context: IWebhookFunctions, events: Events, clock: Clock = systemClock): Promise<IWebhookResponseData> {
	const response = context.getResponseObject() as unknown as HttpResponse;
	const credential = credentialOf(await context.getCredentials(events.provider.credential));
	const proof = events.proof(credential);
	const raw = await rawBody(context);
	const { token, ...query } = context.getQueryData() as Record<string, unknown>;
	const files = context.getBodyData();
	const body = raw === undefined ? (files['data'] ?? files) : parsed(raw.toString('utf8'), events.xml);
	// A signature is about the body alone.
	const payload = isRecord(body) && proof.kind !== 'signature' ? { ...query, ...body } : body;

	const kept: Kept = context.getWorkflowStaticData('node');
	// The address that was registered counts as well: a changed password must not make every call a forged one.
	const addresses = [addressOf(context, events, credential).url, ...Object.values(kept.registered ?? {}).map(({ url }) => url)];
	if (!isGenuine(proof, { headers: context.getHeaderData(), raw, payload, token, tokens: addresses.map(tokenIn) }, clock.now())) {
		response.status(401).send('This call carries no valid proof of where it comes from.');
		return { noWebhookResponse: true };
	}

	const shown = proof.kind === 'fields' && isRecord(payload) ? without(payload, Object.keys(proof.values)) : payload;
	const read = events.read(shown);
	const happened = read.length > 0 ? read : [{ event: unknownEvent, identity: JSON.stringify(shown), output: { event: unknownEvent } }];
	const chosen = context.getNodeParameter('events', []) as string[];
	const waits = context.getNodeParameter('options.waitForAllParts', false) === true;
	const repeats = openRepeats(context, clock.now());
	const due = happened.filter(({ event }) => chosen.includes(event)).filter((event) => repeats.isDue(event, waits));
	repeats.close();
	if (due.length === 0) return {};
	// n8n answers 500 when it could not start the execution; the call is then made again, and must not count as a repeat.
	response.once('finish', () => {
		if (response.statusCode >= 300) due.forEach(repeats.forget);
	});
	const items = due.map(({ output, part }) => ({
		json: { ...output, ...(part && !waits && { partNumber: part.number }), ...(part && { totalParts: part.total }), raw: shown as IDataObject },
	}));
	return { workflowData: [items] };
}

async function rawBody(context: IWebhookFunctions): Promise<Buffer | undefined> {
	const request = context.getRequestObject() as unknown as HttpRequest;
	// n8n has read it already, but for forms with files, which it hands over parsed.
	const isMultipart = String(context.getHeaderData()['content-type']).startsWith('multipart/');
	if (request.rawBody === undefined && !isMultipart) await request.readRawBody?.();
	return request.rawBody;
}

/** A body by what it looks like: providers do not always say what they send, or say it wrong. */
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

function tokenIn(address: string): string {
	return (URL.canParse(address) ? new URL(address).searchParams.get('token') : undefined) ?? '';
}

interface Call {
	headers: Record<string, unknown>;
	raw: Buffer | undefined;
	payload: unknown;
	token: unknown;
	/** Those that are accepted. */
	tokens: string[];
}

function isGenuine(proof: Proof, { headers, raw, payload, token, tokens }: Call, now: number): boolean {
	switch (proof.kind) {
		case 'signature': {
			const timestamp = String(headers[proof.timestampHeader.toLowerCase()]);
			if (raw === undefined || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > proof.freshFor) return false;
			const wanted = createHmac('sha256', proof.secret).update(`${timestamp}.`).update(raw).digest('hex');
			return proof.secret !== '' && isEqual(headers[proof.signatureHeader.toLowerCase()], wanted);
		}
		case 'fields':
			return isRecord(payload) && Object.entries(proof.values).every(([field, wanted]) => isEqual(payload[field], wanted));
		case 'token':
			return tokens.some((wanted) => isEqual(token, wanted));
		case 'address':
			return true;
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
