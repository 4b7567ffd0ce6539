/** What a run makes of its operation: which one it is, in what order its items go, and what is said above and beside the rows. */
import type { IDataObject } from 'n8n-workflow';

import { newExecution } from '../../n8nContext';
import { badValue } from '../../../engine/failure';
import { failOnRefused, flag, includeInput, maxSegmentsPerRun, onlyPreview, phones, text, earlierSends } from '../../../engine/inputs/fields';
import { message } from '../../../engine/output/message';
import type { Provider, Resource } from '../../../engine/operation';
import { batchOperation, customOperation, resource } from '../../../engine/operation';
import { z } from '../../../engine/wire/schema';
import type { Answer, RunGiven, Seen } from '../examplePhoneCompany';
import { acceptAll, exampleNode, examplePhone, networkFault, run, runFailing } from '../examplePhoneCompany';
import { virtualClock } from '../virtualClock';

const name = text({ label: 'Name', required: true });
const to = phones({ label: 'To', required: true });
const words = text({ label: 'Message', required: true });

/** Sends, or shows what it would send. */
const withPreview = [
	resource('Message', 'message', {
		send: batchOperation({
			label: 'Send', action: 'Send', description: 'Send', effect: 'once',
			fields: { to, message: words, onlyPreview },
			options: { earlierSends, failOnRefused, includeInputFields: includeInput(true), maxSegmentsPerRun },
			batchSize: 10,
			segments: ({ to: numbers }) => numbers.length * 2,
			shared: () => undefined,
			entries: (values) => {
				if (values.message === 'odd') throw new TypeError('Nobody foresaw this');
				return values.to.map((number) => ({ to: number, text: values.message, ref: '' }));
			},
			recipient: (entry) => entry.to,
			request: (entries) => ({ method: 'POST', path: '/send', body: { messages: entries } }),
			response: z.object({ rows: z.array(z.object({ to: z.string(), ok: z.boolean() })) }),
			outcomes: ({ rows }) => rows.map(({ to: number, ok }) => ({ accepted: ok, output: message({ to: number, status: ok ? 'sent' : 'failed', accepted: ok }) })),
			unanswered: (entry, status) => message({ to: entry.to, status }),
		}),
		preview: customOperation({
			label: 'Preview', action: 'Preview', description: 'Preview', effect: 'read', fields: { to, message: words },
			run: async ({ message: said }) => await Promise.resolve([{ preview: said }]),
		}),
	}),
];
const person = { to: '={{ $json.phone }}', message: '={{ $json.text }}', onlyPreview: '={{ $json.preview }}', options: {} };
const people = (...previews: Array<boolean | string | number | null>) => previews.map((preview, index) => ({ phone: `041200010${index}`, text: `Hi ${index}`, preview }));
const sending = (items: IDataObject[], more: Partial<RunGiven> = {}): RunGiven => ({
	operation: 'message.send', parameters: person, resources: withPreview, items, clock: virtualClock(), answer: acceptAll, ...more,
});

describe('"Only Preview"', () => {
	test('sends nothing where it holds for all items', async () => {
		const { items, requests } = await run(sending(people(true, true)));
		expect([items.map(({ json }) => json), requests]).toEqual([[{ preview: 'Hi 0' }, { preview: 'Hi 1' }], []]);
		expect((await run(sending(people(false, false), { parameters: { ...person, onlyPreview: true } }))).requests).toEqual([]);
	});

	test('sends all where it holds for none', async () => {
		expect((await run(sending(people(false, false)))).requests.flatMap(({ body }) => body.messages.map(({ text: said }) => said))).toEqual(['Hi 0', 'Hi 1']);
		expect((await run(sending(people(true), { parameters: { ...person, onlyPreview: false } }))).requests).toHaveLength(1);
	});

	test.each([[[false, true]], [[true, false]], [['yes', 'yes']], [[null]]])('is refused where nobody can tell: %j', async (previews) => {
		const failed = await runFailing(sending(people(...previews)));
		expect(failed).toMatchObject({
			message: '"Only Preview" has to be true for all items or false for all of them',
			description: 'Nothing was sent. Split the items with an If node, and send the one part and preview the other.', requests: [],
		});
	});

	test('without items is a run without items', async () => {
		expect((await run(sending([]))).items).toEqual([]);
	});
});

describe('"Max Segments per Run"', () => {
	const limited = (maxSegments: number | string) => ({ parameters: { ...person, onlyPreview: false, options: { maxSegmentsPerRun: maxSegments } } });

	test('lets a run go that needs as many, and nothing of one that needs more', async () => {
		expect((await run(sending(people(0, 0), limited(4)))).requests).toHaveLength(1);
		expect(await runFailing(sending(people(0, 0), limited(3)))).toMatchObject({
			message: 'This run needs 4 segments, but at most 3 are allowed', requests: [],
			description: 'Nothing was sent. Shorten the texts, send to fewer people, or raise the option "Max Segments per Run".',
		});
	});

	test('of different ones the smallest holds', async () => {
		const items = people(0, 0).map((one, index) => ({ ...one, most: [9, 3][index] }));
		expect((await runFailing(sending(items, limited('={{ $json.most }}')))).message).toBe('This run needs 4 segments, but at most 3 are allowed');
	});
});

describe('"Include Input Fields"', () => {
	const texts = async (included: boolean | string | undefined, items: IDataObject[] = people(0)) => {
		const options = included === undefined ? {} : { includeInputFields: included };
		const result = await run(sending(items, { parameters: { ...person, onlyPreview: false, options }, onError: 'continueRegularOutput' }));
		return result.items.map(({ json }) => [json['to'], json['text'], json['phone']]);
	};

	test('puts the fields of the item behind the columns, where it is asked for or usual', async () => {
		expect(await texts(undefined)).toEqual([['61412000100', null, '0412000100']]);
		expect(await texts(true)).toEqual([['61412000100', null, '0412000100']]);
		expect(await texts(false)).toEqual([['61412000100', null, undefined]]);
		expect(await texts('={{ $json.phone.endsWith("1") }}', people(0, 0))).toEqual([['61412000100', null, null], ['61412000101', null, '0412000101']]);
	});

	test('also of an item that could not be read, unless it was taken out in plain words', async () => {
		const bad = [{ ...people(0)[0], phone: 'nobody' }];
		expect(await texts(undefined, bad)).toEqual([[null, null, 'nobody']]);
		expect(await texts(false, bad)).toEqual([[null, null, undefined]]);
		expect(await texts('={{ false }}', bad)).toEqual([[null, null, 'nobody']]);
	});
});

test('what an operation stumbles over before anything left is about the item', async () => {
	const items = [{ phone: '0412000100', text: 'Hi' }, { phone: '0412000101', text: 'odd' }];
	const failed = await runFailing(sending(items, { parameters: { ...person, onlyPreview: false } }));
	expect(failed).toMatchObject({ message: 'Nobody foresaw this [item 2 of 2]', requests: [] });
	expect(failed.description).toContain('Nothing was sent.');
});

test('a refusal without a reason says that it was one', async () => {
	const answer = ({ body }: Seen): Answer => ({ body: { rows: body.messages.map((one) => ({ to: one.to, ok: false })) } });
	expect((await runFailing(sending(people(0), { parameters: { ...person, onlyPreview: false, options: { failOnRefused: true } }, answer }))).message).toBe('The message was refused [item 1]');
});

describe('an operation of many requests', () => {
	const custom = (effect: 'read' | 'once') => [
		resource('Thing', 'thing', {
			do: customOperation({
				label: 'Do', action: 'Do', description: 'Do', effect, fields: { name }, options: { loud: flag({ label: 'Loud' }) },
				run: async (values, { send }) => [{ name: values.name, ...(await send({ method: 'GET', path: `/${values.name}` }, z.object({ id: z.string() }))) }],
				finish: async (rows, values) => await Promise.resolve(`${rows.length} done, the first was ${values.name}`),
			}),
		}),
	];
	const given = (effect: 'read' | 'once', more: Partial<RunGiven> = {}): RunGiven => ({
		operation: 'thing.do', parameters: { name: '={{ $json.name }}' }, items: ['a', 'b', 'c'].map((each) => ({ name: each })),
		resources: custom(effect), clock: virtualClock(), answer: ({ path }) => ({ body: { id: path } }), ...more,
	});

	test('gives its rows, and its line above them', async () => {
		const { items, hints } = await run(given('read'));
		expect(items).toEqual(['a', 'b', 'c'].map((each, item) => ({ json: { name: each, id: `/${each}` }, pairedItem: { item } })));
		expect(hints).toEqual(['3 done, the first was a']);
		expect((await run(given('read', { items: [] }))).hints).toEqual([]);
	});

	test.each<['read' | 'once', Provider['limits'], number]>([
		['read', { atOnce: 2 }, 2], ['once', { atOnce: 2 }, 1], ['read', {}, 1], ['read', { rate: { requests: 3, milliseconds: 10 } }, 3],
		['read', { atOnce: 2, rate: { requests: 3, milliseconds: 10 } }, 2],
	])(
		'that is a "%s", under %j, goes %d at a time',
		async (effect, limits, most) => {
			const clock = virtualClock();
			let [underWay, seen] = [0, 0];
			await run(given(effect, { clock, provider: { ...examplePhone, limits }, async answer() {
				seen = Math.max(seen, ++underWay);
				await clock.sleep(1_000);
				underWay--;
				return { body: { id: 'x' } };
			} }));
			expect(seen).toBe(most);
		},
	);

	test('says of each item what became of it, also of those that were not begun', async () => {
		const { items } = await run(given('once', { onError: 'continueRegularOutput', answer: ({ path }) => (path === '/a' ? { body: { id: 'x' } } : { status: 401, body: { error: 'Closed' } }) }));
		expect(items.map(({ json }) => json['error'])).toEqual([
			undefined, 'Example Phone did not accept the credential: Closed', 'Not done, because an earlier request did not go through: Example Phone did not accept the credential: Closed',
		]);
		expect(items[2]?.json['advice']).toBe(items[1]?.json['advice']);
	});

	test('goes on past an item that fails, where it may, and one that cannot be read', async () => {
		const items = [{ name: '' }, { name: 'a' }, { name: 'b' }, { name: 'c' }];
		const result = await run(given('once', { items, onError: 'continueRegularOutput', answer: ({ path }) => (path === '/b' ? { status: 404, body: { error: 'No b' } } : { body: { id: path } }) }));
		expect(result.items.map(({ json }) => json['error'] ?? json['id'])).toEqual(['Name is empty', '/a', 'Example Phone refused the request: No b', '/c']);
	});

	test('that fails tells how many were done', async () => {
		const failed = await runFailing(given('once', { answer: ({ path }) => (path === '/c' ? { status: 404, body: { error: 'No c' } } : { body: { id: path } }) }));
		expect([failed.message, failed.description]).toEqual(['Example Phone refused the request: No c [item 3 of 3]', expect.stringContaining('2 item(s) of this run were done.')]);
	});

	test('that fails over a value, before anything of that item left, says of no other item that somebody stopped it', async () => {
		const [things] = custom('once');
		const resources = [{ ...things, operations: things?.operations.map((one) => ({ ...one, run: async ({ name: each }: { name: string }) =>
			each === 'b' ? await Promise.reject(badValue('Name', 'is no name')) : await Promise.resolve([{}]) })) }] as unknown as Resource[];
		const failed = await runFailing(given('once', { resources }));
		expect([failed.message, failed.description]).toEqual([
			'Name is no name [item 2 of 3]', '1 item(s) of this run were done. A retry of this node, or of this execution, does not repeat them. Not begun: 1 more.',
		]);
	});

	test('that is stopped tells what was not begun', async () => {
		const cancel = new AbortController();
		const { items, requests } = await run(given('once', { cancel, onError: 'continueRegularOutput', answer: ({ path }) => (cancel.abort(), { body: { id: path } }) }));
		expect(requests).toHaveLength(1);
		const reason = expect.stringMatching(/^The execution was stopped before this/) as string;
		expect(items.map(({ json }) => json['error'])).toEqual([undefined, reason, reason]);
		const failed = await runFailing(given('once', { cancel }));
		expect(failed.message).toContain('The execution was stopped before anything was sent');
	});
});

describe('what is said above the rows', () => {
	const rename = { operation: 'thing.rename', parameters: { id: '={{ $json.id }}', name: 'x' }, items: ['a', 'b', 'c'].map((id) => ({ id })), clock: virtualClock() };
	const phonesOf = (...numbers: string[]): RunGiven => ({
		operation: 'message.send', parameters: { to: '={{ $json.phone }}', message: 'Hi' }, items: numbers.map((phone) => ({ phone })),
		clock: virtualClock(), answer: acceptAll, onError: 'continueRegularOutput',
	});

	test('counts what was refused, in one or several', async () => {
		const answer = ({ body: { things = [] } }: Seen): Answer => ({ body: { rows: things.map((thing) => ({ ...thing, ok: thing.id === 'a' })) } });
		expect((await run({ ...rename, answer })).hints).toEqual(['2 of 3 things were not accepted. The column "reason" says why.']);
	});

	test('counts what was sent and what was not', async () => {
		expect((await run(phonesOf('0412000100', '0412000101'))).hints).toEqual(['2 sent']);
		expect((await run(phonesOf('0412000100', 'nobody'))).hints).toEqual(['1 sent, 1 not sent. The column "reason" says why']);
	});

	test.each([[1, 'a request was', 'it'], [2, '2 requests was', 'them']])('tells of %d lost answers where nothing was sent to people', async (count, asked, of) => {
		const items = Array.from({ length: count }, (_, index) => ({ name: String(index) }));
		const { hints } = await run({
			operation: 'thing.create', parameters: { name: '={{ $json.name }}' }, items, clock: virtualClock(), answer: () => networkFault('ECONNRESET'), onError: 'continueRegularOutput',
		});
		expect(hints).toEqual([`The answer to ${asked} lost on the way, so Example Phone was asked what became of ${of}.`]);
	});

	test('names the packages that the node is installed by, for a send', async () => {
		const at = (from: string) => ({ className: 'Example', sourcePath: `/data/nodes/node_modules/${from}/dist/nodes/Example/Example.node.js` });
		const known = (...others: string[]) => ({ [exampleNode.description.name]: at('n8n-nodes-two'), ...Object.fromEntries(others.map((other) => [`${other}.example`, at(other)])) });
		const hintsWith = async (...others: string[]) => (await run({ ...phonesOf('0412000100'), known: known(...others) })).hints;
		const advice = "Each counts the provider's limit for itself. Remove all but one under Settings > Community nodes.";
		expect(await hintsWith('n8n-nodes-one')).toEqual([`This node is installed twice: by n8n-nodes-one and n8n-nodes-two. ${advice}`, '1 sent']);
		expect((await hintsWith('n8n-nodes-one', '@a/three'))[0]).toBe(`This node is installed 3 times: by @a/three and n8n-nodes-one and n8n-nodes-two. ${advice}`);
		expect(await hintsWith()).toEqual(['1 sent']);
		const answer = ({ body: { things = [] } }: Seen): Answer => ({ body: { rows: things.map((thing) => ({ ...thing, ok: true })) } });
		expect((await run({ ...rename, answer, known: known('n8n-nodes-one') })).hints).toEqual([]);
	});
});

test('a failed item of a send has the columns of a message, and another one only why', async () => {
	const answer = (): Answer => ({ status: 403, body: { error: 'No credits' } });
	const reason = 'Example Phone refused the request: No credits';
	const given = { clock: virtualClock(), answer, onError: 'continueRegularOutput' as const };
	const sent = await run({ ...given, operation: 'message.send', parameters: { to: '0412000100', message: 'Hi' } });
	expect(sent.items[0]?.json).toMatchObject({ to: '61412000100', status: 'failed', accepted: false, reason, error: reason, httpStatus: 403 });
	const created = await run({ ...given, operation: 'thing.create', parameters: { name: 'x' } });
	expect(created.items[0]?.json).toEqual({ error: reason, httpStatus: 403 });
});

test('each recipient of an item has a reference of its own', async () => {
	const { requests } = await run({ operation: 'message.send', parameters: { to: '0412000100, 0412000101', message: 'Hi' }, clock: virtualClock(), answer: acceptAll });
	expect(requests.flatMap(({ body }) => body.messages.map(({ ref }) => ref))).toEqual([expect.stringMatching(/^n8n-[0-9a-f]{17}-0$/), expect.stringMatching(/^n8n-[0-9a-f]{17}-0-1$/)]);
});

test('tries of one tool call are one message, and the next call with the same words is another', async () => {
	const runData = newExecution();
	const sent: string[] = [];
	const given = { operation: 'message.send', parameters: { to: '={{ $json.phone }}', message: 'Hi' }, clock: virtualClock(), runData, isTool: true };
	const call = async (runIndex: number, numbers: string[], answer: (seen: Seen) => Answer = acceptAll) => await run({ ...given, runIndex, items: numbers.map((phone) => ({ phone })), answer: (seen) => {
		const answered = answer(seen);
		if (!(answered instanceof Error) && answered.status === undefined) sent.push(...seen.body.messages.map(({ to: number }) => number.slice(-1)));
		return answered;
	} });
	const four = ['0412000100', '0412000101', '0412000102', '0412000103'];
	// n8n gives every try an index of its own.
	await expect(call(0, four, (seen) => (seen.body.messages.length === 1 ? { status: 403, body: { error: 'No credits' } } : acceptAll(seen)))).rejects.toThrow('No credits');
	await call(1, four);
	expect(sent.sort()).toEqual(['0', '1', '2', '3']);
	await call(2, four);
	await call(3, ['0412000105']);
	expect(sent.sort()).toEqual(['0', '0', '1', '1', '2', '2', '3', '3', '5']);
});

test('what a tool is called with after a call that did not work has references of its own', async () => {
	const given = { operation: 'message.send', parameters: { to: '={{ $json.phone }}', message: 'Hi' }, clock: virtualClock(), runData: newExecution(), isTool: true };
	const references: string[] = [];
	const answer = ({ body: { messages } }: Seen): Answer => (references.push(...messages.map(({ ref }) => ref)), { status: 403, body: { error: 'No credits' } });
	for (const [runIndex, phone] of ['0412000100', '0412000100', '0412000105'].entries()) await expect(run({ ...given, runIndex, items: [{ phone }], answer })).rejects.toThrow('No credits');
	expect(new Set(references.map((reference) => reference.split('-')[1])).size).toBe(2);
});
