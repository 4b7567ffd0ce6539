import type { IDataObject } from 'n8n-workflow';

import { text } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { completed, groupOutput, groupSaved } from '../../addressBook';
import { groupBody, groupDetails } from '../../fields';
import { api } from '../../provider';
import { settleGroup } from '../../settling';

/** POST /addressbook/group. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a group',
	description: 'Create a group of contacts',
	effect: 'once',
	subject: 'group',
	fields: { groupName: text({ label: 'Name', required: true, placeholder: 'e.g. VIP Customers' }), ...simplify },
	optionsLabel: 'Additional Fields',
	options: {
		...groupDetails,
		groupCode: text({
			label: 'Group Code',
			placeholder: 'e.g. VIP_Customers',
			description: 'By which the group is found later. Leave it out and BestSMS makes it of the name, with an underscore for each blank.',
		}),
	},
	request: (values) => ({ method: 'POST', path: `${api}/addressbook/group`, body: groupBody(values) }),
	response: groupSaved,
	output: ({ Group }, values) => groupOutput(completed(Group, groupBody(values))),
	raw: (response) => response as IDataObject,
	doubt: { by: 'mark', look: settleGroup },
});
