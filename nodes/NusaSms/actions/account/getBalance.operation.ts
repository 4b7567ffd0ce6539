import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../../engine/operation';
import { balance as balanceOf } from '../../../../engine/output/records';
import { z } from '../../../../engine/wire/schema';
import { simplify } from '../../../../engine/editor/description';
import { envelope, words } from '../../messages';
import { apiPath } from '../../provider';
import { numberIn } from '../../results';

/** Also written as a text, unless that could be read in two ways ("100.000"); null where the account has no such credits. */
function creditsIn(written: unknown): number | undefined {
	if (typeof written === 'number') return written;
	return typeof written === 'string' ? numberIn(written.trim()) : undefined;
}

/** "Credit": only `idClient` is required. */
const balance = z.object({
	idClient: words,
	wa_balance: z.unknown(),
	wa_expired_date: words,
	hlr_balance: z.unknown(),
	hlr_expired_date: words,
	sim_balance: z.unknown(),
	sim_expired_date: words,
	sms_balance: z.unknown(),
	sms_expired_date: words,
	pulsa_balance: z.unknown(),
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
			{ balance: creditsIn(left.sms_balance), unit: 'credits' },
			{
				expiresAt: left.sms_expired_date,
				whatsAppBalance: creditsIn(left.wa_balance),
				whatsAppExpiresAt: left.wa_expired_date,
				hlrBalance: creditsIn(left.hlr_balance),
				hlrExpiresAt: left.hlr_expired_date,
				simBalance: creditsIn(left.sim_balance),
				simExpiresAt: left.sim_expired_date,
				pulsaBalance: creditsIn(left.pulsa_balance),
				clientId: left.idClient,
			},
		),
	raw: (left) => left as IDataObject,
});
