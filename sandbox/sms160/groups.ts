/** Groups and sending to them (document: "/v1/groups"). */
import { z } from 'zod/v3';
import { endpoint } from '../endpoint';
import { idField, readId } from '../ids';
import type { ApiRequest } from '../request';
import { addGroup, type Account, type Group } from './account';
import { errorAnswer, errorTexts, type Fault } from './errors';
import { isTooMany, objectsPerRequest, readElements, sendFields } from './messages';
import { page, pagingFields } from './paging';
import { acceptMessage, newBatchId, prepareMessage, readSender, shownSent, type PreparedMessage } from './send';

const title = z.string().trim();
const keyword = z.string().trim().optional();
const newGroup = z.object({ group: title, groupType: z.number().int().min(0).max(2), keyword }).strict();
const changedGroup = z.object({ groupId: idField, group: title.optional(), groupType: z.number().int().min(0).max(2).optional(), keyword }).strict();

function members(account: Account, { groupId }: Group) {
	return [...account.contacts.values()].filter(({ groups }) => groups.some((one) => one.groupId === groupId));
}

const shown = (account: Account) => (group: Group) => ({ ...group, userCount: members(account, group).length });

/** Takes all of a request's groups, or none. */
async function takeAll<T>(request: ApiRequest, objects: unknown[], read: Array<{ value: T } | { broken: Fault }>, faultOf: (value: T) => string | undefined, take: (value: T) => Group) {
	const faults = read.flatMap((one, index): Fault[] => {
		if ('broken' in one) return [one.broken];
		const text = faultOf(one.value);
		return text === undefined ? [] : [{ text, object: objects[index] }];
	});
	if (faults.length > 0) return { faults };
	const values = read.flatMap((one) => ('value' in one ? [one.value] : []));
	return { groups: await request.take(values, take) };
}

/** "keyword if groupType is 1 or 2" */
const lacksKeyword = ({ groupType = 0, keyword }: Partial<Group>): boolean => groupType > 0 && !keyword;

const lists = z.object({ groups: z.array(z.unknown()).nonempty() }).strict();

export const groupEndpoints = [
	endpoint({
		method: 'GET',
		path: '/v1/groups',
		query: z.object({ ...pagingFields, groupType: z.enum(['0', '1', '2']).optional() }).strict(),
		handle(account: Account, { query, request }) {
			const rows = [...account.groups.values()].filter(({ groupType }) => query.groupType === undefined || String(groupType) === query.groupType);
			// "in descending posting order"
			return { httpStatus: 200, body: page(account, '/v1/groups', request.query, 'groups', rows.reverse(), query, shown(account)) };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/groups',
		body: lists,
		async handle(account: Account, { body, request }) {
			if (isTooMany(body.groups, request)) return errorAnswer(400, errorTexts.tooMany);
			const faultOf = (wanted: z.infer<typeof newGroup>) => (wanted.group === '' ? errorTexts.emptyTitle : lacksKeyword(wanted) ? errorTexts.keyword : undefined);
			const read = readElements(newGroup, 'groups', body.groups, request);
			const taken = await takeAll(request, body.groups, read, faultOf, ({ group, groupType, keyword = '' }) => addGroup(account, { group, groupType, keyword }));
			return taken.groups ? { httpStatus: 201, body: { groups: taken.groups.map(shown(account)) } } : errorAnswer(400, ...taken.faults);
		},
	}),
	endpoint({
		method: 'PATCH',
		path: '/v1/groups',
		body: lists,
		async handle(account: Account, { body, request }) {
			if (isTooMany(body.groups, request)) return errorAnswer(400, errorTexts.tooMany);
			const seen = new Set<bigint>();
			const faultOf = (wanted: z.infer<typeof changedGroup>) => {
				const group = account.groups.get(wanted.groupId);
				if (!group) return errorTexts.noGroup;
				if (seen.has(wanted.groupId)) return errorTexts.twice;
				seen.add(wanted.groupId);
				if (wanted.group === '') return errorTexts.emptyTitle;
				// A request that says the type says the keyword too; one that does not keeps both.
				return lacksKeyword(wanted) || lacksKeyword({ ...group, ...wanted }) ? errorTexts.keyword : undefined;
			};
			const read = readElements(changedGroup, 'groups', body.groups, request);
			const taken = await takeAll(request, body.groups, read, faultOf, (wanted) => Object.assign(account.groups.get(wanted.groupId) ?? {}, wanted) as Group);
			return taken.groups ? { httpStatus: 200, body: { groups: taken.groups.map(shown(account)) } } : errorAnswer(400, ...taken.faults);
		},
	}),
	endpoint({
		method: 'GET',
		path: '/v1/groups/:groupId',
		handle(account: Account, { params }) {
			const group = account.groups.get(readId(params['groupId']));
			return group ? { httpStatus: 200, body: shown(account)(group) } : errorAnswer(404, errorTexts.noGroup);
		},
	}),
	endpoint({
		method: 'DELETE',
		path: '/v1/groups/:groupId',
		handle(account: Account, { params }) {
			const groupId = readId(params['groupId']);
			if (!account.groups.delete(groupId)) return errorAnswer(404, errorTexts.noGroup);
			for (const contact of account.contacts.values()) contact.groups = contact.groups.filter((one) => one.groupId !== groupId);
			return { httpStatus: 204, body: '' };
		},
	}),
	endpoint({
		method: 'POST',
		path: '/v1/groups/:groupId/send',
		// "groupId" stands in the list of fields, though not in the example: the path says it already.
		body: z.object({ ...sendFields, groupId: idField.optional() }).strict(),
		async handle(account: Account, { params, body, request }) {
			const group = account.groups.get(readId(params['groupId']));
			if (!group) return errorAnswer(404, errorTexts.noGroup);
			if (body.message.trim() === '') return errorAnswer(400, errorTexts.emptyMessage);
			const { message, groupId = group.groupId, ...options } = body;
			if (groupId !== group.groupId) {
				request.violations.push({ kind: 'invalid-value', text: `groupId: ${groupId} in the body, ${group.groupId} in the path` });
				return errorAnswer(400, 'Wrong parameter groupId');
			}
			const from = readSender(account, options);
			if ('refused' in from) return errorAnswer(400, from.refused);
			const enabled = members(account, group).filter(({ groups }) => groups.some(({ groupId, isDisabled }) => groupId === group.groupId && isDisabled === 0));
			const prepared: PreparedMessage[] = [];
			const faults: Fault[] = [];
			for (const { phone } of enabled) {
				const one = prepareMessage(account, phone, message, options);
				// "object defined only in case of broken object": the request holds none.
				if ('refused' in one) faults.push({ text: one.refused });
				else prepared.push(one);
			}
			// "Put to the queue if all messages are accepted"
			if (faults.length > 0) return errorAnswer(400, ...faults);
			if (prepared.reduce((sum, { cost }) => sum + cost, 0) > account.world.settings.credits) return errorAnswer(400, errorTexts.noBalance);
			const batchId = newBatchId();
			const sent = await request.take(prepared, (one) => shownSent(acceptMessage(account, one, batchId)));
			// Where the link leads is not documented; the batch's messages are the one list that it can mean.
			const scheduled = options.delay === undefined ? '' : '&delayed=1';
			const next = `${account.world.baseUrl}/v1/messages?batchId=${batchId}&page=2&limit=${objectsPerRequest}${scheduled}`;
			return { httpStatus: 201, body: { messages: sent.slice().reverse().slice(0, objectsPerRequest), links: sent.length > objectsPerRequest ? [{ rel: 'next', href: next }] : [] } };
		},
	}),
];
