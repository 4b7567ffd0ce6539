/** What BestSMS is asked about a request whose answer was lost. A status that is not there answers with "not found", by which the engine knows that nothing arrived. */
import type { IDataObject } from 'n8n-workflow';

import { asFailure, failure } from '../../engine/failure';
import type { Outcome, Seeking, Settled } from '../../engine/operation';
import { groupBody, groupOutput, groupPath } from './addressBook';
import type { Person } from './fields';
import type { Known, StatusBody } from './messages';
import { acceptedOutcome, actionOutput, statusBody, statusOf } from './messages';
import { api, isNotFound } from './provider';

export interface Sent extends Known {
	person: Person;
	/** A Message ID that the user typed. Others may have it as well: yesterday's run, another workflow. */
	ownId?: string;
}

const digits = (number: string | null | undefined): string => (number ?? '').replace(/\D/g, '');

/** Only "not found" says that nothing arrived; of a state ("already ...") that tells something to whoever wanted to change it. */
async function look<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (thrown) {
		const failed = asFailure(thrown);
		throw failed.gone === true && !isNotFound(failed.body) ? failure('refused', failed.message, failed.advice) : failed;
	}
}

/**
 * A message is known by the ID that the node made for its request, which nothing else has. "Count: Total Destinations
 * specified in the message"; where that is less than what was sent, the recipients themselves tell, if they are listed.
 */
export async function settle(entries: Sent[], { send, id }: Seeking): Promise<Settled[]> {
	const ownId = entries[0]?.ownId;
	const body = await look(send({ method: 'GET', path: `${api}/get/status/${ownId ?? id}` }, statusBody));
	// With an ID of the user's, only that there is no such message tells anything.
	if (ownId !== undefined) return entries.map(() => 'unknown');
	const messageId = body.MessageID || id;
	const there = countOf(body);
	if (there >= entries.length) return entries.map((entry) => acceptedOutcome(entry, messageId));
	const listed = new Set((body.Recipients ?? []).map(({ Destination }) => digits(Destination)));
	const isListed = entries.map(({ to }) => listed.has(digits(to)));
	// A number that is written in another way could be anybody's of them.
	if (there === 0 || isListed.filter(Boolean).length < there) return entries.map(() => 'unfinished');
	return entries.map((entry, index) => (isListed[index] ? acceptedOutcome(entry, messageId) : 'absent'));
}

/** Without a count, whatever has a status other than 'Unknown' is all there. */
function countOf({ Count, Status, JobNum }: StatusBody): number {
	if (typeof Count === 'number' && Number.isFinite(Count)) return Count;
	return Boolean(JobNum) || !/^unknown$/i.test(Status ?? 'unknown') ? Number.POSITIVE_INFINITY : 0;
}

/** A message that is on its way, or reached everybody, needs no resubmission any more. One that failed may have failed again. */
export async function settleResubmission(entries: Array<{ values: { messageId: string } }>, { send }: Seeking): Promise<Settled[]> {
	const messageId = entries[0]?.values.messageId ?? '';
	const body = await look(send({ method: 'GET', path: `${api}/get/status/${messageId}` }, statusBody));
	const isUnderway = ['queued', 'scheduled', 'delivered'].includes(statusOf(body)) || /^transmit$/i.test(body.Status ?? '');
	return entries.map(() => (isUnderway ? done(actionOutput({ MessageID: body.MessageID, JobNum: body.JobNum, Action: undefined, Status: undefined }, messageId, { resubmitted: true })) : 'unfinished'));
}

/** A group of that code and name is what was asked for, whoever made it. */
export async function settleGroup(entries: Array<{ values: { groupName: string; groupCode?: string } }>, { send }: Seeking): Promise<Settled[]> {
	const { groupName = '', groupCode } = entries[0]?.values ?? {};
	// One underscore, or as many as there are blanks?
	if (groupCode === undefined && /\s\s/.test(groupName)) return entries.map(() => 'unknown');
	// "If GroupCode is not specified, BestSMS API will take group name and replace white space into underscore."
	const { Group } = await look(send({ method: 'GET', path: groupPath(groupCode ?? groupName.replace(/\s/g, '_')) }, groupBody));
	return entries.map(() => (Group['GroupName'] === groupName ? done(groupOutput(Group)) : 'unknown'));
}

function done(output: IDataObject): Outcome {
	return { accepted: true, output };
}
