import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { listName } from '../../fields';
import { complete, listOutput, withoutStatus } from '../../responses';

/** POST /v1/lists. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a list',
	description: 'Create a contact list',
	effect: 'once',
	fields: { name: listName, ...simplify },
	request: ({ name }) => ({ method: 'POST', path: '/v1/lists', body: { name } }),
	response: complete,
	output: (response, values) => listOutput({ name: values.name, ...response }),
	raw: (response) => withoutStatus(response),
});
