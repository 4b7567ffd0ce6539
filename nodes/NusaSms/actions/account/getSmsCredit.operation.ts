import type { IDataObject } from 'n8n-workflow';

import { failure } from '../../../../engine/failure';
import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { balance } from '../../../../engine/output/records';
import { commandPath } from '../../provider';
import { numberIn, rawOf, resultRows, statusIn } from '../../results';
import { isKnownRefusal, refusalOf } from '../../statuses';

const names = ['value', 'credits', 'credit', 'balance', 'sms_balance'];
const dayNames = ['expireddate', 'expired_date', 'expirydate', 'sms_expired_date'];

/** GET /sms/command, cmd=CREDITS. No document shows its answer: a number, JSON and XML are read, and all of it stands in `raw`. */
export const getSmsCredit = itemOperation({
	label: 'Get SMS Credit',
	action: 'Get the SMS credit',
	description: 'Get the SMS credit by the user name and password of the SMS API',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: commandPath, authentication: 'query', query: { cmd: 'CREDITS', type: 'sms', output: 'json' } }),
	response: z.unknown(),
	output(body): IDataObject {
		const [row = {}] = resultRows(body);
		const status = statusIn(row);
		if (status !== undefined && isKnownRefusal(status)) {
			const { reason, advice } = refusalOf(status);
			throw failure('refused', `NusaSMS refused the request: ${reason}`, advice);
		}
		const credit = names.map((name) => numberIn(row[name])).find((found) => found !== undefined);
		const expiresAt = dayNames.map((name) => row[name]).find((found) => found !== undefined && found !== '');
		return balance({ balance: credit, unit: 'credits' }, { expiresAt, raw: rawOf(body) });
	},
});
