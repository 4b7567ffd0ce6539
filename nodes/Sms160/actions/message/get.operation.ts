import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { messageOutput, messageRow } from '../../messages';

/** GET /v1/messages/{messageId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get an SMS',
	description: 'Get a message and what became of it',
	effect: 'read',
	fields: { messageId, ...simplify },
	request: (values) => ({ method: 'GET', path: `/v1/messages/${values.messageId}` }),
	response: messageRow,
	output: (row) => messageOutput(row),
	raw: (row) => row as IDataObject,
});
