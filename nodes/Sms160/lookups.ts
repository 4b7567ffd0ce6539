/** Searches behind the pickers. */
import type { INodeListSearchItems } from 'n8n-workflow';

import type { FoundPage, Lookup } from '../../engine/editor/lookup';
import { containing } from '../../engine/editor/lookup';
import type { Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { phonePart } from './fields';
import { looseText } from './messages';
import { hasNext, links } from './pages';
import { info, looseNumber, namedInfo } from './responses';

/** As the provider writes it; the field that it is picked for reads both. */
const id = z.union([z.number(), z.string()]);

const contacts = z.object({ contacts: z.array(z.object({ contactId: id, firstName: looseText, lastName: looseText, phone: looseText })), links });
const groups = z.object({ groups: z.array(z.object({ groupId: id, group: looseText, userCount: looseNumber })), links });
const otps = z.object({ otps: z.array(z.object({ otpId: id, title: looseText })), links });

type ContactRow = z.infer<typeof contacts>['contacts'][number];

function contactItem({ contactId, firstName, lastName, phone }: ContactRow): INodeListSearchItems {
	const name = [firstName, lastName].filter(Boolean).join(' ');
	return { name: name && phone ? `${name} (${phone})` : name || phone || String(contactId), value: contactId };
}

function pageOf(token: string | undefined): { page: number; limit: number } {
	return { page: Number(token ?? 1), limit: 100 };
}

function found(results: INodeListSearchItems[], token: string | undefined, response: { links?: z.infer<typeof links> }, rows: unknown[]): FoundPage {
	return { results, next: hasNext(response, rows) ? String(Number(token ?? 1) + 1) : undefined };
}

const nameOf = (name: string, status: string | null | undefined): string => (status && status !== 'Active' ? `${name} - ${status.toLowerCase()}` : name);

/** "at least 5 symbols to start the search" */
const leastSearched = 5;

/** What the provider can be asked for of a text, which holds first and last name together; `undefined`: nothing in it is long enough. */
function searchOf(filter: string): { queries: Array<Record<string, string>>; words: string[] } | undefined {
	const digits = digitsOf(filter);
	if (digits !== undefined) return digits.length < leastSearched ? undefined : { queries: [{ phone: digits }], words: [] };
	const words = filter.split(/\s+/);
	const [longest = ''] = [...words].sort((a, b) => b.length - a.length);
	if (longest.length < leastSearched) return undefined;
	// A single word is left to the provider, which may find it in other ways of writing.
	return { queries: [{ firstName: longest }, { lastName: longest }], words: words.length > 1 ? words : [] };
}

/** The digits of a text that is a part of a number. */
function digitsOf(filter: string): string | undefined {
	return /\d/.test(filter) && /^[\d+\s()-]+$/.test(filter) ? phonePart(filter) : undefined;
}

async function searchedContacts(send: Send, { queries, words }: { queries: Array<Record<string, string>>; words: string[] }): Promise<INodeListSearchItems[]> {
	const pages = await Promise.all(queries.map(async (query) => await send({ method: 'GET', path: '/v1/contacts', query: { ...query, limit: 100 } }, contacts)));
	const unique = new Map(pages.flatMap((page) => page.contacts).map((row) => [row.contactId, row]));
	return words.reduce((left, word) => containing(word, left), [...unique.values()].map(contactItem));
}

export const lookups: Record<string, Lookup> = {
	async searchSenderNames(send, filter) {
		const { senderIds } = namedInfo(await send({ method: 'GET', path: '/v1/info' }, info));
		return { results: containing(filter, (senderIds ?? []).flatMap(({ senderId, status }) => (senderId ? [{ name: nameOf(senderId, status), value: senderId }] : []))) };
	},
	async searchVirtualNumbers(send, filter) {
		const { virtualNumbers } = namedInfo(await send({ method: 'GET', path: '/v1/info' }, info));
		const found = (virtualNumbers ?? []).flatMap(({ phone, status }) => (phone ? [{ name: nameOf(`+${phone.replace(/\D/g, '')}`, status), value: phone }] : []));
		return { results: containing(filter, found) };
	},
	async searchContacts(send, filter, token) {
		// The provider searches no shorter texts; until then what is listed is narrowed down.
		const search = searchOf(filter.trim());
		if (search) return { results: await searchedContacts(send, search) };
		const page = await send({ method: 'GET', path: '/v1/contacts', query: pageOf(token) }, contacts);
		return found(containing(digitsOf(filter) ?? filter.trim(), page.contacts.map(contactItem)), token, page, page.contacts);
	},
	async searchGroups(send, filter, token) {
		const page = await send({ method: 'GET', path: '/v1/groups', query: pageOf(token) }, groups);
		const items = page.groups.map(({ groupId, group, userCount }) => ({ name: `${group || String(groupId)}${typeof userCount === 'number' ? ` (${userCount})` : ''}`, value: groupId }));
		return found(containing(filter, items), token, page, page.groups);
	},
	async searchOtps(send, filter, token) {
		const page = await send({ method: 'GET', path: '/v1/otp', query: { ...pageOf(token), title: filter || undefined } }, otps);
		return found(page.otps.map(({ otpId, title }) => ({ name: title || String(otpId), value: otpId })), token, page, page.otps);
	},
};
