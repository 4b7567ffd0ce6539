import { text } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { columns } from '../../../../engine/output/message';
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
	output: ({ status, message }, values) => columns({ sender: values.number, label: values.label, verificationSent: status === 'verification_sent', note: message }),
});
