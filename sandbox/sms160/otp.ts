/** One-time codes (document: "/v1/otp"). */
import { randomInt } from 'node:crypto';
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { dateTime, type Account, type OtpConfiguration, type Sms } from './account';
import { errorAnswer, errorTexts } from './errors';
import { page, pagingFields } from './paging';
import { acceptMessage, newBatchId, prepareMessage } from './send';

const shown = ({ refusesWith400: _refusesWith400, ...configuration }: OtpConfiguration) => configuration;

function shownCode({ otpId }: OtpConfiguration, { messageId, accepted, sentAt }: Sms, statusCode: number, status: string) {
	return {
		messageId,
		otpId,
		datePosted: dateTime(Date.parse(accepted.at)),
		dateSent: sentAt === null ? null : dateTime(sentAt),
		sender: accepted.from,
		recipient: accepted.to,
		cost: accepted.cost.toFixed(2),
		statusCode: String(statusCode),
		status,
	};
}

const keyOf = ({ otpId }: OtpConfiguration, phone: string): string => `${otpId} ${phone.replace(/\D/g, '')}`;

/** "enumerated statusCode for OTP results" */
const results = { matched: [3, 'Matched code'], failed: [4, 'Failed code'], expired: [5, 'Expired code'], used: [6, 'Used code'] } as const;

export const otpEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/otp',
		query: z.object({ ...pagingFields, title: z.string().optional() }).strict(),
		handle(account: Account, { query, request }) {
			const rows = [...account.otps.values()].filter(({ title }) => title.toLowerCase().includes((query.title ?? '').toLowerCase()));
			return { httpStatus: 200, body: page(account, '/v1/otp', request.query, 'otps', rows, query, shown) };
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/otp/:otpId',
		handle(account: Account, { params }) {
			const configuration = account.otps.get(Number(params['otpId']));
			return configuration ? { httpStatus: 200, body: shown(configuration) } : errorAnswer(404, errorTexts.noOtp);
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/otp/:otpId/send',
		body: z.object({ phone: z.string() }).strict(),
		handle(account: Account, { params, body }) {
			const configuration = account.otps.get(Number(params['otpId']));
			if (!configuration) return errorAnswer(404, errorTexts.noOtp);
			const code = String(randomInt(10 ** configuration.length)).padStart(configuration.length, '0');
			const prepared = prepareMessage(account, body.phone, `${code} is your ${configuration.title.split(' ')[0]?.toLowerCase() ?? ''} code. It holds for ${configuration.ttl} minutes.`, {});
			if ('refused' in prepared) return errorAnswer(400, { text: prepared.refused, object: body });
			if (prepared.cost > account.world.settings.credits) return errorAnswer(400, errorTexts.noBalance);
			const sms = acceptMessage(account, prepared, newBatchId());
			// Not among the messages: whoever may list those would see the codes.
			account.messages.delete(sms.messageId);
			configuration.sent++;
			account.codes.set(keyOf(configuration, body.phone), { sms, code, expiresAt: account.world.clock.now() + configuration.ttl * 60_000, used: false });
			return { httpStatus: 201, body: { verify: shownCode(configuration, sms, sms.statusCode, sms.status) } };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/otp/:otpId/verify',
		body: z.object({ phone: z.string(), code: z.string() }).strict(),
		handle(account: Account, { params, body }) {
			const configuration = account.otps.get(Number(params['otpId']));
			if (!configuration) return errorAnswer(404, errorTexts.noOtp);
			const sent = account.codes.get(keyOf(configuration, body.phone));
			if (!sent) return errorAnswer(400, { text: errorTexts.noCode, object: { phone: body.phone } });
			const result = sent.code !== body.code ? 'failed' : sent.used ? 'used' : account.world.clock.now() > sent.expiresAt ? 'expired' : 'matched';
			if (result === 'matched') {
				sent.used = true;
				configuration.matched++;
			} else configuration.failed++;
			const [statusCode, status] = results[result];
			const { wrongCodeAs } = account.world.settings;
			const refuses = wrongCodeAs === 'configured' ? configuration.refusesWith400 : wrongCodeAs === 'refusal';
			if (result !== 'matched' && refuses) return errorAnswer(400, { text: status, object: body });
			return { httpStatus: 200, body: { verify: shownCode(configuration, sent.sms, statusCode, status) } };
		},
	}),
];
