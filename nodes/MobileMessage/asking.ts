/**
 * How Mobile Message brings answers: a reply comes to the account's one inbound address with the reference of the message
 * that it answers ("original_custom_ref"), and this package's triggers know the reference of a question.
 */
import { isReference } from '../../engine/asking/address';
import { leadOfNewest } from '../../engine/asking/newest';
import { failure } from '../../engine/failure';
import { flag } from '../../engine/inputs/fields';
import type { Asking, Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { utcTime } from '../../engine/output/message';
import type { HistoryRow } from './messages';
import { history, isSameNumber, statusOf } from './messages';
import { idText, looseText } from './responses';

const senders = z.object({ results: z.array(z.object({ sender: idText, type: looseText }).passthrough()) });
const addresses = z.object({ webhooks: z.record(z.string().nullish().catch(null)) });

const referred = z.object({ messages: z.tuple([z.object({ custom_ref: z.string() })]) });

const pickNumber = 'Pick a dedicated number of your account as Sender, or let them answer by Link.';

/** "alpha" and "own" (GET /v1/senders): a name cannot be answered, and answers to somebody's own number go to that phone. */
async function throwIfNobodyCanReply(sender: string, send: Send): Promise<void> {
	const isName = /\p{L}/u.test(sender);
	const { results } = isName ? { results: [] } : await send({ method: 'GET', path: '/v1/senders' }, senders);
	const sameEnd = (other: string): boolean => other.replace(/\D/g, '').slice(-9) === sender.replace(/\D/g, '').slice(-9);
	const type = isName ? 'alpha' : results.find((one) => sameEnd(one.sender))?.type;
	if (type === 'alpha') throw failure('input', `Sender is "${sender}", a name: nobody can reply to it`, `Nothing was sent. ${pickNumber}`);
	if (type === 'own') throw failure('input', `Sender is "${sender}", somebody's own mobile number: replies go to that phone and not to Mobile Message`, `Nothing was sent. ${pickNumber}`);
}

const kinds = {
	reply: { slot: 'inbound', what: 'replies', event: 'Message Received' },
	report: { slot: 'status', what: 'delivery reports', event: 'Message Delivered" and "Message Failed' },
} as const;

/** GET /v1/webhooks: the address has to be one of this n8n, at which this package's trigger hands over what it gets. */
async function throwIfNoTrigger(waitsFor: 'reply' | 'report', send: Send, address: string): Promise<void> {
	const { slot, what, event } = kinds[waitsFor];
	const { webhooks } = await send({ method: 'GET', path: '/v1/webhooks' }, addresses);
	const url = webhooks[slot] ?? '';
	const isOfThisN8n = URL.canParse(url) && new URL(url).origin === new URL(address).origin && new URL(url).searchParams.has('token');
	if (isOfThisN8n) return;
	const instead = waitsFor === 'reply' ? ' Or let them answer by Link. With the Inbox Trigger, add the option "Replies Come by the Inbox Trigger".' : '';
	throw failure(
		'input',
		`Mobile Message sends the ${what} of this account to ${url === '' ? 'nobody' : 'somewhere else'}, so no answer would reach this execution`,
		`Nothing was sent. Activate a workflow with the Mobile Message Trigger and its event "${event}".${instead}`,
	);
}

export const asking: Asking = {
	replies: 'trigger',
	reports: 'trigger',
	options: ['allowLandlines', 'defaultCountry', 'earlierSends', 'ignoreUnsubscribes', 'maxSegments', 'unicode'],
	ownOptions: {
		byInboxTrigger: flag({
			label: 'Replies Come by the Inbox Trigger',
			description: 'Whether an active workflow of this n8n looks for replies with the Mobile Message Inbox Trigger, so that none has to have the Mobile Message Trigger',
		}),
	},
	addressed: (values, { reference }) => ({ ...values, reference }),
	async check({ sender, byInboxTrigger }, { waitsFor, send, address }) {
		if (waitsFor === 'link') return;
		if (waitsFor === 'reply') await throwIfNobodyCanReply(String(sender), send);
		if (waitsFor === 'report' || byInboxTrigger !== true) await throwIfNoTrigger(waitsFor, send, address);
	},
	// Filled in from the contact, which only the provider knows.
	shown: ({ message }) => String(message).replace(/\{(?:first_name|last_name|company|other|optout)\}/g, '').replace(/ +(?=[ ,.!?]|$)/gm, ''),
	// "custom_ref: A custom reference": its longest is not documented, and the answer repeats what was kept.
	isKept: ({ reference }, address) => typeof reference === 'string' && reference.trim() === address.reference,
	// "custom_ref: Returns all messages with this reference"; an idempotency key is known for a day.
	async isFollowed(send, { body }, messageId) {
		const { messages: [{ custom_ref }] } = referred.parse(body);
		const { results } = await send({ method: 'GET', path: '/v1/messages', query: { custom_ref } }, history);
		if (results.length === 0) throw failure('ambiguous', 'Mobile Message does not list the question, so it cannot be told whether a text followed it');
		return results.filter(({ message_id }) => messageId === undefined || message_id !== messageId).length > (messageId === undefined ? 1 : 0);
	},
	async statusOf(send, messageId) {
		const { results } = await send({ method: 'GET', path: '/v1/messages', query: { message_id: messageId } }, history);
		return statusOf(results[0]?.status);
	},
};

/** How long ago a question may have been asked that a reply is held against, in days, and how many messages are looked through. */
const reach = { days: 7, page: 200, pages: 5 };

/** What somebody wrote. */
export interface Reply {
	from: string;
	/** The number that got it. */
	to?: string | undefined;
	/** ISO. */
	writtenAt: string;
}

/**
 * GET /v1/messages ("Paginated history", in no documented order): the reference of the newest message that this number had
 * from the one to which it wrote, when it wrote, if that is a question. What was sent after the reply, or did not arrive, nobody
 * answers by it. `undefined` where nobody can tell.
 */
export async function questionTo(send: Send, { from: number, to, writtenAt }: Reply): Promise<string | undefined> {
	const from = new Date(Date.now() - reach.days * 86_400_000).toISOString().slice(0, 10);
	const rows: HistoryRow[] = [];
	let isLast = false;
	for (let page = 0; page < reach.pages && !isLast; page++) {
		const { total, results } = await send({ method: 'GET', path: '/v1/messages', query: { from, limit: reach.page, offset: rows.length } }, history);
		rows.push(...results);
		isLast = results.length === 0 || (typeof total === 'number' ? rows.length >= total : results.length < reach.page);
	}
	const times = rows.map(({ scheduled_for, requested_at }) => Date.parse(utcTime(scheduled_for || requested_at) ?? ''));
	// Of more rows than were read, those that were not may be newer, unless the list runs from the newest on.
	if (!isLast && times.some((time, index) => !(time <= (times[index - 1] ?? Infinity)))) return undefined;
	const isOfAnother = (sender: HistoryRow['sender_id']): boolean => Boolean(sender) && to !== undefined && !isSameNumber(sender, to);
	const messages = rows.flatMap(({ recipient_number, sender_id, status, cust_ref }, index) => {
		if (!isSameNumber(recipient_number, number) || isOfAnother(sender_id) || ['failed', 'cancelled', 'scheduled'].includes(statusOf(status))) return [];
		const [time = NaN] = times.slice(index);
		return [{ lead: isReference(cust_ref) ? cust_ref : undefined, earliest: time, latest: time }];
	});
	return leadOfNewest(messages, Date.parse(writtenAt));
}
