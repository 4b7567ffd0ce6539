/** BestSMS (https://api.bestsms.com.au), simulated. */
import { australianNumbers, specialAustralianNumbers } from '../australianNumbers';
import { defineProvider, type SpecialNumber } from '../provider';
import { bestSmsNumber, bestSmsToken, bestSmsWebhookKey, bestSmsWebhookSender, createAccount, readPhone, settingsOf, type Account } from './account';
import { whereEnabled } from './addressBook';
import { contactEndpoints } from './contacts';
import { refuse } from './errors';
import { customEvent, receive } from './events';
import { checked, write } from './format';
import { groupEndpoints } from './groups';
import { linkEndpoints } from './links';
import { messageEndpoints } from './messages';
import { relationEndpoints } from './relations';
import { reportEndpoints } from './reports';
import { bestSmsSettings } from './settings';

/** A provider that does not validate data takes every number, and only its report tells. */
const texts: Partial<Record<string, string>> = {
	[australianNumbers.unsubscribed]: 'has opted out: is accepted, then delivery fails',
	[australianNumbers.invalid]: 'looks right, is accepted, then fails as an invalid number',
	[australianNumbers.slow]: 'is slow',
	[australianNumbers.reportsTwice]: 'has its delivery report sent twice',
};

export const bestSms = defineProvider<Account>({
	name: 'bestsms',
	title: 'BestSMS',
	signIn: { 'Auth Token': bestSmsToken, 'Webhook Sender': bestSmsWebhookSender, 'Webhook API Key': bestSmsWebhookKey },
	// Files, in base64: nothing secret, but too long for a log.
	secretFields: ['Data'],
	// None is documented for v2.03.
	limits: {},
	ownSettings: bestSmsSettings,
	// "Webhook failures are retried every five minutes for a maximum of 24 hours."
	webhookRepeats: { firstMs: 5 * 60_000, taken: (httpStatus) => httpStatus >= 200 && httpStatus < 300, longestWait: 1, times: Infinity, withinMs: 24 * 3_600_000 },
	numbers: specialAustralianNumbers.map((special): SpecialNumber => ({ ...special, text: texts[special.number] ?? special.text })),
	inboxes: [bestSmsNumber],
	endpoints: [...[...messageEndpoints, ...reportEndpoints, ...[...contactEndpoints, ...groupEndpoints, ...relationEndpoints].map(whereEnabled)].map(checked), ...linkEndpoints],
	createState: createAccount,
	owners: ({ contacts }) =>
		[...contacts.values()].map(({ details }) => ({ phone: readPhone(details.MobilePhone ?? '') ?? '', first: details.FirstName ?? '', last: details.LastName ?? '' })),
	keepWebhooks(before, after) {
		const { webhookUrl, webhookFormat } = settingsOf(before);
		Object.assign(after.world.settings.own, { webhookUrl, webhookFormat });
	},
	// "Basic [Auth Token]": the token as it is, and not a user name and password in base64.
	authorised: (request) => request.headers.authorization === `Basic ${bestSmsToken}`,
	refuse,
	write,
	reply: receive,
	event: customEvent,
});
