import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { completed, groupOutput, groupPath, groupSaved } from '../../addressBook';
import { checkChanges, group, groupBody, groupChanges } from '../../fields';

/** PATCH /addressbook/group/{GroupCode}. */
export const update = itemOperation({
	label: 'Update',
	action: 'Update a group',
	description: 'Change a group. Only the fields that you add are sent, and the group code stays as it is.',
	effect: 'repeatable',
	subject: 'group',
	fields: { group, ...simplify },
	optionsLabel: 'Update Fields',
	options: groupChanges,
	check: (values) => checkChanges(groupBody(values)),
	request: (values) => ({ method: 'PATCH', path: groupPath(values.group), body: groupBody(values) }),
	response: groupSaved,
	output: ({ Group }, values) => groupOutput(completed(Group, { ...groupBody(values), GroupCode: values.group })),
	raw: (response) => response as IDataObject,
});
