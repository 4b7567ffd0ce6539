import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { list, listName } from '../../fields';
import { complete, listOutput, withoutStatus } from '../../responses';

/** PATCH /v1/lists ("Rename a list"). */
export const update = itemOperation({
	label: 'Update',
	action: 'Update a list',
	description: 'Rename a contact list',
	effect: 'repeatable',
	fields: { list, name: listName, ...simplify },
	request: (values) => ({ method: 'PATCH', path: '/v1/lists', body: { list_id: values.list, name: values.name } }),
	response: complete,
	output: (response, values) => listOutput({ list_id: values.list, name: values.name, ...response }),
	raw: (response) => withoutStatus(response),
});
