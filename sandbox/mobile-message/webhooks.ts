/** Where the account wants its events (document: "Managing webhook URLs via API"). One inbound and one status URL per account. */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Account } from './account';
import { errorAnswer, fieldError } from './errors';

const webhookType = z.enum(['inbound', 'status']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The real provider takes HTTPS only (provider facts, section 2). Plain HTTP to this machine is allowed so that n8n can be tried here. */
function isAllowedUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

export const webhookEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/webhooks',
		handle: ({ webhooks }: Account) => ({ httpStatus: 200, body: { status: 'complete', webhooks } }),
	}),
	endpoint({
		method: 'POST',
		path: '/v1/webhooks',
		body: z.object({ type: webhookType, url: z.string() }).strict(),
		handle({ webhooks }: Account, { body: { type, url } }) {
			if (!isAllowedUrl(url)) return errorAnswer(400, fieldError('url'));
			webhooks[type] = url;
			return { httpStatus: 200, body: { status: 'complete', type, url } };
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/webhooks',
		body: z.object({ type: webhookType }).strict(),
		handle({ webhooks }: Account, { body: { type } }) {
			webhooks[type] = null;
			return { httpStatus: 200, body: { status: 'complete', type, url: null } };
		},
	}),
];
