/** What a trigger calls, and what it makes of the answer. Only n8n and the network are made up. */
import type { IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

import { markerOf, referenceOf } from '../../../engine/asking/address';
import { heardField, verdictField } from '../../../engine/answers/answering';
import type { Lead } from '../../../engine/calls/events';
import type { HandingContext } from '../../../engine/answers/handOver';
import { handOver, leads } from '../../../engine/answers/handOver';
import { messageEvent } from '../../../engine/output/message';
import { z } from '../../../engine/wire/schema';
import { examplePhone } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const node = 'b1c2d3e4-0000-4000-8000-000000000001';
const base = 'https://n8n.example.com/webhook-waiting';
const address = (host = base) => `${host}/7/${node}?q=${markerOf('trigger', 'abcdef', 0)}&signature=${'ab'.repeat(32)}`;
const reply = { event: 'inbound', output: messageEvent({ event: 'inbound', from: '61412345678', text: 'YES', receivedAt: '2026-01-15T09:35:00Z' }) };

interface Answer {
	statusCode: number;
	body: unknown;
}

function n8n(answers: Array<Answer | 'unreachable'>, { resumeUrl = `${base}/__UNKNOWN__`, own = 'https://n8n.example.com/webhook/x/webhook' }: { resumeUrl?: string; own?: string } = {}) {
	const requests: IHttpRequestOptions[] = [];
	const context = {
		evaluateExpression: () => resumeUrl,
		getNode: () => ({ name: 'Trigger' }),
		getNodeWebhookUrl: (name: string) => (name === 'default' ? own : undefined),
		helpers: {
			httpRequest: async (request: IHttpRequestOptions) => {
				requests.push(request);
				const answer = answers[Math.min(requests.length, answers.length) - 1] ?? 'unreachable';
				if (answer === 'unreachable') throw new Error('connect ECONNREFUSED');
				// As n8n does: what is not 2xx is thrown unless that was not wanted.
				if (answer.statusCode >= 300 && request.ignoreHttpStatusErrors !== true) throw Object.assign(new Error('Request failed'), { response: answer });
				return await Promise.resolve(answer);
			},
		},
	} as unknown as HandingContext;
	return { context, requests };
}

const says = (verdict: string): Answer => ({ statusCode: 200, body: { [verdictField]: verdict } });
const running: Answer = { statusCode: 409, body: { code: 409, message: 'The execution "7" is running already.' } };

test('what was heard goes to the address that the reference leads to, without following anybody elsewhere', async () => {
	const { context, requests } = n8n([says('answered')]);
	expect(await handOver(context, reply, referenceOf(address()), virtualClock())).toBe('answered');
	expect(requests).toEqual([
		expect.objectContaining({
			method: 'POST',
			url: address(),
			disableFollowRedirect: true,
			body: { [heardField]: { event: 'reply', from: '61412345678', text: 'YES', receivedAt: '2026-01-15T09:35:00Z', isOptOut: false, isPart: false, to: undefined, messageId: undefined } },
		}),
	]);
});

test.each([
	['it waits on', [says('waiting')], 'waiting'],
	['a stranger', [says('none')], 'none'],
	['n8n: wrong signature', [{ statusCode: 401, body: 'Invalid token' }], 'none'],
	['n8n: no such execution', [{ statusCode: 404, body: {} }], 'none'],
	['n8n: over, with a page', [{ statusCode: 200, body: '<html>no action required</html>' }], 'none'],
	['n8n: over, with an error', [{ statusCode: 409, body: { message: 'The execution "7" has finished with error.' } }], 'none'],
	['it is being saved, and then waits', [running, running, says('answered')], 'answered'],
	['it asks others for longer', [running], 'later'],
	['it was being saved, and is over', [running, { statusCode: 409, body: { message: 'The execution "7" has finished already.' } }], 'none'],
	['unreachable', ['unreachable' as const], 'later'],
	['a fault', [{ statusCode: 500, body: '' }], 'later'],
	['another fault', [{ statusCode: 502, body: '' }], 'later'],
	['a verdict that nobody gives', [says('perhaps')], 'none'],
	['a verdict with a status that n8n gives to something else', [{ ...says('answered'), statusCode: 404 }], 'none'],
	['too many calls', [{ statusCode: 429, body: '' }], 'later'],
])('%s', async (_name, answers, verdict) => {
	const { context, requests } = n8n(answers);
	expect(await handOver(context, reply, referenceOf(address()), virtualClock())).toBe(verdict);
	expect(requests.length).toBeGreaterThanOrEqual(answers.length);
});

test('a poll, which has no address of its own, hands over as well; what is about a part says so', async () => {
	const { context, requests } = n8n([says('waiting')]);
	const part = { of: 'm', number: 1, total: 2, emit: 'last' as const };
	const poll = { ...context, getNodeWebhookUrl: undefined };
	for (const total of [2, 1]) expect(await handOver(poll, { ...reply, part: { ...part, total } }, referenceOf(address()), virtualClock())).toBe('waiting');
	expect(requests.map(({ body }) => (body as Record<string, { isPart: boolean }>)[heardField]?.isPart)).toEqual([true, false]);
});

test('an execution is tried four times, with a moment in between', async () => {
	const { context, requests } = n8n([running]);
	const clock = virtualClock();
	expect(await handOver(context, reply, referenceOf(address()), clock)).toBe('later');
	expect([requests.length, clock.sleeps]).toEqual([4, [750, 750, 750]]);
});

describe('a look-up by which an event finds its question', () => {
	const warned: string[] = [];
	const withCredential = (credentials: object | undefined, answer: (url: string) => Promise<unknown>) =>
		({
			logger: { warn: (text: string) => warned.push(text) },
			getNode: () => ({ name: 'Trigger', credentials }),
			getCredentials: async () => await Promise.resolve({ baseUrl: 'https://example.test', username: 'me', password: 'a-secret' }),
			helpers: { httpRequestWithAuthentication: async (_type: string, { url }: IHttpRequestOptions) => ({ statusCode: 200, headers: {}, body: JSON.stringify(await answer(url)) }) },
		}) as unknown as IWebhookFunctions;
	const lead: Lead = async ({ output }, send) => (await send({ method: 'GET', path: `/of/${String(output['from'])}` }, z.object({ leads: z.string() }))).leads;
	const from = (number: string) => ({ event: 'inbound', output: { from: number } });

	test('is made once for all events that ask the same', async () => {
		const asked: string[] = [];
		const context = withCredential({ exampleApi: { id: '1', name: 'A' } }, async (url) => await Promise.resolve({ leads: `somewhere ${asked.push(url)}` }));
		const leadOf = leads(context, examplePhone, lead);
		expect(await Promise.all([from('1'), from('2'), from('1')].map(leadOf))).toEqual(['somewhere 1', 'somewhere 2', 'somewhere 1']);
		expect(asked).toEqual(['https://example.test/of/1', 'https://example.test/of/2']);
	});

	test('that does not work, or that the trigger has no credential for, leads nowhere', async () => {
		let asked = 0;
		const answer = async (): Promise<object> => await Promise.resolve({ leads: 5, asked: ++asked });
		expect(await leads(withCredential({ exampleApi: { id: '1', name: 'A' } }, answer), examplePhone, lead)(from('1'))).toBeUndefined();
		expect(asked).toBe(1);
		for (const credentials of [undefined, {}, { otherApi: { id: '1', name: 'A' } }]) {
			expect(await leads(withCredential(credentials, answer), examplePhone, lead)(from('1'))).toBeUndefined();
		}
		expect(asked).toBe(1);
	});

	test('that does not work is told in the log once for a call or a poll, but not where there is no credential', async () => {
		warned.length = 0;
		const answer = async (): Promise<object> => await Promise.resolve({});
		const leadOf = leads(withCredential({ exampleApi: { id: '1', name: 'A' } }, answer), examplePhone, lead);
		for (const number of ['1', '2']) expect(await leadOf(from(number))).toBeUndefined();
		expect(warned).toEqual(['It could not be looked up which question is answered: Example Phone gave a response that could not be read (at "leads")']);
		expect(await leads(withCredential({}, answer), examplePhone, lead)(from('1'))).toBeUndefined();
		expect(warned).toHaveLength(1);
	});

	test('that may work a little later says so', async () => {
		const context = withCredential({ exampleApi: { id: '1', name: 'A' } }, async () => await Promise.resolve({}));
		context.helpers.httpRequestWithAuthentication = async () => await Promise.resolve({ statusCode: 403, headers: {}, body: '{}' });
		expect(await leads(context, examplePhone, lead)(from('1'))).toBeUndefined();
		jest.useFakeTimers();
		context.helpers.httpRequestWithAuthentication = async () => await Promise.resolve({ statusCode: 503, headers: {}, body: '{}' });
		const told = expect(leads(context, examplePhone, lead)(from('1'))).rejects.toMatchObject({ failureCause: 'ambiguous' });
		await jest.advanceTimersByTimeAsync(600_000);
		await told;
		jest.useRealTimers();
	});
});

test('nobody but this n8n is called', async () => {
	const foreign = n8n([says('answered')]);
	expect(await handOver(foreign.context, reply, address('https://evil.example/webhook-waiting'), virtualClock())).toBe('none');
	expect(await handOver(foreign.context, reply, address('https://n8n.example.com/webhook'), virtualClock())).toBe('none');
	expect(await handOver(foreign.context, reply, 'n8nq.http://evil/7.x.t0-abcdef.y', virtualClock())).toBe('none');
	// The address of waiting executions has to have the origin of the trigger's own.
	const elsewhere = n8n([says('answered')], { resumeUrl: 'https://other.example/webhook-waiting/__UNKNOWN__' });
	expect(await handOver(elsewhere.context, reply, referenceOf(address()), virtualClock())).toBe('none');
	const nowhere = n8n([says('answered')], { resumeUrl: '' });
	expect(await handOver(nowhere.context, reply, referenceOf(address()), virtualClock())).toBe('none');
	expect([foreign.requests, elsewhere.requests, nowhere.requests]).toEqual([[], [], []]);
});
