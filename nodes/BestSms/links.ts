/** What BestSMS fills into a text: links to files, and what a request says about the recipient. */
import { badValue } from '../../engine/failure';
import type { GivenFile } from '../../engine/inputs/fields';
import { files, integer } from '../../engine/inputs/fields';
import type { TextRules } from '../../engine/values/segments';

/** "Files referenced in [[File1]] commands (for MessageLink)" */
export const fileLinks = files({
	label: 'Files',
	placeholder: 'e.g. data, invoice',
	description: 'Binary fields of the item, in their order. [[File1]] in the message becomes a link to the first of them, [[File2]] to the second, and so on.',
});

const usualMaxFilesSize = 10;

/** n8n has to hold a request in memory; BestSMS documents no maximum. */
export const maxFilesSize = integer({
	label: 'Max Files Size (MB)',
	min: 1,
	max: 100,
	default: usualMaxFilesSize,
	description: `A message whose files have more than this together is not sent; ${usualMaxFilesSize} MB without this option. BestSMS names no maximum, but n8n holds the files of a request in memory.`,
});

const mostFiles = 20;

/** "Customisable tracking and personalisation field"; the commands are those of the vendor's SDKs (github.com/tnzgroup/tnzapi-dotnet, docs). */
export const textRules: TextRules = {
	marks: ['[[', ']]'],
	placeholders: {
		Attention: 'the option "Attention" of Send fills it in.',
		FirstName: 'the option "First Name" of Send fills it in.',
		LastName: 'the option "Last Name" of Send fills it in.',
		Company: 'the option "Company" of Send fills it in.',
		Custom1: 'the option "Custom 1" of Send fills it in.',
		Custom2: 'the option "Custom 2" of Send fills it in.',
		...Object.fromEntries(Array.from({ length: mostFiles }, (_, index) => [`File${index + 1}`, 'it becomes a link of a length that BestSMS does not tell.'])),
	},
};

interface Linked {
	message: string;
	files?: GivenFile[];
	maxFilesSize?: number;
}

interface Objection {
	field: string;
	text: string;
	advice: string;
}

export function sizeOf(given: GivenFile[]): number {
	return given.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 3 : 1)} MB`;
}

/** Links without their files, files without their links, and files that are too large. */
function objections({ message, files: given = [], maxFilesSize: most = usualMaxFilesSize }: Linked): Objection[] {
	const linked = new Set([...message.matchAll(/\[\[File(\d+)\]\]/g)].map(([, number]) => Number(number)));
	const missing = [...linked].filter((number) => number < 1 || number > given.length);
	const unused = given.map(({ name }, index) => ({ name, number: index + 1 })).filter(({ number }) => !linked.has(number));
	const size = sizeOf(given);
	const there = given.length === 1 ? 'one file is given' : `${given.length === 0 ? 'no' : given.length} files are given`;
	return [
		...missing.map((number) => ({ field: 'Message', text: `has a link [[File${number}]], but ${there}`, advice: 'Name its binary field in the option "Files", or take the link out of the message.' })),
		...unused.map(({ name, number }) => ({ field: 'Files', text: `has "${name}", to which the message has no link`, advice: `Write [[File${number}]] where its link belongs, or leave the file out.` })),
		...(size > most * 1_000_000 ? [{ field: 'Files', text: `has ${megabytes(size)}, but at most ${most} MB are allowed`, advice: 'Make them smaller, or raise the option "Max Files Size (MB)".' }] : []),
	];
}

/** @throws Failure (`input`) */
export function checkFiles(values: Linked): void {
	const [first] = objections(values);
	if (first) throw badValue(first.field, first.text, first.advice);
}

/** The same for a preview, which also tells what the files weigh. */
export function fileWarnings(values: Linked): string[] {
	return objections(values).map(({ field, text, advice }) => `${field} ${text}. ${advice}`);
}

/** A text with what is known of its recipient. A command without a value becomes nothing. */
export function fillPerson(text: string, person: Record<string, string | undefined>): string {
	return text.replace(/\[\[(\w+)\]\]/g, (command, name: string) => (Object.hasOwn(person, name) ? (person[name] ?? '') : command));
}
