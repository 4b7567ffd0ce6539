/** Puts the nodes that are compared with into an n8n user folder, as a community package of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const PACKAGE = 'n8n-nodes-bench-loop';
const NODES = ['BenchLoop', 'BenchRead', 'BenchTrigger'];

/** Full names of its node types. */
export const benchNodeTypes = { loop: `${PACKAGE}.benchLoop`, read: `${PACKAGE}.benchRead`, trigger: `${PACKAGE}.benchTrigger` };

/** Builds the package and lays it where n8n looks for community packages. To be called after `installPackage`, which empties that folder. */
export async function installBenchNodes(userFolder: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
	mkdirSync(folder, { recursive: true });
	await build({
		entryPoints: NODES.map((name) => join(__dirname, 'nodes', `${name}.node.ts`)),
		outdir: join(folder, 'dist'),
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
	});
	const manifest = {
		name: PACKAGE,
		version: '1.0.0',
		keywords: ['n8n-community-node-package'],
		n8n: { n8nNodesApiVersion: 1, nodes: NODES.map((name) => `dist/${name}.node.js`), credentials: [] },
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
