import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { findProblems, readContents } from '../scan/tarball';

const good = {
	'package.json': JSON.stringify({ main: 'dist/index.js', n8n: { nodes: ['dist/nodes/A/A.node.js'], credentials: [] } }),
	'dist/index.js': 'module.exports = {};\n',
	'dist/nodes/A/A.node.js': 'exports.A = class {};\n',
	'dist/known/nodes.json': '{}',
	'dist/known/credentials.json': '{}',
	'dist/types/nodes.json': '[]',
	'dist/types/credentials.json': '[]',
};

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sms-hub-test-'));
});

afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

function problems(files: Record<string, string>): string[] {
	for (const [path, text] of Object.entries({ ...good, ...files })) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	return findProblems(folder, '/some/where/package');
}

test('nothing is found in a good package', () => {
	expect(problems({})).toEqual([]);
	expect(readContents(folder).files).toContain('dist/nodes/A/A.node.js');
});

test.each<[string, Record<string, string>]>([
	['package.json: dependencies must be empty, has zod', { 'package.json': good['package.json'].replace('{', '{"dependencies":{"zod":"3"},') }],
	['dist/nodes/B/B.node.js: missing', { 'package.json': good['package.json'].replace('A/A', 'B/B') }],
	['dist/nodes/A/A.node.json: is about p.a, which is no node of q', { 'package.json': good['package.json'].replace('{', '{"name":"q",'), 'dist/nodes/A/A.node.json': '{"node":"p.a"}' }],
	['dist/test/a.js: is for development', { 'dist/test/a.js': '' }],
	['dist/nodes/A/A.fixture.json: is for development', { 'dist/nodes/A/A.fixture.json': '{}' }],
	['dist/nodes/A/A.ts: does not belong into a package', { 'dist/nodes/A/A.ts': '' }],
	['dist/index.js: holds the path /some/where/package', { 'dist/index.js': '// /some/where/package/index.ts' }],
	['dist/index.js: holds the path /home/somebody', { 'dist/index.js': '// /home/somebody/index.ts' }],
	['dist/index.js: names the source map index.js.map, which is not in the package', { 'dist/index.js': '//# sourceMappingURL=index.js.map\n' }],
	['dist/index.js.map: points to ../../index.ts, which is not in the package', { 'dist/index.js.map': '{"sources":["../../index.ts"]}' }],
])('%s', (finding, files) => {
	expect(problems(files)).toEqual([finding]);
});
