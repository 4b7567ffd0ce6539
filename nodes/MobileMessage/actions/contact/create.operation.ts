import { itemOperation } from '../../../../engine/operation';
import { contactBody, contactDetails, defaultCountry, number } from '../../fields';
import { complete, page, withoutStatus } from '../../responses';

/** POST /v1/contacts: 409 when the number exists and duplicates are off. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a contact',
	description: 'Add a new contact',
	effect: 'once',
	fields: { number },
	optionsLabel: 'Additional Fields',
	options: { ...contactDetails, defaultCountry },
	request: (values) => ({ method: 'POST', path: '/v1/contacts', body: { number: values.number, ...contactBody(values) } }),
	response: complete,
	output: (response) => withoutStatus(response),
	// A contact with this number may be an older one, so finding one does not say that this one was created.
	doubt: {
		by: 'mark',
		async look([entry], { send }) {
			const { results } = await send({ method: 'GET', path: '/v1/contacts', query: { number: entry?.values.number } }, page);
			return [results.length === 0 ? 'absent' : 'unknown'];
		},
	},
});
