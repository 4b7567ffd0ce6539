/** What the sandbox tests share: calls to the simulated Mobile Message, a webhook receiver, bounded waiting. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { mobileMessagePassword, mobileMessageUsername } from '../../sandbox/mobile-message/account';
import type { Sandbox } from '../../sandbox/server';

const AUTHORIZATION = `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}`;

export interface Received {
	httpStatus: number;
	headers: Headers;
	text: string;
	body: Record<string, unknown>;
}

/** One request with the right credentials; a body goes as JSON. Rejects when the connection breaks. */
export async function call(
	sandbox: Sandbox,
	method: string,
	path: string,
	body?: unknown,
	{ headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Received> {
	const response = await fetch(`${sandbox.baseUrl('mobile-message')}${path}`, {
		method,
		body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
		headers: { authorization: AUTHORIZATION, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
		signal,
	});
	const text = await response.text();
	return { httpStatus: response.status, headers: response.headers, text, body: readJson(text) };
}

function readJson(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		// Not JSON: the test looks at the text.
		return {};
	}
}

/** A body for POST /v1/messages with `count` messages to ordinary numbers. */
export function batch(count: number, message = 'Hello'): { messages: Array<Record<string, unknown>> } {
	return {
		messages: Array.from({ length: count }, (_value, index) => ({
			to: '0491571491',
			message: `${message} ${index}`,
			sender: 'CompanyABC',
			custom_ref: `ref-${index}`,
		})),
	};
}

/** The kinds of violations that the sandbox has seen. */
export function kinds(sandbox: Sandbox): string[] {
	return sandbox.violations().map(({ kind }) => kind);
}

/** Waits until `condition` holds, 5 s at most. */
export async function until(condition: () => boolean): Promise<void> {
	const end = Date.now() + 5_000;
	while (!condition()) {
		if (Date.now() > end) throw new Error('The condition did not come true within 5 s');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

export interface WebhookReceiver {
	url: string;
	calls: Array<{ headers: IncomingHttpHeaders; text: string; body: Record<string, unknown> }>;
	/** The next answers; 200 when there are none. */
	answers: number[];
	close(): Promise<void>;
}

export async function startReceiver(): Promise<WebhookReceiver> {
	const receiver: WebhookReceiver = { url: '', calls: [], answers: [], close: async () => undefined };
	const server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (chunk: string) => {
			text += chunk;
		});
		request.on('end', () => {
			receiver.calls.push({ headers: request.headers, text, body: readJson(text) });
			response.writeHead(receiver.answers.shift() ?? 200).end('OK');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	receiver.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hook`;
	receiver.close = () =>
		new Promise((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		});
	return receiver;
}
