/** From a request's data to messages on their way. */
import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { deliver } from '../delivery';
import type { ApiRequest } from '../provider';
import { bestSmsNumber, newJobNumber, partPrice, settingsOf, type Account, type Job, type LinkedFile, type PersonalDetails, type Recipient } from './account';
import { deliveryEvents, finish } from './events';
import { convertCharacters, fillText, partsOf } from './text';
import { readLocalTime, type TimeZone } from './times';

export interface MessageData {
	Message: string;
	Destinations: Array<PersonalDetails & { Recipient: string }>;
	MessageID?: string;
	Reference?: string;
	WebhookCallbackURL?: string;
	WebhookCallbackFormat?: 'JSON' | 'XML';
	SendTime?: string;
	TimeZone?: TimeZone;
	SubAccount?: string;
	Department?: string;
	FromNumber?: string;
	CharacterConversion?: boolean | 'true' | 'false';
	Files?: Array<{ Name: string; Data: string }>;
	Mode?: 'Test';
}

/** Mobile numbers, and those of countries where a number does not show what it is. */
const MOBILE = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/**
 * Digits of the number that a recipient is taken for, and why nothing reaches it, if so: "it will not validate data". A number
 * without "+" is nobody's in particular; the vendor is at home in New Zealand (provider facts, section 4d), so that is where it goes.
 */
function readRecipient(account: Account, text: string, request: ApiRequest): { number: string; flaw: string | undefined } {
	if (!/^\+[1-9]\d{6,14}$/.test(text)) request.violations.push({ kind: 'invalid-value', text: `Recipient ${text} is not in the form +61421000001` });
	const digits = text.replace(/\D/g, '');
	const number = text.startsWith('+') ? digits : `64${digits.replace(/^0+/, '')}`;
	const parsed = parsePhoneNumberFromString(`+${number}`);
	if (!parsed?.isValid() || account.world.behaviour(number) === 'invalid') return { number, flaw: 'Invalid number' };
	if (!MOBILE.has(parsed.getType() ?? '')) return { number, flaw: 'Not a mobile number' };
	return { number, flaw: account.world.behaviour(number) === 'unsubscribed' ? 'Recipient has opted out' : undefined };
}

/** Takes a request: it costs its parts now, or waits for the credits. Under the fault `partial-after` only half of its destinations count. */
export function acceptJob(account: Account, data: MessageData, request: ApiRequest): Job {
	const { world } = account;
	const settings = settingsOf(account);
	const now = world.clock.now();
	const timeZone = data.TimeZone ?? settings.timeZone;
	const job: Job = {
		// "UUID v4 of 36 characters"
		messageId: data.MessageID ? data.MessageID : randomUUID(),
		jobNum: newJobNumber(),
		reference: data.Reference ?? '',
		subAccount: data.SubAccount ?? '',
		department: data.Department ?? '',
		webhookUrl: data.WebhookCallbackURL,
		webhookFormat: data.WebhookCallbackFormat,
		timeZone,
		isTest: data.Mode === 'Test',
		state: 'Transmit',
		createdAt: now,
		sendAt: null,
		waiting: [],
		recipients: [],
	};
	const destinations = request.partial ? data.Destinations.slice(0, Math.floor(data.Destinations.length / 2)) : data.Destinations;
	job.recipients = destinations.map(({ Recipient: to, ...details }) => {
		const recipient = createRecipient(account, job, to, details, data, request);
		world.messages.add(recipient.accepted);
		return recipient;
	});
	if (job.recipients.length === 0) return job;
	job.waiting = job.recipients;
	account.jobs.push(job);
	account.lastJobs.set(job.messageId, job);
	const sendAt = data.SendTime === undefined ? undefined : readLocalTime(data.SendTime, timeZone);
	// "instantly called a SUCCESS and the success report will be delivered to you"
	if (job.isTest) for (const recipient of job.recipients) finish(account, job, recipient, 'delivered');
	else if (costOf(job) > world.settings.credits) {
		job.sendAt = sendAt ?? null;
		setState(job, 'CreditHold', 'held');
		account.held.add(job);
	} else chargeAndSend(account, job, sendAt);
	return job;
}

function createRecipient(account: Account, job: Job, to: string, details: PersonalDetails, data: MessageData, request: ApiRequest): Recipient {
	const { world } = account;
	const { number, flaw } = readRecipient(account, to, request);
	const files: Array<Omit<LinkedFile, 'recipient'> & { key: string }> = [];
	const filled = fillText(data.Message, details, (which) => {
		const file = data.Files?.[which - 1];
		if (!file) return undefined;
		const key = randomUUID();
		files.push({ key, name: file.Name, data: file.Data, job });
		return `${world.baseUrl}/link/${key}`;
	});
	const text = String(data.CharacterConversion) === 'true' ? convertCharacters(filled) : filled;
	const segments = partsOf(text);
	const recipient: Recipient = {
		accepted: {
			id: job.messageId,
			provider: world.provider,
			to: number,
			from: data.FromNumber ?? bestSmsNumber,
			text,
			custom_ref: data.Reference ?? null,
			status: 'pending',
			segments,
			cost: job.isTest ? 0 : rounded(segments * partPrice),
			at: new Date(job.createdAt).toISOString(),
			scheduledFor: null,
		},
		details,
		flaw,
		status: 'PENDING',
		result: '',
		sentAt: null,
	};
	for (const { key, ...file } of files) account.files.set(key, { ...file, recipient });
	return recipient;
}

/** Lets go what waited for credits that are there now. */
export function releaseHeld(account: Account): void {
	for (const job of account.held) {
		if (costOf(job) > account.world.settings.credits) continue;
		account.held.delete(job);
		chargeAndSend(account, job, job.sendAt ?? undefined);
	}
}

function chargeAndSend(account: Account, job: Job, sendAt: number | undefined): void {
	const { settings } = account.world;
	settings.credits = rounded(settings.credits - costOf(job));
	sendOrDelay(account, job, job.recipients, sendAt);
}

/** Sends at once, or when its time has come: "Delay sending until the specified date/time". */
export function sendOrDelay(account: Account, job: Job, recipients: Recipient[], sendAt: number | undefined): void {
	const { clock } = account.world;
	job.waiting = recipients;
	if (sendAt === undefined || sendAt <= clock.now()) return transmit(account, job);
	job.sendAt = sendAt;
	setState(job, 'Delayed', 'scheduled');
	for (const { accepted } of recipients) accepted.scheduledFor = sendAt;
	clock.after(sendAt - clock.now(), () => {
		if (job.state === 'Delayed' && job.sendAt === sendAt) transmit(account, job);
	});
}

function transmit(account: Account, job: Job): void {
	const at = account.world.clock.now();
	const { waiting } = job;
	setState(job, 'Transmit', 'pending');
	job.waiting = [];
	for (const recipient of waiting) {
		Object.assign(recipient, { status: 'PENDING', result: '', sentAt: null });
		account.lastSent.set(recipient.accepted.to, { job, recipient, at });
		deliver(account.world, recipient.accepted, deliveryEvents(account, job, recipient));
	}
}

/** Never sends what waits; it is paid back (the document is silent on that). */
export function abort(account: Account, job: Job): void {
	const { settings } = account.world;
	settings.credits = rounded(settings.credits + job.waiting.filter(({ status }) => status === 'PENDING').reduce((sum, { accepted }) => sum + accepted.cost, 0));
	setState(job, 'Deleted', 'cancelled');
	job.waiting = [];
}

function setState(job: Job, state: Job['state'], status: string): void {
	job.state = state;
	for (const { accepted } of job.waiting) accepted.status = status;
}

function costOf({ recipients }: Job): number {
	return rounded(recipients.reduce((sum, { accepted }) => sum + accepted.cost, 0));
}

/** Cents stay cents. */
function rounded(amount: number): number {
	return Math.round(amount * 100) / 100;
}
