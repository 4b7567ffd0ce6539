/** How the provider refuses (document: "Responses" and the sample answers of the endpoints). Texts that it does not give are made after those. */
import type { Answer, ApiRequest, Refusal } from '../provider';
import { hasPassword, keyFault, type Account, type GivenCredentials } from './account';
import { own } from './settings';

export const errorTexts = {
	unauthorized: 'Unauthorized.',
	invalidNumber: 'Invalid phone number format.',
	noKey: 'API key is required',
	wrongKey: 'Invalid API key',
	expiredKey: 'API key has expired',
	noBalance: 'Insufficient balance.',
	longSender: 'The sender id must not be greater than 11 characters.',
	noActiveKey: 'There is no API key.',
	tooMany: 'Too Many Attempts.',
	serverError: 'Server Error',
} as const;

const KEY_HELP = 'Provide X-API-Key header or api_key parameter';

/** Laravel's words for a field that is missing or empty; the document's `expiry_days` has such texts. */
export function required(field: string): string {
	return `The ${field.replace(/_/g, ' ')} field is required.`;
}

/** A refusal once the provider looks at the request. */
export function refusal(account: Account, httpStatus: number, text: string, help?: string): Answer {
	const { refusal: shape, refusalHttpStatus } = own(account.world);
	const body = shape === 'error' ? { error: text, ...(help === undefined ? {} : { help }) } : { success: false, message: text };
	return { httpStatus: httpStatus === 400 ? refusalHttpStatus : httpStatus, body };
}

/** The refusal of a request without a good key, as in the document's sample of 401. */
export function refuseKey(account: Account, given: GivenCredentials, request: ApiRequest): Answer | undefined {
	const fault = keyFault(account, given, request);
	if (fault === undefined) return undefined;
	request.violations.push({ kind: 'auth', text: `the API key is ${fault}` });
	const text = { missing: errorTexts.noKey, wrong: errorTexts.wrongKey, expired: errorTexts.expiredKey }[fault];
	return refusal(account, 401, text, KEY_HELP);
}

/** The refusal of a request without the right user name and password. */
export function refusePassword(account: Account, given: GivenCredentials, request: ApiRequest): Answer | undefined {
	if (hasPassword(given)) return undefined;
	request.violations.push({ kind: 'auth', text: 'wrong or missing username or password' });
	return refusal(account, 401, errorTexts.unauthorized);
}

/** Words a refusal by the shared mechanics as this provider does. */
export function refuse(refused: Refusal, text?: string, httpStatus = 500): Answer {
	const error = (status: number, words: string): Answer => ({ httpStatus: status, body: { error: words } });
	switch (refused.reason) {
		case 'unauthorised':
			return error(401, errorTexts.unauthorized);
		case 'too-many-at-once':
		case 'rate':
			return error(429, text ?? errorTexts.tooMany);
		case 'method':
			return error(405, 'Method not allowed.');
		case 'path':
			return error(404, 'Not found.');
		case 'not-json':
		case 'idempotency-key':
			return error(400, 'The request body is not valid.');
		case 'invalid-field':
			return error(400, refused.kind === 'missing-field' ? required(refused.field) : `The ${refused.field.replace(/_/g, ' ')} field is invalid.`);
		case 'failure':
			// As in the document's sample of 500.
			return httpStatus < 500 ? error(httpStatus, text ?? errorTexts.serverError) : { httpStatus, body: { message: text ?? errorTexts.serverError } };
	}
}
