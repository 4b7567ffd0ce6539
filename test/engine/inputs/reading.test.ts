import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';

import { properties } from '../../../engine/editor/description';
import type { GivenFile } from '../../../engine/inputs/fields';
import { allowLandlines, dateTime, files, integer, notice, phone, text, timeZone } from '../../../engine/inputs/fields';
import type { ReadItem } from '../../../engine/inputs/reading';
import { collectionOf, identityOf, readItems } from '../../../engine/inputs/reading';
import { itemOperation, resource } from '../../../engine/operation';
import { systemClock } from '../../../engine/wire/clock';
import { z } from '../../../engine/wire/schema';
import { executeContext } from '../../n8nContext';
import { exampleNode, examplePhone, resources } from '../examplePhoneCompany';

const send = resources[0]?.operations.find(({ value }) => value === 'send');

test.each([
	['={{ $json.phone.trim() }}', 20],
	// A field of the item, and nothing else, needs no evaluation.
	['={{ $json.phone }}', 0],
])('constants are evaluated once, expressions once per item (%s)', async (to, times) => {
	const context = executeContext({
		nodeType: exampleNode,
		parameters: { resource: 'message', operation: 'send', to, message: 'Hello', options: { flash: true } },
		items: Array.from({ length: 20 }, (_, index) => ({ json: { phone: `04120001${10 + index}` } })),
		credential: {},
	});
	const asked: string[] = [];
	const counting = new Proxy(context, {
		get: (target, key) => {
			if (key !== 'getNodeParameter') return Reflect.get(target, key) as unknown;
			return (name: string, item: number, fallback: unknown) => {
				asked.push(name);
				return target.getNodeParameter(name, item, fallback as object);
			};
		},
	});
	if (!send) throw new Error('The example has no send');
	const read = await readItems({ context: counting, provider: examplePhone, operation: send, clock: systemClock });
	expect(read.every((item) => 'values' in item)).toBe(true);
	expect(asked.filter((name) => name === 'to')).toHaveLength(times);
	expect(asked.filter((name) => name === 'message')).toHaveLength(1);
	expect(asked.filter((name) => name === 'options.flash')).toHaveLength(1);
});

test('a constant number is read for each country that an expression gives', async () => {
	const context = executeContext({
		nodeType: exampleNode,
		parameters: { resource: 'message', operation: 'send', to: '021 123 4567', message: 'Hello', options: { defaultCountry: '={{ $json.country }}' } },
		items: [{ json: { country: 'NZ' } }, { json: { country: 'GB' } }],
		credential: {},
	});
	if (!send) throw new Error('The example has no send');
	const [nz, gb] = await readItems({ context, provider: examplePhone, operation: send, clock: systemClock });
	expect(nz).toMatchObject({ values: { to: ['64211234567'] } });
	expect(gb).toHaveProperty('failed');
});

test('a long read lets others in, and ends when the execution is stopped meanwhile', async () => {
	const items = Array.from({ length: 5_000 }, (_, index) => ({ json: { phone: `0412${100_000 + index}` } }));
	const context = executeContext({ nodeType: exampleNode, parameters: { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: 'Hello' }, items, credential: {} });
	if (!send) throw new Error('The example has no send');
	const stop = new AbortController();
	setTimeout(() => stop.abort(), 1);
	await expect(readItems({ context, provider: examplePhone, operation: send, clock: systemClock, cancel: stop.signal })).rejects.toThrow('stopped before anything was sent');
});

test('the clock that was given decides when others are let in', async () => {
	const parameters = { resource: 'message', operation: 'send', to: '0412345678', message: 'Hello' };
	const context = executeContext({ nodeType: exampleNode, parameters, items: [{ json: {} }, { json: {} }], credential: {} });
	if (!send) throw new Error('The example has no send');
	const given = { context, provider: examplePhone, operation: send, cancel: AbortSignal.abort() };
	let now = 0;
	await expect(readItems({ ...given, clock: { now: () => (now += 1000) } })).rejects.toMatchObject({ failureCause: 'cancelled', message: 'The execution was stopped before anything was sent' });
	expect(await readItems({ ...given, clock: { now: () => 0 } })).toHaveLength(2);
});

const odd = itemOperation({
	label: 'Odd',
	action: 'Odd',
	description: 'Odd',
	effect: 'read',
	fields: { number: phone({ label: 'Number', getsSms: true }), photos: files({ label: 'Photos' }), at: dateTime({ label: 'At' }) },
	// Declared after what it decides about.
	options: { second: phone({ label: 'Second', getsSms: true }), allowLandlines },
	request: () => ({ method: 'GET', path: '/' }),
	response: z.unknown(),
	output: () => ({}),
});
const oddResource = resource('Odd', 'odd', { odd });
const oddNode: INodeType = { description: { ...exampleNode.description, properties: properties([oddResource]) } };

async function readOdd(parameters: INodeParameters, items: INodeExecutionData[] = [{ json: {} }]): Promise<ReadItem[]> {
	const context = executeContext({ nodeType: oddNode, parameters: { resource: 'odd', operation: 'odd', photos: '', ...parameters }, items, credential: {} });
	const [operation] = oddResource.operations;
	if (!operation) throw new Error('There is no operation');
	return await readItems({ context, provider: examplePhone, operation, clock: systemClock });
}

test('a landline is refused before anything is sent, unless the option says otherwise', async () => {
	expect(await readOdd({ number: '02 9374 4000', options: {} })).toMatchObject([{ failed: { message: '"02 9374 4000" is a landline, which gets no SMS' } }]);
	const items = [{ json: { all: true } }, { json: { all: false } }];
	const read = await readOdd({ number: '02 9374 4000', options: { second: '02 9374 4001', allowLandlines: '={{ $json.all }}' } }, items);
	expect(read).toMatchObject([{ values: { number: '61293744000', second: '61293744001' } }, { failed: { field: 'Second' } }]);
});

test('times as expressions give them', async () => {
	const at = async (expression: string) => {
		const [read] = await readOdd({ at: expression, options: {} });
		if (read && 'failed' in read) return read.failed.message;
		return read && (read.values['at'] as { toUTC(): { toISO(): string } } | undefined)?.toUTC().toISO();
	};
	expect(await at("={{ DateTime.fromISO('2026-06-05T09:00:00') }}")).toBe('2026-06-04T23:00:00.000Z');
	expect(await at("={{ DateTime.fromFormat('05/06/2026 09:00', 'dd/MM/yyyy HH:mm') }}")).toBe('2026-06-04T23:00:00.000Z');
	expect(await at('={{ new Date(1780650000000) }}')).toBe('2026-06-05T09:00:00.000Z');
	expect(await at('={{ 1780650000000 }}')).toBe('2026-06-05T09:00:00.000Z');
	expect(await at("={{ DateTime.fromISO('2026-06-05').toSQL() }}")).toBe('2026-06-04T14:00:00.000Z');
	expect(await at("={{ new Date('nonsense') }}")).toBe('is "Invalid Date": its expression went wrong');
	expect(await at('={{ $json.nothing }}')).toBeUndefined();
});

test('files are those of the item, and are loaded when they are asked for', async () => {
	const inMemory: IBinaryData = { data: Buffer.from('abc').toString('base64'), mimeType: 'image/png', fileName: 'cat.png' };
	const stored: IBinaryData = { id: 'filesystem-v2:1', data: 'filesystem-v2', mimeType: 'application/pdf', bytes: 70_000 };
	const items: INodeExecutionData[] = [{ json: {}, binary: { data: inMemory } }, { json: {}, binary: { data: stored, photo: inMemory } }, { json: { data: inMemory } }, { json: {} }];
	const [first, second, third, fourth] = await readOdd({ photos: 'data', options: {} }, items);
	const filesOf = (read: ReadItem | undefined) => (read && 'values' in read ? (read.values['photos'] as GivenFile[]) : []);
	expect(filesOf(first)).toEqual([{ name: 'cat.png', mimeType: 'image/png', size: 3, identity: expect.any(String), base64: expect.any(Function) }]);
	expect(await filesOf(first)[0]?.base64()).toBe('YWJj');
	expect(filesOf(second)).toEqual([{ name: 'data', mimeType: 'application/pdf', size: 70_000, identity: 'filesystem-v2:1', base64: expect.any(Function) }]);
	// As in a workflow that keeps files among the other values.
	expect(await filesOf(third)[0]?.base64()).toBe('YWJj');
	expect(fourth).toMatchObject({ failed: { message: 'names the file "data", which this item does not have' } });
});

test('a file is told from others by what is in it, also where name and size are the same', async () => {
	const inMemory = (text: string): IBinaryData => ({ data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' });
	const read = await readOdd({ photos: 'data', options: {} }, [inMemory('one'), inMemory('two'), inMemory('one')].map((data) => ({ json: {}, binary: { data } })));
	const [one, two, again] = read.map((each) => ('values' in each ? (each.values['photos'] as GivenFile[])[0]?.identity : undefined));
	expect(one).toBe(again);
	expect(one).not.toBe(two);
});

test('a file that is gone is told by its name', async () => {
	const stored: IBinaryData = { id: 'filesystem-v2:gone', data: 'filesystem-v2', mimeType: 'application/pdf', fileName: 'a.pdf', bytes: 7 };
	const [read] = await readOdd({ photos: 'data', options: {} }, [{ json: {}, binary: { data: stored } }]);
	if (!read || !('values' in read)) throw new Error('It was not read');
	await expect((read.values['photos'] as GivenFile[])[0]?.base64()).rejects.toMatchObject({
		failureCause: 'input',
		message: expect.stringContaining('The file "a.pdf" could not be read'),
		advice: 'n8n may have deleted it already. Run the node again that made it.',
	});
});

test('the size of a file that an older n8n has stored apart is asked for', async () => {
	const stored: IBinaryData = { id: 'filesystem-v2:1', data: 'filesystem-v2', mimeType: 'application/pdf', fileSize: '70 kB' };
	const context = executeContext({ nodeType: oddNode, parameters: { resource: 'odd', operation: 'odd', photos: 'data' }, items: [{ json: {}, binary: { data: stored } }], credential: {} });
	const asked: string[] = [];
	context.helpers.getBinaryMetadata = async (id) => {
		asked.push(id);
		return { fileSize: 70_123 };
	};
	const [operation] = oddResource.operations;
	if (!operation) throw new Error('There is no operation');
	expect(await readItems({ context, provider: examplePhone, operation, clock: systemClock })).toMatchObject([{ values: { photos: [{ size: 70_123 }] } }]);
	expect(asked).toEqual(['filesystem-v2:1']);
});

test('among the other values of an item only what n8n keeps as a file is one', async () => {
	const stored: IBinaryData = { id: 'filesystem-v2:1', data: 'filesystem-v2', mimeType: 'application/pdf', bytes: 7 };
	const json = { stored, typed: { mimeType: 'image/png' }, nothing: null, text: 'mimeType', data: { data: 'abc' } } as unknown as IDataObject;
	const [found] = await readOdd({ photos: 'stored', options: {} }, [{ json }]);
	expect(found).toMatchObject({ values: { photos: [{ identity: 'filesystem-v2:1', size: 7 }] } });
	const [none] = await readOdd({ photos: 'typed', options: {} }, [{ json }]);
	expect(none).toMatchObject({ failed: { message: 'names the file "typed", which this item does not have', advice: 'Its files are: stored.' } });
});

const many = itemOperation({
	label: 'Many',
	action: 'Many',
	description: 'Many',
	effect: 'read',
	fields: { count: integer({ label: 'Count' }), words: text({ label: 'Words' }), timeZone, told: notice('It is so.') },
	request: () => ({ method: 'GET', path: '/' }),
	response: z.unknown(),
	output: () => ({}),
});
const manyResource = resource('Many', 'many', { many });
const manyNode: INodeType = { description: { ...exampleNode.description, properties: properties([manyResource]) } };

test('what n8n has to look at is left to it: numbers, and what is no field of the item; a default is looked at once', async () => {
	const parameters = { resource: 'many', operation: 'many', count: '={{ $json.count }}', words: '={{ $json.words }}', timeZone: '={{ $now.zoneName }}' };
	const items = [{ json: { count: 1, words: 'a' } }, { json: { count: 2 } }, { json: { count: 3, words: 'c' } }];
	const context = executeContext({ nodeType: manyNode, parameters, items, credential: {} });
	const asked: string[] = [];
	const { getNodeParameter } = context;
	context.getNodeParameter = ((name: string, item: number, fallback: object) => {
		asked.push(`${name} ${item}`);
		return getNodeParameter.call(context, name, item, fallback);
	}) as typeof getNodeParameter;
	const [operation] = manyResource.operations;
	if (!operation) throw new Error('There is no operation');
	const read = await readItems({ context, provider: examplePhone, operation, clock: systemClock });
	expect(read).toEqual([{ count: 1, words: 'a' }, { count: 2 }, { count: 3, words: 'c' }].map((values) => ({ values: { words: undefined, timeZone: 'Australia/Sydney', ...values } })));
	expect(asked.sort()).toEqual(['count 0', 'count 1', 'count 2', 'timeZone 0', 'words 1']);
});

test('times are of the zone that the item says, or else of the workflow\'s', async () => {
	const at = itemOperation({
		label: 'At', action: 'At', description: 'At', effect: 'read', fields: { timeZone, at: dateTime({ label: 'At' }) },
		request: () => ({ method: 'GET', path: '/' }), response: z.unknown(), output: () => ({}),
	});
	const atResource = resource('Many', 'many', { at });
	const [operation] = atResource.operations;
	if (!operation) throw new Error('There is no operation');
	const context = executeContext({
		nodeType: { description: { ...exampleNode.description, properties: properties([atResource]) } },
		parameters: { resource: 'many', operation: 'at', timeZone: '={{ $json.zone }}', at: '2030-06-01T09:00:00' },
		items: ['Asia/Jakarta', 'Australia/Sydney', 'Africa/Kampala'].map((zone) => ({ json: { zone } })),
		credential: {},
	});
	const read = await readItems({ context, provider: examplePhone, operation, clock: systemClock });
	const times = read.map((item) => ('values' in item ? (item.values['at'] as { toUTC(): { toISO(): string } }).toUTC().toISO() : undefined));
	expect(times).toEqual(['2030-06-01T02:00:00.000Z', '2030-05-31T23:00:00.000Z', '2030-06-01T06:00:00.000Z']);
});

describe('what makes a message this message', () => {
	const [operation] = manyResource.operations;
	const identity = (parameters: INodeParameters, resourceName = 'many') => {
		if (!operation) throw new Error('There is no operation');
		const node = { id: '1', name: 'Node', type: 'x', typeVersion: 1, position: [0, 0] as [number, number], parameters: { resource: resourceName, ...parameters } };
		return identityOf(node, operation);
	};

	test('is what the user wrote: what a picker shows beside it, and what is left out, changes nothing', () => {
		const picked = { __rl: true, mode: 'list', value: '5', cachedResultName: 'Friends' } as unknown as IDataObject as INodeParameters;
		const typed = { __rl: true, mode: 'id', value: '5' } as unknown as IDataObject as INodeParameters;
		expect(identity({ words: picked })).toBe(identity({ words: typed }));
		expect(identity({ words: 'x', other: 1 })).toBe(identity({ words: 'x' }));
		expect(identity({ words: null })).toBe(identity({}));
		const others: INodeParameters[] = ['', 'x', '={{ $json.x }}', { ...picked, value: '6' }, picked, {}].map((words) => ({ words }));
		const all = [{}, { count: 5 }, ...others].map((parameters) => identity(parameters));
		expect(new Set([...all, identity({}, 'other')]).size).toBe(9);
	});
});

test('what belongs to the run stands apart from the data of a contact, where there are both', () => {
	const [operation] = manyResource.operations;
	if (!operation) throw new Error('There is no operation');
	const names = ['defaultCountry', 'simplify', 'birthday'];
	expect(names.map((name) => collectionOf(operation, name))).toEqual(['options', 'options', 'options']);
	expect(names.map((name) => collectionOf({ ...operation, optionsLabel: 'Additional Fields' }, name))).toEqual(['settings', 'settings', 'options']);
});
