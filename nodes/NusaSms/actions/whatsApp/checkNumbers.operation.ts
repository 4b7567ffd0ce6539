import { badValue } from '../../../../engine/failure';
import { phones, url } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { defaultCountry } from '../../fields';
import { envelopeOfSuccess } from '../../messages';
import { apiPath, placesRefused } from '../../provider';

/**
 * POST /wa_phone_check: "Max number of Phone number per each request is 100 numbers". The document names a cost where there is
 * one, and names none here, so a check that was in doubt is simply made again.
 */
export const checkNumbers = batchOperation({
	label: 'Check Numbers',
	action: 'Check numbers for WhatsApp',
	description: 'Ask which numbers are on WhatsApp. The results are sent to the callback URL.',
	effect: 'repeatable',
	subject: 'number',
	fields: {
		numbers: phones({
			label: 'Numbers',
			required: true,
			placeholder: 'e.g. 0812 3456 7890',
			description: 'One or several phone numbers, separated by commas, semicolons or new lines. Up to 100 travel in one request, from one or several items.',
		}),
		callbackUrl: url({
			label: 'Callback URL',
			placeholder: 'e.g. https://n8n.example.com/webhook/…',
			description: 'Where NusaSMS sends the results. The NusaSMS Trigger shows its own URL for this. Without one they go nowhere.',
		}),
	},
	options: { defaultCountry },
	// "Numeric string only of your phone number, max 14 characters and minimal 8 characters."
	check({ numbers }) {
		const odd = numbers.find((number) => !/^\d{8,14}$/.test(number));
		if (odd !== undefined) throw badValue('Numbers', `"${odd}" has ${odd.length} digits, but NusaSMS takes 8 to 14`, 'Leave it out.');
	},
	batchSize: 100,
	shared: ({ callbackUrl }) => ({ callback_url: callbackUrl }),
	entries: ({ numbers, callbackUrl }) => numbers.map((number) => ({ number, callbackUrl: callbackUrl ?? null })),
	recipient: ({ number }) => number,
	request: (entries, shared) => ({ method: 'POST', path: `${apiPath}/wa_phone_check`, body: { phone_numbers: entries.map(({ number }) => number), ...shared } }),
	// "data": null
	response: envelopeOfSuccess,
	outcomes: (_response, entries) => entries.map((entry) => ({ accepted: true, output: { ...entry, accepted: true } })),
	unanswered: (entry, status) => ({ ...entry, status }),
	// "HTTPValidationError": one number that is not taken refuses all of the request.
	culprits: (body) => placesRefused(body, 'phone_numbers'),
});
