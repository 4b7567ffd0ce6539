/** Groups (document: "/addressbook/group"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { addGroup, type Account, type Group } from './account';
import { shownGroup, visibility, withGroup } from './addressBook';
import { refusalTexts, refused } from './errors';
import { jsonOrXml } from './format';
import { pageOf, pagingFields } from './paging';

const details = { SubAccount: z.string().optional(), Department: z.string().optional(), ViewEditBy: visibility.optional() };

const PATH = '/api/v2.03/addressbook/group';

const answer = (group: Group) => ({ httpStatus: 200, body: { Result: 'Success', Group: shownGroup(group) } });

export const groupEndpoints = [
	endpoint({
		method: 'GET',
		path: `${PATH}/list`,
		query: z.object(pagingFields).strict(),
		handle(account: Account, { query }) {
			const { counts, rows } = pageOf([...account.groups.values()], query);
			return { httpStatus: 200, body: { Result: 'Success', ...counts, Groups: rows.map(shownGroup) } };
		},
	}),
	endpoint({
		method: 'GET',
		path: `${PATH}/:groupCode`,
		handle: (account: Account, { params }) => withGroup(account, params['groupCode'], answer),
	}),
	endpoint({
		method: 'POST',
		path: PATH,
		body: z.object({ GroupName: z.string(), GroupCode: z.string().optional(), ...details }).strict(),
		formats: jsonOrXml(),
		handle(account: Account, { body }) {
			if (body.GroupName.trim() === '') return refused(400, 'Missing GroupName');
			// "If GroupCode is not specified, BestSMS API will take group name and replace white space into underscore."
			const GroupCode = body.GroupCode ? body.GroupCode : body.GroupName.replace(/\s/g, '_');
			// The document is silent about a code that is taken; two groups under one path cannot be told apart.
			if (account.groups.has(GroupCode)) return refused(400, refusalTexts.groupExists);
			return answer(addGroup(account, { ...body, GroupCode }));
		},
	}),
	endpoint({
		method: 'PATCH',
		path: `${PATH}/:groupCode`,
		body: z.object({ GroupName: z.string().optional(), ...details }).strict(),
		formats: jsonOrXml(),
		// "updating GroupName will NOT change the GroupCode"
		handle: (account: Account, { params, body }) => withGroup(account, params['groupCode'], (group) => answer(Object.assign(group, body))),
	}),
	endpoint({
		method: 'DELETE',
		path: `${PATH}/:groupCode`,
		handle: (account: Account, { params }) =>
			withGroup(account, params['groupCode'], (group) => {
				account.groups.delete(group.GroupCode);
				account.members.delete(group.GroupCode);
				return answer(group);
			}),
	}),
];
