/** Lists that go on after a full page whose links were left out. */
import type { Page } from '../../engine/operation';
import { resources } from '../../nodes/Sms160/actions/resources';
import { lookups } from '../../nodes/Sms160/lookups';
import { listing } from '../listing';

const keys: Record<string, string> = { message: 'messages', otp: 'otps', contact: 'contacts', group: 'groups', inbound: 'incoming' };
const listings = resources.flatMap(({ value, operations }) => operations.flatMap((operation) => (operation.kind === 'paged' ? [{ resource: value, operation }] : [])));

test('every list is tried', () => {
	expect(listings.map(({ resource }) => resource).sort()).toEqual(Object.keys(keys).sort());
});

describe.each(listings)('$resource', ({ resource, operation }) => {
	const page: Page = { size: 3, offset: 0, number: 1 };
	const goesOn = (count: number, links: object): boolean | undefined => {
		const rows = Array.from({ length: count }, (_, index) => ({ contactId: index, groupId: index, otpId: index, messageId: index }));
		return operation.more?.(operation.response.parse({ [keys[resource] ?? '']: rows, ...links }), page);
	};

	test.each([
		['a full page without links', 3, {}, true],
		['a full page whose links are null', 3, { links: null }, true],
		['a page without links that is not full', 2, {}, false],
		['a full page with links, of which none leads on', 3, { links: [{ rel: 'prev', href: 'https://api.160.com.au/v1/x?page=1' }] }, false],
		['a page that is not full, with a link to the next', 2, { links: [{ rel: 'next', href: 'https://api.160.com.au/v1/x?page=2' }] }, true],
	])('%s', (_name, count, links, expected) => {
		expect(goesOn(count, links)).toBe(expected);
	});
});

test.each(['searchContacts', 'searchGroups', 'searchOtps'])('the picker %s goes on as well', async (name) => {
	const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ contactId: index, groupId: index, otpId: index, phone: '1', group: 'x', title: 'x' }));
	const next = async (count: number) => {
		const { send } = listing(() => ({ contacts: rows(count), groups: rows(count), otps: rows(count) }));
		return (await lookups[name]?.(send, '', undefined))?.next;
	};
	expect([await next(100), await next(99)]).toEqual(['2', undefined]);
});
