/** Pickers stay usable whatever a row writes otherwise or leaves out. What they show of usual rows is tested in a real n8n. */
import type { Lookup } from '../engine/editor/lookup';
import { lookups as bestSms } from '../nodes/BestSms/lookups';
import { lookups as mobileMessage } from '../nodes/MobileMessage/lookups';
import { lookups as sms160 } from '../nodes/Sms160/lookups';
import { listing } from './listing';

async function picked(lookup: Lookup | undefined, body: unknown): Promise<unknown> {
	const { results = [] } = (await lookup?.(listing(() => body).send, '', undefined)) ?? {};
	return results.map(({ name, value }) => [name, value]);
}

test.each([
	[
		'searchSenders',
		{
			results: [
				{ sender: 61412345678, label: null },
				{ sender: 'ABC', label: 7, is_default: 'yes' },
			],
		},
		[
			['61412345678', '61412345678'],
			['7 (ABC)', 'ABC'],
		],
	],
	[
		'searchLists',
		{
			results: [
				{ list_id: '5', name: 2026, contact_count: '150' },
				{ list_id: 6, name: null },
			],
		},
		[
			['2026 (150)', '5'],
			['6', 6],
		],
	],
	[
		'searchContacts',
		{ total: null, results: [{ contact_id: '42', number: 61412345678, first_name: {} }, { contact_id: 43, first_name: 'Jane' }, { contact_id: 44 }] },
		[
			['61412345678', '42'],
			['Jane', 43],
			['44', 44],
		],
	],
])('Mobile Message: %s', async (name, body, expected) => {
	expect(await picked(mobileMessage[name], body)).toEqual(expected);
});

test.each([
	['searchSenderNames', { senderIds: [{ senderId: null }, { senderId: 7, statusCode: '0' }] }, [['7 - under review', '7']]],
	['searchVirtualNumbers', { virtualNumbers: [{ phone: 61480000003, statusCode: 1 }, {}] }, [['+61480000003', '61480000003']]],
	['searchContacts', { contacts: [{ contactId: '42', firstName: true, phone: 61412345678 }, { contactId: 43 }] }, [['61412345678', '42'], ['43', 43]]],
	['searchGroups', { groups: [{ groupId: '5', group: 2026, userCount: '12' }, { groupId: 6, userCount: 'many' }] }, [['2026 (12)', '5'], ['6', 6]]],
	['searchOtps', { otps: [{ otpId: '1', title: null }], links: null }, [['1', '1']]],
])('160.com.au: %s', async (name, body, expected) => {
	expect(await picked(sms160[name], body)).toEqual(expected);
});

test('160.com.au: a contact is found by its whole name and by a part of its number, as the picker shows them', async () => {
	const all = [
		{ contactId: 1, firstName: 'Jennifer', lastName: 'Smith', phone: '61491572549' },
		{ contactId: 2, firstName: 'Wei', lastName: 'Chen', phone: '61491572665' },
		{ contactId: 3, firstName: 'Jennifer', lastName: 'Jones', phone: '61491572983' },
	];
	const look = async (filter: string) => {
		const { send } = listing(({ query = {} }) => ({
			contacts: all.filter((row) => (['firstName', 'lastName', 'phone'] as const).every((name) => query[name] === undefined || row[name].includes(String(query[name])))),
			links: [],
		}));
		return (await sms160['searchContacts']?.(send, filter, undefined))?.results.map(({ value }) => value);
	};
	expect([await look('Jennifer'), await look('Jennifer Smith'), await look(' Smith Jennifer '), await look('Wei Chen'), await look('Wei')]).toEqual([[1, 3], [1], [1], [2], [2]]);
	expect([await look('0491 572 665'), await look('04915'), await look('2665'), await look('04 91')]).toEqual([[2], [1, 2, 3], [2], [1, 2, 3]]);
});

test.each([
	[
		'searchContacts',
		{ Contacts: [{ ID: 7, FirstName: 'Jane', MobilePhone: 61412345678 }, { ContactID: 'c2', Company: 'Acme' }, { ContactID: '', ID: 'c3' }, { FirstName: 'Nobody' }] },
		[
			['Jane (61412345678)', '7'],
			['Acme', 'c2'],
			['c3', 'c3'],
		],
	],
	['searchGroups', { Groups: [{ GroupCode: 2026, GroupName: null }, { GroupCode: 'VIP', GroupName: 7 }, { GroupName: 'No code' }] }, [['2026', '2026'], ['7', 'VIP']]],
	['searchGroups', { Result: 'Success', Groups: null }, []],
])('BestSMS: %s', async (name, body, expected) => {
	expect(await picked(bestSms[name], body)).toEqual(expected);
});

test('BestSMS: a search looks through ten pages at a time, a list shows one', async () => {
	const page = (number: number) => ({ PageCount: 12, Contacts: [{ ID: `c${number}`, FirstName: number % 5 === 0 ? 'Jane' : 'Wei' }] });
	const asked: number[] = [];
	const look = async (filter: string, token?: string) =>
		await bestSms['searchContacts']?.(
			listing(({ query }) => {
				asked.push(Number(query?.['page']));
				return page(Number(query?.['page']));
			}).send,
			filter,
			token,
		);
	expect(await look('')).toEqual({ results: [{ name: 'Wei', value: 'c1' }], next: '2' });
	expect(await look('jane')).toEqual({ results: [{ name: 'Jane', value: 'c5' }, { name: 'Jane', value: 'c10' }], next: '11' });
	expect(await look('jane', '11')).toEqual({ results: [] });
	expect(asked).toEqual([1, ...Array.from({ length: 12 }, (_, index) => index + 1)]);
});
