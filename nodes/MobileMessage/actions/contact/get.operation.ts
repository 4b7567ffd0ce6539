import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { defaultCountry, number } from '../../fields';
import { contactOutput, ofNumber, page, records } from '../../responses';

const advice = 'Create it first, or check the number.';

/** GET /v1/contacts?number= ("Exact match by phone number"); an account may hold a number more than once. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a contact',
	description: 'Get the contact with a phone number',
	effect: 'read',
	fields: { number, ...simplify },
	options: { defaultCountry },
	request: (values) => ({ method: 'GET', path: '/v1/contacts', query: { number: values.number } }),
	response: page,
	raw(response) {
		if (response.results.length > 0) return records(response);
		throw failure('refused', 'There is no contact with this number', advice);
	},
	output({ results }, values) {
		const found = ofNumber(results, values.number);
		if (found.length > 0) return found.map((row) => contactOutput(row));
		throw failure('refused', `There is no contact with the number ${values.number}`, advice);
	},
});
