/** Hands what a trigger heard over to the execution of this n8n that waits for it. Nothing else is ever called. */
import type { IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { addressOfReference, isReference, ownAddress, waitingBase } from '../asking/address';
import type { Verdict } from './answers';
import { heardField, heardOf, verdictField } from './answers';
import type { EventRead } from './events';
import { isRecord } from './proof';

/** How often an execution that is just about to wait is tried again, and after how long; in ms. */
const tries = 4;
const pause = 750;
const timeout = 15_000;

/** What of n8n's contexts is used; both webhooks and polls have it. */
export type HandingContext = Pick<IWebhookFunctions, 'evaluateExpression' | 'getNodeWebhookUrl' | 'helpers'>;

/**
 * @param lead a question's reference, or the address that a provider lists as a message's own
 * @returns `later` when the execution could not be reached
 */
export async function handOver(context: HandingContext, event: EventRead, lead: string): Promise<Verdict | 'later'> {
	const url = ownUrl(context, lead);
	if (url === undefined) return 'none';
	const body = { [heardField]: heardOf(event.event, event.output, event.part !== undefined && event.part.total > 1) };
	for (let attempt = 1; ; attempt++) {
		const response = await post(context, url, body);
		// The execution is being saved; or it goes on already, and the question is over.
		const isRunning = response?.statusCode === 409 && JSON.stringify(response.body).includes('running already');
		if (isRunning && attempt < tries) await sleep(pause);
		else return verdictOf(response);
	}
}

/** Below the address at which executions of this n8n wait, which has to have the origin of the trigger's own. */
function ownUrl(context: HandingContext, lead: string): string | undefined {
	const base = waitingBase(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const own = context.getNodeWebhookUrl('default');
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
