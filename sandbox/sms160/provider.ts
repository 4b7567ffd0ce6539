/** 160.com.au (https://api.160.com.au), simulated. */
import { australianNumbers, specialAustralianNumbers } from '../australianNumbers';
import { defineProvider, type SpecialNumber } from '../provider';
import { createAccount, sms160Password, sms160Senders, sms160Username, type Account } from './account';
import { contactEndpoints } from './contacts';
import { refuse } from './errors';
import { customEvent, receive } from './events';
import { groupEndpoints } from './groups';
import { incomingEndpoints } from './incoming';
import { infoEndpoints } from './info';
import { messageEndpoints } from './messages';
import { otpEndpoints } from './otp';

const BASIC = `Basic ${Buffer.from(`${sms160Username}:${sms160Password}`).toString('base64')}`;

/** A provider that takes a request whole or not at all refuses more than the one message. */
const texts: Partial<Record<string, string>> = {
	[australianNumbers.unsubscribed]: 'has opted out: the provider refuses the whole request, and does not say because of whom',
	[australianNumbers.invalid]: 'looks right, but the provider calls it invalid and refuses the whole request',
	[australianNumbers.slow]: 'is slow',
};

export const sms160 = defineProvider<Account>({
	name: 'sms160',
	title: '160.com.au',
	signIn: { Username: sms160Username, 'SMS Secret': sms160Password },
	secretFields: ['code'],
	// Document, "rate limiting": "2 req/sec".
	limits: { window: { requests: 2, perMs: 1_000 } },
	numbers: specialAustralianNumbers.map((special): SpecialNumber => ({ ...special, text: texts[special.number] ?? special.text })),
	inboxes: [sms160Senders.virtual, sms160Senders.mailed],
	endpoints: [...messageEndpoints, ...contactEndpoints, ...groupEndpoints, ...incomingEndpoints, ...otpEndpoints, ...infoEndpoints],
	createState: createAccount,
	owners: ({ contacts }) => [...contacts.values()].map(({ phone, firstName, lastName }) => ({ phone, first: firstName, last: lastName })),
	keepWebhooks(before, after) {
		for (const number of after.virtualNumbers) number.callbackURL = before.virtualNumbers.find(({ phone }) => phone === number.phone)?.callbackURL ?? '';
	},
	authorised: (request) => request.headers.authorization === BASIC,
	refuse,
	reply: receive,
	event: customEvent,
});
