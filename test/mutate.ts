/**
 * `npm run mutate [-- engine/run engine/wire/pacing.ts] [--force]`: changes code in small ways and tells which changes no test notices.
 * Folders and files of the engine; all of it when none is named. Flags go to Stryker.
 */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const packageFolder = join(__dirname, '..');
const given = process.argv.slice(2);
const chosen = given.filter((argument) => !argument.startsWith('-')).map((path) => path.replace(/\/+$/, ''));
const globs = chosen.map((path) => (statSync(join(packageFolder, path)).isDirectory() ? `${path}/**/*.ts` : path));

const args = ['run', ...(globs.length > 0 ? ['--mutate', globs.join(',')] : []), ...given.filter((argument) => argument.startsWith('-'))];
const stryker = spawn(process.execPath, [join(packageFolder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), ...args], { cwd: packageFolder, stdio: 'inherit' });
stryker.once('close', (code) => {
	process.exitCode = code ?? 1;
});
