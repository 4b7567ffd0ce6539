/** Questions that are refused at a real provider, since this n8n has an address that nobody else can reach. */
import { runCase } from './fixtures';
import { providers } from './providers';

const asked = { to: '0412 345 678', message: 'Coming? Reply YES or NO.', options: {} };

test.each([
	['UgSms', { ...asked, to: '0701 234 567', answerBy: 'link' }, 'The link would lead to http://127.0.0.1, which no phone can open'],
	['BestSms', { ...asked, answerBy: 'both' }, 'The link would lead to http://127.0.0.1, which no phone can open'],
	['BestSms', { ...asked, answerBy: 'reply' }, 'BestSMS calls public HTTPS addresses only, and the address of this n8n is http://127.0.0.1'],
	['Sms160', { ...asked, responseType: 'delivery', sendFrom: 'registered' }, '160.com.au cannot call http://127.0.0.1, the address of this n8n'],
])('%s: %j', async (name, parameters, message) => {
	const tested = providers.find((one) => one.folder === name);
	if (!tested) throw new Error(`No provider ${name}`);
	const outcome = await runCase(tested, { resource: 'message', operation: 'sendAndWait' }, { name, parameters, items: [{}], exchanges: [] }, 'https://api.example.com');
	expect(outcome).toEqual({ fails: { message, description: expect.stringContaining('Nothing was sent. Set WEBHOOK_URL to the') } });
});
