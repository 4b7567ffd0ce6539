import { approvalPage, closingPage, pageHeaders, textPage } from '../../../engine/asking/page';

const texts = { question: 'Pay <b>$10</b> & "go"?\nThanks', yes: 'Yes & <i>pay</i>', no: 'No' };

test.each([
	['two buttons', approvalPage(texts)],
	['a text box', textPage(texts)],
	['a closing sentence', closingPage('Done <now>')],
])('%s: no script, nothing from elsewhere, dark mode, and what people wrote is text', (_name, html) => {
	expect(html).not.toMatch(/<script|javascript:|\son\w+=|https?:\/\/|<img|<link|<b>|<i>|<now>/i);
	expect(html).toContain('name="viewport" content="width=device-width');
	expect(html).toContain('prefers-color-scheme:dark');
});

test('answers are posted to where the page came from', () => {
	expect(approvalPage(texts)).toMatch(/<form method="post"><button type="submit" name="answer" value="yes"[^]*<button type="submit" name="answer" value="no"/);
	expect(approvalPage(texts)).toContain('Pay &lt;b&gt;$10&lt;/b&gt; &amp; &quot;go&quot;?\nThanks');
	expect(textPage(texts)).toMatch(/<form method="post"><label>[^]*<textarea name="text" required/);
	expect(closingPage('Done')).not.toContain('<form');
	expect(pageHeaders['content-security-policy']).toContain("form-action 'self'");
	expect(pageHeaders['referrer-policy']).toBe('no-referrer');
});
