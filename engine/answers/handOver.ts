/** Hands what a trigger heard over to the execution of this n8n that waits for it. Nothing else is ever called. */
import type { IPollFunctions, IWebhookFunctions } from 'n8n-workflow';

import { addressOfReference, isReference, ownAddress, waitingBase } from '../asking/address';
import type { Failure } from '../failure';
import { asFailure, failure, isFailure } from '../failure';
import type { Provider, ProviderRequest, Send } from '../operation';
import type { Clock } from '../wire/clock';
import { connect, sender } from '../wire/request';
import { z } from '../wire/schema';
import type { Verdict } from './answering';
import { heardField, heardOf, isOver, verdictField } from './answering';
import type { EventRead, Lead } from '../calls/events';
import { isRecord } from '../calls/proof';

/** How often an execution that is just about to wait is tried again, and after how long; in ms. */
const tries = 4;
const pause = 750;
const timeout = 15_000;

/** What of n8n's contexts is used. Polls have no address of their own. */
export type HandingContext = Pick<IWebhookFunctions, 'evaluateExpression' | 'getNode'> & {
	helpers: Pick<IWebhookFunctions['helpers'], 'httpRequest'>;
	getNodeWebhookUrl?: IWebhookFunctions['getNodeWebhookUrl'];
};

/** What may be known a little later. */
const passing = new Set<Failure['failureCause']>(['unreachable', 'throttled', 'ambiguous']);

/**
 * Tells where events lead to. A look-up that the provider refuses leads nowhere: the event is as any other then. What is asked for
 * once is known for all events of a call or a poll. What does not work is told in n8n's log, once.
 * @throws Failure when it may work a little later
 */
export function leads(context: IWebhookFunctions | IPollFunctions, provider: Provider, lead: Lead): (event: Pick<EventRead, 'event' | 'output'>) => Promise<string | undefined> {
	const known = new Map<string, Promise<unknown>>();
	const hasCredential = context.getNode().credentials?.[provider.credential] !== undefined;
	let isTold = false;
	const send: Send = async (request, schema) => {
		if (!hasCredential) throw failure('account', 'The trigger has no credential');
		const key = JSON.stringify(request);
		const asked = known.get(key) ?? ask(context, provider, request);
		known.set(key, asked);
		const parsed = schema.safeParse(await asked);
		// It would stay so, and replies must not wait for ever.
		if (!parsed.success) throw failure('refused', `${provider.name} gave a response that could not be read (at "${parsed.error.issues[0]?.path.join('.') ?? ''}")`);
		return parsed.data;
	};
	return async (event) => {
		try {
			return await lead(event, send);
		} catch (thrown) {
			if (hasCredential && !isTold) context.logger.warn(`It could not be looked up which question is answered: ${asFailure(thrown).message}`);
			isTold = true;
			if (isFailure(thrown) && passing.has(thrown.failureCause)) throw thrown;
			return undefined;
		}
	};
}

async function ask(context: IWebhookFunctions | IPollFunctions, provider: Provider, request: ProviderRequest): Promise<unknown> {
	return await sender(await connect(context, provider), 'read')(request, z.unknown());
}

/**
 * @param lead a question's reference, or the address that a provider lists as a message's own
 * @returns `later` when the execution could not be reached
 */
export async function handOver(context: HandingContext, event: Pick<EventRead, 'event' | 'output' | 'part'>, lead: string, clock: Clock): Promise<Verdict | 'later'> {
	const url = ownUrl(context, lead);
	if (url === undefined) return 'none';
	const body = { [heardField]: heardOf(event.event, event.output, event.part !== undefined && event.part.total > 1) };
	for (let attempt = 1; ; attempt++) {
		const response = await post(context, url, body);
		// The execution still asks others, or is being saved (n8n 2.41 answers 500 then); or it goes on already, and the question is over.
		const isRunning = response?.statusCode === 409 && JSON.stringify(response.body).includes('running already');
		const verdict = isRunning && !isOver(url) ? 'later' : verdictOf(response);
		if (verdict !== 'later' || attempt === tries) return verdict;
		await clock.sleep(pause);
	}
}

/** Below the address at which executions of this n8n wait, which has to have the origin of the trigger's own. */
function ownUrl(context: HandingContext, lead: string): string | undefined {
	const base = waitingBase(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const own = context.getNodeWebhookUrl?.('default');
	if (base === undefined || (own !== undefined && new URL(own).origin !== new URL(base).origin)) return undefined;
	return isReference(lead) ? addressOfReference(lead, base) : ownAddress(lead, base);
}

interface Answer {
	statusCode: number;
	body: unknown;
}

async function post(context: HandingContext, url: string, body: object): Promise<Answer | undefined> {
	try {
		const request = { method: 'POST' as const, url, body, json: true, returnFullResponse: true, ignoreHttpStatusErrors: true, disableFollowRedirect: true, timeout };
		return (await context.helpers.httpRequest(request)) as Answer;
	} catch {
		return undefined;
	}
}

/** What n8n itself answers (no such execution, wrong signature, over) is no verdict of the question's. */
function verdictOf(response: Answer | undefined): Verdict | 'later' {
	if (response === undefined || response.statusCode >= 500 || response.statusCode === 429) return 'later';
	const verdict = response.statusCode === 200 && isRecord(response.body) ? response.body[verdictField] : undefined;
	return verdict === 'answered' || verdict === 'waiting' ? verdict : 'none';
}
