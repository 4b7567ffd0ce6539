/** The account itself (document: "Account"). */
import { endpoint } from '../endpoint';
import type { Account } from './account';
import { expiryDate } from './command';
import { own } from './settings';
import { forbidden, success } from './whatsapp';

/** Of the person and the account behind the key; the user of the SMS calls is another one. */
const IDS = { idPerson: 1_201, idClient: 345 } as const;

export const infoEndpoints = [
	endpoint({
		method: 'GET',
		path: '/nusasms_api/1.0/auth/api_key',
		handle: (account: Account) => forbidden(account) ?? success(200, 'User data', { userid: 'demo', ...IDS }),
	}),
	endpoint({
		method: 'GET',
		path: '/nusasms_api/1.0/balance',
		handle(account: Account) {
			const expires = expiryDate(account);
			return (
				forbidden(account) ??
				// "balances may be null" (provider facts, section 3).
				success(200, 'Credit data', {
					idClient: IDS.idClient,
					wa_balance: own(account.world).waCredits,
					wa_expired_date: expires,
					hlr_balance: null,
					hlr_expired_date: null,
					sim_balance: null,
					sim_expired_date: null,
					sms_balance: account.world.settings.credits,
					sms_expired_date: expires,
					pulsa_balance: 0,
				})
			);
		},
	}),
];
