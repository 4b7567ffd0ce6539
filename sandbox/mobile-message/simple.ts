/** One message by query string (document: "Simple API"). */
import { z } from 'zod/v3';
import { endpoint, wholeNumber } from '../endpoint';
import { isApiKey, type Account } from './account';
import { errorAnswer, errorTexts } from './errors';
import { acceptMessage, prepareMessage } from './send';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const simpleEndpoints = [
	endpoint({
		method: 'GET',
		path: '/simple/send-sms.php',
		authorised: ({ query }) => isApiKey(query.api_username, query.api_password),
		query: z
			.object({
				api_username: z.string(),
				api_password: z.string(),
				sender: z.string(),
				to: z.string(),
				message: z.string(),
				custom_ref: z.string().trim().optional(),
				unicode: flag.optional(),
				max_parts: wholeNumber(1, 99).optional(),
				ignore_unsubscribes: flag.optional(),
			})
			.strict(),
		handle(account: Account, { query }) {
			const { to, sender, message, custom_ref, unicode = false, max_parts = 10, ignore_unsubscribes = false } = query;
			// "in international format": that a local number would do is said of the other calls only.
			if (/^\D*0/.test(to)) return { httpStatus: 400, body: { status: 'error', error: errorTexts.invalidNumber } };
			const prepared = prepareMessage(account, {
				to,
				message,
				sender,
				custom_ref,
				unicode,
				maxParts: max_parts,
				ignoreUnsubscribes: ignore_unsubscribes,
			});
			// Documented for max_parts ("Returns 400"); other refusals of the one message are taken to be the same, with its status.
			if ('error' in prepared) return { httpStatus: 400, body: { status: prepared.status, error: prepared.error } };
			if (prepared.segments > account.world.settings.credits) return errorAnswer(403, errorTexts.noCredits);
			const accepted = acceptMessage(account, prepared);
			return {
				httpStatus: 200,
				body: {
					status: 'success',
					message_id: accepted.id,
					...(custom_ref === undefined ? {} : { custom_ref }),
					to,
					sender,
					message: accepted.text,
					cost: accepted.cost,
					ignore_unsubscribes,
				},
			};
		},
	}),
];
