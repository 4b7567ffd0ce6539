/** The account that the simulated provider keeps: messages sent and received, contacts, groups, files. */
import { randomBytes, randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { createIds } from '../ids';
import type { AcceptedMessage } from '../messageStore';
import type { World } from '../world';
import { bestSmsSettings, type BestSmsSettings } from './settings';
import type { TimeZone } from './times';

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** What the simulated provider accepts as Auth Token: in the form of a JWT, as the provider's are. */
export const bestSmsToken = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded({ sub: 'sandbox' })}.sandbox`;

/** With what webhook calls show that they are the provider's. */
export const bestSmsWebhookSender = 'sandbox@example.com';
export const bestSmsWebhookKey = 'sandbox';

/** The number that messages come from unless they name another. It is reserved for fiction. */
export const bestSmsNumber = '61491571266';

/** The account's number in answers. */
export const bestSmsAccount = '102030';

/** What one part of a message costs. */
export const partPrice = 0.1;

/** What a destination may say about the person. */
export const personalFields = ['Attention', 'FirstName', 'LastName', 'Company', 'Custom1', 'Custom2'] as const;

export type PersonalDetails = Partial<Record<(typeof personalFields)[number], string>>;

export interface Recipient {
	/** The same message on the phone page. */
	accepted: AcceptedMessage;
	details: PersonalDetails;
	/** Why it cannot be delivered, where the number alone says so. */
	flaw: string | undefined;
	status: 'PENDING' | 'SUCCESS' | 'FAILED';
	result: string;
	/** Milliseconds since 1970 when its way ended. */
	sentAt: number | null;
}

/** What one request sent. */
export interface Job {
	/** Not necessarily unique: it is the client's. */
	messageId: string;
	jobNum: string;
	reference: string;
	subAccount: string;
	department: string;
	webhookUrl: string | undefined;
	webhookFormat: 'JSON' | 'XML' | undefined;
	timeZone: TimeZone;
	isTest: boolean;
	state: 'Delayed' | 'CreditHold' | 'Deleted' | 'Transmit';
	createdAt: number;
	/** When it is to go out, while it is delayed. */
	sendAt: number | null;
	/** Those that go out then. */
	waiting: Recipient[];
	recipients: Recipient[];
}

/** A message that a phone sent. */
export interface Received {
	id: bigint;
	/** What it answers; undefined: nothing of the last 7 days. */
	answers: { job: Job; recipient: Recipient } | undefined;
	jobNum: string;
	at: number;
	/** E.164 without "+". */
	from: string;
	text: string;
}

/** In the order of the document's table. */
export const contactFields = [
	'Attention', 'Title', 'Company', 'RecipDepartment', 'FirstName', 'LastName', 'Position', 'StreetAddress', 'Suburb', 'City', 'State', 'Country', 'Postcode',
	'MainPhone', 'AltPhone1', 'AltPhone2', 'DirectPhone', 'MobilePhone', 'FaxNumber', 'EmailAddress', 'WebAddress', 'Custom1', 'Custom2', 'Custom3', 'Custom4',
] as const;

export type Visibility = 'Account' | 'SubAccount' | 'Department' | 'No';

export type ContactDetails = Partial<Record<(typeof contactFields)[number], string>> & { ViewBy?: Visibility; EditBy?: Visibility };

export interface Contact {
	id: string;
	createdAt: number;
	updatedAt: number;
	details: ContactDetails;
}

export interface Group {
	GroupCode: string;
	GroupName: string;
	SubAccount: string;
	Department: string;
	ViewEditBy: Visibility;
}

/** A file behind a link in a message. */
export interface LinkedFile {
	name: string;
	/** Base64. */
	data: string;
	job: Job;
	recipient: Recipient;
}

export interface Account {
	world: World;
	/** In the order of acceptance. */
	jobs: Job[];
	/** The most recent one of each message ID. */
	lastJobs: Map<string, Job>;
	/** Those that wait for credits. */
	held: Set<Job>;
	/** The last message that went out to each phone (E.164 without "+"). */
	lastSent: Map<string, { job: Job; recipient: Recipient; at: number }>;
	received: Received[];
	newReceivedId: () => bigint;
	/** Those that a phone can write to: the account's own, and what messages came from. */
	numbers: Set<string>;
	contacts: Map<string, Contact>;
	groups: Map<string, Group>;
	/** IDs of contacts by group code. */
	members: Map<string, Set<string>>;
	/** By the last part of the link. */
	files: Map<string, LinkedFile>;
	/** Prices shown so far. */
	pricesShown: number;
}

/** A fresh account: three contacts, two groups, one of them with two members. */
export function createAccount(world: World): Account {
	const account: Account = {
		world,
		jobs: [],
		lastJobs: new Map(),
		held: new Set(),
		lastSent: new Map(),
		received: [],
		newReceivedId: createIds(world.settings, 500_001),
		numbers: new Set([bestSmsNumber]),
		contacts: new Map(),
		groups: new Map(),
		members: new Map(),
		files: new Map(),
		pricesShown: 0,
	};
	const jane = addContact(account, { FirstName: 'Jane', LastName: 'Smith', Company: 'Acme', MobilePhone: '+61491571491' });
	const wei = addContact(account, { FirstName: 'Wei', LastName: 'Chen', Company: 'Acme', MobilePhone: '+61491571804', Custom1: 'Gold' });
	addContact(account, { FirstName: 'Zoë', LastName: "O'Brien", MobilePhone: '+61491572549' });
	addGroup(account, { GroupCode: 'VIP_Customers', GroupName: 'VIP Customers' });
	addGroup(account, { GroupCode: 'Staff', GroupName: 'Staff' });
	account.members.set('VIP_Customers', new Set([jane.id, wei.id]));
	return account;
}

/** The provider's own settings, as they are now. */
export function settingsOf({ world }: Account): BestSmsSettings {
	return bestSmsSettings.parse(world.settings.own);
}

export function addContact(account: Account, details: ContactDetails): Contact {
	const now = account.world.clock.now();
	const contact: Contact = { id: randomUUID(), createdAt: now, updatedAt: now, details };
	account.contacts.set(contact.id, contact);
	return contact;
}

export function addGroup(account: Account, { GroupCode, GroupName, SubAccount = '', Department = '', ViewEditBy = 'Account' }: Pick<Group, 'GroupCode' | 'GroupName'> & Partial<Group>): Group {
	const group: Group = { GroupCode, GroupName, SubAccount, Department, ViewEditBy };
	account.groups.set(GroupCode, group);
	account.members.set(GroupCode, new Set());
	return group;
}

/** The most recent message under this ID: "If you use common MessageID values across multiple messages, it will apply to the most recent message". */
export function findJob(account: Account, messageId: string | undefined): Job | undefined {
	return account.lastJobs.get(messageId ?? '');
}

/** "Eight digit alphanumeric tracking number". */
export function newJobNumber(): string {
	return randomBytes(4).toString('hex').toUpperCase();
}

/** `Price` is text, a number, empty or null (provider facts, section 4d): all of them, in turn. */
export function showPrice(account: Account, price: number): string | number | null {
	const forms = [price.toFixed(2), price, '', null];
	return forms[account.pricesShown++ % forms.length] ?? null;
}

/** Digits of a phone number in any usual form, for what a person types on the phone page. */
export function readPhone(text: string): string | undefined {
	const digits = text.replace(/^\+/, '').replace(/[\s-]/g, '');
	const parsed = [parsePhoneNumberFromString(text, 'AU'), parsePhoneNumberFromString(`+${digits}`)].find((one) => one?.isValid());
	return parsed?.number.slice(1);
}
