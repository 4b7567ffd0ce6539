import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contactBody, contactDetails, defaultCountry, number } from '../../fields';
import { complete, contactOutput, page, withoutStatus } from '../../responses';

/** POST /v1/contacts: 409 when the number exists and duplicates are off. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a contact',
	description: 'Add a new contact',
	effect: 'once',
	fields: { number, ...simplify },
	optionsLabel: 'Additional Fields',
	options: { ...contactDetails, defaultCountry },
	request: (values) => ({ method: 'POST', path: '/v1/contacts', body: { number: values.number, ...contactBody(values) } }),
	response: complete,
	output: (response, values) => contactOutput(response, { number: values.number, ...contactBody(values) }),
	raw: (response) => withoutStatus(response),
	// A contact with this number may be an older one, so finding one does not say that this one was created.
	doubt: {
		by: 'mark',
		async look([entry], { send }) {
			const { results } = await send({ method: 'GET', path: '/v1/contacts', query: { number: entry?.values.number } }, page);
			return [results.length === 0 ? 'absent' : 'unknown'];
		},
	},
});
