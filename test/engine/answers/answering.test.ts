/** What becomes of a call at the address of a question: what n8n is told, what the caller is, and who is believed. Only n8n and the network are made up. */
import type { IDataObject, IHttpRequestOptions, IWebhookResponseData } from 'n8n-workflow';

import { markerOf } from '../../../engine/asking/address';
import type { AskedNumber, Question } from '../../../engine/asking/question';
import { messageEvent } from '../../../engine/output/message';
import type { Answers } from '../../../engine/answers/answering';
import { answer, answerWebhooks, heardField, heardOf, isOver, verdictField } from '../../../engine/answers/answering';
import type { EventRead, Events } from '../../../engine/calls/events';
import { newExecution, webhookContext } from '../../n8nContext';
import { exampleNode, examplePhone, networkFault, sendAndWait } from '../examplePhoneCompany';

const [janes, toms] = ['61412000100', '61412000101'];
/** What this process sent is known since then. */
const began = Date.now();
let questions = 0;

/** An execution that waits with a question. */
function waitingWith(given: Partial<Question> = {}, answers: Partial<Answers> = {}) {
	const number = ++questions;
	const asked = (to: string, index: number): AskedNumber => ({ to, message: { messageId: `id-${index}`, to, accepted: true, status: 'queued' } });
	const question: Question = {
		id: 'abcdef',
		key: `key ${number}`,
		execution: String(number),
		responseType: 'approval',
		byReply: true,
		byLink: true,
		text: 'Coming?',
		words: { yes: ['yes'], no: ['no'] },
		labels: { yes: 'Yes', no: 'No' },
		asked: [janes, toms].map(asked),
		...given,
	};
	const runData = newExecution();
	const { executionData } = runData;
	if (!executionData) throw new Error('n8n makes an execution without data');
	executionData.contextData['node:Node'] = { smsHubQuestion: question };
	const sent: IHttpRequestOptions[] = [];
	const warned: string[] = [];
	const state = { n8n: 200, network: (_method?: string): { statusCode: number; body: string } | Error => ({ statusCode: 200, body: '{"rows":[]}' }) };

	/** What n8n is given, what the caller is told, and with what the execution goes on. */
	async function call(at: string, body?: IDataObject): Promise<IWebhookResponseData & { told: unknown[]; item?: IDataObject & { data: IDataObject } }> {
		const told: unknown[] = [];
		const closed: Array<() => Promise<void>> = [];
		const context = webhookContext(
			{ nodeType: exampleNode, parameters: {}, credential: { username: 'me', password: 'secret', baseUrl: 'https://localhost/', key: 'k' }, executionId: String(number), runData },
			{ method: body ? 'POST' : 'GET', query: { q: at }, body, closed, respond: (httpStatus, said) => told.push([httpStatus, said]) },
		);
		Object.defineProperty(context, 'logger', { value: { warn: (text: string) => warned.push(text) } });
		context.helpers.httpRequestWithAuthentication = async (_type: string, request: IHttpRequestOptions) => {
			sent.push(request);
			const answered = await Promise.resolve(state.network(request.method));
			if (answered instanceof Error) throw answered;
			return { ...answered, headers: {} };
		};
		const result = await answer(context, { provider: examplePhone, operation: sendAndWait, ...answers });
		Object.assign(context.getResponseObject(), { statusCode: state.n8n });
		for (const listener of closed) await listener();
		return { ...result, told, item: result.workflowData?.flat()[0]?.json as (IDataObject & { data: IDataObject }) | undefined };
	}
	const heard = async (what: object, at = 't0-abcdef') => await call(at, { [heardField]: { event: 'reply', from: janes, to: janes, ...what } as IDataObject });
	return { question, call, heard, sent, warned, state };
}

/** The node answers itself, and n8n must not do so as well. */
const told = (verdict: string) => ({ noWebhookResponse: true, told: [[200, { [verdictField]: verdict }]] });

test('an execution that waits is called both ways, by addresses that lead to it alone', () => {
	expect(answerWebhooks.map(({ httpMethod, restartWebhook, isFullPath }) => ({ httpMethod, restartWebhook, isFullPath }))).toEqual([
		{ httpMethod: 'GET', restartWebhook: true, isFullPath: true },
		{ httpMethod: 'POST', restartWebhook: true, isFullPath: true },
	]);
});

test('what somebody wrote is a reply, whatever the trigger calls it; an opt-out is told', () => {
	const output = messageEvent({ event: 'x', from: janes, to: toms, text: 'Hi', messageId: 'a', receivedAt: '2030-01-01T00:00:00Z' });
	const same = { from: janes, to: toms, text: 'Hi', messageId: 'a', receivedAt: '2030-01-01T00:00:00Z', isPart: false };
	for (const event of ['reply', 'inbound']) expect(heardOf(event, output, false)).toEqual({ ...same, event: 'reply', isOptOut: false });
	expect(heardOf('unsubscribe', output, false)).toEqual({ ...same, event: 'reply', isOptOut: true });
	expect(heardOf('delivered', output, true)).toEqual({ ...same, event: 'delivered', isOptOut: false, isPart: true });
	expect(heardOf('sent', { from: 5, text: null }, false)).toMatchObject({ from: undefined, text: undefined });
});

describe('the caller', () => {
	test('is told by n8n, when the execution goes on, that it was the answer', async () => {
		expect(await waitingWith().heard({ text: 'yes' })).toMatchObject({ webhookResponse: { [verdictField]: 'answered' }, told: [], item: { data: { approved: true } } });
	});

	test('sees a page that thanks for it, when it is a person', async () => {
		const { call } = waitingWith();
		expect(await call('l0-abcdef')).toMatchObject({ noWebhookResponse: true, told: [[200, expect.stringContaining('Coming?')]] });
		expect(await call('l0-abcdef', { answer: 'yes' })).toMatchObject({ webhookResponse: expect.stringContaining('Thank you'), told: [], item: { data: { answeredBy: 'link' } } });
	});

	test('sees that it is over, when the page of another question is answered', async () => {
		for (const at of ['l0-000000', 'l7-abcdef']) {
			expect(await waitingWith().call(at, { answer: 'yes' })).toMatchObject({ noWebhookResponse: true, told: [[200, expect.stringContaining('answered already')]] });
		}
	});

	test('is told by the node itself that the question waits on, or that it is nobody\'s', async () => {
		expect(await waitingWith().heard({ text: 'perhaps' })).toMatchObject(told('waiting'));
		expect(await waitingWith().heard({ text: 'yes', from: '61412000199' })).toMatchObject(told('none'));
		expect(await waitingWith({ responseType: 'freeText' }).heard({ text: undefined })).toMatchObject(told('waiting'));
	});

	test('may call again while another answer is on its way; then it is over', async () => {
		const { heard, state } = waitingWith();
		const first = heard({ text: 'yes' });
		expect(await heard({ text: 'no' })).toMatchObject({ noWebhookResponse: true, told: [[503, 'This could not be read now. Please try again.']] });
		expect((await first).item?.data['approved']).toBe(true);
		expect(state.n8n).toBe(200);
	});
});

describe('calls of a provider that knows the address', () => {
	const read = (payload: unknown): EventRead[] =>
		((payload as { events?: Array<Partial<EventRead>> }).events ?? []).map((one) => ({ event: 'reply', identity: '', output: {}, ...one }));
	const open: Events = { provider: examplePhone, read };
	const proven: Events = { ...open, proof: ({ key = '' }) => ({ kind: 'fields', values: { Key: key } }) };
	const wrote = (from: string, text: string) => ({ event: 'inbound', output: { from, text } });

	test('may hold several events: the first answer counts, and one that waits is told', async () => {
		const { call } = waitingWith({}, { events: open });
		const at = 'w0-abcdef';
		expect(await call(at, { events: [wrote(janes, 'perhaps'), wrote('61412000199', 'yes')] })).toMatchObject(told('waiting'));
		expect(await call(at, { events: [wrote('61412000199', 'yes'), wrote('61412000198', 'yes')] })).toMatchObject(told('none'));
		expect(await call(at, { events: [] })).toMatchObject(told('none'));
		expect((await call(at, { events: [wrote(janes, 'perhaps'), wrote(toms, 'no'), wrote(janes, 'yes')] })).item?.data).toMatchObject({ approved: false, from: toms });
	});

	test('of a part say nothing of the whole message', async () => {
		const report = (total: number) => ({ events: [{ event: 'delivered', output: { to: janes, messageId: 'id-0' }, part: { of: 'm', number: 1, total, emit: 'last' } }] });
		const { call, state, sent } = waitingWith({ responseType: 'delivery' }, { events: open });
		state.network = () => ({ statusCode: 200, body: '{"status":"sent"}' });
		expect(await call('w0-abcdef', report(2))).toMatchObject(told('waiting'));
		expect(sent).toHaveLength(1);
		expect((await call('w0-abcdef', report(1))).item?.data['delivered']).toBe(true);
		expect(sent).toHaveLength(1);
	});

	test('are believed by their proof where there is one, and hand over nothing of somebody else\'s', async () => {
		const { call, heard } = waitingWith({}, { events: proven });
		const at = 'w0-abcdef';
		const refused = { noWebhookResponse: true, told: [[401, 'This call carries no valid proof of where it comes from.']] };
		for (const key of [undefined, '', 'K']) expect(await call(at, { ...(key !== undefined && { Key: key }), events: [wrote(janes, 'yes')] as unknown as IDataObject[] })).toMatchObject(refused);
		// As a trigger would hand it over: with the proof it says nothing, and the trigger's own address is another one.
		expect(await call(at, { Key: 'k', [heardField]: { event: 'reply', from: janes, text: 'yes' } })).toMatchObject(told('none'));
		expect((await heard({ text: 'yes' })).item?.data['approved']).toBe(true);
		const other = waitingWith({}, { events: proven });
		expect((await other.call(at, { Key: 'k', events: [wrote(janes, 'no')] as unknown as IDataObject[] })).item?.data['approved']).toBe(false);
	});

	test('hand over what triggers heard where there is none', async () => {
		expect((await waitingWith({}, { events: open }).heard({ text: 'yes' }, 'w0-abcdef')).item?.data['approved']).toBe(true);
	});
});

describe('the message with which it goes on', () => {
	const doubted = (accepted: boolean | null, messageId: string | null): Partial<Question> => ({
		responseType: 'delivery',
		asked: [{ to: janes, message: { messageId, to: janes, accepted, reason: accepted === null ? 'Nobody knows' : null, status: 'unknown' } }],
	});

	test('was sent, when that was not known until it was answered', async () => {
		const { item } = await waitingWith(doubted(null, null)).heard({ event: 'delivered', messageId: 'any' });
		expect(item).toMatchObject({ accepted: true, reason: null, status: 'delivered', data: { delivered: true } });
		expect((await waitingWith(doubted(false, null)).heard({ event: 'failed' })).item).toMatchObject({ accepted: false, status: 'failed' });
	});

	test('is the one that the report is about', async () => {
		expect(await waitingWith(doubted(true, 'id-0')).heard({ event: 'delivered', messageId: 'another' })).toMatchObject(told('waiting'));
		for (const messageId of ['id-0', undefined]) expect((await waitingWith(doubted(true, 'id-0')).heard({ event: 'delivered', messageId })).item).toMatchObject({ status: 'delivered' });
	});
});

describe('the text after it', () => {
	const confirmation = (id: string): AskedNumber['confirmation'] => ({ id, entry: { ref: id }, request: { method: 'POST' as const, path: '/send', body: { messages: [] } } });
	const asked = (id: string): Partial<Question> => ({ asked: [{ to: janes, message: { messageId: 'id-0', to: janes, accepted: true }, confirmation: confirmation(id) }] });

	test('is sent once, also when nobody knows whether it arrived; that is logged and changes nothing', async () => {
		const { heard, state, sent, warned } = waitingWith(asked('in doubt'));
		state.network = (method) => (method === 'GET' ? { statusCode: 200, body: '{"rows":[]}' } : networkFault('ECONNRESET'));
		expect((await heard({ text: 'yes' })).item?.data['approved']).toBe(true);
		expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
		expect(warned).toEqual([expect.stringMatching(/^A text after a question was not sent: /)]);
	});
});

describe('the clarification', () => {
	const asked = (id: string): Partial<Question> => ({
		asked: [{ to: janes, message: { messageId: 'id-0', to: janes, accepted: true }, clarification: { id, entry: { ref: id }, request: { method: 'POST', path: '/send', body: { messages: [] } } } }],
	});
	const there = { statusCode: 200, body: '{"rows":[{"id":"x","to":"61412000100","text":"YES or NO?","ref":"found","ok":true}]}' };
	const absent = { statusCode: 200, body: '{"rows":[]}' };
	const posts = (sent: IHttpRequestOptions[]) => sent.filter(({ method }) => method === 'POST').length;
	afterEach(() => jest.useRealTimers());

	test('of a question that this process did not see asked is sent when nothing that an earlier one sent can turn up any more, unless it is answered then', async () => {
		jest.useFakeTimers({ now: began, doNotFake: ['setImmediate', 'nextTick'] });
		const [late, found, over] = ['late', 'found', 'over'].map((id) => waitingWith({ ...asked(id), at: Date.now() - 60_000_000 }));
		if (!late || !found || !over) throw new Error('Three questions');
		for (const one of [late, found, over]) {
			one.state.network = () => absent;
			for (const text of ['perhaps', 'hm']) expect(await one.heard({ text })).toMatchObject(told('waiting'));
			expect(one.sent).toEqual([]);
		}
		found.state.network = () => there;
		await over.heard({ text: 'yes' });
		await jest.advanceTimersByTimeAsync(200_000);
		expect([posts(late.sent), posts(found.sent), found.sent.length, posts(over.sent)]).toEqual([1, 0, 1, 0]);
	});

	test('is left until the next unclear reply, when the provider could not be asked whether it is there', async () => {
		const { heard, state, sent, warned } = waitingWith({ ...asked('not now'), at: Date.now() });
		state.network = () => networkFault('ECONNRESET');
		jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
		const first = heard({ text: 'perhaps' });
		await jest.advanceTimersByTimeAsync(600_000);
		expect(await first).toMatchObject(told('waiting'));
		expect([posts(sent), warned.length]).toEqual([0, 1]);
		state.network = () => absent;
		for (const text of ['hm', 'well']) expect(await heard({ text })).toMatchObject(told('waiting'));
		expect(posts(sent)).toBe(1);
	});
});

test('only an address of a question that this process saw answered is over', async () => {
	const address = ({ execution }: Question, id = 'abcdef') => `https://n8n.example.com/webhook-waiting/${execution}/node?q=${markerOf('trigger', id, 0)}&signature=00`;
	const { question, heard, state } = waitingWith();
	state.n8n = 500;
	await heard({ text: 'yes' });
	expect(isOver(address(question))).toBe(false);
	state.n8n = 200;
	await heard({ text: 'yes' });
	expect([isOver(address(question)), isOver(address(question, '000000')), isOver(address(waitingWith().question)), isOver('https://n8n.example.com/')]).toEqual([true, false, false, false]);
});
