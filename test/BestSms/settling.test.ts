/** What is made of BestSMS's status of a request whose answer was lost: nothing counts as there, or as not there, that may be otherwise. */
import type { IDataObject } from 'n8n-workflow';

import { failure, isFailure } from '../../engine/failure';
import type { Send, Settled } from '../../engine/operation';
import { refusedRecipients } from '../../nodes/BestSms/refusals';
import type { Sent } from '../../nodes/BestSms/settling';
import { settle, settleGroup, settleResubmission } from '../../nodes/BestSms/settling';
import { listing } from '../listing';
import { known } from '../known';

const to = (end: number, ownId?: string): Sent => ({ to: `+6141234567${end}`, text: 'Hi', testMode: false, person: {} as Sent['person'], ...(ownId !== undefined && { ownId }) });
const row = (end: number, Destination: unknown = `+6141234567${end}`): IDataObject => ({ Destination, Status: 'PENDING' }) as IDataObject;

async function look(entries: Sent[], status: unknown): Promise<string[]> {
	const { send, requests } = listing(() => status);
	const settled = await settle(entries, { send, id: 'made-by-us', since: 0 });
	expect(requests).toEqual([{ method: 'GET', path: `/api/v2.03/get/status/${entries[0]?.ownId ?? 'made-by-us'}` }]);
	return settled.map((one) => (typeof one === 'string' ? one : `accepted ${String((one.output as IDataObject)['messageId'])}`));
}

test.each<[name: string, status: unknown, expected: string[]]>([
	['all of them, counted', { MessageID: 'id', Status: 'Pending', Count: 2 }, ['accepted id', 'accepted id']],
	['more than were sent', { MessageID: 'id', Status: 'Pending', Count: '3' }, ['accepted id', 'accepted id']],
	['all of them, without an ID in the answer', { Status: 'Completed', Count: 2 }, ['accepted made-by-us', 'accepted made-by-us']],
	['something, uncounted, with a number of its own', { Status: 'Unknown', JobNum: '10AB20CE' }, ['accepted made-by-us', 'accepted made-by-us']],
	['something, uncounted, with a status', { Status: 'Delayed' }, ['accepted made-by-us', 'accepted made-by-us']],
	['some of them, counted', { Status: 'Pending', Count: 1 }, ['unfinished', 'unfinished']],
	['none yet', { Status: 'Pending', Count: 0 }, ['unfinished', 'unfinished']],
	['nothing that anybody knows', { Status: 'Unknown' }, ['unfinished', 'unfinished']],
	['nothing at all', {}, ['unfinished', 'unfinished']],
	['a count that is none', { Status: 'Unknown', Count: 'many' }, ['unfinished', 'unfinished']],
	['some of them, listed', { Status: 'Pending', Count: 1, Recipients: [row(2)] }, ['absent', 'accepted made-by-us']],
	['some of them, listed otherwise written', { Status: 'Pending', Count: 1, Recipients: [row(1, 61412345671)] }, ['accepted made-by-us', 'absent']],
	['some of them, listed without their numbers', { Status: 'Pending', Count: 1, Recipients: [{ Status: 'PENDING' }] }, ['unfinished', 'unfinished']],
	['some of them, of which only a page is listed', { Status: 'Pending', Count: 2, Recipients: [] }, ['accepted made-by-us', 'accepted made-by-us']],
	['some of them, listed in local form', { Status: 'Pending', Count: 1, Recipients: [row(1, '0412345671')] }, ['unfinished', 'unfinished']],
	['a list that is none', { Status: 'Pending', Count: 1, Recipients: 'none' }, ['unfinished', 'unfinished']],
])('of a request of two there is: %s', async (_name, status, expected) => {
	expect(await look([to(1), to(2)], status)).toEqual(expected);
});

test('of a request of three, two are counted and one is listed: nobody can tell', async () => {
	expect(await look([to(1), to(2), to(3)], { Status: 'Pending', Count: 2, Recipients: [row(1)] })).toEqual(['unfinished', 'unfinished', 'unfinished']);
});

test('an ID that a user typed may belong to another message', async () => {
	expect(await look([to(1, 'MINE'), to(2, 'MINE')], { MessageID: 'MINE', Status: 'Pending', Count: 2 })).toEqual(['unknown', 'unknown']);
});

test.each<[status: object, expected: 'done' | Settled]>([
	[{ Status: 'Pending', Count: 1 }, 'done'],
	[{ Status: 'Delayed', Count: 1 }, 'done'],
	[{ Status: 'Transmit' }, 'done'],
	[{ Status: 'Completed', Count: 1, Success: 1, Failed: 0 }, 'done'],
	[{ Status: 'Completed', Count: 1, Success: 0, Failed: 1 }, 'unfinished'],
	[{ Status: 'Completed', Count: 2, Success: 1, Failed: 1 }, 'unfinished'],
	[{ Status: 'Unknown' }, 'unfinished'],
	[{}, 'unfinished'],
])('a resubmission in doubt, with the status %j', async (status, expected) => {
	const [settled] = await settleResubmission([{ values: { messageId: 'ID-1' } }], { send: listing(() => status).send, id: '', since: 0 });
	expect(typeof settled === 'object' ? known([settled.output].flat()[0] ?? {}) : settled).toEqual(expected === 'done' ? { resubmitted: true, messageId: 'ID-1' } : expected);
});

test('a group in doubt is the one of its code and name', async () => {
	const look = async (values: { groupName: string; groupCode?: string }, Group: object) => {
		const { send, requests } = listing(() => ({ Group }));
		const [settled] = await settleGroup([{ values }], { send, id: '', since: 0 });
		return [requests[0]?.path, typeof settled === 'object' ? settled.accepted : settled];
	};
	expect(await look({ groupName: 'A & B' }, { GroupName: 'A & B' })).toEqual(['/api/v2.03/addressbook/group/A_%26_B', true]);
	expect(await look({ groupName: 'Staff', groupCode: 'S' }, { GroupName: 'Staff' })).toEqual(['/api/v2.03/addressbook/group/S', true]);
	expect(await look({ groupName: 'Staff' }, { GroupName: 'Other' })).toEqual(['/api/v2.03/addressbook/group/Staff', 'unknown']);
	// Which code BestSMS makes of several blanks is not documented.
	expect(await look({ groupName: 'A  B' }, { GroupName: 'A  B' })).toEqual([undefined, 'unknown']);
});

test.each<[body: unknown, expected: Array<[number, string]> | undefined]>([
	[{ Result: 'Failed', Message: 'Invalid number +61412345672' }, [[1, 'Invalid number +61412345672']]],
	[{ Result: 'Failed', ErrorMessage: ['61412345671 is bad', '61412345672 is bad'] }, [[0, '61412345671 is bad; 61412345672 is bad'], [1, '61412345671 is bad; 61412345672 is bad']]],
	// Numbers are of several lengths.
	[{ Result: 'Failed', Message: 'Invalid number +614123456711' }, undefined],
	[{ Result: 'Failed', Message: 'Invalid: 0061412345671;161412345672.' }, [[0, 'Invalid: 0061412345671;161412345672.']]],
	[{ Result: 'Failed', Message: 'Invalid Recipient' }, []],
	[{ Result: 'Failed', Message: 'Destinations missing' }, []],
	[{ Result: 'Failed', Message: 'Invalid FromNumber' }, undefined],
	[{ Result: 'Failed', Message: 'WebhookCallbackURL needs a default webhook' }, undefined],
	[{ Result: 'Failed' }, undefined],
	['<html>', undefined],
])('a refusal %j is about these entries', (body, expected) => {
	const found = refusedRecipients(body, [to(1), to(2)]);
	expect(found && [...found]).toEqual(expected);
});

test.each<[text: string, says: boolean]>([
	['Message not found', true],
	['Status was already asked for', false],
	['Message is not Delayed', false],
	['The request cannot be cancelled', false],
])('to a look, "%s" says that nothing arrived: %s', async (Message, says) => {
	const send: Send = async () => await Promise.reject(failure('refused', Message, 'advice', { gone: true, body: { Result: 'Failed', Message } }));
	const seeking = { send, id: 'made-by-us', since: 0 };
	const looks = [settle([to(1)], seeking), settleResubmission([{ values: { messageId: 'ID-1' } }], seeking), settleGroup([{ values: { groupName: 'Staff' } }], seeking)];
	const thrown = await Promise.all(looks.map(async (look) => await look.catch((one: unknown) => (isFailure(one) ? [one.message, one.advice, one.gone === true] : []))));
	expect(thrown).toEqual(looks.map(() => [Message, 'advice', says]));
});
