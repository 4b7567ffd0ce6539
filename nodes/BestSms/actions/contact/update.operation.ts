import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { completed, contactOutput, contactPath, contactSaved } from '../../addressBook';
import { checkChanges, contact, contactBody, contactChanges, defaultCountry } from '../../fields';

/** PATCH /addressbook/contact/{ContactID}. */
export const update = itemOperation({
	label: 'Update',
	action: 'Update a contact',
	description: 'Change a contact. Only the fields that you add are sent.',
	effect: 'repeatable',
	subject: 'contact',
	fields: { contact, ...simplify },
	optionsLabel: 'Update Fields',
	options: { ...contactChanges, defaultCountry },
	check: (values) => checkChanges(contactBody(values)),
	request: (values) => ({ method: 'PATCH', path: contactPath(values.contact), body: contactBody(values) }),
	response: contactSaved,
	output: ({ Contact }, values) => contactOutput(completed(Contact, { ID: values.contact, ...contactBody(values) })),
	raw: (response) => response as IDataObject,
});
