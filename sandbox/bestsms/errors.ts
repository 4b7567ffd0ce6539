/** How the provider refuses. The document gives few texts ("Message not found", "Missing Sender"); the others stand in for it. */
import type { Answer, Refusal } from '../provider';

export const refusalTexts = {
	unauthorized: 'Invalid Auth Token',
	noMessage: 'Message not found',
	noContact: 'Contact not found',
	noGroup: 'Group not found',
	noRelation: 'Contact is not in this group',
	groupExists: 'GroupCode already exists',
	addressBookOff: 'Address Book is not enabled for this user',
	notFailed: 'Message is not Failed',
	notDelayed: 'Message is not Delayed',
	otherMessage: 'MessageID differs from the one in the URL',
	tooMany: 'Too many requests',
	notFound: 'Not found',
	failure: 'API Server Fault',
} as const;

/** What a refusal's body is until `write` in format.ts gives it the shape that the account's settings want. */
export interface RefusalBody {
	Result: 'Failed' | 'Unauthorized' | 'RecordNotFound';
	MessageID?: string;
	Message: string;
}

/** A refusal; about one message, with its `MessageID` (document: the tables of failures). */
export function refused(httpStatus: number, Message: string, { result = 'Failed', messageId }: { result?: RefusalBody['Result']; messageId?: string } = {}): Answer {
	const body: RefusalBody = { Result: result, ...(messageId === undefined ? {} : { MessageID: messageId }), Message };
	return { httpStatus, body };
}

/** For records of the address book (provider facts, section 4c: `RecordNotFound`); "Possible HTTP status values" knows no 404. */
export function recordNotFound(text: string): Answer {
	return refused(400, text, { result: 'RecordNotFound' });
}

/** Words a refusal by the shared mechanics as this provider does. */
export function refuse(refusal: Refusal, text?: string, httpStatus = 500): Answer {
	switch (refusal.reason) {
		case 'unauthorised':
			return refused(401, refusalTexts.unauthorized, { result: 'Unauthorized' });
		case 'too-many-at-once':
		case 'rate':
			return refused(429, text ?? refusalTexts.tooMany);
		case 'method':
			return refused(405, 'Method Not Allowed');
		case 'path':
			return refused(404, refusalTexts.notFound);
		case 'not-json':
			return refused(400, 'Invalid request format');
		case 'idempotency-key':
			return refused(400, 'Invalid header');
		case 'invalid-field': {
			const field = refusal.field.split('.').at(-1) ?? '';
			return refused(400, `${refusal.kind === 'missing-field' ? 'Missing' : 'Invalid'} ${field}`.trim());
		}
		case 'failure':
			return refused(httpStatus, text ?? refusalTexts.failure);
	}
}
