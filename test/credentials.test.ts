/** How the tests of credentials ask. */
import { BestSmsApi } from '../credentials/BestSmsApi.credentials';
import { MobileMessageApi } from '../credentials/MobileMessageApi.credentials';
import { NusaSmsApi } from '../credentials/NusaSmsApi.credentials';
import { Sms160Api } from '../credentials/Sms160Api.credentials';
import { UgSmsApi } from '../credentials/UgSmsApi.credentials';

test.each([new BestSmsApi(), new MobileMessageApi(), new NusaSmsApi(), new Sms160Api(), new UgSmsApi()])('$name: its test follows no redirect, as no node does', ({ test: { request } }) => {
	expect(request.disableFollowRedirect).toBe(true);
});
