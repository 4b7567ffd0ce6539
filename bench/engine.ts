/** Runs `engineCost.ts` on what the tarball holds, with the Node.js that n8n runs on. */
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removedAtEnd } from './cleanup';
import type { EngineFigures } from './engineCost';
import { inThousands, progress, times, type Row } from './figures';
import { packageFolder, type InstalledN8n } from '../real-n8n/install';
import { runCommand } from '../real-n8n/npm';

/** @returns lines of the table */
export async function measureEngine({ installed, tarball, items: many = 10_000 }: { installed: InstalledN8n; tarball: string; items?: number }): Promise<Row[]> {
	const folder = removedAtEnd(mkdtempSync(join(tmpdir(), 'sms-hub-bench-engine-')));
	const unpacked = join(folder, 'package');
	mkdirSync(unpacked);
	await runCommand('tar', ['-xzf', tarball, '-C', folder], { cwd: folder });
	// n8n-workflow must be the one that the context is made of.
	symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'), 'junction');
	const { stdout } = await runCommand(installed.nodeBinary, ['--import', 'tsx', join(packageFolder, 'bench', 'engineCost.ts'), unpacked, String(many)], { cwd: packageFolder });
	const figures = JSON.parse(stdout) as EngineFigures;
	progress(`Engine: ${stdout}`);
	const { properties, manyProperties, expressions, expressionsManyProperties, constants, evaluation, items, rounds, nodeVersion } = figures;
	const measured = `Engine alone (built code, Node.js ${nodeVersion.slice(1)}, ${inThousands(items)} items, median of ${rounds})`;
	return [
		{
			measured: `${measured}: two expressions, ${properties} inputs`,
			own: perItem(expressions),
			comparedWith: 'n8n evaluating the two expressions, nothing else',
			other: perItem(evaluation),
			ratio: `${times(expressions / evaluation)} the time`,
			target: 'at most 0.5 ms an item',
		},
		{
			measured: `The same with ${manyProperties} inputs`,
			own: perItem(expressionsManyProperties),
			comparedWith: `${properties} inputs`,
			other: perItem(expressions),
			ratio: `${times(expressionsManyProperties / expressions)} the time`,
			target: 'at most 0.5 ms an item',
		},
		{
			measured: 'The same with constants',
			own: perItem(constants),
			comparedWith: 'two expressions',
			other: perItem(expressions),
			ratio: `${times(expressions / constants)} faster`,
		},
	];
}

function perItem(milliseconds: number): string {
	return `${milliseconds.toFixed(3)} ms of CPU an item`;
}
