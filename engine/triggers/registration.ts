/**
 * Puts a trigger's address in place at the provider, and gives the place back.
 *
 * n8n may repeat every step, calls `remove` also after a `create` that did not work, registers a second address while
 * somebody listens for a test event, and gives such a test nothing of what the active workflow keeps.
 */
import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asFailure, failure } from '../failure';
import type { Send } from '../operation';
import { isLoopback, throwIfUnreachable } from '../wire/reachable';
import { connect, credentialOf, sender } from '../wire/request';
import type { Events, RegisteredEvents, Slot, WebhookStaticData } from '../calls/events';
import { addressOf, forgetProof } from '../calls/proof';

/** The methods of one webhook of a trigger, as n8n calls them. */
export type Registration = Record<'checkExists' | 'create' | 'delete', (this: IHookFunctions) => Promise<boolean>>;

/** For a trigger whose address this package registers at the provider. */
export function registration(events: RegisteredEvents): Registration {
	return {
		async checkExists() {
			return await checkExists(this, events);
		},
		async create() {
			return await create(this, events);
		},
		async delete() {
			return await remove(this, events);
		},
	};
}

const nothingToDo = async (): Promise<boolean> => true;

/** For a trigger whose address users put where it belongs. n8n's rules want the methods of every trigger. */
export const noRegistration: Registration = { checkExists: nothingToDo, create: nothingToDo, delete: nothingToDo };

/**
 * For such a trigger whose calls prove themselves by texts that the credential holds: without these every call would be
 * refused, and nobody would know why.
 */
export function noRegistrationButProof(events: Events): Registration {
	return {
		...noRegistration,
		checkExists: async () => false,
		async create() {
			const { provider } = events;
			const proof = events.proof?.(credentialOf(await this.getCredentials(provider.credential)), '');
			const missing = proof?.kind === 'fields' ? Object.entries(proof.values).filter(([, value]) => value === '') : [];
			if (missing.length === 0) {
				forgetProof(this, events);
				return true;
			}
			const names = missing.map(([name]) => name).join(' and ');
			throw new NodeOperationError(this.getNode(), `The credential does not say by which ${names} the calls of ${provider.name} are known. Fill it in: otherwise every call would be refused.`);
		},
	};
}

/** By slot and address: what stood there before. n8n forgets what a failing `create` kept, its process does not. */
const displaced = new Map<string, string>();

/** Whether every place that the chosen events need holds this node's address. */
async function checkExists(context: IHookFunctions, events: RegisteredEvents): Promise<boolean> {
	return await registering(context, events, async ({ send, url, kept }) => {
		for (const slot of neededSlots(context, events)) {
			if (kept.registered?.[slot.name]?.url !== url || (await slot.current(send)) !== url) return false;
		}
		return true;
	});
}

/**
 * Takes the places that the chosen events need. A place that somebody else has is taken only with the option "Replace
 * Existing Webhook". Doing it again changes nothing.
 * @throws NodeOperationError before anything was changed, when a place is taken or n8n's address cannot be reached
 */
async function create(context: IHookFunctions, events: RegisteredEvents): Promise<boolean> {
	return await registering(context, events, async ({ send, url, kept, isOwn, isSame, isOfThisN8n, isLocalProvider }) => {
		const slots = neededSlots(context, events);
		if (!isLocalProvider) throwIfUnreachable(url, events.provider.name, 'Set WEBHOOK_URL to the public https:// address of this n8n, or use the Inbox Trigger, which needs none.');
		const mayReplace = context.getNodeParameter('options.replaceExisting', false) === true;
		const isTest = context.getMode() === 'manual';

		/** What to put back later. A test gives way to production again; its own address is soon dead, and never put back. */
		const before = (slot: Slot, current: string): string | undefined => {
			const own = kept.registered?.[slot.name];
			const inherited = own?.previous ?? displaced.get(`${slot.name} ${current}`);
			if (isOwn(current) && !isSame(current) && isTest) return current;
			if (isOwn(current) || current === own?.url) return inherited !== undefined && isOwn(inherited) && !isTest ? undefined : inherited;
			if (mayReplace) return current;
			throw takenFailure({ provider: events.provider.name, slot, current, isOfThisN8n: isOfThisN8n(current) });
		};
		const found: Array<{ slot: Slot; current?: string; previous?: string }> = [];
		for (const slot of slots) {
			const current = (await slot.current(send)) || undefined;
			found.push({ slot, current, previous: current === undefined ? undefined : before(slot, current) });
		}

		for (const { slot, current, previous } of found) {
			// Kept before the request: when that ends in doubt, n8n calls `remove`, which then knows what to put back.
			kept.registered = { ...kept.registered, [slot.name]: { url, ...(previous !== undefined && { previous }) } };
			kept.production = !isTest;
			if (previous === undefined) displaced.delete(`${slot.name} ${url}`);
			else displaced.set(`${slot.name} ${url}`, previous);
			if (current !== url) await slot.set(send, url);
		}
		return true;
	});
}

/** Gives back the places that this node still has, and puts back what stood there before. */
async function remove(context: IHookFunctions, events: RegisteredEvents): Promise<boolean> {
	return await registering(context, events, async ({ send, url, kept, isOwn, isSame }) => {
		for (const slot of events.slots) {
			const own = kept.registered?.[slot.name];
			const current = (await slot.current(send)) || undefined;
			// Production takes the place back from its own test, too: the test would put a dead address there.
			const isOurs = current !== undefined && (isSame(current) || current === own?.url || (kept.production === true && isOwn(current)));
			const previous = own?.previous ?? displaced.get(`${slot.name} ${url}`);
			if (isOurs && previous !== undefined) await slot.set(send, previous);
			else if (isOurs) await slot.remove(send);
			displaced.delete(`${slot.name} ${url}`);
		}
		delete kept.registered;
		delete kept.production;
		return true;
	});
}

interface Registering {
	send: Send;
	/** The address to register. */
	url: string;
	kept: WebhookStaticData;
	/** Whether an address is this node's, for tests or for production. */
	isOwn(url: string): boolean;
	/** Whether it is also the same of the two, whatever its token. */
	isSame(url: string): boolean;
	isOfThisN8n(url: string): boolean;
	/** A provider on this machine (a sandbox) can call addresses that nobody else can. */
	isLocalProvider: boolean;
}

async function registering<T>(context: IHookFunctions, events: RegisteredEvents, work: (tools: Registering) => Promise<T>): Promise<T> {
	forgetProof(context, events);
	try {
		const connection = await connect(context, events.provider);
		const { provider, credential } = connection;
		const { url, path } = addressOf(context, events, credential);
		const origins = [url, context.getRestApiUrl(), context.getInstanceBaseUrl()].map(originOf);
		const isOfThisN8n = (other: string): boolean => origins.includes(originOf(other));
		const isOwn = (other: string): boolean => isOfThisN8n(other) && withoutQuery(other).endsWith(`/${path}`);
		const isSame = (other: string): boolean => isOwn(other) && withoutQuery(other) === withoutQuery(url);
		const isLocalProvider = isLoopback(provider.baseUrl(credential));
		const kept: WebhookStaticData = context.getWorkflowStaticData('node');
		const tools = { send: sender(connection, 'repeatable'), url, kept, isOwn, isSame, isOfThisN8n, isLocalProvider };
		return await inTurn(`${provider.name} ${provider.account(credential)}`, async () => await work(tools));
	} catch (thrown) {
		const { message, advice } = asFailure(thrown);
		// n8n shows nothing but the message of an activation that did not work.
		throw new NodeOperationError(context.getNode(), advice ? `${message}. ${advice}` : message);
	}
}

const turns = new Map<string, Promise<unknown>>();

/** A look-up and the change that follows belong together; n8n starts triggers side by side. */
async function inTurn<T>(account: string, work: () => Promise<T>): Promise<T> {
	const mine = (turns.get(account) ?? Promise.resolve()).then(work, work);
	turns.set(account, mine);
	try {
		return await mine;
	} finally {
		if (turns.get(account) === mine) turns.delete(account);
	}
}

function neededSlots(context: IHookFunctions, { slots }: RegisteredEvents): Slot[] {
	const chosen = context.getNodeParameter('events', []) as string[];
	return slots.filter(({ events }) => events.some((event) => chosen.includes(event)));
}

function originOf(url: string): string {
	return URL.canParse(url) ? new URL(url).origin : '';
}

function withoutQuery(url: string): string {
	return url.replace(/[?#].*$/, '');
}

function takenFailure({ provider, slot, current, isOfThisN8n }: { provider: string; slot: Slot; current: string; isOfThisN8n: boolean }): Error {
	// The path of somebody else's address may be its password.
	const shown = URL.canParse(current) ? `${new URL(current).origin}${new URL(current).pathname.slice(0, 5)}…` : `${current.slice(0, 5)}…`;
	return failure(
		'refused',
		`${provider} sends the ${slot.label} of this account to ${shown} already${isOfThisN8n ? ' (another workflow of this n8n)' : ''}`,
		'An account has one address for them, so nothing was changed. Turn on "Replace Existing Webhook" to use this workflow instead; the address is put back when it is deactivated (unpublished).',
	);
}
