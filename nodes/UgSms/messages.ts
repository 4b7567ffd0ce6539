/** How UGSMS answers a send, and how that reads in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import { columns, message } from '../../engine/output/message';
import type { Outcome } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { amountOf } from './balance';
import { answerOf, hasError } from './provider';

/** A number, also written as a text; anything else is as if it were missing. */
const numberLike = z.unknown().transform(amountOf);
/** A count, or a list of what is counted. */
const countLike = z.union([z.array(z.unknown()).transform(({ length }) => length), numberLike]).catch(undefined);
const idText = z.union([z.string().trim(), z.number().transform(String)]).nullish().catch(undefined);

/** Rows of the bulk call, as a client of the API reads them; no document has them for a send. */
const rows = z.array(z.object({ number: idText, error: idText }).passthrough().catch({})).nullish().catch(undefined);

/** What the provider says of a whole request: one ID, one cost. */
const sentData = z
	.object({ message_id: idText, status: idText, recipients: countLike, estimated_cost: numberLike, remaining_balance: numberLike, successful_messages: rows, failed_messages: rows })
	.passthrough();

/** To the letter: "Message not sent", "0 messages sent" and "unsuccessful" hold the same words. */
const saysSent = /^\W*messages? sent successfully\W*$/i;

/** Beside such words an ID says nothing. */
const saysNot = /\b(not|un\w+|fail\w*|reject\w*|invalid|insufficient|cancel\w*|error)\b/i;

/** A word that is no answer ("failed", "pending"): what else the body holds says nothing then. */
function isOtherWord(success: unknown): boolean {
	return typeof success === 'string' && success.trim() !== '' && answerOf(success) === undefined;
}

/**
 * The envelope (`{ success, message, data }`), or v1's older `{ "message": "Message Sent Successfully." }`. What neither says
 * success, nor has an ID, nor says in words that it was sent is an answer that nobody can read.
 */
const readable = z
	.object({ success: z.unknown(), error: z.unknown(), message: z.string().nullish().catch(undefined), data: sentData.nullish().catch(undefined) })
	.passthrough()
	.refine(
		({ success, error, message: words, data }) =>
			!hasError(error) && !isOtherWord(success) && (answerOf(success) === true || (Boolean(data?.message_id) && !saysNot.test(`${words ?? ''} ${data?.status ?? ''}`)) || saysSent.test(words ?? '')),
		{ path: ['success'] },
	);

/** What is read of an answer, and the answer as it came. */
export const sendResponse = z.unknown().transform((body, context) => {
	const read = readable.safeParse(body);
	if (read.success) return { data: read.data.data, raw: body as IDataObject };
	for (const issue of read.error.issues) context.addIssue(issue);
	return z.NEVER;
});
type SendResponse = z.output<typeof sendResponse>;

/** "Ugandan numbers, prices in UGX" (https://ugsms.com/docs). */
const costUnit = 'UGX';

/** One recipient of a request. */
export interface Recipient {
	to: string;
	from: string | undefined;
	text: string;
}

/** Whether two ways to write a number of Uganda, with its country code or a 0 in front, are the same. */
export function isSame(number: string | null | undefined, to: string): boolean {
	return (number ?? '').replace(/\D/g, '').replace(/^(256|0)/, '') === to.replace(/^0/, '');
}

/** What the rows of an answer say of one recipient; `undefined` where none says that somebody was not taken. */
function saidOf(to: string, { recipients, successful_messages: taken, failed_messages: refused }: z.infer<typeof sentData>, entries: Recipient[]): Pick<Outcome, 'accepted' | 'reason'> | undefined {
	if (!refused || refused.length === 0) {
		const areOthers = taken !== undefined && taken !== null && taken.length > 0 && taken.every(({ number }) => number) && !taken.some(({ number }) => isSame(number, to));
		return areOthers ? { accepted: null, reason: 'UGSMS names the numbers that it took, and not this one' } : undefined;
	}
	const row = refused.find(({ number }) => isSame(number, to));
	const isTaken = (taken ?? []).some(({ number }) => isSame(number, to));
	if (row && !isTaken) return { accepted: false, reason: row.error || 'UGSMS gave no reason' };
	const left = entries.filter((entry) => !refused.some(({ number }) => isSame(number, entry.to)));
	const areAllNamed = refused.every(({ number }) => entries.some((entry) => isSame(number, entry.to)));
	if (!row && (isTaken || (areAllNamed && recipients === left.length))) return { accepted: true };
	return { accepted: null, reason: 'UGSMS did not take all numbers of this request, and says nothing of this one' };
}

/**
 * What became of each recipient. The answer is about the request as a whole; costs are told of one recipient only where it was
 * alone, since networks may have different prices.
 */
export function outcomesOf(response: SendResponse, entries: Recipient[]): Outcome[] {
	const { raw } = response;
	const { message_id: messageId, recipients, estimated_cost: cost, remaining_balance: remainingBalance } = response.data ?? {};
	const of = { requestRecipients: recipients ?? undefined, requestCost: cost ?? undefined, remainingBalance: remainingBalance ?? undefined };
	const about = columns(of);
	const taken = recipients ?? entries.length;
	const ofCount: Pick<Outcome, 'accepted' | 'reason'> =
		taken >= entries.length
			? { accepted: true }
			: taken <= 0
				? { accepted: false, reason: 'UGSMS took none of the numbers of this request' }
				: { accepted: null, reason: `UGSMS took ${taken} of the ${entries.length} numbers of this request, and does not say which` };
	return entries.map(({ to, from, text }) => {
		const fields = { messageId: messageId ?? undefined, to, from, text };
		const { accepted, reason } = saidOf(to, response.data ?? {}, entries) ?? ofCount;
		if (accepted === true) {
			const alone = entries.length === 1 ? of.requestCost : undefined;
			return { accepted, output: { ...message({ ...fields, status: 'queued', accepted, cost: alone, costUnit }), ...about }, raw };
		}
		if (accepted === false) return { accepted, reason, output: { ...message({ ...fields, status: 'failed', accepted }), ...about }, raw };
		return {
			accepted,
			reason,
			advice: 'It was not sent again, so that nobody gets it twice. Look it up in the UGSMS dashboard.',
			output: { ...message({ ...fields, status: 'unknown' }), ...about },
			raw,
		};
	});
}
