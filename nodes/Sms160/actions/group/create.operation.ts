import { failOnRefused, text } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { checkKeyword, groupType, groupTypes, keyword } from '../../fields';
import { culpritsOf, rowsOf } from '../../refusals';
import { groupList, groupOutput, isSameTitle, takenOutcome } from '../../responses';

/** POST /v1/groups: "100 groups max at once"; "keyword if groupType is 1 or 2". */
export const create = batchOperation({
	label: 'Create',
	action: 'Create a group',
	description: 'Create a group; up to 100 items travel in one request',
	effect: 'once',
	subject: 'group',
	fields: {
		title: text({ label: 'Name', required: true, placeholder: 'e.g. Customers' }),
		type: groupType,
		keyword: { ...keyword, showWhen: { type: ['messaging', 'offers'] } },
		...simplify,
	},
	options: { failOnRefused },
	check: checkKeyword,
	batchSize: 100,
	shared: () => undefined,
	entries: ({ title, type, keyword: word }) => [{ group: title, groupType: groupTypes.indexOf(type), keyword: word }],
	recipient: (entry) => entry.group,
	request: (entries) => ({ method: 'POST', path: '/v1/groups', body: { groups: entries } }),
	response: groupList,
	outcomes({ groups }, entries) {
		const rows = rowsOf(groups, entries, (row, { group }) => row.group === group, (row, { group }) => isSameTitle(row.group, group), (row, _entry, isWhole) => isWhole && !row.group);
		return rows.map((row, index) => row && takenOutcome(row, entries[index] ?? {}, groupOutput));
	},
	unanswered: (entry) => groupOutput(entry),
	culprits: (body, entries) => culpritsOf(body, entries, ['group']),
});
