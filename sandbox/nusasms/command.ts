/** Credits and delivery status by command (document: "Command"). No document shows an answer: its shape is a setting. */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import type { Answer, ApiRequest } from '../provider';
import { isoTime, type Account } from './account';
import { broken, validationAnswer } from './errors';
import { smsWord } from './events';
import { json, plain, results } from './results';
import { own } from './settings';
import { signInStatus } from './sms';

/** "Response format (e.g: XML or JSON)", while the samples write `json`. */
const output = z
	.string()
	.transform((text) => text.toLowerCase())
	.pipe(z.enum(['json', 'xml']))
	.optional();

const query = z
	.object({ user: z.string(), password: z.string(), cmd: z.enum(['CREDITS', 'DR']), type: z.literal('sms').optional(), ref_no: z.string().optional(), output })
	.strict();

type Query = z.infer<typeof query>;

/** The fields that belong to the other command. */
function strayField({ cmd, type, ref_no }: Query): string | undefined {
	return cmd === 'CREDITS' && ref_no !== undefined ? 'ref_no' : cmd === 'DR' && type !== undefined ? 'type' : undefined;
}

/** Sixty days from the beginning of this day, so that it does not change while somebody looks. */
export function expiryDate({ world }: Account): string {
	const days = own(world).balanceExpired ? -1 : 60;
	return isoTime(world.clock.now() + days * 86_400_000).slice(0, 10);
}

function credits(account: Account, wanted: Query['output']): Answer {
	const { creditsAnswer } = own(account.world);
	const value = String(account.world.settings.credits);
	if (creditsAnswer === 'number') return plain(value);
	const row = { value, expiredDate: expiryDate(account) };
	// At the top in JSON (provider facts, section 3); in XML in the frame of the other answers.
	return (creditsAnswer === 'asked' ? (wanted ?? 'xml') : creditsAnswer) === 'json' ? json(row) : results('xml', row);
}

function deliveryStatus(account: Account, refNo: string, wanted: Query['output']): Answer {
	const { statusAnswer } = own(account.world);
	const message = account.whatsApps.has(refNo) ? undefined : account.world.messages.byId(refNo);
	const status = message ? smsWord(message) : 'NO_DATA';
	if (statusAnswer === 'word') return plain(status);
	return results(statusAnswer === 'asked' ? wanted : statusAnswer, { status, messageid: refNo, destination: message?.to ?? '' });
}

function refused(status: number, { cmd, output: wanted }: Query, account: Account): Answer {
	const { creditsAnswer, statusAnswer } = own(account.world);
	const isBare = cmd === 'CREDITS' ? creditsAnswer === 'number' : statusAnswer === 'word';
	return isBare ? plain(String(status)) : results(wanted, { status: String(status) });
}

function missingRefNo(request: ApiRequest): Answer {
	request.violations.push({ kind: 'missing-field', text: 'ref_no' });
	return validationAnswer('query', 'ref_no', 'field required', 'value_error.missing');
}

export const commandEndpoints = [
	endpoint({
		method: 'GET',
		path: '/api/command',
		authorised: () => true,
		query,
		handle(account: Account, { query: given, request }) {
			const stray = strayField(given);
			if (stray !== undefined) return broken(request, 'unknown-field', stray, 'extra fields not permitted', 'query');
			const status = signInStatus(account, given, request);
			if (status !== 0) return refused(status, given, account);
			if (given.cmd === 'CREDITS') return credits(account, given.output);
			return given.ref_no === undefined ? missingRefNo(request) : deliveryStatus(account, given.ref_no, given.output);
		},
	}),
];
