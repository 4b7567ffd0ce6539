import { badValue } from '../../../../engine/failure';
import { text } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { webhookType } from '../../fields';
import { complete, withoutStatus } from '../../responses';

/** POST /v1/webhooks ("set a webhook URL"). */
export const set = itemOperation({
	label: 'Set',
	action: 'Set a webhook',
	description: 'Set the URL that receives inbound messages or delivery reports. It replaces the one that is set.',
	effect: 'repeatable',
	fields: { type: webhookType, url: text({ label: 'URL', required: true, placeholder: 'e.g. https://example.com/sms' }) },
	check({ url }) {
		if (!URL.canParse(url)) throw badValue('URL', `is "${url}", which is not a web address`, 'Write it in full, with https:// in front.');
	},
	request: ({ type, url }) => ({ method: 'POST', path: '/v1/webhooks', body: { type, url } }),
	response: complete,
	output: (response) => withoutStatus(response),
});
