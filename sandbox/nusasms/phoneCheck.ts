/** Which numbers are on WhatsApp (document: "WhatsApp Phone Check"). The answer says nothing; the result goes to the callback. */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Account } from './account';
import { broken } from './errors';
import { pushPhoneCheck } from './events';
import { own } from './settings';
import { bodyFormats, forbidden, success } from './whatsapp';

const MOST = 100;

export const phoneCheckEndpoints = [
	endpoint({
		method: 'POST',
		path: '/nusasms_api/1.0/wa_phone_check',
		formats: bodyFormats,
		// "callback" in the document's restrictions, "callback_url" in its schema and samples.
		body: z.object({ phone_numbers: z.array(z.string()).nonempty(), callback_url: z.string().optional() }).strict(),
		async handle(account: Account, { body: { phone_numbers: numbers, callback_url: url }, request }) {
			if (numbers.length > MOST) return broken(request, 'too-many-messages', 'phone_numbers', `ensure this value has at most ${MOST} items`);
			// "Numeric string only of your phone number, max 14 characters and minimal 8 characters."
			const wrong = numbers.findIndex((number) => !/^\d{8,14}$/.test(number));
			if (wrong >= 0) return broken(request, 'invalid-value', `phone_numbers.${wrong}`, 'not 8 to 14 digits');
			if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return broken(request, 'invalid-value', 'callback_url', 'invalid or missing URL scheme');
			const refused = forbidden(account);
			if (refused) return refused;
			const taken = await request.take(numbers, (number) => number);
			if (url !== undefined) {
				account.phoneCheckUrl = url;
				account.world.clock.after(account.world.settings.deliverAfterMs, () => pushPhoneCheck(account, url, taken));
			}
			return success(own(account.world).acceptedStatus, 'Phone numbers are going to be checked', null);
		},
	}),
];
