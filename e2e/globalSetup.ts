import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { installN8n, installPackage, packageFolder, packPackage } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect } from '../real-n8n/rest';
import { detailsVariable, type Details } from './running';
import { startSandbox } from '../sandbox/server';

/** Ends what `globalSetup` started; called by globalTeardown, which jest loads as another module. */
type Ending = () => Promise<void>;
declare global {
	 
	var endOfE2e: Ending | undefined;
}

/**
 * Before all tests: n8n is installed, the package is built, packed and installed into a fresh user folder, then one
 * sandbox and one n8n are started. `E2E_TARBALL` names a tarball to test instead of the one built here.
 */
export default async function globalSetup(): Promise<void> {
	const said = (what: string, since: number) => process.stdout.write(`${what} in ${((Date.now() - since) / 1000).toFixed(1)} s\n`);
	let since = Date.now();
	const installed = await installN8n();
	said(`n8n ${installed.version} ready`, since);

	since = Date.now();
	const given = process.env.E2E_TARBALL;
	const isOwnTarball = given === undefined || given === '';
	const tarball = isOwnTarball ? await packPackage() : given;
	const userFolder = mkdtempSync(join(tmpdir(), 'sms-hub-e2e-'));
	await installPackage(userFolder, tarball);
	said('Package built, packed and installed', since);

	const sandbox = await startSandbox();
	let n8n: RunningN8n | undefined;
	let control: Server | undefined;
	const end: Ending = async () => {
		control?.closeAllConnections();
		control?.close();
		await n8n?.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
		if (isOwnTarball) rmSync(dirname(tarball), { recursive: true, force: true });
	};
	try {
		const log = join(packageFolder, '.sandbox', 'e2e-n8n.log');
		// "debug" is where n8n says whether it loaded the package lazily.
		n8n = await startN8n({ userFolder, installed, log, env: { N8N_LOG_LEVEL: 'debug' } });
		await connect(n8n.url);
		control = await startControl(n8n);
		process.stdout.write(`n8n up in ${(n8n.startedIn / 1000).toFixed(1)} s; its log: .sandbox/e2e-n8n.log\n`);
		const address = control.address();
		const details: Details = {
			n8nUrl: n8n.url,
			sandboxUrl: sandbox.url,
			controlUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
			tarball,
			userFolder,
		};
		process.env[detailsVariable] = JSON.stringify(details);
		globalThis.endOfE2e = end;
		process.once('SIGTERM', () => {
			void end().finally(() => process.exit(143));
		});
	} catch (error) {
		await end();
		throw error;
	}
}

/** Lets a test restart or read the n8n that this process started. */
async function startControl(n8n: RunningN8n): Promise<Server> {
	const server = createServer((request, response) => {
		const answer = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
		if (request.url === '/logs') answer(200, n8n.logs());
		else if (request.url === '/restart' && request.method === 'POST') {
			n8n.restart().then(
				() => answer(200, String(n8n.startedIn)),
				(error: unknown) => answer(500, String(error)),
			);
		} else answer(404, '');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}
