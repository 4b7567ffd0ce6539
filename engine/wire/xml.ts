/** XML as plain data: a thin front on fast-xml-parser that knows elements and texts, and nothing else that XML can do. */
import type * as Library from 'fast-xml-parser';

/** What stands in an element: its text, or the elements in it by their names. */
export type XmlContent = string | XmlRecord;
export interface XmlRecord {
	[name: string]: XmlContent | XmlContent[];
}

/** In characters. Reading takes about a millisecond per 10,000, in which n8n does nothing else. */
const largest = 1_000_000;
/** Elements in each other. */
const deepest = 100;

/**
 * Reads an XML document.
 *
 * `<root><Count>007</Count><Recipient><Name> A &amp; B</Name></Recipient><Note/></root>`, with `Recipient` among the lists, is
 * `{ root: { Count: '007', Recipient: [{ Name: ' A & B' }], Note: '' } }`:
 * - Names stay as they are written, a namespace's prefix included. Attributes, comments and processing instructions are left out.
 * - An element that holds elements becomes a record; text beside them is left out. Any other becomes its text, spaces
 *   included ('' when it is empty), and never a number: an ID may have more digits than a number holds.
 * - An element named in `lists` is always an array, also when it is the only one. Any other comes once in its parent: a
 *   reader would have to lose one of two.
 *
 * @throws SyntaxError when it is no well-formed XML, or has a document type, an entity beyond the five of XML, or an element twice
 * @throws RangeError when it has more than a million characters, or more than 100 elements in each other
 */
export function readXml(text: string, lists: readonly string[] = []): XmlRecord {
	if (text.length > largest) throw new RangeError('The XML is too long');
	const document = text.trim();
	throwIfDeclares(document);
	let nodes: Node[];
	try {
		// eslint-disable-next-line @typescript-eslint/no-deprecated -- without it crossed elements pass; its successor is a fifth library of the same code
		nodes = (parser ??= createParser()).parse(document, true) as Node[];
	} catch (thrown) {
		if (thrown instanceof RangeError) throw thrown;
		throw new SyntaxError(`This is no XML: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
	}
	const content = contentOf(nodes, new Set(lists));
	if (typeof content === 'string') throw new SyntaxError('This is no XML: no element was found');
	return content;
}

/** As the library gives it, in the order of the document: one name each, of an element, a text or a CDATA section. */
type Node = Record<string, Node[] | string>;
const textName = '#text';
const cdataName = '#cdata';

let parser: Library.XMLParser | undefined;

/** Loaded on first use: most workflows never see XML. */
function createParser(): Library.XMLParser {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with the node
	const { XMLParser } = require('fast-xml-parser') as typeof Library;
	return new XMLParser({
		preserveOrder: true,
		ignoreAttributes: true,
		ignoreDeclaration: true,
		ignorePiTags: true,
		parseTagValue: false,
		trimValues: false,
		// Texts and CDATA sections apart, since only texts hold entities; read here, where unknown ones are refused.
		textNodeName: textName,
		cdataPropName: cdataName,
		processEntities: false,
		maxNestedTags: Infinity,
		jPath: false,
		updateTag(name, path) {
			if (typeof path !== 'string' && path.getDepth() > deepest) throw new RangeError('The XML has too many elements in each other');
			return name;
		},
	});
}

/** The library would read a document type's entities. Whatever begins with "<!" must be a comment or CDATA. */
function throwIfDeclares(document: string): void {
	for (let at = document.indexOf('<!'); at !== -1; ) {
		const end = document.startsWith('<!--', at) ? document.indexOf('-->', at + 4) : document.startsWith('<![CDATA[', at) ? document.indexOf(']]>', at + 9) : -1;
		if (end === -1) throw new SyntaxError('A document type, or a comment without an end, is not read in XML');
		at = document.indexOf('<!', end);
	}
}

function contentOf(nodes: Node[], lists: ReadonlySet<string>): XmlContent {
	const elements = nodes.flatMap((node) => Object.entries(node)).filter((entry): entry is [string, Node[]] => entry[0] !== textName && entry[0] !== cdataName);
	if (elements.length === 0) return nodes.map(textOf).join('');
	const record: XmlRecord = {};
	for (const [name, within] of elements) {
		const content = contentOf(within, lists);
		const before = Object.hasOwn(record, name) ? record[name] : undefined;
		if (Array.isArray(before)) before.push(content);
		else if (before === undefined) record[name] = lists.has(name) ? [content] : content;
		else throw new SyntaxError(`The XML has two elements <${name}> where one was expected`);
	}
	return record;
}

function textOf(node: Node): string {
	const { [textName]: text, [cdataName]: cdata } = node;
	if (typeof text === 'string') return text.replace(/&(?:(#\d+|#x[\da-f]+|[a-z]+);)?/gi, (_, name: string | undefined) => characterOf(name));
	return Array.isArray(cdata) ? cdata.map(({ [textName]: within }) => (typeof within === 'string' ? within : '')).join('') : '';
}

const predefined = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
]);

/** @param name what stands between "&" and ";" */
function characterOf(name: string | undefined): string {
	const character = name?.startsWith('#') ? ofNumber(name.slice(1)) : predefined.get(name ?? '');
	if (character === undefined) throw new SyntaxError(`The XML uses "&${name ?? ''}", which only a document type could explain`);
	return character;
}

/** @param written decimal digits, or hexadecimal ones after an "x" */
function ofNumber(written: string): string | undefined {
	const code = /^x/i.test(written) ? parseInt(written.slice(1), 16) : parseInt(written, 10);
	// https://www.w3.org/TR/xml/#charsets
	const isCharacter = code === 0x9 || code === 0xa || code === 0xd || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
	return isCharacter ? String.fromCodePoint(code) : undefined;
}
