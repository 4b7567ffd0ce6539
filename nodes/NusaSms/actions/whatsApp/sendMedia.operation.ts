import { simplify } from '../../../../engine/editor/description';
import { choice, failOnRefused, file, includeInput, phone, text, url } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { withCodes, withEmoji } from '../../emoji';
import { defaultCountry, destinationFields, destinationsOf, earlierSends, timeout } from '../../fields';
import { mediaOf } from '../../media';
import { envelope, onlyCulprit, sentWhatsApp, whatsAppOutcome } from '../../messages';
import { apiPath } from '../../provider';

/** POST /whatsapp/media: "deduct 2 WA Credits"; "Client sender ... is required to use this endpoint". */
export const sendMedia = batchOperation({
	label: 'Send Media',
	action: 'Send a WhatsApp file',
	description: 'Send a picture, a video or a PDF by WhatsApp',
	effect: 'once',
	fields: {
		...destinationFields,
		sender: phone({ label: 'Sender', required: true, placeholder: 'e.g. 0811 1000 9003', description: 'A WhatsApp number of your own that NusaSMS has enabled for media. Ask their support for one.' }),
		mediaFrom: choice({
			label: 'Media From',
			choices: [
				{ value: 'url', label: 'URL', description: 'NusaSMS downloads the file' },
				{ value: 'file', label: 'File of the Item', description: 'The file travels in the request' },
			],
			default: 'url',
		}),
		mediaUrl: url({
			label: 'Media URL',
			required: true,
			placeholder: 'e.g. https://example.com/image_name.png',
			description: 'Where the file can be downloaded without a sign-in. At most 512 KB, videos 1 MB.',
			showWhen: { mediaFrom: ['url'] },
		}),
		file: file({
			label: 'Input Data Field Name',
			required: true,
			placeholder: 'e.g. data',
			description: 'The field of the item that holds the file: jpg, jpeg, png or pdf of at most 512 KB, mp4 or webm of at most 1 MB',
			showWhen: { mediaFrom: ['file'] },
		}),
		caption: text({ label: 'Caption', rows: 2, verbatim: true, placeholder: 'e.g. Your invoice', description: 'The text below the file' }),
	},
	options: {
		defaultCountry,
		earlierSends,
		failOnRefused,
		includeInputFields: includeInput(true),
		fileName: text({ label: 'File Name', placeholder: 'e.g. invoice.pdf', description: 'What the file is called at the recipient' }),
		...simplify,
		timeout,
	},
	identity: ['mediaUrl', 'file', 'caption'],
	check: (values) => void mediaOf(values),
	batchSize: 1,
	shared: () => undefined,
	entries(values) {
		const media = mediaOf(values);
		const caption = values.caption === undefined ? undefined : withCodes(values.caption);
		return destinationsOf(values).map((destination) => ({ ...destination, sender: values.sender, timeout: values.timeout, caption, ...media }));
	},
	recipient: ({ destination }) => destination,
	// The file is loaded when its request leaves, so that a thousand files never are in memory together.
	async request([entry]) {
		const { file: given, ...body } = entry ?? {};
		return { method: 'POST', path: `${apiPath}/whatsapp/media`, body: { ...body, media_base64: await given?.base64() } };
	},
	response: envelope(sentWhatsApp, { isSend: true }),
	outcomes: (row, [entry]) => [entry && whatsAppOutcome(row, entry)],
	unanswered: ({ destination, sender, caption, media_url: mediaUrl }, status) => ({
		...message({ to: destination, from: sender, text: caption === undefined ? undefined : withEmoji(caption), status }),
		mediaUrl: mediaUrl ?? null,
	}),
	culprits: onlyCulprit,
});
