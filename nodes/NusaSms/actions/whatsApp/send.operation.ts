import { simplify } from '../../../../engine/editor/description';
import { failOnRefused, includeInput, text } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { withCodes, withEmoji } from '../../emoji';
import { defaultCountry, destinationFields, destinationsOf, earlierSends, sender, timeout } from '../../fields';
import { envelope, onlyCulprit, sentWhatsApp, whatsAppOutcome } from '../../messages';
import { apiPath } from '../../provider';

/** POST /whatsapp/message: "deduct 1 WA Credits per 1500 (updated) character message". */
export const send = batchOperation({
	label: 'Send',
	action: 'Send a WhatsApp message',
	description: 'Send a WhatsApp message to one or several numbers, or to a group',
	effect: 'once',
	fields: {
		...destinationFields,
		message: text({ label: 'Message', required: true, rows: 3, verbatim: true, placeholder: 'e.g. Hi Budi, your order is ready 😀', description: 'The text. Emoji are passed on as NusaSMS wants them.' }),
	},
	options: { defaultCountry, earlierSends, failOnRefused, includeInputFields: includeInput(true), sender, ...simplify, timeout },
	identity: ['message'],
	batchSize: 1,
	shared: () => undefined,
	entries: (values) => destinationsOf(values).map((destination) => ({ ...destination, sender: values.sender, timeout: values.timeout, message: withCodes(values.message) })),
	recipient: ({ destination }) => destination,
	request: ([body]) => ({ method: 'POST', path: `${apiPath}/whatsapp/message`, body }),
	response: envelope(sentWhatsApp, { isSend: true }),
	outcomes: (row, [entry]) => [entry && whatsAppOutcome(row, entry)],
	unanswered: ({ destination, sender: from, message: words }, status) => ({ ...message({ to: destination, from, text: withEmoji(words), status }), mediaUrl: null }),
	culprits: onlyCulprit,
	// A message that was sent can be asked for by its `ref_no` alone, which came with the answer that is lost: no means to end a doubt.
});
