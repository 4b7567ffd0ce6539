/** One request to a simulated provider, from its arrival to its answer or to the fault that strikes instead. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { strikesBefore, type Fault } from './faults';
import { createIdempotencyStore, type IdempotencyStore, type WireAnswer } from './idempotency';
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

export function createStation(provider: Provider, baseUrl: string, latencyMs: number): Station {
	const world = createWorld(provider, baseUrl, latencyMs);
	return {
		provider,
		world,
		running: provider.start(world),
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
	const respond = (answer: WireAnswer, response: unknown = readJson(answer.text)): void => {
		finishEntry(station, entry, request);
		entry.httpStatus = answer.httpStatus;
		entry.response = response;
		print(`${request.method} /${provider.name}${request.path} ${answer.httpStatus}`);
		reply.code(answer.httpStatus).headers(answer.headers).send(answer.text);
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
	const { latencyMs } = world.settings;

	const run = async (): Promise<WireAnswer> => {
		if (latencyMs > 0) await sleep(latencyMs);
		request.partial = fault?.kind === 'partial-after';
		const answer = write(await station.running.answer(destination.endpoint, request));
		return request.partial ? write(provider.refuse({ reason: 'failure' }, fault?.message)) : answer;
	};

	let answer: WireAnswer | undefined;
	if (fault && strikesBefore(fault)) {
		if (latencyMs > 0) await sleep(latencyMs);
	} else {
		const key = idempotencyKey(provider, request);
		if (key !== undefined && key.length > (provider.idempotency?.maxLength ?? 0)) {
			place();
			return refuse({ reason: 'idempotency-key' }, 'idempotency-key', `the key has ${key.length} characters`);
		}
		answer =
			key !== undefined && station.idempotency
				? await station.idempotency.once(key, `${request.method} ${request.path} ${request.text}`, run, () => {
						request.violations.push({ kind: 'idempotency-key', text: 'the key was used before for another request' });
					})
				: await run();
	}

	// Given back before the answer is written: a client may use the place as soon as it reads the answer.
	if (!fault?.kind.startsWith('timeout')) place();
	if (!fault || (answer && fault.kind === 'partial-after')) {
		if (answer) respond(answer);
		return;
	}
	finishEntry(station, entry, request);
	strike(station, fault, answer, reply, write, respond);
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
	switch (fault.kind) {
		case '429':
		case 'error-before': {
			const refusal: Refusal =
				fault.kind === '429' ? { reason: provider.limits.window ? 'rate' : 'too-many-at-once' } : { reason: 'failure' };
			const refused = write(provider.refuse(refusal, fault.message));
			if (fault.kind === 'error-before') refused.httpStatus = fault.httpStatus ?? 503;
			if (fault.retryAfter !== undefined) refused.headers['retry-after'] = String(fault.retryAfter);
			return respond(refused);
		}
		case 'reset-before':
		case 'reset-after':
			reply.hijack();
			reply.raw.socket?.resetAndDestroy();
			return;
		case 'timeout-before':
		case 'timeout-after':
			reply.hijack();
			hanging.add(reply);
			reply.raw.once('close', () => hanging.delete(reply));
			return;
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

function readRequest(provider: Provider, incoming: FastifyRequest): ApiRequest {
	const [path = '/'] = incoming.url.slice(provider.name.length + 1).split('?');
	return {
		method: incoming.method,
		path,
		params: Object.fromEntries(Object.entries(incoming.params as Record<string, unknown>).map(([name, value]) => [name, String(value)])),
		query: Object.fromEntries(Object.entries(incoming.query as Record<string, unknown>)),
		headers: incoming.headers,
		text: typeof incoming.body === 'string' ? incoming.body : '',
		partial: false,
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
	const body = request.parsedBody ?? (request.text === '' ? null : readJson(request.text));
	entry.body = redact(body, provider.secretFields);
}

function idempotencyKey(provider: Provider, request: ApiRequest): string | undefined {
	const key = provider.idempotency && request.method === 'POST' ? request.headers[provider.idempotency.header] : undefined;
	return typeof key === 'string' && key !== '' ? key : undefined;
}

function toWire({ httpStatus, body, headers }: Answer): WireAnswer {
	return typeof body === 'string'
		? { httpStatus, headers: { ...headers }, text: body }
		: { httpStatus, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, text: JSON.stringify(body) };
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
