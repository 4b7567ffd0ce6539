import { readItems } from '../../../engine/inputs/reading';
import { executeContext } from '../../n8nContext';
import { exampleNode, examplePhone, resources } from '../examplePhoneCompany';

const send = resources[0]?.operations.find(({ value }) => value === 'send');

test('constants are evaluated once, expressions once per item', async () => {
	const context = executeContext({
		nodeType: exampleNode,
		parameters: { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: 'Hello', options: { flash: true } },
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
	const read = await readItems(counting, examplePhone, send, 20, Date.now());
	expect(read.every((item) => 'values' in item)).toBe(true);
	expect(asked.filter((name) => name === 'to')).toHaveLength(20);
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
	const [nz, gb] = await readItems(context, examplePhone, send, 2, Date.now());
	expect(nz).toMatchObject({ values: { to: ['64211234567'] } });
	expect(gb).toHaveProperty('failed');
});

test('a long read lets others in, and ends when the execution is stopped meanwhile', async () => {
	const items = Array.from({ length: 5_000 }, (_, index) => ({ json: { phone: `0412${100_000 + index}` } }));
	const context = executeContext({ nodeType: exampleNode, parameters: { resource: 'message', operation: 'send', to: '={{ $json.phone }}', message: 'Hello' }, items, credential: {} });
	if (!send) throw new Error('The example has no send');
	const stop = new AbortController();
	setTimeout(() => stop.abort(), 1);
	await expect(readItems(context, examplePhone, send, items.length, Date.now(), stop.signal)).rejects.toThrow('stopped before anything was sent');
});
