import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/inputs/description';
import { allowLandlines, checkSegments, defaultCountry, failOnRefused, maxSegments } from '../../../../engine/inputs/fields';
import { message } from '../../../../engine/output/message';
import { batchOperation } from '../../../../engine/operation';
import { callbackUrl, checkSender, delayUntil, messageText, scheduledFor, senderBody, senderFields, to } from '../../fields';
import { isSameNumber, isSought, messageList, newest, sentOutcome, settleByText } from '../../messages';
import { culpritsOf, rowsOf } from '../../refusals';

/** POST /v1/messages: "100 SMS max at once. Put to the queue if all messages are accepted". */
export const send = batchOperation({
	label: 'Send',
	action: 'Send a message',
	description: 'Send an SMS to one or several numbers, now or later',
	effect: 'once',
	fields: { to, message: messageText, ...senderFields },
	options: { allowLandlines, callbackUrl, defaultCountry, failOnRefused, maxSegments, scheduledFor, ...simplify },
	identity: ['message'],
	check(values) {
		checkSender(values);
		checkSegments(values);
	},
	batchSize: 100,
	shared: () => undefined,
	entries: (values) =>
		values.to.map((recipient) => ({ ...senderBody(values), recipient, message: values.message, callbackURL: values.callbackUrl, scheduledFor: values.scheduledFor?.toMillis() })),
	recipient: (entry) => entry.recipient,
	request: (entries) => ({
		method: 'POST',
		path: '/v1/messages',
		body: { messages: entries.map(({ scheduledFor: time, ...entry }) => ({ ...entry, delay: delayUntil(time) })) },
	}),
	response: messageList,
	// The provider may shorten or complete a text, but not send it to somebody else.
	outcomes({ messages }, entries) {
		const rows = rowsOf(messages, entries, (row, entry) => isSought(entry, row), (row, { recipient }) => isSameNumber(row.recipient ?? recipient, recipient));
		return rows.map((row) => row && sentOutcome(row));
	},
	unsent: ({ recipient, message: text, senderId, phone, email }, status): IDataObject => message({ to: recipient, from: senderId ?? phone ?? email, text, status }),
	culprits: (body, entries) => culpritsOf(body, entries, ['recipient']),
	newest,
	settle: async (entries, settling) => await settleByText(entries.map(({ scheduledFor: time, ...entry }) => ({ ...entry, isScheduled: time !== undefined })), settling),
});
