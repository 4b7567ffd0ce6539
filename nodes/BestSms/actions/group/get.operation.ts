import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { completed, groupBody, groupOutput, groupPath } from '../../addressBook';
import { group } from '../../fields';

/** GET /addressbook/group/{GroupCode}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a group',
	description: 'Get a group of contacts',
	effect: 'read',
	fields: { group, ...simplify },
	request: (values) => ({ method: 'GET', path: groupPath(values.group) }),
	response: groupBody,
	output: ({ Group }, values) => groupOutput(completed(Group, { GroupCode: values.group })),
	raw: (response) => response as IDataObject,
});
