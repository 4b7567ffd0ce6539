/** What is left (document: "api/v2/account/balance", which shows no success; shapes: provider facts, section 5). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Account } from './account';
import { refuseKey } from './errors';
import { keyField } from './messages';
import { own } from './settings';

const shapes = {
	data: (balance: number) => ({ success: true, message: 'Balance retrieved successfully', data: { balance, currency: 'UGX' } }),
	top: (balance: number) => ({ success: true, balance }),
	remaining: (balance: number) => ({ success: true, message: 'Balance retrieved successfully', data: { remaining_balance: balance } }),
};

export const balanceEndpoints = [
	endpoint({
		method: 'GET',
		path: '/api/v2/account/balance',
		query: z.object(keyField).strict(),
		handle: (account: Account, { query, request }) =>
			refuseKey(account, query, request) ?? { httpStatus: 200, body: shapes[own(account.world).balanceAnswer](account.world.settings.credits) },
	}),
];
