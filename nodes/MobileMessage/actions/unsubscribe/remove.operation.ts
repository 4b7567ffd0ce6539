import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, number } from '../../fields';
import { complete, isRemoved } from '../../responses';

/** DELETE /v1/unsubscribes. */
export const remove = itemOperation({
	label: 'Remove',
	action: 'Remove a number from the unsubscribes',
	description: 'Allow messages to a number again. Do this only when the person asked for it.',
	effect: 'repeatable',
	fields: { number },
	options: { defaultCountry },
	request: (values) => ({ method: 'DELETE', path: '/v1/unsubscribes', body: { number: values.number } }),
	response: complete,
	output: (response, values) => ({ deleted: isRemoved(response), number: values.number }),
	gone: (values) => ({ deleted: true, number: values.number }),
});
