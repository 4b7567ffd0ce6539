/** What may be sent as media (document: "Send Media", notes). */
import type { ViolationKind } from '../provider';

const KILOBYTE = 1_024;
/** "Max media size is 512.0 Kilobytes for JPG, JPEG, PNG, PDF, and 1 Megabytes for MP4, WEBM." */
const largest: ReadonlyMap<string, number> = new Map([
	['jpg', 512 * KILOBYTE],
	['jpeg', 512 * KILOBYTE],
	['png', 512 * KILOBYTE],
	['pdf', 512 * KILOBYTE],
	['webm', KILOBYTE * KILOBYTE],
	['mp4', KILOBYTE * KILOBYTE],
]);

/** How files of each type begin, for media without a name. */
const beginnings: ReadonlyArray<readonly [string, number, string]> = [
	['jpg', 0, 'ffd8ff'],
	['png', 0, '89504e47'],
	['pdf', 0, '25504446'],
	['webm', 0, '1a45dfa3'],
	['mp4', 4, '66747970'],
];

/** Files that cannot be meant by an address with this ending. */
const otherTypes: ReadonlySet<string> = new Set(['gif', 'webp', 'svg', 'mov', 'avi', 'mp3', 'doc', 'docx', 'xls', 'xlsx', 'csv', 'txt', 'zip']);

export interface GivenMedia {
	media_url?: string;
	media_base64?: string;
	file_name?: string;
}

export interface BrokenMedia {
	field: keyof GivenMedia;
	kind: ViolationKind;
	msg: string;
}

/** What the phone shows for it, or why it is refused; `broken`: a client could have known. "If media_base64 and media_url is provided, the API will use media_base64". */
export function readMedia({ media_url, media_base64, file_name }: GivenMedia): { shown: string } | { refused: string } | { broken: BrokenMedia } {
	if (media_base64 !== undefined) return readBase64(media_base64, file_name);
	if (media_url === undefined) return { broken: { field: 'media_url', kind: 'missing-field', msg: 'media_url or media_base64 is required' } };
	if (!URL.canParse(media_url) || !/^https?:$/.test(new URL(media_url).protocol)) {
		return { broken: { field: 'media_url', kind: 'invalid-value', msg: 'invalid or missing URL scheme' } };
	}
	// What is behind the address is not looked at, because nothing leaves this machine; most endings say nothing about it.
	return otherTypes.has(extensionOf(new URL(media_url).pathname) ?? '') ? { refused: 'file type is not allowed' } : { shown: media_url };
}

function readBase64(text: string, name: string | undefined): { shown: string } | { broken: BrokenMedia } {
	if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
		return { broken: { field: 'media_base64', kind: 'invalid-value', msg: 'not base64' } };
	}
	const bytes = Buffer.from(text, 'base64');
	const type = name === undefined ? beginnings.find(([, offset, hex]) => bytes.subarray(offset, offset + hex.length / 2).toString('hex') === hex)?.[0] : extensionOf(name);
	const limit = largest.get(type ?? '');
	if (limit === undefined) return { broken: { field: name === undefined ? 'media_base64' : 'file_name', kind: 'invalid-value', msg: 'file type is not allowed' } };
	if (bytes.length > limit) return { broken: { field: 'media_base64', kind: 'invalid-value', msg: `the file has ${bytes.length} bytes, more than ${limit}` } };
	return { shown: `${name ?? type ?? ''}, ${bytes.length} bytes` };
}

function extensionOf(path: string): string | undefined {
	return /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase();
}
