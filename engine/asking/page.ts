/** The page behind a link: no script, nothing loaded from elsewhere, and opening it answers nothing. */

export interface PageTexts {
	/** What is asked. */
	question: string;
	yes: string;
	no: string;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

const style = `
:root{color-scheme:light dark;--page:#f4f4f6;--card:#fff;--text:#1b1b21;--quiet:#5c5c66;--line:#c9c9d2;--yes:#17713b;--no:#a4262c}
@media (prefers-color-scheme:dark){:root{--page:#141417;--card:#202026;--text:#f1f1f4;--quiet:#b0b0ba;--line:#4a4a54;--yes:#1f8a4a;--no:#c0392f}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:16px;background:var(--page);color:var(--text);font:18px/1.5 system-ui,sans-serif}
main{width:100%;max-width:28rem;padding:24px 20px;border-radius:16px;background:var(--card)}
h1,p{margin:0 0 20px;font-size:1.15rem;font-weight:600;white-space:pre-wrap;overflow-wrap:anywhere}
p{font-weight:400;color:var(--quiet);margin:0}
form{display:grid;gap:12px}
button{width:100%;min-height:60px;padding:12px;border:0;border-radius:12px;background:var(--yes);color:#fff;font:600 1.15rem/1.3 system-ui,sans-serif;overflow-wrap:anywhere;cursor:pointer}
button.no{background:var(--no)}
button:focus-visible,textarea:focus-visible{outline:3px solid currentColor;outline-offset:2px}
label{display:grid;gap:8px}
textarea{width:100%;min-height:8rem;padding:12px;border:1px solid var(--line);border-radius:12px;background:transparent;color:inherit;font:inherit}
`;

function page(title: string, body: string): string {
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escaped(title)}</title>
<style>${style}</style></head><body><main dir="auto">${body}</main></body></html>`;
}

/** Two large buttons. */
export function approvalPage({ question, yes, no }: PageTexts): string {
	const button = (value: string, label: string): string => `<button type="submit" name="answer" value="${value}" class="${value}">${escaped(label)}</button>`;
	return page('Your answer', `<h1>${escaped(question)}</h1><form method="post">${button('yes', yes)}${button('no', no)}</form>`);
}

export const longestText = 2_000;

/** A box for a text. */
export function textPage({ question }: PageTexts): string {
	const box = `<label>Your answer<textarea name="text" required maxlength="${longestText}"></textarea></label>`;
	return page('Your answer', `<h1>${escaped(question)}</h1><form method="post">${box}<button type="submit">Send</button></form>`);
}

/** A sentence, and nothing to do. */
export function closingPage(sentence: string, more = 'You can close this page.'): string {
	return page(sentence, `<h1>${escaped(sentence)}</h1><p>${escaped(more)}</p>`);
}

/** Nothing of it is kept, framed or told to others; the form leads to where the page came from. */
export const pageHeaders: Record<string, string> = {
	'content-type': 'text/html; charset=utf-8',
	'cache-control': 'no-store',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};
