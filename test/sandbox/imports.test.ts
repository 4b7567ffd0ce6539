/** How the sandbox's files depend on each other: in one direction, and on nothing that they are there to contradict. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');
const room = join(root, 'sandbox');

/** Imports and re-exports of each file, types included, as paths from the root without extension. */
const graph = new Map(
	readdirSync(room, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file): [string, string[]] => {
			const path = join(room, file);
			const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'));
			const near = importedFiles.flatMap(({ fileName }) => (fileName.startsWith('.') ? [relative(root, join(dirname(path), fileName))] : []));
			return [relative(root, path).replace(/\.ts$/, ''), near];
		}),
);

/** The first way from a file back to itself. */
function circleFrom(file: string, way: string[] = [], seen = new Set<string>()): string[] | undefined {
	if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
	if (seen.has(file)) return undefined;
	seen.add(file);
	for (const next of graph.get(file) ?? []) {
		const circle = circleFrom(next, [...way, file], seen);
		if (circle) return circle;
	}
	return undefined;
}

test('no file leads back to itself, not even by its types', () => {
	expect(graph.get('sandbox/server')).toContain('sandbox/control');
	const seen = new Set<string>();
	expect([...graph.keys()].map((file) => circleFrom(file, [], seen)).filter((circle) => circle !== undefined)).toEqual([]);
});

test('nothing comes from the engine or the nodes', () => {
	expect([...graph].filter(([, near]) => near.some((path) => !path.startsWith('sandbox/')))).toEqual([]);
});
