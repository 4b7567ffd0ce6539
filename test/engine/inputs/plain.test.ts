/** Which parameters are read without n8n's evaluation, held against n8n's own. */
import type { IDataObject } from 'n8n-workflow';

import { plainOf, readPlain } from '../../../engine/inputs/plain';
import { executeContext } from '../../n8nContext';
import { exampleNode } from '../examplePhoneCompany';

const both = (raw: string, json: IDataObject): { plain: unknown; n8n: unknown } => {
	const parts = plainOf(raw);
	const context = executeContext({ nodeType: exampleNode, parameters: { resource: 'message', operation: 'send', to: 'x', message: raw }, items: [{ json }], credential: {} });
	return { plain: parts && readPlain(parts, json), n8n: context.getNodeParameter('message', 0) };
};

const values: unknown[] = [
	'', ' ', 'Jane', '=Jane', '={{ 1 }}', '{{ $json.other }}', '"quoted" \'single\' `back`', 'a\\nb', 'two\nlines', '\u2028', 'Ödön 🌏', '👨‍👩‍👧', '\ud83c', '$json.x', '.constructor', '0412', '\0',
	0, -0, 1, -1.5, 1e21, 61412345678, Number.MAX_SAFE_INTEGER, 0.1, true, false, null, undefined, [], ['a'], {}, { a: 1 }, new Date(0), NaN, Infinity,
];
const texts = ['={{ $json.v }}', '={{$json.v}}', '={{ $json["v"] }}', "={{ $json['v'] }}", '=Hi {{ $json.v }}', '=Hi {{ $json.v }}, {{ $json.v }}!', '=\n{{ $json.v }} ',
	'="{{ $json.v }}" \'`$1', '={{ $json.v }}{{ $json.v }}', '=Ünï 🌏 {{ $json.v }}'];

test.each(texts)('%j is what n8n makes of it, for every value', (raw) => {
	const seen = values.map((v) => both(raw, { v } as IDataObject));
	expect(seen.filter(({ plain }) => plain !== undefined).length).toBeGreaterThan(20);
	for (const { plain, n8n } of seen) if (plain !== undefined) expect(plain).toBe(n8n);
});

test('names are what n8n makes of them', () => {
	for (const name of ['a', 'A1', '_x', 'length', 'name', 'json', 'Full name', 'Größe', 'a.b', 'a-b', '0', 'isEmpty', 'first']) {
		const raw = /^[A-Za-z_]\w*$/.test(name) ? `={{ $json.${name} }}` : `={{ $json["${name}"] }}`;
		const { plain, n8n } = both(raw, { [name]: 'value' });
		expect([name, plain, n8n]).toEqual([name, 'value', 'value']);
	}
});

test.each([
	'Hi', '=Hi', '={{ $json }}', '={{ $json.a.b }}', '={{ $json.a + 1 }}', '={{ $json.a.trim() }}', '={{ $node.x }}', '={{ $json["a"]["b"] }}', '={{ $json[\'a"b\'] }}',
		'={{ $json.constructor }}', '={{ $json.__proto__ }}',
	'={{ $json.toString }}', '=\\{{ $json.a }}', '={ {{ $json.a }}', '={{ $json.a }} }}', '={{ $json.a', '=x.constructor {{ $json.a }}', '=Call me.first() {{ $json.a }}',
		'={{ $json?.a }}', '={{ $json.a /* c */ }}', '={{ $json.a; }}',
])('%j is left to n8n', (raw) => expect(plainOf(raw)).toBeUndefined());

test.each(['_load', '_linkedBinding', 'arguments', 'callee', 'caller', 'prototype', 'getPrototypeOf', 'setPrototypeOf', 'defineProperty', 'getOwnPropertyNames', 'toJSON',
	'toString', 'valueOf', '__x'])(
	'the name %s is left to n8n, and one that only holds it is not',
	(name) => {
		expect(plainOf(`={{ $json.${name} }}`)).toBeUndefined();
		expect(plainOf(`={{ $json["${name}"] }}`)).toBeUndefined();
		expect(plainOf(`={{ $json.my${name} }}`)).toEqual([{ field: `my${name}` }]);
		if (!/^(?:__|defineProp|getOwnProp|to[JS])/.test(name)) expect(plainOf(`={{ $json.${name}s }}`)).toEqual([{ field: `${name}s` }]);
	},
);

test('marks of code in the text around it are left to n8n', () => {
	for (const text of ['x. constructor', 'a.b (', 'a. b(', '}', '{', '\\']) expect([text, plainOf(`=${text} {{ $json.a }}`)]).toEqual([text, undefined]);
	for (const text of ['constructor', 'a (b)', 'e.g. this', 'f(x)']) expect(plainOf(`=${text} {{ $json.a }}`)).toEqual([{ text: `${text} ` }, { field: 'a' }]);
});

test('what an item does not have of its own is left to n8n', () => {
	const plain = plainOf('={{ $json.name }}') ?? [];
	expect(readPlain(plain, Object.create({ name: 'inherited' }) as IDataObject)).toBeUndefined();
	expect(readPlain(plain, { other: 1 })).toBeUndefined();
	expect(readPlain(plain, undefined)).toBeUndefined();
});
