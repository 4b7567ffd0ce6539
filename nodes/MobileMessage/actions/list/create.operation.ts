import { itemOperation } from '../../../../engine/operation';
import { listName } from '../../fields';
import { complete, withoutStatus } from '../../responses';

/** POST /v1/lists. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a list',
	description: 'Create a contact list',
	effect: 'once',
	fields: { name: listName },
	request: ({ name }) => ({ method: 'POST', path: '/v1/lists', body: { name } }),
	response: complete,
	output: (response) => withoutStatus(response),
});
