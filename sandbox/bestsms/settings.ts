/** What may be changed in this provider alone: what its dashboard sets, and shapes of answers that its document leaves open. */
import { z } from 'zod/v3';
import { timeZoneNames } from './times';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** "A full path including https:// is required." Plain HTTP to this machine is allowed so that n8n can be tried here. */
export function isWebhookUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

export const webhookFormat = z.enum(['JSON', 'XML']);

export const bestSmsSettings = z
	.object({
		/** The default webhook, which a person sets on the provider's dashboard; empty: none, and then nothing is reported at all. */
		webhookUrl: z
			.string()
			.refine((text) => text === '' || isWebhookUrl(text), 'a full path including https:// is required')
			.default(''),
		webhookFormat: webhookFormat.default('JSON'),
		/** The account's own zone, which applies where a request names none. */
		timeZone: z.enum(timeZoneNames).default('AUS Eastern'),
		/** False: the address book is not enabled for this user, and answers 403 (provider facts, section 4c). */
		addressBook: z.boolean().default(true),
		/** Under which name a contact has its ID: `ID` in v2.03, `ContactID` from v2.04 (provider facts, section 4c). */
		contactId: z.enum(['ID', 'ContactID']).default('ID'),
		/** Under which name a refusal says why: the document has `Message`, the vendor's SDKs read `ErrorMessage`. */
		refusalField: z.enum(['Message', 'ErrorMessage']).default('Message'),
		/** True: as a list. */
		refusalList: z.boolean().default(false),
		/** HTTP status of `Result: Failed` and `RecordNotFound`: the document has 400 for "Invalid Variables" and is silent about the rest. */
		refusalHttpStatus: z.union([z.literal(200), z.literal(400)]).default(400),
		/** Where replies to a message stand: as the document's table says, or as the SDKs read them, in each recipient or beside them. */
		replyShape: z.enum(['MessageReceived', 'Recipients', 'SMSReplies']).default('MessageReceived'),
		/** True: no received messages are `RecordNotFound` and not an empty list (provider facts, section 4c; which of them is not documented). */
		noneIsNotFound: z.boolean().default(false),
		/** True: a status and received messages also have what the document does not list and the SDKs read (provider facts, section 4c). */
		details: z.boolean().default(false),
	})
	.strict();

export type BestSmsSettings = z.infer<typeof bestSmsSettings>;
