/** BestSMS's calls and received messages as events: in the document's samples, and in all that SDKs and facts add. */
import type { IDataObject } from 'n8n-workflow';

import { readBody } from '../../engine/calls/body';
import { bestSmsEvents, bestSmsInbox } from '../../nodes/BestSms/events';
import type { Call } from '../engine/triggers/fakeN8n';
import { fakeAccount, triggerNode } from '../engine/triggers/fakeN8n';
import { known } from '../known';

const report = {
	Type: 'SMS',
	Destination: '+61421000001',
	MessageID: 'js82hn8n',
	SubAccount: 'SubAccount01',
	Department: 'Department01',
	JobNumber: '10C7B9A0',
	SentTime: '16/10/2019 13:43 p.m.',
	Status: 'SUCCESS',
	Result: 'delivered',
	Price: '0.10',
	Detail: 'SMSParts:1',
	URL: 'https://www.example.com/webhook',
	RESPONSEMODE: 'JSON',
};
const reply = { ...report, Type: 'SMSReply', SentTime: '2019-10-16 13:43:00', Status: 'RECEIVED', Result: 'RECEIVED', Message: 'This is a reply.', Price: '', Detail: '' };
const about = { jobNumber: '10C7B9A0', subAccount: 'SubAccount01', department: 'Department01' };

/** As the document writes it; `<root>` and single quotes included. */
function asXml(fields: Record<string, unknown>, declaration = "<?xml version='1.0' encoding='UTF-8'?>"): string {
	const escaped = (value: unknown) => String(value ?? '').replace(/&/g, '&amp;').replace(/</g, '&lt;');
	return `${declaration}\n<root>\n${Object.entries(fields).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('\n')}\n</root>`;
}
const fromXml = (fields: Record<string, unknown>) => readBody(Buffer.from(asXml(fields)), 'text/xml');
const outputs = (payload: unknown) => bestSmsEvents.read(payload).map(({ output }): IDataObject => known(output) as IDataObject);

describe('a delivery report', () => {
	const delivered = {
		event: 'delivered', messageId: 'js82hn8n', to: '+61421000001', status: 'delivered', receivedAt: '16/10/2019 13:43 p.m.', result: 'delivered', cost: 0.1, segments: 1, detail: 'SMSParts:1', ...about,
	};

	test('as the document has it, in JSON and in XML', () => {
		expect(outputs(report)).toEqual([delivered]);
		expect(outputs(fromXml({ ...report, SentTime: '2019-10-16 14:52 p.m.' }))).toEqual([{ ...delivered, receivedAt: '2019-10-16 14:52 p.m.' }]);
	});

	test.each([
		['SUCCESS', { event: 'delivered', status: 'delivered' }],
		['FAILED', { event: 'failed', status: 'failed' }],
		['PENDING', { event: 'pending', status: 'queued' }],
		['success', { event: 'delivered', status: 'delivered' }],
		[' FAILED\n', { event: 'failed', status: 'failed' }],
	])('of the status %s', (Status, expected) => expect(outputs({ ...report, Status })).toEqual([expect.objectContaining(expected)]));

	test('of more about a message has no status of it', () => {
		const [output] = outputs({ ...report, Status: 'UPDATED', Result: 'Link opened: terms.pdf' });
		expect(output).toMatchObject({ event: 'updated', messageId: 'js82hn8n', result: 'Link opened: terms.pdf' });
		expect(output).not.toHaveProperty('status');
	});

	test.each([
		['0.20', 0.2],
		[0.2, 0.2],
		[0, 0],
		['', undefined],
		[' ', undefined],
		[null, undefined],
		[undefined, undefined],
		['AUD 0.20', undefined],
		[{ amount: 1 }, undefined],
	])('with the price %j costs %j', (Price, cost) => expect(outputs({ ...report, Price })[0]?.['cost']).toEqual(cost));

	test.each([['SMSParts:2', 2], ['InputToNumber:0421000001', undefined], ['', undefined], [null, undefined]])('with the detail %j has %j segments', (Detail, segments) =>
		expect(outputs({ ...report, Detail })[0]?.['segments']).toEqual(segments));
});

describe('a message that came in', () => {
	const arrived = { event: 'reply', from: '+61421000001', text: 'This is a reply.', receivedAt: '2019-10-16 13:43:00', originalMessageId: 'js82hn8n', result: 'RECEIVED', ...about };

	test('as a reply, as the document has it, in JSON and in XML', () => {
		expect(outputs(reply)).toEqual([arrived]);
		expect(outputs(fromXml({ ...reply, SentTime: '2019-10-16 13:43', Message: 'A & B < C' }))).toEqual([{ ...arrived, receivedAt: '2019-10-16 13:43', text: 'A & B < C' }]);
	});

	test('as a new message, which answers nothing', () => {
		const { originalMessageId: _, ...fresh } = { ...arrived, event: 'inbound' };
		expect(outputs({ ...reply, Type: 'SMSInbound', MessageID: '' })).toEqual([fresh]);
	});

	test('that costs and weighs something tells it of the message that it answers', () => {
		expect(outputs({ ...reply, Price: 0.1, Detail: 'SMSParts:2' })[0]).toMatchObject({ cost: 0.1, segments: 2 });
	});
});

const strange: unknown[] = [{ ...report, Type: 'Email' }, { ...report, Status: 'SOMETHING' }, { ...report, Type: 1 }, {}, null, 'text', [report]];
test.each(strange.map((payload) => [payload]))('what is no report on an SMS is not recognised: %j', (payload) => expect(bestSmsEvents.read(payload)).toEqual([]));

test('a call is the same when it is made again, and another for another status, time or text', () => {
	const identity = (payload: unknown) => bestSmsEvents.read(payload)[0]?.identity;
	expect(identity({ ...report })).toBe(identity(report));
	expect(identity(fromXml(report))).toBe(identity(report));
	const reports = [report, { ...report, Status: 'FAILED' }, { ...report, Destination: '+61421000002' }, { ...report, SentTime: 'later' }];
	const others = [...reports, reply, { ...reply, Message: 'N' }, { ...reply, SentTime: 'later' }];
	expect(new Set(others.map(identity)).size).toBe(others.length);
});

describe('at the address of the trigger', () => {
	const start = Date.parse('2030-01-01T00:00:00Z');
	const five = 5 * 60_000;
	function trigger(events = ['delivered', 'failed', 'inbound', 'reply', 'unknown'], credential: Record<string, string> = { webhookSender: 'name@email.com', webhookApiKey: 'ta8wr7ymd' }) {
		const clock = { time: start, now: () => clock.time, sleep: async () => undefined, random: () => 0 };
		const node = triggerNode(fakeAccount(), {
			parameters: { events },
			credential,
			events: () => bestSmsEvents,
			registration: ({ registration }) => registration.noRegistrationButProof(bestSmsEvents),
			clock,
		});
		const post = async (call: Call) => await node.call(call);
		return { clock, node, post };
	}
	const proof = { Sender: 'name@email.com', APIKey: 'ta8wr7ymd' };
	const json = (fields: object): Call => ({ body: { ...proof, ...fields }, headers: { 'Content-Type': 'application/json' } });
	const xml = (fields: Record<string, unknown>, type = 'text/xml'): Call => ({ text: asXml({ ...proof, ...fields }), headers: { 'Content-Type': type } });

	test('a genuine call comes out without what proved it', async () => {
		const { post } = trigger();
		const { httpStatus, items } = await post(json(report));
		expect([httpStatus, items]).toEqual([200, [expect.objectContaining({ event: 'delivered', raw: report })]]);
		expect(JSON.stringify(items)).not.toMatch(/name@email|ta8wr7ymd/);
	});

	test.each(['text/xml', 'application/xml', 'text/xml; charset=utf-8', 'application/xml; charset="UTF-8"', 'application/octet-stream', ''])('XML is read whatever it is called: %s', async (type) => {
		const { items } = await trigger().post(xml({ ...reply, Message: 'Grüße 🌏' }, type));
		expect(items).toEqual([expect.objectContaining({ event: 'reply', text: 'Grüße 🌏', raw: expect.not.objectContaining({ APIKey: expect.anything() }) })]);
	});

	test('XML in another character set is read in that', async () => {
		const text = Buffer.from(asXml({ ...proof, ...reply, Message: 'Grüße' }, "<?xml version='1.0' encoding='ISO-8859-1'?>"), 'latin1');
		expect((await trigger().post({ text, headers: { 'Content-Type': 'text/xml' } })).items).toEqual([expect.objectContaining({ text: 'Grüße' })]);
	});

	test.each([
		['no proof', { body: report }],
		['a wrong key', { body: { ...report, ...proof, APIKey: 'ta8wr7ymx' } }],
		['a wrong sender', { body: { ...report, ...proof, Sender: 'other@email.com' } }],
		['the key in other letters', { body: { ...report, ...proof, APIKey: 'TA8WR7YMD' } }],
		['an empty key', { body: { ...report, ...proof, APIKey: '' } }],
		['a key that is no text', { body: { ...report, ...proof, APIKey: ['ta8wr7ymd'] } }],
		['half of it in XML', { text: asXml({ ...report, Sender: 'name@email.com' }) }],
		['no body', { text: '' }],
		['nonsense', { text: '<<<' }],
		['a list', { text: JSON.stringify([{ ...report, ...proof }]) }],
	] as Array<[string, Call]>)('a call with %s is answered 401 and starts nothing', async (_name, call) => {
		expect(await trigger().post(call)).toEqual({ httpStatus: 401, started: false, items: [] });
	});

	test('while the credential is empty nothing is genuine, and the workflow cannot be activated', async () => {
		const { node, post } = trigger(undefined, {});
		expect((await post({ body: { ...report, Sender: '', APIKey: '' } })).httpStatus).toBe(401);
		await expect(node.activate()).rejects.toThrow('by which Sender and APIKey the calls of BestSMS are known');
	});

	test.each([
		['a document type', `<!DOCTYPE root [<!ENTITY k "ta8wr7ymd">]><root><Sender>name@email.com</Sender><APIKey>&k;</APIKey><Type>SMS</Type></root>`],
		['an entity from elsewhere', `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${asXml({ ...proof, ...report, Result: 'x' }, '').replace('<Result>x', '<Result>&x;')}`],
		['an unknown entity', asXml({ ...proof, ...report, Result: 'x' }).replace('<Result>x', '<Result>&lol;')],
		['entities in entities', `<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${asXml({ ...proof, ...report }, '')}`],
		['elements far in each other', asXml({ ...proof, ...report }).replace('<Result>', `<Result>${'<a>'.repeat(5_000)}`).replace('</Result>', `${'</a>'.repeat(5_000)}</Result>`)],
		['more text than a report has', asXml({ ...proof, ...report, Result: 'x'.repeat(1_200_000) })],
		['an element twice', asXml({ ...proof, ...report }).replace('<Type>', '<APIKey>other</APIKey><Type>')],
	])('XML with %s is refused and starts nothing', async (_name, text) => {
		const { httpStatus, started } = await trigger().post({ text, headers: { 'Content-Type': 'text/xml' } });
		expect([httpStatus, started]).toEqual([401, false]);
	});

	test('a call that is made again every five minutes is one event, also over a restart', async () => {
		const { clock, node, post } = trigger();
		await node.activate();
		const times: boolean[] = [];
		for (let hours = 0; hours < 24; hours++) {
			for (const call of [json(report), xml(reply)]) times.push((await post(call)).started);
			clock.time += 12 * five;
			if (hours === 3) node.restart();
		}
		expect(times.filter(Boolean)).toHaveLength(2);
	});

	test('two equal replies within a minute are two; their repeats are none', async () => {
		const { clock, post } = trigger();
		expect((await post(xml(reply))).started).toBe(true);
		clock.time += 20_000;
		expect((await post(xml(reply))).started).toBe(true);
		clock.time += five;
		expect((await post(xml(reply))).started).toBe(false);
	});

	test('what was not chosen starts nothing, and is answered 200; what is not known comes as it is', async () => {
		const { post } = trigger(['reply', 'unknown']);
		expect(await post(json(report))).toEqual({ httpStatus: 200, started: false, items: [] });
		expect((await post(json({ ...report, Type: 'Email', Status: 'SUCCESS' }))).items).toEqual([{ event: 'unknown', raw: { ...report, Type: 'Email' } }]);
	});
});

describe('the inbox', () => {
	test('a message is placed by its own time, as if that were UTC; more than a zone ahead is asked for, and never more than 7 days', () => {
		const { time, identity, output, event } = bestSmsInbox.read({ Date: '2019-12-01 14:02:03', From: '+61421000001', MessageText: 'Y' });
		expect([event, time, known(output)]).toEqual(['inbound', Date.parse('2019-12-01T14:02:03Z'), { event: 'inbound', from: '+61421000001', text: 'Y', receivedAt: '2019-12-01 14:02:03' }]);
		expect(identity).toBe(bestSmsInbox.read({ Date: '2019-12-01 14:02:03', From: '+61421000001', MessageText: 'Y', JobNum: 'X' }).identity);
		const now = Date.parse('2030-01-10T00:00:00Z');
		expect(bestSmsInbox.since(now - 60_000, now)).toEqual({ timePeriod: 841 });
		// Sydney's clocks are 11 hours ahead of UTC.
		expect(bestSmsInbox.since(now + 11 * 3_600_000, now)).toEqual({ timePeriod: 180 });
		expect(bestSmsInbox.since(now - 30 * 86_400_000, now)).toEqual({ timePeriod: 10_080 });
	});

	test('with more than the document lists, it is known by its ID and placed by the time that names its zone', () => {
		const time = Date.parse('2019-12-01T03:02:03Z');
		expect(bestSmsInbox.read({ ID: 500001, Date: '2019-12-01 14:02:03', DateUTC: '2019-12-01 03:02:03', From: '+61421000001', MessageText: 'Y' })).toMatchObject({ identity: '500001', time });
		expect(bestSmsInbox.read({ ReceivedID: 'r1', ReceivedTimeUTC_RFC3339: '2019-12-01T03:02:03+00:00' })).toMatchObject({ identity: 'r1', time });
		expect(bestSmsInbox.read({ From: '+61421000001' }).time).toBeNaN();
	});
});
