import { listFields, simplify } from '../../../../engine/editor/description';
import { phone, text } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { contactBody, defaultCountry } from '../../fields';
import { contactOutput, more, page, pageSize, records } from '../../responses';

const inPart = 'A part of it is enough';

/** GET /v1/contacts: "Multiple filters are combined with AND. Text fields use partial matching." */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many contacts',
	description: 'Get many contacts',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: {
		defaultCountry,
		number: phone({ label: 'Phone Number', description: 'The whole number' }),
		firstName: text({ label: 'First Name', description: inPart }),
		lastName: text({ label: 'Last Name', description: inPart }),
		company: text({ label: 'Company', description: inPart }),
		other: text({ label: 'Other', description: inPart }),
	},
	pageSize,
	request: (values, { size, offset }) => ({ method: 'GET', path: '/v1/contacts', query: { number: values.number, ...contactBody(values), limit: size, offset } }),
	response: page,
	records,
	more,
	output: (record) => contactOutput(record),
});
