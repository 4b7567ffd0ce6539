/** Sending (document: "Send SMS Message API", "api/v2/sms/send"; provider facts, section 5). */
import { z } from 'zod/v3';
import { endpoint, formFormat, jsonFormat } from '../endpoint';
import type { Answer, ApiRequest } from '../provider';
import type { Account, GivenCredentials } from './account';
import { refuseKey, refusePassword } from './errors';
import { send, type GivenMessage } from './send';
import { own } from './settings';

const messageFields = { numbers: z.string().optional(), message_body: z.string().optional(), sender_id: z.string().optional() };
export const passwordFields = { username: z.string().optional(), password: z.string().optional() };
export const keyField = { api_key: z.string().optional() };

/** "Credentials can be passed either as URL parameters or form parameters." */
async function sendByPassword(account: Account, given: GivenCredentials & GivenMessage, request: ApiRequest): Promise<Answer> {
	const refused = refusePassword(account, given, request);
	if (refused) return refused;
	const answer = await send(account, given, request);
	if ('refused' in answer) return answer.refused;
	return own(account.world).v1Success === 'message' ? { httpStatus: 200, body: { message: 'Message Sent Successfully.' } } : success(answer.sent);
}

async function sendByKey(account: Account, given: GivenCredentials & GivenMessage, request: ApiRequest): Promise<Answer> {
	const refused = refuseKey(account, given, request);
	if (refused) return refused;
	const answer = await send(account, given, request);
	return 'refused' in answer ? answer.refused : success(answer.sent);
}

function success(data: unknown): Answer {
	return { httpStatus: 200, body: { success: true, message: 'Message sent successfully', data } };
}

export const messageEndpoints = [
	endpoint({
		method: 'POST',
		path: '/v1/sms/send',
		formats: [formFormat, jsonFormat],
		query: z.object(passwordFields).strict(),
		body: z.object({ ...messageFields, ...passwordFields }).strict(),
		handle: (account: Account, { query, body, request }) => sendByPassword(account, { ...query, ...body }, request),
	}),
	endpoint({
		method: 'GET',
		path: '/v1/sms/send',
		query: z.object({ ...messageFields, ...passwordFields }).strict(),
		handle: (account: Account, { query, request }) => sendByPassword(account, query, request),
	}),
	endpoint({
		method: 'POST',
		path: '/api/v2/sms/send',
		query: z.object(keyField).strict(),
		body: z.object({ ...messageFields, ...keyField }).strict(),
		handle: (account: Account, { query, body, request }) => sendByKey(account, { ...query, ...body }, request),
	}),
	endpoint({
		method: 'GET',
		path: '/api/v2/sms/send',
		query: z.object({ ...messageFields, ...keyField }).strict(),
		handle: (account: Account, { query, request }) => sendByKey(account, query, request),
	}),
];
