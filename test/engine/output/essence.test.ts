/** What of a text is looked for at a provider, and what may be the same text. */
import { essence, mayBeAltered } from '../../../engine/output/essence';

test.each([
	['case, blanks and signs', 'Hi Anna, 10:30?', ' hi anna 1030 '],
	['full-width letters', 'ＡＢ１', 'ab1'],
	['signs that were dropped', '“Sale” – 50 %', 'Sale 50'],
])('%s make no difference', (_name, sent, found) => {
	expect(essence(found)).toBe(essence(sent));
});

test.each([
	['a letter', 'Hi Anna', 'Hi Anne'],
	['a digit', 'Code 1234', 'Code 1235'],
	['a letter that two others replace', 'Maße', 'Masse'],
	['an accent', 'peché', 'pêche'],
	['a mark of another alphabet', 'कि', 'की'],
	['signs, where there is nothing else', '?!', '!!'],
	['emoji, where there is nothing else', '👍', '👎'],
])('%s makes another text', (_name, one, other) => {
	expect(essence(one)).not.toBe(essence(other));
});

test('a text of signs alone is itself, without the blanks around it', () => {
	expect(essence(' ?! \n')).toBe('?!');
});

test.each([
	['Ödön', '?d?n'],
	['Ödön', 'Odon'],
	['Ödön', 'dn'],
	['Ödön, 5 pm', '\ufffdd\ufffdn, 5 PM'],
	['Sale today only', 'Sale today'],
	['Здравствуйте, Anna', 'Здравствуйте'],
	['Grüße!', 'Gr??e!'],
])('"%s" may have become "%s"', (sent, found) => {
	expect(mayBeAltered(found, sent)).toBe(true);
});

test.each([
	['it is the same', 'Sale today', 'sale today!'],
	['nothing of it is left', 'Sale today', '?'],
	['nothing came', 'Sale today', ' '],
	['its end alone is no beginning', 'Sale today', 'today'],
	['it is longer', 'Sale', 'Sale today'],
	['plain texts are not replaced', 'Code 1234', '1234'],
	['what is not plain was not replaced', 'Ödön', 'Ödo'],
	['other letters', 'Ödön', 'Adam'],
	['more letters', 'Ödön', 'Odonx'],
	['fewer of those that had a place', 'Ödön 5', 'dn'],
])('not so where %s', (_name, sent, found) => {
	expect(mayBeAltered(found, sent)).toBe(false);
});
