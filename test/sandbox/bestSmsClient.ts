/** Calls to the simulated BestSMS. */
import { bestSmsToken } from '../../sandbox/bestsms/account';
import type { Sandbox } from '../../sandbox/server';

export interface Received {
	httpStatus: number;
	contentType: string | null;
	text: string;
	body: Record<string, unknown>;
}

const API = '/api/v2.03';
const JSON_HEADERS = { 'content-type': "application/json; encoding='utf-8'", accept: "application/json; encoding='utf-8'" };
export const XML_HEADERS = { 'content-type': "application/xml; encoding='utf-8'", accept: "application/xml; encoding='utf-8'" };

/** One request with the right token, under the API's path; a body that is not text goes as JSON. An undefined header is left out. */
export async function call(sandbox: Sandbox, method: string, path: string, body?: unknown, headers: Record<string, string | undefined> = {}): Promise<Received> {
	const all: Record<string, string | undefined> = { authorization: `Basic ${bestSmsToken}`, ...JSON_HEADERS, ...headers };
	const response = await fetch(`${sandbox.baseUrl('bestsms')}${API}${path}`, {
		method,
		body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
		headers: Object.entries(all).flatMap(([name, value]): Array<[string, string]> => (value === undefined ? [] : [[name, value]])),
	});
	const text = await response.text();
	const contentType = response.headers.get('content-type');
	return { httpStatus: response.status, contentType, text, body: contentType?.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** The rows under a name in a response. */
export function rows({ body }: Received, name: string): Array<Record<string, unknown>> {
	return body[name] as Array<Record<string, unknown>>;
}
