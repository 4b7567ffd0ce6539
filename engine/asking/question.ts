/** A question from its send to its answer. What the answer needs is kept with the execution, which n8n saves while it waits. */
import { randomUUID } from 'node:crypto';

import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { WAIT_INDEFINITELY } from 'n8n-workflow';

import type { Failure } from '../failure';
import { failure, isFailure } from '../failure';
import type { ItemValues, ReadItem } from '../inputs/reading';
import type { AnswerAddress, Asks, FollowUp, Outcome } from '../operation';
import { isLoopback } from '../wire/reachable';
import type { Connection } from '../wire/request';
import { sender } from '../wire/request';
import { digest } from '../digest';
import { markerOf, marker, questionId, referenceOf } from './address';
import type { AddressKind } from './address';
import type { Prepared, QuestionValues } from './operation';
import { preparedKey, wordsOf } from './operation';
import type { AnswerWords } from './words';
import { says } from './words';

/** One of the numbers that were asked. */
export interface AskedNumber {
	/** In the provider's form. */
	to: string;
	/** The message in the common shape. */
	message: IDataObject;
	clarification?: FollowUp;
	confirmation?: FollowUp;
}

/** What an answer needs to know. */
export interface Question {
	id: string;
	/** No other question has it. */
	key: string;
	/** n8n's ID of the execution that asks. */
	execution: string;
	/** When it was asked, in ms since the epoch. */
	at?: number;
	responseType: 'approval' | 'freeText' | 'delivery';
	byReply: boolean;
	byLink: boolean;
	/** As the page shows it. */
	text: string;
	words: AnswerWords;
	labels: { yes: string; no: string };
	/** By the place of the number in the question. */
	asked: Array<AskedNumber | null>;
}

interface Store {
	smsHubQuestion?: Question;
	/** The execution that asked, or was about to. */
	smsHubAskedBy?: string;
}

export interface OpenQuestion {
	/** The item with what is to be sent to whom. */
	items: ReadItem[];
	/** Keeps what the answer needs to know. @param outcomes one for each number @returns until when the execution waits */
	asked(outcomes: Array<Outcome | Failure>): Promise<Date>;
}

/** n8n's functions that this rests on; older n8n lacks some. */
type Waiting = Partial<Pick<IExecuteFunctions, 'getSignedResumeUrl' | 'putExecutionToWait'>> & {
	/** n8n 1.x: without it, signatures are not looked at. */
	setSignatureValidationRequired?(): void;
};

export interface Opening {
	context: IExecuteFunctions;
	connection: Connection;
	asks: Asks;
	items: ReadItem[];
	/** n8n's run index. */
	run: string;
	/** Whether an earlier execution sent, or may have sent, what this one is about to. */
	holdsEarlier: boolean;
}

/**
 * Refuses what cannot be asked, and makes the texts and addresses. Nothing is sent.
 * @throws Failure (`input`)
 */
export async function openQuestion({ context, connection, asks, items, run, holdsEarlier }: Opening): Promise<OpenQuestion> {
	throwIfMany(items.length);
	const n8n = context as Waiting;
	if (typeof n8n.getSignedResumeUrl !== 'function' || typeof n8n.putExecutionToWait !== 'function') {
		throw failure('input', 'This n8n cannot wait for an answer here', 'Nothing was sent. Update n8n to version 2 or newer. An AI agent waits by a human review step, not by a tool of its own.');
	}
	const [item] = items;
	if (!item || 'failed' in item) return { items, asked: async () => await Promise.reject(new Error('Nothing was asked')) };
	const execution = context.getExecutionId();
	const store = context.getContext('node') as Store;
	if (holdsEarlier && store.smsHubAskedBy !== execution) {
		throw failure(
			'input',
			'This question was sent, or may have been, by the execution that this one repeats, or by another retry of it, and its answer leads back there',
			'Nothing was sent. Start the workflow anew to ask again.',
		);
	}
	store.smsHubAskedBy = execution;
	n8n.setSignatureValidationRequired?.();

	const id = questionId(execution, run);
	const values = item.values as unknown as QuestionValues;
	const addressFor = (kind: AddressKind, index: number): string => context.getSignedResumeUrl({ [marker]: markerOf(kind, id, index) });
	const { responseType, answerBy = 'link' } = values;
	const byReply = responseType !== 'delivery' && answerBy !== 'link';
	const byLink = responseType !== 'delivery' && answerBy !== 'reply';
	const words = wordsOf(values);
	const text = withInstruction(values, { byReply, words });

	if (byLink) throwIfNobodyCanOpen(addressFor('link', 0), connection, byReply);
	await asks.before?.([item.values], sender(connection, 'read'));
	const way = responseType === 'delivery' ? asks.reports : byReply ? asks.replies : undefined;
	const waitsFor = responseType === 'delivery' ? 'report' : byReply ? 'reply' : 'link';
	await asks.check?.(item.values, { waitsFor, send: sender(connection, 'read'), credential: connection.credential, address: addressFor(way ?? 'link', 0) });

	const prepared = values.to.map((to, index): Prepared => ({
		to,
		text: byLink ? `${text.trimEnd()}\n${addressFor('link', index)}` : text,
		...(way && { address: { webhook: addressFor('webhook', index), reference: referenceOf(addressFor('trigger', index)) } }),
	}));
	const ownOf = (one: Prepared): ItemValues => asks.own(item.values, one.to, one.text, one.address);
	for (const one of prepared) {
		aboutField(() => asks.checkOwn(ownOf(one)), 'Message', byLink ? `The link makes it ${one.text.length - text.trimEnd().length} characters longer.` : '');
		for (const [label, words] of [['Clarification', values.clarification], ['Confirmation', values.confirmation]] as const) {
			if (words !== undefined) aboutField(() => asks.checkOwn(ownOf({ ...one, text: words })), label, '');
		}
	}
	if (byReply && !byLink && cutting.has(connection.account)) throw notKept(connection);

	const followUp = async (words: string | undefined, kind: string, one: Prepared): Promise<FollowUp | undefined> =>
		words === undefined ? undefined : await asks.followUp(ownOf({ ...one, text: words }), digest(`${kind} ${execution} ${id} ${one.to}`).slice(0, 40), connection.clock.now());

	return {
		items: [{ values: { ...item.values, [preparedKey]: prepared } }],
		async asked(outcomes) {
			const asked: Array<AskedNumber | null> = [];
			let isKept = true;
			for (const [index, one] of prepared.entries()) {
				const outcome = outcomes[index];
				asked.push(null);
				// Who got a message of which nobody knows whether it was sent can answer it: then it was.
				if (!outcome || isFailure(outcome) || outcome.accepted === false) continue;
				const [row = {}] = [outcome.output].flat();
				if (outcome.accepted === true) isKept &&= one.address === undefined || (asks.isKept?.(row, one.address) ?? true);
				asked[index] = {
					to: one.to,
					message: withoutAddress(row, one.address),
					clarification: byReply && responseType === 'approval' ? await followUp(values.clarification, 'clarification', one) : undefined,
					confirmation: responseType === 'delivery' ? undefined : await followUp(values.confirmation, 'confirmation', one),
				};
			}
			if (!isKept) cutting.add(connection.account);
			if (!isKept && !byLink) throw notKept(connection);
			const labels = { yes: values.yesLabel ?? 'Yes', no: values.noLabel ?? 'No' };
			const at = connection.clock.now();
			store.smsHubQuestion = { id, key: randomUUID(), execution, at, responseType, byReply: byReply && isKept, byLink, text: asks.shown?.(item.values) ?? values.message, words, labels, asked };
			return values.limitWaitTime ?? WAIT_INDEFINITELY;
		},
	};
}

/** An n8n without WEBHOOK_URL has links to "localhost", which on a phone is the phone. @throws Failure (`input`) */
function throwIfNobodyCanOpen(link: string, { provider, credential }: Connection, byReply: boolean): void {
	if (!isLoopback(link) || isLoopback(provider.baseUrl(credential))) return;
	const instead = byReply ? ' Or let them answer by Reply alone.' : '';
	throw failure('input', `The link would lead to ${new URL(link).origin}, which no phone can open`, `Nothing was sent. Set WEBHOOK_URL to the address at which phones reach this n8n.${instead}`);
}

/** What the checks of the provider's own send say, about the right field. */
function aboutField(check: () => void, label: string, more: string): void {
	try {
		check();
	} catch (thrown) {
		if (!isFailure(thrown)) throw thrown;
		const { failureCause, message, advice, field } = thrown;
		throw failure(failureCause, message, [advice, more, 'Nothing was sent.'].filter((part) => part !== '').join(' '), { field: field === 'Message' ? label : field });
	}
}

/** Accounts whose provider does not keep all of a reference. */
const cutting = new Set<string>();

function notKept({ provider: { name } }: Connection): Failure {
	return failure('refused', `${name} does not keep the whole reference of a message, so a reply cannot lead back to this execution`, 'Let them answer by Link.');
}

/** A link as long as a question's in this execution. @throws Failure (`input`) */
export function sampleLink(context: IExecuteFunctions): string {
	if (typeof (context as Waiting).getSignedResumeUrl !== 'function') throw failure('input', 'This n8n has no links for answers', 'Update n8n to version 2 or newer.');
	return context.getSignedResumeUrl({ [marker]: markerOf('link', questionId('', ''), 0) });
}

/** More than one item would make as many questions, and n8n waits for one answer. @throws Failure (`input`) */
function throwIfMany(count: number): void {
	if (count <= 1) return;
	throw failure(
		'input',
		`There are ${count} items, but one execution can wait for one answer at a time`,
		'Nothing was sent. Ask item by item with "Loop Over Items" (batch size 1), or all at once with a sub-workflow that runs once for each item and is not waited for.',
	);
}

/** A text that does not say how to answer says it at its end: an agent's question never does. */
function withInstruction({ message, responseType }: QuestionValues, { byReply, words: { yes, no } }: { byReply: boolean; words: AnswerWords }): string {
	const [yesWord = '', noWord = ''] = [yes[0], no[0]];
	if (responseType !== 'approval' || !byReply || says(message, yesWord)) return message;
	return `${message.trimEnd()}\nReply ${yesWord} or ${noWord}.`;
}

/** What leads back to the execution is good for whoever knows it, so it comes out nowhere. */
function withoutAddress(row: IDataObject, { webhook, reference }: Partial<AnswerAddress> = {}): IDataObject {
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' && (value === webhook || value === reference) ? null : value]));
}

/** What n8n kept of the question that an execution waits with. */
export function recallQuestion(context: Pick<IWebhookFunctions, 'evaluateExpression' | 'getNode'>): Question | undefined {
	// Two braces in a row would end the expression.
	const node = JSON.stringify(context.getNode().name).replace(/[{}]/g, (brace) => (brace === '{' ? '\\u007b' : '\\u007d'));
	const kept = context.evaluateExpression(`{{ JSON.stringify($node[${node}].context.smsHubQuestion) }}`, 0);
	return typeof kept === 'string' ? (JSON.parse(kept) as Question) : undefined;
}
