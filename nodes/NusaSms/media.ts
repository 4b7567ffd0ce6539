/** What may be sent as media. Source: "Send Media", notes. */
import { badValue } from '../../engine/failure';
import type { GivenFile } from '../../engine/inputs/fields';

const kilobyte = 1024;

/** "Max media size is 512.0 Kilobytes for JPG, JPEG, PNG, PDF, and 1 Megabytes for MP4, WEBM." In bytes. */
const largest: Record<string, number> = {
	jpg: 512 * kilobyte,
	jpeg: 512 * kilobyte,
	png: 512 * kilobyte,
	pdf: 512 * kilobyte,
	mp4: kilobyte * kilobyte,
	webm: kilobyte * kilobyte,
};

const extensionByMime: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'application/pdf': 'pdf', 'video/mp4': 'mp4', 'video/webm': 'webm' };

/** Endings of addresses that cannot be one of the allowed types; most addresses have none, or one that says nothing (".php"). */
const otherTypes = new Set(
	'gif webp svg bmp tif tiff heic heif avif ico mov avi mkv wmv flv m4v 3gp mp3 ogg opus wav m4a aac doc docx xls xlsx ppt pptx odt ods csv txt rtf zip rar 7z gz exe apk'.split(' '),
);

const allowed = 'NusaSMS takes jpg, jpeg, png, pdf, mp4 and webm.';

function extensionOf(name: string): string | undefined {
	return /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase();
}

interface MediaValues {
	/** The engine reads only the one that "Media From" shows. */
	mediaUrl?: string;
	file?: GivenFile;
	fileName?: string;
}

/**
 * What is sent, as the API calls it; what is in a file is not loaded yet.
 * @throws Failure (`input`) when its type or size is not taken
 */
export function mediaOf({ mediaUrl, file, fileName }: MediaValues): { media_url?: string; file_name?: string; file?: GivenFile } {
	if (mediaUrl !== undefined) checkUrl(mediaUrl);
	return { media_url: mediaUrl, file_name: file ? nameOf(file, fileName ?? file.name) : fileName, file };
}

/** The size of what is behind an address is known to the provider alone. */
function checkUrl(url: string): void {
	const extension = extensionOf(new URL(url).pathname);
	if (extension !== undefined && otherTypes.has(extension)) throw badValue('Media URL', `ends in .${extension}, which is of no type that can be sent`, allowed);
}

/** The name with an ending that says its type. */
function nameOf({ mimeType, size }: GivenFile, given: string): string {
	const field = 'Input Data Field Name';
	const ending = extensionOf(given);
	const isNamed = ending !== undefined && ending in largest;
	const extension = isNamed ? ending : otherTypes.has(ending ?? '') ? undefined : extensionByMime[mimeType.split(';')[0]?.trim().toLowerCase() ?? ''];
	if (extension === undefined) throw badValue(field, `is "${given}" (${mimeType}), which is of no type that can be sent`, allowed);
	const most = largest[extension] ?? 0;
	if (size > most)
		throw badValue(field, `is "${given}" with ${inKilobytes(size)}, but at most ${inKilobytes(most)} are allowed for ${extension}`, 'Make the file smaller, or send a link to it in a message.');
	if (size === 0) throw badValue(field, `is "${given}", which is empty`);
	return isNamed ? given : `${given}.${extension}`;
}

function inKilobytes(bytes: number): string {
	return `${Math.ceil(bytes / kilobyte)} KB`;
}
