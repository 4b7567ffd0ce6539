/** The licences of what is bundled into the published files, from the packages themselves. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod/v3';

import { packageFolder } from '../real-n8n/install';

/** Name of the file, in the repository and in the tarball. */
export const noticesFile = 'THIRD-PARTY-NOTICES';

const published = ['engine', 'nodes', 'credentials'];
const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string(), author: z.union([z.string(), z.object({ name: z.string() }).passthrough()]).optional() }).passthrough();

const introduction = `The files of this package hold parts of the following packages, each under its own licence.
Made by "npm run notices" from the packages' own licence files.
`;

/**
 * The text that belongs into the file now: every package of which a part reaches the published files, with all its licence files.
 * @throws Error naming a package that has none and whose licence has no well-known text
 */
export async function currentNotices(): Promise<string> {
	const packages = (await bundledPackages()).map((folder) => sectionOf(folder));
	return [introduction, ...packages.sort()].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Folders of the packages that the bundler takes something from, as it would for the published files. */
async function bundledPackages(): Promise<string[]> {
	const files = published.flatMap((folder) =>
		readdirSync(join(packageFolder, folder), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => `./${[folder, ...file.split(sep)].join('/')}`),
	);
	const { metafile } = await build({
		stdin: { contents: files.map((file, index) => `export * as file${index} from '${file}';`).join('\n'), resolveDir: packageFolder, loader: 'ts' },
		bundle: true,
		write: false,
		metafile: true,
		platform: 'node',
		format: 'cjs',
		external: ['n8n-workflow'],
		absWorkingDir: packageFolder,
	});
	const folders = new Set<string>();
	for (const { inputs } of Object.values(metafile.outputs)) {
		for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
			const folder = /^.*\/?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
			if (folder !== undefined && bytesInOutput > 0) folders.add(join(packageFolder, folder));
		}
	}
	return [...folders];
}

function sectionOf(folder: string): string {
	const { name, version, license, author } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
	const files = readdirSync(folder)
		.filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
		.sort();
	const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim());
	if (texts.length === 0) {
		const holder = typeof author === 'string' ? author.replace(/\s*[<(].*/, '') : author?.name;
		if (license !== 'MIT' || holder === undefined) throw new Error(`${name} has no licence file (${license}); add its text to ${relative(packageFolder, __filename)}`);
		texts.push(`(The package holds no licence file; its package.json says ${license}, by ${holder}.)\n\n${mit(holder)}`);
	}
	return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}

/** The MIT licence, as the SPDX list has it. */
function mit(holder: string): string {
	return `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** `npm run notices`: writes the file. */
async function main(): Promise<void> {
	writeFileSync(join(packageFolder, noticesFile), await currentNotices());
	process.stdout.write(`${basename(noticesFile)} written\n`);
}

if (require.main === module) {
	main().catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	});
}
