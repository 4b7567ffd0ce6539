/** Mobile Message (https://api.mobilemessage.com.au), simulated. */
import { specialAustralianNumbers } from '../australianNumbers';
import { defineProvider, type ApiRequest } from '../provider';
import { createAccount, isApiKey, mobileMessagePassword, mobileMessageSenders, mobileMessageUsername, type Account } from './account';
import { accountEndpoints } from './accountEndpoint';
import { contactEndpoints } from './contacts';
import { refuse } from './errors';
import { customEvent, receive } from './events';
import { inboundEndpoints } from './inbound';
import { listEndpoints } from './lists';
import { listSendEndpoints } from './listSend';
import { messageEndpoints } from './messages';
import { senderEndpoints } from './senders';
import { simpleEndpoints } from './simple';
import { unsubscribeEndpoints } from './unsubscribes';
import { webhookEndpoints } from './webhooks';

function isAuthorised({ headers: { authorization = '' } }: ApiRequest): boolean {
	const [, encoded = ''] = /^Basic (\S+)$/.exec(authorization) ?? [];
	const [username, ...password] = Buffer.from(encoded, 'base64').toString().split(':');
	return isApiKey(username, password.join(':'));
}

export const mobileMessage = defineProvider<Account>({
	name: 'mobile-message',
	title: 'Mobile Message',
	signIn: { 'API Username': mobileMessageUsername, 'API Password': mobileMessagePassword },
	secretFields: ['api_password'],
	// Document, introduction: "up to 5 simultaneous requests per account".
	limits: { atOnce: 5 },
	// Provider facts, section 2: at most 255 characters, kept 24 h.
	idempotency: { header: 'idempotency-key', maxLength: 255, hours: 24 },
	numbers: specialAustralianNumbers,
	inboxes: [mobileMessageSenders.dedicated],
	endpoints: [
		...messageEndpoints,
		...listSendEndpoints,
		...contactEndpoints,
		...listEndpoints,
		...unsubscribeEndpoints,
		...accountEndpoints,
		...senderEndpoints,
		...inboundEndpoints,
		...webhookEndpoints,
		...simpleEndpoints,
	],
	createState: createAccount,
	owners: ({ contacts }) => [...contacts.values()].map(({ number, first_name, last_name }) => ({ phone: number, first: first_name, last: last_name })),
	keepWebhooks(before, after) {
		after.webhooks = { ...before.webhooks };
	},
	authorised: isAuthorised,
	refuse,
	reply: receive,
	event: customEvent,
});
