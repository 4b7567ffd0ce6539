import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { nusaDevelopmentKey, nusaSenders } from '../../sandbox/nusasms/account';
import { indonesianNumbers, ordinaryIndonesianNumbers } from '../../sandbox/nusasms/indonesianNumbers';
import { refusedNumber, smsStatuses } from '../../sandbox/nusasms/statuses';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { until } from './mobileMessageClient';
import { call, query, set, startPushReceiver } from './nusasmsClient';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => {
	sandbox.reset();
	sandbox.changeSettings({ enforceLimits: false, deliverAfterMs: 20 });
});
afterAll(() => sandbox.close());

const [first = '', second = ''] = ordinaryIndonesianNumbers;
const plain = (fields: Record<string, string> = {}) => query(sandbox, 'POST', '/api/v3/sendsms/plain', { SMSText: 'Hello', GSM: first, output: 'json', ...fields });
const group = (fields: Record<string, string> = {}) => query(sandbox, 'POST', '/api/v3/sendsms/group', { SMSText: 'Hello', group: 'Example', output: 'json', ...fields });
const command = (fields: Record<string, string>) => query(sandbox, 'GET', '/api/command', fields);
const row = ({ body }: { body: Record<string, unknown> }) => (body['results'] as Array<Record<string, string>>)[0] ?? {};
const whatsApp = (fields: Record<string, unknown> = {}) => call(sandbox, 'POST', '/whatsapp/message', { destination: first, message: 'Hello', ...fields });
const media = (fields: Record<string, unknown> = {}) => call(sandbox, 'POST', '/whatsapp/media', { destination: first, sender: nusaSenders.media, ...fields });
const refNoOf = ({ body }: { body: Record<string, unknown> }) => String((body['data'] as Record<string, unknown>)['ref_no']);
const info = async (refNo: string) => (await call(sandbox, 'GET', `/whatsapp/status/${refNo}`)).body['data'] as Record<string, unknown>;
const balance = async () => (await call(sandbox, 'GET', '/balance')).body['data'] as Record<string, unknown>;
const messages = () => sandbox.messages('nusasms');
const kinds = () => sandbox.violations('nusasms').map(({ kind }) => kind);
const noViolations = () => expect(sandbox.violations('nusasms')).toEqual([]);
const id = expect.stringMatching(/^\d{18}$/) as string;

describe('access', () => {
	test('the account and its balances, in the envelope of success', async () => {
		expect(await call(sandbox, 'GET', '/auth/api_key')).toMatchObject({
			httpStatus: 200,
			body: { error: false, error_code: 0, message: expect.any(String), data: { userid: 'demo', idPerson: expect.any(Number), idClient: expect.any(Number) } },
		});
		expect(await balance()).toMatchObject({ wa_balance: 100_000, sms_balance: 100_000, hlr_balance: null, pulsa_balance: 0, sms_expired_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
		expect((await call(sandbox, 'GET', '/balance', undefined, { APIKey: nusaDevelopmentKey })).httpStatus).toBe(200);
		noViolations();
	});

	test('needs the APIKey, a known path and method, and a white-listed address', async () => {
		expect(await call(sandbox, 'GET', '/balance', undefined, { APIKey: 'other' })).toMatchObject({ httpStatus: 401, body: { error: true, message: 'Invalid API Key', description: null } });
		expect((await call(sandbox, 'GET', '/nothing')).httpStatus).toBe(404);
		expect(await call(sandbox, 'PUT', '/balance', {})).toMatchObject({ httpStatus: 405, body: { error: true } });
		expect((await query(sandbox, 'GET', '/api/v3/sendsms/plain', { SMSText: 'x', GSM: first })).httpStatus).toBe(405);
		expect(kinds()).toEqual(['auth', 'path', 'method', 'method']);
		set(sandbox, { ipAllowed: false });
		expect((await call(sandbox, 'GET', '/auth/api_key')).httpStatus).toBe(403);
		expect((await call(sandbox, 'GET', '/whatsapp/status/read')).httpStatus).toBe(403);
		expect([(await whatsApp()).httpStatus, (await media({ media_url: 'https://example.com/a.png' })).httpStatus]).toEqual([403, 403]);
		expect([row(await plain())['status'], row(await group())['status']]).toEqual(['-40', '-40']);
		expect(messages()).toEqual([]);
	});

	test('takes one request in 50 ms', async () => {
		sandbox.changeSettings({ enforceLimits: true });
		const answers = await Promise.all(Array.from({ length: 20 }, () => plain()));
		expect(answers.filter(({ httpStatus }) => httpStatus === 200).length).toBeGreaterThan(0);
		expect(answers.find(({ httpStatus }) => httpStatus === 429)?.body).toEqual({ error: true, message: 'Rate limit', description: null });
		expect(new Set(kinds())).toEqual(new Set(['rate']));
	});

	test('no password reaches the log', async () => {
		await query(sandbox, 'POST', '/api/v3/sendsms/plain', { SMSText: 'x', GSM: first, password: 'p4ssw0rd' });
		await command({ cmd: 'CREDITS', password: 'p4ssw0rd' });
		expect(sandbox.log('nusasms')[0]?.query).toMatchObject({ user: 'sandbox', password: '***' });
		expect(JSON.stringify(sandbox.log('nusasms'))).not.toContain('p4ssw0rd');
		expect(kinds()).toEqual(['auth', 'auth']);
	});

	test('settings of its own are checked, and changed one at a time', () => {
		set(sandbox, { waCredits: 5 });
		set(sandbox, { smsPush: 'json' });
		expect(sandbox.settings('nusasms').own).toMatchObject({ waCredits: 5, smsPush: 'json', ipAllowed: true });
		expect(() => sandbox.changeSettings({ own: { waCredit: 5 } }, 'nusasms')).toThrow('waCredit');
		expect(() => sandbox.changeSettings({ own: { smsPush: 'fax' } }, 'nusasms')).toThrow('smsPush');
		expect(() => sandbox.changeSettings({ credits: 1, own: { smsPush: 'form' } })).toThrow('smsPush');
		expect(sandbox.settings('nusasms')).toMatchObject({ credits: 100_000, own: { smsPush: 'json' } });
		sandbox.reset();
		expect(sandbox.settings('nusasms').own).toMatchObject({ waCredits: 100_000, smsPush: 'form' });
	});
});

describe('SMS', () => {
	test('is answered as XML unless JSON is asked for', async () => {
		const xml = await query(sandbox, 'POST', '/api/v3/sendsms/plain', { SMSText: 'Hello', GSM: first });
		expect(xml).toMatchObject({ httpStatus: 200, contentType: 'text/xml' });
		expect(xml.text).toMatch(
			new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?> <results> <result> <status>0</status> <messageid>\\d{18}</messageid> <destination>${first}</destination> </result> </results>$`),
		);
		const json = await plain({ GSM: second });
		expect(json).toMatchObject({ httpStatus: 200, contentType: 'application/json', body: { results: [{ status: '0', messageid: id, destination: second }] } });
		await until(() => messages().every(({ status }) => status === 'delivered'));
		expect(messages()).toMatchObject([
			{ to: first, from: nusaSenders.sms, text: 'Hello' },
			{ to: second, id: row(json)['messageid'] },
		]);
		expect(await balance()).toMatchObject({ sms_balance: 99_998, wa_balance: 100_000 });
		noViolations();
	});

	test('answers every documented status for the number that stands for it', async () => {
		expect(smsStatuses.map(([status]) => status)).toEqual([-1, -2, -3, -5, -6, -7, -9, -10, -11, -12, -13, -22, -23, -26, -27, -28, -30, -33, -34, -40, -77, -78, -88, -99]);
		for (const [status] of smsStatuses) {
			const to = refusedNumber(status);
			expect(parsePhoneNumberFromString(`+${to}`)?.isValid()).toBe(true);
			expect(row(await plain({ GSM: to }))).toEqual({ status: String(status), messageid: '', destination: to });
		}
		expect(messages()).toEqual([]);
		noViolations();
	});

	test('is refused for what is really so', async () => {
		const status = async (fields: Record<string, string>) => row(await plain(fields))['status'];
		expect(await status({ password: 'wrong' })).toBe('-5');
		expect(await status({ GSM: ' ' })).toBe('-6');
		expect(await status({ SMSText: ' ' })).toBe('-12');
		expect(await status({ SMSText: 'Kode OTP anda 123456' })).toBe('-10');
		expect(await status({ SMSText: 'Kode OTP anda 123456', otp: 'Y' })).toBe('0');
		expect(await status({ GSM: indonesianNumbers.invalid })).toBe('-13');
		expect(await status({ GSM: '61491570006' })).toBe('-3');
		expect(kinds()).toEqual(['auth']);
		expect(row(await plain({ GSM: '085100803380' }))).toEqual({ status: '-13', messageid: '', destination: '085100803380' });
		expect(await status({ GSM: '+6285100803380' })).toBe('-13');
		expect(kinds()).toEqual(['auth', 'invalid-value', 'invalid-value']);
		set(sandbox, { balanceExpired: true });
		expect(await status({})).toBe('-7');
		set(sandbox, { balanceExpired: false });
		sandbox.changeSettings({ credits: 0 });
		expect(await status({})).toBe('-2');
		expect(messages()).toHaveLength(1);
	});

	test('is refused as spam after ten times the same in a day, and over a limit per number', async () => {
		for (let count = 1; count <= 10; count++) expect(row(await plain())['status']).toBe('0');
		expect([row(await plain())['status'], row(await plain({ SMSText: 'Other' }))['status']]).toEqual(['-77', '0']);
		sandbox.advance(86_400_000);
		expect(row(await plain())['status']).toBe('0');
		set(sandbox, { perNumberPerDay: 1 });
		expect(row(await plain({ SMSText: 'Third' }))['status']).toBe('-78');
	});

	test('keeps characters only with unicode=True', async () => {
		await plain({ SMSText: 'Ya 🌏' });
		await plain({ SMSText: 'Ya 🌏', unicode: 'True' });
		expect(messages().map(({ text }) => text)).toEqual(['Ya ?', 'Ya 🌏']);
		noViolations();
	});

	test('finds what a correct client never sends', async () => {
		expect(await plain({ sender: 'ME' })).toMatchObject({ httpStatus: 422, body: { detail: [{ loc: ['query', 'sender'], msg: expect.any(String), type: 'value_error.extra' }] } });
		expect((await plain({ otp: 'yes' })).httpStatus).toBe(422);
		expect((await plain({ unicode: 'true' })).httpStatus).toBe(422);
		expect((await plain({ output: 'yaml' })).httpStatus).toBe(422);
		expect(row(await query(sandbox, 'POST', '/api/v3/sendsms/plain', { SMSText: 'x', output: 'json' }))['status']).toBe('-6');
		expect(row(await query(sandbox, 'POST', '/api/v3/sendsms/plain', { GSM: first, output: 'json' }))['status']).toBe('-12');
		expect((await fetch(`${sandbox.baseUrl('nusasms')}/api/v3/sendsms/plain?SMSText=x`, { method: 'POST' })).status).toBe(422);
		expect(kinds()).toEqual(['unknown-field', 'invalid-value', 'invalid-value', 'invalid-value', 'missing-field', 'missing-field', 'missing-field', 'missing-field']);
	});

	test('has at most 160 characters, or as many segments as it takes where that is set', async () => {
		expect(row(await plain({ SMSText: 'a'.repeat(160) }))['status']).toBe('0');
		expect(await plain({ SMSText: 'a'.repeat(161) })).toMatchObject({ httpStatus: 422, body: { detail: [{ loc: ['query', 'SMSText'] }] } });
		expect(kinds()).toEqual(['invalid-value']);
		set(sandbox, { longSms: 'segments' });
		await plain({ SMSText: 'a'.repeat(161) });
		expect(messages().map(({ segments, cost }) => [segments, cost])).toEqual([[1, 1], [2, 2]]);
	});

	test('goes to a group under a campaign name, or is refused with -55', async () => {
		const campaign = expect.stringMatching(/^Group-Api-Campaign-[0-9a-f]{7}-\d{4}$/) as string;
		expect(row(await group())).toEqual({ status: '0', campaign_name: campaign, group: 'Example' });
		await until(() => messages().every(({ status }) => status === 'delivered' || status === 'failed'));
		expect(messages().map(({ to, status }) => [to, status])).toEqual([[first, 'delivered'], [second, 'delivered'], [indonesianNumbers.fails, 'failed']]);
		expect(row(await group({ group: 'Empty' }))).toEqual({ status: '-55', campaign_name: campaign, group: 'Empty' });
		expect((await group({ group: 'A & B', output: 'xml' })).text).toContain('<status>-55</status>');
		expect((await group({ group: 'A & B', output: 'xml' })).text).toContain('<group>A &amp; B</group>');
		expect(row(await group({ password: 'x' }))['status']).toBe('-5');
		sandbox.changeSettings({ credits: 2 });
		expect(row(await group())['status']).toBe('-2');
		expect(messages()).toHaveLength(3);
	});

	test('a group is half taken under the fault "partial-after", and one SMS not at all', async () => {
		sandbox.addFault({ provider: 'nusasms', kind: 'partial-after', path: '/api/v3', times: 2 });
		expect((await group({ group: 'Example' })).httpStatus).toBe(500);
		expect((await plain()).httpStatus).toBe(500);
		expect(messages().map(({ to }) => to)).toEqual([first]);
	});

	test('is taken late, or number by number, when the answer is lost', async () => {
		sandbox.addFault({ provider: 'nusasms', kind: 'late', path: '/api/v3/sendsms/plain', workMs: 500_000, clientSees: 'reset' });
		await expect(plain({ SMSText: 'late' })).rejects.toThrow();
		sandbox.addFault({ provider: 'nusasms', kind: 'row-by-row', path: '/api/v3/sendsms/group', workMs: 900_000 });
		await expect(group({ SMSText: 'rows' })).rejects.toThrow();
		const counts = [messages().length];
		for (const ms of [400_000, 200_000, 400_000]) {
			sandbox.advance(ms);
			counts.push(messages().length);
		}
		expect(counts).toEqual([0, 1, 3, 4]);
	});

	test('does not reach a fixed line', async () => {
		expect(row(await plain({ GSM: indonesianNumbers.landline }))['status']).toBe('0');
		await until(() => messages()[0]?.status === 'failed');
		await plain({ GSM: indonesianNumbers.noWhatsApp });
		await until(() => messages()[1]?.status === 'delivered');
	});
});

describe('commands', () => {
	test('give credits in the shape that is set', async () => {
		const expiredDate = expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string;
		expect((await command({ cmd: 'CREDITS', type: 'sms', output: 'json' })).body).toEqual({ value: '100000', expiredDate });
		expect((await command({ cmd: 'CREDITS', output: 'JSON' })).body).toEqual({ value: '100000', expiredDate });
		expect(await command({ cmd: 'CREDITS', type: 'sms' })).toMatchObject({ contentType: 'text/xml', text: expect.stringContaining('<result> <value>100000</value> <expiredDate>') });
		set(sandbox, { creditsAnswer: 'number' });
		expect(await command({ cmd: 'CREDITS', type: 'sms', output: 'json' })).toMatchObject({ contentType: 'text/plain', text: '100000' });
		set(sandbox, { creditsAnswer: 'json' });
		expect((await command({ cmd: 'CREDITS' })).body).toEqual({ value: '100000', expiredDate });
		set(sandbox, { creditsAnswer: 'xml' });
		expect((await command({ cmd: 'CREDITS', output: 'json' })).contentType).toBe('text/xml');
		noViolations();
	});

	test('give the status of a message in the shape that is set', async () => {
		const { messageid = '' } = row(await plain());
		await until(() => messages()[0]?.status === 'delivered');
		expect(row(await command({ cmd: 'DR', ref_no: messageid, output: 'json' }))).toEqual({ status: 'DELIVERED', messageid, destination: first });
		expect((await command({ cmd: 'DR', ref_no: messageid })).text).toContain('<status>DELIVERED</status>');
		expect(row(await command({ cmd: 'DR', ref_no: '123', output: 'json' }))['status']).toBe('NO_DATA');
		set(sandbox, { statusAnswer: 'word' });
		expect(await command({ cmd: 'DR', ref_no: messageid, output: 'json' })).toMatchObject({ contentType: 'text/plain', text: 'DELIVERED' });
		noViolations();
	});

	test('refuse what is wrong with them', async () => {
		expect(row(await command({ cmd: 'CREDITS', password: 'x', output: 'json' }))).toEqual({ status: '-5' });
		set(sandbox, { creditsAnswer: 'number' });
		expect((await command({ cmd: 'CREDITS', password: 'x' })).text).toBe('-5');
		expect((await command({ cmd: 'DR' })).httpStatus).toBe(422);
		expect((await command({ cmd: 'DR', ref_no: '1', type: 'sms' })).httpStatus).toBe(422);
		expect((await command({ cmd: 'CREDITS', ref_no: '1' })).httpStatus).toBe(422);
		expect((await command({ cmd: 'BALANCE' })).httpStatus).toBe(422);
		expect(kinds()).toEqual(['auth', 'auth', 'missing-field', 'unknown-field', 'unknown-field', 'invalid-value']);
	});
});

describe('WhatsApp messages', () => {
	test('are accepted with 201, and looked up until they are read', async () => {
		sandbox.changeSettings({ deliverAfterMs: 100_000 });
		const sent = await whatsApp({ message: 'Halo \\U0001F600', timeout: 3_600, is_group: false, sender: null });
		expect(sent).toMatchObject({ httpStatus: 201, body: { error: false, error_code: 0, data: { sender: nusaSenders.whatsApp, destination: first, message: 'Halo \\U0001F600', ref_no: id } } });
		expect(await info(refNoOf(sent))).toMatchObject({ status: 'U', sent_date: null, delivered_date: null, read_date: null, is_group: false });
		const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
		sandbox.advance(400_000);
		expect(await info(refNoOf(sent))).toEqual({
			destination: first,
			sender: nusaSenders.whatsApp,
			is_group: false,
			create_date: time,
			sent_date: time,
			read_date: time,
			delivered_date: time,
			ref_no: refNoOf(sent),
			status: 'R',
			message: 'Halo \\U0001F600',
			caption: null,
			media_url: null,
		});
		expect(messages()[0]?.text).toBe('Halo 😀');
		expect((await call(sandbox, 'GET', '/whatsapp/status/123')).body).toEqual({ error: true, message: 'Message not found', description: null });
		noViolations();
	});

	test('pass through every status while time does', async () => {
		sandbox.changeSettings({ deliverAfterMs: 400_000 });
		const refNo = refNoOf(await whatsApp());
		const seen = [(await info(refNo))['status']];
		for (const ms of [100_000, 100_000, 200_000, 400_000]) {
			sandbox.advance(ms);
			seen.push((await info(refNo))['status']);
		}
		expect(seen).toEqual(['U', 'Q', 'S', 'D', 'R']);
		set(sandbox, { whatsAppRead: false });
		const unread = refNoOf(await whatsApp());
		sandbox.advance(2_000_000);
		expect((await info(unread))['status']).toBe('D');
	});

	test('know the documented test numbers', async () => {
		const statuses = await Promise.all(['queued', 'sent', 'delivered', 'read', 'aborted', 'failed'].map(async (refNo) => (await info(refNo))['status']));
		expect(statuses).toEqual(['Q', 'S', 'D', 'R', 'A', 'F']);
		expect(await info('delivered')).toMatchObject({ ref_no: 'delivered', sent_date: expect.any(String), delivered_date: expect.any(String), read_date: null });
	});

	test('fail, are aborted or time out; what failed is paid back', async () => {
		sandbox.changeSettings({ deliverAfterMs: 100_000 });
		const refNos = [];
		const wanted = [{ destination: indonesianNumbers.fails }, { destination: indonesianNumbers.noWhatsApp }, { destination: indonesianNumbers.landline }, { timeout: 40 }, { timeout: 60 }];
		for (const fields of wanted) refNos.push(refNoOf(await whatsApp(fields)));
		refNos.push(refNoOf(await whatsApp({ destination: indonesianNumbers.unsubscribed })));
		expect((await balance())['wa_balance']).toBe(99_994);
		sandbox.advance(150_000);
		expect(await Promise.all(refNos.map(async (refNo) => (await info(refNo))['status']))).toEqual(['F', 'F', 'F', 'F', 'D', 'A']);
		expect((await balance())['wa_balance']).toBe(99_998);
		noViolations();
	});

	test('cost a credit for 1,500 characters, none on the test host', async () => {
		await whatsApp({ message: 'a'.repeat(1_501) });
		expect((await balance())['wa_balance']).toBe(99_998);
		await call(sandbox, 'POST', '/whatsapp/message', { destination: first, message: 'x' }, { APIKey: nusaDevelopmentKey });
		expect((await balance())['wa_balance']).toBe(99_998);
		set(sandbox, { waCredits: 0 });
		expect(await whatsApp()).toMatchObject({ httpStatus: 400, body: { error: true, message: 'Not enough credits' } });
		set(sandbox, { waCredits: 9, balanceExpired: true });
		expect((await whatsApp()).httpStatus).toBe(400);
		expect(messages()).toHaveLength(2);
	});

	test('go to groups, and from the account\'s senders', async () => {
		const groupId = '6281100001001-1243456789';
		expect(await whatsApp({ destination: groupId, is_group: true, sender: nusaSenders.media })).toMatchObject({ httpStatus: 201, body: { data: { destination: groupId, sender: nusaSenders.media } } });
		await until(() => messages()[0]?.status === 'read');
		expect((await whatsApp({ sender: '6281234567890' })).httpStatus).toBe(400);
		noViolations();
		// The document lets is_group be left out.
		expect((await whatsApp({ destination: groupId })).httpStatus).toBe(201);
		noViolations();
		expect((await whatsApp({ destination: groupId, is_group: false })).httpStatus).toBe(422);
		expect((await whatsApp({ is_group: true })).httpStatus).toBe(422);
		expect(kinds()).toEqual(['invalid-value', 'invalid-value']);
	});

	test('carry emoji as codes, as the document asks for', async () => {
		await whatsApp({ message: 'Halo 😀 \\U0001F1EE\\U0001F1E9' });
		expect(messages()[0]?.text).toBe('Halo ? 🇮🇩');
		expect(kinds()).toEqual(['invalid-value']);
	});

	test('may also come as a form, and be accepted with 200 or 202', async () => {
		set(sandbox, { acceptedStatus: 202 });
		const form = new URLSearchParams({ destination: first, message: 'Hello', timeout: '5', is_group: 'false' }).toString();
		expect((await call(sandbox, 'POST', '/whatsapp/message', form, { 'content-type': 'application/x-www-form-urlencoded' })).httpStatus).toBe(202);
		noViolations();
	});

	test('are refused where something is wrong', async () => {
		expect(await whatsApp({ destination: '62812' })).toMatchObject({ httpStatus: 422, body: { detail: [{ loc: ['body', 'destination'], msg: 'invalid destination' }] } });
		expect((await whatsApp({ destination: indonesianNumbers.invalid })).httpStatus).toBe(422);
		expect((await whatsApp({ message: ' ' })).httpStatus).toBe(422);
		noViolations();
		expect(await call(sandbox, 'POST', '/whatsapp/message', { destination: first })).toMatchObject({
			httpStatus: 422,
			body: { detail: [{ loc: ['body', 'message'], msg: 'field required', type: 'value_error.missing' }] },
		});
		expect((await whatsApp({ destination: '0811-0000-1001' })).httpStatus).toBe(422);
		expect((await whatsApp({ text: 'x' })).httpStatus).toBe(422);
		expect((await whatsApp({ timeout: '5' })).httpStatus).toBe(422);
		expect(await call(sandbox, 'POST', '/whatsapp/message', 'x', { 'content-type': 'text/plain' })).toMatchObject({ httpStatus: 400, body: { error: true } });
		expect(kinds()).toEqual(['missing-field', 'invalid-value', 'unknown-field', 'wrong-type', 'not-json']);
		expect(messages()).toEqual([]);
	});
});

describe('WhatsApp media', () => {
	const base64 = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');

	test('are sent by address or in the request, which has the last word, for two credits', async () => {
		const byUrl = await media({ media_url: 'https://example.com/image_name.png', caption: 'Look' });
		expect(byUrl).toMatchObject({ httpStatus: 201, body: { error: false, data: { caption: 'Look', media_url: 'https://example.com/image_name.png', ref_no: id } } });
		await media({ media_url: 'https://example.com/a.png', media_base64: base64(10), file_name: 'b.pdf' });
		await media({ media_base64: Buffer.from('%PDF-1.7').toString('base64') });
		await media({ media_url: 'https://example.com/download.php?id=1' });
		expect(messages().map(({ text }) => text)).toEqual(['Look [https://example.com/image_name.png]', '[b.pdf, 10 bytes]', '[pdf, 8 bytes]', '[https://example.com/download.php?id=1]']);
		expect((await balance())['wa_balance']).toBe(99_992);
		expect(await info(refNoOf(byUrl))).toMatchObject({ message: null, caption: 'Look', media_url: 'https://example.com/image_name.png' });
		noViolations();
	});

	test('have a type and a size', async () => {
		for (const [name, largest] of [['a.png', 524_288], ['a.mp4', 1_048_576]] as const) {
			expect((await media({ media_base64: base64(largest), file_name: name })).httpStatus).toBe(201);
			expect(await media({ media_base64: base64(largest + 1), file_name: name })).toMatchObject({ httpStatus: 422, body: { detail: [{ loc: ['body', 'media_base64'] }] } });
		}
		expect(await media({ media_base64: base64(9), file_name: 'a.gif' })).toMatchObject({ httpStatus: 422, body: { detail: [{ loc: ['body', 'file_name'] }] } });
		expect((await media({ media_base64: base64(9) })).httpStatus).toBe(422);
		expect((await media({ media_base64: 'data:image/png;base64,AAAA', file_name: 'a.png' })).httpStatus).toBe(422);
		expect((await media({ media_url: 'file:///a.png' })).httpStatus).toBe(422);
		expect((await media()).httpStatus).toBe(422);
		expect(kinds()).toEqual([...Array<string>(6).fill('invalid-value'), 'missing-field']);
		expect(messages()).toHaveLength(2);
	});

	test('need the sender that may send them', async () => {
		const url = { media_url: 'https://example.com/a.png' };
		expect((await media({ ...url, sender: nusaSenders.whatsApp })).httpStatus).toBe(400);
		noViolations();
		expect((await media({ ...url, sender: null })).httpStatus).toBe(422);
		expect(kinds()).toEqual(['missing-field']);
		set(sandbox, { mediaSender: 'optional' });
		expect((await media({ ...url, sender: null })).body).toMatchObject({ data: { sender: nusaSenders.media } });
	});
});

describe('phone checks', () => {
	test('take up to 100 numbers, and call back with the results', async () => {
		const receiver = await startPushReceiver();
		try {
			const phone_numbers = [first, indonesianNumbers.noWhatsApp, indonesianNumbers.landline, ...Array<string>(97).fill(second)];
			expect(await call(sandbox, 'POST', '/wa_phone_check', { phone_numbers, callback_url: receiver.url })).toMatchObject({ httpStatus: 201, body: { error: false, data: null } });
			expect((await call(sandbox, 'POST', '/wa_phone_check', { phone_numbers: [first] })).httpStatus).toBe(201);
			await until(() => receiver.calls.length === 1);
			const { data } = JSON.parse(receiver.calls[0]?.text ?? '') as { data: Array<{ status: string }> };
			expect(data.slice(0, 4)).toEqual([
				{ phone_number: first, status: 'valid' },
				{ phone_number: indonesianNumbers.noWhatsApp, status: 'invalid' },
				{ phone_number: indonesianNumbers.landline, status: 'invalid' },
				{ phone_number: second, status: 'valid' },
			]);
			expect(data).toHaveLength(100);
			noViolations();
			const form = new URLSearchParams({ phone_numbers: JSON.stringify([first]), callback_url: receiver.url }).toString();
			expect((await call(sandbox, 'POST', '/wa_phone_check', form, { 'content-type': 'application/x-www-form-urlencoded' })).httpStatus).toBe(201);
			await until(() => receiver.calls.length === 2);
			noViolations();
		} finally {
			await receiver.close();
		}
	});

	test('refuse what a correct client never sends', async () => {
		const check = async (body: unknown) => (await call(sandbox, 'POST', '/wa_phone_check', body)).httpStatus;
		expect(await check({ phone_numbers: Array<string>(101).fill(first) })).toBe(422);
		expect(await check({ phone_numbers: ['1234567'] })).toBe(422);
		expect(await check({ phone_numbers: ['123456789012345'] })).toBe(422);
		expect(await check({ phone_numbers: [`+${first}`] })).toBe(422);
		expect(await check({ phone_numbers: [6281234567890] })).toBe(422);
		expect(await check({ phone_numbers: [] })).toBe(422);
		expect(await check({ phone_numbers: [first], callback_url: 'mailto:me@example.com' })).toBe(422);
		expect(await check({ phone_numbers: [first], callback: 'https://example.com' })).toBe(422);
		expect(kinds()).toEqual(['too-many-messages', 'invalid-value', 'invalid-value', 'invalid-value', 'wrong-type', 'invalid-value', 'invalid-value', 'unknown-field']);
	});
});

describe('pushes', () => {
	let receiver: Awaited<ReturnType<typeof startPushReceiver>>;
	beforeEach(async () => {
		receiver = await startPushReceiver();
	});
	afterEach(() => receiver.close());
	const read = (index: number) => JSON.parse(receiver.calls[index]?.text ?? '') as Record<string, unknown>;

	test('an answer to an SMS comes as a form, its status too', async () => {
		set(sandbox, { smsInboxUrl: receiver.url, smsStatusUrl: receiver.url });
		const { messageid = '' } = row(await plain({ GSM: indonesianNumbers.answersYes }));
		await until(() => receiver.calls.length === 2);
		expect(receiver.calls.map(({ contentType }) => contentType)).toEqual(['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded']);
		expect(Object.fromEntries(new URLSearchParams(receiver.calls[0]?.text))).toEqual({ messageid, destination: indonesianNumbers.answersYes, status: 'DELIVERED' });
		expect(Object.fromEntries(new URLSearchParams(receiver.calls[1]?.text))).toEqual({
			id: '500001',
			gateway_number: nusaSenders.sms,
			originator: indonesianNumbers.answersYes,
			msg: 'YES',
			receive_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
		});
		set(sandbox, { smsPush: 'json' });
		expect(sandbox.reply({ provider: 'nusasms', from: '0811-0000-1001', text: 'Hi & bye' })).toEqual({ id: '500002', type: 'inbound' });
		await until(() => receiver.calls.length === 3);
		expect(receiver.calls[2]?.contentType).toBe('application/json');
		expect(read(2)).toMatchObject({ id: '500002', originator: first, msg: 'Hi & bye' });
		expect(() => sandbox.reply({ provider: 'nusasms', from: '12', text: 'x' })).toThrow('not a phone number');
	});

	test('an answer to a WhatsApp message and its statuses come in envelopes', async () => {
		set(sandbox, { whatsAppStatusUrl: receiver.url, whatsAppInboxUrl: receiver.url, whatsAppRead: false });
		sandbox.changeSettings({ reportSent: true });
		const refNo = refNoOf(await whatsApp({ destination: indonesianNumbers.answersStop }));
		await until(() => receiver.calls.length === 3);
		const status = { message_id: refNo, gateway_id: nusaSenders.whatsApp, recipient: indonesianNumbers.answersStop, timestamp: expect.any(Number) };
		expect([read(0), read(1)]).toEqual([{ type: 'status', status: { ...status, status: 'sent' } }, { type: 'status', status: { ...status, status: 'delivered' } }]);
		expect(read(2)).toEqual({
			type: 'inbox',
			inbox: {
				message_id: id,
				gateway: { number: nusaSenders.whatsApp },
				sender: { number: indonesianNumbers.answersStop },
				message: { text: { body: 'STOP' } },
				timestamp: expect.any(Number),
			},
		});
		expect(sandbox.inbound('nusasms')).toMatchObject([{ text: 'STOP', to: nusaSenders.whatsApp, original: { id: refNo } }]);
	});

	test('a status may also come as the record of the message, and twice', async () => {
		set(sandbox, { whatsAppStatusUrl: receiver.url, whatsAppPush: 'record', whatsAppRead: false });
		const refNo = refNoOf(await whatsApp({ destination: indonesianNumbers.reportsTwice }));
		await until(() => receiver.calls.length === 2);
		expect(read(1)).toEqual(read(0));
		expect(read(0)).toMatchObject({ ref_no: refNo, status: 'D', destination: indonesianNumbers.reportsTwice });
	});

	test('any payload can be made by hand', async () => {
		const event = (type: string, body: unknown) => sandbox.event({ provider: 'nusasms', type, body, signature: 'none' });
		await expect(event('sms-status', {})).rejects.toThrow('No webhook URL');
		set(sandbox, { smsStatusUrl: receiver.url, whatsAppInboxUrl: receiver.url });
		await event('sms-status', { a: 1, b: 'x y' });
		await event('whatsapp-inbox', { type: 'other' });
		expect(receiver.calls.map(({ text }) => text)).toEqual(['a=1&b=x+y', '{"type":"other"}']);
		await expect(event('phone-check', {})).rejects.toThrow('No webhook URL');
		await call(sandbox, 'POST', '/wa_phone_check', { phone_numbers: [first], callback_url: receiver.url });
		expect(await event('phone-check', { any: true })).toMatchObject({ httpStatus: 200, body: { any: true } });
	});
});
