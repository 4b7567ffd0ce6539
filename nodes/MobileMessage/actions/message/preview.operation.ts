import { previewOperation } from '../../../../engine/inputs/preview';

const fromContact = 'the recipient\'s contact fills it in.';

/** "Supports placeholders: {first_name}, {last_name}, {company}, {other}, and {optout}"; at most 99 parts. */
export const preview = previewOperation({
	placeholders: { first_name: fromContact, last_name: fromContact, company: fromContact, other: fromContact, optout: 'it becomes exactly 20 characters.' },
	unicodeDefault: true,
	maxSegments: 99,
});
