/** What the phones show: one conversation per phone, and everything that came to it or left it. */
import type { AcceptedMessage, InboundMessage, MessageStore, ServiceMessage } from './messageStore';

/** The last line of a phone's conversation, and how much came to it. */
export interface Conversation {
	/** E.164 without "+". */
	phone: string;
	/** As the account's contacts have it, or else as the messages greet it; null: neither. */
	name: string | null;
	text: string;
	at: string;
	/** `in`: to the phone. */
	way: 'in' | 'out';
	/** In the provider's own words; null for what the phone wrote. */
	status: string | null;
	/** How many messages came to the phone. */
	received: number;
}

/** A message of a phone's thread. */
export type ThreadMessage = ({ way: 'in' } & (AcceptedMessage | (ServiceMessage & { status: string }))) | ({ way: 'out' } & InboundMessage);

/** "Hi Ava, ..." tells whose phone it is, unless the word is one that greets everybody. */
const GREETING = /^(?:hi|hello|hey|dear)\s+(\p{Lu}[\p{L}'’-]+)/iu;
const EVERYBODY = /^(?:all|there|team|everybody|everyone|customer|sir|madam|from|this|your)$/i;

/** Every phone's conversation, the latest first. @param names by phone, as the account's contacts have them */
export function conversationsOf(messages: MessageStore, names: Map<string, string>): Conversation[] {
	const byPhone = new Map<string, Conversation>();
	const add = (phone: string, way: 'in' | 'out', text: string, at: string, status: string | null): void => {
		const known = byPhone.get(phone) ?? { phone, name: null, text, at, way, status, received: 0 };
		if (way === 'in') {
			known.received++;
			known.name ??= greeted(text);
		}
		if (known.at <= at) Object.assign(known, { text, at, way, status });
		byPhone.set(phone, known);
	};
	for (const { to, text, at, status } of messages.accepted) add(to, 'in', text, at, status);
	for (const { to, text, at } of messages.service) add(to, 'in', text, at, null);
	for (const { from, text, at } of messages.inbound) add(from, 'out', text, at, null);
	return [...byPhone.values()].map((one) => ({ ...one, name: names.get(one.phone) ?? one.name })).sort((a, b) => b.at.localeCompare(a.at));
}

function greeted(text: string): string | null {
	const name = GREETING.exec(text)?.[1];
	return name === undefined || EVERYBODY.test(name) ? null : name;
}

/** Those in whose number, name or last text the words stand; digits are looked for without blanks, with or without the leading zero. */
export function matching(conversations: Conversation[], search: string): Conversation[] {
	const words = search.trim().toLowerCase();
	const digits = /^[+\d\s()-]+$/.test(words) ? words.replace(/\D/g, '').replace(/^0/, '') : '';
	return conversations.filter(({ phone, name, text }) => (digits !== '' && phone.includes(digits)) || `${name ?? ''}\n${text}`.toLowerCase().includes(words));
}

/** Everything that a phone got and wrote, oldest first. */
export function threadOf(messages: MessageStore, phone: string): ThreadMessage[] {
	return [
		...messages.accepted.filter(({ to }) => to === phone).map((message) => ({ ...message, way: 'in' as const })),
		...messages.service.filter(({ to }) => to === phone).map((message) => ({ ...message, way: 'in' as const, status: 'service message' })),
		...messages.inbound.filter(({ from }) => from === phone).map((message) => ({ ...message, way: 'out' as const })),
	].sort((a, b) => a.at.localeCompare(b.at));
}
