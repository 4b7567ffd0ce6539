/** One-time codes: how the provider reports on them, and how that reads. */
import type { IDataObject } from 'n8n-workflow';

import { columns } from '../../engine/output/message';
import { others } from '../../engine/output/records';
import { z } from '../../engine/wire/schema';
import { idText, looseText, memberOutput, messageRow } from './messages';
import { links } from './pages';
import { errorBody } from './provider';

export const otpRow = z.object({ otpId: z.unknown() }).passthrough();
export const otpList = z.object({ otps: z.array(otpRow), links }).passthrough();

/** The response to both POST /v1/otp/{otpId}/send and .../verify. */
export const verifyResponse = z.object({ verify: messageRow.extend({ otpId: looseText }) }).passthrough();
export type VerifyResponse = z.infer<typeof verifyResponse>;

/** "enumerated statusCode for OTP results", beyond those of every SMS. */
const results: Record<string, string> = { '3': 'matched', '4': 'failed', '5': 'expired', '6': 'used' };

/** The message that carried a code. Its text is not reported, and the code never is. */
export function codeMessage({ verify }: VerifyResponse, { otp, number }: { otp: number; number: string }): IDataObject {
	return { ...memberOutput({ ...verify, recipient: verify.recipient || number }), otpId: verify.otpId || String(otp) };
}

/** What became of a code that a user typed in. */
export function verified(result: string, { to, otpId, messageId, statusText, postedAt }: Record<string, string | null | undefined> = {}): IDataObject {
	return columns({ verified: result === 'matched', result, to, otpId, messageId, statusText, postedAt });
}

/** A configuration. In which unit codes live is not documented. */
export function configurationOutput(row: object): IDataObject {
	const { otpId, title: name, length: codeLength, ttl: lifetime, sent: sentCount, matched: matchedCount, failed: failedCount, ...rest } = row as IDataObject;
	return columns({ otpId: idText.nullish().catch(null).parse(otpId), name, codeLength, lifetime, sentCount, matchedCount, failedCount, ...others(rest, []) });
}

/** @param asked what was asked for: it stands where the answer leaves it out */
export function codeResult({ verify }: VerifyResponse, asked: { otp: number; number: string }): IDataObject {
	const { statusCode, status, messageId, datePosted: postedAt } = verify;
	// A code that the provider does not list is none that lets anybody in.
	const result = results[(statusCode ?? '').trim()] ?? 'unknown';
	const [to, otpId] = [verify.recipient || asked.number, verify.otpId || String(asked.otp)];
	return verified(result, { to, otpId, messageId, statusText: status || (result === 'unknown' ? statusCode : undefined), postedAt });
}

/** They say that they are about a code: accounts expire, and numbers are used, too. */
const words: Array<[RegExp, string]> = [
	[/\b(code|otp)\b.*\bexpired\b|\bexpired\b.*\b(code|otp)\b|^expired\W*$/i, 'expired'],
	[/\b(code|otp)\b.*\bused\b|\bused\b.*\b(code|otp)\b|^used\W*$/i, 'used'],
	[/(fail|wrong|invalid|incorrect|mismatch|not match)\w*\b.*\bcode|\bcode\b.*(fail|wrong|invalid|incorrect|mismatch|not match)/i, 'failed'],
];
/** No code that anybody typed in: "Invalid country code", "Wrong parameter code". */
const otherCode = /\b(country|area|post|status) ?code\b|\bparameter\b/i;

/**
 * A "no" to a code that comes as HTTP 400, which the document allows: read from a status code in it, or else from its text.
 * `undefined`: it is about something else (no such configuration, a bad number).
 */
export function refusedCode(body: unknown): string | undefined {
	const inside = verifyResponse.safeParse(body).data?.verify.statusCode;
	const errors = errorBody.safeParse(body).data?.errors ?? [];
	const codes = [inside, ...errors.flatMap(({ statusCode, object }) => [statusCode, z.object({ statusCode: idText }).safeParse(object).data?.statusCode])];
	const byCode = codes.map((code) => results[String(code ?? '').trim()]).find((result) => result !== undefined && result !== 'matched');
	return byCode ?? words.find(([word]) => errors.some(({ status }) => word.test(status ?? '') && !otherCode.test(status ?? '')))?.[1];
}
