/** From a request's data to messages on their way. */
import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { deliver } from '../delivery';
import { receivesSms } from '../phones';
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

/**
 * Digits of the number that a recipient is taken for, and why nothing reaches it, if so: "it will not validate data". A number
 * without "+" is nobody's in particular; the vendor is at home in New Zealand (provider facts, section 4d), so that is where it goes.
 */
function readRecipient(account: Account, text: string, request: ApiRequest): { number: string; flaw: string | undefined } {
	if (!/^\+[1-9]\d{6,14}$/.test(text)) request.violations.push({ kind: 'invalid-value', text: `Recipient ${text} is not in the form +61421000001` });
	const digits = text.replace(/\D/g, '');
	const number = text.startsWith('+') ? digits : `64${digits.replace(/^0+/, '')}`;
	const behaviour = account.world.behaviour(number);
	if (!parsePhoneNumberFromString(`+${number}`)?.isValid() || behaviour === 'invalid') return { number, flaw: 'Invalid number' };
	if (!receivesSms(number)) return { number, flaw: 'Not a mobile number' };
	return { number, flaw: behaviour === 'unsubscribed' ? 'Recipient has opted out' : undefined };
}

/** A recipient that nothing has happened to, and the files that its text links to, by the last part of the link. */
interface Draft {
	recipient: Recipient;
	files: Map<string, LinkedFile>;
}

/** Takes a request: each destination costs its parts now, or all wait for the credits. */
export async function acceptJob(account: Account, data: MessageData, request: ApiRequest): Promise<Job> {
	const { world } = account;
	const job: Job = {
		// "UUID v4 of 36 characters"
		messageId: data.MessageID ? data.MessageID : randomUUID(),
		jobNum: newJobNumber(),
		reference: data.Reference ?? '',
		subAccount: data.SubAccount ?? '',
		department: data.Department ?? '',
		webhookUrl: data.WebhookCallbackURL,
		webhookFormat: data.WebhookCallbackFormat,
		timeZone: data.TimeZone ?? settingsOf(account).timeZone,
		isTest: data.Mode === 'Test',
		state: 'Transmit',
		createdAt: world.clock.now(),
		sendAt: null,
		waiting: [],
		recipients: [],
	};
	const sendAt = data.SendTime === undefined ? undefined : readLocalTime(data.SendTime, job.timeZone);
	const drafts = data.Destinations.map((destination) => draft(account, job, data, destination, request));
	const isHeld = costOf(drafts.map(({ recipient }) => recipient)) > world.settings.credits;
	await request.take(drafts, ({ recipient, files }) => {
		if (job.recipients.length === 0) {
			account.jobs.push(job);
			account.lastJobs.set(job.messageId, job);
		}
		job.recipients.push(recipient);
		recipient.accepted.at = new Date(world.clock.now()).toISOString();
		world.messages.add(recipient.accepted);
		account.numbers.add(recipient.accepted.from);
		for (const [key, file] of files) account.files.set(key, file);
		// "instantly called a SUCCESS and the success report will be delivered to you"
		if (job.isTest) finish(account, job, recipient, 'delivered');
		else if (isHeld) {
			job.state = 'CreditHold';
			job.sendAt = sendAt ?? null;
			recipient.accepted.status = 'held';
			account.held.add(job);
		} else chargeAndSend(account, job, [recipient], sendAt);
	});
	return job;
}

function draft(account: Account, job: Job, data: MessageData, { Recipient: to, ...details }: MessageData['Destinations'][number], request: ApiRequest): Draft {
	const { world } = account;
	const { number, flaw } = readRecipient(account, to, request);
	const recipient: Recipient = {
		accepted: {
			id: job.messageId,
			provider: world.provider,
			to: number,
			from: data.FromNumber ?? bestSmsNumber,
			text: '',
			custom_ref: data.Reference ?? null,
			status: 'pending',
			segments: 1,
			cost: 0,
			at: '',
			scheduledFor: null,
		},
		details,
		flaw,
		status: 'PENDING',
		result: '',
		sentAt: null,
	};
	const files = new Map<string, LinkedFile>();
	const filled = fillText(data.Message, details, (which) => {
		const file = data.Files?.[which - 1];
		if (!file) return undefined;
		const key = randomUUID();
		files.set(key, { name: file.Name, data: file.Data, job, recipient });
		return `${world.baseUrl}/link/${key}`;
	});
	const text = String(data.CharacterConversion) === 'true' ? convertCharacters(filled) : filled;
	const segments = partsOf(text);
	Object.assign(recipient.accepted, { text, segments, cost: job.isTest ? 0 : rounded(segments * partPrice) });
	return { recipient, files };
}

/** Lets go what waited for credits that are there now. */
export function releaseHeld(account: Account): void {
	for (const job of account.held) {
		if (costOf(job.recipients) > account.world.settings.credits) continue;
		account.held.delete(job);
		chargeAndSend(account, job, job.recipients, job.sendAt ?? undefined);
	}
}

function chargeAndSend(account: Account, job: Job, recipients: Recipient[], sendAt: number | undefined): void {
	const { settings } = account.world;
	settings.credits = rounded(settings.credits - costOf(recipients));
	sendOrDelay(account, job, recipients, sendAt);
}

/** Sends at once, or when its time has come: "Delay sending until the specified date/time". */
export function sendOrDelay(account: Account, job: Job, recipients: Recipient[], sendAt: number | undefined): void {
	const { clock } = account.world;
	const isAwaited = job.state === 'Delayed' && job.sendAt === sendAt;
	job.waiting = [...new Set([...job.waiting, ...recipients])];
	if (sendAt === undefined || sendAt <= clock.now()) return transmit(account, job);
	job.sendAt = sendAt;
	setState(job, 'Delayed', 'scheduled');
	for (const { accepted } of recipients) accepted.scheduledFor = sendAt;
	if (isAwaited) return;
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
	settings.credits = rounded(settings.credits + costOf(job.waiting.filter(({ status }) => status === 'PENDING')));
	setState(job, 'Deleted', 'cancelled');
	job.waiting = [];
}

function setState(job: Job, state: 'Delayed' | 'Transmit' | 'Deleted', status: string): void {
	job.state = state;
	for (const { accepted } of job.waiting) accepted.status = status;
}

function costOf(recipients: Recipient[]): number {
	return rounded(recipients.reduce((sum, { accepted }) => sum + accepted.cost, 0));
}

/** Cents stay cents. */
function rounded(amount: number): number {
	return Math.round(amount * 100) / 100;
}
