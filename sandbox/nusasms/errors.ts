/**
 * How the provider refuses (document: "Failed / Error"; shape: provider facts, section 3). The document gives no texts; these stand
 * in for them. The SMS calls have statuses instead, see `results.ts`.
 */
import type { Answer, ApiRequest, Refusal, ViolationKind } from '../provider';

export function errorAnswer(httpStatus: number, message: string): Answer {
	return { httpStatus, body: { error: true, message, description: null } };
}

/** `HTTPValidationError`. @param field e.g. `phone_numbers.0` */
export function validationAnswer(place: 'query' | 'body', field: string, msg: string, type = 'value_error'): Answer {
	const path = field === '' ? [] : field.split('.');
	return { httpStatus: 422, body: { detail: [{ loc: [place, ...path], msg, type }] } };
}

/** A value that a correct client never sends. */
export function broken(request: ApiRequest, kind: ViolationKind, field: string, msg: string, place: 'query' | 'body' = 'body'): Answer {
	request.violations.push({ kind, text: `${field}: ${msg}` });
	return validationAnswer(place, field, msg);
}

const fieldTexts: Partial<Record<ViolationKind, [string, string]>> = {
	'missing-field': ['field required', 'value_error.missing'],
	'unknown-field': ['extra fields not permitted', 'value_error.extra'],
	'wrong-type': ['value has the wrong type', 'type_error'],
};

/** Words a refusal by the shared mechanics as this provider does. */
export function refuse(refusal: Refusal, text?: string): Answer {
	switch (refusal.reason) {
		case 'unauthorised':
			return errorAnswer(401, 'Invalid API Key');
		case 'too-many-at-once':
		case 'rate':
			return errorAnswer(429, text ?? 'Rate limit');
		case 'method':
			return errorAnswer(405, 'Method not allowed');
		case 'path':
			return errorAnswer(404, 'Not found');
		case 'not-json':
		case 'idempotency-key':
			return errorAnswer(400, 'Invalid HTTP request parameter');
		case 'invalid-field': {
			const [msg, type] = fieldTexts[refusal.kind] ?? ['value is not valid', 'value_error'];
			return validationAnswer(refusal.place, refusal.field, msg, type);
		}
		case 'failure':
			return errorAnswer(500, text ?? 'Server Error');
	}
}
