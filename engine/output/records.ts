/** The shapes in which everything but messages comes out of every provider. What else a provider tells follows behind, under names of the same kind. */
import type { IDataObject } from 'n8n-workflow';

import { columns } from './message';

/** A person in the provider's address book. IDs are texts. */
export interface Contact {
	contactId: string | null | undefined;
	/** The number that gets SMS, in the form in which the provider keeps it. */
	number?: string | null;
	firstName?: string | null;
	lastName?: string | null;
	company?: string | null;
}

export function contact({ contactId, number, firstName, lastName, company }: Contact, own: Record<string, unknown> = {}): IDataObject {
	return columns({ contactId, number, firstName, lastName, company, ...own });
}

/** A list or group of contacts, whatever the provider calls it. */
export interface Group {
	groupId: string | null | undefined;
	name?: string | null;
	contactCount?: number | null;
}

export function group({ groupId, name, contactCount }: Group, own: Record<string, unknown> = {}): IDataObject {
	return columns({ groupId, name, contactCount, ...own });
}

/** Whether a contact is in a list or group. */
export interface Membership {
	contactId: string;
	groupId: string;
	member: boolean;
}

export function membership({ contactId, groupId, member }: Membership, own: Record<string, unknown> = {}): IDataObject {
	return columns({ contactId, groupId, member, ...own });
}

/** What is left for SMS. */
export interface Balance {
	balance: number | null | undefined;
	/** What it is counted in ("credits", or a currency), where the provider says. */
	unit?: string | null;
}

export function balance({ balance: left, unit }: Balance, own: Record<string, unknown> = {}): IDataObject {
	return columns({ balance: left, unit: typeof left === 'number' ? unit : null, ...own });
}

/** "created_at" and "CreatedAt" are "createdAt" in this package. */
export function camelCase(name: string): string {
	return name
		.replace(/[_\s-]+(\w)/g, (_, letter: string) => letter.toUpperCase())
		.replace(/^[A-Z]/, (letter) => letter.toLowerCase())
		.replace(/ID$/, 'Id');
}

/** What a provider tells besides what is known, under names of this package; objects inside stay as they are. */
export function others(row: object, known: readonly string[]): IDataObject {
	return Object.fromEntries(
		Object.entries(row)
			.filter(([name]) => !known.includes(name))
			.map(([name, value]: [string, unknown]) => [camelCase(name), value]),
	) as IDataObject;
}
