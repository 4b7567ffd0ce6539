import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { installN8n, installPackage, packageFolder, packPackage } from '../real-n8n/install';
import { startN8n, type RunningN8n } from '../real-n8n/n8n';
import { connect } from '../real-n8n/rest';
import { detailsVariable, userFolderOf, type Details } from './running';

/** Ends what `globalSetup` started; called by globalTeardown, which jest loads as another module. */
type Ending = () => Promise<void>;
declare global {
	var endOfE2e: Ending | undefined;
}

/**
 * Before all tests: n8n is installed, the package is built and packed. Each of jest's workers gets an n8n of its own when it
 * first asks for one, since most tests wait. `E2E_TARBALL` names a tarball to test instead of the one built here.
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
	said('Package built and packed', since);

	const folder = mkdtempSync(join(tmpdir(), 'sms-hub-e2e-'));
	const running = new Map<string, Promise<RunningN8n>>();
	const start = async (worker: string): Promise<RunningN8n> => {
		const userFolder = userFolderOf(folder, worker);
		mkdirSync(userFolder);
		await installPackage(userFolder, tarball);
		// "debug" is where n8n says whether it loaded the package lazily.
		const n8n = await startN8n({ userFolder, installed, log: join(packageFolder, '.sandbox', `e2e-n8n-${worker}.log`), env: { N8N_LOG_LEVEL: 'debug' } });
		await connect(n8n.url);
		process.stdout.write(`n8n ${worker} up in ${(n8n.startedIn / 1000).toFixed(1)} s; its log: .sandbox/e2e-n8n-${worker}.log\n`);
		return n8n;
	};
	const of = async (worker: string): Promise<RunningN8n> => {
		const known = running.get(worker) ?? start(worker);
		running.set(worker, known);
		return await known;
	};
	let control: Server | undefined;
	const end: Ending = async () => {
		control?.closeAllConnections();
		control?.close();
		for (const started of running.values()) await started.then(async (n8n) => await n8n.stop(), () => undefined);
		rmSync(folder, { recursive: true, force: true });
		if (isOwnTarball) rmSync(dirname(tarball), { recursive: true, force: true });
	};
	try {
		control = await startControl(of);
		const address = control.address();
		const details: Details = { controlUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, tarball, folder };
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

/** Lets a test have, restart or read the n8n of its worker, which this process starts: /<worker>/url, /restart and /logs. */
async function startControl(of: (worker: string) => Promise<RunningN8n>): Promise<Server> {
	const act = async (n8n: RunningN8n, what: string | undefined): Promise<string> => {
		if (what === 'restart') await n8n.restart();
		return what === 'logs' ? n8n.logs() : n8n.url;
	};
	const server = createServer((request, response) => {
		const answer = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
		const [, worker = '', what] = (request.url ?? '').split('/');
		of(worker)
			.then(async (n8n) => await act(n8n, what))
			.then((text) => answer(200, text), (error: unknown) => answer(500, String(error)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}
