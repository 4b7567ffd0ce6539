import { itemOperation } from '../../../../engine/operation';
import { revokedResponse } from '../../keys';

/** POST /api/revoke-key. */
export const revoke = itemOperation({
	label: 'Revoke',
	action: 'Revoke the API key',
	description: 'Make the API key of the account invalid. Whatever uses it stops working.',
	effect: 'repeatable',
	fields: {},
	request: () => ({ method: 'POST', path: '/api/revoke-key' }),
	response: revokedResponse,
	output: () => ({ deleted: true }),
	gone: () => ({ deleted: true }),
});
