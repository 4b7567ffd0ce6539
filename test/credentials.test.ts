/** How the tests of credentials ask. */
import { BestSmsApi } from '../credentials/BestSmsApi.credentials';
import { MobileMessageApi } from '../credentials/MobileMessageApi.credentials';
import { NusaSmsApi } from '../credentials/NusaSmsApi.credentials';
import { Sms160Api } from '../credentials/Sms160Api.credentials';
import { UgSmsApi } from '../credentials/UgSmsApi.credentials';

const credentials = [new BestSmsApi(), new MobileMessageApi(), new NusaSmsApi(), new Sms160Api(), new UgSmsApi()];

test.each(credentials)('$name: its test follows no redirect, as no node does', ({ test: { request } }) => {
	expect(request.disableFollowRedirect).toBe(true);
});

test.each(credentials)('$name: its test takes a Base URL as the nodes take it, with blanks and a slash around it', ({ test: { request } }) => {
	expect(request.baseURL).toMatch(/baseUrl( \|\| "")?\)?\.trim\(\)\.replace\(new RegExp\("\/\+\$"\), ""\)/);
});

test.each(credentials)('$name says where its key is found, and links there', ({ properties, documentationUrl }) => {
	const hints = properties.flatMap(({ hint }) => (hint === undefined ? [] : [hint]));
	expect(hints).toContainEqual(expect.stringMatching(/<a href="https:\/\/[a-z0-9.]+" target="_blank">/));
	// Of a host that cannot be reached, n8n says nothing but the code.
	expect(properties.find(({ name }) => name === 'baseUrl')?.hint).toMatch(/ENOTFOUND.* ERR_INVALID_URL .*https:/);
	// Nobody's package stands in the sources: a link that leads to its page leads nowhere.
	expect(documentationUrl).not.toContain('github.com');
});

test.each(credentials)('$name says what to check when it is refused, and when nothing of the provider answers', ({ test: { rules = [] } }) => {
	const said = Object.fromEntries(rules.flatMap((rule) => (rule.type === 'responseCode' ? [[rule.properties.value, rule.properties.message]] : [])));
	expect(said).toEqual(expect.objectContaining({ 401: expect.stringContaining('did not accept'), 404: expect.stringContaining('Check its spelling') }));
});

test('Mobile Message answers 404 also to an account without credits, which is not put down to the Base URL alone', () => {
	const rules = new MobileMessageApi().test.rules ?? [];
	expect(rules.flatMap((rule) => (rule.type === 'responseCode' && rule.properties.value === 404 ? [rule.properties.message] : []))).toEqual([expect.stringContaining('no credits')]);
});
