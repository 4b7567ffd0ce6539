/** Calls to the simulated NusaSMS, and a receiver for what it pushes. */
import { createServer } from 'node:http';
import { nusaApiKey, nusaPassword, nusaUser } from '../../sandbox/nusasms/account';
import type { NusaSettings } from '../../sandbox/nusasms/settings';
import type { Sandbox } from '../../sandbox/server';

export interface Received {
	httpStatus: number;
	contentType: string;
	text: string;
	/** Empty unless the answer is a JSON object. */
	body: Record<string, unknown>;
}

async function request(sandbox: Sandbox, method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Received> {
	const response = await fetch(`${sandbox.baseUrl('nusasms')}${path}`, { method, body, headers });
	const text = await response.text();
	const isObject = text.startsWith('{');
	const contentType = response.headers.get('content-type')?.split(';')[0] ?? '';
	return { httpStatus: response.status, contentType, text, body: isObject ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** One call with an APIKey; the body goes as JSON, or as it is when it is text. */
export function call(sandbox: Sandbox, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Received> {
	const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
	const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
	return request(sandbox, method, `/nusasms_api/1.0${path}`, text, { APIKey: nusaApiKey, ...type, ...headers });
}

/** One call with user and password in the query, as SMS and commands want it. */
export function query(sandbox: Sandbox, method: string, path: string, fields: Record<string, string>): Promise<Received> {
	return request(sandbox, method, `${path}?${new URLSearchParams({ user: nusaUser, password: nusaPassword, ...fields }).toString()}`);
}

/** Changes settings that only NusaSMS has. */
export function set(sandbox: Sandbox, own: Partial<NusaSettings>): void {
	sandbox.changeSettings({ own }, 'nusasms');
}

export interface Pushed {
	contentType: string;
	text: string;
}

/** Takes every call and answers 200. */
export async function startPushReceiver(): Promise<{ url: string; calls: Pushed[]; close(): Promise<void> }> {
	const calls: Pushed[] = [];
	const server = createServer((incoming, response) => {
		let text = '';
		incoming.setEncoding('utf8').on('data', (chunk: string) => {
			text += chunk;
		});
		incoming.on('end', () => {
			calls.push({ contentType: incoming.headers['content-type'] ?? '', text });
			response.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const close = () =>
		new Promise<void>((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		});
	return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/push`, calls, close };
}
