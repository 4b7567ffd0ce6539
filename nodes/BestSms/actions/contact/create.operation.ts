import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/inputs/description';
import { defaultCountry } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { contactBody as answer, contactOutput } from '../../addressBook';
import { contactBody, contactTexts, contactVisibility } from '../../fields';
import { api } from '../../provider';

const { mobilePhone, firstName, lastName, ...others } = contactTexts;

/** POST /addressbook/contact. No property is called mandatory. */
export const create = itemOperation({
	label: 'Create',
	action: 'Create a contact',
	description: 'Create a contact in the address book',
	effect: 'once',
	subject: 'contact',
	fields: { mobilePhone, firstName, lastName, ...simplify },
	optionsLabel: 'Additional Fields',
	options: { ...others, ...contactVisibility, defaultCountry },
	request: (values) => ({ method: 'POST', path: `${api}/addressbook/contact`, body: contactBody(values) }),
	response: answer,
	output: ({ Contact }) => contactOutput(Contact),
	raw: (response) => response as IDataObject,
});
