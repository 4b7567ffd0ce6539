import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contact } from '../../fields';
import { contactOutput, contactRow } from '../../responses';

/** GET /v1/contacts/{contactId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a contact',
	description: 'Get a contact with its groups',
	effect: 'read',
	fields: { contact, ...simplify },
	request: (values) => ({ method: 'GET', path: `/v1/contacts/${values.contact}` }),
	response: contactRow,
	output: (row) => contactOutput(row),
	raw: (row) => row as IDataObject,
});
