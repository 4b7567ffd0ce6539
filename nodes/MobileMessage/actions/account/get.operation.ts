import { itemOperation } from '../../../../engine/operation';
import { complete, withoutStatus } from '../../responses';

/** GET /v1/account ("Account Credit Balance"). */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the credit balance',
	description: 'Get the credit balance of the account',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: '/v1/account' }),
	response: complete,
	output: (response) => withoutStatus(response),
});
