import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, number } from '../../fields';
import { page, records } from '../../responses';

/** GET /v1/contacts?number= ("Exact match by phone number"); an account may hold a number more than once. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a contact',
	description: 'Get the contact with a phone number',
	effect: 'read',
	fields: { number },
	options: { defaultCountry },
	request: (values) => ({ method: 'GET', path: '/v1/contacts', query: { number: values.number } }),
	response: page,
	output(response, values) {
		if (response.results.length > 0) return records(response);
		throw failure('refused', `There is no contact with the number ${values.number}`, 'Create it first, or check the number.');
	},
});
