/** XML in and out, for providers that speak it besides JSON. Every value is text, and a repeated element is a list. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { BodyFormat } from './endpoint';

const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
	ignoreAttributes: false,
	attributeNamePrefix: '@',
	textNodeName: TEXT,
	cdataPropName: CDATA,
	ignoreDeclaration: true,
	ignorePiTags: true,
	parseTagValue: false,
	parseAttributeValue: false,
	// A message's text may begin with a space.
	trimValues: false,
	// Read below: the parser leaves character references as they are, and takes entities that the document declares.
	processEntities: false,
});

const ENTITIES = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
]);

/**
 * What stands inside the document's root. Throws on what is not XML, on a document type (where entities that grow without end
 * would be declared), on entities but the five that XML has, and on attributes inside the root.
 */
export function parseXml(text: string): unknown {
	if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Error('a document type is not taken');
	// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is a package of its own, and the parser alone takes broken XML
	if (XMLValidator.validate(text) !== true) throw new Error('not XML');
	const roots = Object.entries(parser.parse(text) as Record<string, unknown>).filter(([name]) => name !== TEXT);
	const [first] = roots;
	if (!first || roots.length > 1 || Array.isArray(first[1])) throw new Error('not one root');
	const root = first[1];
	// Those of the root are namespaces and the like.
	const content = isElement(root) ? Object.fromEntries(Object.entries(root).filter(([name]) => !name.startsWith('@'))) : root;
	return readContent(content);
}

/** A body in XML under this Content-Type. `shape` makes of it what the same body is in JSON. */
export function xmlFormat(contentType: string, shape: (content: unknown) => unknown = (content) => content): BodyFormat {
	return { contentType, parse: (text) => shape(parseXml(text)) };
}

/** `<root>` with these fields; a list becomes repeated elements, null an empty one. */
export function writeXml(fields: Record<string, unknown>, declaration = '<?xml version="1.0" encoding="UTF-8"?>'): string {
	return `${declaration}\n${writeElement('root', fields)}`;
}

function writeElement(name: string, value: unknown): string {
	if (Array.isArray(value)) return value.map((one) => writeElement(name, one)).join('');
	const content = isElement(value) ? Object.entries(value).map(([child, inner]) => writeElement(child, inner)).join('') : writeValue(value);
	return `<${name}>${content}</${name}>`;
}

function writeValue(value: unknown): string {
	if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
	if (typeof value !== 'string') return '';
	return value
		// XML 1.0 has no way to write these.
		.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;');
}

export function isElement(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readContent(content: unknown): unknown {
	if (typeof content === 'string') return decoded(content);
	if (Array.isArray(content)) return content.map(readContent);
	if (!isElement(content)) throw new Error('not XML');
	const { [TEXT]: around = '', [CDATA]: quoted, ...children } = content;
	if (typeof around !== 'string') throw new Error('not XML');
	const names = Object.keys(children);
	// Blanks between elements mean nothing; words there do not belong.
	if (names.some((name) => name.startsWith('@'))) throw new Error('an attribute is not taken');
	if (names.length > 0 && (around.trim() !== '' || quoted !== undefined)) throw new Error('text between elements');
	if (names.length > 0) return Object.fromEntries(Object.entries(children).map(([name, value]) => [name, readContent(value)]));
	if (quoted === undefined) return decoded(around);
	const sections: unknown[] = Array.isArray(quoted) ? quoted : [quoted];
	if (around.trim() !== '') throw new Error('text around a CDATA section');
	return sections.map(String).join('');
}

function decoded(text: string): string {
	return text.replace(/&([^;&\s]*;?)/g, (_whole, reference: string) => {
		const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(reference);
		const character = number ? String.fromCodePoint(number[1] ? parseInt(number[1], 16) : Number(number[2])) : ENTITIES.get(reference.slice(0, -1));
		if (character === undefined || !reference.endsWith(';')) throw new Error(`&${reference} is not taken`);
		return character;
	});
}
