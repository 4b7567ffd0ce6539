import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { creditOutput, creditRequest } from '../../credit';

/** GET /sms/command, cmd=CREDITS. */
export const getSmsCredit = itemOperation({
	label: 'Get SMS Credit',
	action: 'Get the SMS credit',
	description: 'Get the SMS credit by the user name and password of the SMS API',
	effect: 'read',
	fields: {},
	request: () => creditRequest,
	response: z.unknown(),
	output: creditOutput,
});
