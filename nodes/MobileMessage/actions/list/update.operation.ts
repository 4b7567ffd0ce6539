import { itemOperation } from '../../../../engine/operation';
import { list, listName } from '../../fields';
import { complete, withoutStatus } from '../../responses';

/** PATCH /v1/lists ("Rename a list"). */
export const update = itemOperation({
	label: 'Update',
	action: 'Update a list',
	description: 'Rename a contact list',
	effect: 'repeatable',
	fields: { list, name: listName },
	request: (values) => ({ method: 'PATCH', path: '/v1/lists', body: { list_id: values.list, name: values.name } }),
	response: complete,
	output: (response) => withoutStatus(response),
});
