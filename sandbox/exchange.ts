/** One request to a simulated provider, from its arrival to its answer or to the fault that strikes instead. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock';
import { strikesBefore, workOf, type Fault, type Work } from './faults';
import { createIdempotencyStore, type IdempotencyStore, type KeyedRequest, type WireAnswer } from './idempotency';
import { showJson, shown, writeJson } from './json';
import { createLimiter, type RequestLimiter } from './limits';
import type { Provider, RunningProvider } from './provider';
import type { Answer, ApiRequest, Refusal, ViolationKind } from './request';
import { redact, type LogEntry } from './requestLog';
import { createWorld, type World } from './world';

/** A provider with everything around it; a reset replaces it by a new one. */
export interface Station {
	provider: Provider;
	world: World;
	running: RunningProvider;
	limiter: RequestLimiter;
	idempotency: IdempotencyStore | undefined;
	/** Replies that a time-out fault left open. */
	hanging: Set<FastifyReply>;
}

/** @param before the station that this one follows, and whose webhooks it keeps */
export function createStation(provider: Provider, baseUrl: string, latencyMs: number, before?: Station): Station {
	const world = createWorld(provider, baseUrl, latencyMs);
	world.settings.webhookSecret = before?.world.settings.webhookSecret ?? null;
	return {
		provider,
		world,
		running: provider.start(world, before?.running),
		limiter: createLimiter(provider.limits, world.settings),
		idempotency: provider.idempotency && createIdempotencyStore(world.clock, provider.idempotency.hours),
		hanging: new Set(),
	};
}

export function stopStation(station: Station): void {
	station.world.stop();
	for (const reply of station.hanging) reply.raw.destroy();
	station.hanging.clear();
}

/** What the route of a request leads to: an endpoint's number, the methods that its path allows, or nothing. */
export type Destination = { endpoint: number } | { allowed: string[] } | 'nowhere';

/** Answers one request: credentials, method, limits, fault, idempotency, endpoint, in this order. */
export async function answerRequest(
	station: Station,
	destination: Destination,
	incoming: FastifyRequest,
	reply: FastifyReply,
	print: (line: string) => void,
): Promise<void> {
	const { provider, world } = station;
	const request = readRequest(provider, incoming);
	const entry = startEntry(station, request);

	const write = (answer: Answer): WireAnswer => toWire(station.running.write(request, answer));
	const respond = (answer: WireAnswer, response: unknown = showJson(answer.text)): void => {
		finishEntry(station, entry, request);
		entry.httpStatus = answer.httpStatus;
		entry.response = redact(response, provider.secretFields);
		print(`${request.method} /${provider.name}${request.path} ${answer.httpStatus}`);
		// A 429 says that there is no room, also where it is a fault that says so.
		const remaining = answer.httpStatus === 429 ? 0 : station.limiter.remaining();
		const headers = { ...answer.headers, ...provider.rateHeaders?.(remaining) };
		reply.code(answer.httpStatus).headers(headers).send(answer.text);
	};
	const refuse = (refusal: Refusal, kind: ViolationKind, text: string): void => {
		request.violations.push({ kind, text });
		respond(write(provider.refuse(refusal)));
	};

	const endpoint = typeof destination === 'object' && 'endpoint' in destination ? provider.endpoints[destination.endpoint] : undefined;
	const authorised = endpoint?.authorised ?? provider.authorised;
	if (!authorised(request)) return refuse({ reason: 'unauthorised' }, 'auth', 'wrong or missing credentials');
	if (destination === 'nowhere') return refuse({ reason: 'path' }, 'path', `there is no ${request.path}`);
	if ('allowed' in destination) {
		return refuse({ reason: 'method', ...destination }, 'method', `${request.method} is not one of ${destination.allowed.join(', ')}`);
	}

	const place = station.limiter.enter();
	if (typeof place === 'string') return refuse({ reason: place }, place, 'more requests than the provider allows');
	reply.raw.once('close', place);

	const fault = world.faults.take(request.method, request.path);
	if (fault) entry.fault = fault.kind;
	const work = fault && workOf(fault);
	const { latencyMs } = world.settings;

	const handle = async (): Promise<WireAnswer> => write(await station.running.answer(destination.endpoint, request));
	const run = async (): Promise<WireAnswer> => {
		if (latencyMs > 0) await sleep(latencyMs);
		if (fault?.kind !== 'partial-after') return await handle();
		request.take = async (entries, accept) => entries.slice(0, Math.floor(entries.length / 2)).map(accept);
		await handle();
		return write(provider.refuse({ reason: 'failure' }, fault.message));
	};

	let answer: WireAnswer | undefined;
	if (fault && strikesBefore(fault)) {
		if (latencyMs > 0) await sleep(latencyMs);
	} else {
		const keyed = firstUnderKey(station, request);
		if (typeof keyed === 'object' && 'refused' in keyed) {
			place();
			if (keyed.violation !== undefined) request.violations.push({ kind: 'idempotency-key', text: keyed.violation });
			return respond(write(keyed.refused));
		}
		if (!work) answer = await answerUnder(keyed, run);
		else if (!keyed?.first.answer) {
			const nobodyGets = workUnattended(world.clock, work, request, handle);
			void nobodyGets.then(() => {
				if (keyed) keyed.first.answer ??= nobodyGets;
			});
		}
	}

	// Given back before the answer is written: a client may use the place as soon as it reads the answer.
	if (!hangs(fault)) place();
	if (!fault || (answer && fault.kind === 'partial-after')) {
		if (answer) respond(answer);
		return;
	}
	finishEntry(station, entry, request);
	strike(station, fault, answer, reply, write, respond);
}

/** The first request under an idempotency key, and how to set the key free. */
interface Keyed {
	first: KeyedRequest;
	forget(): void;
}

/**
 * Looks up the request's idempotency key, or begins it; undefined: the request has none. The statuses of refusals are those of the
 * IETF's draft "The Idempotency-Key HTTP Header Field", section 2.7.
 */
function firstUnderKey({ provider, world, idempotency }: Station, request: ApiRequest): Keyed | { refused: Answer; violation?: string } | undefined {
	if (!provider.idempotency || !idempotency || request.method !== 'POST') return undefined;
	const key = request.headers[provider.idempotency.header];
	if (typeof key !== 'string' || key === '') return undefined;
	const refused = (httpStatus: number, text?: string): Answer => ({ ...provider.refuse({ reason: 'idempotency-key' }, text), httpStatus });
	if (key.length > provider.idempotency.maxLength) return { refused: refused(400), violation: `the key has ${key.length} characters` };
	// A key belongs to the credential that it came with.
	const owned = `${request.headers.authorization ?? ''} ${key}`;
	const fingerprint = `${request.method} ${request.path} ${request.text}`;
	const first = idempotency.find(owned);
	if (first && first.fingerprint !== fingerprint) {
		return { refused: refused(422, 'This Idempotency-Key was used before, for another request.'), violation: 'the key was used before for another request' };
	}
	if (first && !first.answer && world.settings.repeatAtWork === 'conflict') {
		return { refused: refused(409, 'A request with this Idempotency-Key is still being processed.') };
	}
	return { first: first ?? idempotency.begin(owned, fingerprint), forget: () => idempotency.forget(owned) };
}

/** The first response under the key again, or that of `run`. Of two requests processed under one key, the response that is there first stays. */
async function answerUnder(keyed: Keyed | undefined, run: () => Promise<WireAnswer>): Promise<WireAnswer> {
	if (!keyed) return await run();
	keyed.first.answer ??= run();
	try {
		return await keyed.first.answer;
	} catch (error) {
		keyed.forget();
		throw error;
	}
}

/**
 * Has the provider do its work on a request that nobody waits for: everything at the end, or entry after entry until then. The
 * promise is for the answer that nobody gets.
 */
async function workUnattended(clock: Clock, work: Work, request: ApiRequest, handle: () => Promise<WireAnswer>): Promise<WireAnswer> {
	if (!work.byRow) {
		return await new Promise((resolve, reject) => {
			// Called inside the clock's task, so that all is accepted when a moved clock returns.
			clock.after(work.ms, () => void handle().then(resolve, reject));
		});
	}
	request.take = async (entries, accept) => {
		const accepted = entries.map(
			async (entry, index) =>
				await new Promise<ReturnType<typeof accept>>((resolve) => {
					clock.after((work.ms * (index + 1)) / entries.length, () => resolve(accept(entry, index)));
				}),
		);
		return await Promise.all(accepted);
	};
	return await handle();
}

/** True when the client waits in vain for an answer. */
function hangs(fault: Fault | undefined): boolean {
	return fault !== undefined && (fault.kind.startsWith('timeout') || workOf(fault)?.clientSees === 'timeout');
}

/** Does to the client what the fault says. `answer` is what it would have received, if the provider did anything. */
function strike(
	station: Station,
	fault: Fault,
	answer: WireAnswer | undefined,
	reply: FastifyReply,
	write: (answer: Answer) => WireAnswer,
	respond: (answer: WireAnswer, response?: unknown) => void,
): void {
	const { provider, hanging } = station;
	if (hangs(fault)) {
		reply.hijack();
		hanging.add(reply);
		reply.raw.once('close', () => hanging.delete(reply));
		return;
	}
	switch (fault.kind) {
		case '429':
		case 'error-before': {
			const refusal: Refusal =
				fault.kind === '429' ? { reason: provider.limits.window ? 'rate' : 'too-many-at-once' } : { reason: 'failure' };
			const { httpStatus = 503 } = fault;
			const refused = write(fault.kind === '429' ? provider.refuse(refusal, fault.message) : { ...provider.refuse(refusal, fault.message, httpStatus), httpStatus });
			if (fault.retryAfter !== undefined) refused.headers['retry-after'] = String(fault.retryAfter);
			return respond(refused);
		}
		case 'reset-before':
		case 'reset-after':
		case 'late':
		case 'row-by-row':
			reply.hijack();
			reply.raw.socket?.resetAndDestroy();
			return;
		case 'echo': {
			const { httpStatus = 400, message = 'Bad request' } = fault;
			const echoed = (text: string): Answer => ({ ...provider.refuse({ reason: 'failure' }, `${message}: ${text}`, httpStatus), httpStatus });
			return respond(write(echoed(everythingOf(reply.request))), echoed('(the whole request)').body);
		}
		case 'malformed-before':
		case 'malformed-after':
			return respond({
				httpStatus: 200,
				headers: { 'content-type': 'text/html; charset=utf-8' },
				text: fault.message ?? '<!DOCTYPE html><title>Down for maintenance</title>',
			});
		case 'truncated-after': {
			reply.hijack();
			const bytes = Buffer.from(answer?.text ?? '{"status":"complete"}');
			reply.raw.writeHead(answer?.httpStatus ?? 200, { ...answer?.headers, 'content-length': bytes.length });
			reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.destroy());
			return;
		}
		default:
			return respond(write(provider.refuse({ reason: 'failure' }, fault.message)));
	}
}

/** A request as a talkative provider repeats it. */
function everythingOf({ method, url, headers, body }: FastifyRequest): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
	return [`${method} ${url}`, ...lines, '', typeof body === 'string' ? body : ''].join('\n');
}

function readRequest(provider: Provider, incoming: FastifyRequest): ApiRequest {
	const [path = '/'] = incoming.url.slice(provider.name.length + 1).split('?');
	return {
		method: incoming.method,
		path,
		params: Object.fromEntries(Object.entries(incoming.params as Record<string, unknown>).map(([name, value]) => [name, String(value)])),
		query: Object.fromEntries(Object.entries(incoming.query as Record<string, unknown>)),
		headers: incoming.headers,
		text: typeof incoming.body === 'string' ? incoming.body : '',
		take: async (entries, accept) => entries.map(accept),
		violations: [],
	};
}

function startEntry({ provider, world }: Station, request: ApiRequest): LogEntry {
	const headers: Record<string, string> = {};
	for (const name of ['content-type', 'idempotency-key']) {
		const value = request.headers[name];
		if (typeof value === 'string') headers[name] = value;
	}
	return world.log.add({
		at: new Date(world.clock.now()).toISOString(),
		provider: provider.name,
		method: request.method,
		path: request.path,
		query: redact(request.query, provider.secretFields) as LogEntry['query'],
		headers,
		body: null,
		httpStatus: null,
		response: null,
		// Shared, so that what is found while answering shows up.
		violations: request.violations,
	});
}

function finishEntry({ provider }: Station, entry: LogEntry, request: ApiRequest): void {
	const body = request.parsedBody === undefined ? (request.text === '' ? null : showJson(request.text)) : shown(request.parsedBody);
	entry.body = redact(body, provider.secretFields);
}

function toWire({ httpStatus, body, headers }: Answer): WireAnswer {
	return typeof body === 'string'
		? { httpStatus, headers: { ...headers }, text: body }
		: { httpStatus, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, text: writeJson(body) };
}
