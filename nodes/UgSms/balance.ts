/**
 * The balance. The document shows no success; three clients of the API read it as `data.balance` with `data.currency`, as
 * `balance` at the top, and as `data.remaining_balance`.
 */
import type { IDataObject } from 'n8n-workflow';

import { z } from '../../engine/wire/schema';

/** Also written as a text, with commas between the thousands. */
const amount = z.union([
	z.number(),
	z
		.string()
		.trim()
		.regex(/^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/)
		.transform((text) => Number(text.replaceAll(',', ''))),
]);

const fields = z.object({ balance: amount.nullish().catch(undefined), remaining_balance: amount.nullish().catch(undefined) }).passthrough();

export const balanceResponse = fields
	.extend({ data: fields.nullish().catch(undefined) })
	.transform(({ data, success: _success, message: _message, ...top }) => ({ ...top, ...data }))
	.refine(({ balance, remaining_balance: remaining }) => typeof (balance ?? remaining) === 'number', { path: ['balance'] });

/** The balance first, under one name, and whatever else the provider says. */
export function balanceOutput({ balance, remaining_balance: remaining, ...rest }: z.output<typeof balanceResponse>): IDataObject {
	return { balance: balance ?? remaining ?? null, ...(rest as IDataObject) };
}
