import { itemOperation } from '../../../../engine/operation';
import { expiryDays, newKeyNotice } from '../../fields';
import { keyOutput, keyResponse } from '../../keys';

/** POST /api/generate-key. */
export const generate = itemOperation({
	label: 'Generate',
	action: 'Generate an API key',
	description: 'Make an API key. It is shown once.',
	effect: 'once',
	fields: { newKeyNotice },
	options: { expiryDays },
	request: (values) => ({ method: 'POST', path: '/api/generate-key', body: { expiry_days: values.expiryDays } }),
	response: keyResponse,
	output: keyOutput,
});
