/** Sending SMS (document: "Send Plain" and "Send Group"). All fields are in the query, the password among them. */
import { randomInt } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';
import { z } from 'zod/v3';
import { deliver } from '../delivery';
import { endpoint } from '../endpoint';
import type { AcceptedMessage } from '../messageStore';
import type { ApiRequest } from '../provider';
import { isOtherForm, newId, nusaPassword, nusaSenders, nusaUser, readNumber, smsBehaviour, type Account } from './account';
import { validationAnswer } from './errors';
import { smsEvents } from './events';
import { outputField, results } from './results';
import { own } from './settings';
import { refusedNumber, smsStatuses } from './statuses';

const DAY_MS = 86_400_000;
const LONGEST = 160;

const sendFields = {
	user: z.string(),
	password: z.string(),
	// Optional here, because the provider has statuses of its own for what is missing.
	SMSText: z.string().optional(),
	unicode: z.literal('True').optional(),
	otp: z.literal('Y').optional(),
	output: outputField,
};

type SendQuery = z.infer<z.ZodObject<typeof sendFields>>;

/** Wrong user or password are answered like any other refusal, by a status. */
export function signInStatus(account: Account, { user, password }: { user: string; password: string }, request: ApiRequest): number {
	if (user !== nusaUser || password !== nusaPassword) {
		request.violations.push({ kind: 'auth', text: 'wrong user or password' });
		return -5;
	}
	return own(account.world).ipAllowed ? 0 : -40;
}

/** What speaks against a send whoever it goes to, in the order in which a gateway would find out; 0: nothing. */
function commonStatus(account: Account, query: SendQuery, request: ApiRequest): number {
	const signedIn = signInStatus(account, query, request);
	if (signedIn !== 0) return signedIn;
	if (own(account.world).balanceExpired) return -7;
	if (query.SMSText === undefined) request.violations.push({ kind: 'missing-field', text: 'SMSText' });
	if (!query.SMSText?.trim()) return -12;
	// "For OTP (One-Time Password), otp=Y for argument value is required."
	return /\botp\b/i.test(query.SMSText) && query.otp !== 'Y' ? -10 : 0;
}

/** What speaks against this recipient; 0: nothing. */
function recipientStatus(account: Account, to: string, text: string): number {
	const number = readNumber(to);
	if (number === undefined || account.world.behaviour(number) === 'invalid') return -13;
	const refused = smsStatuses.find(([status]) => refusedNumber(status) === number);
	if (refused) return refused[0];
	// The provider serves Indonesia.
	if (!number.startsWith('62')) return -3;
	const { samePerDay, perNumberPerDay } = own(account.world);
	const today = (account.smsByNumber.get(number) ?? []).filter(({ at }) => at > account.world.clock.now() - DAY_MS);
	if (today.filter((sms) => sms.text === text).length >= samePerDay) return -77;
	return perNumberPerDay !== null && today.length >= perNumberPerDay ? -78 : 0;
}

/** Without `unicode=True` what GSM-7 cannot hold arrives as question marks (the document is silent on that). */
function prepareText(text: string, unicode: boolean): { text: string; segments: number } {
	const segmented = new SegmentedMessage(text);
	if (unicode || segmented.encodingName === 'GSM-7') return { text, segments: segmented.segmentsCount };
	const unsendable = new Set(segmented.getNonGsmCharacters());
	const sendable = segmented.graphemes.map((grapheme) => (unsendable.has(grapheme) ? '?' : grapheme)).join('');
	return { text: sendable, segments: new SegmentedMessage(sendable).segmentsCount };
}

function acceptSms(account: Account, number: string, given: string, query: SendQuery): AcceptedMessage {
	const { world } = account;
	const now = world.clock.now();
	const { text, segments } = prepareText(given, query.unicode === 'True');
	const accepted: AcceptedMessage = {
		id: newId(account),
		provider: world.provider,
		to: number,
		from: nusaSenders.sms,
		text,
		custom_ref: null,
		status: 'queued',
		segments,
		cost: segments,
		at: new Date(now).toISOString(),
		scheduledFor: null,
	};
	world.settings.credits -= segments;
	world.messages.add(accepted);
	account.smsByNumber.set(number, [...(account.smsByNumber.get(number) ?? []), { at: now, text: given }]);
	deliver({ ...world, behaviour: (to) => smsBehaviour(account, to) }, accepted, smsEvents(account));
	return accepted;
}

function isTooLong(account: Account, text: string | undefined): boolean {
	return own(account.world).longSms === 'refused' && Array.from(text ?? '').length > LONGEST;
}

function refuseLong(request: ApiRequest) {
	request.violations.push({ kind: 'invalid-value', text: `SMSText: more than ${LONGEST} characters` });
	return validationAnswer('query', 'SMSText', `ensure this value has at most ${LONGEST} characters`, 'value_error.any_str.max_length');
}

export const smsEndpoints = [
	endpoint({
		method: 'POST',
		path: '/api/v3/sendsms/plain',
		authorised: () => true,
		query: z.object({ ...sendFields, GSM: z.string().optional() }).strict(),
		async handle(account: Account, { query, request }) {
			if (isTooLong(account, query.SMSText)) return refuseLong(request);
			const { GSM: to = '', SMSText: text = '', output } = query;
			const answer = (status: number, messageid = '') => results(output, { status: String(status), messageid, destination: to });
			const common = commonStatus(account, query, request);
			if (common !== 0) return answer(common);
			if (query.GSM === undefined) request.violations.push({ kind: 'missing-field', text: 'GSM' });
			if (to.trim() === '') return answer(-6);
			if (isOtherForm(to)) request.violations.push({ kind: 'invalid-value', text: 'GSM: not in the form 62810000XXXX' });
			const status = recipientStatus(account, to, text);
			if (status !== 0) return answer(status);
			if (prepareText(text, query.unicode === 'True').segments > account.world.settings.credits) return answer(-2);
			const [accepted] = await request.take([to], (number) => acceptSms(account, number, text, query));
			return answer(0, accepted?.id);
		},
	}),
	endpoint({
		method: 'POST',
		path: '/api/v3/sendsms/group',
		authorised: () => true,
		query: z.object({ ...sendFields, group: z.string().optional() }).strict(),
		async handle(account: Account, { query, request }) {
			if (isTooLong(account, query.SMSText)) return refuseLong(request);
			const { group = '', SMSText: text = '', output } = query;
			// Also where nothing is sent, as in the document's sample of -55.
			const campaign_name = `Group-Api-Campaign-${randomInt(16 ** 7).toString(16).padStart(7, '0')}-${randomInt(1_000, 10_000)}`;
			const answer = (status: number) => results(output, { status: String(status), campaign_name, group });
			const common = commonStatus(account, query, request);
			if (common !== 0) return answer(common);
			if (query.group === undefined) request.violations.push({ kind: 'missing-field', text: 'group' });
			if (group.trim() === '') return answer(-6);
			const members = account.groups.get(group) ?? [];
			// "Group is not available or the group has no contact list"
			if (members.length === 0) return answer(-55);
			const reachable = members.filter((number) => recipientStatus(account, number, text) === 0);
			if (reachable.length * prepareText(text, query.unicode === 'True').segments > account.world.settings.credits) return answer(-2);
			await request.take(reachable, (number) => acceptSms(account, number, text, query));
			return answer(0);
		},
	}),
];
