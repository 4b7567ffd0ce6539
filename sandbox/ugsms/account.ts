/** The account that the simulated provider keeps: one user name with a password, one API key. Three texts, so that one that leaks is told from the others. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ApiRequest } from '../provider';
import type { World } from '../world';
import { own } from './settings';

export const ugUsername = 'sandbox';
export const ugPassword = 'sandbox-password';
/** The key of a fresh account. */
export const ugApiKey = 'sandbox-key';

/** What a message is from that names no sender. */
export const ugDefaultSender = 'UGSMS';

export interface Account {
	world: World;
	/** `expiresAt`: milliseconds since 1970; null: never. */
	key: { value: string; expiresAt: number | null } | null;
}

export function createAccount(world: World): Account {
	return { world, key: { value: ugApiKey, expiresAt: null } };
}

/** The names under which credentials may come in a query or in a body. */
export interface GivenCredentials {
	api_key?: string;
	username?: string;
	password?: string;
}

/** What is wrong with the key, if anything is. "API key via header (recommended), query or body". */
export function keyFault(account: Account, given: GivenCredentials, { headers }: ApiRequest): 'missing' | 'wrong' | 'expired' | undefined {
	const header = headers['x-api-key'];
	const value = typeof header === 'string' && header !== '' ? header : given.api_key;
	if (value === undefined || value === '') return 'missing';
	if (value !== account.key?.value) return 'wrong';
	return account.key.expiresAt !== null && account.key.expiresAt <= account.world.clock.now() ? 'expired' : undefined;
}

export function hasPassword({ username, password }: GivenCredentials): boolean {
	return username === ugUsername && password === ugPassword;
}

/** The number in E.164 without "+", from the documented form; undefined: the provider calls it invalid. */
export function readNumber({ world }: Account, text: string): string | undefined {
	const isLocal = /^0\d{9}$/.test(text);
	if (!isLocal && own(world).numberForm === 'local') return undefined;
	const number = inUganda(text);
	return number === undefined || world.behaviour(number) === 'invalid' ? undefined : number;
}

/** A good number, but in another form than the documented: the client should have turned it into that. */
export function isOtherForm(account: Account, text: string): boolean {
	return inUganda(text.replace(/[\s-]/g, '')) !== undefined && readNumber(account, text) === undefined && !/^0\d{9}$/.test(text);
}

function inUganda(text: string): string | undefined {
	const international = /^0\d{9}$/.test(text) ? `+256${text.slice(1)}` : `+${text.replace(/^\+/, '')}`;
	const parsed = parsePhoneNumberFromString(international);
	return parsed?.isValid() && parsed.countryCallingCode === '256' ? parsed.number.slice(1) : undefined;
}
