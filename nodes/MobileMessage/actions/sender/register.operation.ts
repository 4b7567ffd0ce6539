import { text } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, number } from '../../fields';
import { complete } from '../../responses';

/** POST /v1/senders: "An SMS containing a confirmation link is sent to the number at no charge." */
export const register = itemOperation({
	label: 'Register',
	action: 'Register a sender',
	description: 'Register your own mobile number as a sender. Its owner confirms by a link in an SMS.',
	effect: 'once',
	fields: { number },
	options: { defaultCountry, label: text({ label: 'Label', placeholder: 'e.g. My mobile', description: 'A name for this sender in your account' }) },
	request: ({ number: own, label }) => ({ method: 'POST', path: '/v1/senders', body: { number: own, label } }),
	response: complete,
	output: (response, values) => ({ number: values.number, status: response['status'] as string, message: response['message'] as string }),
});
