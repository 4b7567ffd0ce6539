import type { IDataObject } from 'n8n-workflow';

import { defaultCountry, failOnRefused } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { contactDetails, groupsBody, number } from '../../fields';
import { isSameNumber } from '../../messages';
import { culpritsOf, rowsOf } from '../../refusals';
import { contactList, takenOutcome } from '../../responses';

/** POST /v1/contacts: "100 contacts max at once". */
export const create = batchOperation({
	label: 'Create',
	action: 'Create a contact',
	description: 'Create a contact; up to 100 items travel in one request',
	effect: 'once',
	subject: 'contact',
	fields: { number },
	optionsLabel: 'Additional Fields',
	options: { ...contactDetails, defaultCountry, failOnRefused },
	batchSize: 100,
	shared: () => undefined,
	entries: ({ firstName, lastName, note, number: phone, groups }) => [{ firstName, lastName, note, phone, groups: groupsBody(groups) }],
	recipient: (entry) => entry.phone,
	request: (entries) => ({ method: 'POST', path: '/v1/contacts', body: { contacts: entries } }),
	response: contactList,
	outcomes: ({ contacts }, entries) => rowsOf(contacts, entries, (row, { phone }) => isSameNumber(row.phone ?? phone, phone)).map((row) => row && takenOutcome(row as IDataObject)),
	unsent: (entry) => ({ ...entry }),
	culprits: (body, entries) => culpritsOf(body, entries, ['phone']),
	// One with the same number and names is what this request was for, whoever made it.
	settle: async (entries, { send }) =>
		await Promise.all(
			entries.map(async ({ phone, firstName = '', lastName = '' }) => {
				const { contacts } = await send({ method: 'GET', path: '/v1/contacts', query: { phone: phone.replace(/\D/g, ''), limit: 100 } }, contactList);
				const found = contacts.find((row) => isSameNumber(row.phone, phone) && (row['firstName'] ?? '') === firstName && (row['lastName'] ?? '') === lastName);
				return found ? takenOutcome(found as IDataObject) : 'absent';
			}),
		),
});
