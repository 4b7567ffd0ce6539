/** What the provider reports to webhooks (document: delivery reports and "SMS Received" by webhook). */
import type { DeliveryEvents } from '../delivery';
import type { EventInput, ReplyInput, Signature } from '../provider';
import type { OutgoingWebhook } from '../webhooks';
import { isElement, writeXml } from '../xml';
import { bestSmsNumber, bestSmsWebhookKey, bestSmsWebhookSender, newJobNumber, readPhone, settingsOf, showPrice, type Account, type Job, type Received, type Recipient } from './account';
import { sentTime } from './times';

/** "The mobile has 7 days to reply to a message." */
const REPLY_WITHIN_MS = 7 * 86_400_000;

/** Keeps a recipient's status up to date and reports it, once for all parts of a message. */
export function deliveryEvents(account: Account, job: Job, recipient: Recipient): DeliveryEvents {
	return {
		sent(message) {
			message.status = 'sent';
			if (account.world.settings.reportSent) reportDelivery(account, job, recipient, 'PENDING', 'Pending');
		},
		part(_message, _part, outcome, done) {
			if (done) finish(account, job, recipient, recipient.flaw === undefined ? outcome : 'failed');
		},
		answered: (message, text) => {
			receive(account, { from: message.to, to: message.from, text });
		},
	};
}

/** The end of a recipient's way, or what a test message has for one. */
export function finish(account: Account, job: Job, recipient: Recipient, outcome: 'delivered' | 'failed'): void {
	recipient.sentAt = account.world.clock.now();
	recipient.status = outcome === 'delivered' ? 'SUCCESS' : 'FAILED';
	recipient.result = outcome === 'delivered' ? 'delivered' : (recipient.flaw ?? 'undelivered');
	recipient.accepted.status = job.isTest ? 'test' : outcome;
	reportDelivery(account, job, recipient, recipient.status, recipient.result);
}

/** @param status `UPDATED` is "for additional analytics": then `result` describes what happened */
export function reportDelivery(account: Account, job: Job, { accepted }: Recipient, status: 'SUCCESS' | 'FAILED' | 'PENDING' | 'UPDATED', result: string): void {
	post(account, 'SMS', job, {
		Destination: `+${accepted.to}`,
		MessageID: job.messageId,
		JobNumber: job.jobNum,
		Status: status,
		Result: result,
		Price: showPrice(account, accepted.cost),
		Detail: `SMSParts:${accepted.segments}`,
	});
}

/** A phone writes. Returns the new message's id and type, or why it cannot be. */
export function receive(account: Account, input: ReplyInput): { id: string; type: string } | string {
	const { world } = account;
	const from = readPhone(input.from);
	if (from === undefined) return `${input.from} is not a phone number`;
	const at = world.clock.now();
	const last = account.lastSent.get(from);
	const to = input.to ?? last?.recipient.accepted.from ?? bestSmsNumber;
	if (!account.numbers.has(to)) return `${to} is not a number of this account`;
	const answers = last && last.recipient.accepted.from === to && at - last.at <= REPLY_WITHIN_MS ? last : undefined;
	const received: Received = { id: account.newReceivedId(), answers, jobNum: answers?.job.jobNum ?? newJobNumber(), at, from, text: input.text };
	account.received.push(received);
	const original = answers ? { id: answers.job.messageId, custom_ref: answers.recipient.accepted.custom_ref } : null;
	world.messages.inbound.push({ id: String(received.id), provider: world.provider, from, to, text: input.text, type: 'inbound', at: new Date(at).toISOString(), original });
	// "Any replies received after the 7 day window will be treated as a new message."
	const type = answers ? 'SMSReply' : 'SMSInbound';
	post(account, type, answers?.job, {
		Destination: `+${from}`,
		MessageID: answers?.job.messageId ?? '',
		JobNumber: received.jobNum,
		Status: 'RECEIVED',
		Result: 'RECEIVED',
		Message: input.text,
		// "Your cost for the outbound message sent"; empty in the document's samples, as in one of the four forms.
		Price: answers ? showPrice(account, answers.recipient.accepted.cost) : '',
		Detail: '',
	});
	return { id: String(received.id), type };
}

/** A call with any payload to the default webhook, or where the last message wanted its own. Text is posted as it is, fields in the webhook's format. */
export function customEvent(account: Account, { type, body, signature }: EventInput): OutgoingWebhook | null {
	const target = targetOf(account, account.jobs.at(-1));
	if (!target) return null;
	if (!isElement(body)) {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		return { url: target.url, type, text, headers: () => ({ 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' }) };
	}
	return webhook(target, type, { ...proof(signature), Type: type, ...body });
}

interface Target {
	url: string;
	format: 'JSON' | 'XML';
}

/**
 * Where what happens to a message is posted. "Overrides your Sender's default Webhook URL. Requires a default webhook to be
 * configured": without a default nothing is posted, and nobody is told.
 */
function targetOf(account: Account, job: Job | undefined): Target | undefined {
	const { webhookUrl, webhookFormat } = settingsOf(account);
	return webhookUrl === '' ? undefined : { url: job?.webhookUrl ?? webhookUrl, format: job?.webhookFormat ?? webhookFormat };
}

interface Report {
	Destination: string;
	MessageID: string;
	JobNumber: string;
	Status: string;
	Result: string;
	Message?: string;
	Price: string | number | null;
	Detail: string;
}

function post(account: Account, type: 'SMS' | 'SMSReply' | 'SMSInbound', job: Job | undefined, report: Report): void {
	const target = targetOf(account, job);
	if (!target) return;
	const { Destination, MessageID, JobNumber, ...rest } = report;
	// "Sender's local time"
	const { timeZone } = settingsOf(account);
	account.world.webhooks.post(
		webhook(target, type, {
			...proof('good'),
			Type: type,
			Destination,
			MessageID,
			SubAccount: job?.subAccount ?? '',
			Department: job?.department ?? '',
			JobNumber,
			SentTime: sentTime(account.world.clock.now(), timeZone, type !== 'SMS', target.format),
			...rest,
			URL: target.url,
			RESPONSEMODE: target.format,
		}),
	);
}

/** The provider signs nothing: `Sender` and `APIKey` are what a receiver compares. Nothing in a call grows old. */
function proof(signature: Signature): Record<string, string> {
	if (signature === 'none') return {};
	return { Sender: bestSmsWebhookSender, APIKey: signature === 'bad' ? `not ${bestSmsWebhookKey}` : bestSmsWebhookKey };
}

function webhook({ url, format }: Target, type: string, fields: Record<string, unknown>): OutgoingWebhook {
	if (format === 'JSON') return { url, type, text: JSON.stringify(fields), headers: () => ({ 'content-type': 'application/json' }) };
	// As in the document's samples.
	const declaration = type === 'SMS' ? "<?xml version='1.0' encoding='UTF-8'?>" : '<?xml version="1.0" encoding="UTF-8" ?>';
	return { url, type, text: writeXml(fields, declaration), headers: () => ({ 'content-type': 'text/xml' }) };
}
