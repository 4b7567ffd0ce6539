/** The SMS credit. No document shows the answer: a number, JSON and XML are read, and all of it stands in `raw`. */
import type { IDataObject } from 'n8n-workflow';

import { failure } from '../../engine/failure';
import type { Send } from '../../engine/operation';
import { balance } from '../../engine/output/records';
import { z } from '../../engine/wire/schema';
import { commandPath } from './provider';
import { numberIn, rawOf, resultRows, statusIn } from './results';
import { isKnownRefusal, refusalOf } from './statuses';

const names = ['value', 'credits', 'credit', 'balance', 'sms_balance'];
const dayNames = ['expireddate', 'expired_date', 'expirydate', 'sms_expired_date'];

/** GET /sms/command, cmd=CREDITS. */
export const creditRequest = { method: 'GET' as const, path: commandPath, authentication: 'query' as const, query: { cmd: 'CREDITS', type: 'sms', output: 'json' } };

/** @throws Failure (`refused`) */
export function creditOutput(body: unknown): IDataObject {
	const [row = {}] = resultRows(body);
	const status = statusIn(row);
	if (status !== undefined && isKnownRefusal(status)) {
		const { reason, advice } = refusalOf(status);
		throw failure('refused', `NusaSMS refused the request: ${reason}`, advice);
	}
	// Beside "FAILED", a 0 is no credit.
	const isGiven = /^(0|ok|success)?$/i.test(row['status'] ?? '');
	const credit = isGiven ? names.map((name) => numberIn(row[name])).find((found) => found !== undefined) : undefined;
	const expiresAt = dayNames.map((name) => row[name]).find((found) => found !== undefined && found !== '');
	return balance({ balance: credit, unit: 'credits' }, { expiresAt, raw: rawOf(body) });
}

/** By the user name and password that SMS are sent with, too. */
export async function askBalance(send: Send): Promise<{ balance: number | null; unit: string | null }> {
	const { balance: credit } = creditOutput(await send(creditRequest, z.unknown()));
	return { balance: typeof credit === 'number' ? credit : null, unit: 'credits' };
}
