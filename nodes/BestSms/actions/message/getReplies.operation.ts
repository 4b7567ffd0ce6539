import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { messageId } from '../../fields';
import { aboutMessage, repliesOutput } from '../../messages';
import { api } from '../../provider';

/** GET /get/sms/reply/{MessageID}. */
export const getReplies = itemOperation({
	label: 'Get Replies',
	action: 'Get the replies to an SMS',
	description: 'Get the replies to a message, an item for each. People have 7 days to reply.',
	effect: 'read',
	fields: { messageId, ...simplify },
	request: (values) => ({ method: 'GET', path: `${api}/get/sms/reply/${values.messageId}` }),
	response: aboutMessage,
	output: (body, values) => repliesOutput(body, values.messageId),
	raw: (body) => body as IDataObject,
});
