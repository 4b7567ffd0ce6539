import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { groupBody, groupOutput, groupPath } from '../../addressBook';
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
	output: ({ Group }) => groupOutput(Group),
	raw: (response) => response as IDataObject,
});
