import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, number } from '../../fields';
import { ofNumber, page, unsubscribeOutput } from '../../responses';

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
	output({ results }, { number: asked }) {
		const [found] = ofNumber(results, asked);
		return { number: asked, unsubscribed: false, unsubscribedAt: null, ...(found && unsubscribeOutput({ number: asked, ...found })) };
	},
});
