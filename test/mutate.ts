/**
 * `npm run mutate [-- engine/run engine/wire/pacing.ts] [--sample 15] [--force]`: changes code in small ways and tells which changes
 * no test notices. Folders and files of the engine; all of it when none is named. Other flags go to Stryker.
 *
 * With `--sample 15` only so many in a hundred of the changes are tried, the same ones in every run, and the score comes with its
 * 95 % interval. `--sample 60-75` tries others: a score is fair only over changes that nobody has read before.
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

interface Mutant {
	status: string;
	mutatorName: string;
	replacement: string;
	location: { start: { line: number; column: number } };
}

const packageFolder = join(__dirname, '..');
const given = process.argv.slice(2);
const sampleAt = given.indexOf('--sample');
const [, percent] = sampleAt < 0 ? [] : given.splice(sampleAt, 2);
if (percent !== undefined) process.env['MUTATION_SAMPLE'] = percent;
const chosen = given.filter((argument) => !argument.startsWith('-')).map((path) => path.replace(/\/+$/, ''));
const globs = chosen.map((path) => (statSync(join(packageFolder, path)).isDirectory() ? `${path}/**/*.ts` : path));

const args = ['run', ...(globs.length > 0 ? ['--mutate', globs.join(',')] : []), ...given.filter((argument) => argument.startsWith('-'))];
const stryker = spawn(process.execPath, [join(packageFolder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), ...args], { cwd: packageFolder, stdio: 'inherit' });
stryker.once('close', (code) => {
	process.exitCode = code ?? 1;
	if (code === 0) void tellScores();
});

/** Per room: of how many mutants that count (neither run once at loading only, nor outside of the sample) how many were noticed. */
async function tellScores(): Promise<void> {
	const sampling: string = './mutationRunner.mjs';
	const { isInSample } = (await import(sampling)) as { isInSample(mutant: object): boolean };
	const { files } = JSON.parse(readFileSync(join(packageFolder, '.stryker', 'report.json'), 'utf8')) as { files: Record<string, { mutants: Mutant[] }> };
	const rooms = new Map<string, Mutant[]>();
	for (const [fileName, { mutants }] of Object.entries(files)) {
		const room = fileName.split('/').slice(0, -1).join('/');
		const counted = mutants.filter(({ status, mutatorName, replacement, location: { start } }) =>
			['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status) && isInSample({ fileName, mutatorName, replacement, line: start.line - 1, column: start.column - 1 }));
		for (const name of [room, 'all']) rooms.set(name, [...(rooms.get(name) ?? []), ...counted]);
	}
	console.log('room              mutants noticed  score  95 % interval  no test runs it');
	const total = rooms.get('all') ?? [];
	rooms.delete('all');
	for (const [room, mutants] of [...[...rooms].sort(([a], [b]) => a.localeCompare(b)), ['all', total] as const]) {
		const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
		const [low, high] = interval(noticed, mutants.length);
		if (mutants.length === 0) continue;
		const shown = [room.padEnd(18), String(mutants.length).padStart(6), String(noticed).padStart(8), `${inPercent(noticed / mutants.length)} %`.padStart(8)];
		console.log(shown.join(''), ` ${inPercent(low)}-${inPercent(high)} %`.padStart(15), String(mutants.filter(({ status }) => status === 'NoCoverage').length).padStart(8));
	}
}

/** Wilson's score interval, 95 %. */
function interval(count: number, all: number): [number, number] {
	const z = 1.96;
	const part = count / all;
	const middle = part + z ** 2 / (2 * all);
	const half = z * Math.sqrt((part * (1 - part)) / all + z ** 2 / (4 * all ** 2));
	return [(middle - half) / (1 + z ** 2 / all), (middle + half) / (1 + z ** 2 / all)];
}

function inPercent(part: number): string {
	return (part * 100).toFixed(1);
}
