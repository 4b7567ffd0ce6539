/** The provider's error texts and error shape (document: "Common API Errors and Solutions"). */
import type { Answer, Refusal } from '../provider';

export const errorTexts = {
	unauthorized: 'Unauthorized',
	invalidNumber: 'Invalid phone number format',
	emptyMessage: 'Message content cannot be empty',
	invalidSender: 'Invalid sender. You do not have permission to use this sender.',
	unsubscribed: 'The recipient has unsubscribed and cannot receive messages.',
	notGsm: 'Message contains non-GSM characters',
	tooLong: 'Message exceeds the maximum allowed length.',
	noCredits: 'Insufficient credits to send the batch of messages.',
	tooManyAtOnce: 'Too many concurrent requests. Please wait.',
	notScheduled: 'Message not found or is not in a scheduled state.',
	duplicateContact: 'This phone number already exists in your contacts.',
	tooManyVerifications: 'You have too many pending verifications.',
	// The rest stands in for texts that the document does not give.
	tooManyMessages: 'Too many messages. Up to 100 messages are allowed in a single request.',
	tooSoon: 'Scheduled time must be at least 1 minute in the future.',
	alreadySender: 'This number is already an active sender on your account.',
	verificationSent: 'A verification was sent to this number in the last 5 minutes.',
	noContact: 'Contact not found.',
	noList: 'List not found.',
	notMember: 'Contact is not in this list.',
	notUnsubscribed: 'Number is not on your unsubscribe list.',
	notJson: 'Invalid JSON body.',
	notFound: 'Not found',
	failure: 'Internal server error',
} as const;

/** An error answer: `{"error": text}`, as in the document's "Example Error Responses". */
export function errorAnswer(httpStatus: number, text: string): Answer {
	return { httpStatus, body: { error: text } };
}

/** The text for a field that is missing, unknown or wrong, after the documented `Missing or invalid "messages" parameter.` */
export function fieldError(field: string): string {
	return `Missing or invalid "${field}" parameter.`;
}

/** Words a refusal by the shared mechanics as this provider does. */
export function refuse(refusal: Refusal, text?: string, httpStatus = 500): Answer {
	switch (refusal.reason) {
		case 'unauthorised':
			return errorAnswer(401, errorTexts.unauthorized);
		case 'too-many-at-once':
		case 'rate':
			return errorAnswer(429, text ?? errorTexts.tooManyAtOnce);
		case 'method':
			return errorAnswer(405, `Invalid request method. Only ${listed(refusal.allowed)} allowed.`);
		case 'path':
			return errorAnswer(404, errorTexts.notFound);
		case 'not-json':
			return errorAnswer(400, errorTexts.notJson);
		case 'idempotency-key':
			return errorAnswer(400, text ?? 'Idempotency-Key must be 255 characters or fewer.');
		case 'invalid-field':
			// JSON that is no object has no field to name.
			if (refusal.field === '') return errorAnswer(400, errorTexts.notJson);
			// A wrong element is reported by the documented text for its array.
			return errorAnswer(400, fieldError(refusal.field.split('.')[0] ?? refusal.field));
		case 'failure':
			return errorAnswer(httpStatus, text ?? errorTexts.failure);
	}
}

function listed(methods: string[]): string {
	const last = methods.at(-1) ?? '';
	return methods.length > 1 ? `${methods.slice(0, -1).join(', ')} and ${last} are` : `${last} is`;
}
