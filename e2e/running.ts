import { z } from 'zod/v3';

import { connect, type N8nClient } from '../real-n8n/rest';

/** Environment variable by which globalSetup tells the tests what runs where. */
export const detailsVariable = 'SMS_HUB_E2E';

const detailsSchema = z.object({
	n8nUrl: z.string(),
	sandboxUrl: z.string(),
	controlUrl: z.string(),
	tarball: z.string(),
	userFolder: z.string(),
});
/** What runs where; addresses without a slash at the end, paths absolute. */
export type Details = z.infer<typeof detailsSchema>;

/** Addresses and paths of what globalSetup started. @throws Error outside `npm run e2e` */
export function details(): Details {
	const text = process.env[detailsVariable];
	if (text === undefined) throw new Error('Nothing runs: start these tests with "npm run e2e"');
	return detailsSchema.parse(JSON.parse(text));
}

/** A connection to the n8n that all tests share, signed in as its owner. */
export async function sharedN8n(): Promise<N8nClient> {
	return await connect(details().n8nUrl);
}

/** Stops the shared n8n and starts it again with the same data. Connections stay signed in. */
export async function restartN8n(): Promise<void> {
	const response = await fetch(`${details().controlUrl}/restart`, { method: 'POST' });
	if (!response.ok) throw new Error(await response.text());
}

/** Everything the shared n8n printed so far (level "debug"). */
export async function n8nLogs(): Promise<string> {
	return await (await fetch(`${details().controlUrl}/logs`)).text();
}
