/**
 * A call at a trigger's address: who is believed, what comes out, what is answered. A provider's `events.ts` is data and
 * pure functions; `proof.ts` tells genuine calls from forged ones, `body.ts` reads, `repeats.ts` remembers.
 */
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../wire/clock';
import { systemClock } from '../wire/clock';
import { readBody } from './body';
import type { EventRead, Events } from './events';
import { unknownEvent } from './events';
import { isRecord, proofOf } from './proof';
import { openRepeats } from './repeats';

/** What is used of the request and the response that n8n hands over (Express). */
interface HttpRequest {
	rawBody?: Buffer;
	readRawBody?(): Promise<void>;
}
interface HttpResponse {
	statusCode: number;
	status(code: number): HttpResponse;
	send(body: string): HttpResponse;
	once(event: 'finish', listener: () => void): unknown;
}

/**
 * n8n's `webhook`: one item per event that the user chose. A call that is not genuine is answered 401, one that cannot be
 * read 400; one that repeats another, or is of no interest, 200. None of these starts an execution.
 */
export async function receive(context: IWebhookFunctions, events: Events, clock: Clock = systemClock): Promise<IWebhookResponseData> {
	const response = context.getResponseObject() as unknown as HttpResponse;
	const { token, ...query } = context.getQueryData() as Record<string, unknown>;
	const headers = context.getHeaderData();
	const raw = await rawBody(context);
	const body = once(() => bodyOf(context, raw));
	const withQuery = (): unknown => (isRecord(body()) ? { ...query, ...(body() as object) } : body());

	const proof = await proofOf(context, events, { headers, raw, token, payload: withQuery }, clock.now());
	if (proof === undefined) return refuse(response, 401, 'This call carries no valid proof of where it comes from.');
	// A signature is about the body alone.
	const payload = proof !== 'address' && proof.kind === 'signature' ? body() : withQuery();
	if (payload === undefined) return refuse(response, 400, 'This call is too long, or nested too deeply, to be read.');

	const shown = proof !== 'address' && proof.kind === 'fields' && isRecord(payload) ? without(payload, Object.keys(proof.values)) : payload;
	const read = events.read(shown);
	const happened: EventRead[] = read.length > 0 ? read : [{ event: unknownEvent, identity: JSON.stringify(shown), withoutId: true, output: { event: unknownEvent } }];
	const chosen = context.getNodeParameter('events', []) as string[];
	const waits = context.getNodeParameter('options.waitForAllParts', false) === true;
	const repeats = openRepeats(context, clock.now(), events.soonestRepeat);
	const due = happened.filter(({ event }) => chosen.includes(event)).filter((event) => repeats.isDue(event, waits));
	repeats.keep(due.length > 0);
	if (due.length === 0) return {};
	// n8n answers 500 when it could not start the execution; the call is then made again, and must not count as a repeat.
	response.once('finish', () => {
		if (response.statusCode >= 300) due.forEach(repeats.forget);
	});
	const items = due.map(({ output, part, raw: own }) => ({
		json: { ...output, ...(part && !waits && { partNumber: part.number }), ...(part && { totalParts: part.total }), raw: own ?? (shown as IDataObject) },
	}));
	return { workflowData: [items] };
}

function refuse(response: HttpResponse, httpStatus: number, text: string): IWebhookResponseData {
	response.status(httpStatus).send(text);
	return { noWebhookResponse: true };
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

function without(record: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
