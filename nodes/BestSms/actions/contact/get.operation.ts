import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { completed, contactBody, contactOutput, contactPath } from '../../addressBook';
import { contact } from '../../fields';

/** GET /addressbook/contact/{ContactID}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get a contact',
	description: 'Get a contact of the address book',
	effect: 'read',
	fields: { contact, ...simplify },
	request: (values) => ({ method: 'GET', path: contactPath(values.contact) }),
	response: contactBody,
	output: ({ Contact }, values) => contactOutput(completed(Contact, { ID: values.contact })),
	raw: (response) => response as IDataObject,
});
