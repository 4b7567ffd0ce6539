/**
 * The account's API key (document: "api/generate-key", "api/regenerate-key", "api/revoke-key"). The document shows neither how these
 * are authenticated nor what they answer: here a key or the password will do, there is one key, and a new one replaces it.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod/v3';
import { endpoint, jsonFormat, type BodyFormat } from '../endpoint';
import type { Answer, ApiRequest } from '../provider';
import type { Account, GivenCredentials } from './account';
import { errorTexts, refusal, refuseKey, refusePassword } from './errors';
import { keyField, passwordFields } from './messages';
import { own } from './settings';

const credentialFields = { ...keyField, ...passwordFields };
const days = z.number().int().min(1, 'Must be at least 1.').max(365, 'Must not be greater than 365.');

/** `expiry_days` is optional, and with it the whole body. */
const jsonOrNothing: BodyFormat = { contentType: jsonFormat.contentType, parse: (text) => (text === '' ? {} : jsonFormat.parse(text)) };

function refuseAccess(account: Account, given: GivenCredentials, request: ApiRequest): Answer | undefined {
	// What such a server answers to who is not signed in.
	if (own(account.world).keyAccess === 'session') return { httpStatus: 401, body: { message: 'Unauthenticated.' } };
	return given.username === undefined && given.password === undefined ? refuseKey(account, given, request) : refusePassword(account, given, request);
}

function newKey(account: Account, expiryDays: number | undefined, message: string): Answer {
	const { world } = account;
	const expiresAt = expiryDays === undefined ? null : world.clock.now() + expiryDays * 86_400_000;
	account.key = { value: randomBytes(20).toString('hex'), expiresAt };
	const shown = { api_key: account.key.value, expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString() };
	return { httpStatus: 200, body: own(world).keyAnswer === 'top' ? { success: true, message, ...shown } : { success: true, message, data: shown } };
}

export const keyEndpoints = [
	endpoint({
		method: 'POST',
		path: '/api/generate-key',
		formats: [jsonOrNothing],
		query: z.object(credentialFields).strict(),
		body: z.object({ ...credentialFields, expiry_days: days.optional() }).strict(),
		handle: (account: Account, { query, body, request }) =>
			refuseAccess(account, { ...query, ...body }, request) ?? newKey(account, body.expiry_days, 'API key generated successfully'),
	}),
	endpoint({
		method: 'POST',
		path: '/api/regenerate-key',
		formats: [jsonOrNothing],
		query: z.object(credentialFields).strict(),
		body: z.object({ ...credentialFields, expiry_days: days.optional() }).strict(),
		handle(account: Account, { query, body, request }) {
			const refused = refuseAccess(account, { ...query, ...body }, request);
			if (refused) return refused;
			return account.key === null ? refusal(account, 400, errorTexts.noActiveKey) : newKey(account, body.expiry_days, 'API key regenerated successfully');
		},
	}),
	endpoint({
		method: 'POST',
		path: '/api/revoke-key',
		query: z.object(credentialFields).strict(),
		body: z.object(credentialFields).strict().optional(),
		handle(account: Account, { query, body, request }) {
			const refused = refuseAccess(account, { ...query, ...body }, request);
			if (refused) return refused;
			if (account.key === null) return refusal(account, 400, errorTexts.noActiveKey);
			account.key = null;
			return { httpStatus: 200, body: { success: true, message: 'API key revoked successfully' } };
		},
	}),
];
