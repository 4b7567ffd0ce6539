import { failOnRefused } from '../../../../engine/inputs/fields';
import type { Settled } from '../../../../engine/operation';
import { batchOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { contactDetails, defaultCountry, groupsBody, number } from '../../fields';
import { isSameNumber } from '../../messages';
import { culpritsOf, rowsOf } from '../../refusals';
import type { InGroup } from '../../responses';
import { contactList, contactOutput, isInAll, shownText, takenOutcome } from '../../responses';

/** POST /v1/contacts: "100 contacts max at once". */
export const create = batchOperation({
	label: 'Create',
	action: 'Create a contact',
	description: 'Create a contact; up to 100 items travel in one request',
	effect: 'once',
	subject: 'contact',
	fields: { number, ...simplify },
	optionsLabel: 'Additional Fields',
	options: { ...contactDetails, defaultCountry, failOnRefused },
	batchSize: 100,
	shared: () => undefined,
	entries: ({ firstName, lastName, note, number: phone, groups }) => [{ firstName, lastName, note, phone, groups: groupsBody(groups) }],
	recipient: (entry) => entry.phone,
	request: (entries) => ({ method: 'POST', path: '/v1/contacts', body: { contacts: entries } }),
	response: contactList,
	outcomes({ contacts }, entries) {
		const rows = rowsOf(contacts, entries, (row, { phone }) => isSameNumber(row.phone, phone), (row, _entry, isWhole) => isWhole && !row.phone);
		return rows.map((row, index) => row && takenOutcome(row, entries[index] ?? {}, contactOutput));
	},
	unanswered: (entry) => contactOutput(entry),
	culprits: (body, entries) => culpritsOf(body, entries, ['phone']),
	// One with the same number, names and note, in the same groups, is what this request was for, whoever made it.
	doubt: {
		by: 'mark',
		look: async (entries, { send }) =>
			await Promise.all(
				entries.map(async ({ phone, ...details }): Promise<Settled> => {
					// "search by part of phone number": the end of it is the same with a country code and without.
					const { contacts } = await send({ method: 'GET', path: '/v1/contacts', query: { phone: phone.replace(/\D/g, '').slice(-8), limit: 100 } }, contactList);
					const listed = contacts.filter((row) => !row.phone || isSameNumber(row.phone, phone));
					const found = listed.find((row) => row.phone && isSameContact(row, details));
					if (found) return takenOutcome(found, {}, contactOutput);
					return listed.some((row) => mayBeSameContact(row, details)) ? 'unknown' : 'absent';
				}),
			),
	},
});

interface Details {
	firstName?: string;
	lastName?: string;
	note?: string;
	groups?: InGroup[];
}

/** Of each detail what a contact shows, and what was asked for. */
function detailsOf(row: Record<string, unknown>, { firstName, lastName, note }: Details): Array<{ shown: string; asked: string }> {
	return Object.entries({ firstName, lastName, note }).map(([name, value]) => ({ shown: shownText(row[name]), asked: (value ?? '').trim() }));
}

function isSameContact(row: Record<string, unknown>, details: Details): boolean {
	return detailsOf(row, details).every(({ shown, asked }) => shown === asked) && isInAll(row, details.groups);
}

/** Whether it differs only in what its row leaves out. */
function mayBeSameContact(row: Record<string, unknown>, details: Details): boolean {
	return detailsOf(row, details).every(({ shown, asked }) => shown === asked || shown === '') && (!Array.isArray(row['groups']) || isInAll(row, details.groups));
}
