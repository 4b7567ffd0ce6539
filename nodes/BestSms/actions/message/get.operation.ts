import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { aboutMessage, statusOutput } from '../../messages';
import { api } from '../../provider';

/** GET /get/status/{MessageID}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get an SMS',
	description: 'Get what became of a message: how many recipients were reached, and how many were not',
	effect: 'read',
	fields: { messageId, ...simplify },
	request: (values) => ({ method: 'GET', path: `${api}/get/status/${values.messageId}` }),
	response: aboutMessage,
	output: (body, values) => statusOutput(body, values.messageId),
	raw: (body) => body as IDataObject,
});
