import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v3';

import type { N8nClient } from '../real-n8n/rest';
import type { CredentialReference } from '../real-n8n/workflow';

const nodeSchema = z
	.object({
		name: z.string(),
		type: z.string(),
		parameters: z.record(z.unknown()).default({}),
		credentials: z.record(z.object({ id: z.string().nullish(), name: z.string() }).passthrough()).optional(),
	})
	.passthrough();

const exampleSchema = z
	.object({
		name: z.string(),
		nodes: z.array(nodeSchema),
		connections: z.record(z.unknown()),
		settings: z.record(z.unknown()).default({}),
		pinData: z.record(z.unknown()).optional(),
		active: z.boolean().default(false),
		meta: z.object({ hint: z.string().optional() }).passthrough().nullish(),
	})
	.passthrough();

const stickyNote = 'n8n-nodes-base.stickyNote';
/** A Mobile Message account has one address for replies and one for reports; others have one per message or per number. */
const oneAddressTrigger = 'n8n-nodes-sms-hub.mobileMessageTrigger';
/** Where the virtual phone usually is, and where the notes of the examples link to. */
const usualPhone = 'http://127.0.0.1:4010';

/** A workflow of the folder examples/, as exported from n8n. */
export type Example = z.infer<typeof exampleSchema> & { file: string };

/** An example that is now in n8n. */
export interface ImportedExample {
	id: string;
	name: string;
	/** One line: what to do with it. */
	hint: string;
	/** Why its triggers could not be activated, when it was meant to be active. */
	problem?: string;
}

/** Reads examples/*.json in the order of their file names. @throws ZodError naming what is wrong in a file */
export function readExamples(folder: string): Example[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => ({ ...exampleSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))), file }));
}

/**
 * One line that says what to do: `meta.hint`, or else the first sentence of text on the example's first sticky note.
 * @returns an empty string when the example has neither
 */
export function hintOf(example: Pick<Example, 'nodes' | 'meta'>): string {
	if (example.meta?.hint !== undefined) return example.meta.hint;
	const note = example.nodes.find((node) => node.type === stickyNote)?.parameters.content;
	if (typeof note !== 'string') return '';
	const line = note
		.split('\n')
		.map((each) => each.trim())
		.find((each) => each !== '' && !each.startsWith('#'));
	return (line ?? '').replace(/\*\*|__|`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/**
 * Puts the examples into n8n. One that is there already (by name) is left as it is, so that a user's changes survive; those that are
 * meant to be active are activated anew, because a sandbox that was just started knows none of their webhooks.
 * @param credentials ours; a node that needs one of these types gets it
 * @param phone address of the virtual phone that runs; notes link to it
 */
export async function importExamples(n8n: N8nClient, examples: Example[], credentials: CredentialReference[], phone = usualPhone): Promise<ImportedExample[]> {
	const present = new Map((await n8n.listWorkflows()).map((workflow) => [workflow.name, workflow.id]));
	const imported: ImportedExample[] = [];
	for (const example of examples) {
		const id = present.get(example.name) ?? (await create(n8n, example, credentials, phone));
		const problem = example.active ? await activate(n8n, id) : undefined;
		imported.push({ id, name: example.name, hint: hintOf(example), ...(problem === undefined ? {} : { problem }) });
	}
	return imported;
}

/** The name of what holds the one address that an account has for replies or for reports, for as long as it is active. */
export function addressHolders(examples: Example[]): string[] {
	const holds = ({ active, nodes }: Example) => active && nodes.some(({ type }) => type === oneAddressTrigger);
	return examples.filter(holds).map(({ name }) => name);
}

function linkedTo(phone: string, parameters: Record<string, unknown>): Record<string, unknown> {
	const { content } = parameters;
	return typeof content === 'string' ? { ...parameters, content: content.replaceAll(`${usualPhone}/`, `${phone}/`) } : parameters;
}

async function create(n8n: N8nClient, example: Example, credentials: CredentialReference[], phone: string): Promise<string> {
	const nodes = example.nodes.map((node) => ({
		...node,
		...(node.type === stickyNote ? { parameters: linkedTo(phone, node.parameters) } : {}),
		...(node.credentials === undefined ? {} : { credentials: withOurs(node.credentials, credentials) }),
	}));
	const { name, connections, settings, pinData, meta } = example;
	const stored = await n8n.call('POST', '/workflows', { name, nodes, connections, settings, pinData, meta, active: false });
	return z.object({ id: z.string() }).parse(stored).id;
}

function withOurs(wanted: Record<string, unknown>, credentials: CredentialReference[]): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(wanted).map(([type, reference]) => {
			const ours = credentials.find((credential) => credential.type === type);
			return [type, ours === undefined ? reference : { id: ours.id, name: ours.name }];
		}),
	);
}

async function activate(n8n: N8nClient, id: string): Promise<string | undefined> {
	try {
		if ((await n8n.getWorkflow(id)).active) await n8n.deactivateWorkflow(id);
		await n8n.activateWorkflow(id);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
