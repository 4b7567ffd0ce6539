import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

import { atEnd, endAll } from './cleanup';
import { measureEngine } from './engine';
import { progress, table, type Row } from './figures';
import { measureQueue } from './queue';
import { measureSending } from './sending';
import { measureStartUp } from './startUp';
import { measureTriggers } from './triggers';
import { installN8n, packPackage } from '../real-n8n/install';

const PARTS = ['a', 'b', 'c', 'd', 'e', 'f'];
const USAGE = `npm run bench -- [--quick] [--full] [--only a,b,c,d,e,f]
  a  speed of sending in a real n8n, this package against other ways
  b  the same while the provider enforces its limit
  c  cost of the engine alone, per item
  d  what the installed package costs an n8n that starts
  e  queue mode: two workers that send for one account
  f  what a call to a trigger costs, forged, repeated and genuine
--quick leaves out what takes long (4 minutes instead of 12); --full also sends 10,000 messages with one request each (5 minutes more)`;

/**
 * `npm run bench`: measures in one run on one machine, prints one table of ratios, and leaves nothing behind. Slow is no failure;
 * exit code 1: something could not be measured, or n8n loaded code of the package at its start.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { quick: { type: 'boolean', default: false }, full: { type: 'boolean', default: false }, only: { type: 'string' }, help: { type: 'boolean', default: false } },
	});
	const parts = values.only?.split(',') ?? PARTS;
	if (values.help || parts.some((part) => !PARTS.includes(part))) {
		process.stdout.write(`${USAGE}\n`);
		process.exitCode = values.help ? 0 : 2;
		return;
	}
	const { quick, full } = values;
	const installed = await installN8n();
	progress('Building and packing the package ...');
	const tarball = await packPackage();
	atEnd(() => rmSync(dirname(tarball), { recursive: true, force: true }));

	const rows: Row[] = [];
	if (parts.includes('a') || parts.includes('b')) {
		rows.push(...(await measureSending({ installed, tarball, quick, full, speed: parts.includes('a'), limits: parts.includes('b') })));
	}
	if (parts.includes('c')) rows.push(...(await measureEngine({ installed, tarball })));
	if (parts.includes('d')) rows.push(...(await measureStartUp({ installed, tarball, quick })));
	if (parts.includes('e') && !quick) rows.push(...(await measureQueue({ installed, tarball })));
	if (parts.includes('f')) rows.push(...(await measureTriggers({ installed, tarball, quick })));

	const [cpu] = cpus();
	process.stdout.write(`n8n ${installed.version}, provider simulated on 127.0.0.1 with 20 ms latency, ${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}\n\n${table(rows)}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		void endAll().finally(() => process.exit(130));
	});
}

main()
	.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	})
	.finally(() => {
		void endAll();
	});
