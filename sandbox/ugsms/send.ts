/** Takes a message for all of its recipients, or refuses the request. v1 and v2 share this. */
import { randomUUID } from 'node:crypto';
import { deliver } from '../delivery';
import type { Answer, ApiRequest } from '../provider';
import { isOtherForm, readNumber, ugDefaultSender, type Account } from './account';
import { errorTexts, refusal, required } from './errors';

/** All may be missing: who comes without credentials hears of those first, as in the document's sample of 401. */
export interface GivenMessage {
	numbers?: string;
	message_body?: string;
	sender_id?: string;
}

/** What was taken. */
export interface Sent {
	message_id: string;
	recipients: number;
	estimated_cost: number;
	remaining_balance: number;
}

/** UGX for a segment, as in the sample of provider facts, section 5: 20 for two recipients. */
const PRICE = 10;
/** "max 160 chars per segment" */
const SEGMENT = 160;
const LONGEST_SENDER = 11;

export async function send(account: Account, { numbers, message_body: text, sender_id: sender }: GivenMessage, request: ApiRequest): Promise<{ sent: Sent } | { refused: Answer }> {
	const { world } = account;
	const refused = (words: string): { refused: Answer } => ({ refused: refusal(account, 400, words) });
	for (const [field, value] of Object.entries({ numbers, message_body: text })) {
		if (value === undefined) request.violations.push({ kind: 'missing-field', text: field });
		if (!value?.trim()) return refused(required(field));
	}
	if (Array.from(sender ?? '').length > LONGEST_SENDER) {
		request.violations.push({ kind: 'invalid-value', text: `sender_id: more than ${LONGEST_SENDER} characters` });
		return refused(errorTexts.longSender);
	}
	const given = (numbers ?? '').split(',').map((number) => number.trim());
	for (const number of given) {
		if (number === '' || isOtherForm(account, number)) request.violations.push({ kind: 'invalid-value', text: 'numbers: not in the form 0701234567, 0712345678' });
	}
	const read = given.flatMap((number) => readNumber(account, number) ?? []);
	if (read.length < given.length) return refused(errorTexts.invalidNumber);
	const segments = Math.max(Math.ceil(Array.from(text ?? '').length / SEGMENT), 1);
	const cost = PRICE * segments;
	if (cost * read.length > world.settings.credits) return refused(errorTexts.noBalance);
	const messageId = randomUUID();
	const taken = await request.take(read, (number) => {
		const accepted = {
			// The provider has one ID for all recipients of a request.
			id: messageId,
			provider: world.provider,
			to: number,
			from: sender === undefined || sender === '' ? ugDefaultSender : sender,
			text: text ?? '',
			custom_ref: null,
			status: 'queued',
			segments,
			cost,
			at: new Date(world.clock.now()).toISOString(),
			scheduledFor: null,
		};
		world.settings.credits -= cost;
		world.messages.add(accepted);
		deliver(world, accepted, {
			sent: (message) => {
				message.status = 'sent';
			},
			part: (message, _part, outcome, done) => {
				if (done) message.status = outcome;
			},
			// No document knows a way to receive messages.
			answered: () => undefined,
		});
	});
	return { sent: { message_id: messageId, recipients: taken.length, estimated_cost: cost * taken.length, remaining_balance: world.settings.credits } };
}
