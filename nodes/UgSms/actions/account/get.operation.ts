import { itemOperation } from '../../../../engine/operation';
import { balanceOutput, balanceResponse } from '../../balance';
import { balancePath } from '../../provider';

/** GET /api/v2/account/balance. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the account',
	description: 'Get the balance. It needs an API key.',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: balancePath }),
	response: balanceResponse,
	output: balanceOutput,
});
