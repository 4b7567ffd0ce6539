/** XML as plain data: its shape, and all that is refused. */
import { readXml } from '../../../engine/wire/xml';

test('elements become records, texts stay texts', () => {
	const text = `<?xml version='1.0' encoding='UTF-8'?>
<root>
	<Sender>user@example.com</Sender>
	<MessageID>123456789012345678</MessageID>
	<Count>007</Count>
	<Price></Price>
	<Note/>
	<Sent>true</Sent>
	<Recipient><Name>A</Name><To>+61421000001</To></Recipient>
</root>
`;
	expect(readXml(text)).toEqual({
		root: { Sender: 'user@example.com', MessageID: '123456789012345678', Count: '007', Price: '', Note: '', Sent: 'true', Recipient: { Name: 'A', To: '+61421000001' } },
	});
});

test('the text of a message is kept to the letter: spaces, lines, entities, CDATA, emoji, markup in comments', () => {
	expect(readXml('<m>  two\r\nlines </m>')).toEqual({ m: '  two\nlines ' });
	expect(readXml('<m>a &lt;b&gt; &amp;amp; &quot;c&quot; &apos;d&apos; &#65;&#x42;&#128075;</m>')).toEqual({ m: 'a <b> &amp; "c" \'d\' AB👋' });
	expect(readXml('<m>x<![CDATA[ <b> & &amp; <!DOCTYPE y> ]]>y</m>')).toEqual({ m: 'x <b> & &amp; <!DOCTYPE y> y' });
	expect(readXml('<m><!-- <!DOCTYPE x> &unknown; -->Grüße 👋</m>')).toEqual({ m: 'Grüße 👋' });
	expect(readXml('<m>&#9;&#xA;&#13;&#32;&#xD7FF;&#xE000;&#xFFFD;&#x10000;&#x10FFFF;</m>')).toEqual({ m: '\t\n\r \uD7FF\uE000\uFFFD\u{10000}\u{10FFFF}' });
	expect(readXml('<m><![CDATA[]]>a<![CDATA[b]]><![CDATA[<c>]]></m>')).toEqual({ m: 'ab<c>' });
	expect(readXml('<m>#text</m>')).toEqual({ m: '#text' });
});

test('lists are arrays, however many there are, at any depth; nothing else is', () => {
	expect(readXml('<r><a>1</a></r>', ['a'])).toEqual({ r: { a: ['1'] } });
	expect(readXml('<r><a>1</a><b>x</b><a>2</a><a/></r>', ['a'])).toEqual({ r: { a: ['1', '2', ''], b: 'x' } });
	expect(readXml('<r><c><a><b>1</b></a><a><b>2</b></a></c></r>', ['a'])).toEqual({ r: { c: { a: [{ b: '1' }, { b: '2' }] } } });
	expect(readXml('<r><b>x</b></r>', ['a'])).toEqual({ r: { b: 'x' } });
	expect(() => readXml('<r><a>1</a><a>2</a></r>', ['b'])).toThrow('two elements <a>');
});

test('a long list is read', () => {
	expect(readXml(`<r>${'<a>1</a>'.repeat(50_000)}</r>`, ['a']).r).toHaveProperty('a.length', 50_000);
});

test('attributes and text beside elements are left out, prefixes stay', () => {
	expect(readXml('<ns:r xmlns:ns="urn:x" kind="1"> text <ns:a id="2">1</ns:a> more <?pi data?></ns:r>')).toEqual({ 'ns:r': { 'ns:a': '1' } });
});

test('a mark of byte order and space around the document do not matter', () => {
	expect(readXml('\uFEFF\n <?xml version="1.0"?><r>1</r>\n')).toEqual({ r: '1' });
});

test.each([
	['no XML', 'just words'],
	['nothing', ''],
	['a comment alone', '<!-- x -->'],
	['an element without an end', '<r><a>1</a>'],
	['elements across each other', '<r><a><b></a></b></r>'],
	['two roots', '<r/><r/>'],
	['words after the root', '<r/>words<'],
	['an unknown entity', '<r>&nbsp;</r>'],
	['an ampersand alone', '<r>a & b</r>'],
	['an entity without an end', '<r>&amp</r>'],
	['a number that is no character', '<r>&#0;</r>'],
	['a half of a character', '<r>&#xD83D;</r>'],
	['a control character', '<r>&#8;</r>'],
	['another one', '<r>&#x1F;</r>'],
	['a number that no character will ever have', '<r>&#xFFFE;</r>'],
	['a number beyond all characters', '<r>&#x110000;</r>'],
	['a number without end', `<r>&#${'9'.repeat(1_000)};</r>`],
	['a document type', '<!DOCTYPE r><r/>'],
	['a document type in small letters', '<!doctype r><r/>'],
	['an entity of its own', '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'],
	['a file of the computer', '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>'],
	['a comment without an end', '<r><!-- </r>'],
	['CDATA without an end', '<r><![CDATA[ </r>'],
	['a name that every object has', '<r><__proto__><a>1</a></__proto__></r>'],
	['another', '<r><constructor>1</constructor></r>'],
])('%s is refused', (_, text) => {
	expect(() => readXml(text)).toThrow(SyntaxError);
	expect(Object.prototype).not.toHaveProperty('a');
});

test.each([
	['<r>&nbsp;</r>', 'The XML uses "&nbsp", which only a document type could explain'],
	['<r><a></r>', /^This is no XML: \S/],
	// What ends a CDATA section does not end a document type.
	['<!DOCTYPE r><r><![CDATA[x]]></r>', 'A document type, or a comment without an end, is not read in XML'],
	['<!DOCTYPE r [<!ENTITY a "b">]><r>&a;<!-- x --></r>', 'A document type, or a comment without an end, is not read in XML'],
	['<r><a/><a/></r>', 'The XML has two elements <a> where one was expected'],
	[`${'<a>'.repeat(101)}${'</a>'.repeat(101)}`, 'The XML has too many elements in each other'],
	['x'.repeat(1_000_001), 'The XML is too long'],
])('says why: %#', (text, reason) => {
	expect(() => readXml(text)).toThrow(reason);
});

test('what is too deep or too long is refused before it costs anything', () => {
	const nested = (depth: number) => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;
	expect(JSON.stringify(readXml(nested(100)))).toContain('"x"');
	for (const depth of [101, 10_000, 100_000]) expect(() => readXml(nested(depth))).toThrow(RangeError);
	expect(readXml(`<r>${'x'.repeat(900_000)}</r>`)).toEqual({ r: 'x'.repeat(900_000) });
	expect(() => readXml(`<r>${'x'.repeat(1_000_000)}</r>`)).toThrow(RangeError);
});
