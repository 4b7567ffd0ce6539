import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { balance as balanceOf } from '../../../../engine/output/records';
import { z } from '../../../../engine/wire/schema';
import { simplify } from '../../../../engine/editor/description';
import { envelope, words } from '../../messages';
import { apiPath } from '../../provider';
import { numberIn } from '../../results';

/** Also written as a text, unless that could be read in two ways ("100.000"); null where the account has no such credits. */
const credits = z
	.union([z.number(), z.string().trim().transform(numberIn)])
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
	fields: simplify,
	request: () => ({ method: 'GET', path: `${apiPath}/balance` }),
	response: envelope(balance.passthrough()),
	output: (left) =>
		balanceOf(
			{ balance: left.sms_balance, unit: 'credits' },
			{
				expiresAt: left.sms_expired_date,
				whatsAppBalance: left.wa_balance,
				whatsAppExpiresAt: left.wa_expired_date,
				hlrBalance: left.hlr_balance,
				hlrExpiresAt: left.hlr_expired_date,
				simBalance: left.sim_balance,
				simExpiresAt: left.sim_expired_date,
				pulsaBalance: left.pulsa_balance,
				clientId: left.idClient,
			},
		),
	raw: (left) => left as IDataObject,
});
