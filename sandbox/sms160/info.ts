/** The account itself (document: "/v1/info"), and the page on which a virtual number gets its callback. */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { sms160Senders, type Account } from './account';
import { errorAnswer, errorTexts } from './errors';

export const infoEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/info',
		handle: ({ world, senderNames, virtualNumbers }: Account) => ({
			httpStatus: 200,
			body: { phone: sms160Senders.registered, balance: world.settings.credits, senderIds: senderNames, virtualNumbers },
		}),
	}),
	// The API cannot set a virtual number's callback: a person does it on the provider's web site, which this stands for.
	endpoint({
		method: 'POST',
		path: '/dashboard/virtual-numbers/:phone',
		body: z.object({ callbackURL: z.string() }).strict(),
		handle(account: Account, { params, body }) {
			const number = account.virtualNumbers.find(({ phone }) => phone === params['phone']);
			if (!number) return errorAnswer(404, errorTexts.notFound);
			number.callbackURL = body.callbackURL;
			return { httpStatus: 200, body: number };
		},
	}),
];
