import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contactPath, memberAlready, relationBody, relationOutput } from '../../addressBook';
import { contact, group } from '../../fields';

/** POST /addressbook/contact/{ContactID}/group. */
export const add = itemOperation({
	label: 'Add',
	action: 'Add a group to a contact',
	description: 'Put a contact into a group',
	effect: 'repeatable',
	fields: { contact, group, ...simplify },
	request: (values) => ({ method: 'POST', path: `${contactPath(values.contact)}/group`, body: { GroupCode: values.group } }),
	response: relationBody,
	output: (response, values) => relationOutput(response, values),
	raw: (response) => response as IDataObject,
	gone: memberAlready,
});
