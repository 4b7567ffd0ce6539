import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, number } from '../../fields';
import { page, unsubscribeOutput } from '../../responses';

/** GET /v1/unsubscribes?number=: whether a number opted out. Not being on the list is an answer, not a fault. */
export const get = itemOperation({
	label: 'Get',
	action: 'Check whether a number is unsubscribed',
	description: 'Check whether a number opted out, and when',
	effect: 'read',
	fields: { number },
	options: { defaultCountry },
	request: (values) => ({ method: 'GET', path: '/v1/unsubscribes', query: { number: values.number } }),
	response: page,
	output: ({ results }, values) => ({ number: values.number, unsubscribed: false, unsubscribedAt: null, ...(results[0] && unsubscribeOutput({ number: values.number, ...results[0] })) }),
});
