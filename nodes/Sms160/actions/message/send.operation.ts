import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, checkSegments, earlierSends, failOnRefused, includeInput, maxSegments, maxSegmentsPerRun, onlyPreview, segmentsOf,
	showBalanceInPreview } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { callbackUrl, checkSender, defaultCountry, delayUntil, messageText, scheduling, senderBody, senderFields, to } from '../../fields';
import { bookmark, contentOf, isSameNumber, isSought, postedSince, recent, sentList, sentOutcome } from '../../messages';
import { culpritsOf, rowsOf } from '../../refusals';

/** POST /v1/messages: "100 SMS max at once. Put to the queue if all messages are accepted". */
export const send = batchOperation({
	label: 'Send',
	action: 'Send an SMS',
	description: 'Send an SMS to one or several numbers, now or later',
	effect: 'once',
	fields: { to, message: messageText, ...senderFields, ...scheduling, onlyPreview },
	options: {
		allowLandlines, callbackUrl, defaultCountry, earlierSends, failOnRefused, includeInputFields: includeInput(true), maxSegments,
		maxSegmentsPerRun, ...showBalanceInPreview, ...simplify,
	},
	identity: ['message'],
	segments: (values) => segmentsOf(values, {}),
	check(values) {
		checkSender(values);
		checkSegments(values);
	},
	batchSize: 100,
	shared: () => undefined,
	entries: (values) =>
		values.to.map((recipient) => ({ ...senderBody(values), recipient, message: values.message, callbackURL: values.callbackUrl, scheduledFor: values.scheduledFor?.toMillis() })),
	recipient: (entry) => entry.recipient,
	request: (entries, _shared, { now }) => ({
		method: 'POST',
		path: '/v1/messages',
		body: { messages: entries.map(({ scheduledFor: time, ...entry }) => ({ ...entry, delay: delayUntil(time, now) })) },
	}),
	response: sentList,
	// The provider may shorten or complete a text, but not send it to somebody else.
	outcomes({ messages }, entries) {
		const rows = rowsOf(messages, entries, (row, entry) => isSought(entry, row), (row, { recipient }, isWhole) => (row.recipient ? isSameNumber(row.recipient, recipient) : isWhole));
		return rows.map((row, index) => row && sentOutcome(row, entries[index]));
	},
	unanswered: ({ recipient, message: text, senderId, phone, email }, status): IDataObject => message({ to: recipient, from: senderId ?? phone ?? email, text, status }),
	culprits: (body, entries) => culpritsOf(body, entries, ['recipient']),
	doubt: { by: 'content', content: ({ recipient, message: text }) => contentOf(recipient, text), bookmark, posted: async (ask, after, entries) => await postedSince(ask, after, entries) },
	history: { content: ({ recipient, message: text }) => contentOf(recipient, text), recent },
});
