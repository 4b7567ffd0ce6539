import { itemOperation } from '../../../../engine/operation';
import { expiryDays, newKeyNotice } from '../../fields';
import { keyOutput, keyResponse } from '../../keys';

/** POST /api/regenerate-key. */
export const regenerate = itemOperation({
	label: 'Regenerate',
	action: 'Regenerate an API key',
	description: 'Replace the API key by a new one. It is shown once.',
	effect: 'once',
	fields: { newKeyNotice },
	options: { expiryDays },
	request: (values) => ({ method: 'POST', path: '/api/regenerate-key', body: { expiry_days: values.expiryDays } }),
	response: keyResponse,
	output: keyOutput,
});
