/** The provider's error shape (document: "error handling"). The document gives no texts; these stand in for them. */
import type { Answer, Refusal } from '../provider';

export const errorTexts = {
	unauthorized: 'Unauthorized',
	tooManyRequests: 'Too Many Requests',
	notFound: 'Not found',
	noMessage: 'Message not found',
	noContact: 'Contact not found',
	noGroup: 'Group not found',
	noOtp: 'OTP configuration not found',
	invalidRecipient: 'Recipient phone number is not valid',
	optedOut: 'A recipient has opted out',
	emptyMessage: 'Message text is empty',
	invalidSender: 'Sender name is not approved',
	invalidEmail: 'Email is not valid',
	invalidVirtual: 'Virtual phone number is not active',
	invalidDelay: 'Delay must be between 1 and 44640 minutes',
	noBalance: 'Not enough balance',
	tooMany: 'No more than 100 objects at once',
	twice: 'The same object is given twice',
	emptyTitle: 'Group title is empty',
	keyword: 'Keyword is required for this group type',
	duplicate: 'Contact with this phone already exists',
	tooShort: 'At least 5 symbols are needed to start the search',
	noCode: 'No code was sent to this phone',
	failedCode: 'Failed code',
	failure: 'Internal server error',
} as const;

/** One thing that is wrong; `object` only "in case of broken object". */
export interface Fault {
	text: string;
	object?: unknown;
}

/** `{ "errors": [{ "statusCode": 4xx, "status": "human readable error message", "object": {} }] }` */
export function errorAnswer(httpStatus: number, ...faults: Array<string | Fault>): Answer {
	const errors = faults.map((fault) => {
		const { text, object } = typeof fault === 'string' ? { text: fault, object: undefined } : fault;
		return { statusCode: httpStatus, status: text, ...(object === undefined ? {} : { object }) };
	});
	return { httpStatus, body: { errors } };
}

/** Words a refusal by the shared mechanics as this provider does. */
export function refuse(refusal: Refusal, text?: string, httpStatus = 500): Answer {
	switch (refusal.reason) {
		case 'unauthorised':
			return errorAnswer(401, errorTexts.unauthorized);
		case 'too-many-at-once':
		case 'rate':
			return errorAnswer(429, text ?? errorTexts.tooManyRequests);
		case 'method':
			return errorAnswer(405, 'Method Not Allowed');
		case 'path':
			return errorAnswer(404, errorTexts.notFound);
		case 'not-json':
			return errorAnswer(400, 'Request is not valid JSON');
		case 'idempotency-key':
		case 'invalid-field':
			return errorAnswer(400, `Wrong parameter ${'field' in refusal ? refusal.field : ''}`.trim());
		case 'failure':
			return errorAnswer(httpStatus, text ?? errorTexts.failure);
	}
}
