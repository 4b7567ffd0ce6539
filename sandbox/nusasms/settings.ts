/** What may be changed in this provider beyond the settings of all: what its web site and its support set, and what no document says. */
import { z } from 'zod/v3';
import type { World } from '../world';

const url = z
	.string()
	.url()
	.regex(/^https?:/)
	.nullable()
	.default(null);

export const nusaSettings = z
	.object({
		/** False: the client's IP address is not on the white list. SMS calls answer -40, the others HTTP 403. */
		ipAllowed: z.boolean().default(true),
		/** True: SMS calls answer -7, and WhatsApp sends HTTP 400. */
		balanceExpired: z.boolean().default(false),
		/** WhatsApp credits; SMS take from `credits`. */
		waCredits: z.number().min(0).default(100_000),
		/** How often the same text may go to the same number in 24 hours before -77. */
		samePerDay: z.number().int().min(1).default(10),
		/** How many SMS a number may get in 24 hours before -78 (the document gives no figure); null: any number. */
		perNumberPerDay: z.number().int().min(1).nullable().default(null),
		/** What becomes of an SMS of more than the documented 160 characters: HTTP 422, or several segments. */
		longSms: z.enum(['refused', 'segments']).default('refused'),
		/** The schema of "Send Media" requires a sender, its samples give none. */
		mediaSender: z.enum(['required', 'optional']).default('required'),
		/** HTTP status of an accepted WhatsApp message or phone check: "either 200, 201 or 202". */
		acceptedStatus: z.union([z.literal(200), z.literal(201), z.literal(202)]).default(201),
		/** The answer to CREDITS. `asked`: JSON with `output=json`, else XML. */
		creditsAnswer: z.enum(['asked', 'number', 'json', 'xml']).default('asked'),
		/** The answer to DR. `asked`: JSON with `output=json`, else XML. */
		statusAnswer: z.enum(['asked', 'word', 'json', 'xml']).default('asked'),
		/** How SMS are pushed. */
		smsPush: z.enum(['form', 'json']).default('form'),
		/** The status push of WhatsApp: the envelope of provider facts, section 3, or what "Message Info" answers under `data`. */
		whatsAppPush: z.enum(['envelope', 'record']).default('envelope'),
		/** False: nobody opens WhatsApp messages. */
		whatsAppRead: z.boolean().default(true),
		/** "Account Setting", callback URL. */
		smsStatusUrl: url,
		/** "SMS Inbox", push inbox. */
		smsInboxUrl: url,
		/** "Please contact support to set your push callback." */
		whatsAppStatusUrl: url,
		whatsAppInboxUrl: url,
	})
	.strict();

export type NusaSettings = z.infer<typeof nusaSettings>;

/** The settings as they are now; changed in place. */
export function own({ settings }: World): NusaSettings {
	return settings.own as NusaSettings;
}
