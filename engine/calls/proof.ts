/**
 * Tells genuine calls from forged ones.
 *
 * To read a credential costs n8n 2.41.1 about as much as all the rest of a call (it sets up an isolate for expressions that
 * the credential may hold), and anybody can make calls. So what a credential proves is remembered in the process for a minute.
 * A call that does not fit is held against the credential as it is now, but at most every few seconds. So after a change
 * the new secret is good at once, or within these seconds, and the old one for a minute at most.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { Credential } from '../operation';
import { credentialOf } from '../wire/request';
import type { Events, Proof, RegisteredEvents, WebhookStaticData } from './events';

/** What of a call may prove something. */
export interface Call {
	headers: Record<string, unknown>;
	/** The exact body; `undefined` for forms with files, which n8n takes apart. */
	raw: Buffer | undefined;
	/** The token in its address. */
	token: unknown;
	/** Read only when the proof asks for it. */
	payload(): unknown;
}

/** In ms. */
const rememberedFor = 60_000;
const askedAgainAfter = 5_000;

/** By node and credential. */
const remembered = new Map<string, { at: number; proof: Promise<Proof> }>();

/** @returns the proof that the call gave ('address' where none is asked for), or `undefined` when it is forged */
export async function proofOf(context: IWebhookFunctions, events: Events, call: Call, now: number): Promise<Proof | 'address' | undefined> {
	const { provider, proof: prove } = events;
	if (!prove) return 'address';
	const registered = tokensIn(context.getWorkflowStaticData('node'));
	const key = keyOf(context, events);
	const read = async (): Promise<Proof> => prove(credentialOf(await context.getCredentials(provider.credential)), pathOf(context));
	const proof = await remember({ key, read, now, age: rememberedFor });
	if (isGiven(proof, call, registered, now)) return proof;
	const proofNow = await remember({ key, read, now, age: askedAgainAfter });
	return proofNow !== proof && isGiven(proofNow, call, registered, now) ? proofNow : undefined;
}

/** To be called when the workflow is activated or deactivated. */
export function forgetProof(context: IHookFunctions, events: Events): void {
	remembered.delete(keyOf(context, events));
}

/** The node's address with its token, and the path that its test and production address have in common with no other node's. */
export function addressOf(context: IHookFunctions, events: RegisteredEvents, credential: Credential): { url: string; path: string } {
	const path = pathOf(context);
	return { url: `${context.getNodeWebhookUrl('default') ?? ''}?token=${events.token(credential, path)}`, path };
}

/** What was read less than `age` ms ago, or what is read now. */
async function remember({ key, read, now, age }: { key: string; read: () => Promise<Proof>; now: number; age: number }): Promise<Proof> {
	const known = remembered.get(key);
	if (known && Math.abs(now - known.at) < age) return await known.proof;
	const proof = read();
	// Calls that come meanwhile wait for the same.
	remembered.set(key, { at: now, proof });
	proof.catch(() => remembered.delete(key));
	return await proof;
}

function keyOf(context: IHookFunctions | IWebhookFunctions, { provider }: Events): string {
	const node = context.getNode();
	return JSON.stringify([context.getWorkflow().id, node.id, node.credentials?.[provider.credential]?.id]);
}

/** n8n writes <base>/<webhookId>/<path>, or <base>/<workflow>/<node>/<path> for a node without a webhook ID. */
function pathOf(context: IHookFunctions | IWebhookFunctions): string {
	const url = context.getNodeWebhookUrl('default') ?? '';
	return url.split('/').slice(context.getNode().webhookId === undefined ? -3 : -2).join('/');
}

/** The addresses that were registered count as well: a changed password must not make every call a forged one. */
function tokensIn({ registered }: WebhookStaticData): string[] {
	return Object.values(registered ?? {}).map(({ url }) => (URL.canParse(url) ? new URL(url).searchParams.get('token') : undefined) ?? '');
}

function isGiven(proof: Proof, { headers, raw, token, payload }: Call, registered: string[], now: number): boolean {
	switch (proof.kind) {
		case 'signature': {
			const timestamp = String(headers[proof.timestampHeader.toLowerCase()]);
			if (raw === undefined || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > proof.freshFor) return false;
			const wanted = createHmac('sha256', proof.secret).update(`${timestamp}.`).update(raw).digest('hex');
			return proof.secret !== '' && isEqual(headers[proof.signatureHeader.toLowerCase()], wanted);
		}
		case 'fields': {
			const fields = payload();
			const values = Object.entries(proof.values);
			return isRecord(fields) && values.length > 0 && values.every(([field, wanted]) => isEqual(fields[field], wanted));
		}
		case 'token':
			return [proof.token, ...registered].some((wanted) => isEqual(token, wanted));
	}
}

/** Compares in a time that tells nothing about the secret. An empty secret equals nothing. */
function isEqual(given: unknown, wanted: string): boolean {
	const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
	return typeof given === 'string' && wanted !== '' && timingSafeEqual(hash(given), hash(wanted));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
