import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { simplify } from '../../../../engine/editor/description';
import { otp } from '../../fields';
import { configurationOutput, otpRow } from '../../otp';

/** GET /v1/otp/{otpId}. */
export const get = itemOperation({
	label: 'Get',
	action: 'Get an OTP configuration',
	description: 'Get an OTP configuration with how often its codes were sent, matched and failed',
	effect: 'read',
	fields: { otp, ...simplify },
	request: (values) => ({ method: 'GET', path: `/v1/otp/${values.otp}` }),
	response: otpRow,
	output: configurationOutput,
	raw: (row) => row as IDataObject,
});
