import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { checkSegments, earlierSends, flag, includeInput, maxSegments } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import type { z } from '../../../../engine/wire/schema';
import { callbackUrl, checkSender, delayUntil, group, messageText, scheduling, senderBody, senderFields } from '../../fields';
import { batchesSince, bookmark, idsOf, memberOutput, messageOutput, recentBatches, sentList } from '../../messages';
import { groupRow } from '../../responses';
import { hasPrevious, nextPage } from '../../pages';

/** POST /v1/groups/{groupId}/send: answers with the messages, and a link to the next page of them. */
export const sendToGroup = itemOperation({
	label: 'Send to Group',
	action: 'Send an SMS to a group',
	description: 'Send an SMS to all contacts of a group in one request',
	effect: 'once',
	subject: 'group message',
	fields: {
		group,
		message: messageText,
		...senderFields,
		...scheduling,
		returnAllMessages: flag({ label: 'Return All Messages', description: 'Whether to return every message that was sent, which takes a request per 100, or only the first page of them' }),
	},
	options: { callbackUrl, earlierSends, includeInputFields: includeInput(false), maxSegments, ...simplify },
	identity: ['group', 'message'],
	check(values) {
		checkSender(values);
		checkSegments(values);
	},
	request: (values, { now }) => ({
		method: 'POST',
		path: `/v1/groups/${values.group}/send`,
		body: { ...senderBody(values), message: values.message, delay: delayUntil(values.scheduledFor?.toMillis(), now), callbackURL: values.callbackUrl },
	}),
	response: sentList,
	output: (response, values) => (isNobody(response) ? nobody(values.message) : response.messages.map((row) => memberOutput({ ...row, message: row.message || values.message }))),
	raw: (response) => (isNobody(response) ? { messages: [] } : (response.messages as IDataObject[])),
	next: ({ links }, values) => (values.returnAllMessages ? nextPage(links) : undefined),
	ids: ({ messages }) => messages.flatMap(idsOf),
	// A group's messages have one text and one batch; it is all there when it has a message for every contact.
	doubt: {
		by: 'content',
		content: ({ values }) => ({ text: values.message }),
		bookmark,
		async posted(send, after, [entry]) {
			const { userCount } = await send({ method: 'GET', path: `/v1/groups/${entry?.values.group ?? ''}` }, groupRow);
			return await batchesSince(send, after, userCount ?? Number.POSITIVE_INFINITY);
		},
	},
	history: { content: ({ values }) => ({ text: values.message }), recent: recentBatches },
});

/** What becomes of a send to an empty group: an item that says so, where none would end the workflow without a word. */
function nobody(text: string): IDataObject {
	return messageOutput({ message: text }, { status: 'sent', reason: 'The group has nobody to send to' });
}

/** A page without messages after others is only their end. */
function isNobody({ messages, links }: z.infer<typeof sentList>): boolean {
	return messages.length === 0 && !hasPrevious({ links });
}
