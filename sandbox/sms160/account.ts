/** The account that the simulated provider keeps: sender names, virtual numbers, messages, contacts, groups, codes. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { createIds } from '../ids';
import type { AcceptedMessage } from '../messageStore';
import type { World } from '../world';

/** What the simulated provider accepts as user name and SMS secret. */
export const sms160Username = 'sandbox';
export const sms160Password = 'sandbox';

/** What a fresh account can send from. All numbers are reserved for fiction. */
export const sms160Senders = { name: 'MyBrand', registered: '61491570737', virtual: '61491571266', mailed: '61491571491' } as const;

/** "enumerated statusCode for SMS". */
export const smsStatuses = { queued: [-1, 'Queued'], sent: [0, 'Sent'], delivered: [1, 'Delivered'], failed: [2, 'Not delivered'] } as const;

export interface SenderName {
	senderId: string;
	statusCode: number;
	status: string;
}

export interface VirtualNumber {
	phone: string;
	expirationDate: string;
	/** A web address or an e-mail address; empty: none. */
	callbackURL: string;
	countryCode: string;
	statusCode: number;
	status: string;
}

/** A message that was posted. */
export interface Sms {
	messageId: bigint;
	/** The same message on the phone page. */
	accepted: AcceptedMessage;
	callbackURL: string | null;
	/** 18 digits: more than a JavaScript number holds. */
	batchId: bigint;
	/** Milliseconds since 1970. */
	sentAt: number | null;
	/** Minutes. */
	delayFor: number | null;
	statusCode: number;
	status: string;
}

export interface Incoming {
	messageId: bigint;
	at: number;
	sender: string;
	recipient: string;
	message: string;
}

export interface Contact {
	contactId: bigint;
	firstName: string;
	lastName: string;
	note: string;
	phone: string;
	groups: Array<{ groupId: bigint; isDisabled: number }>;
}

export interface Group {
	groupId: bigint;
	group: string;
	groupType: number;
	keyword: string;
}

export interface OtpConfiguration {
	otpId: number;
	title: string;
	length: number;
	/** Minutes that a code holds. */
	ttl: number;
	sent: number;
	matched: number;
	failed: number;
	/** Where a wrong code is answered by HTTP 400, as the document allows, instead of by 200. */
	refusesWith400: boolean;
}

/** The last code sent to a phone. */
export interface SentCode {
	sms: Sms;
	code: string;
	expiresAt: number;
	used: boolean;
}

export interface Account {
	world: World;
	senderNames: SenderName[];
	virtualNumbers: VirtualNumber[];
	/** What is still there, in the order of posting. */
	messages: Map<bigint, Sms>;
	newMessageId: () => bigint;
	/** In the order of receiving. */
	incoming: Map<bigint, Incoming>;
	newIncomingId: () => bigint;
	contacts: Map<bigint, Contact>;
	newContactId: () => bigint;
	groups: Map<bigint, Group>;
	newGroupId: () => bigint;
	otps: Map<number, OtpConfiguration>;
	/** By configuration and phone. */
	codes: Map<string, SentCode>;
}

/** Fresh accounts so far: IDs never begin anew, not even after a reset, since clients rely on their order. */
let accounts = 0;

/** A fresh account: three sender names, three virtual numbers, three contacts, two groups, two OTP configurations. */
export function createAccount(world: World): Account {
	const nextYear = dateTime(world.clock.now() + 365 * 86_400_000);
	const number = (phone: string, callbackURL: string, statusCode: number, status: string): VirtualNumber => ({ phone, expirationDate: nextYear, callbackURL, countryCode: 'AU', statusCode, status });
	const account: Account = {
		world,
		senderNames: [
			{ senderId: sms160Senders.name, statusCode: 1, status: 'Active' },
			{ senderId: 'NewBrand', statusCode: 0, status: 'Under review' },
			{ senderId: 'OldBrand', statusCode: 2, status: 'Rejected' },
		],
		virtualNumbers: [
			number(sms160Senders.virtual, '', 1, 'Active'),
			number(sms160Senders.mailed, 'replies@example.com', 1, 'Active'),
			number('61491571804', '', 2, 'Blocked'),
		],
		messages: new Map(),
		newMessageId: createIds(world.settings, 7_000_001 + 1_000_000 * accounts++),
		incoming: new Map(),
		newIncomingId: createIds(world.settings, 300_001),
		contacts: new Map(),
		newContactId: createIds(world.settings, 1),
		groups: new Map(),
		newGroupId: createIds(world.settings, 1),
		otps: new Map(),
		codes: new Map(),
	};
	const customers = addGroup(account, { group: 'Customers', groupType: 0, keyword: '' });
	addGroup(account, { group: 'Specials', groupType: 2, keyword: 'DEAL' });
	const inCustomers = (isDisabled: number) => [{ groupId: customers.groupId, isDisabled }];
	addContact(account, { firstName: 'Jennifer', lastName: 'Smith', note: 'Pays by card', phone: '61491572549', groups: inCustomers(0) });
	addContact(account, { firstName: 'Wei', lastName: 'Chen', note: '', phone: '61491572665', groups: inCustomers(0) });
	addContact(account, { firstName: 'Zoë', lastName: "O'Brien", note: '', phone: '61491572983', groups: inCustomers(1) });
	const otp = (otpId: number, title: string, length: number, ttl: number, refusesWith400: boolean) =>
		account.otps.set(otpId, { otpId, title, length, ttl, sent: 0, matched: 0, failed: 0, refusesWith400 });
	otp(1, 'Login', 6, 10, false);
	otp(2, 'Checkout (a wrong code is answered by 400)', 4, 5, true);
	return account;
}

export function addContact(account: Account, fields: Omit<Contact, 'contactId'>): Contact {
	const contact = { contactId: account.newContactId(), ...fields };
	account.contacts.set(contact.contactId, contact);
	return contact;
}

export function addGroup(account: Account, fields: Omit<Group, 'groupId'>): Group {
	const group = { groupId: account.newGroupId(), ...fields };
	account.groups.set(group.groupId, group);
	return group;
}

/** Digits of a phone number with its country code, or of a documented test number; undefined: the provider calls it invalid. */
export function readNumber(text: string): string | undefined {
	if (isTestNumber(text)) return text.replace(/\D/g, '');
	if (!/^\+?\d+$/.test(text)) return undefined;
	const parsed = parsePhoneNumberFromString(`+${text.replace(/^\+/, '')}`);
	return parsed?.isValid() ? parsed.number.slice(1) : undefined;
}

/** `+0-000-000-000-1` to `-9`: free of charge, each with a fixed fate (provider facts, section 1). */
export function isTestNumber(text: string): boolean {
	return /^\+?0-?000-?000-?000-?[1-9]$/.test(text);
}

/**
 * `YYYY-MM-DD hh:mm:ss`. The document names no zone; here it is Queensland's (UTC+10), so that a client that takes the
 * times for UTC, or for its own, is found out.
 */
export function dateTime(ms: number): string {
	return new Date(ms + 10 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The reverse of `dateTime`; undefined: not in that form. */
export function readDateTime(text: string): number | undefined {
	if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
	const ms = Date.parse(`${text.replace(' ', 'T')}+10:00`);
	// The parser takes February 30 for March 2.
	return Number.isNaN(ms) || dateTime(ms) !== text ? undefined : ms;
}
