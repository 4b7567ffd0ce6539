/** The account that the simulated provider keeps: senders, contacts, lists, unsubscribes, webhooks. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { australianNumbers } from '../australianNumbers';
import { createIds } from '../ids';
import type { AcceptedMessage } from '../messageStore';
import type { World } from '../world';

/** What the simulated provider accepts as API username and password. */
export const mobileMessageUsername = 'sandbox';
export const mobileMessagePassword = 'sandbox';

/** Another API key of the same account (provider facts, section 2: "extra API keys share" its webhook URLs; idempotency keys are per API key). */
export const mobileMessageSecondKey = { username: 'second', password: 'second' } as const;

/** True for the user name and password of an API key of the account. */
export function isApiKey(username: unknown, password: unknown): boolean {
	const { username: secondUsername, password: secondPassword } = mobileMessageSecondKey;
	return (username === mobileMessageUsername && password === mobileMessagePassword) || (username === secondUsername && password === secondPassword);
}

/** The senders that a fresh account has. The own and the dedicated number are reserved for fiction. */
export const mobileMessageSenders = { alpha: 'CompanyABC', own: '61491570737', dedicated: '61491571266' } as const;

/** Document "Sender IDs" shows `alpha` and `own`; the {optout} token also knows dedicated and shared numbers. */
export interface Sender {
	sender: string;
	type: 'alpha' | 'own' | 'dedicated' | 'shared';
	label: string;
	is_default: boolean;
}

export interface Contact {
	contact_id: bigint;
	number: string;
	first_name: string;
	last_name: string;
	company: string;
	other: string;
}

export interface ContactList {
	list_id: bigint;
	name: string;
	/** Milliseconds since 1970. */
	createdAt: number;
	/** When each contact was added (milliseconds since 1970), by contact id. */
	members: Map<bigint, number>;
}

export interface Account {
	world: World;
	/** Six characters, part of the opt-out link. */
	optOutCode: string;
	senders: Map<string, Sender>;
	contacts: Map<bigint, Contact>;
	/** Ids by number, so that placeholders and filters need no search. */
	contactIds: Map<string, Set<bigint>>;
	newContactId: () => bigint;
	lists: Map<bigint, ContactList>;
	newListId: () => bigint;
	/** When each number was added (milliseconds since 1970). */
	unsubscribes: Map<string, number>;
	webhooks: { inbound: string | null; status: string | null };
	/** Pending sender verifications by the code in their link. */
	verifications: Map<string, { number: string; label: string; at: number }>;
}

/** A fresh account with three senders, three contacts, one list and one unsubscribed number. */
export function createAccount(world: World): Account {
	const account: Account = {
		world,
		optOutCode: 'SNDBX1',
		senders: new Map(),
		contacts: new Map(),
		contactIds: new Map(),
		newContactId: createIds(world.settings, 1),
		lists: new Map(),
		newListId: createIds(world.settings, 1),
		unsubscribes: new Map([[australianNumbers.unsubscribed, world.clock.now()]]),
		webhooks: { inbound: null, status: null },
		verifications: new Map(),
	};
	const senders: Sender[] = [
		{ sender: mobileMessageSenders.alpha, type: 'alpha', label: 'My Brand', is_default: true },
		{ sender: mobileMessageSenders.own, type: 'own', label: 'My mobile', is_default: false },
		{ sender: mobileMessageSenders.dedicated, type: 'dedicated', label: 'Replies', is_default: false },
	];
	for (const sender of senders) account.senders.set(sender.sender, sender);
	const jane = addContact(account, { number: '61491571491', first_name: 'Jane', last_name: 'Smith', company: 'Acme', other: '' });
	const wei = addContact(account, { number: '61491571804', first_name: 'Wei', last_name: 'Chen', company: 'Acme', other: 'Gold' });
	addContact(account, { number: '61491572549', first_name: 'Zoë', last_name: "O'Brien", company: '', other: '' });
	const vip = addList(account, 'VIP Customers');
	for (const contact of [jane, wei]) vip.members.set(contact.contact_id, world.clock.now());
	return account;
}

export function addContact(account: Account, fields: Omit<Contact, 'contact_id'>): Contact {
	const contact = { contact_id: account.newContactId(), ...fields };
	account.contacts.set(contact.contact_id, contact);
	indexContact(account, contact);
	return contact;
}

/** Changes a contact's number and the index over it. */
export function renumberContact(account: Account, contact: Contact, number: string): void {
	account.contactIds.get(contact.number)?.delete(contact.contact_id);
	contact.number = number;
	indexContact(account, contact);
}

/** Removes a contact, also from every list (document: DELETE /v1/contacts). */
export function removeContact(account: Account, contact: Contact): void {
	account.contacts.delete(contact.contact_id);
	account.contactIds.get(contact.number)?.delete(contact.contact_id);
	for (const list of account.lists.values()) list.members.delete(contact.contact_id);
}

/** The contacts with this number, oldest first. */
export function contactsWithNumber(account: Account, number: string): Contact[] {
	const ids = [...(account.contactIds.get(number) ?? [])];
	return ids.flatMap((id) => account.contacts.get(id) ?? []);
}

export function addList(account: Account, name: string): ContactList {
	const list: ContactList = { list_id: account.newListId(), name, createdAt: account.world.clock.now(), members: new Map() };
	account.lists.set(list.list_id, list);
	return list;
}

/** Cancels a scheduled message and gives its cost back (document: "Cancel Scheduled Message"). */
export function cancelMessage(account: Account, message: AcceptedMessage): void {
	message.status = 'cancelled';
	account.world.settings.credits += message.cost;
}

/** Blocks a number (E.164 without "+"), cancels what is scheduled for it and takes its contacts off all lists (document: "Unsubscribes"). */
export function unsubscribe(account: Account, number: string): void {
	account.unsubscribes.set(number, account.world.clock.now());
	for (const message of account.world.messages.accepted) {
		// The document does not say that these are refunded; a message cancelled through the API is.
		if (message.to === number && message.status === 'scheduled') cancelMessage(account, message);
	}
	for (const id of account.contactIds.get(number) ?? []) {
		for (const list of account.lists.values()) list.members.delete(id);
	}
}

function indexContact(account: Account, contact: Contact): void {
	const ids = account.contactIds.get(contact.number);
	if (ids) ids.add(contact.contact_id);
	else account.contactIds.set(contact.number, new Set([contact.contact_id]));
}

/**
 * The number in E.164 without "+" (document: responses show `61412345678`), from "local Australian format or international format".
 * Undefined: the provider calls it invalid.
 */
export function readNumber(account: Account, text: string): string | undefined {
	// The parser would find a number in the middle of any text.
	if (!/^[+\d(][\d\s().-]*$/.test(text)) return undefined;
	const parsed = parsePhoneNumberFromString(text, 'AU');
	const valid = parsed?.isValid() ? parsed : parsePhoneNumberFromString(`+${text.replace(/^\+/, '')}`);
	if (!valid?.isValid()) return undefined;
	const number = valid.number.slice(1);
	return account.world.behaviour(number) === 'invalid' ? undefined : number;
}

/** The account's sender for what a client wrote; a number may be in local or international form. */
export function findSender(account: Account, text: string): Sender | undefined {
	return account.senders.get(text) ?? account.senders.get(readNumber(account, text) ?? '');
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, as all of the provider's times are. */
export function dateTime(ms: number): string {
	return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
