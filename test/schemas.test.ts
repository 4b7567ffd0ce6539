/**
 * The editor's output preview (`__schema__`) says what the fixtures say.
 * `npm test -- schemas -u` writes it anew from them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { message, messageEvent } from '../engine/output/message';
import { outputSchema } from './outputSchema';
import { providers } from './providers';

interface Case {
	items: IDataObject[];
	parameters: { simplify?: unknown; onlyPreview?: unknown; options?: { simplify?: unknown } };
	output?: Array<{ json: IDataObject; pairedItem: { item: number } }>;
	answers?: Array<{ gives: { item?: IDataObject } }>;
}

/** The items that a run gives as the node is set by default: no raw responses, no previews, no error items. */
function usualItems(cases: Case[], bringsInput: boolean): IDataObject[] {
	return cases
		.filter(({ parameters: { simplify, onlyPreview, options } }) => simplify !== false && onlyPreview === undefined && options?.simplify !== false)
		.flatMap(({ items, output = [], answers }) => {
			// A question's output is what its answer gives.
			if (answers) return answers.flatMap(({ gives: { item } }): IDataObject[] => (item ? [item] : []));
			return output.map(({ json, pairedItem: { item } }) => (bringsInput ? withoutInput(json, items[item] ?? {}) : json));
		})
		.filter((json) => !('error' in json));
}

const ownColumns = Object.keys(message({ status: 'queued' }));

/** Which fields an item brings along nobody knows beforehand. */
function withoutInput(json: IDataObject, input: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(json).filter(([name, value]) => ownColumns.includes(name) || !(name in input) || JSON.stringify(value) !== JSON.stringify(input[name])));
}

describe.each(providers)('$folder', ({ folder, nodeType, resources }) => {
	const [major = 1, minor = 0] = String(nodeType.description.version).split('.').map(Number);
	const schemas = path.join(__dirname, '..', 'nodes', folder, '__schema__', `v${major}.${minor}.0`);
	const all = resources.flatMap((resource) => resource.operations.map((operation) => ({ name: `${resource.value}/${operation.value}`, operation })));

	test.each(all)('$name has an output preview that fits its fixture', ({ name, operation }) => {
		const cases = JSON.parse(readFileSync(path.join(__dirname, folder, `${name}.fixture.json`), 'utf8')) as Case[];
		const schema = outputSchema(usualItems(cases, operation.options?.['includeInputFields'] !== undefined));
		const file = path.join(schemas, `${name}.json`);
		if (process.env['WRITE_SCHEMAS']) {
			mkdirSync(path.dirname(file), { recursive: true });
			writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
		}
		expect(Object.keys(schema.properties ?? {})).not.toEqual([]);
		expect(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : 'missing').toEqual(schema);
	});

	test('n8n is told what comes out of its triggers', () => {
		const columns = Object.keys(messageEvent({ event: 'inbound' }));
		const schema = outputSchema([{ ...Object.fromEntries(columns.map((name) => [name, name])), raw: {} }]);
		// n8n looks for the file of the node's version; triggers have no resource and no operation. The editor of 2.41 does not draw it: a trigger's panel says it in words.
		const versions = folder === 'UgSms' ? [] : ['v1.0.0', 'v2.0.0'];
		const files = versions.map((version) => path.join(schemas, '..', `${version}.json`));
		for (const file of files) {
			if (process.env['WRITE_SCHEMAS']) writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
			expect(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : 'missing').toEqual(schema);
		}
	});

	test('has no preview of an operation that there is not', () => {
		const files = existsSync(schemas) ? readdirSync(schemas, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')) : [];
		expect(files.map((file) => file.split(path.sep).join('/').replace(/\.json$/, '')).sort()).toEqual(all.map(({ name }) => name).sort());
	});
});
