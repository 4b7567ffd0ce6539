import { isOptOut, readAnswer, says, unclearWords } from '../../../engine/asking/words';

const words = { yes: ['YES', 'Y', 'OK', '1', '👍'], no: ['NO', 'N', '2', '👎'] };

test.each([
	['YES', 'yes'], ['yes', 'yes'], ['Yes!', 'yes'], [' "Yes", she said', 'yes'], ['y', 'yes'], ['Ok.', 'yes'], ['1)', 'yes'], ['1️⃣', 'yes'],
	['👍', 'yes'], ['👍🏿 great', 'yes'], ['👍👍', 'yes'],
	['１', 'yes'], ['١', 'yes'], ['۲', 'no'], ['२.', 'no'], ['१०', undefined], ['3️⃣', undefined],
	['ＹＥＳ', 'yes'], ['YES NO', 'yes'], ['no', 'no'], ['No, not yes', 'no'], ['N', 'no'], ['2', 'no'], ['👎🏽', 'no'], ['STOP', 'optOut'], ['stop texting me', 'optOut'], ['Unsubscribe', 'optOut'],
	['opt-out', 'optOut'], ['maybe', undefined], ['yesterday', undefined], ['10', undefined], ['nope', undefined],
	['', undefined], ['   ', undefined], ['…', undefined], ['I say yes', undefined], ['❤️', undefined],
	['non-stop', undefined],
])('%j is %s', (text, wanted) => {
	expect(readAnswer(text, words)).toBe(wanted);
});

test('words of any script, and of several words', () => {
	const own = { yes: ['да', 'はい', 'نعم', 'go ahead', 'STRASSE'], no: ['нет', 'いいえ', 'لا'] };
	const texts = ['Да, конечно', 'はい。', 'نعم!', 'Go  ahead please', 'Straße', 'НЕТ', 'いいえ', 'لا', 'go', 'yes'];
	expect(texts.map((text) => readAnswer(text, own))).toEqual(['yes', 'yes', 'yes', 'yes', 'yes', 'no', 'no', 'no', undefined, undefined]);
});

test('a dotted capital of Turkish is its small letter', () => {
	expect(['İYİ', 'iyi', 'HAYIR', 'hayır'].map((text) => readAnswer(text, { yes: ['iyi'], no: ['Hayır'] }))).toEqual(['yes', 'yes', 'no', 'no']);
});

test('a word of both lists says nothing, and is found beforehand', () => {
	expect(readAnswer('ok', { yes: ['ok'], no: ['OK'] })).toBeUndefined();
	expect(unclearWords({ yes: ['ok', 'ja'], no: ['OK', 'nein'] })).toEqual(['OK']);
	expect(unclearWords({ yes: ['...'], no: ['nein'] })).toEqual(['...']);
	expect(unclearWords(words)).toEqual([]);
	expect(unclearWords({ yes: ['go ahead'], no: ['goahead'] })).toEqual([]);
	// A word without a letter is no word, and stands in no text.
	expect([readAnswer('maybe', { yes: ['...'], no: ['no'] }), says('Coming?', '...')]).toEqual([undefined, false]);
});

test('in a free text only the whole is an opt-out', () => {
	expect(['STOP', 'stop.', ' Stop ', 'Stop by at 5', 'non stop', 'opt out'].map(isOptOut)).toEqual([true, true, true, false, false, true]);
});

test('whether a text says how to answer', () => {
	expect([says('Coming? Reply YES or NO.', 'YES'), says('Coming? reply "yes"', 'YES'), says('Yesterday', 'YES'), says('Coming?', 'YES')]).toEqual([true, true, false, false]);
});
