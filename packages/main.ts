import { mkdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { packAll } from './assemble';
import { packageFolder } from '../real-n8n/install';

/** `npm run packages [-- folder]`: builds, and packs the package with all providers and one package per provider into the folder (packed/ when left out). */
async function main(): Promise<void> {
	const destination = resolve(process.argv[2] ?? join(packageFolder, 'packed'));
	mkdirSync(destination, { recursive: true });
	for (const tarball of await packAll(destination)) process.stdout.write(`${basename(tarball)}: ${(statSync(tarball).size / 1024).toFixed(0)} kB\n`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
