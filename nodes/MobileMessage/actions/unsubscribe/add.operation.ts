import { itemOperation } from '../../../../engine/operation';
import { columns } from '../../../../engine/output/message';
import { defaultCountry, number } from '../../fields';
import { complete } from '../../responses';

/** POST /v1/unsubscribes: blocks future messages, cancels scheduled ones, and removes the contact from all lists. */
export const add = itemOperation({
	label: 'Add',
	action: 'Add a number to the unsubscribes',
	description: 'Block a number from future messages. Scheduled messages to it are cancelled, and it is removed from all lists.',
	effect: 'repeatable',
	fields: { number },
	options: { defaultCountry },
	request: (values) => ({ method: 'POST', path: '/v1/unsubscribes', body: { number: values.number } }),
	response: complete,
	output: ({ added }, values) => columns({ number: values.number, unsubscribed: true, added }),
});
