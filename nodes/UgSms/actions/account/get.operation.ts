import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { balanceOutput, balanceResponse } from '../../balance';
import { balancePath } from '../../provider';

/** GET /api/v2/account/balance. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the account',
	description: 'Get the balance. It needs an API key.',
	effect: 'read',
	fields: simplify,
	request: () => ({ method: 'GET', path: balancePath }),
	response: balanceResponse,
	output: balanceOutput,
	raw: (response) => response as IDataObject,
});
