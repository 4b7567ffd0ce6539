import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v3';

import type { N8nClient } from '../real-n8n/rest';
import type { CredentialReference, JsonObject } from '../real-n8n/workflow';

const typesSchema = z.array(
	z
		.object({ name: z.string(), displayName: z.string(), properties: z.array(z.object({ name: z.string(), displayName: z.string() }).passthrough()) })
		.passthrough(),
);

/** A credential type of the package, as the build describes it to n8n. */
export type CredentialType = z.infer<typeof typesSchema>[number];

/** What has to be known of a simulated provider. */
export interface SimulatedProvider {
	/** Its path in the sandbox ("mobile-message"). */
	name: string;
	title: string;
	/** What a person types into the credential, by label. */
	signIn: Record<string, string>;
}

/** The package's credential types, from what the build wrote for n8n. */
export function readCredentialTypes(packageFolder: string): CredentialType[] {
	return typesSchema.parse(JSON.parse(readFileSync(join(packageFolder, 'dist', 'types', 'credentials.json'), 'utf8')));
}

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The credential a user would fill in for a simulated provider.
 * @returns undefined when the package has no credential for it (yet)
 * @throws Error when a sign-in value fits no field
 */
export function sandboxCredential(
	provider: SimulatedProvider,
	baseUrl: string,
	types: CredentialType[],
): { type: string; name: string; data: JsonObject } | undefined {
	const type = types.find((each) => plain(each.name).replace(/api$/, '').endsWith(plain(provider.name)));
	if (type === undefined) return undefined;
	const data: JsonObject = { baseUrl };
	for (const [label, value] of Object.entries(provider.signIn)) {
		const field = type.properties.find((each) => plain(each.name) === plain(label)) ?? type.properties.find((each) => plain(each.displayName).endsWith(plain(label)));
		if (field === undefined) throw new Error(`${type.displayName} has no field for "${label}"`);
		data[field.name] = value;
	}
	return { type: type.name, name: `${provider.title} (sandbox)`, data };
}

/** Stores a credential under its name, or brings the stored one up to date (the sandbox may have another port than last time). */
export async function storeCredential(n8n: N8nClient, wanted: { type: string; name: string; data: JsonObject }): Promise<CredentialReference> {
	const stored = (await n8n.listCredentials()).find((each) => each.type === wanted.type && each.name === wanted.name);
	if (stored === undefined) return await n8n.createCredential(wanted.type, wanted.data, wanted.name);
	await n8n.updateCredential(stored, wanted.data);
	return stored;
}
