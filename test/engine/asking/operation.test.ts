/** A provider's own send, asked with: what it says of its entries is said of the question's. */
import { executeContext } from '../../n8nContext';
import { askOperation } from '../../../engine/asking/operation';
import { openQuestion, recallQuestion, sampleLink } from '../../../engine/asking/question';
import type { Opening } from '../../../engine/asking/question';
import { failure } from '../../../engine/failure';
import { text } from '../../../engine/inputs/fields';
import type { Asking, Asks, Doubt, OperationOfKind, Send } from '../../../engine/operation';
import { batchOperation, itemOperation } from '../../../engine/operation';
import { z } from '../../../engine/wire/schema';
import { exampleNode } from '../examplePhoneCompany';

const message = text({ label: 'Message', required: true });
const send: Send = async () => await Promise.reject(new Error('Nothing is asked for here'));

/** Entries are texts. */
function asking(doubt: Doubt<string> | undefined, more: object = {}, how: Partial<Asking> = { replies: 'trigger' }): OperationOfKind<'batch'> {
	const operation = batchOperation({
		label: 'Send', action: 'Send', description: 'Send', effect: 'once',
		fields: { to: message, message }, batchSize: 5,
		shared: (values) => `shared ${values.message}`,
		entries: (values, tag) => [`${[values.to].flat().join()} ${values.message} ${tag(0).reference}`],
		recipient: (entry: string) => entry,
		request: (entries, shared, { id }) => ({ method: 'POST', path: '/send', body: { entries, shared, id } }),
		response: z.unknown(),
		outcomes: (_response, entries) => entries.map((entry) => ({ accepted: true, output: { entry } })),
		unanswered: (entry, status, id) => ({ entry, status, id }),
		doubt,
		...more,
	});
	return askOperation(operation, { options: [], ...how }) as unknown as OperationOfKind<'batch'>;
}
const boxes = ['one', 'two'].map((own) => ({ own, shared: `shared ${own}` }));
const asksOf = (doubt?: Doubt<string>): Asks => {
	const { asks } = asking(doubt);
	if (!asks) throw new Error('It asks nothing');
	return asks;
};

test('its entries, outcomes and requests are the send\'s own', async () => {
	const operation = asking(undefined);
	const departure = { id: 'x', now: 1 };
	expect(await operation.request(boxes.slice(0, 1), undefined, departure)).toEqual({ method: 'POST', path: '/send', body: { entries: ['one'], shared: 'shared one', id: 'x' } });
	expect(operation.outcomes({}, boxes, departure)).toEqual(['one', 'two'].map((entry) => ({ accepted: true, output: { entry } })));
	expect(operation.unanswered(boxes[0], 'unknown', 'x')).toEqual({ entry: 'one', status: 'unknown', id: 'x' });
	expect(operation.recipient(boxes[1])).toBe('two');
	expect(operation).not.toHaveProperty('doubt');
	expect(operation).not.toHaveProperty('culprits');
});

test('doubt about it ends by the send\'s own means', async () => {
	const seen: unknown[] = [];
	const { doubt: content } = asking({
		by: 'content', content: (entry) => ({ to: entry, text: 'Hi' }), bookmark: async () => await Promise.resolve('7'),
		posted: async (_send, after, entries) => (seen.push([after, entries]), await Promise.resolve([])),
	});
	if (content?.by !== 'content') throw new Error('It ends otherwise');
	expect([content.content(boxes[0]), await content.bookmark(send), await content.posted(send, '7', boxes)]).toEqual([{ to: 'one', text: 'Hi' }, '7', []]);
	const { doubt: mark } = asking({ by: 'mark', look: async (entries) => (seen.push(entries), await Promise.resolve(['absent'])) });
	if (mark?.by !== 'mark') throw new Error('It ends otherwise');
	expect(await mark.look(boxes, { send, id: 'x', since: 0 })).toEqual(['absent']);
	expect(seen).toEqual([['7', ['one', 'two']], ['one', 'two']]);
	expect(asking({ by: 'repeat', hours: 5 }).doubt).toEqual({ by: 'repeat', hours: 5 });
	const own = { culprits: (_body: unknown, entries: string[]) => new Map([[1, entries.join()]]), history: {
		content: (entry: string) => ({ text: entry }), recent: async () => await Promise.resolve({ posted: [], whole: true }),
	} };
	const { culprits, history } = asking(undefined, own);
	expect([culprits?.({}, boxes), history?.content(boxes[0])]).toEqual([new Map([[1, 'one,two']]), { text: 'one' }]);
});

test('a confirmation is a send with a reference of its own, of which the provider can be asked whether it is there', async () => {
	const id = 'a'.repeat(30) + 'b'.repeat(10);
	const own = { to: ['1'], message: 'Thanks' };
	const request = { method: 'POST', path: '/send', body: { entries: [`1 Thanks ${id.slice(0, 32)}`], shared: 'shared Thanks', id } };
	expect(await asksOf().followUp(own, id, 1)).toEqual({ id, request });
	const look = jest.fn<Promise<Array<'absent' | 'unknown'>>, unknown[]>();
	const asks = asksOf({ by: 'mark', look });
	const followUp = await asks.followUp(own, id, 1);
	expect(followUp).toEqual({ id, request, entry: request.body.entries[0] });
	look.mockResolvedValueOnce(['absent']).mockResolvedValueOnce(['unknown']).mockRejectedValueOnce(failure('refused', 'No such message', '', { gone: true }));
	expect([await asks.isThere?.(followUp, send), await asks.isThere?.(followUp, send), await asks.isThere?.(followUp, send)]).toEqual([false, true, false]);
	expect(look.mock.calls[0]).toEqual([[followUp.entry], { send, id, since: 0 }]);
	look.mockRejectedValueOnce(failure('refused', 'Not now'));
	await expect(asks.isThere?.(followUp, send)).rejects.toThrow('Not now');
	expect(asksOf()).not.toHaveProperty('isThere');
});

describe('what the editor offers', () => {
	const fields = {
		to: message, message, sender: text({ label: 'Sender' }), scheduledFor: text({ label: 'Scheduled For' }),
		when: text({ label: 'When' }), timeZone: text({ label: 'Time Zone' }), onlyPreview: text({ label: 'Only Preview' }),
	};
	const options = { reference: text({ label: 'Reference' }), coupon: text({ label: 'Coupon' }) };
	const offered = (how: Partial<Asking>) => asking(undefined, { fields, options }, { options: ['coupon'], ...how });
	const choicesOf = (operation: ReturnType<typeof offered>, name: string) => {
		const { property, showWhen } = operation.fields[name] ?? {};
		return { usual: property?.default, values: property?.options?.map((one) => ('value' in one ? one.value : '')), showWhen };
	};
	const labelsOf = (all: Record<string, { label: string }> | undefined) => Object.entries(all ?? {}).map(([name, { label }]) => [name, label]);

	test('is the send\'s own, without what makes no sense for a question, and how to answer', () => {
		const operation = offered({ replies: 'trigger', ownOptions: { extra: text({ label: 'Extra' }) } });
		expect(operation).toMatchObject({
			label: 'Send and Wait for Response', action: 'Send an SMS and wait for the answer', effect: 'once', identity: ['message'], batchSize: 1,
			description: 'Ask by SMS: the workflow waits for the answer, or for the delivery, and goes on with it',
		});
		expect(offered({ medium: { name: 'WhatsApp', one: 'a WhatsApp message' } })).toMatchObject({
			action: 'Send a WhatsApp message and wait for the answer', description: expect.stringMatching(/^Ask by WhatsApp:/),
		});
		expect(labelsOf(operation.fields)).toEqual([['to', 'Message'], ['message', 'Message'], ['sender', 'Sender'], ['responseType', 'Response Type'], ['answerBy', 'Answer By']]);
		expect(labelsOf(operation.options)).toEqual([
			['coupon', 'Coupon'], ['clarification', 'Clarification'], ['yesWords', 'Words for Yes'], ['noWords', 'Words for No'], ['confirmation', 'Confirmation'],
			['limitWaitTime', 'Limit Wait Time'], ['noLabel', 'No Button Label'], ['yesLabel', 'Yes Button Label'], ['extra', 'Extra'],
		]);
		expect(operation.options?.['yesWords']?.property).toMatchObject({ default: 'YES, Y, OK, 1, 👍', description: 'What counts as yes: the first word of the answer, in any case, separated by commas' });
		expect(operation.options?.['noWords']?.property).toMatchObject({ default: 'NO, N, 2, 👎', type: 'string' });
	});

	test('are replies, where they can be told apart, and what goes with them', () => {
		const showWhen = { responseType: ['approval', 'freeText'] };
		expect(choicesOf(offered({ replies: 'trigger' }), 'answerBy')).toEqual({ usual: 'reply', values: ['reply', 'link', 'both'], showWhen });
		expect(choicesOf(offered({ replies: 'trigger', usually: 'link' }), 'answerBy').usual).toBe('link');
		const without = offered({});
		expect(choicesOf(without, 'answerBy')).toEqual({ usual: 'link', values: ['link'], showWhen });
		expect(labelsOf(without.options).map(([name]) => name)).toEqual(['coupon', 'confirmation', 'limitWaitTime', 'noLabel', 'yesLabel']);
	});

	test('is a delivery, where it is reported', () => {
		expect(choicesOf(offered({ reports: 'trigger' }), 'responseType')).toEqual({ usual: 'approval', values: ['approval', 'freeText', 'delivery'], showWhen: undefined });
		expect(choicesOf(offered({}), 'responseType').values).toEqual(['approval', 'freeText']);
	});
});

test('what the send looks at before it goes is looked at before a question', async () => {
	const seen: unknown[] = [];
	const { asks } = asking(undefined, { before: async (values: unknown, ask: unknown) => await Promise.resolve(void seen.push(values, ask)), check: (values: unknown) => void seen.push(values) });
	await asks?.before?.([{ a: 1 }], send);
	asks?.checkOwn({ b: 2 });
	expect(seen).toEqual([[{ a: 1 }], send, { b: 2 }]);
	expect(asksOf()).not.toHaveProperty('before');
	expect(() => asksOf().checkOwn({})).not.toThrow();
});

test('what is no send to people cannot ask', () => {
	const item = itemOperation({ label: 'Get', action: 'Get', description: 'Get', effect: 'read', fields: {}, request: () => ({ method: 'GET', path: '/' }), response: z.unknown(), output: () => ({}) });
	expect(() => askOperation(item, { options: [] })).toThrow('A question is asked by a batch operation');
	expect(() => asking(undefined, { fields: { message } })).toThrow('A question needs a recipient and a text');
	const unprepared = (): unknown => asking(undefined).entries({ to: ['1'], message: 'Hi' }, () => ({ reference: 'x' }));
	expect(unprepared).toThrow(expect.objectContaining({ failureCause: 'input', message: 'A question was not prepared' }) as Error);
});

describe('an n8n that cannot wait', () => {
	const opening = (context: object, items: Opening['items'] = [{ values: {} }]): Opening => ({ context, items, asks: asksOf(), run: '0', holdsEarlier: false }) as unknown as Opening;
	const functions = { getSignedResumeUrl: () => '', putExecutionToWait: async () => await Promise.resolve() };

	test.each(Object.keys(functions))('lacks %s: nothing is asked', async (name) => {
		const { [name as keyof typeof functions]: _lacking, ...rest } = functions;
		await expect(openQuestion(opening(rest))).rejects.toMatchObject({
			failureCause: 'input', message: 'This n8n cannot wait for an answer here', advice: expect.stringContaining('Nothing was sent. Update n8n to version 2 or newer.') as string,
		});
	});

	test.each<[string, Opening['items']]>([['no item', []], ['an item that cannot be read', [{ failed: failure('input', 'No') }]]])('%s asks nothing', async (_name, items) => {
		const question = await openQuestion(opening(functions, items));
		expect(question.items).toBe(items);
		await expect(question.asked([])).rejects.toThrow('Nothing was asked');
	});

	test('shows how long a link would be, where it has links', () => {
		const context = executeContext({ nodeType: exampleNode, parameters: {}, credential: {}, executionId: '4711' });
		expect(new URL(sampleLink(context)).searchParams.get('q')).toMatch(/^l0-[0-9a-f]{6}$/);
		expect(() => sampleLink({} as typeof context)).toThrow(expect.objectContaining({ message: 'This n8n has no links for answers', advice: 'Update n8n to version 2 or newer.' }) as Error);
	});
});

test('what was asked is found again whatever the node\'s name is', () => {
	const recalled = (name: string, kept: unknown) => {
		const expressions: string[] = [];
		const found = recallQuestion({ getNode: () => ({ name }), evaluateExpression: (expression: string) => (expressions.push(expression), kept) } as unknown as Parameters<typeof recallQuestion>[0]);
		const [, written = ''] = /^\{\{ JSON\.stringify\(\$node\[(.*)\]\.context\.smsHubQuestion\) \}\}$/.exec(expressions[0] ?? '') ?? [];
		expect(written).not.toMatch(/[{}]/);
		return [JSON.parse(written) as unknown, found];
	};
	const name = 'Ask {{you}} "now"';
	expect(recalled(name, '{"id":"x"}')).toEqual([name, { id: 'x' }]);
	expect(recalled(name, undefined)).toEqual([name, undefined]);
});
