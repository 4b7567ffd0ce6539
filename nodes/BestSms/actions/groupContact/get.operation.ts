import { itemOperation } from '../../../../engine/operation';
import { groupPath, notRelated, relationBody, relationOutput } from '../../addressBook';
import { contact, group } from '../../fields';

/** GET /addressbook/group/{GroupCode}/contact/{ContactID}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Check whether a group has a contact',
	description: 'Check whether a contact is in a group, and get both',
	effect: 'read',
	fields: { group, contact },
	request: (values) => ({ method: 'GET', path: `${groupPath(values.group)}/contact/${encodeURIComponent(values.contact)}` }),
	response: relationBody,
	output: (response, values) => ({ member: true, ...relationOutput(response, values) }),
	answered: notRelated,
});
