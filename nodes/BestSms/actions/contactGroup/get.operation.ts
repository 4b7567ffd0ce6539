import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { checkedOutput, contactPath, notRelated, relationBody } from '../../addressBook';
import { contact, group } from '../../fields';

/** GET /addressbook/contact/{ContactID}/group/{GroupCode}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Check whether a contact has a group',
	description: 'Check whether a contact is in a group, and get both',
	effect: 'read',
	fields: { contact, group, ...simplify },
	request: (values) => ({ method: 'GET', path: `${contactPath(values.contact)}/group/${encodeURIComponent(values.group)}` }),
	response: relationBody,
	output: (response, values) => checkedOutput(response, values),
	raw: (response) => response as IDataObject,
	answered: notRelated,
});
