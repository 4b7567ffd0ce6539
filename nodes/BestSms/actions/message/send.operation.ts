import { simplify } from '../../../../engine/editor/description';
import { badValue } from '../../../../engine/failure';
import type { GivenFile } from '../../../../engine/inputs/fields';
import { allowLandlines, failOnRefused, includeInput, maxSegments, maxSegmentsPerRun, onlyPreview, schedule } from '../../../../engine/inputs/fields';
import { batchOperation } from '../../../../engine/operation';
import { checkSegments, defaultCountry, detailsOf, earlierSends, messageText, neededSegments, personalDetails, personOf, requestDetails, to } from '../../fields';
import { checkFiles, fileLinks, maxFilesSize } from '../../links';
import { accepted, acceptedOutcome, messageOutput } from '../../messages';
import { api } from '../../provider';
import { refusedRecipients } from '../../refusals';
import type { Sent } from '../../settling';
import { settle } from '../../settling';
import { isoTime, sendAt, sendTime } from '../../times';

const batchSize = 100;

type Common = Parameters<typeof detailsOf>[0] & Parameters<typeof sendTime>[0] & { message: string; messageId?: string; files?: GivenFile[] };

/** What a request says besides its recipients. */
function sharedOf(values: Common) {
	return { messageId: values.messageId, text: values.message, details: { ...detailsOf(values), ...sendTime(values) }, files: values.files };
}

/**
 * What stands under one Message ID travels in one request: BestSMS finds, cancels and reschedules only the newest of an ID.
 * @throws Failure (`input`)
 */
export function checkOwnIds(items: Array<Common & { to: string[] }>): void {
	const known = new Map<string, { content: string; recipients: string[] }>();
	for (const values of items) {
		const { messageId, to: recipients } = values;
		if (messageId === undefined) continue;
		const content = JSON.stringify(sharedOf(values));
		const own = known.get(messageId) ?? { content, recipients: [] };
		known.set(messageId, own);
		own.recipients.push(...recipients);
		if (own.content === content && own.recipients.length <= batchSize && new Set(own.recipients).size === own.recipients.length) continue;
		throw badValue('Message ID', `is "${messageId}" for messages that need several requests`, 'Leave it out, so that each gets one of its own, or use an expression that differs from row to row.');
	}
}

/** POST /send/sms. The document names no most recipients of a request; a status lists 100 of them a page (the vendor's SDKs). */
export const send = batchOperation({
	label: 'Send',
	action: 'Send an SMS',
	description: 'Send an SMS to one or several numbers, now or later',
	effect: 'once',
	fields: { to, message: messageText, ...schedule(sendAt('When to send it. A scheduled message can be rescheduled and cancelled.')), onlyPreview },
	options: {
		allowLandlines,
		defaultCountry,
		earlierSends,
		failOnRefused,
		files: fileLinks,
		includeInputFields: includeInput(true),
		maxFilesSize,
		maxSegments,
		maxSegmentsPerRun,
		...personalDetails,
		...requestDetails,
		...simplify,
	},
	identity: ['message'],
	segments: neededSegments,
	check(values) {
		checkFiles(values);
		checkSegments(values);
	},
	async before(items) {
		checkOwnIds(items);
	},
	batchSize,
	shared: sharedOf,
	entries(values): Sent[] {
		const { message: text, messageId, reference, fromNumber: from, testMode = false } = values;
		const known = { text, reference, from, testMode, scheduledFor: isoTime(values.scheduledFor) };
		return values.to.map((number) => ({ ...known, to: number, person: personOf(values), ownId: messageId }));
	},
	recipient: (entry) => entry.to,
	distinct: true,
	async request(entries, { messageId, text, details, files = [] }, { id }) {
		const Files = await Promise.all(files.map(async (file) => ({ Name: file.name, Data: await file.base64() })));
		return {
			method: 'POST',
			path: `${api}/send/sms`,
			body: {
				MessageData: {
					Message: text,
					// "maximum 40 characters, alphanumeric"
					MessageID: messageId ?? id,
					...details,
					Destinations: entries.map(({ to: Recipient, person }) => ({ Recipient, ...person })),
					Files: Files.length > 0 ? Files : undefined,
				},
			},
		};
	},
	response: accepted,
	outcomes: ({ MessageID }, entries, { id }) => entries.map((entry) => acceptedOutcome(entry, MessageID || (entry.ownId ?? id))),
	// What is refused has no ID; what is in doubt may be there under the one that this node made.
	unanswered: (entry, status, id) => messageOutput(entry, { messageId: entry.ownId ?? id, status }),
	culprits: (body, entries) => refusedRecipients(body, entries),
	doubt: { by: 'mark', look: settle },
});
