/** No file needs itself by way of others, types included: what can be read from top to bottom can be understood, and taken apart. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { preProcessFile } from 'typescript';

const root = join(__dirname, '..');
const folders = ['credentials', 'nodes', 'engine', 'sandbox', 'real-n8n', 'e2e', 'bench', 'start', 'scan', 'packages', 'pictures', 'test'];
const files = folders.flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(root, folder, file)),
);

type Graph = Map<string, string[]>;

/** Which file imports which, by absolute paths. */
function importsOf(paths: string[], read: (path: string) => string): Graph {
	const known = new Set(paths);
	return new Map(
		paths.map((path) => {
			const specifiers = preProcessFile(read(path)).importedFiles.map(({ fileName }) => resolve(dirname(path), fileName));
			return [path, specifiers.flatMap((specifier) => [`${specifier}.ts`, join(specifier, 'index.ts')].filter((file) => known.has(file)))];
		}),
	);
}

/** A way from a file back to itself, for each circle that is come upon; files that lead into no circle are left out. */
function circlesOf(graph: Graph): string[][] {
	const circles: string[][] = [];
	const finished = new Set<string>();
	const visit = (file: string, way: string[]): void => {
		const at = way.indexOf(file);
		if (at >= 0) {
			circles.push([...way.slice(at), file]);
			return;
		}
		if (finished.has(file)) return;
		for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
		finished.add(file);
	};
	for (const file of graph.keys()) visit(file, []);
	return circles;
}

test('circles are found, and nothing else', () => {
	const texts: Record<string, string> = {
		'/a.ts': "import { b } from './b';\nimport { d } from './d';",
		'/b.ts': "import type { C } from './c';",
		'/c.ts': "export * from './a';\nimport { d } from './d';",
		'/d.ts': "import { z } from 'zod';",
	};
	expect(circlesOf(importsOf(Object.keys(texts), (path) => texts[path] ?? ''))).toEqual([['/a.ts', '/b.ts', '/c.ts', '/a.ts']]);
});

test('the house has no circles', () => {
	const graph = importsOf(files, (path) => readFileSync(path, 'utf8'));
	expect([...graph.values()].flat().length).toBeGreaterThan(files.length);
	expect(circlesOf(graph).map((way) => way.map((file) => relative(root, file)).join(' -> '))).toEqual([]);
});
