import { withCodes, withEmoji } from '../../nodes/NusaSms/emoji';

test.each([
	// The document's own two.
	['😀', '\\U0001F600'],
	['🇮🇩', '\\U0001F1EE\\U0001F1E9'],
	['Halo 😀!', 'Halo \\U0001F600!'],
	['✅ ⭐ ⌚', '\\U00002705 \\U00002B50 \\U0000231A'],
	['❤️', '\\U00002764\\U0000FE0F'],
	['👍🏽', '\\U0001F44D\\U0001F3FD'],
	['👩‍❤️‍👨', '\\U0001F469\\U0000200D\\U00002764\\U0000FE0F\\U0000200D\\U0001F468'],
	['1️⃣ #️⃣', '1\\U0000FE0F\\U000020E3 #\\U0000FE0F\\U000020E3'],
	['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\\U0001F3F4\\U000E0067\\U000E0062\\U000E0065\\U000E006E\\U000E0067\\U000E007F'],
	['a'.repeat(3), 'aaa'],
])('%s goes out as %s, and reads the same again', (text, codes) => {
	expect(withCodes(text)).toBe(codes);
	expect(withEmoji(codes)).toBe(text);
});

test.each(['Rp 5.000 – 10 % (×2) ™ © → ❤', 'Ödön, 你好, मस्ते, नमस्ते\u200dक', '0123456789 #1 *', 'C:\\Users\\Udin', '\\u0041 \\U1F600', ''])('%j is text, and stays as it is', (text) => {
	expect(withCodes(text)).toBe(text);
	expect(withEmoji(text)).toBe(text);
});

test('codes that a user has written stay, and what is no character is none', () => {
	expect(withCodes('\\U0001F600 😀')).toBe('\\U0001F600 \\U0001F600');
	expect(withEmoji('\\U0001f600')).toBe('😀');
	expect(withEmoji('\\UFFFFFFFF \\U0000D83D')).toBe('\\UFFFFFFFF \\U0000D83D');
});
