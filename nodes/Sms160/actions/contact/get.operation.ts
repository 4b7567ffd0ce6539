import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { contact } from '../../fields';
import { contactRow } from '../../responses';

/** GET /v1/contacts/{contactId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a contact',
	description: 'Get a contact with its groups',
	effect: 'read',
	fields: { contact },
	request: (values) => ({ method: 'GET', path: `/v1/contacts/${values.contact}` }),
	response: contactRow,
	output: (row) => row as IDataObject,
});
