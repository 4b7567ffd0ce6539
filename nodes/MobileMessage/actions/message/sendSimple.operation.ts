import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, earlierSends, failOnRefused, includeInput, maxSegmentsPerRun, notice, onlyPreview, segmentsOf, showBalanceInPreview } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { checkSegments, defaultCountry, defaultSender, ignoreUnsubscribes, keepsUnicode, maxSegments, messageText, reference, senderId, textRules, to, unicode } from '../../fields';
import { byReference, contentOf, recent, refusedText, rowsFor, sentOutcome, sentRow } from '../../messages';

/** GET /simple/send-sms.php ("Simple API"): one message a request, everything in the query string. */
export const sendSimple = batchOperation({
	label: 'Send (Simple API)',
	action: 'Send an SMS with the simple API',
	description: 'For accounts that may only use the Simple API. Prefer Send: it is up to 100 times faster.',
	effect: 'once',
	fields: {
		simpleNotice: notice('The Simple API carries your API password in the URL, where proxies and server logs can see it. Use "Send" unless your account may only use this one.'),
		to,
		message: messageText,
		sender: senderId,
		onlyPreview,
	},
	options: {
		allowLandlines, defaultCountry, earlierSends, failOnRefused, ignoreUnsubscribes, includeInputFields: includeInput(true), maxSegments,
		maxSegmentsPerRun, reference, ...showBalanceInPreview, ...simplify, unicode,
	},
	identity: ['message'],
	segments: (values) => segmentsOf(values, textRules),
	check: checkSegments,
	before: defaultSender,
	batchSize: 1,
	shared: () => undefined,
	entries: (values, tag) =>
		values.to.map((number, index) => ({
			/** What it is looked for by: the user's own reference may be on other messages too. */
			made: values.reference === undefined ? tag(index).reference : undefined,
			query: {
				to: number,
				message: values.message,
				sender: values.sender,
				custom_ref: values.reference ?? tag(index).reference,
				unicode: (values.unicode ?? keepsUnicode) ? 'true' : undefined,
				max_parts: values.maxSegments,
				ignore_unsubscribes: values.ignoreUnsubscribes ? 'true' : undefined,
			},
		})),
	recipient: ({ query }) => query.to,
	request: ([entry]) => ({ method: 'GET', path: '/simple/send-sms.php', authentication: 'query', query: entry?.query }),
	response: sentRow,
	outcomes: (only, entries) => rowsFor([only], entries.map(({ query }) => query)).map((row) => row && sentOutcome(row, undefined, entries[0]?.query)),
	unanswered: ({ query }, status) => message({ to: query.to, from: query.sender, text: query.message, status, reference: query.custom_ref }),
	// "Returns 400 if the message exceeds this limit": what this endpoint refuses is its only message, except where the account is meant.
	culprits(body) {
		const text = refusedText(body);
		return text === undefined || text.startsWith('Insufficient credits') ? undefined : new Map([[0, text]]);
	},
	// The Simple API is not known to drop repeats.
	doubt: { by: 'mark', look: async (entries, { send }) => await Promise.all(entries.map(async ({ made, query }) => await byReference(send, query.to, made))) },
	history: { content: ({ query }) => contentOf(query.to, query.message, query.custom_ref, query.unicode === 'true'), recent },
});
