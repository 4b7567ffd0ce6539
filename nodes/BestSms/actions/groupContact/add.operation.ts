import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { groupPath, memberAlready, relationBody, relationOutput } from '../../addressBook';
import { contact, group } from '../../fields';

/** POST /addressbook/group/{GroupCode}/contact. */
export const add = itemOperation({
	label: 'Add',
	action: 'Add a contact to a group',
	description: 'Put a contact into a group',
	effect: 'repeatable',
	fields: { group, contact, ...simplify },
	request: (values) => ({ method: 'POST', path: `${groupPath(values.group)}/contact`, body: { ContactID: values.contact } }),
	response: relationBody,
	output: (response, values) => relationOutput(response, values),
	raw: (response) => response as IDataObject,
	gone: memberAlready,
});
