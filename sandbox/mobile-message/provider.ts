/** Mobile Message (https://api.mobilemessage.com.au), simulated. */
import { specialAustralianNumbers } from '../australianNumbers';
import { defineProvider } from '../provider';
import { createAccount, mobileMessagePassword, mobileMessageUsername, type Account } from './account';
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

const BASIC = `Basic ${Buffer.from(`${mobileMessageUsername}:${mobileMessagePassword}`).toString('base64')}`;

export const mobileMessage = defineProvider<Account>({
	name: 'mobile-message',
	title: 'Mobile Message',
	signIn: { Username: mobileMessageUsername, Password: mobileMessagePassword },
	secretFields: ['api_password'],
	// Document, introduction: "up to 5 simultaneous requests per account".
	limits: { atOnce: 5 },
	// Provider facts, section 2: at most 255 characters, kept 24 h.
	idempotency: { header: 'idempotency-key', maxLength: 255, hours: 24 },
	numbers: specialAustralianNumbers,
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
	authorised: (request) => request.headers.authorization === BASIC,
	refuse,
	reply: receive,
	event: customEvent,
});
