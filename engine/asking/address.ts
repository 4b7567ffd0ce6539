/**
 * The addresses that lead an answer back to the execution that waits for it. n8n signs path and query, so each kind of
 * address is good for its own kind of call: who has the link of the page cannot make up a reply.
 */
import { digest } from '../digest';

/**
 * - `link`    the page that a person opens
 * - `webhook` what the provider calls
 * - `trigger` what this package's triggers call
 */
export type AddressKind = 'link' | 'webhook' | 'trigger';

const letters = { link: 'l', webhook: 'w', trigger: 't' } as const satisfies Record<AddressKind, string>;

/** The query parameter that says which question to whom. */
export const marker = 'q';

/** What tells a question from the others of its execution (loops). */
export function questionId(execution: string, run: string): string {
	return digest(`question ${execution} ${run}`).slice(0, 6);
}

/** @param index which of the numbers that were asked */
export function markerOf(kind: AddressKind, id: string, index: number): string {
	return `${letters[kind]}${index}-${id}`;
}

export interface Marked {
	kind: AddressKind;
	index: number;
	id: string;
}

export function readMarker(text: unknown): Marked | undefined {
	const [, letter, index, id] = /^([lwt])(\d{1,4})-([0-9a-f]{6})$/.exec(typeof text === 'string' ? text : '') ?? [];
	const kind = (Object.keys(letters) as AddressKind[]).find((one) => letters[one] === letter);
	return kind && id !== undefined ? { kind, index: Number(index), id } : undefined;
}

/** Whether an address was made by a question, of whatever n8n. */
export function hasMarker(url: string | null | undefined): boolean {
	return typeof url === 'string' && URL.canParse(url) && readMarker(new URL(url).searchParams.get(marker)) !== undefined;
}

/** What of a signed address of n8n is not the same in all of them. */
interface Lead {
	execution: string;
	node: string;
	marker: string;
	signature: string;
}

/** n8n 2.41's name for the parameter that holds it. */
const signatureName = 'signature';

/** <base>/<execution>/<node>?q=<marker>&signature=<hex> */
function leadOf(url: URL): Lead {
	const [execution = '', node = ''] = url.pathname.split('/').slice(-2).map(decodeURIComponent);
	return { execution, node, marker: url.searchParams.get(marker) ?? '', signature: url.searchParams.get(signatureName) ?? '' };
}

const beginning = 'n8nq';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const packed = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const unpacked = (text: string): string => Buffer.from(text, 'base64url').toString('hex');

/**
 * An address as a reference that a provider keeps with a message, in about 90 characters of [A-Za-z0-9_.-]: IDs of nodes
 * and signatures are numbers of 16 and 32 bytes.
 */
export function referenceOf(address: string): string {
	const { execution, node, marker: mark, signature } = leadOf(new URL(address));
	const shortNode = uuid.test(node) ? packed(node.replaceAll('-', '')) : `~${Buffer.from(node).toString('base64url')}`;
	const shortSignature = /^(?:[0-9a-f]{2})+$/.test(signature) ? packed(signature) : `~${Buffer.from(signature).toString('base64url')}`;
	return [beginning, execution, shortNode, mark, shortSignature].join('.');
}

/** Whether a reference was made by a question. */
export function isReference(text: unknown): text is string {
	return typeof text === 'string' && text.startsWith(`${beginning}.`) && text.split('.').length === 5;
}

/** A value that may be shown: of references what tells them apart, and not what makes them good. */
export function withoutSignatures<T>(value: T): T {
	if (isReference(value)) return value.split('.').slice(0, -1).join('.') as T;
	if (Array.isArray(value)) return value.map((each: unknown) => withoutSignatures(each)) as T;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]: [string, unknown]) => [name, withoutSignatures(each)])) as T;
}

/**
 * The address that a reference leads to, below `base`, which is this n8n's own: whatever a reference says, nothing else is called.
 * @returns `undefined` where it leads nowhere
 */
export function addressOfReference(reference: string, base: string): string | undefined {
	const [, execution = '', shortNode = '', mark = '', shortSignature = ''] = reference.split('.');
	const text = (short: string): string => Buffer.from(short.slice(1), 'base64url').toString();
	const hex = unpacked(shortNode);
	const node = shortNode.startsWith('~') ? text(shortNode) : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	const signature = shortSignature.startsWith('~') ? text(shortSignature) : unpacked(shortSignature);
	return addressBelow(base, { execution, node, marker: mark, signature });
}

function addressBelow(base: string, { execution, node, marker: mark, signature }: Lead): string | undefined {
	if (!/^\w+$/.test(execution) || node === '' || (readMarker(mark)?.kind ?? 'link') === 'link') return undefined;
	const url = new URL(`${base.replace(/\/+$/, '')}/${execution}/${encodeURIComponent(node)}`);
	url.searchParams.set(marker, mark);
	url.searchParams.set(signatureName, signature);
	return url.toString();
}

/**
 * The same for an address that a provider lists as a message's own. It counts only below this n8n's address for waiting
 * executions: same origin, same path.
 */
export function ownAddress(address: string, base: string): string | undefined {
	if (!URL.canParse(address) || !URL.canParse(base)) return undefined;
	const [url, own] = [new URL(address), new URL(base)];
	const path = `${own.pathname.replace(/\/+$/, '')}/`;
	if (url.origin !== own.origin || !url.pathname.startsWith(path) || url.pathname.slice(path.length).split('/').length !== 2) return undefined;
	return addressBelow(base, leadOf(url));
}

/** Where executions wait at this n8n, from the address that n8n would give an execution. */
export function waitingBase(resumeUrl: unknown): string | undefined {
	if (typeof resumeUrl !== 'string' || !URL.canParse(resumeUrl)) return undefined;
	const { origin, pathname } = new URL(resumeUrl);
	return `${origin}${pathname.replace(/\/[^/]*$/, '')}`;
}
