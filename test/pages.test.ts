/** The provider's pages say what the nodes have; `npm test -- pages -u` writes their tables anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Resource } from '../engine/operation';
import { singlePackages } from '../packages/singles';
import { providers } from './providers';

const table = /(?<=\n## Operations\n\n)(?:\|.*\n)+/;
const pages = providers.map(({ folder, resources }) => [singlePackages.find((single) => single.folder === folder)?.page ?? '', resources] as const);

function tableOf(resources: Resource[]): string {
	const rows = resources.map(({ label, operations }) => `| ${label} | ${operations.map((operation) => operation.label).join(' · ')} |\n`);
	return ['| resource | operations |\n', '|---|---|\n', ...rows].join('');
}

test.each(pages)('%s lists every resource and operation, as they are called and in the order of the pickers', (page, resources) => {
	const path = join(__dirname, '..', 'docs', page);
	const text = readFileSync(path, 'utf8');
	if (process.env['WRITE_SCHEMAS'] === '1') writeFileSync(path, text.replace(table, () => tableOf(resources)));
	else expect(table.exec(text)?.[0]).toBe(tableOf(resources));
});
