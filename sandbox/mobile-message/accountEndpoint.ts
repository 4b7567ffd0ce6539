/** The balance (document: "Account Credit Balance"). */
import { endpoint } from '../endpoint';
import type { Account } from './account';

export const accountEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/account',
		handle: (account: Account) => ({ httpStatus: 200, body: { status: 'complete', credit_balance: account.world.settings.credits } }),
	}),
];
