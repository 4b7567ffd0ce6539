import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod/v3';

/** What is in an unpacked tarball. */
export interface TarballContents {
	/** Paths relative to the package, with "/" between folders, sorted. */
	files: string[];
	/** Bytes of all files together, unpacked. */
	unpackedSize: number;
}

const manifestSchema = z
	.object({
		name: z.string().optional(),
		dependencies: z.record(z.string()).optional(),
		optionalDependencies: z.record(z.string()).optional(),
		bundledDependencies: z.unknown().optional(),
		main: z.string().optional(),
		n8n: z.object({ nodes: z.array(z.string()), credentials: z.array(z.string()) }).passthrough(),
	})
	.passthrough();

/** Lists an unpacked tarball. @param folder the package's own folder, where package.json is */
export function readContents(folder: string): TarballContents {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.sort();
	return { files, unpackedSize: files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) };
}

/**
 * What must not be in a published package, and what must be.
 * @param folder the unpacked package
 * @param packageFolder where it was packed; its path must not appear inside
 * @returns one line per finding; empty when all is well
 */
export function findProblems(folder: string, packageFolder: string): string[] {
	const { files } = readContents(folder);
	const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
	const findings: string[] = [];

	for (const kind of ['dependencies', 'optionalDependencies'] as const) {
		const names = Object.keys(manifest[kind] ?? {});
		if (names.length > 0) findings.push(`package.json: ${kind} must be empty, has ${names.join(', ')}`);
	}
	if (manifest.bundledDependencies !== undefined) findings.push('package.json: bundledDependencies must not be there');

	const promised = [...manifest.n8n.nodes, ...manifest.n8n.credentials, ...(manifest.main === undefined ? [] : [manifest.main])];
	// The lists under dist/known and dist/types are what lets n8n load the package lazily.
	const lists = ['dist/known/nodes.json', 'dist/known/credentials.json', 'dist/types/nodes.json', 'dist/types/credentials.json'];
	for (const path of [...promised, ...lists]) {
		if (!files.includes(path)) findings.push(`${path}: missing`);
	}

	for (const file of files.filter((each) => each.endsWith('.node.json'))) {
		const codex = z.object({ node: z.string() }).parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
		if (manifest.name !== undefined && !codex.node.startsWith(`${manifest.name}.`)) findings.push(`${file}: is about ${codex.node}, which is no node of ${manifest.name}`);
	}

	const machinePaths = [packageFolder, `${homedir()}/`].filter((path) => path.length > 2);
	for (const file of files) {
		if (/(^|\/)(test|tests|__tests__|e2e|sandbox|bench|start|scan|\.ci|\.github)\/|\.(test|spec|fixture)\./.test(file.replace(/^dist\//, ''))) {
			findings.push(`${file}: is for development`);
		}
		if (/\.(ts|tsbuildinfo|tgz)$/.test(file) && !file.endsWith('.d.ts')) findings.push(`${file}: does not belong into a package`);
		const text = readFileSync(join(folder, file), 'utf8');
		for (const path of machinePaths) {
			if (text.includes(path)) findings.push(`${file}: holds the path ${path}`);
		}
		const foreign = /(?:\/home\/|\/Users\/|[A-Z]:\\+Users\\+)[\w.-]+/.exec(text);
		if (foreign !== null) findings.push(`${file}: holds the path ${foreign[0]}`);
		findings.push(...sourceMapProblems(folder, file, text));
	}
	return findings;
}

function sourceMapProblems(folder: string, file: string, text: string): string[] {
	const at = resolve(folder, file, '..');
	const inside = (path: string) => !relative(folder, path).startsWith('..');
	if (file.endsWith('.map')) {
		const map = z.object({ sources: z.array(z.string().nullable()), sourcesContent: z.array(z.unknown()).optional() }).parse(JSON.parse(text));
		return map.sources
			.filter((source, index) => {
				if (source === null || map.sourcesContent?.[index] !== undefined) return false;
				const path = resolve(at, source);
				return !inside(path) || !existsSync(path);
			})
			.map((source) => `${file}: points to ${String(source)}, which is not in the package`);
	}
	const reference = /^\/\/# sourceMappingURL=(?!data:)(\S+)\s*$/m.exec(text)?.[1];
	if (reference === undefined) return [];
	const path = resolve(at, reference);
	return inside(path) && existsSync(path) ? [] : [`${file}: names the source map ${reference}, which is not in the package`];
}
