/** An HTTP server that plays a fixture's exchanges, each once, to the request that it was recorded with. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

export interface Exchange {
	request: {
		method: string;
		/** Without the query. */
		path: string;
		query?: Record<string, string>;
		/** Only these are compared; names in lower case. `"*"` stands for any value, `"$1"` for one that is the same wherever it stands, and another than `"$2"`. */
		headers?: Record<string, string>;
		/** A text `"*"` in it stands for any text that is not empty, such as an ID that is another for every request. */
		body?: unknown;
	};
	response: { httpStatus?: number; headers?: Record<string, string>; body?: unknown };
	/** How often it is asked for and answered so; once unless said otherwise. */
	times?: number;
	/** It comes after all exchanges of lower steps; 0 unless said otherwise. */
	step?: number;
}

/** A request as it arrived. */
export interface Seen {
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	body: unknown;
}

export interface Recording {
	/** Requests that fit no exchange, and exchanges that nobody asked for; both must be empty in the end. */
	unexpected: Seen[];
	unused(): Exchange[];
	/** The recorded response to a request. */
	answer(seen: Seen): Exchange['response'];
}

export interface Recorded extends Recording {
	url: string;
	close(): Promise<void>;
}

/** @param authorization header that every request has to carry, unless its exchange says otherwise */
export function recording(exchanges: Exchange[], authorization: string): Recording {
	const left = exchanges.flatMap((exchange) => Array.from({ length: exchange.times ?? 1 }, () => exchange));
	const unexpected: Seen[] = [];
	/** Values of headers by the names that fixtures give them. */
	const named = new Map<string, string>();
	return {
		unexpected,
		unused: () => left,
		answer(seen) {
			const step = Math.min(...left.map((exchange) => exchange.step ?? 0));
			const index = left.findIndex((exchange) => (exchange.step ?? 0) === step && fits(exchange, seen, authorization, named));
			const [found] = index < 0 ? [] : left.splice(index, 1);
			for (const [name, value] of Object.entries(found?.request.headers ?? {})) if (isName(value)) named.set(value, seen.headers[name] ?? '');
			if (found) return found.response;
			unexpected.push(seen);
			return { httpStatus: 418, body: { error: 'No exchange of the fixture fits this request' } };
		},
	};
}

/** A server that answers as recorded. */
export async function playBack(exchanges: Exchange[], authorization: string): Promise<Recorded> {
	const recorded = recording(exchanges, authorization);
	const server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '/', 'http://127.0.0.1');
			const text = Buffer.concat(chunks).toString();
			const seen: Seen = {
				method: request.method ?? '',
				path: url.pathname,
				query: Object.fromEntries(url.searchParams),
				headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
				body: parse(text),
			};
			const { httpStatus = 200, headers = {}, body } = recorded.answer(seen);
			const isText = typeof body === 'string';
			response.writeHead(httpStatus, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
			response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		...recorded,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function parse(text: string): unknown {
	if (text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Whether a header's value in a fixture is a name for whatever value comes. */
function isName(value: string): boolean {
	return /^\$\d+$/.test(value);
}

function fits({ request }: Exchange, seen: Seen, authorization: string, named: Map<string, string>): boolean {
	const isHeader = ([name, expected]: [string, string]): boolean => {
		const value = seen.headers[name];
		if (expected === '') return value === undefined;
		if (expected === '*') return value !== undefined;
		if (!isName(expected)) return value === expected;
		const known = named.get(expected);
		return value !== undefined && (known === undefined ? ![...named.values()].includes(value) : known === value);
	};
	return (
		request.method === seen.method &&
		request.path === seen.path &&
		isDeepStrictEqual(request.query ?? {}, seen.query) &&
		isLike(request.body, seen.body) &&
		Object.entries({ authorization, ...request.headers }).every(isHeader)
	);
}

function isLike(wanted: unknown, seen: unknown): boolean {
	if (wanted === '*') return typeof seen === 'string' && seen !== '';
	if (typeof wanted !== 'object' || wanted === null || typeof seen !== 'object' || seen === null) return isDeepStrictEqual(wanted, seen);
	const names = Object.keys(wanted);
	return Array.isArray(wanted) === Array.isArray(seen) && names.length === Object.keys(seen).length && names.every((name) => name in seen && isLike(wanted[name as never], seen[name as never]));
}
