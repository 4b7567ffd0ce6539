import { badValue } from '../../../../engine/failure';
import { failOnRefused, text } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { checkKeyword, group, groupType, groupTypes, keyword } from '../../fields';
import { culpritsOf, rowsOf } from '../../refusals';
import { groupList, groupOutput, shownText, takenOutcome } from '../../responses';

/** PATCH /v1/groups: "100 groups max at once". */
export const update = batchOperation({
	label: 'Update',
	action: 'Update a group',
	description: 'Change a group; up to 100 items travel in one request. Only the fields that you add are sent.',
	effect: 'repeatable',
	subject: 'group',
	fields: { group, ...simplify },
	optionsLabel: 'Update Fields',
	options: { title: text({ label: 'Name', placeholder: 'e.g. Customers' }), type: groupType, keyword, failOnRefused },
	check({ title, type, keyword: word }) {
		if ([title, type, word].every((value) => value === undefined)) throw badValue('Update Fields', 'has nothing to change', 'Add at least one field.');
		checkKeyword({ type, keyword: word });
	},
	batchSize: 100,
	shared: () => undefined,
	entries: ({ group: groupId, title, type, keyword: word }) => [{ groupId, group: title, groupType: type && groupTypes.indexOf(type), keyword: word }],
	recipient: (entry) => String(entry.groupId),
	request: (entries) => ({ method: 'PATCH', path: '/v1/groups', body: { groups: entries } }),
	response: groupList,
	outcomes({ groups }, entries) {
		const rows = rowsOf(groups, entries, (row, { groupId }) => shownText(row.groupId) === String(groupId), (row, _entry, isWhole) => isWhole && !shownText(row.groupId));
		return rows.map((row, index) => row && takenOutcome(row, entries[index] ?? {}, groupOutput));
	},
	unanswered: (entry) => groupOutput(entry),
	culprits: (body, entries) => culpritsOf(body, entries, ['groupId', 'group']),
});
