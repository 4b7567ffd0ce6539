/** Calls to the simulated UGSMS. */
import type { Sandbox } from '../../sandbox/server';
import { ugApiKey, ugPassword, ugUsername } from '../../sandbox/ugsms/account';
import type { UgSettings } from '../../sandbox/ugsms/settings';

export const password = { username: ugUsername, password: ugPassword };

export interface Received {
	httpStatus: number;
	headers: Headers;
	body: Record<string, unknown>;
}

/** One request; the key comes along unless `headers` have another or an empty one. A body goes as JSON, `URLSearchParams` as a form. */
export async function call(sandbox: Sandbox, method: string, path: string, body?: unknown, headers: Record<string, string> = { 'x-api-key': ugApiKey }): Promise<Received> {
	const isForm = body instanceof URLSearchParams;
	const type: Record<string, string> = body === undefined || isForm ? {} : { 'content-type': 'application/json' };
	const text = body === undefined ? undefined : isForm ? body : JSON.stringify(body);
	const response = await fetch(`${sandbox.baseUrl('ugsms')}${path}`, { method, body: text, headers: { ...type, ...headers } });
	return { httpStatus: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

/** Changes settings that only UGSMS has. */
export function set(sandbox: Sandbox, own: Partial<UgSettings>): void {
	sandbox.changeSettings({ own }, 'ugsms');
}
