import { url } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { webhookType } from '../../fields';
import { complete } from '../../responses';

/** POST /v1/webhooks ("set a webhook URL"). */
export const set = itemOperation({
	label: 'Set',
	action: 'Set a webhook',
	description: 'Set the URL that receives inbound messages or delivery reports. It replaces the one that is set.',
	effect: 'repeatable',
	fields: { type: webhookType, url: url({ label: 'URL', required: true, placeholder: 'e.g. https://example.com/sms' }) },
	request: (values) => ({ method: 'POST', path: '/v1/webhooks', body: { type: values.type, url: values.url } }),
	response: complete,
	output: (_response, { type, url: address }) => ({ type, url: address }),
});
