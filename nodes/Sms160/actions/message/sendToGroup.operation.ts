import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/inputs/description';
import { checkSegments, flag, maxSegments } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { callbackUrl, checkSender, delayUntil, group, messageText, scheduledFor, senderBody, senderFields } from '../../fields';
import { isSought, messageList, messageOutput, newest, postedSince } from '../../messages';
import { nextPage } from '../../pages';

/** POST /v1/groups/{groupId}/send: answers with the messages, and a link to the next page of them. */
export const sendToGroup = itemOperation({
	label: 'Send to Group',
	action: 'Send a message to a group',
	description: 'Send an SMS to all contacts of a group in one request',
	effect: 'once',
	fields: {
		group,
		message: messageText,
		...senderFields,
		returnAllMessages: flag({ label: 'Return All Messages', description: 'Whether to return every message that was sent, which takes a request per 100, or only the first page of them' }),
	},
	options: { callbackUrl, maxSegments, scheduledFor, ...simplify },
	identity: ['group', 'message'],
	check(values) {
		checkSender(values);
		checkSegments(values);
	},
	request: (values) => ({
		method: 'POST',
		path: `/v1/groups/${values.group}/send`,
		body: { ...senderBody(values), message: values.message, delay: delayUntil(values.scheduledFor?.toMillis()), callbackURL: values.callbackUrl },
	}),
	response: messageList,
	output: ({ messages }, values) => (messages.length > 0 ? messages.map((row) => messageOutput(row)) : [{ accepted: true, groupId: values.group, messageCount: 0 }]),
	raw: ({ messages }) => messages as IDataObject[],
	next: ({ links }, values) => (values.returnAllMessages ? nextPage(links) : undefined),
	newest,
	// A group's messages have one text and one batch; that of a single message has the same text only by chance.
	async settle(values, _tag, settling) {
		const posted = await postedSince(settling, values.scheduledFor !== undefined);
		const sent = posted?.filter((row) => isSought({ recipient: row.recipient ?? '', message: values.message }, row));
		if (!sent) return 'unknown';
		return sent.length === 0 ? 'absent' : sent.map((row) => messageOutput(row));
	},
});
