/** Sender IDs (document: "Sender IDs"). */
import { randomUUID } from 'node:crypto';
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { receivesSms } from '../phones';
import { readNumber, type Account } from './account';
import { errorAnswer, errorTexts } from './errors';

const PENDING_VERIFICATIONS = 3;
const SAME_NUMBER_AFTER_MS = 5 * 60_000;
/** "Wait for existing ones to complete or expire"; after how long is not documented. */
const LINK_HOLDS_MS = 24 * 3_600_000;

export const senderEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/senders',
		handle: (account: Account) => ({ httpStatus: 200, body: { status: 'complete', results: [...account.senders.values()] } }),
	}),
	endpoint({
		method: 'POST',
		path: '/v1/senders',
		body: z.object({ number: z.string(), label: z.string().trim().optional() }).strict(),
		handle(account: Account, { body }) {
			const { world, verifications } = account;
			const number = readNumber(account, body.number);
			// "The mobile number to register": the link would not reach any other.
			if (number === undefined || !receivesSms(number)) return errorAnswer(400, errorTexts.invalidNumber);
			if (account.senders.has(number)) return errorAnswer(409, errorTexts.alreadySender);
			const now = world.clock.now();
			for (const [code, { at }] of verifications) if (now - at >= LINK_HOLDS_MS) verifications.delete(code);
			const pending = [...verifications];
			if (pending.some(([, other]) => other.number === number && now - other.at < SAME_NUMBER_AFTER_MS)) {
				return errorAnswer(429, errorTexts.verificationSent);
			}
			if (pending.length >= PENDING_VERIFICATIONS) return errorAnswer(429, errorTexts.tooManyVerifications);
			// A later verification of the same number replaces the earlier one.
			for (const [code, other] of pending) if (other.number === number) verifications.delete(code);
			const code = randomUUID();
			verifications.set(code, { number, label: body.label ?? '', at: now });
			world.messages.service.push({
				to: number,
				from: 'Mobile MSG',
				text: `Confirm that this number may be used as a sender: ${world.baseUrl}/confirm-sender/${code}`,
				at: new Date(now).toISOString(),
			});
			return {
				httpStatus: 200,
				body: { status: 'verification_sent', message: 'A verification link has been sent to the number.' },
			};
		},
	}),
	// The page behind the link in the verification SMS; its real address is not documented.
	endpoint({
		method: 'GET',
		path: '/confirm-sender/:code',
		authorised: () => true,
		handle(account: Account, { params }) {
			const verification = account.verifications.get(params.code ?? '');
			if (!verification) return errorAnswer(404, errorTexts.notFound);
			const { number, label } = verification;
			account.verifications.delete(params.code ?? '');
			account.senders.set(number, { sender: number, type: 'own', label, is_default: false });
			return {
				httpStatus: 200,
				headers: { 'content-type': 'text/plain; charset=utf-8' },
				body: `${number} is now a sender of the account.`,
			};
		},
	}),
];
