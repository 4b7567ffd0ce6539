import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { checkedOutput, groupPath, notRelated, relationBody } from '../../addressBook';
import { contact, group } from '../../fields';

/** GET /addressbook/group/{GroupCode}/contact/{ContactID}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Check whether a group has a contact',
	description: 'Check whether a contact is in a group, and get both',
	effect: 'read',
	fields: { group, contact, ...simplify },
	request: (values) => ({ method: 'GET', path: `${groupPath(values.group)}/contact/${encodeURIComponent(values.contact)}` }),
	response: relationBody,
	output: (response, values) => checkedOutput(response, values),
	raw: (response) => response as IDataObject,
	answered: notRelated,
});
