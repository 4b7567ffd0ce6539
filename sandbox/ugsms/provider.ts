/** UGSMS (https://ugsms.com), simulated. */
import { defineProvider } from '../provider';
import { createAccount, ugApiKey, ugPassword, ugUsername, type Account } from './account';
import { balanceEndpoints } from './balance';
import { refuse } from './errors';
import { keyEndpoints } from './keys';
import { messageEndpoints } from './messages';
import { ugSettings } from './settings';
import { specialUgandanNumbers } from './ugandanNumbers';

/** "60 requests per minute per API key" */
const PER_MINUTE = 60;

export const ugsms = defineProvider<Account>({
	name: 'ugsms',
	title: 'UGSMS',
	balanceUnit: 'UGX',
	signIn: { 'API Key': ugApiKey, Username: ugUsername, Password: ugPassword },
	secretFields: ['api_key', 'password'],
	limits: { window: { requests: PER_MINUTE, perMs: 60_000 } },
	rateHeaders: (remaining) => ({ 'x-ratelimit-limit': String(PER_MINUTE), 'x-ratelimit-remaining': String(remaining) }),
	ownSettings: ugSettings,
	numbers: specialUgandanNumbers,
	endpoints: [...messageEndpoints, ...balanceEndpoints, ...keyEndpoints],
	createState: createAccount,
	// The endpoints look at credentials themselves: in the document's sample also a 401 counts against the limit.
	authorised: () => true,
	refuse,
	reply: () => 'UGSMS has no way to receive messages',
	event: () => null,
});
