/** The provider's pages say what the nodes have; `npm test -- pages -u` writes their tables anew. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

test('the README has the columns as the page about outputs has them', () => {
	const [readme = '', outputs = ''] = ['README.md', 'docs/outputs.md'].map((path) => readFileSync(join(__dirname, '..', path), 'utf8'));
	const rows = [...readme.matchAll(/^\| (\w[\w ]*) \| (`\w+, .*`) \|$/gm)].map(([, what, columns]) => [what, columns]);
	expect(rows.map(([what]) => what)).toEqual(['message', 'received message', 'contact', 'balance']);
	expect(rows.filter(([what, columns]) => !outputs.includes(`| **${what ?? ''}** | ${columns ?? ''} |`))).toEqual([]);
});

test.each(['README.md', 'CONTRIBUTING.md', 'examples/README.md', 'sandbox/README.md', ...readdirSync(join(__dirname, '..', 'docs')).flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : []))])(
	'%s links to files and headings that exist',
	(page) => {
		const path = join(__dirname, '..', page);
		const text = readFileSync(path, 'utf8');
		const targets = [...text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)|src="([^"]+)"/g)].map(([, link = '', heading = '', image = '']) => [link || image, heading] as const);
		const missing = targets.filter(([link, heading]) => {
			const target = link === '' ? path : join(dirname(path), link);
			return !existsSync(target) || (heading !== '' && !headingsOf(target).includes(heading));
		});
		expect(missing).toEqual([]);
	},
);

/** The anchors of a page, as GitHub makes them from its headings. */
function headingsOf(path: string): string[] {
	return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}
