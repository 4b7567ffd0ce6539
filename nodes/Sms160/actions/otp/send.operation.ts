import type { IDataObject } from 'n8n-workflow';

import { simplify } from '../../../../engine/editor/description';
import { allowLandlines, includeInput } from '../../../../engine/inputs/fields';
import { itemOperation } from '../../../../engine/operation';
import { defaultCountry, otp, smsNumber } from '../../fields';
import { codeMessage, verifyResponse } from '../../otp';

/** POST /v1/otp/{otpId}/send. The provider makes the code; nobody sees it but its recipient. */
export const send = itemOperation({
	label: 'Send',
	action: 'Send a verification code',
	description: 'Send a one-time code to a phone number',
	effect: 'once',
	fields: { otp, number: smsNumber },
	options: { allowLandlines, defaultCountry, includeInputFields: includeInput(false), ...simplify },
	request: (values) => ({ method: 'POST', path: `/v1/otp/${values.otp}/send`, body: { phone: values.number } }),
	response: verifyResponse,
	output: codeMessage,
	raw: (response) => response as IDataObject,
});
