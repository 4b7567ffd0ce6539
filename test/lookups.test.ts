/** Pickers stay usable whatever a row writes otherwise or leaves out. What they show of usual rows is tested in a real n8n. */
import type { Lookup } from '../engine/inputs/lookup';
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
