import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { envelope, words } from '../../messages';
import { apiPath } from '../../provider';

/** Also written as a text; null where the account has no such credits. */
const credits = z
	.union([z.number(), z.string().trim().min(1).transform(Number)])
	.nullish()
	.catch(undefined);

/** "Credit": only `idClient` is required. */
const balance = z.object({
	idClient: words,
	wa_balance: credits,
	wa_expired_date: words,
	hlr_balance: credits,
	hlr_expired_date: words,
	sim_balance: credits,
	sim_expired_date: words,
	sms_balance: credits,
	sms_expired_date: words,
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
