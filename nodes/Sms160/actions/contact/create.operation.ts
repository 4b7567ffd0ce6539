import type { IDataObject } from 'n8n-workflow';

import { defaultCountry, failOnRefused } from '../../../../engine/inputs/fields';
import type { Settled } from '../../../../engine/operation';
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
	unanswered: (entry) => ({ ...entry }),
	culprits: (body, entries) => culpritsOf(body, entries, ['phone']),
	// One with the same number, names and note is what this request was for, whoever made it.
	doubt: {
		by: 'mark',
		look: async (entries, { send }) =>
			await Promise.all(
				entries.map(async ({ phone, ...details }): Promise<Settled> => {
					const { contacts } = await send({ method: 'GET', path: '/v1/contacts', query: { phone: phone.replace(/\D/g, ''), limit: 100 } }, contactList);
					const found = contacts.find((row) => isSameNumber(row.phone, phone) && isSameContact(row, details));
					return found ? takenOutcome(found as IDataObject) : 'absent';
				}),
			),
	},
});

function isSameContact(row: Record<string, unknown>, { firstName, lastName, note }: { firstName?: string; lastName?: string; note?: string }): boolean {
	return Object.entries({ firstName, lastName, note }).every(([name, value]) => String(row[name] ?? '').trim() === (value ?? '').trim());
}
