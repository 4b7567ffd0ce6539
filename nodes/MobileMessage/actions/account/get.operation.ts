import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { balance, others } from '../../../../engine/output/records';
import { complete, looseNumber, withoutStatus } from '../../responses';

/** GET /v1/account ("Account Credit Balance"). */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the credit balance',
	description: 'Get the credit balance of the account',
	effect: 'read',
	fields: simplify,
	request: () => ({ method: 'GET', path: '/v1/account' }),
	response: complete,
	// One credit is one segment.
	output: ({ credit_balance: credits, ...rest }) => balance({ balance: looseNumber.parse(credits), unit: 'credits' }, others(withoutStatus(rest), [])),
	raw: (response) => withoutStatus(response),
});
