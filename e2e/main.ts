import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { packageFolder } from '../real-n8n/install';

/**
 * `npm run e2e [-- jest arguments]`: the packed package inside a real n8n. Jest's setup does the installing and starting.
 * Exit code: jest's.
 */
const jest = spawn(
	process.execPath,
	[join(packageFolder, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', join(__dirname, 'jest.config.js'), ...process.argv.slice(2)],
	{ cwd: packageFolder, stdio: 'inherit' },
);
// Jest's setup ends what it started before it goes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => jest.kill('SIGTERM'));
jest.once('close', (code) => {
	process.exitCode = code ?? 1;
});
