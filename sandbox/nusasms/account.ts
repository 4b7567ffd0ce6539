/** The account that the simulated provider keeps: senders, groups, SMS, WhatsApp messages. */
import { randomInt } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { AcceptedMessage } from '../messageStore';
import { receivesSms, type Behaviour } from '../phones';
import type { World } from '../world';
import { indonesianNumbers, ordinaryIndonesianNumbers } from './indonesianNumbers';

/** User and password of the SMS calls, APIKey of the others. Three texts, so that one that leaks is told from the others. */
export const nusaUser = 'sandbox';
export const nusaPassword = 'sandbox-password';
export const nusaApiKey = 'sandbox-key';
/** Document, "Development (Test)": the one account of the test host. Here both hosts are one; with this key nothing costs credits. */
export const nusaDevelopmentKey = 'DEV_TESTING_API_KEY';

/** The numbers that messages come from. `media`: the WhatsApp sender that may send media. */
export const nusaSenders = { sms: '6281100009001', whatsApp: '6281100009002', media: '6281100009003' } as const;

/** Document: "Whatsapp message status". */
export const whatsAppStatuses = { unsent: 'U', queued: 'Q', sent: 'S', delivered: 'D', read: 'R', aborted: 'A', failed: 'F' } as const;

export type WhatsAppStatus = keyof typeof whatsAppStatuses;

/** A WhatsApp message. Times are milliseconds since 1970. */
export interface WhatsApp {
	refNo: string;
	/** The same message on the phone page. */
	accepted: AcceptedMessage;
	isGroup: boolean;
	status: WhatsAppStatus;
	sentAt: number | null;
	deliveredAt: number | null;
	readAt: number | null;
	message: string | null;
	caption: string | null;
	mediaUrl: string | null;
}

export interface Account {
	world: World;
	/** Numbers by the name of their contacts group. */
	groups: Map<string, string[]>;
	whatsApps: Map<string, WhatsApp>;
	/** When SMS went to a number, and with what text: for the limits per day. */
	smsByNumber: Map<string, Array<{ at: number; text: string }>>;
	nextInboundId: number;
	/** Where the result of the last phone check went. */
	phoneCheckUrl: string | null;
}

/** A fresh account with two contacts groups, one of them empty. */
export function createAccount(world: World): Account {
	return {
		world,
		groups: new Map([
			['Example', [ordinaryIndonesianNumbers[0] ?? '', ordinaryIndonesianNumbers[1] ?? '', indonesianNumbers.fails]],
			['Empty', []],
		]),
		whatsApps: new Map(),
		smsByNumber: new Map(),
		nextInboundId: 500_001,
		phoneCheckUrl: null,
	};
}

let sequence = randomInt(1e8);

/** 18 digits, as the documented `175041319203754627`: the time in seconds and eight more. A JavaScript number cannot hold them. */
export function newId({ world }: Account): string {
	sequence = (sequence + 1) % 1e8;
	return `${Math.floor(world.clock.now() / 1_000)}${String(sequence).padStart(8, '0')}`;
}

/** The number, if it is one in the documented form: country code first, digits only. */
export function readNumber(text: string): string | undefined {
	if (!/^[1-9]\d+$/.test(text)) return undefined;
	return parsePhoneNumberFromString(`+${text}`)?.isValid() ? text : undefined;
}

/** A good number, but not in the documented form: the client should have turned it into that. */
export function isOtherForm(text: string): boolean {
	return readNumber(text) === undefined && (parsePhoneNumberFromString(text, 'ID')?.isValid() ?? false);
}

/** What the phone does with an SMS. */
export function smsBehaviour({ world }: Account, number: string): Behaviour | undefined {
	return number === indonesianNumbers.noWhatsApp ? undefined : world.behaviour(number);
}

/** WhatsApp is for phones that also receive SMS. */
export function isOnWhatsApp({ world }: Account, number: string): boolean {
	return readNumber(number) !== undefined && receivesSms(number) && world.behaviour(number) !== 'invalid' && number !== indonesianNumbers.noWhatsApp;
}

/** `YYYY-mm-dd H:i:s`. The document names no zone; here it is Jakarta's (UTC+7), so that a client that takes it for UTC is found out. */
export function dateTime(ms: number): string {
	return new Date(ms + 7 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2019-08-24T14:15:22Z` */
export function isoTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
