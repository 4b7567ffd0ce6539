/** A question by SMS, from its send to its answer. Only the network is made up. */
import type { IDataObject, IHttpRequestOptions, INodeParameters } from 'n8n-workflow';
import { WAIT_INDEFINITELY } from 'n8n-workflow';

import { readMarker } from '../../../engine/asking/address';
import { createClaims } from '../../../engine/delivery/claims';
import { heardField } from '../../../engine/answers/answering';
import { newExecution, webhookContext } from '../../n8nContext';
import type { Answer, RunGiven, Seen } from '../examplePhoneCompany';
import { exampleNode, examplePhone, networkFault, run, runFailing } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const jane = '0412 000 100';
const [janes, toms] = ['61412000100', '61412000101'];
let executions = 7_000;

/** Accepts all, and keeps references. */
const keeping = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map(({ to, ref }, index) => ({ id: `id-${index}`, to, ok: true, ref })) } });

interface Gives {
	httpStatus?: number;
	/** What is answered while the execution waits on. */
	answer?: unknown;
	/** With what the execution goes on. */
	item?: IDataObject & { data: IDataObject };
}

interface Network {
	/** Texts after the question, in the order in which they were sent. */
	said: Array<{ to: string; text: string }>;
	/** What n8n answers when an execution is to go on; 500 when it could not, so that another answer may come. */
	n8n: number;
	/** What requests of the waiting execution come to. */
	answer: (request: IHttpRequestOptions) => { statusCode: number; body: string } | Error;
}

/** Asks, and gives what comes to the addresses of the execution that waits then. */
async function ask(parameters: INodeParameters, more: Partial<RunGiven> = {}) {
	const runData = more.runData ?? newExecution();
	const executionId = String(++executions);
	const given = { resource: 'message', operation: 'sendAndWait', to: jane, message: 'Coming?', responseType: 'approval', answerBy: 'reply', options: {}, ...parameters };
	const asked = await run({ operation: 'message.sendAndWait', parameters: given, clock: virtualClock(), answer: keeping, executionId, ...more, runData });
	const [sent] = asked.requests.filter(({ path }) => path === '/send');
	const kept = Object.values(runData.executionData?.contextData ?? {}).map(({ smsHubQuestion }) => (smsHubQuestion as { id: string } | undefined)?.id)[0] ?? '';
	const network: Network = {
		said: [],
		n8n: 200,
		answer: ({ method, body }) => {
			if (method === 'GET') return { statusCode: 200, body: '{"rows":[]}' };
			const [{ to, text }] = (body as { messages: [{ to: string; text: string }] }).messages;
			network.said.push({ to, text });
			return { statusCode: 200, body: JSON.stringify({ rows: [{ id: 'x', to, ok: true }] }) };
		},
	};
	/** @param at "l0" the link of the first number, "t1" where triggers bring what they heard of the second ... */
	const call = async (at: string, body?: IDataObject, id = kept): Promise<Gives> => {
		const told: Gives = {};
		const closed: Array<() => Promise<void>> = [];
		const context = webhookContext(
			{ nodeType: exampleNode, parameters: given, credential: { username: 'me', password: 'secret', baseUrl: 'https://localhost/' }, executionId, runData },
			{ method: body ? 'POST' : 'GET', query: { q: `${at}-${id}` }, body, closed, respond: (httpStatus, answer) => Object.assign(told, { httpStatus, answer }) },
		);
		context.helpers.httpRequestWithAuthentication = async (_type: string, request: IHttpRequestOptions) => {
			const answered = await Promise.resolve(network.answer(request));
			if (answered instanceof Error) throw answered;
			return { ...answered, headers: {} };
		};
		const result = await exampleNode.webhook?.call(context);
		Object.assign(context.getResponseObject(), { statusCode: network.n8n });
		for (const listener of closed) await listener();
		const [item] = result?.workflowData?.flat() ?? [];
		return item ? { ...told, item: item.json as Gives['item'] } : told;
	};
	const heard = async (what: IDataObject, at = 't0') => await call(at, { [heardField]: { event: 'reply', from: janes, to: janes, isOptOut: false, isPart: false, ...what } });
	return { ...asked, sent, runData, network, call, heard, reply: async (text: string, from = janes) => await heard({ text, from }) };
}

const waits = (verdict: string) => ({ httpStatus: 200, answer: { smsHubQuestion: verdict } });

describe('a question that is answered by a reply', () => {
	test('says how to answer, and leads back by the message\'s reference, which comes out nowhere', async () => {
		const { sent, runData, items } = await ask({});
		expect(sent?.body.messages[0]).toMatchObject({ to: janes, text: 'Coming?\nReply YES or NO.', ref: expect.stringMatching(/^n8nq\.[\w.~-]+$/) });
		expect(runData.waitTill).toEqual(WAIT_INDEFINITELY);
		expect(items).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
	});

	test.each([
		['Coming? Reply yes or no', 'Coming? Reply yes or no'],
		['Coming?  ', 'Coming?\nReply YES or NO.'],
	])('says it once: %j', async (message, text) => {
		expect((await ask({ message })).sent?.body.messages[0]?.text).toBe(text);
	});

	test('says the words that count', async () => {
		expect((await ask({ options: { yesWords: 'ja, j', noWords: 'nein' } })).sent?.body.messages[0]?.text).toBe('Coming?\nReply ja or nein.');
	});

	test.each([
		['yes please', true, false],
		['No', false, false],
		['STOP', false, true],
	])('%s: the execution goes on', async (text, approved, optedOut) => {
		const { heard } = await ask({});
		const { item, answer } = await heard({ text, receivedAt: '2030-01-01T00:00:00Z' });
		expect(item).toMatchObject({
			data: { approved, text, from: janes, answeredBy: 'reply', optedOut, delivered: null, receivedAt: '2030-01-01T00:00:00Z', respondedAt: expect.stringMatching(/^\d{4}-/) },
			messageId: 'id-0',
			to: janes,
			status: 'queued',
			// It leads back to the execution.
			reference: null,
		});
		expect(answer).toBeUndefined();
	});

	test('an opt-out that the provider tells of counts whatever the text says', async () => {
		const { heard } = await ask({});
		expect((await heard({ text: 'yes', isOptOut: true })).item?.data).toMatchObject({ approved: false, optedOut: true });
	});

	test('what a stranger says, or somebody who was not asked, is nobody\'s answer', async () => {
		const { reply, heard, network } = await ask({ options: { clarification: 'YES or NO, please.' } });
		for (const from of [toms, 'unknown', '']) expect(await reply('yes', from)).toEqual(waits('none'));
		expect(await heard({ text: 'yes', from: undefined })).toEqual(waits('none'));
		expect(await heard({ event: 'delivered', text: undefined })).toEqual(waits('none'));
		expect(network.said).toEqual([]);
		expect((await reply('yes', '+61 412 000 100')).item?.data['from']).toBe(janes);
	});

	test('a reply that is neither is clarified once, and waited on', async () => {
		const { reply, network } = await ask({ options: { clarification: 'YES or NO, please.' } });
		expect(await reply('maybe')).toEqual(waits('waiting'));
		expect(await reply('perhaps')).toEqual(waits('waiting'));
		expect(network.said).toEqual([{ to: janes, text: 'YES or NO, please.' }]);
		expect((await reply('ok')).item?.data['approved']).toBe(true);
	});

	test('the answer is confirmed once, to the number that answered', async () => {
		const { reply, network } = await ask({ to: `${jane}, 0412000101`, options: { confirmation: 'Thank you!' } });
		expect((await reply('no', toms)).item).toMatchObject({ data: { from: toms }, messageId: 'id-0', to: toms });
		expect((await reply('no', toms)).item).toBeUndefined();
		expect(network.said).toEqual([{ to: toms, text: 'Thank you!' }]);
	});

	test('whoever wants no more messages gets none: an opt-out is not confirmed', async () => {
		const { reply, network } = await ask({ options: { confirmation: 'Thank you!' } });
		expect((await reply('stop')).item?.data).toMatchObject({ optedOut: true });
		expect(network.said).toEqual([]);
	});

	test('an answer with which n8n does not go on is not confirmed, and the next one counts', async () => {
		const { reply, network } = await ask({ to: `${jane}, 0412000101`, options: { confirmation: 'Thank you!' } });
		network.n8n = 500;
		expect((await reply('yes')).item?.data['from']).toBe(janes);
		network.n8n = 200;
		expect((await reply('yes', toms)).item?.data['from']).toBe(toms);
		expect(network.said).toEqual([{ to: toms, text: 'Thank you!' }]);
	});

	test('a confirmation that was sent by another process is not sent again', async () => {
		const { reply, network, sent } = await ask({ options: { confirmation: 'Thank you!' } });
		const { answer } = network;
		network.answer = (request) => {
			if (request.method !== 'GET') return answer(request);
			// The example provider is asked for what has the reference of the request.
			return { statusCode: 200, body: JSON.stringify({ rows: [{ id: '9', to: janes, ok: true, ref: sent?.body.messages[0]?.ref }] }) };
		};
		expect((await reply('yes')).item?.data['approved']).toBe(true);
		expect(network.said).toEqual([]);
	});

	test('a confirmation that does not work changes nothing about the answer', async () => {
		const { reply, network } = await ask({ options: { confirmation: 'Thank you!' } });
		network.answer = ({ method }) => (method === 'GET' ? { statusCode: 404, body: '{"error":"No such list"}' } : { statusCode: 400, body: '{"error":"No credits"}' });
		expect((await reply('yes')).item?.data).toMatchObject({ approved: true });
	});

	test('the addresses of other kinds, numbers, questions and executions lead nowhere', async () => {
		const { call } = await ask({ to: `${jane}, 0412000101` });
		const yes = { [heardField]: { event: 'reply', from: janes, text: 'yes' } };
		expect(await call('t2', yes)).toEqual(waits('none'));
		expect(await call('t0', yes, '000000')).toEqual(waits('none'));
		expect(await call('w0', { event: 'reply', from: janes, text: 'yes' })).toEqual(waits('none'));
		expect((await call('l0', yes)).answer).toContain('answered already');
		expect((await call('t0')).answer).toContain('answered already');
		expect((await call('w1')).answer).toContain('answered already');
		expect(await call('t0', { [heardField]: 'yes' })).toEqual(waits('none'));
		expect((await call('t0', yes)).item?.data['approved']).toBe(true);
	});

	test('where the provider does not keep the reference, the question fails, and the next is not even sent', async () => {
		const cut = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map(({ to, ref }) => ({ id: 'id', to, ok: true, ref: ref.slice(0, 20) })) } });
		const username = `cutting ${executions}`;
		const given = { operation: 'message.sendAndWait', clock: virtualClock(), answer: cut, username };
		const parameters = { to: jane, message: 'Coming?', responseType: 'approval', answerBy: 'reply', options: {} };
		const notKept = { message: expect.stringContaining('does not keep the whole reference') as string, description: 'Let them answer by Link.' };
		expect(await runFailing({ ...given, parameters })).toMatchObject({ ...notKept, requests: [{ path: '/send' }] });
		expect(await runFailing({ ...given, parameters })).toMatchObject({ ...notKept, requests: [] });
		// With a link as well, that is what is left.
		const { reply, call } = await ask({ answerBy: 'both' }, { answer: cut, username });
		expect(await reply('yes')).toEqual(waits('none'));
		expect((await call('l0', { answer: 'yes' })).item?.data['approved']).toBe(true);
	});
});

describe('a question that is answered by a link', () => {
	test('ends with the link, one for each number; opening it is no answer', async () => {
		const { requests, call } = await ask({ message: 'Coming? ', answerBy: 'link', to: `${jane}, 0412000101` });
		const texts = requests.filter(({ path }) => path === '/send').flatMap(({ body }) => body.messages);
		expect(texts.map(({ text }) => text)).toEqual([expect.stringMatching(/^Coming\?\nhttp\S+$/), expect.stringMatching(/^Coming\?\nhttp\S+$/)]);
		expect(texts.map(({ text }) => readMarker(new URL(text.split('\n')[1] ?? '').searchParams.get('q')))).toMatchObject([{ kind: 'link', index: 0 }, { kind: 'link', index: 1 }]);
		const opened = await call('l0');
		expect(opened).toMatchObject({ httpStatus: 200, answer: expect.stringMatching(/<h1>Coming\?<.*>Yes<.*>No</) });
		expect((await call('l0', { answer: 'perhaps' })).answer).toBe(opened.answer);
		expect((await call('l1', { answer: 'no', text: 'x' })).item).toMatchObject({ data: { approved: false, text: 'No', from: toms, answeredBy: 'link', optedOut: false }, to: toms });
		expect((await call('l0', { answer: 'yes' })).answer).toContain('answered already');
	});

	test('shows the buttons that the user named', async () => {
		const { call } = await ask({ answerBy: 'link', options: { yesLabel: 'Take it', noLabel: 'Leave it' } });
		expect((await call('l0')).answer).toMatch(/>Take it<.*>Leave it</);
		expect((await call('l0', { answer: 'no' })).item?.data['text']).toBe('Leave it');
	});

	test('any text, as long as there is one', async () => {
		const { call } = await ask({ answerBy: 'link', responseType: 'freeText' });
		const opened = await call('l0');
		expect(opened.answer).toContain('<textarea');
		for (const body of [{ text: '  ' }, { answer: 'yes' }, { text: 5 }]) expect((await call('l0', body)).answer).toBe(opened.answer);
		expect((await call('l0', { text: `  ${'x'.repeat(2_500)}` })).item).toMatchObject({ data: { approved: null, text: 'x'.repeat(2_000), answeredBy: 'link' } });
	});

	test('a reply is no answer to it, and its link none where only replies count', async () => {
		expect(await (await ask({ answerBy: 'link' })).reply('yes')).toEqual(waits('none'));
		expect((await (await ask({ answerBy: 'reply' })).call('l0')).answer).toContain('answered already');
		const { reply, call, network } = await ask({ answerBy: 'both' });
		network.n8n = 500;
		expect((await reply('yes')).item?.data['answeredBy']).toBe('reply');
		expect((await call('l0', { answer: 'yes' })).item?.data['answeredBy']).toBe('link');
	});
});

describe('any text, by a reply', () => {
	test.each([
		['Friday, 3 pm', null, false],
		['yes', null, false],
		['Stop', false, true],
	])('%s', async (text, approved, optedOut) => {
		const { reply, sent, network } = await ask({ responseType: 'freeText', options: { confirmation: 'Thank you!' } });
		expect(sent?.body.messages[0]?.text).toBe('Coming?');
		expect(await reply(' ')).toEqual(waits('waiting'));
		expect((await reply(text)).item?.data).toMatchObject({ approved, optedOut, text });
		expect(network.said).toHaveLength(optedOut ? 0 : 1);
	});
});

describe('a delivery', () => {
	const delivery = async () => await ask({ responseType: 'delivery', options: { confirmation: 'never' } });

	test.each([
		['delivered', true],
		['failed', false],
	])('%s ends it', async (event, delivered) => {
		const { heard, sent, network } = await delivery();
		expect(sent?.body.messages[0]).toMatchObject({ text: 'Coming?', ref: expect.stringMatching(/^n8nq/) });
		expect(await heard({ event: 'sent', messageId: 'id-0' })).toEqual(waits('waiting'));
		const data = { delivered, approved: null, from: null, answeredBy: 'delivery', text: null };
		expect((await heard({ event, messageId: 'id-0', from: undefined })).item).toMatchObject({ data, status: event, messageId: 'id-0' });
		expect(network.said).toEqual([]);
	});

	test('a reply is none, nor is a report on another message to that number, or on one to another', async () => {
		const { heard, reply } = await delivery();
		expect(await reply('yes')).toEqual(waits('none'));
		expect(await heard({ event: 'delivered', messageId: 'an older one' })).toEqual(waits('waiting'));
		expect(await heard({ event: 'delivered', messageId: 'id-0', to: toms })).toEqual(waits('none'));
	});

	test('of a part says nothing of the whole: the provider is asked', async () => {
		const { heard, network } = await delivery();
		network.n8n = 500;
		network.answer = () => ({ statusCode: 200, body: '{"status":"sent"}' });
		expect(await heard({ event: 'delivered', messageId: 'id-0', isPart: true })).toEqual(waits('waiting'));
		network.answer = () => ({ statusCode: 200, body: '{"status":"failed"}' });
		expect((await heard({ event: 'delivered', messageId: 'id-0', isPart: true })).item?.data['delivered']).toBe(false);
		// A part that failed is enough, and where the provider knows nothing the report counts.
		network.answer = () => networkFault('ECONNRESET');
		expect((await heard({ event: 'failed', messageId: 'id-0', isPart: true })).item?.data['delivered']).toBe(false);
		network.answer = () => ({ statusCode: 200, body: '{}' });
		expect((await heard({ event: 'delivered', messageId: 'id-0', isPart: true })).item?.data['delivered']).toBe(true);
	});

	test('that the provider cannot be asked about now may be told again', async () => {
		const { heard, network } = await delivery();
		network.answer = () => ({ statusCode: 403, body: '{"error":"no"}' });
		expect(await heard({ event: 'delivered', messageId: 'id-0', isPart: true })).toMatchObject({ httpStatus: 503 });
	});
});

describe('how long it waits', () => {
	const until = async (values: IDataObject) => (await ask({ options: { limitWaitTime: { values } as unknown as IDataObject } as INodeParameters })).runData.waitTill;
	const start = Date.parse('2030-01-01T00:00:00Z');

	test.each([
		[{}, 45 * 60_000],
		[{ resumeAmount: 1.5, resumeUnit: 'hours' }, 90 * 60_000],
		[{ limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'days' }, 48 * 3_600_000],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '2030-01-02T11:00:00' }, 24 * 3_600_000],
	])('%j', async (values, milliseconds) => {
		expect((await until(values))?.getTime()).toBe(start + milliseconds);
	});

	test.each([
		[{ resumeAmount: 0 }, 'Limit Wait Time is not an amount of minutes, hours or days'],
		[{ resumeUnit: 'years' }, 'Limit Wait Time is not an amount of minutes, hours or days'],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '2030-01-01T11:00:00' }, 'Limit Wait Time is in the past'],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '01/02/2030' }, 'Limit Wait Time is "01/02/2030", which is not a date and time in ISO form'],
	])('%j is refused', async (values, message) => {
		await expect(until(values)).rejects.toThrow(`${message} [item 1]`);
	});
});

describe('what cannot be asked', () => {
	const usual = { to: jane, message: 'Coming?', responseType: 'approval', answerBy: 'reply', options: {} };
	const failing = async (parameters: INodeParameters, more: Partial<RunGiven> = {}) =>
		await runFailing({ operation: 'message.sendAndWait', parameters: { ...usual, ...parameters }, clock: virtualClock(), answer: keeping, executionId: String(++executions), ...more });

	test.each([
		['two items', {}, { items: [{}, {}] }, 'There are 2 items, but one execution can wait for one answer at a time'],
		['a delivery to two', { responseType: 'delivery', to: `${jane}, 0412000101` }, {}, 'To has 2 numbers, but a delivery is waited for at one [item 1]'],
		['a word by which people opt out', { options: { yesWords: 'Yes, Stop' } }, {}, 'Words for Yes has "Stop", by which people opt out of all messages [item 1]'],
		['the same among the words for no', { options: { noWords: 'unsubscribe' } }, {}, 'Words for No has "unsubscribe", by which people opt out of all messages [item 1]'],
		['a word that means both', { options: { noWords: 'no, yes' } }, {}, 'Words for No and "Words for Yes" cannot be told apart by "yes" [item 1]'],
		['what the send itself refuses', { message: 'x'.repeat(201) }, {}, 'Message is too long [item 1]'],
	])('%s', async (_name, parameters, more, message) => {
		const failed = await failing(parameters, more);
		expect(failed.requests).toEqual([]);
		expect(failed.message).toContain(message);
	});

	test('a question that nobody was sent waits for nobody', async () => {
		const refusing = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map(({ to }) => ({ to, ok: false, why: 'opted out' })) } });
		expect((await failing({}, { answer: refusing })).message).toBe('opted out [item 1]');
		// One of several is enough.
		const some = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map(({ to, ref }) => (to === janes ? { to, ok: false, why: 'opted out' } : { id: 'id-1', to, ok: true, ref })) } });
		const { runData, reply, heard } = await ask({ to: `${jane}, 0412000101` }, { answer: some });
		expect(runData.waitTill).toEqual(WAIT_INDEFINITELY);
		expect(await reply('yes')).toEqual(waits('none'));
		expect((await heard({ text: 'yes', from: toms }, 't1')).item?.data['from']).toBe(toms);
	});

	test('who could not be sent to is nobody who answers', async () => {
		const { reply, heard } = await ask({ to: `${jane}, 0412000101` }, { answer: (seen) => (seen.body.messages[0]?.to === toms ? { status: 403, body: { error: 'No credits' } } : keeping(seen)) });
		expect(await heard({ text: 'yes', from: toms }, 't1')).toEqual(waits('none'));
		expect((await reply('yes')).item?.data['approved']).toBe(true);
	});

	test('an item that cannot be read waits for nobody', async () => {
		const runData = newExecution();
		const { items, requests } = await run({
			operation: 'message.sendAndWait', parameters: { ...usual, to: 'nobody' }, clock: virtualClock(), answer: keeping, onError: 'continueRegularOutput', runData, executionId: '1',
		});
		expect([items.map(({ json }) => json['error']), requests, runData.waitTill]).toEqual([['To: "nobody" is not a phone number'], [], undefined]);
	});

	test('a link that no phone can open is not sent', async () => {
		const provider = { ...examplePhone, baseUrl: () => 'https://api.example.com' };
		const failed = await failing({ answerBy: 'link' }, { provider });
		expect(failed.requests).toEqual([]);
		expect(failed.message).toMatch(/^The link would lead to http:\/\/127\.0\.0\.1, which no phone can open/);
		expect(failed.description).toMatch(/^Nothing was sent\. Set WEBHOOK_URL to the address at which phones reach this n8n\.$/);
		expect((await failing({ answerBy: 'both' }, { provider })).description).toContain('this n8n. Or let them answer by Reply alone.');
		// A reply needs no link.
		await ask({ answerBy: 'reply' }, { provider });
	});

	test('a question in doubt is not sent twice by a second try of the same execution, which waits for its answer', async () => {
		const runData = newExecution();
		const sent: Seen[] = [];
		const given = { runData, executionId: '7' };
		await failing({}, { ...given, answer: (seen) => (seen.path === '/sent' ? { status: 403, body: { error: 'no' } } : (sent.push(seen), networkFault('ECONNRESET'))) });
		const list = (): Answer => ({ body: { rows: sent.flatMap(({ body }) => body.messages.map(({ to, ref }) => ({ id: 'id-0', to, ok: true, ref }))) } });
		const again = await run({ operation: 'message.sendAndWait', parameters: usual, clock: virtualClock(), ...given, answer: list });
		expect([again.requests.map(({ path }) => path), runData.waitTill]).toEqual([['/sent'], WAIT_INDEFINITELY]);
	});

	test('a question that another execution asked is not asked again: its answer leads back to that one', async () => {
		const runData = newExecution();
		await failing({}, { runData, answer: (seen) => (seen.path === '/sent' ? { status: 403, body: { error: 'no' } } : networkFault('ECONNRESET')) });
		const again = await failing({}, { runData });
		expect(again.requests).toEqual([]);
		expect(again.message).toContain('This question was sent, or may have been, by the execution that this one repeats');
	});

	test('nor one that another retry asked', async () => {
		const clock = virtualClock();
		const given: RunGiven = { operation: 'message.sendAndWait', parameters: usual, clock, answer: keeping, claims: createClaims(clock), mode: 'retry' };
		const runData = newExecution();
		await failing({}, { runData, executionId: '1', answer: () => ({ status: 403, body: { error: 'no' } }) });
		const copies = [1, 2].map(() => JSON.parse(JSON.stringify(runData)) as typeof runData);
		await run({ ...given, runData: copies[0], executionId: '2' });
		const again = await runFailing({ ...given, runData: copies[1], executionId: '3' });
		expect([again.requests, again.message]).toEqual([[], expect.stringContaining('or by another retry of it')]);
	});
});
