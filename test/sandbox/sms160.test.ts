import { australianNumbers } from '../../sandbox/australianNumbers';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { sms160Senders } from '../../sandbox/sms160/account';
import { startReceiver, until } from './mobileMessageClient';
import { call, rows, unlimited } from './sms160Client';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => unlimited(sandbox));
afterAll(() => sandbox.close());

const get = (path: string) => call(sandbox, 'GET', path);
const message = (fields: Record<string, unknown> = {}) => ({ recipient: '61491571491', message: 'Hello', ...fields });
const send = (...messages: unknown[]) => call(sandbox, 'POST', '/v1/messages', { messages });
const dated = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;
/** IDs begin where those of the account before ended. */
const firstId = () => Number(sandbox.messages('sms160')[0]?.id);
const accepted = () => sandbox.messages('sms160').map(({ to }) => to);
const noViolations = () => expect(sandbox.violations('sms160')).toEqual([]);

test('the account, its sender names and its virtual numbers', async () => {
	expect((await get('/v1/info')).body).toMatchObject({
		phone: sms160Senders.registered,
		balance: 100_000,
		senderIds: [{ senderId: 'MyBrand', statusCode: 1, status: 'Active' }, { statusCode: 0 }, { statusCode: 2 }],
		virtualNumbers: [{ phone: sms160Senders.virtual, callbackURL: '', countryCode: 'AU', expirationDate: dated }, { callbackURL: 'replies@example.com' }, { statusCode: 2, status: 'Blocked' }],
	});
	noViolations();
});

describe('access', () => {
	test('needs the credential, two requests a second, a known path and method', async () => {
		expect(await call(sandbox, 'GET', '/v1/info', undefined, { authorization: 'Basic eA==' })).toMatchObject({ httpStatus: 401, body: { errors: [{ statusCode: 401, status: 'Unauthorized' }] } });
		expect((await get('/v1/nothing')).httpStatus).toBe(404);
		expect((await call(sandbox, 'PUT', '/v1/info', {})).httpStatus).toBe(405);
		sandbox.changeSettings({ enforceLimits: true });
		expect([(await get('/v1/info')).httpStatus, (await get('/v1/info')).httpStatus, (await get('/v1/info')).httpStatus]).toEqual([200, 200, 429]);
		expect(sandbox.violations('sms160').map(({ kind }) => kind)).toEqual(['auth', 'path', 'method', 'rate']);
	});
});

describe('sending', () => {
	test('answers 201 with a row for every message', async () => {
		const answer = await send(message({ senderId: 'MyBrand', callbackURL: 'https://example.com/dr' }), message({ recipient: '61491571804', message: 'Grüße 🌏', delay: 10 }));
		expect(answer).toMatchObject({
			httpStatus: 201,
			body: {
				messages: [
					{
						messageId: expect.any(Number),
						datePosted: dated,
						dateSent: null,
						dateScheduled: null,
						delayFor: null,
						sender: 'MyBrand',
						recipient: '61491571491',
						message: 'Hello',
						callbackURL: 'https://example.com/dr',
						cost: '1.00',
						statusCode: '-1',
						status: 'Queued',
					},
					{ messageId: firstId() + 1, dateScheduled: dated, delayFor: 10, sender: sms160Senders.registered, message: 'Grüße 🌏' },
				],
			},
		});
		// A "random long int" that a JavaScript number cannot hold.
		expect(answer.text).toMatch(/"batchId":\d{18}\b/);
		await until(() => sandbox.messages('sms160')[0]?.status === 'delivered');
		expect((await get(`/v1/messages/${firstId()}`)).body).toMatchObject({ statusCode: '1', status: 'Delivered', dateSent: dated });
		noViolations();
	});

	test('takes a request whole or not at all, and names the broken objects', async () => {
		const bad = [message({ recipient: '123' }), message({ senderId: 'OldBrand' }), message({ message: ' ' })];
		const answer = await send(message(), ...bad);
		expect(answer.httpStatus).toBe(400);
		expect(answer.body['errors']).toEqual([
			{ statusCode: 400, status: 'Recipient phone number is not valid', object: bad[0] },
			{ statusCode: 400, status: 'Sender name is not approved', object: bad[1] },
			{ statusCode: 400, status: 'Message text is empty', object: bad[2] },
		]);
		expect(accepted()).toEqual([]);
		expect((await send(message(), message({ recipient: australianNumbers.unsubscribed }))).body['errors']).toEqual([{ statusCode: 400, status: 'A recipient has opted out' }]);
		noViolations();
	});

	test('finds what a correct client never sends', async () => {
		expect((await send(message({ delay: 0 }), message({ text: 'x' }))).httpStatus).toBe(400);
		expect((await send(...Array.from({ length: 101 }, () => message()))).httpStatus).toBe(400);
		expect((await send()).httpStatus).toBe(400);
		expect(accepted()).toEqual([]);
		expect(sandbox.violations('sms160').map(({ kind }) => kind)).toEqual(['invalid-value', 'unknown-field', 'too-many-messages', 'invalid-value']);
	});

	test('takes several kinds of senders at once, of which the first of the document\'s list counts, and none as the registered phone', async () => {
		const all = { senderId: 'MyBrand', email: 'me@example.com', phone: sms160Senders.virtual };
		const sent = await send(message(all), message({ ...all, senderId: undefined }), message({ ...all, senderId: '', email: '' }), message({ phone: '' }));
		expect(rows(sent, 'messages').map(({ sender }) => sender)).toEqual(['MyBrand', 'me@example.com', sms160Senders.virtual, sms160Senders.registered]);
		expect((await send(message({ phone: sms160Senders.registered }))).body['errors']).toMatchObject([{ status: 'Virtual phone number is not active' }]);
		noViolations();
	});

	test('keeps texts without the blanks around them', async () => {
		expect(rows(await send(message({ message: ' Hello \n' })), 'messages')).toMatchObject([{ message: 'Hello' }]);
		expect(rows(await get('/v1/messages'), 'messages')).toMatchObject([{ message: 'Hello' }]);
	});

	test.each(['61299990000', '61131114', '611300123456', '611800123456', '611900123456'])('accepts %s, which no message reaches', async (recipient) => {
		expect((await send(message({ recipient }), message())).httpStatus).toBe(201);
		await until(() => sandbox.messages('sms160').every(({ status }) => status !== 'queued' && status !== 'sent'));
		expect(rows(await get('/v1/messages'), 'messages').map(({ status }) => status)).toEqual(['Delivered', 'Not delivered']);
		noViolations();
	});

	test('takes the balance, or refuses all for lack of it, naming no object', async () => {
		sandbox.changeSettings({ credits: 2 });
		expect((await send(message(), message(), message())).body).toEqual({ errors: [{ statusCode: 400, status: 'Not enough balance' }] });
		await send(message(), message());
		expect((await get('/v1/info')).body['balance']).toBe(0);
	});

	test('knows the test numbers, which cost nothing', async () => {
		expect(rows(await send(...[1, 4, 9].map((digit) => message({ recipient: `+0-000-000-000-${digit}` }))), 'messages').map(({ cost }) => cost)).toEqual(['0.00', '0.00', '0.00']);
		await until(() => sandbox.messages('sms160')[2]?.status === 'failed');
		expect(rows(await get('/v1/messages'), 'messages').map(({ statusCode, status }) => [statusCode, status])).toEqual([['2', 'Routing error'], ['1', 'Delivered to handset'], ['-1', 'Awaiting result']]);
	});
});

describe('messages', () => {
	test('are listed newest first in pages with links, by every filter', async () => {
		await send(...Array.from({ length: 5 }, (_, index) => message({ message: `No. ${index}` })));
		await send(message({ delay: 5 }));
		const first = await get(`/v1/messages?limit=2&messageIdFrom=${firstId()}&messageIdTo=${firstId() + 4}`);
		expect(rows(first, 'messages').map((row) => row['message'])).toEqual(['No. 4', 'No. 3']);
		const [next] = rows(first, 'links');
		expect(next).toMatchObject({ rel: 'next' });
		const second = await get(String(next?.['href']).slice(sandbox.baseUrl('sms160').length));
		expect(rows(second, 'messages').map((row) => row['message'])).toEqual(['No. 2', 'No. 1']);
		expect(rows(second, 'links').map(({ rel }) => rel)).toEqual(['prev', 'next']);
		expect(rows(await get('/v1/messages?delayed=1'), 'messages')).toHaveLength(1);
		expect(rows(await get('/v1/messages?delayed=0'), 'messages')).toHaveLength(5);
		expect(rows(await get(`/v1/messages?messageIdFrom=${firstId() + 3}`), 'messages').map((row) => row['message'])).toEqual(['No. 4', 'No. 3']);
		expect(rows(await get(`/v1/messages?messageIdTo=${firstId()}`), 'messages').map((row) => row['message'])).toEqual(['No. 0']);
		const batch = /"batchId":(\d+)/.exec(second.text)?.[1] ?? '';
		expect(rows(await get(`/v1/messages?batchId=${batch}`), 'messages')).toHaveLength(5);
		const posted = String(rows(first, 'messages')[0]?.['datePosted']);
		expect(rows(await get(`/v1/messages?dateFrom=${posted.slice(0, 10)}%2000:00:00&dateTo=${posted.slice(0, 10)}%2000:00:00`), 'messages')).toHaveLength(0);
		noViolations();
		expect((await get('/v1/messages?limit=101')).httpStatus).toBe(400);
		expect((await get('/v1/messages?dateFrom=yesterday')).httpStatus).toBe(400);
		expect((await get('/v1/messages?dateTo=2026-02-30%2000:00:00')).httpStatus).toBe(400);
	});

	test('are removed by ID, by batch and by range; a scheduled one is then never sent', async () => {
		await send(message({ delay: 1 }), message(), message());
		expect(await call(sandbox, 'DELETE', `/v1/messages/${firstId()}`)).toMatchObject({ httpStatus: 204, text: '' });
		sandbox.advance(120_000);
		expect(sandbox.messages('sms160')[0]?.status).toBe('cancelled');
		expect((await call(sandbox, 'DELETE', `/v1/messages/${firstId()}`)).httpStatus).toBe(404);
		expect((await call(sandbox, 'DELETE', `/v1/messages?messageIdFrom=${firstId() + 1}&messageIdTo=${firstId() + 1}`)).httpStatus).toBe(204);
		expect(rows(await get('/v1/messages'), 'messages').map(({ messageId }) => messageId)).toEqual([firstId() + 2]);
		await send(message());
		expect((await call(sandbox, 'DELETE', `/v1/messages?messageIdTo=${firstId() + 2}`)).httpStatus).toBe(204);
		expect(rows(await get('/v1/messages'), 'messages').map(({ messageId }) => messageId)).toEqual([firstId() + 3]);
		noViolations();
		expect((await call(sandbox, 'DELETE', '/v1/messages')).httpStatus).toBe(400);
		expect((await call(sandbox, 'DELETE', '/v1/messages?batchId=1&messageIdFrom=1')).httpStatus).toBe(400);
	});
});

describe('contacts and groups', () => {
	test('are created, changed, found and deleted', async () => {
		const groups = await call(sandbox, 'POST', '/v1/groups', { groups: [{ group: 'VIP', groupType: 0 }, { group: 'Deals', groupType: 2, keyword: 'DEALS' }] });
		expect(groups).toMatchObject({ httpStatus: 201, body: { groups: [{ groupId: 3, group: 'VIP', groupType: 0, keyword: '', userCount: 0 }, { groupId: 4, keyword: 'DEALS' }] } });
		const made = await call(sandbox, 'POST', '/v1/contacts', { contacts: [{ firstName: 'John', lastName: 'Doe', note: '', phone: '61491573770', groups: [{ groupId: 3, isDisabled: 0 }] }] });
		expect(made).toMatchObject({ httpStatus: 201, body: { contacts: [{ contactId: 4, firstName: 'John', phone: '61491573770', groups: [{ groupId: 3, isDisabled: 0 }] }] } });
		expect(await call(sandbox, 'PATCH', '/v1/contacts', { contacts: [{ contactId: 4, note: 'new' }] })).toMatchObject({
			httpStatus: 200,
			body: { contacts: [{ contactId: 4, firstName: 'John', note: 'new' }] },
		});
		expect(rows(await get('/v1/contacts?firstName=ENNIF'), 'contacts').map(({ contactId }) => contactId)).toEqual([1]);
		expect(rows(await get('/v1/contacts?groupId=3&phone=91573'), 'contacts').map(({ contactId }) => contactId)).toEqual([4]);
		expect((await get('/v1/groups/3')).body).toMatchObject({ userCount: 1 });
		expect(await call(sandbox, 'PATCH', '/v1/groups', { groups: [{ groupId: 3, group: 'Very VIP' }] })).toMatchObject({ body: { groups: [{ group: 'Very VIP', userCount: 1 }] } });
		expect(rows(await get('/v1/groups?groupType=2'), 'groups')).toHaveLength(2);
		expect((await call(sandbox, 'DELETE', '/v1/groups/3')).httpStatus).toBe(204);
		expect((await get('/v1/contacts/4')).body['groups']).toEqual([]);
		expect((await call(sandbox, 'DELETE', '/v1/contacts/4')).httpStatus).toBe(204);
		expect((await get('/v1/contacts/4')).httpStatus).toBe(404);
		noViolations();
		for (const filter of ['lastName=Doe', 'firstName=Ana%20%20', 'phone=6149']) expect((await get(`/v1/contacts?${filter}`)).httpStatus).toBe(400);
		expect(sandbox.violations('sms160').map(({ kind }) => kind)).toEqual(['invalid-value', 'invalid-value', 'invalid-value']);
	});

	test('are listed newest first, a few to a page unless more are asked for', async () => {
		await call(sandbox, 'POST', '/v1/contacts', { contacts: Array.from({ length: 30 }, (_, index) => ({ phone: '61491573770', note: String(index) })) });
		const first = await get('/v1/contacts');
		expect(rows(first, 'contacts').map(({ contactId }) => contactId).slice(0, 2)).toEqual([33, 32]);
		expect([rows(first, 'contacts').length, rows(first, 'links')[0]?.['rel']]).toEqual([20, 'next']);
		expect(rows(await get('/v1/contacts?limit=100'), 'contacts')).toHaveLength(33);
		expect(rows(await get('/v1/groups'), 'groups').map(({ groupId }) => groupId)).toEqual([2, 1]);
	});

	test('keep names and titles without the blanks around them', async () => {
		expect(rows(await call(sandbox, 'POST', '/v1/groups', { groups: [{ group: ' VIP ', groupType: 1, keyword: ' IN ' }] }), 'groups')).toMatchObject([{ group: 'VIP', keyword: 'IN' }]);
		const contact = { firstName: ' Ana', lastName: 'Li ', note: ' new ' };
		expect(rows(await call(sandbox, 'POST', '/v1/contacts', { contacts: [{ ...contact, phone: '61491573770' }] }), 'contacts')).toMatchObject([{ firstName: 'Ana', lastName: 'Li', note: 'new' }]);
		expect((await call(sandbox, 'PATCH', '/v1/groups', { groups: [{ groupId: 1, group: ' ' }] })).httpStatus).toBe(400);
		noViolations();
	});

	test('a group of type 1 or 2 needs a keyword, said with the type', async () => {
		const change = async (fields: Record<string, unknown>) => (await call(sandbox, 'PATCH', '/v1/groups', { groups: [{ groupId: 1, ...fields }] })).httpStatus;
		expect([await change({ groupType: 1 }), await change({ groupType: 2, keyword: ' ' }), await change({ groupType: 2, keyword: 'IN' })]).toEqual([400, 400, 200]);
		expect([await change({ groupType: 1 }), await change({ keyword: '' }), await change({ group: 'New' })]).toEqual([400, 400, 200]);
		expect((await get('/v1/groups/1')).body).toMatchObject({ group: 'New', groupType: 2, keyword: 'IN' });
		noViolations();
	});

	test('one object twice in a request is refused', async () => {
		const contacts = [{ contactId: 1, note: 'a' }, { contactId: 2, note: 'b' }, { contactId: 1, note: 'c' }];
		expect(await call(sandbox, 'PATCH', '/v1/contacts', { contacts })).toMatchObject({ httpStatus: 400, body: { errors: [{ status: 'The same object is given twice', object: contacts[2] }] } });
		const groups = [{ groupId: 1, group: 'a' }, { groupId: 1, group: 'b' }];
		expect(await call(sandbox, 'PATCH', '/v1/groups', { groups })).toMatchObject({ httpStatus: 400, body: { errors: [{ object: groups[1] }] } });
		expect((await get('/v1/contacts/1')).body['note']).toBe('Pays by card');
		const same = { contacts: [{ phone: '61491573770' }, { phone: '+61491573770' }] };
		expect((await call(sandbox, 'POST', '/v1/contacts', same)).httpStatus).toBe(201);
		await call(sandbox, 'DELETE', '/v1/contacts/4');
		await call(sandbox, 'DELETE', '/v1/contacts/5');
		sandbox.changeSettings({ allowDuplicateContacts: false });
		expect(await call(sandbox, 'POST', '/v1/contacts', same)).toMatchObject({ httpStatus: 400, body: { errors: [{ object: same.contacts[1] }] } });
		noViolations();
	});

	test('a group send with a refused contact is refused whole', async () => {
		const join = async (phone: string) => await call(sandbox, 'POST', '/v1/contacts', { contacts: [{ phone, groups: [{ groupId: 1, isDisabled: 0 }] }] });
		await join(australianNumbers.unsubscribed);
		expect(await call(sandbox, 'POST', '/v1/groups/1/send', { message: 'Sale' })).toMatchObject({ httpStatus: 400, body: { errors: [{ statusCode: 400, status: 'A recipient has opted out' }] } });
		expect(accepted()).toEqual([]);
		await call(sandbox, 'PATCH', '/v1/contacts', { contacts: [{ contactId: 4, groups: [{ groupId: 1, isDisabled: 1 }] }] });
		expect((await call(sandbox, 'POST', '/v1/groups/1/send', { message: 'Sale', groupId: 1 })).httpStatus).toBe(201);
		expect(accepted()).toHaveLength(2);
		noViolations();
	});

	test('a group send that names one group in its path and another in its body is refused', async () => {
		expect(await call(sandbox, 'POST', '/v1/groups/1/send', { message: 'Sale', groupId: 2 })).toMatchObject({ httpStatus: 400, body: { errors: [{ status: 'Wrong parameter groupId' }] } });
		expect(accepted()).toEqual([]);
		expect(sandbox.violations('sms160').map(({ kind }) => kind)).toEqual(['invalid-value']);
	});

	test('are taken whole or not at all, with the broken objects', async () => {
		const contacts = [{ phone: '61491573770' }, { phone: '12' }];
		expect(await call(sandbox, 'POST', '/v1/contacts', { contacts })).toMatchObject({ httpStatus: 400, body: { errors: [{ object: contacts[1] }] } });
		expect(await call(sandbox, 'PATCH', '/v1/contacts', { contacts: [{ contactId: 1, note: 'x' }, { contactId: 99 }] })).toMatchObject({
			httpStatus: 400,
			body: { errors: [{ status: 'Contact not found', object: { contactId: 99 } }] },
		});
		expect(
			await call(sandbox, 'POST', '/v1/groups', {
				groups: [
					{ group: 'A', groupType: 0 },
					{ group: 'B', groupType: 1 },
				],
			}),
		).toMatchObject({ httpStatus: 400, body: { errors: [{ status: 'Keyword is required for this group type', object: { group: 'B' } }] } });
		expect(rows(await get('/v1/contacts'), 'contacts')).toHaveLength(3);
		expect((await get('/v1/contacts/1')).body['note']).toBe('Pays by card');
		noViolations();
	});

	test('a group send reaches its enabled members and links to the rest of its messages', async () => {
		const small = await call(sandbox, 'POST', '/v1/groups/1/send', { message: 'Sale', senderId: 'MyBrand' });
		expect(small).toMatchObject({ httpStatus: 201, body: { links: [] } });
		expect(accepted()).toEqual(['61491572549', '61491572665']);
		const contacts = Array.from({ length: 100 }, (_, index) => ({ phone: `614915${String(78_000 + index)}`, groups: [{ groupId: 2, isDisabled: 0 }] }));
		expect((await call(sandbox, 'POST', '/v1/contacts', { contacts })).httpStatus).toBe(201);
		await call(sandbox, 'POST', '/v1/contacts', { contacts: contacts.slice(0, 20) });
		const large = await call(sandbox, 'POST', '/v1/groups/2/send', { message: 'Sale' });
		expect(rows(large, 'messages')).toHaveLength(100);
		const next = String(rows(large, 'links')[0]?.['href']).slice(sandbox.baseUrl('sms160').length);
		expect(rows(await get(next), 'messages')).toHaveLength(20);
		noViolations();
	});
});

describe('codes', () => {
	const codeOn = (phone: string) => /^\d+/.exec(sandbox.messages('sms160').findLast(({ to }) => to === phone)?.text ?? '')?.[0] ?? '';
	const verify = (otpId: number, code: string) => call(sandbox, 'POST', `/v1/otp/${otpId}/verify`, { phone: '61491571491', code });

	test('match once, then are used; wrong and old ones are told', async () => {
		expect(await call(sandbox, 'POST', '/v1/otp/1/send', { phone: '61491571491' })).toMatchObject({
			httpStatus: 201,
			body: { verify: { messageId: expect.any(Number), otpId: 1, recipient: '61491571491', statusCode: '-1' } },
		});
		const code = codeOn('61491571491');
		expect(code).toHaveLength(6);
		const results = [await verify(1, 'wrong'), await verify(1, code), await verify(1, code)];
		expect(results.map(({ body }) => (body['verify'] as Record<string, unknown>)['statusCode'])).toEqual(['4', '3', '6']);
		await call(sandbox, 'POST', '/v1/otp/1/send', { phone: '61491571491' });
		sandbox.advance(11 * 60_000);
		expect((await verify(1, codeOn('61491571491'))).body['verify']).toMatchObject({ statusCode: '5', status: 'Expired code' });
		expect((await get('/v1/otp/1')).body).toEqual({ otpId: 1, title: 'Login', length: 6, ttl: 10, sent: 2, matched: 1, failed: 3 });
		expect(rows(await get('/v1/otp?title=check'), 'otps')).toMatchObject([{ otpId: 2 }]);
		expect(JSON.stringify(sandbox.log('sms160').map(({ body }) => body))).not.toContain(code);
		noViolations();
	});

	test('may also be refused by HTTP 400', async () => {
		await call(sandbox, 'POST', '/v1/otp/2/send', { phone: '61491571491' });
		expect(await verify(2, 'x')).toMatchObject({ httpStatus: 400, body: { errors: [{ statusCode: 400, status: 'Failed code' }] } });
		expect(await verify(2, codeOn('61491571491'))).toMatchObject({ httpStatus: 200, body: { verify: { statusCode: '3' } } });
		expect((await verify(1, 'x')).httpStatus).toBe(400);
	});

	test.each([
		['result', [200, 200]],
		['refusal', [400, 400]],
		['configured', [200, 400]],
	] as const)('that are wrong are told as the setting says: %s', async (wrongCodeAs, httpStatuses) => {
		sandbox.changeSettings({ wrongCodeAs });
		const answers = [];
		for (const otpId of [1, 2]) {
			await call(sandbox, 'POST', `/v1/otp/${otpId}/send`, { phone: '61491571491' });
			answers.push(await verify(otpId, 'x'));
			expect((await verify(otpId, codeOn('61491571491'))).httpStatus).toBe(200);
		}
		expect(answers.map(({ httpStatus }) => httpStatus)).toEqual(httpStatuses);
		expect(answers.every(({ text }) => text.includes('"Failed code"'))).toBe(true);
	});
});

describe('replies and callbacks', () => {
	test('a reply is listed, posted to the number\'s callback, and removed', async () => {
		const receiver = await startReceiver();
		try {
			await call(sandbox, 'POST', `/dashboard/virtual-numbers/${sms160Senders.virtual}`, { callbackURL: receiver.url });
			await send(message({ phone: sms160Senders.virtual, recipient: australianNumbers.answersYes }), message({ phone: sms160Senders.mailed }));
			await until(() => receiver.calls.length === 1);
			expect(receiver.calls[0]?.body).toEqual({ messageId: 300_001, dateReceived: dated, sender: australianNumbers.answersYes, recipient: sms160Senders.virtual, message: 'YES' });
			sandbox.reply({ provider: 'sms160', from: '61491571491', text: 'By mail' });
			const listed = rows(await get('/v1/incoming'), 'incoming');
			expect(listed.map((row) => row['message'])).toEqual(['By mail', 'YES']);
			expect(rows(await get(`/v1/incoming?recipient=${sms160Senders.virtual}&messageIdTo=300001`), 'incoming')).toHaveLength(1);
			expect((await call(sandbox, 'DELETE', '/v1/incoming/300001')).httpStatus).toBe(204);
			expect((await call(sandbox, 'DELETE', '/v1/incoming?messageIdFrom=1&messageIdTo=400000')).httpStatus).toBe(204);
			expect(rows(await get('/v1/incoming'), 'incoming')).toEqual([]);
			expect(receiver.calls).toHaveLength(1);
			noViolations();
			expect((await call(sandbox, 'DELETE', '/v1/incoming')).httpStatus).toBe(400);
		} finally {
			await receiver.close();
		}
	});

	test('what cannot be answered says why', async () => {
		const answer = async (fields: Record<string, unknown>) => {
			await send(message(fields));
			return () => sandbox.reply({ provider: 'sms160', from: '61491571491', text: 'Hi' });
		};
		expect(await answer({ senderId: 'MyBrand' })).toThrow('MyBrand is a name, not a number: a phone cannot answer it.');
		expect(await answer({ email: 'me@example.com' })).toThrow('An answer goes to me@example.com by e-mail');
		expect(await answer({})).toThrow('is the registered phone');
		expect(() => sandbox.reply({ provider: 'sms160', from: '61491571491', to: '61491571804', text: 'Hi' })).toThrow('no active virtual number');
		expect(rows(await get('/v1/incoming'), 'incoming')).toEqual([]);
		// Nor does a phone that answers by itself.
		await send(message({ senderId: 'MyBrand', recipient: australianNumbers.answersYes }));
		sandbox.advance(60_000);
		expect(sandbox.inbound('sms160')).toEqual([]);
	});

	test('a delivery report goes to the message\'s callback; other payloads can be made by hand', async () => {
		const receiver = await startReceiver();
		try {
			await send(message({ callbackURL: receiver.url, recipient: australianNumbers.fails }), message());
			await until(() => receiver.calls.length === 1);
			expect(receiver.calls[0]?.body).toMatchObject({ messageId: firstId(), recipient: australianNumbers.fails, statusCode: '2', status: 'Not delivered', dateSent: dated });
			expect(await sandbox.event({ provider: 'sms160', type: 'status', body: { id: 1 }, signature: 'none' })).toMatchObject({ httpStatus: 200 });
			await expect(sandbox.event({ provider: 'sms160', type: 'inbound', body: {}, signature: 'none' })).rejects.toThrow('No webhook URL');
		} finally {
			await receiver.close();
		}
	});
});

describe('a request that nobody waits for any more', () => {
	const lose = async (method: string, path: string, body: unknown) => {
		sandbox.addFault({ provider: 'sms160', kind: 'row-by-row', path, workMs: 30_000 });
		await expect(call(sandbox, method, path, body)).rejects.toThrow();
	};
	const steps = async (list: () => Promise<unknown[]>) => {
		const counts: number[] = [];
		for (let step = 0; step < 3; step++) {
			counts.push((await list()).length);
			sandbox.advance(15_000);
		}
		return counts;
	};

	test('is taken row by row: messages of one batch, of a group, contacts and groups', async () => {
		sandbox.changeSettings({ deliverAfterMs: 0 });
		await lose('POST', '/v1/messages', { messages: [message(), message({ delay: 60 })] });
		const all = async () => [...rows(await get('/v1/messages'), 'messages'), ...rows(await get('/v1/messages?delayed=1'), 'messages')];
		expect(await steps(all)).toEqual([0, 1, 2]);
		expect(new Set((await all()).map(({ batchId }) => batchId)).size).toBe(1);
		await lose('POST', '/v1/groups/1/send', { message: 'Sale' });
		expect(await steps(async () => sandbox.messages('sms160').slice(2))).toEqual([0, 1, 2]);
		await lose('POST', '/v1/contacts', { contacts: [{ phone: '61491573770' }, { phone: '61491573087' }] });
		expect(await steps(async () => rows(await get('/v1/contacts'), 'contacts').slice(3))).toEqual([0, 1, 2]);
		await lose('PATCH', '/v1/groups', { groups: [{ groupId: 1, group: 'New' }, { groupId: 2, group: 'New' }] });
		expect(await steps(async () => rows(await get('/v1/groups'), 'groups').filter(({ group }) => group === 'New'))).toEqual([0, 1, 2]);
		noViolations();
	});

	test('is taken late, in the provider\'s own order of time', async () => {
		sandbox.addFault({ provider: 'sms160', kind: 'late', path: '/v1/messages', clientSees: 'reset', workMs: 5_000 });
		await expect(send(message({ message: 'late' }))).rejects.toThrow();
		await send(message({ message: 'next' }));
		sandbox.advance(5_000);
		expect(rows(await get('/v1/messages'), 'messages').map((row) => row['message'])).toEqual(['late', 'next']);
	});
});

test('an error that is made to happen has its status in the body too', async () => {
	sandbox.addFault({ provider: 'sms160', kind: 'error-before', httpStatus: 503 });
	expect(await get('/v1/info')).toMatchObject({ httpStatus: 503, body: { errors: [{ statusCode: 503 }] } });
	sandbox.addFault({ provider: 'sms160', kind: 'echo', message: 'What is' });
	const status = expect.stringMatching(/^What is: GET \/sms160\/v1\/info\?x=1\n.*authorization: Basic /s);
	expect(await get('/v1/info?x=1')).toMatchObject({ httpStatus: 400, body: { errors: [{ statusCode: 400, status }] } });
});

test('half of a request is taken under the fault "partial-after"', async () => {
	sandbox.addFault({ provider: 'sms160', kind: 'partial-after', path: '/v1/messages' });
	expect((await send(message(), message({ recipient: '61491571804' }))).httpStatus).toBe(500);
	expect(accepted()).toEqual(['61491571491']);
});
