import type { IDataObject } from 'n8n-workflow';

import { badValue } from '../../../../engine/failure';
import { simplify } from '../../../../engine/editor/description';
import { itemOperation } from '../../../../engine/operation';
import { completed, contactOutput, contactSaved } from '../../addressBook';
import { contactBody, contactTexts, contactVisibility, defaultCountry } from '../../fields';
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
	check(values) {
		const isEmpty = Object.values(contactBody(values)).every((value) => value === undefined);
		if (isEmpty) throw badValue('Mobile Phone', 'is empty, and so is everything else of this contact', 'Fill in at least one field.');
	},
	request: (values) => ({ method: 'POST', path: `${api}/addressbook/contact`, body: contactBody(values) }),
	response: contactSaved,
	output: ({ Contact }, values) => contactOutput(completed(Contact, contactBody(values))),
	raw: (response) => response as IDataObject,
});
