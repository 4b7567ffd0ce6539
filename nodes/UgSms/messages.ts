/** How UGSMS answers a send, and how that reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import { columns, message } from '../../engine/output/message';
import type { Outcome } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { answerOf, hasError } from './provider';

/** A number, also written as a text; anything else is as if it were missing. */
const numberLike = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)]).nullish().catch(undefined);
/** A count, or a list of what is counted. */
const countLike = z.union([z.array(z.unknown()).transform(({ length }) => length), numberLike]).catch(undefined);
const idText = z.union([z.string().trim(), z.number().transform(String)]).nullish().catch(undefined);

/** What the provider says of a whole request: one ID, one cost. */
const sentData = z.object({ message_id: idText, recipients: countLike, estimated_cost: numberLike, remaining_balance: numberLike }).passthrough();

/** To the letter: "Message not sent", "0 messages sent" and "unsuccessful" hold the same words. */
const saysSent = /^\W*messages? sent successfully\W*$/i;

/** A word that is no answer ("failed", "pending"): what else the body holds says nothing then. */
function isOtherWord(success: unknown): boolean {
	return typeof success === 'string' && success.trim() !== '' && answerOf(success) === undefined;
}

/**
 * The envelope (`{ success, message, data }`), or v1's older `{ "message": "Message Sent Successfully." }`. What neither says
 * success, nor has an ID, nor says in words that it was sent is an answer that nobody can read.
 */
export const sendResponse = z
	.object({ success: z.unknown(), error: z.unknown(), message: z.string().nullish().catch(undefined), data: sentData.nullish().catch(undefined) })
	.passthrough()
	.refine(({ success, error, message: words, data }) => !hasError(error) && !isOtherWord(success) && (answerOf(success) === true || Boolean(data?.message_id) || saysSent.test(words ?? '')), {
		path: ['success'],
	});
type SendResponse = z.infer<typeof sendResponse>;

/** "Ugandan numbers, prices in UGX" (https://ugsms.com/docs). */
const costUnit = 'UGX';

/** One recipient of a request. */
export interface Recipient {
	to: string;
	from: string | undefined;
	text: string;
}

/**
 * What became of each recipient. The answer is about the request as a whole; costs are told of one recipient only where it was
 * alone, since networks may have different prices.
 */
export function outcomesOf(response: SendResponse, entries: Recipient[]): Outcome[] {
	const { message_id: messageId, recipients, estimated_cost: cost, remaining_balance: remainingBalance } = response.data ?? {};
	const of = { requestRecipients: recipients ?? undefined, requestCost: cost ?? undefined, remainingBalance: remainingBalance ?? undefined };
	const about = columns(of);
	const raw = response as IDataObject;
	const taken = recipients ?? entries.length;
	return entries.map(({ to, from, text }) => {
		const fields = { messageId: messageId ?? undefined, to, from, text };
		if (taken >= entries.length) {
			const alone = entries.length === 1 ? of.requestCost : undefined;
			return { accepted: true, output: { ...message({ ...fields, status: 'queued', accepted: true, cost: alone, costUnit }), ...about }, raw };
		}
		if (taken <= 0) {
			const output = { ...message({ ...fields, status: 'failed', accepted: false }), ...about };
			return { accepted: false, reason: 'UGSMS took none of the numbers of this request', output, raw };
		}
		return {
			accepted: null,
			reason: `UGSMS took ${taken} of the ${entries.length} numbers of this request, and does not say which`,
			advice: 'It was not sent again, so that nobody gets it twice. Look it up in the UGSMS dashboard.',
			output: { ...message({ ...fields, status: 'unknown' }), ...about },
			raw,
		};
	});
}
