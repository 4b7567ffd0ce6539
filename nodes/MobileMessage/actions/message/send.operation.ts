import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, earlierSends, failOnRefused, includeInput, maxSegmentsPerRun, onlyPreview, segmentsOf, showBalanceInPreview } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { checkSegments, defaultCountry, defaultSender, ignoreUnsubscribes, keepsUnicode, maxSegments, messageText, reference, scheduling, senderId, textRules, to, unicode } from '../../fields';
import { contentOf, recent, repeats, rowsFor, sentOutcome, sentRow, utcText } from '../../messages';

/** POST /v1/messages ("Send SMS Messages"). */
export const send = batchOperation({
	label: 'Send',
	action: 'Send an SMS',
	description: 'Send an SMS to one or several numbers, now or later',
	effect: 'once',
	fields: { to, message: messageText, sender: senderId, ...scheduling, onlyPreview },
	options: {
		allowLandlines, defaultCountry, earlierSends, failOnRefused, ignoreUnsubscribes, includeInputFields: includeInput(true), maxSegments,
		maxSegmentsPerRun, reference, ...showBalanceInPreview, ...simplify, unicode,
	},
	identity: ['message'],
	segments: (values) => segmentsOf(values, textRules),
	check: checkSegments,
	before: defaultSender,
	// "You can include up to 100 messages in a single request."
	batchSize: 100,
	shared: (values) => ({ max_parts: values.maxSegments, ignore_unsubscribes: values.ignoreUnsubscribes || undefined }),
	entries: (values, tag) =>
		values.to.map((number, index) => ({
			to: number,
			message: values.message,
			sender: values.sender,
			custom_ref: values.reference ?? tag(index).reference,
			unicode: values.unicode ?? keepsUnicode,
			scheduled_for: values.scheduledFor && utcText(values.scheduledFor),
		})),
	recipient: (entry) => entry.to,
	request: (entries, shared, { id }) => ({ method: 'POST', path: '/v1/messages', body: { ...shared, messages: entries }, headers: { 'Idempotency-Key': id } }),
	response: z.object({ results: z.array(sentRow.catch({})) }).passthrough(),
	outcomes: ({ results, ...batch }, entries) =>
		rowsFor(results, entries).map((row, index) => {
			const time = entries[index]?.scheduled_for;
			const outcome = row && sentOutcome(row, time && `${time}Z`, entries[index]);
			// What the response says of the whole request (total_cost, ignore_unsubscribes) stands apart, so that nobody adds it up.
			return outcome && { ...outcome, raw: { ...row, batch } };
		}),
	unanswered: (entry, status) => message({ to: entry.to, from: entry.sender, text: entry.message, status, reference: entry.custom_ref }),
	doubt: repeats,
	history: { content: ({ to: number, message: words, custom_ref, unicode: isKept }) => contentOf(number, words, custom_ref, isKept), recent },
});
