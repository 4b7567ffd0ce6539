/** Searches behind the pickers. */
import type { Lookup } from '../../engine/editor/lookup';
import { containing } from '../../engine/editor/lookup';
import type { Send } from '../../engine/operation';
import { z } from '../../engine/wire/schema';
import { idText, looseNumber, looseText } from './responses';

/** As the provider writes it; the field that it is picked for reads both. */
const id = z.union([z.number(), z.string()]);

const senders = z.object({ results: z.array(z.object({ sender: idText, type: looseText, label: looseText, is_default: z.boolean().nullish().catch(undefined) })) });
const lists = z.object({ results: z.array(z.object({ list_id: id, name: looseText, contact_count: looseNumber })) });
const contacts = z.object({
	total: looseNumber,
	results: z.array(z.object({ contact_id: id, number: looseText, first_name: looseText, last_name: looseText, company: looseText })),
});
type ContactRow = z.infer<typeof contacts>['results'][number];

/** Where replies to a sender of each type go ("{optout}", "Sender IDs"): an own number is somebody's phone. */
const replies: Record<string, string> = { alpha: 'no replies', own: 'replies go to that phone', dedicated: 'gets replies', shared: 'gets replies' };

const pageSize = 100;

async function findContacts(send: Send, query: Record<string, string | number>): Promise<z.infer<typeof contacts>> {
	return await send({ method: 'GET', path: '/v1/contacts', query: { ...query, limit: pageSize } }, contacts);
}

function contactName({ contact_id, first_name, last_name, company, number }: ContactRow): string {
	const name = [first_name, last_name].filter(Boolean).join(' ') || company;
	return name && number ? `${name} (${number})` : name || number || String(contact_id);
}

/** Numbers match exactly, names in part; filters of one request are combined with AND, so each takes its own. */
function contactQueries(filter: string): Array<Record<string, string>> {
	if (/^[\d+\s()-]+$/.test(filter)) return [{ number: filter.replace(/[\s()-]/g, '') }];
	const [first = '', ...rest] = filter.trim().split(/\s+/);
	const fullName = rest.length > 0 ? [{ first_name: first, last_name: rest.join(' ') }] : [];
	return [{ first_name: filter }, { last_name: filter }, { company: filter }, ...fullName];
}

export const lookups: Record<string, Lookup> = {
	async searchSenders(send, filter) {
		const { results } = await send({ method: 'GET', path: '/v1/senders' }, senders);
		const found = results.map(({ sender, type, label, is_default }) => {
			const notes = [is_default ? 'default' : '', replies[type ?? ''] ?? ''].filter((note) => note !== '');
			return { name: [label ? `${label} (${sender})` : sender, ...notes].join(' - '), value: sender };
		});
		return { results: containing(filter, found) };
	},
	async searchLists(send, filter) {
		const { results } = await send({ method: 'GET', path: '/v1/lists' }, lists);
		const found = results.map(({ list_id, name, contact_count }) => ({ name: `${name || String(list_id)}${typeof contact_count === 'number' ? ` (${contact_count})` : ''}`, value: list_id }));
		return { results: containing(filter, found) };
	},
	async searchContacts(send, filter, token) {
		if (filter === '') {
			const offset = Number(token ?? 0);
			const { results, total } = await findContacts(send, { offset });
			const next = typeof total === 'number' && offset + results.length < total ? String(offset + results.length) : undefined;
			return { results: results.map((row) => ({ name: contactName(row), value: row.contact_id })), next };
		}
		const pages = await Promise.all(contactQueries(filter).map(async (query) => await findContacts(send, query)));
		const unique = new Map(pages.flatMap(({ results }) => results).map((row) => [row.contact_id, row]));
		return { results: [...unique.values()].map((row) => ({ name: contactName(row), value: row.contact_id })) };
	},
};
