/** How NusaSMS writes messages, and how they read in this package's common shape. */
import type { IDataObject } from 'n8n-workflow';

import type { MessageStatus } from '../../engine/output/message';
import { columns, message } from '../../engine/output/message';
import type { Outcome } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { withEmoji } from './emoji';
import { refusalText } from './provider';
import type { SendResult } from './results';
import { isNegative, resultRows, statusIn } from './results';
import { refusalOf } from './statuses';

/** IDs stay texts: `ref_no` and `messageid` have 18 digits, more than a JavaScript number holds. */
export const idText = z.union([z.string().transform((text) => text.trim()), z.number().transform(String)]);
/** What is no text is as if it were missing: it says nothing about what became of a message. */
export const words = idText.nullish().catch(undefined);

/** "error=false on the json response is success request": without it an answer may be anybody's, and says nothing of a message. */
const saysNo = z.unknown().refine((error) => /^(false|0)$/i.test(String(error).trim()));
export const envelopeOfSuccess = z.object({ error: saysNo }).passthrough();

/** What was asked for may come without it, but not with an error of any other kind. */
const saysNothingElse = z.unknown().refine((error) => error === undefined || error === null || error === '' || saysNo.safeParse(error).success);

/** `{ "error": false, "error_code": 0, "message": "Data message", "data": ... }`, of which only `data` says something. */
export function envelope<T extends z.ZodTypeAny>(data: T, { isSend = false } = {}): z.ZodType<z.output<T>, z.ZodTypeDef, unknown> {
	return z
		.object({ data, error: isSend ? saysNo : saysNothingElse })
		.passthrough()
		.transform(({ data: inside }) => inside as z.output<T>);
}

// --- SMS ---------------------------------------------------------------------------------------------------------

/** What became of an SMS, or of a send to a group: 0 is success, everything below a refusal. Another number is an answer that nobody can read. */
export function smsOutcome({ row, status }: SendResult, taken: IDataObject, refused: IDataObject): Outcome | undefined {
	if (status === '0') return { accepted: true, output: taken, raw: { ...row } };
	if (!isNegative(status)) return undefined;
	const { reason, advice } = refusalOf(status);
	return { accepted: false, reason, advice, output: refused, raw: { ...row } };
}

/**
 * No document says in which words or numbers the status of an SMS comes; these are the usual ones, each to the letter. What holds
 * more ("delivery pending", "invalid ref no", "request failed") may be about something else than the message, and is `unknown`.
 */
const smsWords: Array<[words: RegExp, status: MessageStatus]> = [
	[/^(validity )?expired$/, 'expired'],
	[/^(cancell?ed|abort(ed)?)$/, 'cancelled'],
	[/^(blocked|blacklisted)$/, 'blocked'],
	[/^not (delivered|sent|accepted|successful)$|^un ?(deliv(ered|erable)?|success(ful)?)$|^fail(ed)?$|^(delivery|sending) failed$|^reject(ed|d)( route)?$/, 'failed'],
	// As "Response Status" and its model name what is about a message: an account's status says nothing of one.
	[/^(no route|route not available|not allowed|sender not allowed|network not ?covered|spam pattern|invalid ((destination|source) address|number|message format))$/, 'failed'],
	[/^(read|seen)$/, 'read'],
	// An operator is not the phone.
	[/^(successfully )?(delivered|delivrd)( to (the )?(handset|phone|recipient|subscriber|destination))?( successfully)?$/, 'delivered'],
	[/^(sent|submitted|success|successful|delivered to (the )?(operator|carrier|network|smsc|gateway))( successfully)?$/, 'sent'],
	[/^((delivery|sending)? ?pending|pending( delivery)?|(in )?queued?|waiting( (for|to be) (delivery|delivered|sent|send))?|buffered|accepted|en ?route|sending|(in )?process(ing)?)$/, 'queued'],
];

export function smsStatus(written: string | undefined): MessageStatus {
	const plain = (written ?? '').toLowerCase().replace(/[\s_.-]+/g, ' ').trim();
	const words = plain.replace(/^(message|sms) /, '').replace(/(?<=(failed|rejected|blocked|blacklisted)) by (the )?(operator|carrier|network|gateway|handset|recipient)$/, '');
	return smsWords.find(([known]) => known.test(words))?.[1] ?? 'unknown';
}

// --- WhatsApp ----------------------------------------------------------------------------------------------------

/** "Whatsapp message status", in both tables of the document. */
const whatsAppStatuses: Record<string, { name: string; status: MessageStatus }> = {
	U: { name: 'UN-SENT', status: 'queued' },
	Q: { name: 'QUEUE', status: 'queued' },
	S: { name: 'SENT', status: 'sent' },
	D: { name: 'DELIVERED', status: 'delivered' },
	R: { name: 'READ', status: 'read' },
	A: { name: 'ABORTED', status: 'cancelled' },
	F: { name: 'FAILED', status: 'failed' },
};

/** The status of a letter, or of the word that belongs to it. */
export function whatsAppStatus(written: string | undefined): { status: MessageStatus; name?: string } {
	const word = (written ?? '').toUpperCase();
	const known = Object.hasOwn(whatsAppStatuses, word) ? whatsAppStatuses[word] : undefined;
	return known ?? { status: /^UN[\s_-]?SENT$/.test(word) ? 'queued' : smsStatus(written) };
}

/** `data` of a send ("SendMessage", "SendMedia"). */
export const sentWhatsApp = z.object({ ref_no: words, destination: words, sender: words, message: words, caption: words, media_url: words }).passthrough();
export type SentWhatsApp = z.infer<typeof sentWhatsApp>;

/** `data` of "Message Info" ("GetMessage"). */
export const whatsAppInfo = z
	.object({
		ref_no: words,
		destination: words,
		sender: words,
		is_group: z.boolean().nullish().catch(undefined),
		create_date: words,
		sent_date: words,
		delivered_date: words,
		read_date: words,
		status: words,
		message: words,
		caption: words,
		media_url: words,
	})
	.passthrough();
export type WhatsAppInfo = z.infer<typeof whatsAppInfo>;

function readable(text: string | null | undefined): string | undefined {
	return text === null || text === undefined ? undefined : withEmoji(text);
}

/** An accepted message or file; what the answer leaves out is as it was sent. */
export function whatsAppOutcome(row: SentWhatsApp, entry: { destination: string; sender?: string; message?: string; caption?: string; media_url?: string }): Outcome {
	const { ref_no: id, destination: to, sender: from, message: text, caption, media_url: mediaUrl } = row;
	const words = readable(text || caption || entry.message || entry.caption);
	const output = message({ messageId: id ?? undefined, to: to || entry.destination, from: from || entry.sender, text: words, status: 'queued', accepted: true });
	return { accepted: true, output: { ...output, mediaUrl: (mediaUrl || entry.media_url) ?? null }, raw: row as IDataObject };
}

/** A message as "Message Info" knows it, under the ID that it was asked for. */
export function whatsAppOutput(row: WhatsAppInfo, asked: string): IDataObject {
	const { status, name } = whatsAppStatus(row.status ?? undefined);
	const {
		ref_no: id,
		destination: to,
		sender: from,
		message: text,
		caption,
		media_url: mediaUrl,
		is_group: isGroup,
		create_date: createdAt,
		sent_date: sentAt,
		delivered_date: deliveredAt,
		read_date: readAt,
	} = row;
	return {
		...message({
			messageId: id || asked,
			to: to ?? undefined,
			from: from ?? undefined,
			text: readable(text || caption),
			status,
			// What is known there was taken, whatever became of it.
			accepted: id || status !== 'unknown' ? true : undefined,
			sentAt: sentAt ?? undefined,
		}),
		...columns({ statusText: name ?? row.status, isGroup, createdAt, deliveredAt, readAt, mediaUrl }),
	};
}

/** The only destination of a refused request, with the provider's words; without any, something else than the API has answered. */
export function onlyCulprit(body: unknown): Map<number, string> {
	const status = resultRows(body).map(statusIn).find(isNegative);
	return new Map([[0, (status === undefined ? undefined : refusalOf(status).reason) ?? refusalText(body) ?? 'NusaSMS gave no reason']]);
}
