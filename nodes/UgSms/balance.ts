/**
 * The balance. The document shows no success; three clients of the API read it as `data.balance` with `data.currency`, as
 * `balance` at the top, and as `data.remaining_balance`.
 */
import type { IDataObject } from 'n8n-workflow';

import { z } from '../../engine/wire/schema';
import { balance, others } from '../../engine/output/records';
import type { Send } from '../../engine/operation';
import { balancePath } from './provider';

export const balanceResponse = z.object({}).passthrough();

/** A number, or a text of one, also with commas between the thousands. */
export function amountOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	const text = typeof value === 'string' ? value.trim() : '';
	return /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

/** The balance first, under one name, and whatever else the provider says; all of it where no balance is found. */
export function balanceOutput(response: z.output<typeof balanceResponse>): IDataObject {
	const body = response as IDataObject;
	const { data, success: _success, message: _message, ...top } = body;
	const inner = z.object({}).passthrough().safeParse(data).data as IDataObject | undefined;
	const { balance: left, remaining_balance: remaining, ...rest }: IDataObject = { ...top, ...inner };
	const found = amountOf(left) ?? amountOf(remaining);
	const { currency, ...own } = rest;
	const unit = typeof currency === 'string' ? currency : null;
	return found === undefined ? balance({ balance: null }, { response: body }) : balance({ balance: found, unit }, others(own, []));
}

/** GET /api/v2/account/balance, which takes an API key. */
export async function askBalance(send: Send): Promise<{ balance: number | null; unit: string | null }> {
	const { balance: left, unit } = balanceOutput(await send({ method: 'GET', path: balancePath }, balanceResponse));
	return { balance: typeof left === 'number' ? left : null, unit: typeof unit === 'string' ? unit : null };
}
