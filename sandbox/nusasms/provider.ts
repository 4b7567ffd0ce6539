/** NusaSMS (https://api.nusasms.com and https://dev.nusasms.com as one), simulated. */
import { defineProvider } from '../provider';
import { createAccount, nusaApiKey, nusaDevelopmentKey, nusaPassword, nusaUser, type Account } from './account';
import { commandEndpoints } from './command';
import { refuse } from './errors';
import { customEvent, receive } from './events';
import { specialIndonesianNumbers } from './indonesianNumbers';
import { infoEndpoints } from './info';
import { phoneCheckEndpoints } from './phoneCheck';
import { nusaSettings, own } from './settings';
import { smsEndpoints } from './sms';
import { whatsAppEndpoints } from './whatsapp';

const KEYS: ReadonlySet<unknown> = new Set([nusaApiKey, nusaDevelopmentKey]);

export const nusasms = defineProvider<Account>({
	name: 'nusasms',
	title: 'NusaSMS',
	signIn: { 'API Key': nusaApiKey, 'SMS Username': nusaUser, 'SMS Password': nusaPassword },
	secretFields: ['password'],
	// Document, "API Usage Notes": "Max API HIT is one hit per 50.0 milliseconds".
	limits: { window: { requests: 1, perMs: 50 } },
	ownSettings: nusaSettings,
	numbers: specialIndonesianNumbers,
	endpoints: [...infoEndpoints, ...whatsAppEndpoints, ...phoneCheckEndpoints, ...smsEndpoints, ...commandEndpoints],
	createState: createAccount,
	keepWebhooks(before, after) {
		const { smsStatusUrl, smsInboxUrl, whatsAppStatusUrl, whatsAppInboxUrl } = own(before.world);
		Object.assign(own(after.world), { smsStatusUrl, smsInboxUrl, whatsAppStatusUrl, whatsAppInboxUrl });
	},
	// The SMS calls bear user and password in their query, and answer wrong ones with a status.
	authorised: ({ path, headers }) => path.startsWith('/api/') || KEYS.has(headers['apikey']),
	refuse,
	reply: receive,
	event: customEvent,
});
