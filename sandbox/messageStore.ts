/** Every message that a provider accepted, and every message that a phone sent back. */

/** An SMS that the provider took for sending. */
export interface AcceptedMessage {
	id: string;
	provider: string;
	/** The recipient, E.164 without "+". */
	to: string;
	/** The sender ID or number. */
	from: string;
	/** As sent: placeholders filled, characters that cannot be sent taken out. */
	text: string;
	/** The client's own reference; null when it gave none. */
	custom_ref: string | null;
	/** In the provider's own words. */
	status: string;
	segments: number;
	/** In the provider's unit. */
	cost: number;
	/** When it was accepted: ISO 8601, on the sandbox's clock. */
	at: string;
	/** Milliseconds since 1970 when it is to be sent; null: at once. */
	scheduledFor: number | null;
}

/** An SMS that a phone sent to the account. */
export interface InboundMessage {
	id: string;
	provider: string;
	/** The phone, E.164 without "+". */
	from: string;
	/** The sender ID or number that it answers. */
	to: string;
	text: string;
	/** `inbound` or `unsubscribe`. */
	type: string;
	at: string;
	original: { id: string; custom_ref: string | null } | null;
}

/** An SMS from the provider itself, e.g. one with a confirmation link. It costs nothing and is in no history. */
export interface ServiceMessage {
	to: string;
	from: string;
	text: string;
	at: string;
}

export interface MessageStore {
	accepted: AcceptedMessage[];
	inbound: InboundMessage[];
	service: ServiceMessage[];
	add(message: AcceptedMessage): void;
	byId(id: string): AcceptedMessage | undefined;
	byReference(reference: string): AcceptedMessage[];
	/** The latest message to a phone (E.164 without "+"). */
	lastTo(number: string): AcceptedMessage | undefined;
}

export function createMessageStore(): MessageStore {
	const ids = new Map<string, AcceptedMessage>();
	const references = new Map<string, AcceptedMessage[]>();
	const last = new Map<string, AcceptedMessage>();
	const store: MessageStore = {
		accepted: [],
		inbound: [],
		service: [],
		add(message) {
			store.accepted.push(message);
			ids.set(message.id, message);
			last.set(message.to, message);
			if (message.custom_ref === null) return;
			const same = references.get(message.custom_ref);
			if (same) same.push(message);
			else references.set(message.custom_ref, [message]);
		},
		byId: (id) => ids.get(id),
		byReference: (reference) => references.get(reference) ?? [],
		lastTo: (number) => last.get(number),
	};
	return store;
}
