/** How the tests of credentials ask. */
import { BestSmsApi } from '../credentials/BestSmsApi.credentials';
import { NusaSmsApi } from '../credentials/NusaSmsApi.credentials';
import { UgSmsApi } from '../credentials/UgSmsApi.credentials';

test.each([new BestSmsApi(), new NusaSmsApi(), new UgSmsApi()])('$name: its test follows no redirect, as no node does; the key would go along', ({ test: { request } }) => {
	expect(request.disableFollowRedirect).toBe(true);
});
