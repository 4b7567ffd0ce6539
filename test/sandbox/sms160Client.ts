/** Calls to the simulated 160.com.au. */
import type { Sandbox } from '../../sandbox/server';
import { sms160Password, sms160Username } from '../../sandbox/sms160/account';

const authorization = `Basic ${Buffer.from(`${sms160Username}:${sms160Password}`).toString('base64')}`;

export interface Received {
	httpStatus: number;
	text: string;
	body: Record<string, unknown>;
}

/** One request with the right credentials; a body goes as JSON. */
export async function call(sandbox: Sandbox, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Received> {
	const response = await fetch(`${sandbox.baseUrl('sms160')}${path}`, {
		method,
		body: body === undefined ? undefined : JSON.stringify(body),
		headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
	});
	const text = await response.text();
	return { httpStatus: response.status, text, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** The rows under a name in a response. */
export function rows({ body }: Received, name: string): Array<Record<string, unknown>> {
	return body[name] as Array<Record<string, unknown>>;
}

/** A sandbox on which tests may call as fast as they like; what they say about the limit they switch it on for. */
export function unlimited(sandbox: Sandbox): void {
	sandbox.reset();
	sandbox.changeSettings({ enforceLimits: false, deliverAfterMs: 20 });
}
