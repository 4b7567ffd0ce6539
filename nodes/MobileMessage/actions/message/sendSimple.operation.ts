import { simplify } from '../../../../engine/inputs/description';
import { allowLandlines, defaultCountry, failOnRefused, maxSegments, notice } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { checkSegments, ignoreUnsubscribes, keepsUnicode, maxParts, messageText, reference, senderId, to, unicode } from '../../fields';
import { refusedText, sentOutcome, sentRow, settleByReference } from '../../messages';

/** GET /simple/send-sms.php ("Simple API"): one message a request, everything in the query string. */
export const sendSimple = batchOperation({
	label: 'Send (Simple API)',
	action: 'Send a message with the simple API',
	description: 'For accounts that may only use the Simple API. Prefer Send: it is up to 100 times faster.',
	effect: 'once',
	fields: {
		simpleNotice: notice('The Simple API carries your API password in the URL, where proxies and server logs can see it. Use "Send" unless your account may only use this one.'),
		to,
		message: messageText,
		sender: senderId,
	},
	options: { allowLandlines, defaultCountry, failOnRefused, ignoreUnsubscribes, maxParts, maxSegments, reference, ...simplify, unicode },
	identity: ['message'],
	check: checkSegments,
	batchSize: 1,
	shared: () => undefined,
	entries: (values, tag) =>
		values.to.map((number, index) => ({
			to: number,
			message: values.message,
			sender: values.sender,
			custom_ref: values.reference ?? tag(index).reference,
			unicode: (values.unicode ?? keepsUnicode) ? 'true' : undefined,
			max_parts: values.maxParts,
			ignore_unsubscribes: values.ignoreUnsubscribes ? 'true' : undefined,
		})),
	recipient: (entry) => entry.to,
	request: ([entry]) => ({ method: 'GET', path: '/simple/send-sms.php', authentication: 'query', query: entry }),
	response: sentRow,
	outcomes: (row) => [sentOutcome(row, undefined)],
	unsent: (entry, status) => message({ to: entry.to, from: entry.sender, text: entry.message, status, reference: entry.custom_ref }),
	// "Returns 400 if the message exceeds this limit": what this endpoint refuses is its only message, except where the account is meant.
	culprits(body) {
		const text = refusedText(body);
		return text === undefined || text.startsWith('Insufficient credits') ? undefined : new Map([[0, text]]);
	},
	// The Simple API is not known to drop repeats, so a message that is not found yet may still be on its way.
	settle: async (entries, settling) =>
		(await settleByReference(entries.map(({ to: number, custom_ref }) => ({ to: number, reference: custom_ref })), settling)).map((settled) => (settled === 'absent' ? 'unknown' : settled)),
});
