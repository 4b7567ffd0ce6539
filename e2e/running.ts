import { join } from 'node:path';
import { z } from 'zod/v3';

import { connect, type N8nClient } from '../real-n8n/rest';

/** Environment variable by which globalSetup tells the tests what runs where. */
export const detailsVariable = 'SMS_HUB_E2E';

const detailsSchema = z.object({
	controlUrl: z.string(),
	tarball: z.string(),
	folder: z.string(),
});
/** What runs where; the address without a slash at the end, paths absolute. `folder` holds the user folders of all workers' n8n. */
export type Details = z.infer<typeof detailsSchema>;

/** Where the n8n of one of jest's workers keeps its data. */
export function userFolderOf(folder: string, worker: string): string {
	return join(folder, worker);
}

const worker = process.env.JEST_WORKER_ID ?? '1';

/** Addresses and paths of what globalSetup started. @throws Error outside `npm run e2e` */
export function details(): Details {
	const text = process.env[detailsVariable];
	if (text === undefined) throw new Error('Nothing runs: start these tests with "npm run e2e"');
	return detailsSchema.parse(JSON.parse(text));
}

/** Where the package stands that the shared n8n has installed; after `sharedN8n`. */
export function installedPackage(): string {
	return join(userFolderOf(details().folder, worker), '.n8n', 'nodes', 'node_modules', 'n8n-nodes-sms-hub');
}

/** Asks the process that started n8n. */
async function control(what: 'url' | 'restart' | 'logs'): Promise<string> {
	const response = await fetch(`${details().controlUrl}/${worker}/${what}`, { method: 'POST' });
	const text = await response.text();
	if (!response.ok) throw new Error(text);
	return text;
}

/** A connection to the n8n that all tests of a worker share, signed in as its owner. */
export async function sharedN8n(): Promise<N8nClient> {
	return await connect(await control('url'));
}

/** Stops the shared n8n and starts it again with the same data. Connections stay signed in. */
export async function restartN8n(): Promise<void> {
	await control('restart');
}

/** Everything the shared n8n printed so far (level "debug"). */
export async function n8nLogs(): Promise<string> {
	return await control('logs');
}
