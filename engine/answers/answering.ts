/**
 * What comes to the address of an execution that waits for the answer to a question: a person opens the page, the provider
 * reports or hands a reply over, or one of this package's triggers does. n8n has checked the signature of the address.
 */
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { asFailure } from '../failure';
import type { Marked } from '../asking/address';
import { marker, readMarker } from '../asking/address';
import { approvalPage, closingPage, longestText, pageHeaders, textPage } from '../asking/page';
import type { AskedNumber, Question } from '../asking/question';
import { recallQuestion } from '../asking/question';
import { columns } from '../output/message';
import { isOptOut, readAnswer } from '../asking/words';
import { patienceOf } from '../delivery/deliver';
import type { Asks, FollowUp, Provider, Send, UnnamedOperation } from '../operation';
import { parsePhone } from '../values/phone';
import { systemClock } from '../wire/clock';
import { bodyOf, connect, sender } from '../wire/request';
import { readCall } from '../calls/call';
import type { Events } from '../calls/events';
import { isRecord, proofOf } from '../calls/proof';

/** The two webhooks of a node that asks, as n8n wants them for an operation that sends and waits. */
export const answerWebhooks = (['GET', 'POST'] as const).map((httpMethod) => ({
	name: 'default' as const,
	httpMethod,
	responseMode: 'onReceived' as const,
	responseData: '',
	path: '={{ $nodeId }}',
	restartWebhook: true as const,
	isFullPath: true,
}));

/** How the answers to a provider's questions are read. */
export interface Answers {
	provider: Provider;
	/** The operation that asks. */
	operation: UnnamedOperation;
	/** The provider's calls, where it calls the address of a message. */
	events?: Events;
}

/** Something that may be an answer. Triggers hand it over as the JSON of this. */
export interface Heard {
	/** "reply" or a status. */
	event: string;
	/** Who wrote. */
	from?: string;
	/** Who a report is about. */
	to?: string;
	text?: string;
	messageId?: string;
	receivedAt?: string;
	/** The provider itself says that it is an opt-out. */
	isOptOut?: boolean;
	/** It is about a part of the message only. */
	isPart?: boolean;
}

/** What a trigger is told: it was the answer; it belongs to a question that waits on; or to none. */
export type Verdict = 'answered' | 'waiting' | 'none';

/** The field of the response in which it stands. */
export const verdictField = 'smsHubQuestion';
/** The field of a call in which a trigger hands over what it heard. */
export const heardField = 'smsHubHeard';

/** What is used of the response that n8n hands over (Express). */
interface HttpResponse {
	statusCode: number;
	writableFinished: boolean;
	status(code: number): HttpResponse;
	setHeader(name: string, value: string): unknown;
	send(body: string): HttpResponse;
	json(body: object): HttpResponse;
	once(event: 'close', listener: () => Promise<void>): unknown;
}

/** n8n's `webhook` of a node that asks. Without an answer the execution waits on. What is thrown would end it, so nothing is: whoever calls may call again. */
export async function answer(context: IWebhookFunctions, answers: Answers): Promise<IWebhookResponseData> {
	try {
		return await answerTo(context, answers);
	} catch (thrown) {
		context.logger.warn(`An answer could not be read: ${asFailure(thrown).message}`);
		return notNow(context);
	}
}

function responseOf(context: IWebhookFunctions): HttpResponse {
	const response = context.getResponseObject() as unknown as HttpResponse;
	return response;
}

function notNow(context: IWebhookFunctions): IWebhookResponseData {
	responseOf(context).status(503).send('This could not be read now. Please try again.');
	return { noWebhookResponse: true };
}

async function answerTo(context: IWebhookFunctions, answers: Answers): Promise<IWebhookResponseData> {
	const marked = readMarker((context.getQueryData() as Record<string, unknown>)[marker]);
	const question = recallQuestion(context);
	const isGet = (context.getRequestObject() as unknown as { method: string }).method === 'GET';
	const asked = marked && question?.id === marked.id ? question.asked[marked.index] : undefined;
	if (!marked || !question || !asked) return isGet || marked?.kind === 'link' ? showOver(context) : told(context, 'none');
	if (marked.kind === 'link') return question.byLink ? await byLink(context, answers, { question, asked, isGet }) : showOver(context);
	if (isGet) return showOver(context);
	return await byCall(context, answers, question, marked);
}

// --- the page ----------------------------------------------------------------------------------------------------

async function byLink(context: IWebhookFunctions, answers: Answers, { question, asked, isGet }: { question: Question; asked: AskedNumber; isGet: boolean }): Promise<IWebhookResponseData> {
	const { responseType, text, labels } = question;
	const isApproval = responseType === 'approval';
	const texts = { question: text, ...labels };
	const page = (): IWebhookResponseData => show(context, isApproval ? approvalPage(texts) : textPage(texts));
	// Opening it is no answer: previews and scanners open links.
	if (isGet) return page();
	const body: unknown = context.getBodyData();
	const form = isRecord(body) ? body : {};
	const chosen = form['answer'];
	const typed = typeof form['text'] === 'string' ? form['text'].trim().slice(0, longestText) : '';
	if (isApproval ? chosen !== 'yes' && chosen !== 'no' : typed === '') return page();
	const approved = isApproval ? chosen === 'yes' : null;
	const said = isApproval ? (approved === true ? labels.yes : labels.no) : typed;
	setHeaders(context);
	return await resume(context, answers, { question, asked, answeredBy: 'link', approved, text: said }, closingPage('Thank you. Your answer was received.'));
}

function showOver(context: IWebhookFunctions): IWebhookResponseData {
	return show(context, closingPage('This question was answered already, or is not open any more.'));
}

function show(context: IWebhookFunctions, html: string): IWebhookResponseData {
	const response = setHeaders(context);
	response.status(200).send(html);
	return { noWebhookResponse: true };
}

function setHeaders(context: IWebhookFunctions): HttpResponse {
	const response = responseOf(context);
	for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
	return response;
}

// --- calls -------------------------------------------------------------------------------------------------------

function told(context: IWebhookFunctions, verdict: Verdict): IWebhookResponseData {
	responseOf(context).status(200).json({ [verdictField]: verdict });
	return { noWebhookResponse: true };
}

async function byCall(context: IWebhookFunctions, answers: Answers, question: Question, { kind }: Marked): Promise<IWebhookResponseData> {
	const { events } = answers;
	const call = await readCall(context);
	if (kind === 'webhook' && events?.proof) {
		const proof = await proofOf(context, events, { ...call, token: undefined, payload: call.body }, Date.now());
		if (proof === undefined) {
			responseOf(context).status(401).send('This call carries no valid proof of where it comes from.');
			return { noWebhookResponse: true };
		}
	}
	const payload = call.body();
	const handedOver = isRecord(payload) ? payload[heardField] : undefined;
	// A provider that proves itself says all that comes to its own address.
	const mayHandOver = kind === 'trigger' || !events?.proof;
	const heard = mayHandOver && isRecord(handedOver) ? [handedOver as unknown as Heard] : kind === 'webhook' ? heardIn(events, payload) : [];
	let verdict: Verdict = 'none';
	for (const one of heard) {
		const outcome = await weigh(context, answers, question, one);
		if (typeof outcome === 'object') return outcome;
		if (outcome === 'waiting') verdict = outcome;
	}
	return told(context, verdict);
}

/** What a provider's call says, in this package's words. What is not recognised says nothing. */
function heardIn(events: Events | undefined, payload: unknown): Heard[] {
	return (events?.read(payload) ?? []).map(({ event, output, part }) => heardOf(event, output, part !== undefined && part.total > 1));
}

/** Events in which somebody wrote. */
const arrivals = new Set(['reply', 'inbound', 'unsubscribe']);

/** What a trigger's event says to a question. */
export function heardOf(event: string, output: IDataObject, isPart: boolean): Heard {
	const given = (name: string): string | undefined => (typeof output[name] === 'string' ? output[name] : undefined);
	const [from, to, text] = [given('from'), given('to'), given('text')];
	return { event: arrivals.has(event) ? 'reply' : event, from, to, text, messageId: given('messageId'), receivedAt: given('receivedAt'), isOptOut: event === 'unsubscribe', isPart };
}

async function weigh(context: IWebhookFunctions, answers: Answers, question: Question, heard: Heard): Promise<Verdict | IWebhookResponseData> {
	const { provider } = answers;
	const asked = whose(provider, question, heard.event === 'reply' ? heard.from : heard.to);
	// A stranger's answer is nobody's.
	if (!asked) return 'none';
	if (question.responseType === 'delivery') {
		if (heard.event === 'reply') return 'none';
		const status = await statusOf(context, answers, heard, asked);
		if (status !== 'delivered' && status !== 'failed') return 'waiting';
		return await resume(context, answers, { question, asked, answeredBy: 'delivery', approved: null, delivered: status === 'delivered', heard });
	}
	if (heard.event !== 'reply' || !question.byReply) return 'none';
	const text = heard.text ?? '';
	if (question.responseType === 'freeText') {
		const optedOut = heard.isOptOut === true || isOptOut(text);
		if (!optedOut && text.trim() === '') return 'waiting';
		return await resume(context, answers, { question, asked, answeredBy: 'reply', approved: optedOut ? false : null, optedOut, text, heard });
	}
	const meant = heard.isOptOut === true ? 'optOut' : readAnswer(text, question.words);
	if (meant !== undefined) {
		return await resume(context, answers, { question, asked, answeredBy: 'reply', approved: meant === 'yes', optedOut: meant === 'optOut', text, heard });
	}
	if (asked.clarification) await clarify(context, answers, question, asked, asked.clarification);
	return 'waiting';
}

function whose({ phone }: Provider, { asked }: Question, number: string | undefined): AskedNumber | undefined {
	if (number === undefined) return undefined;
	const parsed = parsePhone(number, phone);
	const digits = (text: string): string => text.replace(/\D/g, '');
	const form = 'number' in parsed ? parsed.number : number;
	return asked.find((one): one is AskedNumber => one !== null && digits(one.to) === digits(form));
}

/** A report on a part says nothing of the others: then the provider is asked. */
async function statusOf(context: IWebhookFunctions, { provider, operation }: Answers, { event, isPart, messageId }: Heard, { message }: AskedNumber): Promise<string> {
	const asks = asksOf(operation);
	// A late report on an earlier message to this number is not about this one.
	if (messageId !== undefined && typeof message['messageId'] === 'string' && messageId !== message['messageId']) return 'another';
	if (!isPart || event === 'failed' || !asks?.statusOf || messageId === undefined) return event;
	return (await asks.statusOf(sender(await connect(context, provider), 'read'), messageId)) ?? event;
}

function asksOf(operation: UnnamedOperation): Asks | undefined {
	return operation.kind === 'batch' ? operation.asks : undefined;
}

// --- what follows ------------------------------------------------------------------------------------------------

interface Given {
	question: Question;
	asked: AskedNumber;
	answeredBy: 'reply' | 'link' | 'delivery';
	approved: boolean | null;
	optedOut?: boolean;
	text?: string;
	delivered?: boolean;
	heard?: Heard;
}

/** Questions that this process answered, or is about to. n8n 2 looks after that itself, also for several processes; n8n 1.x goes on twice with two answers of one moment. */
const answered = new Set<string>();

/** The same questions by what their addresses say of them. */
const over = new Set<string>();

function placeOf(execution: string, id: string): string {
	return `${execution} ${id}`;
}

/** Whether this process knows that the question that an address belongs to was answered; another process may have done that. */
export function isOver(address: string): boolean {
	const { pathname, searchParams } = new URL(address);
	return over.has(placeOf(pathname.split('/').at(-2) ?? '', readMarker(searchParams.get(marker))?.id ?? ''));
}

/** The execution goes on with what n8n's own nodes give under `data`, and the message beside it. */
async function resume(context: IWebhookFunctions, answers: Answers, given: Given, page?: string): Promise<IWebhookResponseData> {
	const { question, asked, answeredBy, approved, optedOut = false, text, delivered, heard } = given;
	if (answered.has(question.key)) return page === undefined ? notNow(context) : showOver(context);
	remember(answered, question.key);
	const { confirmation } = asked;
	const isThere = asksOf(answers.operation)?.isThere;
	const confirm = confirmation && !optedOut ? await toSay(context, answers, confirmation, isThere && (async (send) => await isThere(confirmation, send))) : undefined;
	const response = responseOf(context);
	// n8n answers when the execution goes on: of two answers in one moment it takes one, and none that comes when the time limit is over.
	response.once('close', async () => {
		if (!response.writableFinished || response.statusCode >= 300) return void answered.delete(question.key);
		remember(over, placeOf(question.execution, question.id));
		await confirm?.();
	});
	const from = answeredBy === 'delivery' ? null : asked.to;
	const data = columns({ approved, text, from, respondedAt: new Date().toISOString(), answeredBy, optedOut, delivered, receivedAt: heard?.receivedAt });
	const status = delivered === undefined ? {} : { status: delivered ? 'delivered' : 'failed' };
	// It was not known whether it was sent: now it is.
	const sent = asked.message['accepted'] === null ? { accepted: true, reason: null } : {};
	const verdict: Verdict = 'answered';
	return { webhookResponse: page ?? { [verdictField]: verdict }, workflowData: [[{ json: { data, ...asked.message, ...sent, ...status }, pairedItem: { item: 0 } }]] };
}

/** Texts that were sent by this process: providers repeat their calls, and people what they wrote. */
const said = new Set<string>();
const mostRemembered = 5_000;

function remember(set: Set<string>, one: string): void {
	set.add(one);
	if (set.size > mostRemembered) for (const old of [...set].slice(0, mostRemembered / 2)) set.delete(old);
}

/** Since when this process knows what it sent, in ms since the epoch. */
const began = systemClock.now();

/**
 * Sends the clarification, once in the life of a question: an earlier process may have sent it, or died over it. So the provider
 * is asked, and of a question that is older than this process not before the provider is surely done with what that one sent.
 */
async function clarify(context: IWebhookFunctions, answers: Answers, question: Question, { message }: AskedNumber, clarification: FollowUp): Promise<void> {
	const { isThere, isFollowed, dropsRepeats = 0 } = asksOf(answers.operation) ?? {};
	const { at = 0, execution, id } = question;
	const messageId = typeof message['messageId'] === 'string' ? message['messageId'] : undefined;
	const isSaid = async (send: Send): Promise<boolean> => {
		if (isThere) return await isThere(clarification, send);
		return systemClock.now() - at >= dropsRepeats && ((await isFollowed?.(send, clarification.request, messageId)) ?? false);
	};
	const say = await toSay(context, answers, clarification, isSaid);
	const quiet = at >= began ? 0 : began + answers.provider.timeout + patienceOf(answers.provider) - systemClock.now();
	if (quiet <= 0) return await say();
	// Whoever called is not kept waiting for that.
	void systemClock.sleep(quiet).then(async () => {
		if (!answered.has(question.key) && !over.has(placeOf(execution, id))) await say();
	});
}

/** @returns sends a text after a question once, also when n8n is done with the call. What goes wrong changes nothing about the answer. */
async function toSay(context: IWebhookFunctions, { provider }: Answers, followUp: FollowUp, isSaid?: (send: Send) => Promise<boolean>): Promise<() => Promise<void>> {
	const quietly = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await work();
		} catch (thrown) {
			context.logger.warn(`A text after a question was not sent: ${asFailure(thrown).message}`);
			return undefined;
		}
	};
	const connection = await quietly(async () => await connect(context, provider));
	return async () => {
		if (!connection || said.has(followUp.id)) return;
		remember(said, followUp.id);
		await quietly(async () => {
			const isThere = await isSaid?.(sender(connection, 'read')).catch((thrown: unknown) => {
				// Nothing left: the next such reply may try again.
				said.delete(followUp.id);
				throw thrown;
			});
			if (isThere !== true) bodyOf(await connection.request(followUp.request, 'once'));
		});
	};
}
