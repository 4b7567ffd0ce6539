import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { accountOutput, info } from '../../responses';

/** GET /v1/info. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the account',
	description: 'Get the balance, the registered phone number, the sender names and the virtual numbers',
	effect: 'read',
	fields: simplify,
	request: () => ({ method: 'GET', path: '/v1/info' }),
	response: info,
	output: accountOutput,
	raw: (given) => given as IDataObject,
});
