/** The packages with one provider each, made from the whole one. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { assemble, manifestOf } from '../packages/assemble';
import { changelogOf, readmeOf } from '../packages/pages';
import { singlePackages, wholePackage } from '../packages/singles';
import { providers } from './providers';

const root = join(__dirname, '..');
const whole = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string; n8n: { nodes: string[]; credentials: string[] } };
interface Manifest {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
	dependencies?: unknown;
	scripts?: unknown;
}
const manifests = singlePackages.map((single) => manifestOf(whole, single) as unknown as Manifest);

test('there is one for every provider, under a name that n8n takes for a community package', () => {
	expect(singlePackages.map(({ folder }) => folder).sort()).toEqual(providers.map(({ folder }) => folder).sort());
	expect(whole.name).toBe(wholePackage);
	const names = [wholePackage, ...manifests.map(({ name }) => name)];
	expect(new Set(names).size).toBe(names.length);
	expect(names.filter((name) => !/^n8n-nodes-[a-z0-9-]+$/.test(name))).toEqual([]);
});

test('together they have every node and credential of the whole package, each of them once, under its version', () => {
	expect(manifests.flatMap(({ n8n }) => n8n.nodes).sort()).toEqual([...whole.n8n.nodes].sort());
	expect(manifests.flatMap(({ n8n }) => n8n.credentials).sort()).toEqual([...whole.n8n.credentials].sort());
	expect(manifests.map(({ version }) => version)).toEqual(singlePackages.map(() => whole.version));
	expect(manifests.map(({ n8n }) => n8n.credentials.length)).toEqual(singlePackages.map(() => 1));
	expect(manifests.filter(({ dependencies, scripts }) => dependencies !== undefined || scripts !== undefined)).toEqual([]);
});

describe('from an unpacked package', () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'sms-hub-test-'));
		const files: Record<string, string> = {
			'package.json': JSON.stringify(whole),
			LICENSE: 'MIT',
			'THIRD-PARTY-NOTICES': 'notices',
			'dist/index.js': '',
			'dist/engine/run/execute.js': '// the engine',
			'dist/known/nodes.json': '{ "all": "of them" }',
		};
		for (const { folder: provider } of singlePackages) {
			files[`dist/credentials/${provider}Api.credentials.js`] = `// the credential of ${provider}`;
			files[`dist/nodes/${provider}/${provider}.node.js`] = `// ${provider}`;
			files[`dist/nodes/${provider}/${provider}.node.json`] = `{ "node": "${wholePackage}.some", "alias": ["${wholePackage}"] }`;
		}
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
	});

	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	test.each(singlePackages.map((single) => [single.name, single] as const))('%s holds its provider and the engine, nothing of another one, and names its node after itself', (name, single) => {
		const target = join(folder, 'single');
		mkdirSync(target);
		writeFileSync(join(target, 'left.txt'), 'from an earlier time');
		assemble(folder, single, target);
		const files = readdirSync(target, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(target.length + 1)] : []));
		expect(files.sort()).toEqual(
			[
				'CHANGELOG.md',
				'LICENSE',
				'README.md',
				'THIRD-PARTY-NOTICES',
				`dist/credentials/${single.folder}Api.credentials.js`,
				'dist/engine/run/execute.js',
				'dist/index.js',
				`dist/nodes/${single.folder}/${single.folder}.node.js`,
				`dist/nodes/${single.folder}/${single.folder}.node.json`,
				'package.json',
			].sort(),
		);
		expect(readFileSync(join(target, 'dist', 'nodes', single.folder, `${single.folder}.node.json`), 'utf8')).toBe(`{ "node": "${name}.some", "alias": ["${wholePackage}"] }`);
		expect((JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Manifest).name).toBe(name);
	});
});

describe.each(singlePackages.map((single) => [single.name, single] as const))('the pages of %s', (name, single) => {
	test('the README says its name, how to install it, and links to files that exist', () => {
		const readme = readmeOf(single);
		expect(readme).toMatch(new RegExp(`^# ${name}\n`));
		expect(readme).not.toMatch(/\{\{/);
		expect(readme).toContain(`enter \`${name}\``);
		expect(readme).toContain('## Known limits');
		const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
		expect(links).toContain('docs/safety.md');
		expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
	});

	test('the changelog tells of its provider and of what all share, and of no other', () => {
		const others = singlePackages.filter((other) => other !== single);
		const changelog = changelogOf(single, ['# Changelog\n\n## 1.0.0 (2026-01-01)\n', ...singlePackages.map(({ title }) => `- ${title}: is new.`), '- The engine: is new.', '\n## 0.9.0\n'].join('\n'));
		expect(changelog).toContain(`- ${single.title}: is new.`);
		expect(changelog).toContain('- The engine: is new.');
		expect(changelog).toContain('## 0.9.0');
		expect(others.filter(({ title }) => changelog.includes(`- ${title}:`))).toEqual([]);
		expect(changelogOf(single)).toContain(`- ${single.title}: `);
	});
});
