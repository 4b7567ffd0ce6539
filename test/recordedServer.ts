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
		/** Only these are compared; names in lower case. `"*"` stands for any value. */
		headers?: Record<string, string>;
		/** A text `"*"` in it stands for any text that is not empty, such as an ID that is another for every request. */
		body?: unknown;
	};
	response: { httpStatus?: number; headers?: Record<string, string>; body?: unknown };
}

export interface Recorded {
	url: string;
	/** Requests that fit no exchange, and exchanges that nobody asked for; both must be empty in the end. */
	unexpected: unknown[];
	unused(): Exchange[];
	close(): Promise<void>;
}

/** @param authorization header that every request has to carry, unless its exchange says otherwise */
export async function playBack(exchanges: Exchange[], authorization: string): Promise<Recorded> {
	const left = [...exchanges];
	const unexpected: unknown[] = [];
	const server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '/', 'http://127.0.0.1');
			const text = Buffer.concat(chunks).toString();
			const seen = {
				method: request.method ?? '',
				path: url.pathname,
				query: Object.fromEntries(url.searchParams),
				headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
				body: parse(text),
			};
			const index = left.findIndex((exchange) => fits(exchange, seen, authorization));
			const [found] = index < 0 ? [] : left.splice(index, 1);
			if (!found) unexpected.push({ method: seen.method, path: seen.path, query: seen.query, body: seen.body, authorization: seen.headers['authorization'] });
			const { httpStatus = 200, headers = {}, body } = found?.response ?? { httpStatus: 418, body: { error: 'No exchange of the fixture fits this request' } };
			const isText = typeof body === 'string';
			response.writeHead(httpStatus, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
			response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		unexpected,
		unused: () => left,
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

function fits({ request }: Exchange, seen: { method: string; path: string; query: Record<string, string>; headers: Record<string, string>; body: unknown }, authorization: string): boolean {
	return (
		request.method === seen.method &&
		request.path === seen.path &&
		isDeepStrictEqual(request.query ?? {}, seen.query) &&
		isLike(request.body, seen.body) &&
		Object.entries({ authorization, ...request.headers }).every(([name, value]) => (value === '*' ? seen.headers[name] !== undefined : value === '' ? seen.headers[name] === undefined : seen.headers[name] === value))
	);
}

function isLike(wanted: unknown, seen: unknown): boolean {
	if (wanted === '*') return typeof seen === 'string' && seen !== '';
	if (typeof wanted !== 'object' || wanted === null || typeof seen !== 'object' || seen === null) return isDeepStrictEqual(wanted, seen);
	const names = Object.keys(wanted);
	return Array.isArray(wanted) === Array.isArray(seen) && names.length === Object.keys(seen).length && names.every((name) => name in seen && isLike(wanted[name as never], seen[name as never]));
}
