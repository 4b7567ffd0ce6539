/**
 * A call at a trigger's address: who is believed, what comes out, what is answered. A provider's `events.ts` is data and
 * pure functions; `proof.ts` tells genuine calls from forged ones, `body.ts` reads, `repeats.ts` remembers.
 */
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../wire/clock';
import { systemClock } from '../wire/clock';
import { withoutSignatures } from '../asking/address';
import { readCall } from '../calls/call';
import type { EventRead, Events } from '../calls/events';
import { unknownEvent } from '../calls/events';
import { isRecord, proofOf } from '../calls/proof';
import { handOver, leads } from '../answers/handOver';
import type { Repeats } from './repeats';
import { openRepeats } from './repeats';

/** What is used of the response that n8n hands over (Express). */
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
	const { headers, raw, body } = await readCall(context);
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
	const left = await withoutAnswers(context, events, happened, repeats, clock);
	if (left === 'later') return refuse(response, 503, 'The execution that waits for this could not be reached. Please call again.');
	const due = left.filter(({ event }) => chosen.includes(event)).filter((event) => repeats.isDue(event, waits));
	repeats.keep(due.length > 0);
	if (due.length === 0) return {};
	// n8n answers 500 when it could not start the execution; the call is then made again, and must not count as a repeat.
	response.once('finish', () => {
		if (response.statusCode >= 300) due.forEach(repeats.forget);
	});
	const items = due.map(({ output, part, raw: own }) => ({
		json: withoutSignatures({ ...output, ...(part && !waits && { partNumber: part.number }), ...(part && { totalParts: part.total }), raw: own ?? (shown as IDataObject) }),
	}));
	return { workflowData: [items] };
}

/**
 * Hands over what answers a question of this n8n, and gives the rest. What belongs to a question starts nothing, unless the
 * user wants both; what comes when the question is over is as any other.
 */
async function withoutAnswers(context: IWebhookFunctions, events: Events, happened: EventRead[], repeats: Repeats, clock: Clock): Promise<EventRead[] | 'later'> {
	const { lead } = events;
	if (!lead) return happened;
	const leadOf = leads(context, events.provider, lead);
	const left: EventRead[] = [];
	for (const event of happened) {
		// Who calls may not call again.
		const reference = await leadOf(event).catch(() => undefined);
		// A call that is made again because its answer got lost must not find the question over.
		if (reference === undefined) left.push(event);
		else if (repeats.isDue(event, false)) {
			const told = await handOver(context, event, reference, clock);
			// Where nobody knows whether a call is made again, a reply must not get lost.
			const verdict = told === 'later' && events.soonestRepeat === undefined ? 'none' : told;
			const alsoStarts = context.getNodeParameter('options.alsoStart', false) === true;
			if (verdict === 'later') {
				repeats.forget(event);
				return verdict;
			}
			if (verdict === 'none' || alsoStarts) {
				repeats.takeBack(event);
				left.push(event);
			}
		}
	}
	return left;
}

function refuse(response: HttpResponse, httpStatus: number, text: string): IWebhookResponseData {
	response.status(httpStatus).send(text);
	return { noWebhookResponse: true };
}

function without(record: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
