import type { IDataObject } from 'n8n-workflow';

import { text } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { defaultCountry, number, otp } from '../../fields';
import { codeResult, refusedCode, verified, verifyResponse } from '../../otp';

/** POST /v1/otp/{otpId}/verify. A wrong code is an answer, also where the provider gives it as HTTP 400. */
export const verify = itemOperation({
	label: 'Verify',
	action: 'Check a verification code',
	description: 'Check the code that a person typed in: matched, failed, expired or used',
	// A code matches once, so a repeat of a check that went through would say "used".
	effect: 'once',
	fields: {
		otp,
		number,
		code: text({ label: 'Code', required: true, placeholder: 'e.g. 012345', description: 'As the person typed it in. Keep it a text, so that zeros in front stay.' }),
		...simplify,
	},
	options: { defaultCountry },
	identity: ['otp', 'number'],
	secret: ['code'],
	request: (values) => ({ method: 'POST', path: `/v1/otp/${values.otp}/verify`, body: { phone: values.number, code: values.code } }),
	response: verifyResponse,
	output: codeResult,
	raw: (response) => response as IDataObject,
	answered(body, { otp: otpId, number: to }) {
		const result = refusedCode(body);
		return result === undefined ? undefined : verified(result, { to, otpId: String(otpId) });
	},
	// Asked again: "used" may mean this very check, or somebody else's before it, and must let nobody in.
	doubt: { by: 'repeat', hours: 1, patience: 2_000, isAnswer: ({ output }) => !['used', 'unknown'].some((result) => result === [output].flat()[0]?.['result']) },
});
