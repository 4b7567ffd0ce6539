import type { IDataObject } from 'n8n-workflow';

import { listFields, simplify } from '../../../../engine/editor/description';
import { text } from '../../../../engine/inputs/fields';
import { pagedOperation } from '../../../../engine/operation';
import { hasNext, pageSize, paging } from '../../pages';
import { configurationOutput, otpList } from '../../otp';

/** GET /v1/otp. */
export const getAll = pagedOperation({
	label: 'Get Many',
	action: 'Get many OTP configurations',
	description: 'Get many OTP configurations with how often their codes were sent, matched and failed',
	fields: { ...listFields, ...simplify },
	optionsLabel: 'Filters',
	options: { title: text({ label: 'Name', description: 'A part of it is enough' }) },
	pageSize,
	numbered: true,
	request: ({ title }, page) => ({ method: 'GET', path: '/v1/otp', query: { ...paging(page), title } }),
	response: otpList,
	records: ({ otps }) => otps as IDataObject[],
	more: (response, { size }) => hasNext(response, response.otps, size),
	output: configurationOutput,
});
