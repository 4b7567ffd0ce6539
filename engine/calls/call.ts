/** A call as n8n hands it over: the exact body, and what it says. */
import type { IWebhookFunctions } from 'n8n-workflow';

import { readBody } from './body';

export interface ReadCall {
	headers: Record<string, unknown>;
	/** `undefined` for forms with files, which n8n takes apart. */
	raw: Buffer | undefined;
	/** Read when it is asked for; `undefined` when it cannot be read. */
	body(): unknown;
}

/** What is used of the request that n8n hands over (Express). */
interface HttpRequest {
	rawBody?: Buffer;
	readRawBody?(): Promise<void>;
}

export async function readCall(context: IWebhookFunctions): Promise<ReadCall> {
	const raw = await rawBody(context);
	return { headers: context.getHeaderData(), raw, body: once(() => bodyOf(context, raw)) };
}

async function rawBody(context: IWebhookFunctions): Promise<Buffer | undefined> {
	const request = context.getRequestObject() as unknown as HttpRequest;
	// n8n has read it already, but for forms with files, which it hands over parsed.
	const isMultipart = String(context.getHeaderData()['content-type']).startsWith('multipart/');
	if (request.rawBody === undefined && !isMultipart) await request.readRawBody?.();
	return request.rawBody;
}

/** `undefined` when it cannot be read. */
function bodyOf(context: IWebhookFunctions, raw: Buffer | undefined): unknown {
	const form = context.getBodyData();
	if (raw === undefined) return form['data'] ?? form;
	try {
		return readBody(raw, String(context.getHeaderData()['content-type']));
	} catch {
		return undefined;
	}
}

function once<T>(work: () => T): () => T {
	let done: { value: T } | undefined;
	return () => (done ??= { value: work() }).value;
}

