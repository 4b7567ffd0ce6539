/** One shape over all providers: what a row is called, counted in and made of, held against every row of every fixture. */
import type { IDataObject } from 'n8n-workflow';

import { engineOptions } from '../engine/inputs/reading';
import type { Case } from './fixtures';
import { casesOf } from './fixtures';
import { providers } from './providers';

type Kind = 'text' | 'number' | 'flag' | 'status';
type Shape = Record<string, Kind>;

/** Columns in their order, as docs/outputs.md shows them. */
const shapes = {
	message: {
		to: 'text', status: 'status', reason: 'text', messageId: 'text', from: 'text', text: 'text', accepted: 'flag', reference: 'text', segments: 'number', cost: 'number',
			costUnit: 'text', scheduledFor: 'text', sentAt: 'text',
	},
	received: { event: 'text', from: 'text', to: 'text', text: 'text', status: 'status', receivedAt: 'text', messageId: 'text', originalMessageId: 'text', reference: 'text' },
	contact: { contactId: 'text', number: 'text', firstName: 'text', lastName: 'text', company: 'text' },
	group: { groupId: 'text', name: 'text', contactCount: 'number' },
	membership: { contactId: 'text', groupId: 'text', member: 'flag' },
	balance: { balance: 'number', unit: 'text' },
	code: { verified: 'flag', result: 'text', to: 'text', otpId: 'text', messageId: 'text' },
	preview: { to: 'text', reason: 'text', advice: 'text', segments: 'number', dearer: 'text', cheaper: 'text', notes: 'text', text: 'text' },
	deletion: { deleted: 'flag' },
	/** What one provider alone has; a question gives its input back until its answer comes. */
	own: {},
} satisfies Record<string, Shape>;

/** Every operation of every provider, in exactly one shape. */
const operations: Record<keyof typeof shapes, RegExp> = {
	message: /^(\w+ message (send|sendSimple|sendToList|sendToGroup|get|getAll)|NusaSms whatsApp (send|sendMedia|get)|Sms160 otp send)$/,
	received: /^(\w+ inbound getAll|BestSms message getReplies)$/,
	contact: /^(\w+ contact (create|upsert|get|getAll|update)|MobileMessage listContact getAll|BestSms groupContact getAll)$/,
	group: /^(\w+ (list|group) (create|get|getAll|update)|BestSms contactGroup getAll)$/,
	membership: /^(MobileMessage listContact add|BestSms (contactGroup|groupContact) (add|get))$/,
	balance: /^((MobileMessage|Sms160|UgSms) account get|NusaSms account (getBalance|getSmsCredit))$/,
	code: /^Sms160 otp verify$/,
	preview: /^\w+ message preview$/,
	deletion: /^(\w+ \w+ (delete|deleteMany|remove)|UgSms apiKey revoke)$/,
	own: new RegExp(
		'^(\\w+ (message|whatsApp) sendAndWait|(MobileMessage|BestSms) message cancel|BestSms message (reschedule|resubmit)|MobileMessage (unsubscribe (add|get|getAll)|sender \\w+|webhook (getAll|set))|'
			+ 'NusaSms (account get|whatsApp checkNumbers)|Sms160 otp (get|getAll)|UgSms apiKey (generate|regenerate))$',
	),
};

const statuses = ['queued', 'scheduled', 'sent', 'delivered', 'read', 'failed', 'cancelled', 'blocked', 'expired', 'unknown'];
const isOf: Record<Kind, (value: unknown) => boolean> = {
	text: (value) => typeof value === 'string' && value !== '',
	number: (value) => typeof value === 'number',
	flag: (value) => typeof value === 'boolean',
	status: (value) => statuses.includes(String(value)),
};

/** Rows as a node gives them that is set as it is by default, by their case; fields that items brought along are left out. */
function usualRows(cases: Case[], shape: Shape, bringsInput: boolean): IDataObject[][] {
	const isUsual = ({ parameters: { simplify, options, onlyPreview } }: Case) => simplify !== false && onlyPreview !== true
		&& !String((options as IDataObject | undefined)?.['simplify'] ?? true).match(/false|=/);
	return cases.filter(isUsual).map(({ items, output: waiting = [], answers }) => {
		// A question's rows are what its answers give.
		const output = answers ? answers.flatMap(({ gives }) => ('item' in gives ? [{ json: gives.item }] : [])) : waiting;
		const brought = new Set(bringsInput ? items.flatMap((item) => Object.keys(item)) : []);
		const isOwn = (name: string) => name in shape || (!brought.has(name) && !['error', 'advice'].includes(name));
		return output.map(({ json }) => Object.fromEntries(Object.entries(json).filter(([name]) => isOwn(name))));
	});
}

/** Every name in a row, also in objects and lists inside of it; what a provider answered as it came has its own. */
function namesIn(value: unknown): Array<[name: string, value: unknown]> {
	if (Array.isArray(value)) return value.flatMap(namesIn);
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]): Array<[string, unknown]> => [[name, inner], ...(['raw', 'response'].includes(name) ? [] : namesIn(inner))]);
}

const all = providers.flatMap(({ folder, resources }) =>
	resources.flatMap((resource) =>
		resource.operations.map(({ value, options }) => ({ name: `${folder} ${resource.value} ${value}`, folder, resource: resource.value, operation: value,
			brings: options?.[engineOptions.includeInput] !== undefined })),
	),
);

test('every operation has one shape', () => {
	const kindsOf = (name: string) => Object.entries(operations).filter(([, pattern]) => pattern.test(name)).map(([kind]) => kind);
	expect(all.filter(({ name }) => kindsOf(name).length !== 1).map(({ name }) => [name, kindsOf(name)])).toEqual([]);
	expect(all.length).toBeGreaterThan(80);
});

describe.each(Object.entries(shapes) as Array<[keyof typeof shapes, Shape]>)('%s', (kind, shape) => {
	const own = all.filter(({ name }) => operations[kind].test(name)).map((one) => ({ ...one, cases: usualRows(casesOf(one.folder, one.resource, one.operation), shape, one.brings) }));

	test.each(own)('$name', ({ cases }) => {
		const columns = Object.keys(shape);
		const rows = cases.flat();
		expect(rows.length).toBeGreaterThan(0);
		for (const row of rows) {
			// In their order, before everything else.
			expect(Object.keys(row).filter((name) => name in shape)).toEqual(columns);
			expect(Object.keys(row).slice(0, columns.length)).toEqual(columns);
			expect(columns.filter((name) => row[name] !== null && !isOf[shape[name] ?? 'text'](row[name])).map((name) => [name, row[name]])).toEqual([]);
		}
		// The same columns in every row of a run.
		for (const together of cases) expect(new Set(together.map((row) => Object.keys(row).join(' '))).size).toBeLessThanOrEqual(1);
	});

	test.each(own)('$name: names, IDs, times and flags are of one kind, without codes', ({ cases }) => {
		const named = cases.flat().flatMap(namesIn).filter(([name]) => !['raw', 'response'].includes(name));
		expect(named.filter(([name]) => !/^[a-z][a-zA-Z0-9]*$/.test(name)).map(([name]) => name)).toEqual([]);
		expect(named.filter(([name]) => /^(statusCode|groupCode|countryCode|ttl|callbackURL)$/.test(name)).map(([name]) => name)).toEqual([]);
		const wrong = (isAbout: RegExp, kind: Kind) => named.filter(([name, value]) => isAbout.test(name) && value !== null && !isOf[kind](value));
		expect(wrong(/Id$/, 'text')).toEqual([]);
		expect(wrong(/(At|For)$/, 'text')).toEqual([]);
		expect(wrong(/^(is[A-Z]\w*|disabled|member|accepted|created|changed|unsubscribed|verified|deleted)$/, 'flag')).toEqual([]);
		expect(wrong(/(Count|Balance)$|^(balance|segments|cost)$/, 'number')).toEqual([]);
	});
});
