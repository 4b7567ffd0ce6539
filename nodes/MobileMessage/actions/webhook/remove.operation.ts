import { itemOperation } from '../../../../engine/operation';
import { webhookType } from '../../fields';
import { complete } from '../../responses';

/** DELETE /v1/webhooks ("remove a webhook URL"). */
export const remove = itemOperation({
	label: 'Remove',
	action: 'Remove a webhook',
	description: 'Remove the URL that receives inbound messages or delivery reports',
	effect: 'repeatable',
	fields: { type: webhookType },
	request: ({ type }) => ({ method: 'DELETE', path: '/v1/webhooks', body: { type } }),
	response: complete,
	output: (_response, { type }) => ({ deleted: true, type }),
	gone: ({ type }) => ({ deleted: true, type }),
});
