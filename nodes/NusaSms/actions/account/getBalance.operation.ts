import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { envelope } from '../../messages';
import { apiPath } from '../../provider';

/** Also written as a text; null where the account has no such credits. */
const credits = z.union([z.number(), z.string().transform(Number)]).nullish();
const day = z.string().nullish();

/** "Credit": only `idClient` is required. */
const balance = z.object({
	idClient: z.union([z.string(), z.number()]).transform(String),
	wa_balance: credits,
	wa_expired_date: day,
	hlr_balance: credits,
	hlr_expired_date: day,
	sim_balance: credits,
	sim_expired_date: day,
	sms_balance: credits,
	sms_expired_date: day,
	pulsa_balance: credits,
});

/** GET /balance. */
export const getBalance = itemOperation({
	label: 'Get Balance',
	action: 'Get the balance',
	description: 'Get the credits for WhatsApp, SMS and the other services, and when they expire',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: `${apiPath}/balance` }),
	response: envelope(balance.passthrough()),
	output: ({
		idClient,
		wa_balance: waBalance = null,
		wa_expired_date: waExpiredDate = null,
		hlr_balance: hlrBalance = null,
		hlr_expired_date: hlrExpiredDate = null,
		sim_balance: simBalance = null,
		sim_expired_date: simExpiredDate = null,
		sms_balance: smsBalance = null,
		sms_expired_date: smsExpiredDate = null,
		pulsa_balance: pulsaBalance = null,
	}) => ({ idClient, waBalance, waExpiredDate, hlrBalance, hlrExpiredDate, simBalance, simExpiredDate, smsBalance, smsExpiredDate, pulsaBalance }),
});
