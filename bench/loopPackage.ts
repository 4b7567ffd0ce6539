/** Puts the one-request-per-item node into an n8n user folder, as a community package of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const PACKAGE = 'n8n-nodes-bench-loop';

/** Full name of its node type. */
export const loopNodeType = `${PACKAGE}.benchLoop`;

/** Builds the package and lays it where n8n looks for community packages. To be called after `installPackage`, which empties that folder. */
export async function installLoopPackage(userFolder: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
	mkdirSync(folder, { recursive: true });
	const file = 'dist/BenchLoop.node.js';
	await build({
		entryPoints: [join(__dirname, 'loopNode', 'BenchLoop.node.ts')],
		outfile: join(folder, file),
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
	});
	const manifest = { name: PACKAGE, version: '1.0.0', keywords: ['n8n-community-node-package'], n8n: { n8nNodesApiVersion: 1, nodes: [file], credentials: [] } };
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
